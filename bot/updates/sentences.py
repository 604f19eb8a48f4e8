"""Sentences taken apart and put together again: what nobody objects to stays as it was."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Kind
from bot.updates.drafts import BlockKind, Clause, Draft, Sentence, Span
from bot.updates.editing import Edit, applied
from bot.updates.grammar import leads_in, states_something
from bot.updates.praise import without_cheers
from bot.updates.restating import small
from bot.updates.spots import Spot

CLAIMS = (Kind.EXTRAPOLATION, Kind.PROMISE, Kind.OVERCLAIM)
_RUNNING = (*CLAIMS, Kind.CREDIT_BY_RESULT)


@dataclass(frozen=True)
class Part:
    """A clause as it will read; `changed` ones stand in a sentence of their own."""

    clause: Clause
    text: str
    changed: bool


def units(text: str, sentence: Sentence, spots: Sequence[Spot]) -> list[tuple[Clause, list[Kind]]]:
    """Return the sentence's clauses with their kinds; what one claim runs over is one clause."""
    units: list[tuple[Clause, list[Kind]]] = []
    last: Spot | None = None
    for clause in sentence.clauses:
        found = [spot for spot in spots if _covers(spot.span, clause.span)]
        main = next((spot for spot in found if spot.kind in _RUNNING), None)
        if units and ((main and main is last) or not _LETTER.search(clause.text)):
            whole, kinds = units[-1]
            span = Span(whole.span.start, clause.span.end)
            units[-1] = (Clause(span, whole.link, span.of(text)), kinds)
        else:
            units.append((clause, [spot.kind for spot in found]))
        last = main
    return [
        (
            clause,
            [kind for kind in kinds if kind not in claimed] if _labels(sentence, clause) else kinds,
        )
        for (clause, kinds), claimed in zip(units, _claimed_behind(units), strict=True)
    ]


_LETTER = re.compile(r"[^\W\d_]")


def _claimed_behind(units: Sequence[tuple[Clause, list[Kind]]]) -> Iterator[set[Kind]]:
    """Yield for each unit what the next one claims."""
    for _, kinds in units[1:]:
        yield {*kinds} & {*CLAIMS}
    yield set()


def _labels(sentence: Sentence, clause: Clause) -> bool:
    """Tell whether *clause* only names what is said behind its colon."""
    behind = sentence.text[clause.span.end - sentence.span.start :].lstrip(" *_`")
    few = len(clause.text.split()) <= _LABEL
    names = _PARTICIPLE.match(clause.text) or not states_something(clause.text)
    return behind.startswith(":") and few and bool(names)


# "Misrouted callers: none" only looks as if it had a verb.
_PARTICIPLE = re.compile(r"\W*[A-Za-z]\w+ed\s[\w-]+\W*$")


def _covers(spot: Span, clause: Span) -> bool:
    shared = min(spot.end, clause.end) - max(spot.start, clause.start)
    return shared > 0 and shared >= 0.5 * min(len(spot), len(clause))


def in_place(sentence: Sentence, parts: Sequence[Part]) -> str:
    """Put a table row together again, cell by cell."""
    start = sentence.span.start
    edits = [
        Edit(Span(part.clause.span.start - start, part.clause.span.end - start), part.text or "–")
        for part in parts
    ]
    return applied(sentence.text, edits)


def assembled(sentence: Sentence, parts: Sequence[Part], *, lower: bool) -> str:
    """Put a sentence together again: untouched neighbours stay joined as they were."""
    texts: list[str] = []
    start = sentence.span.start
    previous: Part | None = None
    for part in parts:
        if previous and not previous.changed and not part.changed:
            gap = sentence.text[previous.clause.span.end - start : part.clause.span.start - start]
            texts[-1] = f"{texts[-1]}{gap}{part.text}"
        elif part.text and previous and _leads_in(sentence, previous, texts, part):
            texts[-1] = f"{previous.text}{_mark(sentence, previous)} {small(part.text)}"
        elif part.text and part.clause.link.startswith("which") and not part.changed and texts:
            texts[-1] = f"{texts[-1]} (which {part.text})"
        elif part.text:
            texts.append(_linked(part))
        previous = part
    tail = sentence.text[sentence.clauses[-1].span.end - start :]
    titled = sentence.block.kind is BlockKind.HEADING
    mark = "" if titled else "."
    stop = re.sub(r"!+", mark, re.sub(r"[^\w.?:)*_`\"”|!]", "", without_cheers(tail)))
    cheered = without_cheers(sentence.text) != sentence.text.strip()
    ended_by_emoji = not tail.strip() and cheered and not titled
    if ended_by_emoji or (parts[-1].changed and stop.startswith("?")):
        stop = "."
    whole = joined([text.strip(" ,;–—-") for text in texts], lower=lower)
    return whole if not whole or re.search(r"[.?:][)\"”’]?$", whole) else f"{whole}{stop}"


def _leads_in(sentence: Sentence, previous: Part, texts: Sequence[str], part: Part) -> bool:
    """Tell whether the words before a changed *part* are no sentence of their own."""
    if not part.changed or part.clause.link or texts[-1:] != [previous.text]:
        return False
    if previous.changed:
        return previous.text.startswith("If ")
    labels = _mark(sentence, previous) == ":" and len(previous.text.split()) <= _LABEL
    return labels or leads_in(previous.text)


_LABEL = 6


def _mark(sentence: Sentence, part: Part) -> str:
    """Return what stands right behind *part*."""
    return sentence.text[part.clause.span.end - sentence.span.start :][:1].strip() or ","


def _linked(part: Part) -> str:
    """Return the part's words as a sentence of their own; a contrast keeps its conjunction."""
    link = part.clause.link.split()[0] if part.clause.link else ""
    return f"{link} {part.text}" if link in _CONTRASTS and not part.changed else part.text


_CONTRASTS = ("but", "while", "although", "though", "whereas")


def joined(texts: Sequence[str], *, lower: bool) -> str:
    """Return *texts* as sentences behind each other."""
    kept = [text for text in texts if text]
    if not kept:
        return ""
    first, *rest = kept
    whole = capital(first, lower=lower)
    for text in rest:
        stop = "" if whole[-1:] in ".!?:" else "."
        whole = f"{whole}{stop} {capital(text, lower=lower)}"
    return whole


def capital(text: str, *, lower: bool) -> str:
    """Start *text* with a capital, unless the author writes small."""
    if lower:
        return text
    return re.sub(
        r"^(\W*)([a-zà-ÿ])(?=[a-zà-ÿ'’\s])", lambda match: match[1] + match[2].upper(), text
    )


def writes_small(draft: Draft) -> bool:
    """Tell whether the author starts sentences with small letters."""
    starts = [
        s.text.lstrip("*_` ")[:1] for s in draft.sentences if s.block.kind is not BlockKind.TABLE
    ]
    letters = [start for start in starts if start.isalpha()]
    return bool(letters) and sum(start.islower() for start in letters) * 2 > len(letters)
