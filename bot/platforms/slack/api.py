"""Calls to Slack's Web API, with every way of failing sorted into the few that matter.

Nothing is repeated here: Slack may have acted on a call whose answer was lost.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import TryLater, Undeliverable

_READS = frozenset({"conversations.history", "conversations.replies", "users.info"})
_FORMS = frozenset({"files.getUploadURLExternal"})  # Slack reads no JSON there
_RESPONSE_URL = "response_url"
_FILE = "file"
_FILE_SECONDS = aiohttp.ClientTimeout(total=60)
_DEFAULT_PATIENCE = 30.0
_NEEDS_ADMIN = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "missing_scope"}
)
_NEEDS_ADMIN_PATIENCE = 60.0
_UNCERTAIN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"}
)

log = structlog.get_logger(__name__)


class Refused(Undeliverable):
    """Slack understood and said no; `code` is its word for why."""

    def __init__(self, method: str, code: str) -> None:
        """*code* is Slack's error, for instance `is_archived`."""
        super().__init__(f"{method}: {code}")
        self.code = code


class NeedsAdmin(TryLater):
    """Coach may not do that until an administrator allows it."""


class Interrupted(Exception):
    """Nobody knows whether Slack acted on the call."""


class TooLarge(Exception):
    """A file is larger than Coach takes."""


class Api:
    """The Web API, which obeys Retry-After for each method."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        """Call through *client*; *clock* gives seconds."""
        self._client = client
        self._clock = clock
        self._closed_until: dict[str, float] = {}

    async def call(self, method: str, **arguments: object) -> dict[str, Any]:
        """Call *method* and return what it answers.

        Raises TryLater (Slack asked for patience, or an administrator has to act), Refused, and
        Interrupted or a network error where the outcome is unknown.
        """
        self._wait_turn(method)
        try:
            if method in _READS:
                answer = await self._client.api_call(method, http_verb="GET", params=arguments)
            elif method in _FORMS:
                answer = await self._client.api_call(method, data=arguments)
            else:
                answer = await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise self._sorted(method, error) from None
        return _fields(answer)

    async def respond(self, url: str, message: Mapping[str, object]) -> None:
        """Post *message* to an interaction's response URL. Raises as `call` does."""
        self._wait_turn(_RESPONSE_URL)
        async with self._session.post(url, json=message) as response:
            self._check(_RESPONSE_URL, response, await _code_in(response))

    async def upload(self, url: str, content: bytes) -> None:
        """Post a file to where `files.getUploadURLExternal` said. Raises as `call` does."""
        async with self._session.post(url, data=content, timeout=_FILE_SECONDS) as response:
            self._check(_FILE, response)

    async def download(self, url: str, most: int) -> bytes:
        """Return the file at *url*, of up to *most* bytes.

        Raises as `call` does, and TooLarge. The token goes to Slack alone.
        """
        if _origin(url) != _origin(self._client.base_url) and not _is_slack(url):
            raise Refused(_FILE, "not_at_slack")
        bearer = {"Authorization": f"Bearer {self._client.token}"}
        async with self._session.get(
            url, headers=bearer, timeout=_FILE_SECONDS, allow_redirects=False
        ) as response:
            self._check(_FILE, response)
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > most:
                    raise TooLarge
            return bytes(content)

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._client.session is None:
            raise Interrupted("not started")
        return self._client.session

    def _check(self, what: str, response: aiohttp.ClientResponse, code: str = "") -> None:
        if response.status == 429:
            raise self._closed(what, headers_of(response))
        if response.status >= 500:
            raise Interrupted(f"{what}: status {response.status}")
        if response.status != 200:  # without the right to a file Slack leads to a login page
            raise Refused(what, code or f"status_{response.status}")

    def _wait_turn(self, method: str) -> None:
        seconds = self._closed_until.get(method, 0.0) - self._clock()
        if seconds > 0:
            raise TryLater(seconds)

    def _closed(self, method: str, headers: Mapping[str, str]) -> TryLater:
        try:
            seconds = float(headers["retry-after"])
        except (KeyError, ValueError):
            seconds = _DEFAULT_PATIENCE
        self._closed_until[method] = self._clock() + seconds
        return TryLater(seconds)

    def _sorted(self, method: str, error: SlackApiError) -> Exception:
        status, code = refusal(error)
        if status == 429 or code == "ratelimited":
            return self._closed(method, headers_of(cast("object", error.response)))
        if code in _NEEDS_ADMIN:
            log.error("slack_refuses", method=method, code=code, see="coach doctor")
            return NeedsAdmin(_NEEDS_ADMIN_PATIENCE)
        if not code or status >= 500 or code in _UNCERTAIN:
            return Interrupted(f"{method}: status {status} {code}".rstrip())
        return Refused(method, code)


async def _code_in(response: aiohttp.ClientResponse) -> str:
    """Return Slack's word for why it refuses; empty if it takes what it was sent, or won't say."""
    if response.status == 200:
        return ""
    try:
        said: object = json.loads(await response.read())
    except ValueError:
        return ""
    return str(cast("dict[str, Any]", said).get("error", "")) if isinstance(said, dict) else ""


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _is_slack(url: str) -> bool:
    scheme, host, port = _origin(url)
    return scheme == "https" and port in (None, 443) and (host or "").endswith(".slack.com")


def refusal(error: SlackApiError) -> tuple[int, str]:
    """Return the HTTP status of a failed call and Slack's word for why, empty if it gave none."""
    response: object = cast("object", error.response)
    return int(getattr(response, "status_code", 0)), str(_fields(response).get("error", ""))


def headers_of(response: object) -> dict[str, str]:
    """Return the headers of an answer, their names in lower case."""
    headers = cast("Mapping[str, str]", getattr(response, "headers", {}))
    return {name.lower(): value for name, value in headers.items()}


def _fields(response: object) -> dict[str, Any]:
    """Return an answer's JSON; Slack's proxies also answer with pages that are none."""
    data: object = getattr(response, "data", None)
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def new_session(timeout: float) -> aiohttp.ClientSession:
    """Open the one HTTP session that all calls share; *timeout* seconds for a whole call."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout))
