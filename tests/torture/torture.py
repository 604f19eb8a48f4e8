"""The torture itself: a stream of mentions, a Coach that keeps being killed, and the toll."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from evals.bench.running import ServerProcess
from evals.cases import own_answer_cases
from tests.torture.mentions import Mentions
from tests.torture.replicas import drained, kill, opened, replicas, seeded, sqlite_url
from tests.torture.rows import Rows, rows
from tests.torture.slack import Fate, UnkindSlack


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
    url = database_url or sqlite_url(folder)
    async with _arena(plan, index, folder, url) as arena:
        kills = await _kill_while_asked(plan, arena)
        async with opened(url) as database:
            empty = await drained(database)
            exit_status = await arena.coaches[-1].stop()
            left = await rows(database)
    seconds = time.monotonic() - started
    return _toll(arena, kills, exit_status, left, drained=empty, seconds=seconds)


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
    """Let everybody in."""
    slack = UnkindSlack(seeded(plan.seed, "faults"))
    async with (
        slack.served(),
        replicas(plan.replicas, index, folder, database_url, slack.url) as coaches,
    ):
        mentions = Mentions(
            [coach.events_url for coach in coaches],
            [case.question for case in own_answer_cases() if not case.history],
            rate=plan.rate,
            spread=plan.spread,
            random=seeded(plan.seed, "wishes"),
            answered=slack.answered,
        )
        yield Arena(slack, coaches, mentions)


async def _kill_while_asked(plan: Plan, arena: Arena) -> Counter[str]:
    """Kill replicas while mentions flow in; return with one alive and everything delivered."""
    random = seeded(plan.seed, "kills")
    killed: Counter[str] = Counter()
    *others, last = arena.coaches
    async with asyncio.TaskGroup() as group:
        group.create_task(arena.mentions.flow())
        for _ in range(plan.kills):
            victim = random.choice(arena.coaches)
            at_work = random.uniform(0, plan.working_seconds)
            killed[await kill(victim, random, at_work)] += 1
            await victim.start()
        await last.ready()
        for coach in others:
            await coach.kill()
            killed["for good"] += 1  # the last one has to take its work over
        arena.mentions.end()
    return killed
