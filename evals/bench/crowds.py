"""Made-up workspaces as large as standups are measured at, written through Coach's own stores."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from bot.log_records import Hypothesis, Objective, Outcome, Result
from bot.messages import Person, Place, Platform, Venue
from bot.standup_records import CheckIn, CheckInState, Member, Profile, Standup
from bot.stores.database import Database, open_database
from bot.team_wiring import TeamParts, open_team
from evals.bench.slack import TEAM

MEMBERS, ZONES = 5_000, 40
"""The crowd that is asked at once."""

COLLEAGUES, DAYS, AT_ONCE = 200, 250, 4
"""The year: so many people report on so many days of so many hypotheses each, 200,000 outcomes."""

WINDOW = timedelta(hours=4)
DUE = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""When everybody is asked; a Wednesday."""

_OBJECTIVES = 8
_LASTS = 50  # days that a hypothesis is worked on
_BATCH = 10_000
_QUESTION = "What do you need?"
_LONG_AGO = DUE - timedelta(days=400)


class SetClock:
    """A clock that is set by hand."""

    def __init__(self, time: datetime) -> None:
        """Show *time*."""
        self.time = time

    def __call__(self) -> datetime:
        """Return the time, aware."""
        return self.time


def url_of(file: Path) -> str:
    """Return the address of the SQLite database in *file*."""
    return f"sqlite+aiosqlite:///{file}"


@asynccontextmanager
async def opened(file: Path, clock: SetClock) -> AsyncGenerator[tuple[Database, TeamParts]]:
    """Open the database in *file* with everything about standups and the log."""
    database = await open_database(url_of(file))
    try:
        yield database, open_team(database, clock)
    finally:
        await database.close()


