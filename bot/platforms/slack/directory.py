"""The people of the workspace, as Slack knows them: their names and time zones."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import structlog

from bot.delivery import TryLater
from bot.platforms.slack.api import Api, Interrupted, NeedsAdmin, Refused
from bot.platforms.slack.inputs import looks_like_user
from bot.ports import Known

_KEPT_SECONDS = 600.0
_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


class SlackDirectory:
    """Looks people up, and remembers them for some minutes; see `bot.ports.Directory`."""

    def __init__(self, api: Api, clock: Callable[[], float], seconds: float) -> None:
        """Ask through *api*, for up to *seconds*; *clock* gives seconds."""
        self._api = api
        self._clock = clock
        self._seconds = seconds
        self._people: OrderedDict[tuple[str, str], tuple[float, Known]] = OrderedDict()

    async def find(self, workspace: str, person: str) -> Known:
        """Return the name and zone of *person*; what Slack does not tell is empty. Never fails."""
        if not looks_like_user(person):
            return Known()
        kept_until, known = self._people.get((workspace, person), (0.0, Known()))
        if kept_until > self._clock():
            return known
        try:
            async with asyncio.timeout(self._seconds):
                known = await self._look_up(person)
        except (TryLater, Interrupted, aiohttp.ClientError, TimeoutError) as problem:
            log.info("person_not_looked_up", problem=str(problem) or type(problem).__name__)
            return known
        self._keep((workspace, person), known)
        return known

    async def _look_up(self, person: str) -> Known:
        try:
            answer = await self._api.call("users.info", user=person)
        except (Refused, NeedsAdmin) as refused:
            log.info("person_unknown", problem=str(refused))
            return Known()
        return _known(answer["user"])

    def _keep(self, key: tuple[str, str], known: Known) -> None:
        self._people[key] = self._clock() + _KEPT_SECONDS, known
        self._people.move_to_end(key)
        if len(self._people) > _REMEMBERED:
            self._people.popitem(last=False)


def _known(user: Mapping[str, Any]) -> Known:
    profile: Mapping[str, Any] = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    name = next((name for name in names if name), user.get("name") or "")
    return Known(name=name, zone=user.get("tz") or "")
