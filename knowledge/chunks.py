"""From a document to passages: a few sentences under one heading, small enough to cite.

Every word of the text ends up in exactly one passage, in order. Linear in the length of the text.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.converters import Section, clean, one_line
from knowledge.documents import Document
from knowledge.passages import Passage

LIMIT = 1_200  # characters of a passage, never more
_LEAST = 40  # words: below, a passage takes in more before it ends
_MOST = 110  # words: a passage ends before it grows past this
_AT_MOST = 160  # words of what belongs together: a list with its introduction, a late short rest
_SENTENCES = 6

# The look-behind keeps a long run of full stops from being tried at each of them.
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[”』」）]*")
_ABBREVIATIONS = frozenset(
    (
        "approx", "cf", "dr", "e.g", "eq", "fig", "i.e", "jr", "mr", "mrs", "ms", "no", "p", "pp",
        "prof", "sec", "sr", "st", "vs", "vol",
    )
)  # fmt: skip
_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s")


@dataclass(frozen=True)
class _Atom:
    """What is not divided: a sentence, an item, a row, or a short list with its introduction."""

    text: str
    starts_line: bool = True
    starts_group: bool = False

    @property
    def words(self) -> int:
        spaced = self.text.count(" ") + self.text.count("\n") + 1
        return max(spaced, len(self.text) // 10)  # some scripts put no space between words


def passages_of(document: Document) -> list[Passage]:
    """Divide *document* into passages, none across a heading; the same text gives the same ids."""
    seen: Counter[tuple[str, str]] = Counter()
    passages: list[Passage] = []
    for section in document.sections:
        heading = one_line(clean(section.heading))
        for text in _divide(section):
            seen[heading, text] += 1
            key = (document.name, heading, text, str(seen[heading, text]))
            passages.append(
                Passage(
                    id=hashlib.sha256("\0".join(key).encode()).hexdigest()[:32],
                    document=document.name,
                    title=document.title,
                    section=heading,
                    text=text,
                )
            )
    return passages


class _Part:
    """Atoms on their way to becoming a passage."""

    def __init__(self, *atoms: _Atom) -> None:
        self.atoms: list[_Atom] = []
        self.words = 0
        self.length = 0
        for atom in atoms:
            self.add(atom)

    def add(self, atom: _Atom) -> None:
        self.atoms.append(atom)
        self.words += atom.words
        self.length += len(atom.text) + 1

    def is_full(self, atom: _Atom) -> bool:
        """Tell whether *atom* has to begin a new passage."""
        if self.length + len(atom.text) > LIMIT:
            return True
        words = self.words + atom.words
        if self.words < _LEAST:
            return words > _AT_MOST
        return atom.starts_group or words > _MOST or len(self.atoms) >= _SENTENCES

    def text(self) -> str:
        lines = (("\n" if atom.starts_line else " ") + atom.text for atom in self.atoms)
        return "".join(lines).strip()


def _divide(section: Section) -> list[str]:
    parts: list[_Part] = []
    for atom in _atoms(section.text):
        if not parts or parts[-1].is_full(atom):
            parts.append(_Part(atom))
        else:
            parts[-1].add(atom)
    return [part.text() for part in _with_short_rest_taken_in(parts)]


def _with_short_rest_taken_in(parts: list[_Part]) -> list[_Part]:
    if len(parts) < 2 or parts[-1].words >= _LEAST:
        return parts
    merged = _Part(*parts[-2].atoms, *parts[-1].atoms)
    fits = merged.length <= LIMIT and merged.words <= _AT_MOST
    return [*parts[:-2], merged] if fits else parts


# --- what is not divided -------------------------------------------------------------------------


def _atoms(text: str) -> Iterator[_Atom]:
    lines = [line for line in map(one_line, clean(text).split("\n")) if line]
    introduction = ""
    for listed, group in groupby(lines, key=_is_listed):
        members = list(group)
        if listed:
            yield from _list_atoms(introduction, members)
            introduction = ""
            continue
        introduction = members.pop() if members[-1].endswith(":") else ""
        for line in members:
            yield from _prose_atoms(line)
        if introduction and (introduction == lines[-1] or not _is_short(introduction)):
            yield from _prose_atoms(introduction)
            introduction = ""


def _is_listed(line: str) -> bool:
    return bool(_ITEM.match(line)) or " | " in line


def _is_short(line: str) -> bool:
    return len(line) <= LIMIT // 2


def _list_atoms(introduction: str, members: Sequence[str]) -> Iterator[_Atom]:
    lines = [introduction, *members] if introduction else list(members)
    whole = _Atom("\n".join(lines), starts_group=True)
    if whole.words <= _AT_MOST and len(whole.text) <= LIMIT:
        yield whole
        return
    if introduction and len(introduction) + len(members[0]) < LIMIT:
        lines = [f"{introduction}\n{members[0]}", *members[1:]]
    for index, line in enumerate(lines):
        yield from _line_atoms(line, starts_group=index == 0)


def _line_atoms(line: str, *, starts_group: bool) -> Iterator[_Atom]:
    atom = _Atom(line, starts_group=starts_group)
    if len(line) <= LIMIT and atom.words <= _AT_MOST:
        yield atom
    else:
        yield from _prose_atoms(line, starts_group=starts_group)


def _prose_atoms(line: str, *, starts_group: bool = True) -> Iterator[_Atom]:
    pieces = (piece for sentence in sentences_of(line) for piece in _short_pieces(sentence))
    for index, piece in enumerate(pieces):
        first = index == 0
        yield _Atom(piece, starts_line=first, starts_group=first and starts_group)


def sentences_of(line: str) -> list[str]:
    """Divide one line into sentences; abbreviations and initials do not end one."""
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(line):
        if _ends_sentence(line, start, end):
            sentences.append(line[start : end.end()].strip())
            start = end.end()
    rest = line[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends_sentence(line: str, start: int, end: re.Match[str]) -> bool:
    following = line[end.end() : end.end() + 2].strip()
    if end[0][0] in "。！？":
        return True
    if following[:1].islower():
        return False
    if end[0] != ".":
        return True
    word = line[max(start, line.rfind(" ", start, end.start()) + 1) : end.start()].strip("(“\"'")
    initial = len(word) == 1 and word.isupper()
    number = word.isdigit() and end.start() - start <= 3  # the marker of a list item
    return not (initial or number or word.lower() in _ABBREVIATIONS)


def _short_pieces(sentence: str) -> Iterator[str]:
    """Divide by clauses what is too long for a sentence, such as unpunctuated speech."""
    if len(sentence) <= LIMIT and sentence.count(" ") < _AT_MOST:
        yield sentence
        return
    piece: list[str] = []
    length = 0
    for word in _short_words(sentence):
        if piece and (length + len(word) > LIMIT or _is_clause(piece)):
            yield " ".join(piece)
            piece, length = [], 0
        piece.append(word)
        length += len(word) + 1
    yield " ".join(piece)


def _is_clause(words: Sequence[str]) -> bool:
    return len(words) >= _MOST or (len(words) >= _MOST // 2 and words[-1].endswith((";", ",", ":")))


def _short_words(sentence: str) -> Iterator[str]:
    for word in sentence.split():
        for start in range(0, len(word), LIMIT):
            yield word[start : start + LIMIT]
