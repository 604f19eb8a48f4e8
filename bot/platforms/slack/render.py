"""From a `Reply` to what Slack shows: a text for notifications, blocks, and files. Pure.

People's text goes only into elements that show it literally, except that a draft's author sees it
as Slack would show it. All stays inside Slack's limits: 50 blocks in a message and their size,
3,000 characters in a text, 75 in a button, 2,000 in a button's value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chart_records import Chart
from bot.messages import Button, Citation, Reply, Section
from bot.platforms.remarks import in_words
from bot.platforms.slack.markup import escaped, literal
from bot.platforms.slack.page import Page
from bot.platforms.slack.remarks import QUOTE, TextFile, copyable, groups, header, written_out
from bot.platforms.slack.sources import (
    VALUE_LIMIT,
    Block,
    citation_block,
    paragraph,
    plain,
    source_line,
)

ASK = "ask_suggestion"
OPENS_FORM = "form:"
_HOME_BLOCKS = 100
_PARAGRAPHS = 20
_COPYABLE = 7000
_OF_A_KIND = (1000, 10, 5, 3, 2, 1)
_FOR_SOURCES = 3000
_FOR_NOTES = 400
_AROUND_A_SOURCE = 700
_FALLBACK = 3500
_LABEL = 75
_QUESTION = 500
_ALT = 2000
_BUTTONS_IN_A_ROW = 25
_ROWS = 10


@dataclass(frozen=True)
class Rendered:
    """A message: `paragraphs` and `rest` are its blocks, `text` is read where blocks are not.

    `files` are sent along: they hold what is too long for it. `pictured` tells whether one of the
    blocks is a picture.
    """

    text: str
    paragraphs: tuple[Block, ...]
    rest: tuple[Block, ...]
    files: tuple[TextFile, ...] = ()
    pictured: bool = False

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return [*self.paragraphs, *self.rest]


def render(
    reply: Reply, *, suggest: bool = True, attach: bool = True, picture: Block | None = None
) -> Rendered:
    """Return *reply* as a message.

    Without *suggest* its suggestions are left out; without *attach* it does without files, and
    says so where something is missing. *picture* shows its chart, else words say what is in it.
    """
    page, overflow = Page(), _Overflow(attach)
    # What must not be missing takes its room first.
    buttons = page.first(_button_rows(reply.buttons))
    paragraphs = page.first(_paragraphs(reply.text))
    chart = page.first(_chart(reply, picture))
    notes = page.first(_notes(reply))
    sections = [block for part in reply.sections for block in _section_if_room(part, page)]
    to_copy = [block for part in reply.sections for block in _to_copy(part, page, overflow)]
    remarks = _remarks(reply, page, overflow)
    sources = _sources(reply.citations, page)
    suggestions = page.first([_suggestion(q) for q in reply.suggestions]) if suggest else []
    rest = (*chart, *to_copy, *remarks, *sections, *notes, *sources, *suggestions, *buttons)
    pictured = bool(picture and chart)
    return Rendered(_fallback(reply), tuple(paragraphs), rest, tuple(overflow.files), pictured)


def render_home(reply: Reply, picture: Block | None = None) -> Block:
    """Return *reply* as the App Home, its suggestions as examples to copy."""
    examples = Section(title="Try asking", text="\n".join(f"• {q}" for q in reply.suggestions))
    buttons = _button_rows(reply.buttons)
    blocks = [
        *_paragraphs(reply.text),
        *_chart(reply, picture),
        *(block for section in reply.sections for block in _section(section)),
        *(_section(examples) if reply.suggestions else []),
        *(citation_block(citation) for citation in reply.citations),
    ]
    return {"type": "home", "blocks": [*blocks[: _HOME_BLOCKS - len(buttons)], *buttons]}


def picture_of(chart: Chart, file: str) -> Block:
    """Build a block that shows Slack's *file*, which is a picture of *chart*."""
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": literal(chart.alt, _ALT),
        "title": plain(chart.title, _ALT),
    }


class _Overflow:
    """What did not fit into the message."""

    def __init__(self, attach: bool) -> None:
        self._attach = attach
        self.files: list[TextFile] = []

    def takes(self, file: TextFile, what: str) -> Block:
        """Put *file* aside; return the line that says where *what* is."""
        if self._attach:
            self.files.append(file)
            return paragraph(f"{what}: see the file below.")
        return paragraph(
            f"{what}, and I may not send files here. Ask your administrator to run coach doctor; "
            "until then, send me the text in shorter parts."
        )


