"""Coach's own token for calling Teams: asked for with its app's secret, and kept while it is good.

The SDK's credentials do the same with blocking calls without a timeout, and can't be told that a
token was refused.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from bot.delivery import TryLater
from bot.platforms.teams.bounded import object_in

_EARLY = 300.0  # a token is renewed that long before it ends
_ADMIN_SECONDS = 60.0
_AGAIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


class NeedsAdmin(TryLater):
    """Microsoft does not know Coach's app or secret until an administrator corrects that."""


@dataclass(frozen=True)
class App:
    """Who Coach is to Microsoft, and where it says so."""

    id: str
    password: str
    token_url: str
    scope: str


@dataclass(frozen=True)
class _Token:
    value: str
    until: float


class Tokens:
    """One token at a time, renewed before it ends or when it is refused."""

    def __init__(
        self, app: App, session: Callable[[], aiohttp.ClientSession], clock: Callable[[], float]
    ) -> None:
        """Ask for tokens as *app* through *session*; *clock* gives seconds."""
        self._app = app
        self._session = session
        self._clock = clock
        self._token = _Token("", 0.0)
        self._asking = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """Return a token that is good and not the one that was *refused*; empty without an app id.

        Raises TryLater if there is none to be had at the moment.
        """
        if not self._app.id or self._is_good(refused):
            return self._token.value
        async with self._asking:
            if not self._is_good(refused):  # somebody else may have asked meanwhile
                self._token = await self._ask()
            return self._token.value

    def _is_good(self, refused: str) -> bool:
        token = self._token
        return bool(token.value) and token.value != refused and self._clock() < token.until

    async def _ask(self) -> _Token:
        asked_at = self._clock()
        try:
            async with self._session().post(
                self._app.token_url, data=self._form(), allow_redirects=False
            ) as response:
                return self._given(response.status, await object_in(response), asked_at)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("teams_token_not_given", error=type(error).__name__)
            raise TryLater(_AGAIN_SECONDS) from error

    def _given(self, status: int, fields: dict[str, Any], asked_at: float) -> _Token:
        if status in (400, 401, 403, 404):
            log.error("teams_refuses", code=str(fields.get("error", status)), see="coach doctor")
            raise NeedsAdmin(_ADMIN_SECONDS)
        value = fields.get("access_token")
        if status != 200 or not isinstance(value, str) or not value:
            log.warning("teams_token_not_given", status=status)
            raise TryLater(_AGAIN_SECONDS)
        return _Token(value, asked_at + _lasting(fields.get("expires_in")))

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self._app.id,
            "client_secret": self._app.password,
            "scope": self._app.scope,
        }


def _lasting(expires_in: object) -> float:
    """Return for how many seconds to use a token; Microsoft's last for an hour at least."""
    try:
        seconds = float(str(expires_in))
    except ValueError:
        return _EARLY
    return max(seconds - _EARLY, seconds / 2)
