"""The text of a file that came with a message: fetched from Microsoft, read apart, kept nowhere."""

import asyncio
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from bot.draft_files import LARGEST, draft_among, text_of, too_large
from bot.errors import DocumentProblem, Unavailable
from bot.messages import Message
from bot.platforms.teams.clouds import is_loopback
from bot.platforms.teams.envelope import Handle, SharedFile

_SECONDS = aiohttp.ClientTimeout(total=60, sock_connect=5)
_HOSTS = (".sharepoint.com", ".sharepoint.us", ".svc.ms", ".1drv.com", ".onedrive.com")
_HOST = "onedrive.live.com"
_NOT_READABLE = (
    "Teams does not let me read it any more. Send it again, or paste its text into a message."
)
_NOT_MICROSOFTS = (
    "It is not where Teams keeps files, so I do not fetch it. Paste its text into a message."
)

log = structlog.get_logger(__name__)


class TeamsFiles:
    """Reads files that people send to Coach in a personal chat."""

    def __init__(self, *, loopback: bool) -> None:
        """Fetch from Microsoft's hosts, and from this machine where *loopback* may be."""
        self._loopback = loopback
        self._http: aiohttp.ClientSession | None = None

    async def read(self, message: Message) -> str:
        """See `bot.ports.Attachments.read`."""
        files = Handle.read(message.handle).files
        file = draft_among(files, has_words=bool(message.text.strip()))
        if file is None:
            return ""
        if not is_microsofts(file.url, loopback=self._loopback):
            log.warning("file_not_at_microsoft")
            raise DocumentProblem(name=file.name, problem=_NOT_MICROSOFTS)
        content = await self._fetched(file)
        return await asyncio.to_thread(text_of, file.name, content)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._http:
            await self._http.close()
            self._http = None

    async def _fetched(self, file: SharedFile) -> bytes:
        try:
            return await self._fetch(file)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error

    async def _fetch(self, file: SharedFile) -> bytes:
        # The address alone opens the file: nothing of Coach's own goes with it.
        url = URL(file.url, encoded=True)
        async with self._session().get(url, allow_redirects=False) as response:
            if response.status >= 500 or response.status == 429:
                raise Unavailable
            if response.status != 200:
                raise DocumentProblem(name=file.name, problem=_NOT_READABLE)
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > LARGEST:
                    raise too_large(file.name)
            return bytes(content)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=_SECONDS, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._http


def is_microsofts(url: str, *, loopback: bool = False) -> bool:
    """Tell whether *url* is where Microsoft keeps files, or on this machine if *loopback*."""
    if not url.isascii() or not url.isprintable() or set(url) & set(" \\"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if "@" in parts.netloc:
        return False
    if parts.scheme == "https" and port in (None, 443) and _is_a_file_host(host):
        return True
    return loopback and parts.scheme in ("http", "https") and is_loopback(host)


def _is_a_file_host(host: str) -> bool:
    return host == _HOST or host.endswith(_HOSTS)
