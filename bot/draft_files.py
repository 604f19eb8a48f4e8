"""The text of a draft that comes as a file: read in a process of its own, kept nowhere."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

from bot.errors import DocumentProblem
from knowledge.documents import Document, Limits, Unreadable, decode, read_document

LARGEST = 5_000_000
"""The most bytes that a draft's file may have."""

_AS_IT_IS = (".txt", ".md", ".markdown")
_READABLE = (*_AS_IT_IS, ".pdf", ".docx", ".html", ".htm")
_LIMITS = Limits(file_bytes=LARGEST, seconds=20, characters=1_000_000)
_TITLE = "draft"
_KINDS = "I read drafts as text (.txt), Markdown (.md), Word (.docx), PDF or HTML files."
_ONE = "I review one file at a time. Send me the one to review alone."
_TOO_LARGE = "It is larger than 5 MB. Send me just the text of the update."


class Named(Protocol):
    """A file as a platform tells of it."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...


File = TypeVar("File", bound=Named)


def draft_among(files: Sequence[File], *, has_words: bool) -> File | None:
    """Return the one of *files* that is a draft; None if none came.

    A file of a kind that holds no draft, such as a picture, counts only if nothing was written to
    go with it (*has_words*). Raises DocumentProblem.
    """
    readable = [file for file in files if file.name.lower().endswith(_READABLE)]
    if len(readable) > 1:
        raise DocumentProblem(name=readable[0].name, problem=_ONE)
    if readable or has_words or not files:
        return readable[0] if readable else None
    raise DocumentProblem(name=files[0].name, problem=_KINDS)


def too_large(name: str) -> DocumentProblem:
    """Return what is wrong with a file of more than LARGEST bytes."""
    return DocumentProblem(name=name, problem=_TOO_LARGE)


def text_of(name: str, content: bytes) -> str:
    """Return the draft in *content*; text and Markdown stay as they are, line for line.

    Blocks for as long as a PDF takes, so call it in a thread. Raises DocumentProblem.
    """
    ending = Path(name).suffix.lower()
    if ending not in _READABLE:
        raise DocumentProblem(name=name, problem=_KINDS)
    with TemporaryDirectory(prefix="coach-") as folder:
        path = Path(folder, f"{_TITLE}{ending}")
        path.write_bytes(content)
        try:
            document = read_document(path, _LIMITS, name)
        except Unreadable as error:
            raise DocumentProblem(name=error.name, problem=error.problem) from None
    if ending in _AS_IT_IS:
        return decode(content).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _flowing(document)


def _flowing(document: Document) -> str:
    parts = [f"{section.heading}\n{section.text}".strip() for section in document.sections]
    # The title names no section, so it would be lost; without one it is the file's name here.
    titled = document.title not in (_TITLE, *(part.partition("\n")[0] for part in parts))
    return "\n\n".join(part for part in ([document.title] if titled else []) + parts if part)