def _to_copy(section: Section, page: Page, overflow: _Overflow) -> list[Block]:
    if not section.verbatim:
        return []
    blocks = copyable(section) if len(section.text) <= _COPYABLE else []
    if blocks and page.takes(blocks, min(_COPYABLE, page.room - _FOR_SOURCES)):
        return blocks
    file = TextFile("-".join(section.title.lower().split()), section.title, section.text)
    words = overflow.takes(file, "It is too long for a message")
    return page.first([header(section.title), words])


def _remarks(reply: Reply, page: Page, overflow: _Overflow) -> list[Block]:
    if reply.marked is None or not reply.marked.marks:
        return []
    found, shown, blocks = groups(reply.marked), 0, list[Block]()
    reserved = _FOR_NOTES + (_FOR_SOURCES if reply.citations else 0)
    for most in _OF_A_KIND:
        some = [block for group in found for block in (group.heading, *group.remarks[:most])]
        if page.takes(some, page.room - reserved):
            shown, blocks = len(some) - len(found), some
            break
    left = len(reply.marked.marks) - shown
    if not left:
        return blocks
    file = TextFile("findings", "All findings", written_out(reply.marked, reply.citations))
    more = overflow.takes(file, f"{left} more finding{'s' if left > 1 else ''} would not fit here")
    return [*blocks, *page.first([more])]


def _sources(citations: Sequence[Citation], page: Page) -> list[Block]:
    """Show every source: as many as fit with the passage one click away, the others on a line."""
    for opening in range(len(citations), -1, -1):
        each = page.room // max(opening, 1) - _AROUND_A_SOURCE
        blocks = [citation_block(c, min(VALUE_LIMIT, each)) for c in citations[:opening]]
        others = "\n".join(source_line(citation) for citation in citations[opening:])
        blocks += [paragraph(others)] if others else []
        if page.takes(blocks):
            return blocks
    return []


def _paragraphs(text: str) -> list[Block]:
    paragraphs = [p for p in text.split("\n\n") if p.strip()] or ["…"]
    if len(paragraphs) > _PARAGRAPHS:
        paragraphs = [*paragraphs[: _PARAGRAPHS - 1], "\n\n".join(paragraphs[_PARAGRAPHS - 1 :])]
    return [paragraph(text) for text in paragraphs]


def _chart(reply: Reply, picture: Block | None) -> list[Block]:
    if reply.chart is None:
        return []
    return [picture or paragraph(reply.chart.alt)]


def _section_if_room(section: Section, page: Page) -> list[Block]:
    blocks = [] if section.verbatim else _section(section)
    return blocks if page.takes(blocks) else []


def _section(section: Section) -> list[Block]:
    return [header(section.title), paragraph(section.text)]


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
    """Lay buttons out: several about one thing stand in a row of their own.

    An action may stand only once in a row, so a repeated one starts another.
    """
    rows: list[list[Button]] = []
    for button in buttons:
        if not rows or not _stands_with(button, rows[-1]):
            rows.append([])
        rows[-1].append(button)
    return [{"type": "actions", "elements": [_button(b) for b in row]} for row in rows[:_ROWS]]


def _stands_with(button: Button, row: Sequence[Button]) -> bool:
    if len(row) == _BUTTONS_IN_A_ROW or any(button.action == other.action for other in row):
        return False
    about = [other.value for other in row if other.value]
    closed = len(about) > 1 and len(set(about)) == 1  # it is about one thing
    return not (closed and button.value and button.value != about[0])


def _button(button: Button) -> Block:
    shown: Block = {
        "type": "button",
        "text": plain(button.label, _LABEL),
        "action_id": (OPENS_FORM if button.opens_form else "") + button.action,
        "value": button.value[:VALUE_LIMIT],
    }
    if button.asks:
        shown["confirm"] = {
            "title": plain("Are you sure?", 100),
            "text": plain(button.asks, 300),
            "confirm": plain(button.label, 30),
            "deny": plain("Cancel", 30),
            "style": "danger",
        }
    return shown


def _fallback(reply: Reply) -> str:
    parts = [part for part in _parts(reply) if part.strip()]
    return escaped("\n\n".join(parts)[:_FALLBACK]) or "…"


def _parts(reply: Reply) -> Iterator[str]:
    yield reply.text
    yield reply.chart.alt if reply.chart else ""
    yield from (f"{section.title}\n{section.text}" for section in reply.sections)
    yield from in_words(reply.marked, QUOTE) if reply.marked else ()
    yield "\n".join(source_line(citation) for citation in reply.citations)
