"""Calls to the REST API of Microsoft's connector, every outcome sorted into the few that matter.

Nothing is repeated here, but for a token that ended: Teams may have acted on a call whose answer
was lost. Bodies go out as they are; the SDK's own client drops every field that it does not know.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog
from yarl import URL

from bot.platforms.teams.bounded import object_in
from bot.platforms.teams.pace import Backoff
from bot.platforms.teams.tokens import NeedsAdmin, Tokens
from bot.platforms.teams.wire import Interrupted, Payload, Refused

_PATIENCE = frozenset({412, 429, 502, 504})  # Microsoft: come back for these, and only these
_UNCERTAIN = frozenset({408, 500, 503})
_ADMIN_SECONDS = 60.0
_LONGEST_WAIT = 3600.0
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_CODE = re.compile(r"[\w.-]{1,80}", re.ASCII)

log = structlog.get_logger(__name__)


class Rest:
    """The connector's REST API, which waits where Teams says so."""

    def __init__(
        self, session: Callable[[], aiohttp.ClientSession], tokens: Tokens, backoff: Backoff
    ) -> None:
        """Call through *session* with *tokens*; whoever has to wait is kept in *backoff*."""
        self._session = session
        self._tokens = tokens
        self._backoff = backoff

    async def call(
        self, what: str, verb: str, url: str, about: str, body: Payload | None = None
    ) -> dict[str, Any]:
        """Do *what* (for messages) by a call of *verb* at *url*, and return what it answers.

        *about* is who waits if Teams wants patience. Raises TryLater, Refused or Interrupted.
        """
        self._backoff.check(about)
        token = await self._tokens.get()
        status, answer, wait = await self._answered(what, verb, url, about, body, token)
        if status == 401 and token:
            token = await self._tokens.get(refused=token)
            status, answer, wait = await self._answered(what, verb, url, about, body, token)
        if not 200 <= status < 300:
            raise self._sorted(what, about, status, _code_in(answer), wait)
        self._backoff.done(about)
        return answer

    async def _answered(
        self, what: str, verb: str, url: str, about: str, body: Payload | None, token: str
    ) -> tuple[int, dict[str, Any], float | None]:
        """Return status, body and Retry-After of one call."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            data = _encoded(body)
        try:
            async with self._session().request(
                verb, URL(url, encoded=True), data=data, headers=headers, allow_redirects=False
            ) as response:
                return response.status, await _said(response), _retry_after(response.headers)
        except _NOT_SENT as error:
            raise self._backoff.wait(about) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Interrupted(f"{what}: {type(error).__name__}") from error

    def _sorted(
        self, what: str, about: str, status: int, code: str, wait: float | None
    ) -> Exception:
        if status in _PATIENCE or (status == 503 and wait is not None):
            return self._backoff.wait(about, wait)
        if status == 401:
            log.error("teams_refuses", what=what, code=code, see="coach doctor")
            return NeedsAdmin(_ADMIN_SECONDS)
        if status in _UNCERTAIN or status > 504:
            return Interrupted(f"{what}: status {status} {code}".rstrip())
        return Refused(what, status, code)


def address_of(service_url: str, *parts: str, query: str = "") -> str:
    """Return the URL of the API at *service_url* with *parts*, which may hold anything."""
    path = "/".join(quote(part, safe="") for part in ("v3", *parts))
    return f"{service_url.rstrip('/')}/{path}{query}"


def _encoded(body: Payload) -> bytes:
    # A lone half of a character can't be sent at all: better a question mark than no message.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


async def _said(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return what *response* says; Microsoft's proxies also answer with pages and with nothing."""
    try:
        return await object_in(response)
    except ValueError:
        return {}


def _code_in(answer: Mapping[str, Any]) -> str:
    """Return Microsoft's word for why it refuses; empty if it gives none that is a word."""
    error: object = answer.get("error", answer)
    code: object = error.get("code") if isinstance(error, dict) else error  # pyright: ignore[reportUnknownVariableType]
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Teams names, None if it names none that make sense."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) if math.isfinite(seconds) and seconds >= 0 else None
