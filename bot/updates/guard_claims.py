"""Certainty: promises that are left, and what the rewrite is surer of than its author."""

import re
from collections.abc import Iterator, Sequence

from bot.updates.guard_figures import read_numbers
from bot.updates.guard_problems import Problem, Sort
from bot.updates.guard_texts import Clause, Sentence, Text, keys
from bot.updates.guard_words import has, neutral, pattern
from bot.updates.likelihoods import ScaleName, stated

_PROMISE = ("future", "never_again", "certain", "pace")
_SHOWN = 120


def is_open(clause: Clause) -> bool:
    """Tell whether *clause* is no assertion: asked, hedged, conditional, or taken back at once."""
    if clause.sentence.rstrip().endswith("?"):
        return True
    before = clause.before.lower().rsplit(";", 1)[-1]
    if has("open_question", before) and not _turns(clause):
        return True
    if clause.shows("reported"):
        return True
    return clause.shows("open_question") or clause.shows("hedge") or _taken_back(clause)


def _turns(clause: Clause) -> bool:
    """Tell whether it starts a thought of its own: "it may rain, but we will …"."""
    return re.match(r"(?:but|yet|still)\b", clause.lower) is not None


def _taken_back(clause: Clause) -> bool:
    rest = re.sub(r"^[\s,;-]+", "", clause.after.lower())
    return has("caution_after", rest)


def promises(clause: Clause) -> bool:
    """Tell whether *clause* states as certain what nobody can know yet."""
    if not any(clause.shows(family) for family in _PROMISE):
        return False
    return not is_open(clause) and not _bad_forecast(clause)


def _bad_forecast(clause: Clause) -> bool:
    """Tell whether it foretells bad news, which is caution enough."""
    future = pattern("future").search(clause.lower)
    foretold = clause.lower[future.end() :] if future else ""
    return has("bad", foretold) and not clause.shows("good_after_all")


def overclaims(clause: Clause) -> bool:
    """Tell whether *clause* is surer or more general than any evidence."""
    return clause.shows("overclaim") and not is_open(clause)


def claims(clause: Clause) -> bool:
    """Tell whether *clause* is a claim, which a rewrite may drop whole."""
    return promises(clause) or overclaims(clause)


def check_promises(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield claims that the rewrite still states as certain."""
    for sentence in rewrite.sentences:
        for clause in sentence.clauses:
            if clause.shows("verdict") and not clause.shows("future"):
                continue
            if promises(clause):
                yield from _promise(clause, original)
            elif overclaims(clause):
                yield Problem(Sort.OVERCLAIM_LEFT, _shown(clause))


def _promise(clause: Clause, original: Text) -> Iterator[Problem]:
    match = original.near.nearest(clause.keys)
    if match and match.of_wanted > _SAME and is_open(match.found) and not promises(match.found):
        yield Problem(
            Sort.CERTAINTY_RAISED, f"“{_cut(match.found.text)}” became “{_shown(clause)}”"
        )
        return
    yield Problem(Sort.PROMISE_LEFT, _shown(clause))


_SAME = 0.5


def check_certainty(original: Text, rewrite: Text, scale: ScaleName) -> Iterator[Problem]:
    """Yield what the author hedged, bounded or made conditional, and the rewrite does not."""
    copied = rewrite.normals
    for sentence in original.sentences:
        if sentence.normal in copied:
            continue
        match = rewrite.near_sentences.nearest(sentence.keys)
        if match is None:
            continue
        yield from _odds(sentence, match.found, scale)
        if match.of_wanted >= _LEAST_SHARED:
            yield from _evidence(sentence, match.found, rewrite)
        yield from _conditions(sentence, rewrite)
        yield from _hedges(sentence, rewrite)


_LEAST_SHARED = 0.4
_HIGHER = 5.0


def _odds(sentence: Sentence, after: Sentence, scale: ScaleName) -> Iterator[Problem]:
    before = stated(sentence.text, scale)
    now = stated(after.text, scale)
    if before is None or now is None:
        return
    if sum(now) - sum(before) > 2 * _HIGHER and now[0] > before[0] + _HIGHER:
        yield Problem(Sort.CERTAINTY_RAISED, f"the odds went up: “{_cut(after.text)}”")


def _evidence(sentence: Sentence, after: Sentence, rewrite: Text) -> Iterator[Problem]:
    if not sentence.shows("evidence") or not re.search(r"\d", after.text):
        return
    if any(claims(clause) for clause in sentence.clauses):
        return
    if not after.shows("evidence") and not _within(
        keys(" ".join(pattern("evidence").findall(sentence.lower))), rewrite.keys
    ):
        yield Problem(
            Sort.CERTAINTY_RAISED, f"where it was measured is gone: “{_cut(sentence.text)}”"
        )


def _conditions(sentence: Sentence, rewrite: Text) -> Iterator[Problem]:
    if any(claims(clause) for clause in sentence.clauses) or sentence.shows("pace"):
        return
    for match in pattern("condition").finditer(sentence.lower):
        condition = re.split(r"[,;.]|\s-\s|\bthen\b", sentence.lower[match.end() :], maxsplit=1)[0]
        wanted = keys(condition)
        if not wanted:
            continue
        if not any(
            len(wanted & other.keys) >= len(wanted) / 2 and other.shows("condition")
            for other in _near(wanted, rewrite)
        ):
            yield Problem(
                Sort.CERTAINTY_RAISED, f"the condition is gone: “{_cut(match[0] + condition)}”"
            )


def _near(wanted: frozenset[str], text: Text) -> list[Sentence]:
    match = text.near_sentences.nearest(wanted)
    return [match.found] if match else []


def _hedges(sentence: Sentence, rewrite: Text) -> Iterator[Problem]:
    for clause in sentence.clauses:
        if not _hedged(clause):
            continue
        match = rewrite.near.nearest(clause.keys - neutral())
        if match is None or match.of_found < _ASSERTS or match.of_wanted < _LEAST_SHARED:
            continue
        after = match.found
        if not _hedged(after) and not after.negated:
            yield Problem(
                Sort.CERTAINTY_RAISED, f"“{_cut(clause.text)}” became “{_cut(after.text)}”"
            )


_ASSERTS = 0.5


def _hedged(clause: Clause) -> bool:
    return is_open(clause) or has("hedge", clause.before.lower().rsplit(";", 1)[-1])


def check_effects(original: Text, rewrite: Text, sources: Sequence[str]) -> Iterator[Problem]:
    """Yield figures of the sources that the rewrite tells as what has come true.

    A source's own words may be repeated; anything beyond them has to leave the effect open.
    """
    known = {quantity.value for quantity in read_numbers(original.told).quantities}
    given = {q.value for source in sources for q in read_numbers(source).quantities} - known
    said = [_even(source) for source in sources]
    if not given:
        return
    for clause in rewrite.clauses:
        used = {quantity.value for quantity in read_numbers(clause.text).quantities}
        if used & given and not is_open(clause) and not any(_even(clause.text) in s for s in said):
            yield Problem(Sort.CERTAINTY_RAISED, f"told as achieved: “{_shown(clause)}”")


def _even(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def _within(wanted: frozenset[str], given: frozenset[str]) -> bool:
    return bool(wanted) and wanted <= given


def _shown(clause: Clause) -> str:
    return _cut(clause.text)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
