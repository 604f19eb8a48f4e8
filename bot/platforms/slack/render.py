"""From a `Reply` to what Slack shows: a text for notifications, and blocks. Pure.

People's text goes only into elements that show it literally, and never past Slack's limits: 50
blocks in a message, 3,000 characters in a text, 75 in a button, 2,000 in a button's value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Button, Reply, Section
from bot.platforms.slack.markup import escaped
from bot.platforms.slack.sources import (
    VALUE_LIMIT,
    Block,
    citation_block,
    paragraph,
    plain,
    source_line,
)

ASK = "ask_suggestion"
_BLOCKS = 50
_HOME_BLOCKS = 100
_PARAGRAPHS = 20
_FALLBACK = 3500
_LABEL = 75
_TITLE = 150
_QUESTION = 500
_BUTTONS_IN_A_ROW = 25
_ROWS = 10


@dataclass(frozen=True)
class Rendered:
    """A message: `paragraphs` and `rest` are its blocks, `text` is read where blocks are not."""

    text: str
    paragraphs: tuple[Block, ...]
    rest: tuple[Block, ...]

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return [*self.paragraphs, *self.rest]


def render(reply: Reply, *, suggest: bool = True) -> Rendered:
    """Return *reply* as a message; without *suggest* its suggestions are left out."""
    paragraphs = _paragraphs(reply.text)
    buttons = _button_rows(reply.buttons)
    middle = [
        *(block for section in reply.sections for block in _section(section)),
        *_notes(reply),
        *(citation_block(citation) for citation in reply.citations),
        *(_suggestion(question) for question in reply.suggestions if suggest),
    ]
    room = _BLOCKS - len(paragraphs) - len(buttons)
    return Rendered(_fallback(reply), tuple(paragraphs), (*middle[:room], *buttons))


def render_home(reply: Reply) -> Block:
    """Return *reply* as the App Home, its suggestions as examples to copy."""
    examples = Section(title="Try asking", text="\n".join(f"• {q}" for q in reply.suggestions))
    blocks = [
        *_paragraphs(reply.text),
        *(block for section in reply.sections for block in _section(section)),
        *(_section(examples) if reply.suggestions else []),
    ]
    return {"type": "home", "blocks": blocks[:_HOME_BLOCKS]}


def _paragraphs(text: str) -> list[Block]:
    paragraphs = [p for p in text.split("\n\n") if p.strip()] or ["…"]
    if len(paragraphs) > _PARAGRAPHS:
        paragraphs = [*paragraphs[: _PARAGRAPHS - 1], "\n\n".join(paragraphs[_PARAGRAPHS - 1 :])]
    return [paragraph(text) for text in paragraphs]


def _section(section: Section) -> list[Block]:
    title: Block = {"type": "header", "text": plain(section.title, _TITLE)}
    return [title, paragraph(section.text)]


def _notes(reply: Reply) -> list[Block]:
    notes: list[str] = []
    if reply.by_model:
        notes.append("Written by a language model from the sources below.")
    if reply.reference and reply.reference not in reply.text:
        notes.append(f"Reference: {reply.reference}")
    return [{"type": "context", "elements": [plain(note)]} for note in notes]


def _suggestion(question: str) -> Block:
    return {
        "type": "section",
        "text": plain(question, _QUESTION),
        "accessory": {
            "type": "button",
            "text": plain("Ask"),
            "action_id": ASK,
            "value": question[:VALUE_LIMIT],
        },
    }


def _button_rows(buttons: Sequence[Button]) -> list[Block]:
    """Lay buttons out; an action may stand only once in a row, so a repeated one starts another."""
    rows: list[dict[str, Block]] = []
    for button in buttons:
        if not rows or button.action in rows[-1] or len(rows[-1]) == _BUTTONS_IN_A_ROW:
            rows.append({})
        rows[-1][button.action] = {
            "type": "button",
            "text": plain(button.label, _LABEL),
            "action_id": button.action,
            "value": button.value[:VALUE_LIMIT],
        }
    return [{"type": "actions", "elements": list(row.values())} for row in rows[:_ROWS]]


def _fallback(reply: Reply) -> str:
    lines = [reply.text, *(f"{section.title}\n{section.text}" for section in reply.sections)]
    lines += ["\n".join(source_line(citation) for citation in reply.citations)]
    return escaped("\n\n".join(line for line in lines if line.strip())[:_FALLBACK]) or "…"
