"""Citations: Teams' own, which hang on the message's text, and the passages in the card. Pure."""

from collections.abc import Sequence
from typing import Any

from bot.messages import Citation
from bot.platforms.teams.elements import beside, container, words
from bot.platforms.teams.markup import inert
from bot.platforms.teams.sizes import Room
from bot.platforms.teams.wire import Payload

_NAME = 80
_ABSTRACT = 160
_LEAST = 200
_SAID = 400  # bytes for the sentence that something is missing


def entity(citations: Sequence[Citation], *, by_model: bool) -> list[Payload]:
    """Return what Teams shows of the sources, and that a model wrote the text if one did."""
    if not citations and not by_model:
        return []
    found: dict[str, Any] = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
    }
    if by_model:
        found["additionalType"] = ["AIGeneratedContent"]
    if citations:
        found["citation"] = [_claim(citation) for citation in citations]
    return [found]


def source_line(citation: Citation) -> str:
    """Name the source in one line."""
    place = ", ".join(part for part in (citation.source, citation.section) if part)
    return f"[{citation.number}] {citation.title}" + (f" — {place}" if place else "")


def sources(citations: Sequence[Citation], room: Room) -> list[Payload]:
    """Show every source with its passage one click away.

    Where there is not room for whole passages, what stands around the words relied on.
    """
    top = words("Sources", isSubtle=True, size="Small") if citations else []
    top = room.first([{**line, "separator": True} for line in top])
    bare = [words(source_line(citation)) for citation in citations]
    if not room.takes([line for lines in bare for line in lines]):
        return [*top, *room.first([line for lines in bare for line in lines])]
    # The lines have their room; each passage takes what a fair share leaves it.
    shown: list[Payload] = [*top]
    for left, citation in zip(range(len(citations), 0, -1), citations, strict=True):
        shown += _with_passage(citation, room, (room.left - _SAID) // left)
    return shown


def _with_passage(citation: Citation, room: Room, share: int) -> list[Payload]:
    label = words(source_line(citation))
    passage = citation.passage or citation.quote
    length = len(passage)
    while True:
        opened = _openable(citation, _excerpt(passage, citation.quote, length), label)
        if room.takes(opened, room.left - share):
            return opened
        if length <= _LEAST:
            return label
        length = length * 3 // 4


def _openable(citation: Citation, passage: str, label: Sequence[Payload]) -> list[Payload]:
    id_ = f"passage{citation.number}"
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": f"Passage {citation.number}",
        "tooltip": "Show or hide the passage",
        "targetElements": [id_],
    }
    quote = words(f"“{citation.quote}”", weight="Bolder") if citation.quote.strip() else []
    inside = [*quote, *words(passage)]
    return [
        beside(label, [{"type": "ActionSet", "actions": [toggle]}]),
        container(inside, id=id_, isVisible=False, style="emphasis"),
    ]


def _claim(citation: Citation) -> Payload:
    place = ", ".join(part for part in (citation.source, citation.section) if part)
    return {
        "@type": "Claim",
        "position": citation.number,
        "appearance": {
            "@type": "DigitalDocument",
            "name": _cut(citation.title or place or "Source", _NAME),
            "abstract": _cut(citation.quote or citation.passage or place, _ABSTRACT),
            **({"keywords": [_cut(place, 28)]} if place else {}),
        },
    }


def _cut(text: str, limit: int) -> str:
    shown = inert(" ".join(text.split()))
    return (shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…") or "…"


def _excerpt(passage: str, quote: str, length: int) -> str:
    if len(passage) <= length:
        return passage
    at = max(passage.find(quote), 0)
    start = max(0, min(at - max(length - len(quote), 0) // 2, len(passage) - length))
    cut = passage[start : start + length]
    return ("…" if start else "") + cut + ("…" if start + length < len(passage) else "")
