"""Slack's Web API on loopback, slow and unreliable, remembering everything that it was told."""

import asyncio
import enum
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from aiohttp import web

from evals.bench.slack import BOT_USER, TEAM

_SLOWEST = 0.25  # seconds before Slack acts on a post, and again before it answers
_RETRY_AFTER = "1"
_PAGE = 200

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


def _nobody(_: Fields) -> None:
    """Read nothing."""


class UnkindSlack:
    """The workspace; `fates` and `unheard` say how unkind it was.

    `messages` are in the order in which they were posted, each as it stands now; `changes` counts
    how often one was changed, `answers_alone` what one person alone was shown.
    """

    def __init__(self, random: Random) -> None:
        """Draw delays and faults from *random*."""
        self.url = ""
        self.fates: Counter[Fate] = Counter()
        self.unheard = 0
        self.look_ups = 0
        self.changes = 0
        self.answers_alone = 0
        self.messages: list[Fields] = []
        self._random = random
        self._reader: Callable[[Fields], None] = _nobody
        self._threads: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._screens: dict[str, asyncio.Future[Fields]] = {}

    def answered(self) -> int:
        """Return how many threads have an answer."""
        return len(self._threads)

    def answers(self, thread: str) -> int:
        """Return how many answers stand in *thread*."""
        return self._threads[thread]

    def show_to(self, reader: Callable[[Fields], None]) -> None:
        """Let *reader* see each message when it is posted."""
        self._reader = reader

    def screen(self, trigger: str) -> "asyncio.Future[Fields]":
        """Return the view that Coach opens for *trigger*, once it does."""
        return self._screens.setdefault(trigger, asyncio.get_running_loop().create_future())

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[None]:
        """Listen on a free port of loopback; `url` is the API's base."""
        app = web.Application()
        app.router.add_post("/upload/{file}", self._take_file)
        app.router.add_post("/api/respond", self._respond)
        for method, handle in self._methods().items():
            app.router.add_route("*", f"/api/{method}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        try:
            yield
        finally:
            await runner.cleanup()

    def _methods(self) -> dict[str, Callable[[web.Request], Any]]:
        return {
            "auth.test": self._introduce,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._respond,
            "conversations.history": self._look_up,
            "conversations.replies": self._look_up,
            "conversations.open": self._open_conversation,
            "users.info": self._tell_of,
            "views.open": self._open_view,
            "files.getUploadURLExternal": self._offer_upload,
            "files.completeUploadExternal": self._complete_upload,
        }

    async def _introduce(self, _request: web.Request) -> web.Response:
        return _ok(team_id=TEAM, user_id=BOT_USER, bot_id="BBOT")

    # -- messages

    async def _post(self, request: web.Request) -> web.Response:
        return await self._fated(request, self._take)

    async def _update(self, request: web.Request) -> web.Response:
        return await self._fated(request, self._change)

    async def _respond(self, request: web.Request) -> web.Response:
        return await self._fated(request, self._show_alone)

    async def _fated(self, request: web.Request, act: Callable[[Fields], Fields]) -> web.Response:
        """Do what is asked or don't, and say so or don't."""
        asked: Fields = await request.json()
        (fate,) = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        self.fates[fate] += 1
        await self._dawdle()
        done = act(asked) if fate in _TAKEN else {}
        await self._dawdle()
        if done and _gone(request):
            self.unheard += 1
        return _response(request, fate, done)

    def _take(self, message: Fields) -> Fields:
        ts = f"{2_000_000_000 + next(self._numbers)}.000100"
        self._threads[message.get("thread_ts", ts)] += 1
        posted = {**message, "channel": _conversation(message), "ts": ts, "user": BOT_USER}
        self.messages.append(posted)
        self._reader(posted)
        return {"ts": ts}

    def _change(self, change: Fields) -> Fields:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (change["channel"], change["ts"]):
                message.update(change)
                self.changes += 1
                return {"ts": message["ts"]}
        return {"error": "message_not_found"}

    def _show_alone(self, _message: Fields) -> Fields:
        self.answers_alone += 1
        return {"message_ts": "1.1"}

    async def _look_up(self, request: web.Request) -> web.Response:
        self.look_ups += 1
        await self._dawdle()
        query = request.query
        found = [message for message in self.messages if _is_there(message, query)]
        return _ok(messages=found[::-1][:_PAGE])

    # -- people, their screens and files

    async def _open_conversation(self, request: web.Request) -> web.Response:
        asked: Fields = await request.json()
        return _ok(channel={"id": direct(asked["users"])})

    async def _tell_of(self, request: web.Request) -> web.Response:
        return _ok(user={"id": request.query["user"], "name": "somebody", "tz": "Europe/Lisbon"})

    async def _open_view(self, request: web.Request) -> web.Response:
        asked: Fields = await request.json()
        screen = self.screen(asked["trigger_id"])
        if screen.done():
            return web.json_response({"ok": False, "error": "exchanged_trigger_id"})
        view: Fields = {**asked["view"], "id": f"V{next(self._numbers)}", "hash": "1.a"}
        screen.set_result(view)
        return _ok(view=view)

    async def _offer_upload(self, _request: web.Request) -> web.Response:
        number = f"F{next(self._numbers)}"
        return _ok(upload_url=self.url.replace("/api/", f"/upload/{number}"), file_id=number)

    async def _take_file(self, request: web.Request) -> web.Response:
        return web.Response(text=f"OK - {len(await request.read())}")

    async def _complete_upload(self, _request: web.Request) -> web.Response:
        return _ok(files=[])

    async def _dawdle(self) -> None:
        await asyncio.sleep(self._random.uniform(0, _SLOWEST))


def direct(person: str) -> str:
    """Return the channel of the private conversation with *person*."""
    return f"D{person}"


def _conversation(message: Fields) -> str:
    """Return where *message* goes; what is posted to a person is in their private conversation."""
    channel: str = message["channel"]
    return direct(channel) if channel.startswith("U") else channel


def _is_there(message: Fields, query: Any) -> bool:
    """Tell whether *message* is among those that a look-up with *query* is about."""
    in_thread = "ts" not in query or message.get("thread_ts") == query["ts"]
    return (
        in_thread
        and message["channel"] == query["channel"]
        and (message["ts"] >= query.get("oldest", ""))
    )


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _response(request: web.Request, fate: Fate, done: Fields) -> web.Response:
    match fate:
        case Fate.FINE:
            return web.json_response({"ok": "error" not in done, **done})
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