def zones(count: int = ZONES) -> list[str]:
    """Return so many zones from all over the world."""
    places = sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
    return places[:: len(places) // count][:count]


# -- everybody is asked at once


async def crowd(file: Path, *, own_zone: bool) -> None:
    """Write a standup of 5,000 people in 40 zones into *file*, each with a bet and its story.

    It is due at one time for all, or with *own_zone* at the same local time of each zone.
    """
    people = [Person(id=f"U{n}", name=f"Person {n}") for n in range(MEMBERS)]
    known = zones()
    async with opened(file, SetClock(DUE)) as (_, parts):
        for number, person in enumerate(people):
            zone = known[number % len(known)]
            await parts.standups.save_profile(Profile(workspace=TEAM, person=person.id, zone=zone))
            bet = _hypothesis(f"bet-{number}", person, number % _OBJECTIVES, _LONG_AGO)
            await parts.log.save_hypothesis(bet)
        told = (_story(number, person) for number, person in enumerate(people))
        await parts.log.add_outcomes([outcome for each in told for outcome in each])
        await parts.standups.save(_standup(people, own_zone=own_zone))


def _story(number: int, person: Person) -> Iterator[Outcome]:
    for days in (14, 7):
        at = DUE - timedelta(days=days)
        yield _outcome(f"bet-{number}", person, at, Result.STILL_RUNNING, f"{days}:{person.id}")


# -- a year


@dataclass(frozen=True)
class Era:
    """So many days of the year, in which everybody works on the same hypotheses."""

    number: int
    days: Sequence[date]
    ended: bool


LAST_ERA = DAYS // _LASTS - 1
"""The one that has not ended."""


async def year(file: Path) -> None:
    """Write a year of 200 people into *file*: 200,000 outcomes, and the check-ins they came with.

    Everybody has four hypotheses at a time, which are decided after fifty days.
    """
    people = [Person(id=f"U{n}", name=f"Person {n}") for n in range(COLLEAGUES)]
    days = list(_working_days())
    async with opened(file, SetClock(DUE)) as (_, parts):
        for number in range(_OBJECTIVES):
            await parts.log.save_objective(_objective(number))
        for first in range(0, DAYS, _LASTS):
            era = Era(first // _LASTS, days[first : first + _LASTS], first + _LASTS < DAYS)
            await _bet(parts, people, era)
        standup = _standup(people, own_zone=False)
        await parts.standups.save(standup)
        asked = [_check_in(each, on) for on in days for each in people]
        for begin in range(0, len(asked), _BATCH):
            some = asked[begin : begin + _BATCH]
            await parts.standups.plan(standup, some[-1].opens_at, some, {})
        for past in await parts.standups.occurrences(TEAM, standup.id, DAYS):
            await parts.standups.publish(past, ())


def _working_days() -> Iterator[date]:
    first = (DUE - timedelta(days=DAYS * 7 // 5)).date()
    days = (first + timedelta(days=n) for n in range(DAYS * 2))
    weekdays = (day for day in days if day.weekday() < 5)
    for day, _ in zip(weekdays, range(DAYS), strict=False):
        yield day


async def _bet(parts: TeamParts, people: Sequence[Person], era: Era) -> None:
    """Register what everybody works on in *era*, write what they report, and how it ends."""
    begun = datetime.combine(era.days[0], time(8), UTC)
    outcomes: list[Outcome] = []
    for number, person in enumerate(people):
        for each in range(AT_ONCE):
            name = bet_name(number, era.number, each)
            bet = _hypothesis(name, person, (number + each) % _OBJECTIVES, begun)
            reports = list(_reports(name, person, era))
            outcomes += reports
            saved = await parts.log.save_hypothesis(bet)
            if saved and era.ended:
                end = {"state": reports[-1].result.value, "edited_at": reports[-1].at}
                await parts.log.save_hypothesis(saved.model_copy(update=end))
    for begin in range(0, len(outcomes), _BATCH):
        await parts.log.add_outcomes(outcomes[begin : begin + _BATCH])


def bet_name(person: int, era: int, number: int) -> str:
    """Return the id of a hypothesis."""
    return f"bet-{person}-{era}-{number}"


def _reports(name: str, person: Person, era: Era) -> Iterator[Outcome]:
    for on in era.days:
        at = datetime.combine(on, time(10), UTC)
        decided = Result.SUPPORTED if name.endswith("0") else Result.REFUTED
        result = decided if era.ended and on == era.days[-1] else Result.STILL_RUNNING
        yield _outcome(name, person, at, result, f"year:{on.isoformat()}:{person.id}")


def _check_in(person: Person, on: date) -> CheckIn:
    opens = datetime.combine(on, DUE.time(), UTC)
    return CheckIn(
        workspace=TEAM,
        standup="all",
        on=on,
        person=person,
        state=CheckInState.ANSWERED,
        opens_at=opens,
        closes_at=opens + WINDOW,
        answers={_QUESTION: f"Somebody who knows the labels, since {on}."},
        revision=1,
        answered_at=opens + timedelta(minutes=30),
    )


# -- records


def _standup(people: Sequence[Person], *, own_zone: bool) -> Standup:
    return Standup(
        workspace=TEAM,
        id="all",
        name="Everybody",
        place=Place(platform=Platform.SLACK, workspace=TEAM, channel="C1", venue=Venue.CHANNEL),
        owner=people[0],
        members=tuple(Member(person=person, joined_at=_LONG_AGO) for person in people),
        days=(DUE.weekday(),),
        starts=_LONG_AGO.date(),
        at=DUE.time(),
        zone="UTC",
        own_zone=own_zone,
        window=int(WINDOW.total_seconds() // 60),
        questions=(_QUESTION,),
        created_at=DUE - timedelta(hours=30),
        edited_by=people[0].id,
        edited_at=DUE - timedelta(hours=30),
    )


def _objective(number: int) -> Objective:
    return Objective(
        workspace=TEAM,
        id=f"objective-{number}",
        name=f"Objective {number}",
        measure="complaints a week",
        target="below 10",
        due=(DUE + timedelta(days=90)).date(),
        created_at=_LONG_AGO,
        edited_by="U0",
        edited_at=_LONG_AGO,
    )


def _hypothesis(name: str, person: Person, objective: int, at: datetime) -> Hypothesis:
    return Hypothesis(
        workspace=TEAM,
        id=name,
        objective=f"objective-{objective}",
        claim=f"Cleaner labels for part {name} halve the complaints about it",
        metric="recall",
        threshold="at least 0.9",
        prior=0.2,
        owner=person.id,
        owner_name=person.name,
        resolve_by=(at + timedelta(days=80)).date(),
        shares=("the labels",),
        created_at=at,
        edited_by=person.id,
        edited_at=at,
    )


def _outcome(name: str, person: Person, at: datetime, result: Result, check_in: str) -> Outcome:
    return Outcome(
        workspace=TEAM,
        id=f"view-{at.date()}:{name}",
        hypothesis=name,
        person=person.id,
        at=at,
        on=at.date(),
        result=result,
        chance=0.15 + at.day / 100,
        tried="Relabelled two hundred examples with two people and compared what they said.",
        learned="They agree on nine of ten; the tenth needs a rule.",
        value=0.7 + at.day / 200,
        next="Write the rule down and relabel the disputed ones.",
        check_in=check_in,
    )
