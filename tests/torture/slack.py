"""Slack's Web API on loopback, slow and unreliable, remembering every answer by its thread."""

import asyncio
import enum
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from aiohttp import web

from evals.bench.slack import BOT_USER, TEAM

_SLOWEST = 0.25  # seconds before Slack acts on a post, and again before it answers
_RETRY_AFTER = "1"

Fields = dict[str, Any]


class Fate(enum.StrEnum):
    """What becomes of a post."""

    FINE = "taken"
    LIMITED = "429"
    BROKEN = "500"
    BROKEN_AFTER_TAKING = "500 but taken"
    CUT_OFF = "cut off but taken"


_WEIGHTS = {
    Fate.FINE: 90,
    Fate.LIMITED: 1,
    Fate.BROKEN: 2,
    Fate.BROKEN_AFTER_TAKING: 4,
    Fate.CUT_OFF: 3,
}
_TAKEN = frozenset({Fate.FINE, Fate.BROKEN_AFTER_TAKING, Fate.CUT_OFF})


class UnkindSlack:
    """The workspace; `fates` and `unheard` say how unkind it was."""

    def __init__(self, random: Random) -> None:
        """Draw delays and faults from *random*."""
        self.url = ""
        self.fates: Counter[Fate] = Counter()
        self.unheard = 0
        self.look_ups = 0
        self._random = random
        self._answers: defaultdict[str, list[Fields]] = defaultdict(list)
        self._written = 0

    def answered(self) -> int:
        """Return how many threads have an answer."""
        return len(self._answers)

    def answers(self, thread: str) -> int:
        """Return how many answers stand in *thread*."""
        return len(self._answers.get(thread, ()))

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[None]:
        """Listen on a free port of loopback; `url` is the API's base."""
        app = web.Application()
        app.router.add_post("/api/auth.test", self._introduce)
        app.router.add_post("/api/chat.postMessage", self._post)
        app.router.add_get("/api/conversations.replies", self._look_up)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        try:
            yield
        finally:
            await runner.cleanup()

    async def _introduce(self, _request: web.Request) -> web.Response:
        return _ok(team_id=TEAM, user_id=BOT_USER, bot_id="BBOT")

    async def _look_up(self, request: web.Request) -> web.Response:
        self.look_ups += 1
        await self._dawdle()
        return _ok(messages=self._answers.get(request.query["ts"], []))

    async def _post(self, request: web.Request) -> web.Response:
        message: Fields = await request.json()
        (fate,) = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        self.fates[fate] += 1
        await self._dawdle()
        ts = self._take(message) if fate in _TAKEN else ""
        await self._dawdle()
        if ts and _gone(request):
            self.unheard += 1
        return _response(request, fate, ts)

    def _take(self, message: Fields) -> str:
        self._written += 1
        ts = f"{2_000_000_000 + self._written}.000100"
        thread: str = message["thread_ts"]
        self._answers[thread].append({**message, "ts": ts, "user": BOT_USER})
        return ts

    async def _dawdle(self) -> None:
        await asyncio.sleep(self._random.uniform(0, _SLOWEST))


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _response(request: web.Request, fate: Fate, ts: str) -> web.Response:
    match fate:
        case Fate.FINE:
            return _ok(ts=ts)
        case Fate.LIMITED:
            limited = {"ok": False, "error": "ratelimited"}
            return web.json_response(limited, status=429, headers={"Retry-After": _RETRY_AFTER})
        case Fate.CUT_OFF if request.transport:
            request.transport.abort()
        case _:
            pass
    return web.Response(status=500, text="<html>oh</html>")


def _ok(**fields: object) -> web.Response:
    return web.json_response({"ok": True, **fields})
