"""A claim stated as certain, in cautious words: a target, a possibility or an open question.

Nothing is added but the caution, and nothing of the claim is lost but its certainty. Every result
keeps its hedge before the claim, so that no reader meets the claim first.
"""

import re
from dataclasses import dataclass, replace

from bot.records import Kind
from bot.updates.grammar import COUNTS, PAST, states_something
from bot.updates.phrasing import FUNCTION_WORDS, KNOWN_NAMES, Wording, vocabulary
from bot.updates.premises import assumes, bare, drawn_from, narrowed, unlabelled
from bot.updates.restating import BARGAIN, restated, small
from bot.updates.vouching import is_tag, unvouched

_I = re.IGNORECASE
_HAVING = re.compile(r"having\s", _I)
_DANGLING = re.compile(r"[,;]?\s(?:but|and|so|yet)$", _I)
# A second main clause behind a semicolon is a claim of its own, or what follows from the first.
_PARTS = re.compile(r";\s+(?=(?:\S+\s+){2})")


@dataclass(frozen=True)
class Caution:
    """A claim restated, and the premise that it was drawn from."""

    text: str
    premise: str = ""

    @property
    def fact(self) -> str:
        """The premise, if it was measured: then it stands for itself."""
        measured = PAST.search(self.premise) and COUNTS.search(self.premise)
        whole = not (assumes(self.premise) or _HAVING.match(self.premise))
        return self.premise if measured and whole else ""

    @property
    def grounds(self) -> str:
        """The premise in brackets, if it was not measured."""
        if not self.premise or self.fact:
            return ""
        if assumes(self.premise):
            return f" (only if {self.premise})"
        if _HAVING.match(self.premise):
            return f" ({small(self.premise)})"
        premise = re.sub(r"^that\s", "this ", self.premise)
        clause = states_something(premise) or PAST.search(premise)
        return f" (given {'that ' if clause else ''}{premise})"


def cautious(
    claim: str,
    kind: Kind,
    turn: int,
    known_lower: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
    *,
    asked: bool = False,
    figurative: bool = False,
) -> Caution:
    """Restate *claim*, a clause without its full stop, as what it is: not certain.

    *turn* counts the claims of a draft, so that no two neighbours sound the same. *known_lower*
    are words that the draft writes in lower case: they are no names. *names* are. *asked* tells
    that what the claim depends on stands behind it: then one word of caution before it will do.
    The words of a *figurative* claim are not said again: behind a caution they sound absurd.
    """
    if is_tag(claim):
        return Caution("That is not certain yet")
    labels, claim = unlabelled(narrowed(unvouched(claim.strip())))
    bargain = BARGAIN.match(claim)  # "Give it a month and it flies" stays whole
    words, premise = (claim, "") if bargain else bare(claim)
    wording = Wording(
        turn, known_lower | vocabulary(), KNOWN_NAMES | names, asked, figurative, bool(labels)
    )
    if kind is Kind.EXTRAPOLATION and not figurative and (drawn := drawn_from(words)):
        premise = ", ".join(part for part in (premise, drawn[0]) if part)
        words, _ = bare(drawn[1])
    parts = [words] if bargain else [part for part in _PARTS.split(words) if part]
    if kind is Kind.EXTRAPOLATION and len(parts) > 1 and not states_something(parts[0]):
        premise = ", ".join(part for part in (premise, parts.pop(0)) if part)
        parts = [bare(part)[0] for part in parts]
    if figurative:
        parts, premise = parts[:1], ""
    cautioned = [
        restated(part, kind, replace(wording, turn=turn + place))
        for place, part in enumerate(parts)
    ]
    first, *others = cautioned or [words]
    text = "; ".join([small(first) if labels else first, *(small(each) for each in others)])
    premise = _DANGLING.sub("", unvouched(premise))
    # A name is not known for one there, so only the surest words lose their capital.
    sure = (
        assumes(premise)
        or COUNTS.match(premise)
        or premise.partition(" ")[0].lower() in FUNCTION_WORDS
    )
    return Caution(f"{labels}{text}", wording.inside(premise) if sure else premise)
