"""The torture of standups: check-ins, people who answer them, a Coach that keeps being killed."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.stores.database import Database
from evals.bench.running import ServerProcess
from evals.bench.slack import TEAM
from tests.torture.payloads import Fields
from tests.torture.people import People
from tests.torture.post import Post
from tests.torture.replicas import kill, opened, replicas, seeded, settled, sqlite_url, waiting
from tests.torture.rounds import Kind, Team
from tests.torture.rows import kept_check_ins, kept_hypotheses, kept_outcomes, tally, unfinished
from tests.torture.slack import Fate, UnkindSlack
from tests.torture.verdict import Evidence, Verdict, about, verdict

_MOST_OPEN = 40  # people who are at something; then no new standup begins
_MOST_WAITING = 120  # steps that Coach has to go; as many as two standups' check-ins
_STUCK_SECONDS = 420.0  # longer than any window


@dataclass(frozen=True)
class Plan:
    """How Coach is tortured.

    A standup of *members* begins every *pause* seconds, unless too many people are still at one or
    Coach, dead most of the time, has too much to send still.
    Repeats of a delivery come up to *spread* seconds later; *working_seconds* is the longest that
    a replica which has come up is left alone. Coach looks what is due when it starts, and every ten
    seconds.
    """

    kills: int
    replicas: int = 1
    members: int = 50
    pause: float = 12.0
    spread: float = 6.0
    working_seconds: float = 12.0
    seed: int = 1


@dataclass(frozen=True)
class Toll:
    """What it came to.

    `unheard` messages were taken by Slack while Coach died before it heard of that; `rows` counts
    what its queues held at the end, by state. `exit_status` is that of the replica left at the end,
    stopped properly.
    """

    verdict: Verdict
    quiet: bool
    exit_status: int
    kills: Counter[str]
    deliveries: int
    refused: Counter[int]
    fates: Counter[Fate]
    changes: int
    answers_alone: int
    unheard: int
    look_ups: int
    seconds: float
    rounds: Counter[Kind] = field(default_factory=Counter[Kind])
    rows: Counter[str] = field(default_factory=Counter[str])

    @property
    def survived(self) -> bool:
        """Whether nothing and nobody was lost or doubled, and Coach ended well."""
        given_up = any("failed" in state for state in self.rows)
        return self.quiet and self.verdict.clean and not given_up and not self.exit_status


@dataclass(frozen=True)
class Arena:
    """Slack, the team, its people and the replicas."""

    database: Database
    slack: UnkindSlack
    post: Post
    coaches: Sequence[ServerProcess]
    team: Team
    people: People


async def torture(plan: Plan, index: Path, folder: Path, database_url: str = "") -> Toll:
    """Carry *plan* out in *folder*, on SQLite unless *database_url* names another database.

    Each replica starts with a copy of *index*, a folder of vectors that is up to date. Raises
    Died if a replica ends by itself.
    """
    started = time.monotonic()
    url = database_url or sqlite_url(folder)
    async with _arena(plan, index, folder, url) as arena:
        kills = await _kill_during_standups(plan, arena)
        quiet = await settled(lambda: _left(arena), _STUCK_SECONDS)
        exit_status = await arena.coaches[-1].stop()
        found, rows = await _evidence(arena), await tally(arena.database)
        (folder / "slack.json").write_text(json.dumps(arena.slack.messages), encoding="utf-8")
    return Toll(
        verdict=verdict(found),
        quiet=quiet,
        exit_status=exit_status,
        kills=kills,
        deliveries=arena.post.deliveries,
        refused=arena.post.refused,
        fates=arena.slack.fates,
        changes=arena.slack.changes,
        answers_alone=arena.slack.answers_alone,
        unheard=arena.slack.unheard,
        look_ups=arena.slack.look_ups,
        seconds=time.monotonic() - started,
        rounds=Counter(each.kind for each in arena.team.rounds.values()),
        rows=rows,
    )


@asynccontextmanager
async def _arena(plan: Plan, index: Path, folder: Path, url: str) -> AsyncGenerator[Arena]:
    """Let everybody in; nobody is at anything any more when they leave."""
    slack = UnkindSlack(seeded(plan.seed, "faults"))
    async with (
        opened(url) as database,
        slack.served(),
        replicas(plan.replicas, index, folder, url, slack.url) as coaches,
    ):
        team = Team(database, plan.members, seeded(plan.seed, "rounds"))
        await team.settle_in()
        post = Post([coach.events_url for coach in coaches], seeded(plan.seed, "ways"))
        async with post.open(), asyncio.TaskGroup() as group:
            people = People(slack, post, seeded(plan.seed, "people"), plan.spread, group)
            arena = Arena(database, slack, post, coaches, team, people)
            slack.show_to(lambda message: _show(arena, message))
            yield arena


def _show(arena: Arena, message: Fields) -> None:
    """Let people see what they are asked."""
    posted = about(message)
    if posted and posted.what == "check-in" and posted.standup in arena.team.rounds:
        arena.people.react(arena.team.rounds[posted.standup], posted.whom, message)


async def _kill_during_standups(plan: Plan, arena: Arena) -> Counter[str]:
    """Kill replicas while standups go on; return with one alive and no new standup to come."""
    random = seeded(plan.seed, "kills")
    killed: Counter[str] = Counter()
    *others, last = arena.coaches
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_rounds(plan, arena, over))
        for _ in range(plan.kills):
            victim = random.choice(arena.coaches)
            # Mostly soon; now and then after Coach had another look at what is due.
            at_work = plan.working_seconds * random.random() ** 2
            killed[await kill(victim, random, at_work)] += 1
            await victim.start()
        await last.ready()
        over.set()
    for coach in others:
        await coach.kill()
        killed["for good"] += 1  # the last one has to take its work over
    return killed


async def _rounds(plan: Plan, arena: Arena, over: asyncio.Event) -> None:
    """Set up one standup after the other until it is *over*."""
    while not over.is_set():
        if await _has_room(arena):
            round_ = await arena.team.next_round()
            arena.people.come_early(round_)
            if round_.kind == Kind.RUN_NOW:
                arena.people.run_now(round_, arena.team.owner)
        await _pause(plan.pause, over)


async def _pause(seconds: float, over: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await over.wait()
    except TimeoutError:
        return


async def _has_room(arena: Arena) -> bool:
    """Tell whether people and Coach can do with another standup."""
    return arena.people.busy < _MOST_OPEN and await waiting(arena.database) < _MOST_WAITING


async def _left(arena: Arena) -> int:
    """Count what is still to be done: by people, by standups and in Coach's queues."""
    standups = await unfinished(arena.database, len(arena.team.rounds))
    return arena.people.busy + standups + await waiting(arena.database)


async def _evidence(arena: Arena) -> Evidence:
    return Evidence(
        rounds=arena.team.rounds,
        messages=arena.slack.messages,
        sent=arena.people.sent,
        filled=arena.people.filled,
        skipped=frozenset(arena.people.skipped),
        check_ins=await kept_check_ins(arena.database, TEAM),
        outcomes=await kept_outcomes(arena.database, TEAM),
        hypotheses=await kept_hypotheses(arena.database, TEAM),
    )
