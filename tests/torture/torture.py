"""The torture itself: a stream of mentions, a Coach that keeps being killed, and the toll."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from bot.wiring import now
from evals.bench.running import ServerProcess, slack_settings
from evals.cases import own_answer_cases
from tests.torture.mentions import Mentions
from tests.torture.rows import Rows, rows
from tests.torture.slack import Fate, UnkindSlack

_REPOSITORY = Path(__file__).parents[2]
_CODE = ("bot", "knowledge", "prompts")

_EARLY = 0.3  # of the kills come without waiting for the victim to be up
_STARTING_SECONDS = 4.0
_STUCK_SECONDS = 90.0  # longer than any lease or wait in Coach
_GHOST_SECONDS = 2.0


@dataclass(frozen=True)
class Plan:
    """How Coach is tortured.

    *rate* is in mentions a second; repeats of a delivery come up to *spread* seconds later;
    *working_seconds* is the longest that a replica which has come up is left alone.
    """

    kills: int
    replicas: int = 1
    rate: float = 20.0
    spread: float = 6.0
    working_seconds: float = 5.0
    seed: int = 1


@dataclass(frozen=True)
class Arena:
    """Slack, the people and the replicas."""

    slack: UnkindSlack
    coaches: Sequence[ServerProcess]
    mentions: Mentions


@dataclass(frozen=True)
class Toll:
    """What it came to.

    `unanswered` and `doubled` are ids of acknowledged events. `unheard` answers were taken by
    Slack while Coach died before it heard of that. `exit_status` is that of the replica left at
    the end, stopped properly. `rows` is what its database said then.
    """

    acknowledged: int
    unanswered: tuple[str, ...]
    doubled: tuple[str, ...]
    drained: bool
    exit_status: int
    kills: Counter[str]
    deliveries: int
    refused: Counter[int]
    fates: Counter[Fate]
    unheard: int
    look_ups: int
    seconds: float
    rows: Rows = field(default_factory=Rows)

    @property
    def survived(self) -> bool:
        """Whether nothing acknowledged was lost, nothing answered twice, and Coach ended well."""
        return self.drained and not (self.unanswered or self.doubled or self.exit_status)


async def torture(plan: Plan, index: Path, folder: Path, database_url: str = "") -> Toll:
    """Carry *plan* out in *folder*, on SQLite unless *database_url* names another database.

    Each replica starts with a copy of *index*, a folder of vectors that is up to date. Raises
    Died if a replica ends by itself.
    """
    started = time.monotonic()
    url = database_url or f"sqlite+aiosqlite:///{folder / 'coach.sqlite3'}"
    async with _arena(plan, index, folder, url) as arena:
        kills = await _kill_while_asked(plan, arena)
        async with _opened(url) as database:
            drained = await _drained(database)
            exit_status = await arena.coaches[-1].stop()
            left = await rows(database)
    seconds = time.monotonic() - started
    return _toll(arena, kills, exit_status, left, drained=drained, seconds=seconds)


@asynccontextmanager
async def _opened(url: str) -> AsyncGenerator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


def _toll(
    arena: Arena,
    kills: Counter[str],
    exit_status: int,
    left: Rows,
    *,
    drained: bool,
    seconds: float,
) -> Toll:
    slack, mentions = arena.slack, arena.mentions
    answers = {id_: slack.answers(asked.ts) for id_, asked in mentions.acknowledged.items()}
    return Toll(
        acknowledged=len(answers),
        unanswered=tuple(id_ for id_, count in answers.items() if count == 0),
        doubled=tuple(id_ for id_, count in answers.items() if count > 1),
        drained=drained,
        exit_status=exit_status,
        kills=kills,
        deliveries=mentions.deliveries,
        refused=mentions.refused,
        fates=slack.fates,
        unheard=slack.unheard,
        look_ups=slack.look_ups,
        seconds=seconds,
        rows=left,
    )


@asynccontextmanager
async def _arena(plan: Plan, index: Path, folder: Path, database_url: str) -> AsyncGenerator[Arena]:
    """Let everybody in; whoever is still running at the end is killed."""
    slack = UnkindSlack(_random(plan, "faults"))
    code = _copy_of_the_code(folder)
    async with slack.served(), AsyncExitStack() as stack:
        coaches = [
            _replica(f"replica-{number}", index, folder, code, database_url, slack.url)
            for number in range(1, plan.replicas + 1)
        ]
        for coach in coaches:
            stack.push_async_callback(coach.kill)
            await coach.start()
        urls = [coach.events_url for coach in coaches]
        mentions = Mentions(
            urls,
            [case.question for case in own_answer_cases() if not case.history],
            rate=plan.rate,
            spread=plan.spread,
            random=_random(plan, "wishes"),
            answered=slack.answered,
        )
        yield Arena(slack, coaches, mentions)


def _copy_of_the_code(folder: Path) -> Path:
    """Copy what Coach runs: every start is the same Coach, whatever is edited meanwhile."""
    code = folder / "code"
    for package in _CODE:
        shutil.copytree(
            _REPOSITORY / package, code / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return code


def _replica(
    name: str, index: Path, folder: Path, code: Path, database_url: str, slack_url: str
) -> ServerProcess:
    shutil.copytree(index, folder / name / "data" / "chroma")
    settings = {
        "COACH_DATABASE_URL": database_url,
        "COACH_REPLICA": name,
        "COACH_LOG_FORMAT": "json",
        "PYTHONPATH": str(code),
        # Its threads would spin for cores that the people, Slack and the database are on here.
        "OPENBLAS_NUM_THREADS": "1",
    }
    return ServerProcess(folder / name, {**settings, **slack_settings(slack_url)})


def _random(plan: Plan, what: str) -> Random:
    return Random(f"{plan.seed} {what}")  # noqa: S311 - reproducible, not secret


async def _kill_while_asked(plan: Plan, arena: Arena) -> Counter[str]:
    """Kill replicas while mentions flow in; return with one alive and everything delivered."""
    random = _random(plan, "kills")
    killed: Counter[str] = Counter()
    *others, last = arena.coaches
    async with asyncio.TaskGroup() as group:
        group.create_task(arena.mentions.flow())
        for _ in range(plan.kills):
            victim = random.choice(arena.coaches)
            killed[await _kill(victim, random, plan.working_seconds)] += 1
            await victim.start()
        await last.ready()
        for coach in others:
            await coach.kill()
            killed["for good"] += 1  # the last one has to take its work over
        arena.mentions.end()
    return killed


async def _kill(victim: ServerProcess, random: Random, working_seconds: float) -> str:
    """Kill *victim* at a random moment; return what it was at."""
    if random.random() < _EARLY:
        await asyncio.sleep(random.uniform(0, _STARTING_SECONDS))
    else:
        await victim.ready()
        await asyncio.sleep(random.uniform(0, working_seconds))
    stage = "at work" if await victim.is_ready() else "starting"
    await victim.kill()
    return stage


async def _drained(database: Database) -> bool:
    """Wait until Coach's queues are empty and Slack has done what it was asked to do.

    False if the queues stop getting shorter.
    """
    queues = SqlInbox(database, "onlooker", now), SqlOutbox(database, "onlooker", now)
    least, deadline = await _waiting(queues), time.monotonic() + _STUCK_SECONDS
    while least and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        if (waiting := await _waiting(queues)) < least:
            least, deadline = waiting, time.monotonic() + _STUCK_SECONDS
    await asyncio.sleep(_GHOST_SECONDS)
    return not least


async def _waiting(queues: tuple[SqlInbox, SqlOutbox]) -> int:
    """Count steps to go: a message that is not answered has two, its answer one."""
    inbox, outbox = queues
    return 2 * await inbox.waiting() + await outbox.waiting()
