"""A reviewed text on its way out: the words to copy, and the remarks on it, grouped by kind. Pure.

What is too long for a message goes into a text file beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Citation, Mark, MarkedText, Section
from bot.platforms.remarks import by_title, quoted, said, with_count
from bot.platforms.slack.markup import mentions_people, pieces, spoken, verbatim
from bot.platforms.slack.sources import Block, paragraph, plain, source_line

_PIECE = 2400
_TITLE = 150
QUOTE = 300


@dataclass(frozen=True)
class TextFile:
    """A file that is sent along; `stem` is its name without an ending."""

    stem: str
    title: str
    text: str


@dataclass(frozen=True)
class Group:
    """The remarks of one kind: a heading, and a block for each."""

    heading: Block
    remarks: tuple[Block, ...]


def copyable(section: Section) -> list[Block]:
    """Show a verbatim section under its title, character for character."""
    return [header(section.title), *(_words(piece) for piece in pieces(section.text, _PIECE))]


def aloud(text: str) -> list[Block]:
    """Show an author's *text* to a channel as if the author had posted it."""
    return [_marked_up(piece) for piece in pieces(text, _PIECE)]


def header(title: str) -> Block:
    """Build a heading."""
    return {"type": "header", "text": plain(title, _TITLE)}


def groups(marked: MarkedText) -> list[Group]:
    """Return the remarks by kind, the kinds in the order in which they first come up."""
    return [
        Group(header(with_count(title, marks)), tuple(_remarks(marked, marks)))
        for title, marks in by_title(marked)
    ]


def written_out(marked: MarkedText, citations: Sequence[Citation]) -> str:
    """Return every remark, with its source, as plain text for a file."""
    sources = {citation.number: source_line(citation) for citation in citations}
    parts: list[str] = []
    for title, marks in by_title(marked):
        parts.append(with_count(title, marks).upper())
        for mark, remark in said(marks):
            quote = quoted(marked, mark, len(marked.text))
            lines = (quote, mark.text, sources.get(mark.citation, "")) if remark else (quote,)
            parts.append("\n".join(line for line in lines if line))
    return "\n\n".join(parts) + "\n"


def _remarks(marked: MarkedText, marks: Sequence[Mark]) -> Iterator[Block]:
    for mark, remark in said(marks):
        lines = (quoted(marked, mark, QUOTE), remark)
        text = "\n".join(line for line in lines if line)
        yield _marked_up(text) if mentions_people(text) else paragraph(text)


def _words(text: str) -> Block:
    """Show *text* as it is; what was written in Slack and names people as Slack shows it."""
    if mentions_people(text):
        return _marked_up(text)
    shown = {"type": "plain_text", "text": verbatim(text) or "…", "emoji": False}
    return {"type": "section", "text": shown, "expand": True}


def _marked_up(text: str) -> Block:
    # With `verbatim` Slack makes nothing live that the markup does not.
    shown = {"type": "mrkdwn", "text": spoken(text) or "…", "verbatim": True}
    return {"type": "section", "text": shown, "expand": True}
