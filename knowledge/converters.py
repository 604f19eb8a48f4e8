"""From the text of a file to sections: Markdown, plain text of any layout, subtitle transcripts.

Formats that need a vendor's parser live in `knowledge.convert_worker`; they meet here as blocks.
Every step is linear in the length of the text.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

BlockKind = Literal["heading", "paragraph", "item", "row"]

_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_INLINE = (
    (
        re.compile(
            r"</?(?:ul|ol|li|br|p|b|i|em|strong|span|div|sub|sup|u|a|img|details|summary)\b"
            r"[^<>\n]{0,300}>",
            re.IGNORECASE,
        ),
        " ",
    ),
    (re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"\*\*([^*\n]{1,500})\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?!\s)([^*\n]{1,300})(?<!\s)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)__?(?!\s)([^_\n]{1,300})(?<!\s)__?(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]{1,300})`"), r"\1"),
)
_MARKUP = re.compile(r"[<*_`]|\]\(")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*$")
_RULE = re.compile(r"\s{0,3}(?:[-*_=]\s*){3,}$")
_ITEM = re.compile(r"(?:([-*+•●▪◦‣–])|\(?(\d{1,3})[.)])\s+(\S.*)")
_LONE_MARKER = re.compile(r"(?:[-*+•●▪◦‣–]|\(?\d{1,3}[.)])\s*(?:(\d{1,3})[.)]?)?$")
_SEPARATOR_ROW = re.compile(r"\|?[\s:|-]*-[\s:|-]*$")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s*[-–—:]?\s+(?=\S)")
_BOLD_LINE = re.compile(r"\*\*([^*]+)\*\*:?$")
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？")
_CLAUSE_END = (*_SENTENCE_END, ":", ";", ",")


class Unconvertible(Exception):
    """The content can't be turned into text; `problem` is a sentence for the person."""

    def __init__(self, problem: str) -> None:
        """Keep the sentence."""
        super().__init__(problem)
        self.problem = problem


class Section(BaseModel):
    """Text under one heading; `heading` carries its parents (`Teams › Roles`), or is empty.

    Every line of `text` is a paragraph, a list item (`- …`, `1. …`) or a table row (`… | …`).
    """

    model_config = ConfigDict(frozen=True)

    heading: str
    text: str


class Converted(BaseModel):
    """What a file says; `title` is empty where it names none."""

    model_config = ConfigDict(frozen=True)

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table row, on one line; `level` 1 is the topmost."""

    kind: BlockKind
    text: str
    level: int = 0


def clean(text: str) -> str:
    """Unify line ends and remove control, zero-width and direction-override characters."""
    return _INVISIBLE.sub("", _BREAK.sub("\n", text))


def one_line(text: str) -> str:
    """Collapse every run of white space to one space."""
    return " ".join(text.split())


def convert_text(text: str) -> Converted:
    """Read plain text or Markdown whose line breaks may mean something: headings are guessed."""
    return assemble(_blocks_of(text, soft_breaks=False))


def convert_markdown(text: str) -> Converted:
    """Read Markdown; without any `#` heading its headings are guessed like in plain text."""
    return assemble(_blocks_of(text, soft_breaks=True))


def assemble(blocks: Sequence[Block], title: str = "") -> Converted:
    """Put blocks into sections; without a *title*, an early first heading is the title."""
    first = _first_heading(blocks)
    name = one_line(title) or (first.text if first else "")
    # A title above everything adds nothing to each section's heading; a mere first heading does.
    outline = _Outline(name if title or _is_alone_on_top(first, blocks) else "")
    for block in blocks:
        outline.add(block)
    return Converted(title=name, sections=tuple(outline.finish()))


def _first_heading(blocks: Sequence[Block]) -> Block | None:
    """Return the heading that may name the document: near the top, with no sentence above it."""
    for block in blocks[:6]:
        if block.kind == "heading" and not block.text[0].isdigit():
            return block
        if block.text.endswith(_SENTENCE_END):
            return None
    return None


def _is_alone_on_top(first: Block | None, blocks: Sequence[Block]) -> bool:
    levels = [block.level for block in blocks if block.kind == "heading"]
    return first is not None and sum(level <= first.level for level in levels) == 1


class _Outline:
    """Collects lines under the path of headings above them."""

    def __init__(self, title: str) -> None:
        self._title = title  # left out of the paths
        self._path: list[Block] = []
        self._lines: list[str] = []
        self._sections: list[Section] = []

    def add(self, block: Block) -> None:
        if block.kind == "heading":
            self._close(block.level)
            self._path.append(block)
        else:
            self._lines.append(block.text)

    def finish(self) -> list[Section]:
        self._close(level=0)
        return self._sections

    def _close(self, level: int) -> None:
        """Write the section that ends before a heading of *level*, which leaves deeper ones."""
        childless = not self._path or level <= self._path[-1].level
        if self._lines:
            self._write(self._path)
        elif self._path and childless and self._path[-1].text != self._title:
            # A heading with nothing under it, such as a slide's only line, is text itself.
            self._lines.append(self._path[-1].text)
            self._write(self._path[:-1])
        while self._path and self._path[-1].level >= level:
            self._path.pop()

    def _write(self, path: Sequence[Block]) -> None:
        names = [block.text for block in path if block.text != self._title]
        section = Section(heading=" › ".join(names[-3:]), text="\n".join(self._lines))
        self._lines = []
        self._sections.append(section)


def table_rows(rows: Sequence[Sequence[str]], *, header: bool) -> list[Block]:
    """Turn a table into one line a row, each cell led by its column's name where there is one."""
    filled = [[one_line(cell) for cell in row] for row in rows if any(map(str.strip, row))]
    if not header or len(filled) < 2:
        return [Block("row", " | ".join(filter(None, row))) for row in filled]
    names, *body = filled
    return [Block("row", " | ".join(_named_cells(names, row))) for row in body]


