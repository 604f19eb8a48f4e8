"""The text of a file that was dropped on the page: read apart, kept nowhere."""

import asyncio
from pathlib import Path
from urllib.parse import unquote

from bot.draft_files import text_of
from bot.messages import Frozen, Text


class FileText(Frozen):
    """What a file says."""

    text: Text


async def read_file(quoted_name: str, content: bytes) -> FileText:
    """Return the text of *content*; text and Markdown stay as they are, line for line.

    *quoted_name* is the file's name, percent-encoded. Raises DocumentProblem.
    """
    name = Path(unquote(quoted_name).replace("\\", "/")).name[:200] or "The file"
    return FileText(text=await asyncio.to_thread(text_of, name, content))
