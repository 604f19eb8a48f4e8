"""The guard that every rewrite of a status update passes, whichever engine wrote it.

Figures and facts are kept, nothing is invented, certainty is not raised, no instruction is obeyed.

Pure, deterministic and linear in length. It compares words, figures and clauses; it cannot judge
meaning. Other languages than English: figures, dates, identifiers and length only.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from bot.updates.guard_claims import check_certainty, check_effects, check_promises
from bot.updates.guard_facts import check_added, check_direction, check_lost, check_negation
from bot.updates.guard_figures import compare, read_numbers
from bot.updates.guard_problems import Problem, Sort
from bot.updates.guard_texts import Text, keys, plain
from bot.updates.guard_tone import check_length, check_obedience, check_praise
from bot.updates.likelihoods import ScaleName, scales

__all__ = ["Problem", "Sort", "check"]


def check(
    original: str, rewrite: str, *, sources: Sequence[str] = (), scale: ScaleName = "icd203"
) -> list[Problem]:
    """Return what is wrong with *rewrite* as a rewrite of *original*; nothing if it may be shown.

    *sources* are texts whose figures and words may be used as well: the business context, the
    author's answers, plain meanings of terms. Likelihood words are read by *scale*, whose own
    ranges may be added. A draft that promises and praises nothing is a good rewrite of itself.
    """
    given = [plain(source) for source in sources]
    before, after = Text(original), Text(_without_meanings(plain(rewrite), plain(original), given))
    problems = [
        *_figures(before, after, given, scale),
        *check_lost(before, after),
        *check_obedience(before, after),
        *check_length(original, rewrite),
    ]
    if before.english and after.english:
        words = keys(" ".join([*given, *(step.phrase for step in scales()[scale])]))
        problems += [
            *check_direction(before, after),
            *check_negation(before, after),
            *check_promises(before, after),
            *check_certainty(before, after, scale),
            *check_effects(before, after, given),
            *check_praise(before, after),
            *check_added(before, after, words, " ".join(given)),
        ]
    return list(dict.fromkeys(problems))


_BRACKETS = re.compile(r"\s?\(([^()\n]{3,200})\)")


def _without_meanings(rewrite: str, original: str, given: Sequence[str]) -> str:
    """Drop the brackets that explain a term in a source's words: no statement of the author's."""
    said = "\n".join(given)

    def drop(match: re.Match[str]) -> str:
        explains = match[1] in said and match[0] not in original
        return "" if explains and not re.search(r"\d", match[1]) else match[0]

    return _BRACKETS.sub(drop, rewrite)


_SORTS = (
    ("invented", Sort.INVENTED_FIGURE),
    ("units", Sort.CHANGED_UNIT),
    ("dates", Sort.CHANGED_DATE),
    ("names", Sort.CHANGED_VERSION),
    ("signs", Sort.FLIPPED_DIRECTION),
    ("surer", Sort.CERTAINTY_RAISED),
)


def _figures(
    before: Text, after: Text, given: Sequence[str], scale: ScaleName
) -> Iterator[Problem]:
    compared = compare(
        read_numbers(before.told),
        read_numbers(_ranges(scale).sub(" ", after.told)),
        map(read_numbers, [*given, before.plain]),
    )
    for name, sort in _SORTS:
        for shown in getattr(compared, name):
            yield Problem(sort, shown)


@cache
def _ranges(scale: ScaleName) -> re.Pattern[str]:
    """Return a pattern for the scale's own ranges, which any rewrite may add."""
    ranges = "|".join(rf"{step.low}\s?-\s?{step.high}" for step in scales()[scale])
    return re.compile(rf"(?<!\d)(?:{ranges})\s?%")
