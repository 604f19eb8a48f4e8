"""A team of fifty with its bets, and standups whose time has come, written into Coach's store."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.clock import now
from bot.log_records import Hypothesis, Objective
from bot.messages import Person, Place, Platform, Venue
from bot.standup_records import Member, Profile, Standup
from bot.stores.database import Database
from bot.stores.log import SqlLog
from bot.stores.standups import SqlStandups
from evals.bench.slack import TEAM

QUESTION = "What do you need?"

_WINDOW = timedelta(minutes=5)  # the shortest there is; most rounds begin in the midst of it
_REMINDER = 1
_OBJECTIVES = 3
_MANY = 4  # hypotheses of every tenth person: more than a form has room for
_CHANNELS = 5
_ZONES = ("Europe/Lisbon", "America/Chicago", "Pacific/Auckland", "Asia/Kolkata", "")


class Kind(enum.StrEnum):
    """How a standup comes about."""

    OPEN = "open for a minute and a half"
    ENDING = "over in some seconds"
    TO_COME = "due in some seconds"
    RUN_NOW = "run now"


class Manner(enum.StrEnum):
    """What a member does about a check-in."""

    ANSWERS = "answers"
    ANSWERS_TWICE = "answers, and edits that"
    ANSWERS_EARLY = "answers before being asked"
    ANSWERS_LATE = "answers when it is over"
    SKIPS = "skips"
    SILENT = "does nothing"


_KINDS = {Kind.OPEN: 4, Kind.ENDING: 2, Kind.TO_COME: 2, Kind.RUN_NOW: 2}
_EVERYBODY_ACTS = {
    Manner.ANSWERS: 70,
    Manner.ANSWERS_TWICE: 16,
    Manner.SKIPS: 14,
}  # so that nobody is waited for until the end of the window
_MANNERS: Mapping[Kind, Mapping[Manner, int]] = {
    Kind.OPEN: {
        Manner.ANSWERS: 58,
        Manner.ANSWERS_TWICE: 14,
        Manner.ANSWERS_LATE: 10,
        Manner.SKIPS: 10,
        Manner.SILENT: 8,
    },
    Kind.ENDING: {Manner.ANSWERS: 60, Manner.ANSWERS_TWICE: 10, Manner.SILENT: 30},
    Kind.TO_COME: {**_EVERYBODY_ACTS, Manner.ANSWERS_EARLY: 10},
    Kind.RUN_NOW: _EVERYBODY_ACTS,
}


@dataclass(frozen=True)
class Round:
    """A standup that takes place once; `manners` are by member."""

    kind: Kind
    standup: Standup
    opens: datetime
    manners: Mapping[str, Manner]

    @property
    def closes(self) -> datetime:
        """When answers begin to be late."""
        return self.opens + _WINDOW


class Team:
    """The people of the workspace, what they bet on, and the rounds so far, by standup."""

    def __init__(self, database: Database, members: int, random: Random) -> None:
        """Write into *database*; *random* decides who does what."""
        self.rounds: dict[str, Round] = {}
        self.people = tuple(Person(id=f"U{n}", name=f"Person {n}") for n in range(1, members + 1))
        self._log = SqlLog(database)
        self._standups = SqlStandups(database, now)
        self._random = random

    @property
    def owner(self) -> str:
        """Who set the standups up."""
        return self.people[0].id

    async def settle_in(self) -> None:
        """Register objectives, hypotheses and where everybody is."""
        for number in range(_OBJECTIVES):
            await self._log.save_objective(_objective(number, now()))
        for number, person in enumerate(self.people):
            zone = _ZONES[number % len(_ZONES)]
            profile = Profile(workspace=TEAM, person=person.id, zone=zone)
            await self._standups.save_profile(profile)
            for each in range(_MANY if number % 10 == 1 else 1):
                bet = _hypothesis(person, each, f"objective-{number % _OBJECTIVES}", now())
                await self._log.save_hypothesis(bet)

    async def next_round(self) -> Round:
        """Set up one more standup."""
        (kind,) = self._random.choices(list(_KINDS), list(_KINDS.values()))
        opens = (now() + self._from_now(kind)).replace(microsecond=0)
        number = len(self.rounds) + 1
        standup = _standup(number, kind, opens, self.people)
        round_ = Round(kind, standup, opens, self._manners(kind))
        self.rounds[standup.id] = round_
        await self._standups.save(standup)
        return round_

    def _from_now(self, kind: Kind) -> timedelta:
        match kind:
            case Kind.OPEN:
                return timedelta(seconds=90) - _WINDOW
            case Kind.ENDING:
                return timedelta(seconds=self._random.uniform(1, 8)) - _WINDOW
            case Kind.TO_COME:
                return timedelta(seconds=self._random.uniform(4, 12))
            case Kind.RUN_NOW:
                return timedelta()

    def _manners(self, kind: Kind) -> dict[str, Manner]:
        weights = _MANNERS[kind]
        chosen = self._random.choices(list(weights), list(weights.values()), k=len(self.people))
        return {person.id: manner for person, manner in zip(self.people, chosen, strict=True)}


def _standup(number: int, kind: Kind, opens: datetime, people: Sequence[Person]) -> Standup:
    since = min(opens, now()) - timedelta(seconds=1)
    due = opens + timedelta(hours=6) if kind == Kind.RUN_NOW else opens
    return Standup(
        workspace=TEAM,
        id=f"round-{number}",
        name=f"Round {number}",
        place=Place(
            platform=Platform.SLACK,
            workspace=TEAM,
            channel=f"C{number % _CHANNELS}",
            venue=Venue.CHANNEL,
        ),
        owner=people[0],
        members=tuple(Member(person=person, joined_at=since) for person in people),
        days=tuple(range(7)),
        starts=since.date() - timedelta(days=1),
        at=due.astimezone(UTC).time(),
        zone="UTC",
        own_zone=False,
        window=int(_WINDOW.total_seconds() // 60),
        reminder=_REMINDER,
        questions=(QUESTION,),
        created_at=since,
        edited_by=people[0].id,
        edited_at=since,
    )


def _objective(number: int, at: datetime) -> Objective:
    return Objective(
        workspace=TEAM,
        id=f"objective-{number}",
        name=f"Objective {number}",
        measure="complaints a week",
        target="below 10",
        due=(at + timedelta(days=90)).date(),
        created_at=at,
        edited_by="U1",
        edited_at=at,
    )


def _hypothesis(person: Person, number: int, objective: str, at: datetime) -> Hypothesis:
    return Hypothesis(
        workspace=TEAM,
        id=f"bet-{person.id}-{number}",
        objective=objective,
        claim=f"Idea {number} of {person.name} brings it about",
        metric="recall",
        threshold="0.9",
        prior=0.2,
        owner=person.id,
        owner_name=person.name,
        resolve_by=(at + timedelta(days=60)).date(),
        shares=("the labels",) if number % 2 else (),
        created_at=at,
        edited_by=person.id,
        edited_at=at,
    )
