"""The text of a file that came with a message: fetched from Slack, read apart, kept nowhere."""

import asyncio

import aiohttp

from bot.delivery import TryLater, Undeliverable
from bot.draft_files import LARGEST, draft_among, text_of, too_large
from bot.errors import DocumentProblem, Unavailable
from bot.messages import Message
from bot.platforms.slack.api import Api, Interrupted, TooLarge
from bot.platforms.slack.handle import Handle, SharedFile
from bot.platforms.slack.markup import verbatim


class SlackFiles:
    """Reads files that people share with Coach."""

    def __init__(self, api: Api) -> None:
        """Fetch through *api*."""
        self._api = api

    async def read(self, message: Message) -> str:
        """See `bot.ports.Attachments.read`."""
        files = Handle.read(message.handle).files
        file = draft_among(files, has_words=bool(message.text.strip()))
        if file is None:
            return ""
        if file.size > LARGEST:
            raise too_large(file.name)
        content = await self._fetch(file)
        return verbatim(await asyncio.to_thread(text_of, file.name, content))

    async def _fetch(self, file: SharedFile) -> bytes:
        try:
            return await self._api.download(file.url, LARGEST)
        except TooLarge:
            raise too_large(file.name) from None
        except Undeliverable as refused:
            problem = (
                "Slack does not let me read it. Paste its text into a message instead; if this "
                "happens with every file, ask your administrator to run coach doctor."
            )
            raise DocumentProblem(name=file.name, problem=problem) from refused
        except (TryLater, Interrupted, aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error
