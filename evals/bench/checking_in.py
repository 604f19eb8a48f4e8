"""A check-in's answer from its acknowledgement to the stored thanks, beside its rows alone."""

import shutil
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bot import standup_forms
from bot.backlog import delivery_of
from bot.messages import Message, Person, Place, Platform, Submission
from bot.standup_forms import Asked
from bot.stores.queues import SqlInbox
from bot.team_wiring import TeamParts
from evals.bench import bare
from evals.bench.crowds import COLLEAGUES, DUE, LAST_ERA, SetClock, bet_name, opened
from evals.bench.figures import Row, percentile, ratio, seconds
from evals.bench.running import Died
from evals.bench.slack import TEAM

_ANSWERS = 100
_PAGE = 3


async def checking_in(folder: Path, year: Path, crowd: Path, rounds: int) -> list[Row]:
    """Answer as members of a team with a *year* behind it, and as some of a *crowd*."""
    members = {n: [bet_name(n, LAST_ERA, each) for each in range(_PAGE)] for n in range(_ANSWERS)}
    of_team = await _rounds(folder, year, members, rounds)
    of_crowd = await _rounds(folder, crowd, {n: [f"bet-{n}"] for n in range(_ANSWERS)}, rounds)
    team = f"check-in answered in a team of {COLLEAGUES} with 200,000 outcomes"
    return [
        _row(f"{team}, p50", of_team, 0.5, "< 50 ms"),
        _row(f"{team}, p95", of_team, 0.95),
        _row("check-in answered in a workspace of 5,000, p50", of_crowd, 0.5, "< 50 ms"),
        _row("check-in answered in a workspace of 5,000, p95", of_crowd, 0.95),
    ]


_Times = tuple[list[float], list[float]]
"""Coach's, and those of the bare rows."""


async def _rounds(
    folder: Path, template: Path, bets: Mapping[int, Sequence[str]], rounds: int
) -> list[_Times]:
    return [await _round(folder, template, bets) for _ in range(rounds)]


async def _round(folder: Path, template: Path, bets: Mapping[int, Sequence[str]]) -> _Times:
    """Answer in a copy of *template*, where everybody was asked; then write the same rows."""
    asked, file = folder / "before.sqlite3", folder / "answered.sqlite3"
    shutil.copyfile(template, asked)
    async with opened(asked, SetClock(DUE)) as (_, parts):
        await parts.ticker.tick()
    shutil.copyfile(asked, file)
    clock = SetClock(DUE + timedelta(minutes=30))
    async with opened(file, clock) as (database, parts):
        inbox = SqlInbox(database, "bench", clock)
        times = [await _answer(parts, inbox, n, mine) for n, mine in bets.items()]
    return times, _without_coach(asked, file, bets)


async def _answer(parts: TeamParts, inbox: SqlInbox, number: int, bets: Sequence[str]) -> float:
    """Fill a form in, from storing what came to storing what to say. Raises Died if refused."""
    said = {f"{part}/{bet}": text for bet in bets for part, text in _SAID.items()}
    form = Submission(
        action=standup_forms.CHECK_IN,
        value=str(Asked("all", DUE.date())),
        answers={**said, "question0": "Somebody who knows the labels."},
    )
    person = Person(id=f"U{number}", name=f"Person {number}")
    message = Message(
        id=f"view-{number}",
        place=Place(platform=Platform.SLACK, workspace=TEAM, channel=person.id),
        person=person,
        submission=form,
    )
    started = time.perf_counter()
    await inbox.put(message)
    (claimed,) = await inbox.claim(1)
    reply = await parts.desk.submit(claimed, form)
    if reply is None or not reply.text.startswith("Got it"):
        raise Died(f"A check-in was not taken: {reply}")
    await inbox.finish(claimed, [delivery_of(claimed, reply)])
    return time.perf_counter() - started


_SAID = {
    "result": "still_running",
    "tried": "Relabelled two hundred examples with two people and compared what they said.",
    "learned": "They agree on nine of ten; the tenth needs a rule.",
    "chance": "35",
    "next": "Write the rule down and relabel the disputed ones.",
}


def _without_coach(before: Path, after: Path, bets: Mapping[int, Sequence[str]]) -> list[float]:
    """Write each answer's rows into a copy of *before*, one transaction each."""
    file = after.with_suffix(".bare")
    shutil.copyfile(before, file)
    with bare.connected(file) as connection:
        return [bare.written(connection, _rows_of(after, n)) for n in bets]


def _rows_of(file: Path, number: int) -> dict[str, bare.Rows]:
    person, event = f"U{number}", f"view-{number}"
    on = DUE.date().isoformat()
    return {
        "inbox": bare.rows_of(file, "SELECT * FROM inbox WHERE event_id = ?", [event]),
        "outcomes": bare.rows_of(file, "SELECT * FROM outcomes WHERE id LIKE ? || ':%'", [event]),
        "check_ins": bare.rows_of(
            file, 'SELECT * FROM check_ins WHERE person = ? AND "on" = ?', [person, on]
        ),
        "check_in_versions": bare.rows_of(
            file, "SELECT * FROM check_in_versions WHERE person = ?", [person]
        ),
        "occurrences": bare.rows_of(file, 'SELECT * FROM occurrences WHERE "on" = ?', [on]),
        "outbox": bare.rows_of(
            file, "SELECT * FROM outbox WHERE key = ?", [f"slack:{TEAM}:{event}"]
        ),
    }


def _row(what: str, rounds: Sequence[_Times], share: float, goal: str = "–") -> Row:
    coach = [percentile(times, share) for times, _ in rounds]
    limit = [percentile(times, share) for _, times in rounds]
    beside = "the same rows, one bare SQLite transaction (limit)"
    return Row(what, seconds(coach), seconds(limit), beside, ratio(coach, limit), goal)
