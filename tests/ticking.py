"""A team on a made-up clock: real stores, desks, ticker and outbox, and what was sent when."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from bot import standup_forms
from bot.errors import InputProblem
from bot.messages import Delivery, Message, Person, Place, Platform, Press, Reply, Submission
from bot.standup_forms import Asked
from bot.standup_records import CheckIn, CheckInState, Member, Occurrence, Standup
from bot.stores.database import Database
from bot.stores.queues import SqlOutbox
from bot.team_wiring import open_team
from tests.conftest import Clock
from tests.standups.made import WORKSPACE, profile

_MARKS = {
    ":check-in:": "prompt",
    ":reminder:": "reminder",
    ":digest:": "digest",
    ":missed:": "missed",
}

_EVENTS = count(1)


@dataclass(frozen=True)
class Sent:
    """A message that left: what it is, whom or which channel it is for, and all of it."""

    at: datetime
    what: str
    to: str
    delivery: Delivery

    @property
    def text(self) -> str:
        """Everything that is read in it."""
        reply = self.delivery.reply
        return "\n".join((reply.text, *(f"{s.title}\n{s.text}" for s in reply.sections)))


class Team:
    """A workspace with standups, and one replica of Coach that looks after them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.parts = open_team(database, clock, frozenset({"admin"}))
        self.standups = self.parts.standups
        self.sent: list[Sent] = []
        self._outbox = SqlOutbox(database, "one", clock)

    def restart(self) -> None:
        """Start anew, knowing nothing but what is stored."""
        self.parts = open_team(self.database, self.clock, frozenset({"admin"}))
        self.standups = self.parts.standups

    # -- setting up

    async def keep(self, written: Standup) -> Standup:
        """Store a standup, or the next version of one."""
        kept = await self.standups.save(written)
        assert kept is not None
        return kept

    async def change(self, standup_id: str = "search", **changes: object) -> Standup:
        """Change a standup as its owner does."""
        return await self.keep((await self.current(standup_id)).model_copy(update=changes))

    async def current(self, standup_id: str = "search") -> Standup:
        """Return the standup as it is now."""
        kept = await self.standups.find(WORKSPACE, standup_id)
        assert kept is not None
        return kept

    async def members(self, *names: str) -> None:
        """Let these take part from now on; who did before keeps the time of joining."""
        before = {each.person.id: each for each in (await self.current()).members}
        new = [Member(person=Person(id=n, name=n), joined_at=self.clock()) for n in names]
        await self.change(members=tuple(before.get(each.person.id, each) for each in new))

    async def lives(self, person: str, zone: str = "", country: str = "", **more: object) -> None:
        """Let *person* say where they are, and more of themselves."""
        await self.standups.save_profile(profile(person, zone, country, **more))

    # -- time

    async def at(self, time: datetime) -> list[Sent]:
        """Let it be *time*, and do what is due; return what is sent then."""
        self.clock.time = time
        return await self.tick()

    async def tick(self) -> list[Sent]:
        """Do what is due, and return what is sent."""
        await self.parts.ticker.tick()
        return await self.deliver()

    async def deliver(self) -> list[Sent]:
        """Send what waits, and return it."""
        new: list[Sent] = []
        while deliveries := await self._outbox.claim(100):
            for delivery in deliveries:
                new.append(Sent(self.clock(), _what(delivery), delivery.place.channel, delivery))
                await self._outbox.sent(delivery.key, f"message-{len(self.sent) + len(new)}")
        self.sent += new
        return new

    # -- what people do

    async def answers(
        self, person: str, on: date, said: str = "Tried a larger model.", standup: str = "search"
    ) -> str:
        """Let *person* answer the check-in of a day with a note; return what Coach replies."""
        return await self.submits(person, Asked(standup, on), {"note": said})

    async def submits(self, person: str, asked: Asked, answers: Mapping[str, str]) -> str:
        """Let *person* send a check-in's form in."""
        return await self._does(
            person,
            submission=Submission(
                action=standup_forms.CHECK_IN, value=str(asked), answers=dict(answers)
            ),
        )

    async def skips(self, person: str, on: date) -> str:
        """Let *person* skip the check-in of a day."""
        return await self.presses(person, standup_forms.SKIP, str(Asked("search", on)))

    async def is_away(self, person: str, first: date, last: date) -> str:
        """Let *person* say that they are away."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        return await self._does(
            person, submission=Submission(action=standup_forms.AWAY, answers=days)
        )

    async def runs_now(self, standup: str = "search") -> str:
        """Let the owner run a standup at once."""
        return await self.presses("owner", standup_forms.RUN, standup)

    async def presses(self, person: str, action: str, value: str) -> str:
        """Let *person* press a button."""
        return await self._does(person, press=Press(action=action, value=value))

    async def _does(
        self, person: str, press: Press | None = None, submission: Submission | None = None
    ) -> str:
        message = Message(
            id=f"event-{next(_EVENTS)}",
            place=Place(platform=Platform.WEB, workspace=WORKSPACE, channel=person),
            person=Person(id=person, name=person),
            press=press,
            submission=submission,
        )
        try:
            reply = await self._reply(message)
        except InputProblem as problem:
            return problem.sentence
        assert reply is not None
        return reply.text

    async def _reply(self, message: Message) -> Reply | None:
        desk = self.parts.desk
        if message.submission:
            return await desk.submit(message, message.submission)
        assert message.press is not None
        return await desk.press(message, message.press.action, message.press.value)

    # -- how it stands

    async def check_ins(self, on: date, standup: str = "search") -> list[CheckIn]:
        """Return the check-ins of a day."""
        return await self.standups.check_ins(WORKSPACE, standup, on)

    async def states(self, on: date, standup: str = "search") -> dict[str, CheckInState]:
        """Return what became of each member's check-in of a day."""
        return {each.person.id: each.state for each in await self.check_ins(on, standup)}

    async def occurrence(self, on: date, standup: str = "search") -> Occurrence:
        """Return the occurrence on a day."""
        found = await self.standups.occurrences(WORKSPACE, standup, 1_000)
        return next(each for each in found if each.on == on)

    def counts(self, what: str) -> Counter[str]:
        """Return how many messages of a sort everybody got."""
        return counts(self.sent, what)


def counts(sent: Sequence[Sent], what: str) -> Counter[str]:
    """Return how many messages of a sort everybody got in *sent*."""
    return Counter(each.to for each in sent if each.what == what)


def told(sent: Sequence[Sent]) -> list[tuple[str, str]]:
    """Return what was sent to whom, in the order of the alphabet."""
    return sorted((each.what, each.to) for each in sent)


async def together(*tickers: Team) -> None:
    """Let several replicas tick at once."""
    await asyncio.gather(*(each.parts.ticker.tick() for each in tickers))


def _what(delivery: Delivery) -> str:
    return next((what for mark, what in _MARKS.items() if mark in delivery.key), "reply")
