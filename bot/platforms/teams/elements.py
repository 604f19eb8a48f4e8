"""The elements that Coach's Adaptive Cards are made of. Pure.

People's text goes into text runs, which know no Markdown, or is escaped.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.platforms.teams.markup import escaped, inert, literal, verbatim
from bot.platforms.teams.wire import Payload

TITLE = 75
ACTIONS = 6
_HEADING = 250
_BLOCKS_OF_LINES = 60
_LINES_AT_ONCE = 10
_PIECE = 6000
_SPOKEN = 1000
_FALLBACK = 2000


def adaptive(body: Sequence[Payload], words: str, *, full: bool = False) -> dict[str, Any]:
    """Build a card; *words* are read out, and shown where the card can't be."""
    spoken = inert(words[:_SPOKEN]).replace("&", "and").replace("<", " ").replace(">", " ")
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": list(body),
        "fallbackText": inert(words[:_FALLBACK]).strip() or "…",
        "speak": spoken.strip() or "…",
        **({"msteams": {"width": "Full"}} if full else {}),
    }


def attachment(card: Payload) -> Payload:
    """Return *card* as a message carries it."""
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


def heading(text: str, *, large: bool = False) -> Payload:
    """Build a heading."""
    shown = text if len(text) <= _HEADING else text[: _HEADING - 1] + "…"
    return {
        "type": "TextBlock",
        "style": "heading",
        "text": escaped(" ".join(shown.split())) or "…",
        "weight": "Bolder",
        "size": "Large" if large else "Medium",
        "wrap": True,
        "spacing": "Large",
    }


def words(text: str, *, copied: bool = False, **look: object) -> list[Payload]:
    """Show *text* literally, line by line; *copied* keeps every character and looks it.

    *look* is how a text run looks: its `color`, `isSubtle`, `italic`, `size` or `weight`.
    """
    shown = verbatim(text) if copied else inert(text)
    look = {**({"fontType": "Monospace"} if copied else {}), **look}
    return [_run(line, space, look) for line, space in _lines(shown)]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line with the space above it; where there are very many, several at a time."""
    lines = text.strip("\n").split("\n")
    if len(lines) > _BLOCKS_OF_LINES:
        step = max(_LINES_AT_ONCE, len(lines) // _BLOCKS_OF_LINES)
        chunks = ["\n".join(lines[at : at + step]) for at in range(0, len(lines), step)]
        yield from ((piece, "None") for chunk in chunks for piece in _pieces(chunk))
        return
    space = "Default"
    for line in lines:
        for piece in _pieces(line):
            yield piece, space
            space = "None"
        space = space if line.strip() else "Default"


def _pieces(text: str) -> list[str]:
    """Cut *text* so that a part of it can be shown where all of it can't."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    return [piece for piece in pieces if piece.strip()]


def _run(text: str, space: str, look: Mapping[str, object]) -> Payload:
    run = {"type": "TextRun", "text": text, **look}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": space}


def container(items: Sequence[Payload], **more: object) -> Payload:
    """Group *items*; *more* is for instance its `style`, `id` or `isVisible`."""
    return {"type": "Container", "items": list(items), **more}


def beside(main: Sequence[Payload], aside: Sequence[Payload]) -> Payload:
    """Put *aside* to the right of *main*."""
    return {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "items": list(main)},
            {"type": "Column", "width": "auto", "items": list(aside)},
        ],
    }


def action_rows(rows: Sequence[Sequence[Payload]]) -> list[Payload]:
    """Lay actions out in rows, of no more than Teams shows in one."""
    return [
        {"type": "ActionSet", "actions": list(row[at : at + ACTIONS])}
        for row in rows
        for at in range(0, len(row), ACTIONS)
    ]


def title(text: str) -> str:
    """Return *text* as the title of an action, which is shown literally."""
    return literal(" ".join(text.split()), TITLE)


def submit(label: str, data: Payload, **more: object) -> Payload:
    """Build a button that posts *data* as a message."""
    return {"type": "Action.Submit", "title": title(label), "data": data, **more}


def execute(label: str, verb: str, data: Payload, **more: object) -> Payload:
    """Build a button that asks for another card; older clients post *data* as a message."""
    return {
        "type": "Action.Execute",
        "title": title(label),
        "verb": verb,
        "data": data,
        "fallback": submit(label, data, **more),
        **more,
    }