def _named_cells(names: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    for column, cell in enumerate(row):
        name = names[column] if column < len(names) else ""
        # The first cell names the row; its column's name says nothing more when there are others.
        leads = column == 0 and len(row) > 2
        if cell:
            yield cell if leads or not name else f"{name}{'' if name[-1] in ':?' else ':'} {cell}"


# --- lines of a text, before and after joining ---------------------------------------------------


@dataclass
class _Piece:
    """A line, or several that belong together; `gap` says that a blank line stands above.

    Joined, the `parts` are the text: those after the first begin with their own space.
    """

    kind: Literal["heading", "text", "code", "item", "row"]
    parts: list[str]
    gap: bool
    indent: int = 0
    level: int = 0
    marker: str = ""
    bold: bool = False
    cells: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return "".join(self.parts)


def _blocks_of(text: str, *, soft_breaks: bool) -> list[Block]:
    pieces = _read_lines(_without_front_matter(clean(text).split("\n")))
    pieces = _join(pieces, _Joiner(pieces, soft_breaks=soft_breaks))
    if not any(piece.kind == "heading" for piece in pieces):
        _guess_headings(pieces)
    return list(_as_blocks(pieces))


def _without_front_matter(lines: list[str]) -> list[str]:
    if not lines or lines[0].strip() != "---":
        return lines
    for end in range(1, min(len(lines), 60)):
        if lines[end].strip() in ("---", "..."):
            keys = [line for line in lines[1:end] if re.match(r"[\w-]+:", line)]
            return lines[end + 1 :] if keys else lines
    return lines


def _read_lines(lines: Sequence[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    gap, fenced = True, False
    for index, line in enumerate(lines):
        if _FENCE.match(line):
            gap, fenced = True, not fenced
        elif not line.strip():
            gap = True
        elif fenced:
            pieces.append(_Piece("code", [line.strip()], gap))
            gap = False
        elif pieces and not gap and _underlines(line, pieces[-1]):
            pieces[-1].kind = "heading"
            pieces[-1].level = 1 if line.strip()[0] == "=" else 2
            gap = True
        elif _RULE.match(line):
            gap = True
        else:
            pieces.append(_read_line(line, gap, _has_tabular_neighbour(lines, index)))
            gap = False
    return pieces


def _underlines(line: str, above: _Piece) -> bool:
    rule = _UNDERLINE.match(line)
    return rule is not None and above.kind == "text" and len(rule[1]) >= 3


def _has_tabular_neighbour(lines: Sequence[str], index: int) -> bool:
    around = (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
    return any("\t" in line.rstrip() for line in around)


def _read_line(line: str, gap: bool, tabular: bool) -> _Piece:
    bare = line.strip().removeprefix("> ")
    indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
    if heading := _HEADING.match(line):
        return _Piece("heading", [_plain(heading[2].rstrip("# "))], gap, level=len(heading[1]))
    if bare.startswith("|"):
        return _Piece(
            "row", [bare], gap, cells=[_plain(cell) for cell in bare.strip("|").split("|")]
        )
    item = _ITEM.match(bare)
    if tabular and "\t" in (item[3] if item else line.rstrip()):
        return _Piece("row", [bare], gap, cells=[_cell(cell) for cell in line.split("\t")])
    if item:
        marker = f"{item[2]}. " if item[2] else "- "
        return _Piece("item", [_plain(item[3])], gap, indent, marker=marker)
    return _Piece("text", [_plain(bare)], gap, indent, bold=bool(_BOLD_LINE.match(bare)))


def _plain(text: str) -> str:
    if _MARKUP.search(text):
        for markup, replacement in _INLINE:
            text = markup.sub(replacement, text)
    return one_line(text)


def _cell(text: str) -> str:
    """Read a table cell that may hold a list."""
    return "; ".join(part for part in map(str.strip, re.split("[•●▪]", _plain(text))) if part)


# --- joining lines that belong together ----------------------------------------------------------


class _Joiner:
    """Tells whether a line goes on in the next one, from how the whole text is laid out."""

    def __init__(self, pieces: Sequence[_Piece], *, soft_breaks: bool) -> None:
        self._soft_breaks = soft_breaks
        prose = [piece for piece in pieces if piece.kind == "text"]
        self._width = _ninetieth([len(piece.text) for piece in prose])
        self._wrapped = self._width <= 160 and _mostly_runs_on(pieces)
        self._words = self._vocabulary(pieces) if self._wrapped else frozenset[str]()

    @staticmethod
    def _vocabulary(pieces: Sequence[_Piece]) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", " ".join(piece.text for piece in pieces).lower()))

    def continues(self, above: _Piece, below: _Piece) -> bool:
        if below.kind != "text" or above.kind not in ("text", "item"):
            return False
        last = above.parts[-1]
        if below.gap:
            # A page break or a figure may stand inside a sentence.
            return above.kind == "text" and len(last) >= 60 and _runs_on(last, below.text)
        if above.kind == "item" and below.indent >= above.indent + 2:
            return True
        full = self._wrapped and len(last) >= 0.7 * self._width
        return full or self._soft_breaks or _runs_on(last, below.text)

    def glue(self, above: _Piece, below: _Piece) -> None:
        last, first = above.parts[-1], below.parts[0]
        head, tail = re.search(r"\w{1,40}-$", last[-41:]), re.match(r"[^\W\d_]{1,40}", first)
        if not (head and tail and tail[0][0].islower()):
            above.parts.append(" " + first)
            return
        # A hyphen at a line's end is part of the word unless the text knows the word whole.
        if (head[0][:-1] + tail[0]).lower() in self._words:
            above.parts[-1] = last[:-1]
        above.parts.append(first)


def _ninetieth(lengths: list[int]) -> int:
    return sorted(lengths)[int(len(lengths) * 0.9)] if lengths else 0


def _mostly_runs_on(pieces: Sequence[_Piece]) -> bool:
    pairs = [
        (above.text, below.text)
        for above, below in pairwise(pieces)
        if above.kind in ("text", "item") and below.kind == "text" and not below.gap
    ]
    return sum(_runs_on(*pair) for pair in pairs) > 0.15 * len(pairs)


def _runs_on(above: str, below: str) -> bool:
    return below[:1].islower() and not above.endswith((*_SENTENCE_END, ":", ";"))


def _join(pieces: Sequence[_Piece], joiner: _Joiner) -> list[_Piece]:
    joined: list[_Piece] = []
    for piece in _with_markers_beside_their_text(pieces):
        if joined and joiner.continues(joined[-1], piece):
            joiner.glue(joined[-1], piece)
        else:
            joined.append(piece)
    return joined


def _with_markers_beside_their_text(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Mend lists whose numbers stand on lines of their own."""
    waiting: _Piece | None = None
    for piece in pieces:
        if waiting and piece.kind == "text" and not _lone_marker(piece):
            marker, gap = _lone_marker(waiting), waiting.gap
            piece = replace(piece, kind="item", marker=marker, gap=gap, indent=waiting.indent)
        elif waiting and _holds_number(waiting):
            yield waiting
        waiting = piece if _lone_marker(piece) else None
        if waiting is None and any(piece.parts):
            yield piece
    if waiting and _holds_number(waiting):
        yield waiting


def _holds_number(piece: _Piece) -> bool:
    return any(map(str.isdigit, piece.marker + piece.text))


def _lone_marker(piece: _Piece) -> str:
    """Return the marker of a list item whose text stands on a later line, else nothing."""
    if piece.kind not in ("text", "item"):
        return ""
    line = piece.marker + piece.text if piece.kind == "item" else piece.text
    lone = _LONE_MARKER.match(line)
    if not lone:
        return ""
    number = lone[1] or "".join(filter(str.isdigit, line))
    return f"{number}. " if number else "- "


# --- guessing headings ---------------------------------------------------------------------------


def _guess_headings(pieces: Sequence[_Piece]) -> None:
    depths = [_numbered_depth(pieces, index) for index in range(len(pieces))]
    below_numbers = 1 + max(depths, default=0)
    levels = [
        depth or _unnumbered_level(pieces, index, below_numbers)
        for index, depth in enumerate(depths)
    ]
    for index, level in enumerate(levels):
        following = levels[index + 1] if index + 1 < len(levels) else 0
        # Title-like lines in a row, without text of their own, are a list rather than headings.
        if level and (index == 0 or not 0 < following <= level):
            piece = pieces[index]
            heading = (piece.marker + piece.text) if piece.kind == "item" else piece.text
            piece.kind, piece.level, piece.parts = "heading", level, [heading.rstrip(":")]


def _numbered_depth(pieces: Sequence[_Piece], index: int) -> int:
    piece = pieces[index]
    line = piece.marker + piece.text
    number = _NUMBERED.match(line)
    if not number or not _stands_out(pieces, index) or not _looks_like_title(line[number.end() :]):
        return 0
    return number[1].count(".") + 1


def _unnumbered_level(pieces: Sequence[_Piece], index: int, level: int) -> int:
    piece = pieces[index]
    if piece.kind != "text" or not _stands_out(pieces, index):
        return 0
    if piece.bold or _looks_like_title(piece.text):
        return level
    return level + 1 if _looks_like_question(piece.text) else 0


def _stands_out(pieces: Sequence[_Piece], index: int) -> bool:
    """Tell a line with space around it, or a short one right above prose or a list."""
    piece, after = pieces[index], pieces[index + 1] if index + 1 < len(pieces) else None
    before = pieces[index - 1] if index else None
    if after is None or piece.kind not in ("text", "item") or len(piece.parts) > 1:
        return False
    if piece.kind == "item":  # `1. Scope` heads a section unless other items stand beside it
        alone = after.kind != "item" and not (before and before.kind == "item")
        return alone and piece.marker != "- " and piece.gap and after.gap
    if piece.gap and after.gap:
        return True
    free = (
        piece.gap or before is None or before.kind != "text" or before.text.endswith(_SENTENCE_END)
    )
    return free and (after.kind == "item" or len(after.text) >= max(80, 2 * len(piece.text)))


def _looks_like_title(text: str) -> bool:
    words = re.findall(r"[^\W_][\w'’&/-]*", text[:200])
    if not 0 < len(words) <= 14 or len(text) > 90 or text[0].islower():
        return False
    if text.endswith(_CLAUSE_END) or not (text[-1].isalnum() or text[-1] in ")]\"”’'%+#"):
        return False
    capitalised = not any(word[0].islower() and len(word) > 4 for word in words)
    return text[0].isalpha() and (capitalised or len(words) <= 8)


def _looks_like_question(text: str) -> bool:
    single = not any(mark in text[:-1] for mark in ("? ", ". ", "! "))
    return text.endswith("?") and single and len(text) <= 160 and text[0].isupper()


def _as_blocks(pieces: Sequence[_Piece]) -> Iterator[Block]:
    table: list[_Piece] = []
    for piece in pieces:
        if table and (piece.kind != "row" or piece.gap):
            yield from _table(table)
            table = []
        if piece.kind == "row":
            table.append(piece)
        elif piece.kind == "heading":
            yield Block("heading", piece.text, piece.level)
        elif piece.kind == "item":
            yield Block("item", piece.marker + piece.text)
        else:
            yield Block("paragraph", piece.text)
    yield from _table(table)


def _table(pieces: Sequence[_Piece]) -> list[Block]:
    rows = [piece.cells for piece in pieces if not _SEPARATOR_ROW.match(piece.text)]
    header = bool(rows) and all(len(cell) <= 60 for cell in rows[0])
    return table_rows(rows, header=header)


# --- subtitles -----------------------------------------------------------------------------------

_TIMING = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->\s")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,50})?\s+([^<>]{1,80})>")
_CUE_TAG = re.compile(r"</?[a-zA-Z0-9][^<>\n]{0,100}>|\{\\[^{}]{0,40}\}")
_SPEAKER = re.compile(r"(?:>>\s*|-\s+)?([A-Z][\w.'’-]{0,30}(?: [A-Z0-9][\w.'’-]{0,30}){0,3}):\s+")
_TURN = re.compile(r"(?:>>+|[-–])\s+")


def convert_subtitles(text: str) -> Converted:
    """Read SubRip or WebVTT: cues become sentences, a change of speaker a new paragraph."""
    lines = [line.strip() for line in clean(text).split("\n")]
    if not any(map(_TIMING.match, lines)):
        raise Unconvertible("There are no subtitles in it.")
    paragraphs = _speeches(_without_rolling_repeats(_cue_lines(lines)))
    return assemble([Block("paragraph", paragraph) for paragraph in paragraphs])


def _cue_lines(lines: Sequence[str]) -> Iterator[str]:
    skipping = lines[0].startswith("WEBVTT")
    for index, line in enumerate(lines):
        starts = index == 0 or not lines[index - 1]
        if starts and line.startswith(("NOTE", "STYLE", "REGION")):
            skipping = True
        if not line:
            skipping = False
        elif not (skipping or _TIMING.match(line) or _is_cue_name(lines, index)):
            yield _without_cue_markup(line)


def _is_cue_name(lines: Sequence[str], index: int) -> bool:
    timed = index + 1 < len(lines) and _TIMING.match(lines[index + 1])
    return bool(timed) and (lines[index].isdigit() or index == 0 or not lines[index - 1])


def _without_cue_markup(line: str) -> str:
    named = _VOICE.sub(lambda voice: f"{voice[1].strip()}: ", line)
    return one_line(html.unescape(_CUE_TAG.sub("", named)))


def _without_rolling_repeats(lines: Iterable[str]) -> Iterator[str]:
    """Leave out lines that live captions show twice while they scroll."""
    previous = ""
    for line in lines:
        if line and (line != previous or line.count(" ") < 2):
            yield line
        previous = line or previous


def _speeches(lines: Iterable[str]) -> Iterator[str]:
    speech: list[str] = []
    speaker = ""
    for line in lines:
        named, turn = _SPEAKER.match(line), _TURN.match(line)
        same = named is not None and named[1] == speaker
        if (named and not same) or (turn and not named):
            if speech:
                yield " ".join(speech)
            speech, speaker = [], named[1] if named else ""
        said = line[named.end() :] if named else line[turn.end() :] if turn else line
        speech.append(f"{speaker}: {said}" if named and not same else said)
    if speech:
        yield " ".join(speech)
