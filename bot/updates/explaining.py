"""Terms in plain words: behind their first mention, or in a line at the end where that is full."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.records import Kind
from bot.updates.asking import Asking
from bot.updates.drafts import BlockKind, Sentence, Span, parse
from bot.updates.editing import Edit, after_mark, appended, applied
from bot.updates.spots import Spot
from bot.updates.terms import Lexicon, name_of

_INLINE = 3


@dataclass(frozen=True)
class _Place:
    """Where a text mentions a term, as it is written there."""

    span: Span
    sentence: Sentence

    @property
    def inline(self) -> bool:
        """Whether an explanation may stand right behind it."""
        return self.sentence.block.kind in (BlockKind.PROSE, BlockKind.BULLET)

    def bracketed(self, text: str) -> bool:
        """Tell whether it stands in brackets in *text*."""
        before = text[self.sentence.span.start : self.span.end]
        return before.count("(") > before.count(")")


def explained(
    text: str,
    original: str,
    spots: Sequence[Spot],
    lexicon: Lexicon,
    asking: Asking,
    *,
    lower: bool,
) -> str:
    """Explain in *text*, once each, the terms that *spots* found in *original*."""
    meanings = dict(_meanings(original, spots, asking))
    if not meanings:
        return text
    edits: list[Edit] = []
    listed: list[str] = []
    taken: dict[Span, int] = {}
    ends: set[int] = set()
    for name, place in _first_places(text, meanings, lexicon).items():
        taken[place.sentence.span] = taken.get(place.sentence.span, 0) + 1
        end = after_mark(text, place.span.end)
        followed = end in ends or text[end : end + 2].strip().startswith(("(", "["))
        behind = _behind(text, place, end, meanings[name])
        if behind and not followed and taken[place.sentence.span] <= _INLINE:
            edits.append(Edit(Span(end, end), behind))
            ends.add(end)
        else:
            listed.append(f"{place.span.of(text)}: {meanings[name]}")
    lines = [f"In plain words: {'; '.join(listed)}"] if listed else []
    return appended(applied(text, edits), lines, lower=lower)


def _behind(text: str, place: _Place, end: int, meaning: str) -> str:
    """Return *meaning* as it stands behind its term; nothing if it would open nested brackets."""
    if not place.inline:
        return ""
    if meaning.startswith("["):
        return f" {meaning}"
    if not place.bracketed(text):
        return f" ({meaning})"
    return f" = {meaning}" if text[end : end + 1] in _ENDS else ""


_ENDS = (")", ",", ";")


def _meanings(original: str, spots: Sequence[Spot], asking: Asking) -> Iterator[tuple[str, str]]:
    """Yield each term to explain with its plain meaning, by the name it goes by there."""
    for spot in spots:
        if spot.kind is Kind.JARGON:
            said = spot.span.of(original)
            term = spot.term
            yield (name_of(term, said), term.plain) if term else (said, asking.term(said))


def _first_places(text: str, meanings: Mapping[str, str], lexicon: Lexicon) -> dict[str, _Place]:
    """Return each term's first mention of those where it is best explained right there."""
    places: dict[str, _Place] = {}
    longest_first = sorted(meanings, key=len, reverse=True)
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    for sentence in parse(text).sentences:
        for name, span in _mentions(sentence, meanings, lexicon, named):
            place = _Place(span, sentence)
            if name not in places or _suits(text, place) > _suits(text, places[name]):
                places[name] = place
    return places


def _suits(text: str, place: _Place) -> tuple[bool, bool]:
    """Return how well an explanation may stand at *place*: in prose, and outside of brackets."""
    return place.inline, not place.bracketed(text)


def _mentions(
    sentence: Sentence, meanings: Mapping[str, str], lexicon: Lexicon, named: re.Pattern[str]
) -> Iterator[tuple[str, Span]]:
    start = sentence.span.start
    known: list[Span] = []
    for mention in lexicon.mentions(sentence.text):
        known.append(mention.span)
        if mention.name in meanings:
            span = mention.span
            yield mention.name, Span(start + span.start, start + span.end)
    for match in named.finditer(sentence.text):
        span = Span(*match.span())
        if not any(span.meets(other) for other in known):
            yield match[0], Span(start + span.start, start + span.end)
