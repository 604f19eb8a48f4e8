"""What the Teams adapter adds to a question and its answer, beside bare HTTP on loopback."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.logs import configure_logs
from bot.messages import Button, Citation, Delivery, Message, Person, Place, Platform, Reply
from bot.platforms.teams.connector import TeamsConnector
from bot.platforms.teams.platform import TeamsPlatform
from bot.stores.addresses import SqlAddresses
from bot.stores.database import open_database
from evals.bench.figures import Row, percentile, ratio, seconds
from evals.bench.microsoft import APP_ID, PERSONAL, TENANT, AgreeableMicrosoft

_QUESTIONS = 300
_ANSWERS = 3  # Teams allows seven in a second in a conversation
_BARE = "the same requests to bare aiohttp handlers"
_PLACE = Place(platform=Platform.TEAMS, workspace=TENANT, channel=PERSONAL)
_ASKER = Person(id=TENANT, name="Ana")


async def teams(folder: Path, rounds: int) -> list[Row]:
    """Measure a question's way in and an answer's way out, *rounds* times."""
    configure_logs("WARNING", "console")
    taken: dict[str, list[float]] = {kind: [] for kind in ("in", "out", "bare in", "bare out")}
    async with (
        AgreeableMicrosoft().served() as microsoft,
        # One to hear and one to speak: that a chat is typed in counts against what may be sent.
        _platform(folder / "in.sqlite3", microsoft) as (_, url),
        _platform(folder / "out.sqlite3", microsoft) as (platform, known),
        _bare() as bare,
        aiohttp.ClientSession() as session,
    ):
        await _posting(session, microsoft, known, 0)(0)  # from now on it knows where to write
        for number in range(rounds + 1):
            first = number * _QUESTIONS
            posts = {"in": url, "bare in": bare}
            found = {
                kind: await _timed(_QUESTIONS, _posting(session, microsoft, where, first))
                for kind, where in posts.items()
            }
            found["out"] = await _timed(_ANSWERS, _sending(platform, number))
            await asyncio.sleep(1)
            found["bare out"] = await _timed(_ANSWERS, _putting(session, microsoft))
            if number:  # the first warms up
                for kind, times in found.items():
                    taken[kind].append(percentile(times, 0.5))
    return _rows(taken)


def _rows(taken: dict[str, list[float]]) -> list[Row]:
    added = [sum(way) for way in zip(taken["in"], taken["out"], strict=True)]
    bare = [sum(way) for way in zip(taken["bare in"], taken["bare out"], strict=True)]
    both = [one - other for one, other in zip(added, bare, strict=True)]
    return [
        _row("a signed activity admitted, translated and answered 200, p50", taken, "in"),
        _row("an answer with two sources rendered and sent, p50", taken, "out"),
        Row("added by the adapter to a question and its answer, p50", seconds(both), goal="< 5 ms"),
    ]


def _row(what: str, taken: dict[str, list[float]], kind: str) -> Row:
    coach, other = taken[kind], taken[f"bare {kind}"]
    return Row(what, seconds(coach), seconds(other), _BARE, ratio(coach, other))


async def _timed(count: int, work: Callable[[int], Awaitable[None]]) -> list[float]:
    times: list[float] = []
    for number in range(count):
        started = time.perf_counter()
        await work(number)
        times.append(time.perf_counter() - started)
    return times


def _posting(
    session: aiohttp.ClientSession, microsoft: AgreeableMicrosoft, url: str, first: int
) -> Callable[[int], Awaitable[None]]:
    headers = {"Authorization": microsoft.authorization()}

    async def post(number: int) -> None:
        activity = microsoft.activity(first + number)
        async with session.post(url, json=activity, headers=headers) as response:
            response.raise_for_status()

    return post


def _sending(platform: TeamsPlatform, round_: int) -> Callable[[int], Awaitable[None]]:
    async def send(number: int) -> None:
        key = f"teams:{TENANT}:{round_}-{number}"
        await platform.sender.send(Delivery(key=key, place=_PLACE, person=_ASKER, reply=_ANSWER))

    return send


def _putting(
    session: aiohttp.ClientSession, microsoft: AgreeableMicrosoft
) -> Callable[[int], Awaitable[None]]:
    url = f"{microsoft.service_url}v3/conversations/{PERSONAL}/activities"

    async def put(_: int) -> None:
        async with session.post(url, json={"type": "message", "text": _ANSWER.text}) as response:
            response.raise_for_status()

    return put


@asynccontextmanager
async def _platform(
    file: Path, microsoft: AgreeableMicrosoft
) -> AsyncGenerator[tuple[TeamsPlatform, str]]:
    """Serve Teams on a free port, with an address book on SQLite and nobody to answer."""

    async def accept(_: Message) -> None:
        """Leave it: what is measured is the adapter."""

    database = await open_database(f"sqlite+aiosqlite:///{file}")
    line = TeamsConnector(APP_ID, "made-up", loopback=True, cloud=microsoft.cloud)
    platform = TeamsPlatform(line=line, addresses=SqlAddresses(database), accept=accept)
    app = web.Application()
    platform.add_routes(app)
    try:
        async with _served(app) as url:
            await platform.start()
            yield platform, f"{url}/api/messages"
    finally:
        await platform.stop()
        await database.close()


@asynccontextmanager
async def _bare() -> AsyncGenerator[str]:
    """Serve a handler that reads an activity and says yes."""

    async def agree(request: web.Request) -> web.Response:
        await request.json()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", agree)
    async with _served(app) as url:
        yield f"{url}/"


@asynccontextmanager
async def _served(app: web.Application) -> AsyncGenerator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _citation(number: int) -> Citation:
    return Citation(
        number=number,
        title="Who to hire for labelling",
        source="FSDL ML Teams: Roles",
        section="2",
        quote="Place labelling under the ML team's manager.",
        passage="Labelling works best inside the machine learning function. " * 12,
    )


_ANSWER = Reply(
    text="Labelling works best inside the machine learning function: those who use labels answer "
    "for their quality. [1] Consider a tooling engineer. [2]",
    citations=(_citation(1), _citation(2)),
    buttons=(
        Button(label="Helpful", action="answer_helpful", value="1"),
        Button(label="Not helpful", action="answer_not_helpful", value="1"),
    ),
)
