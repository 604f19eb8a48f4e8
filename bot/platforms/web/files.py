"""The text of a file that was dropped on the page: read apart, kept nowhere."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from bot.errors import DocumentProblem
from bot.messages import Frozen, Text
from knowledge.documents import Document, Limits, Unreadable, decode, read_document

LARGEST = 5_000_000
_AS_IT_IS = (".txt", ".md", ".markdown")
_READABLE = (*_AS_IT_IS, ".pdf", ".docx", ".html", ".htm")
_LIMITS = Limits(file_bytes=LARGEST, seconds=20, characters=1_000_000)
_TITLE = "draft"


class FileText(Frozen):
    """What a file says."""

    text: Text


async def read_file(quoted_name: str, content: bytes) -> FileText:
    """Return the text of *content*; text and Markdown stay as they are, line for line.

    *quoted_name* is the file's name, percent-encoded. Raises DocumentProblem.
    """
    name = Path(unquote(quoted_name).replace("\\", "/")).name[:200] or "The file"
    if Path(name).suffix.lower() not in _READABLE:
        problem = "I read drafts as text (.txt), Markdown (.md), Word (.docx), PDF or HTML files."
        raise DocumentProblem(name=name, problem=problem)
    return FileText(text=await asyncio.to_thread(_text_of, name, content))


def _text_of(name: str, content: bytes) -> str:
    ending = Path(name).suffix.lower()
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
