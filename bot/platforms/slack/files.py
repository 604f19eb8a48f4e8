"""The text of a file that came with a message: fetched from Slack, read apart, kept nowhere."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bot.delivery import TryLater, Undeliverable
from bot.errors import DocumentProblem, Unavailable
from bot.messages import Message
from bot.platforms.slack.api import Api, Interrupted, TooLarge
from bot.platforms.slack.handle import Handle, SharedFile
from bot.platforms.slack.markup import verbatim
from knowledge.documents import Document, Limits, Unreadable, decode, read_document

LARGEST = 5_000_000
_AS_IT_IS = (".txt", ".md", ".markdown")
_READABLE = (*_AS_IT_IS, ".pdf", ".docx", ".html", ".htm")
_TOO_LARGE = "It is larger than 5 MB. Send me just the text of the update."
_LIMITS = Limits(file_bytes=LARGEST, seconds=20, characters=1_000_000)


class SlackFiles:
    """Reads files that people share with Coach."""

    def __init__(self, api: Api) -> None:
        """Fetch through *api*."""
        self._api = api

    async def read(self, message: Message) -> str:
        """Return the text of the file that came with *message*; empty if none did.

        A file of a kind that holds no draft, such as a picture, counts only if nothing was
        written to go with it. Raises DocumentProblem or Unavailable.
        """
        file = _draft_among(Handle.read(message.handle).files, bool(message.text.strip()))
        if file is None:
            return ""
        if file.size > LARGEST:
            raise DocumentProblem(name=file.name, problem=_TOO_LARGE)
        content = await self._fetch(file)
        return await asyncio.to_thread(_text_of, file.name, content)

    async def _fetch(self, file: SharedFile) -> bytes:
        try:
            return await self._api.download(file.url, LARGEST)
        except TooLarge:
            raise DocumentProblem(name=file.name, problem=_TOO_LARGE) from None
        except Undeliverable as refused:
            problem = (
                "Slack does not let me read it. Paste its text into a message instead; if this "
                "happens with every file, ask your administrator to run coach doctor."
            )
            raise DocumentProblem(name=file.name, problem=problem) from refused
        except (TryLater, Interrupted, aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error


def _draft_among(files: tuple[SharedFile, ...], has_words: bool) -> SharedFile | None:
    readable = [file for file in files if file.name.lower().endswith(_READABLE)]
    if len(readable) > 1:
        problem = "I review one file at a time. Send me the one to review alone."
        raise DocumentProblem(name=readable[0].name, problem=problem)
    if readable or has_words or not files:
        return readable[0] if readable else None
    problem = "I read drafts as text (.txt), Markdown (.md), Word (.docx), PDF or HTML files."
    raise DocumentProblem(name=files[0].name, problem=problem)


def _text_of(name: str, content: bytes) -> str:
    """Read a draft from *content*; text and Markdown stay as they are, line for line."""
    ending = Path(name).suffix.lower()
    with TemporaryDirectory(prefix="coach-") as folder:
        path = Path(folder, f"draft{ending}")
        path.write_bytes(content)
        try:
            document = read_document(path, _LIMITS, name)
        except Unreadable as error:
            raise DocumentProblem(name=error.name, problem=error.problem) from None
    if ending in _AS_IT_IS:
        return verbatim(decode(content).replace("\r\n", "\n").replace("\r", "\n"))
    return _flowing(document)


def _flowing(document: Document) -> str:
    parts = [f"{section.heading}\n{section.text}".strip() for section in document.sections]
    # The title names no section, so it would be lost; without one it is the file's name here.
    titled = document.title not in ("draft", *(part.partition("\n")[0] for part in parts))
    return "\n\n".join(part for part in ([document.title] if titled else []) + parts if part)
