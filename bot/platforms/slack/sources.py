"""A citation in a message, and its passage one click away.

The button carries the passage in its value, so that pressing it needs nothing from the store.
"""

import json

from bot.messages import Citation
from bot.platforms.slack.markup import counted, literal, unescaped

Block = dict[str, object]

VIEW_PASSAGE = "view_passage"
VALUE_LIMIT = 2000
_LABEL_LIMIT = 300
_LEAST_ROOM = 600


def citation_block(citation: Citation, room: int = VALUE_LIMIT) -> Block:
    """Show the source on a line, with a button that opens the passage.

    The button's value takes up to *room* characters, at least 600.
    """
    return {
        "type": "section",
        "text": plain(_label(citation), _LABEL_LIMIT),
        "accessory": {
            "type": "button",
            "text": plain("View passage"),
            "action_id": VIEW_PASSAGE,
            "value": _value(citation, max(room, _LEAST_ROOM)),
        },
    }


def source_line(citation: Citation) -> str:
    """Name the source in one line, for clients that show no blocks."""
    return _label(citation)


def passage_view(value: str) -> Block:
    """Build the dialog that shows the words relied on and, below them, the whole passage."""
    number, label, passage, start, end = json.loads(value)
    passage = unescaped(passage)
    quote = passage[start:end]
    shown = [unescaped(label), *([f"“{quote}”"] if quote.strip() else [])]
    return {
        "type": "modal",
        "title": plain(f"Source [{number}]"),
        "close": plain("Close"),
        "blocks": [*(paragraph(text) for text in shown), {"type": "divider"}, paragraph(passage)],
    }


def paragraph(text: str) -> Block:
    """Build a block that shows *text* literally and in full.

    A section, not rich text, because every client has sections.
    """
    return {"type": "section", "text": plain(text), "expand": True}


def plain(text: str, limit: int = 3000) -> Block:
    """Build a text object that shows *text* literally."""
    return {"type": "plain_text", "text": literal(text, limit), "emoji": False}


def _label(citation: Citation) -> str:
    place = ", ".join(part for part in (citation.source, citation.section) if part)
    return f"[{citation.number}] {citation.title}" + (f" — {place}" if place else "")


def _value(citation: Citation, limit: int) -> str:
    label = _label(citation)[: min(_LABEL_LIMIT, limit // 7)]
    passage, quote, room = citation.passage or citation.quote, citation.quote, limit
    while True:
        shown = _excerpt(passage, quote, room)
        start = max(shown.find(quote), 0)
        end = start + len(quote) if quote in shown else start
        value = json.dumps([citation.number, label, shown, start, end], ensure_ascii=False)
        if counted(value) <= limit:
            return value
        room = room * 3 // 4


def _excerpt(passage: str, quote: str, room: int) -> str:
    if len(passage) <= room:
        return passage
    at = max(passage.find(quote), 0)
    start = max(0, min(at - max(room - len(quote), 0) // 2, len(passage) - room))
    cut = passage[start : start + room]
    return ("…" if start else "") + cut + ("…" if start + room < len(passage) else "")
