"""Drafts in other languages than English: what of them is plainly a claim or praise.

The clause model has read little but English. Grammar helps where it can't: the future of Romance
verbs shows in their endings, and German and Dutch say it with an auxiliary. `abroad.yaml` has the
patterns.
"""

import re
from collections.abc import Iterator, Sequence

from bot.records import Kind
from bot.updates.cues import families
from bot.updates.drafts import Span
from bot.updates.praise import states_facts
from bot.updates.reading import Reading
from bot.updates.spots import Spot

_CLAIMS = (Kind.PROMISE, Kind.OVERCLAIM)


def plain_spots(text: str, readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield *spots* but for claims that are plainly open, and the plain ones that they lack."""
    tongue = _tongue(text)
    kept = [
        spot
        for spot in spots
        if not (spot.kind in _CLAIMS and _no_claim(spot.span.of(text), tongue))
    ]
    yield from _whole(kept, readings)
    for reading in readings:
        span, words = reading.clause.span, reading.clause.text
        kinds = {spot.kind for spot in kept if spot.span.meets(span)}
        if _pattern("pace").search(words) and _FIGURE.search(reading.sentence.text):
            if Kind.EXTRAPOLATION not in kinds:
                yield Spot(Kind.EXTRAPOLATION, reading.sentence.span)
        elif Kind.PROMISE not in kinds and _promises(words, tongue):
            yield Spot(Kind.PROMISE, _from_start(reading))
        if Kind.HYPE not in kinds and (place := _praised(words)):
            yield Spot(Kind.HYPE, Span(span.start + place[0], span.start + place[1]))


def _whole(spots: Sequence[Spot], readings: Sequence[Reading]) -> Iterator[Spot]:
    """Yield *spots*, each promise from the start of its sentence, with those that stand there."""
    starts = {each.clause.span: _from_start(each) for each in readings}
    promises = [starts.get(spot.span, spot.span) for spot in spots if spot.kind is Kind.PROMISE]
    yield from (spot for spot in spots if spot.kind is not Kind.PROMISE)
    for span in promises:
        if not any(span != other and other.covers(span) for other in promises):
            yield Spot(Kind.PROMISE, span)


_FIGURE = re.compile(r"\d")


def _tongue(text: str) -> str:
    """Return the language, or the group of languages, whose small words *text* has most of."""
    return max(_TONGUES, key=lambda tongue: len(_pattern(f"speaks_{tongue}").findall(text)))


_TONGUES = ("de", "fr", "south", "nl", "north")


def _no_claim(words: str, tongue: str) -> bool:
    """Tell whether *words* are open, or tell from what figure to what other something went."""
    if _is_open(words):
        return True
    ahead = any(_pattern(family).search(words) for family in (f"future_{tongue}", "pace", "vowed"))
    return not ahead and _FROM_TO.search(words) is not None


_FROM_TO = re.compile(r"\d\s?%?\s(?:auf|à|a|ad|para|naar|tot|til|till)\s\d")


def _is_open(words: str) -> bool:
    return _pattern("open").search(words) is not None and not _pattern("vowed").search(words)


def _from_start(reading: Reading) -> Span:
    """Return the clause with what leads up to it: sentences are taken apart by English words."""
    first = reading.sentence.clauses[0].span
    span = Span(first.start, reading.clause.span.end)
    before = reading.sentence.text[: reading.clause.span.start - first.start]
    return reading.clause.span if states_facts(before) else span


def sober_abroad(clause: str) -> str:
    """Return *clause* without its praise; of a part that has no figures, nothing is left."""
    kept = [
        part
        for part in _PARTS.split(clause)
        if states_facts(part) or not _pattern("praise").search(part)
    ]
    return re.sub(r"\s{2,}", " ", _pattern("praise").sub("", ", ".join(kept))).strip(" ,;–—-!¡")


_PARTS = re.compile(r"\s?[,;:–—]\s+")


def _promises(clause: str, tongue: str) -> bool:
    if _pattern("vowed").search(clause):
        return True
    comes = _pattern(f"future_{tongue}").search(clause) and not _is_open(clause)
    return bool(comes) and not _pattern("work").search(clause)


def _praised(clause: str) -> tuple[int, int] | None:
    """Return where *clause* praises: a part between commas; the words, if it has figures."""
    match = _pattern("praise").search(clause)
    if match is None:
        return None
    before = [pause.end() for pause in _PARTS.finditer(clause, 0, match.start())]
    start = before[-1] if before else 0
    pause = _PARTS.search(clause, match.end())
    end = pause.start() if pause else len(clause)
    return match.span() if states_facts(clause[start:end]) else (start, end)


def _pattern(family: str) -> re.Pattern[str]:
    return families("abroad.yaml")[family]
