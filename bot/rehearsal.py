"""Playing a scripted team through the real schedules, desks, queues and store, by a made-up clock.

The clock jumps to whatever is due next; everything else is what runs in production.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import log_transfer, standup_forms
from bot.backlog import delivery_of
from bot.errors import CoachError
from bot.frozen import Frozen
from bot.log_records import Hypothesis, Objective
from bot.log_transfer import Export
from bot.messages import (
    Delivery,
    Message,
    Person,
    Place,
    Platform,
    Press,
    Reply,
    Submission,
    Venue,
)
from bot.rehearsal_script import (
    Answers,
    Changes,
    Event,
    IsAway,
    Meeting,
    Moves,
    Mutes,
    Said,
    Script,
    Sent,
    Skips,
    Stops,
)
from bot.standup_forms import Asked
from bot.standup_records import CheckIn, Member, Occurrence, Profile, Standup
from bot.standups import schedule
from bot.standups.reports import field_name
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from bot.team_wiring import TeamParts, open_team

WORKSPACE = "rehearsal"
_AHEAD = timedelta(days=2)


class Rehearsal(Frozen):
    """What came of a script: everything sent, every check-in, the log, and the portfolio."""

    sent: tuple[Sent, ...]
    check_ins: tuple[CheckIn, ...]
    occurrences: tuple[Occurrence, ...]
    portfolio: Reply
    log: Export


@asynccontextmanager
async def rehearsing(script: Script) -> AsyncGenerator["Stage"]:
    """Set the stage for *script*: a database of its own, the team, its bets."""
    with TemporaryDirectory() as folder:
        database = await open_database(f"sqlite+aiosqlite:///{Path(folder) / 'log.sqlite3'}")
        try:
            stage = Stage(script, database)
            await stage.set()
            yield stage
        finally:
            await database.close()


async def rehearse(script: Script) -> Rehearsal:
    """Play *script* from its start to its end."""
    async with rehearsing(script) as stage:
        await stage.play(script.end)
        return await stage.outcome()


class Stage:
    """A team in the middle of its script."""

    def __init__(self, script: Script, database: Database) -> None:
        """Play *script* in *database*."""
        self._script = script
        self.now = script.start.astimezone(UTC)
        self.parts: TeamParts = open_team(database, lambda: self.now)
        self._inbox = SqlInbox(database, "rehearsal", lambda: self.now)
        self._outbox = SqlOutbox(database, "rehearsal", lambda: self.now)
        self._events = sorted(script.events, key=lambda event: event.at)
        self._down_until = self.now
        self._number = 0
        self.sent: list[Sent] = []
        self.delivered: list[tuple[Sent, Delivery]] = []
        self.said: list[tuple[datetime, Answers]] = []

    async def set(self) -> None:
        """Register the team, its standup and its bets."""
        for someone in self._script.people:
            await self.parts.standups.save_profile(
                Profile(
                    workspace=WORKSPACE,
                    person=someone.id,
                    zone=someone.zone,
                    country=someone.country,
                )
            )
        await self.parts.standups.save(self._standup(self._script.standup))
        for aim in self._script.objectives:
            await self.parts.log.save_objective(
                Objective(workspace=WORKSPACE, **aim.model_dump(), **self._edit())
            )
        for bet in self._script.hypotheses:
            fields = bet.model_dump(exclude={"prior", "kill"})
            await self.parts.log.save_hypothesis(
                Hypothesis(
                    workspace=WORKSPACE,
                    prior=bet.prior / 100,
                    kill_criterion=bet.kill,
                    owner_name=self._person(bet.owner).name,
                    **fields,
                    **self._edit(),
                )
            )

    async def play(self, until: datetime) -> None:
        """Let time pass *until* then, with everything that happens on the way."""
        until = until.astimezone(UTC)
        await self._tick()
        while (following := await self._next(until)) is not None:
            self.now = following
            while self._events and self._events[0].at <= self.now and self._is_up():
                await self._happen(self._events.pop(0))
            await self._tick()
        self.now = until
        await self._tick()

    async def outcome(self) -> Rehearsal:
        """Return what came of it so far."""
        standup = await self._current()
        occurrences = await self.parts.standups.occurrences(WORKSPACE, standup.id, 100_000)
        found = await log_transfer.collect(self.parts.log, self.parts.standups, WORKSPACE, self.now)
        return Rehearsal(
            sent=tuple(self.sent),
            check_ins=found.check_ins,
            occurrences=tuple(occurrences),
            portfolio=await self.parts.telling.portfolio(WORKSPACE),
            log=found,
        )

    # -- time

    async def _next(self, until: datetime) -> datetime | None:
        """Return when something happens next, None if nothing does *until* then."""
        standup = await self._current()
        profiles = await self.parts.standups.profiles(WORKSPACE)
        absences = await self.parts.standups.absences(WORKSPACE)
        slots = schedule.slots(standup, profiles, absences, self.now - _AHEAD, self.now + _AHEAD)
        times = [event.at.astimezone(UTC) for event in self._events[:1]]
        times += [at for slot in slots for at in (slot.opens, slot.reminds, slot.closes) if at]
        for each in await self.parts.standups.waiting(WORKSPACE, standup.id):
            times += [at for at in (each.reminds_at, each.closes_at) if at]
        times += [self._down_until, self.now + _AHEAD]
        coming = [at for at in times if at > self.now]
        return min(coming) if coming and min(coming) <= until else None

    def _is_up(self) -> bool:
        """Tell whether Coach runs; what people do while it does not comes in when it does."""
        return self.now >= self._down_until

    async def _tick(self) -> None:
        if self._is_up():
            await self.parts.ticker.tick()
            await self._deliver()

    async def _deliver(self) -> None:
        while deliveries := await self._outbox.claim(100):
            for delivery in deliveries:
                sent = _sent(delivery, self.now)
                self.sent.append(sent)
                self.delivered.append((sent, delivery))
                await self._outbox.sent(delivery.key, f"message-{len(self.sent)}")

    # -- what people do

    async def _happen(self, event: Event) -> None:
        match event:
            case Stops(until=until):
                self._down_until = until.astimezone(UTC)
            case Answers():
                await self._answers(event)
            case Skips():
                asked = await self._asked(event.person, event.on)
                await self._press(event.person, standup_forms.SKIP, str(asked))
            case IsAway():
                days = {"first": event.first.isoformat(), "last": event.last.isoformat()}
                await self._submit(event.person, standup_forms.AWAY, "", days)
            case Moves():
                await self._move(event)
            case Mutes():
                await self._mute(event)
            case Changes():
                await self._change(event)

    async def _answers(self, event: Answers) -> None:
        self.said.append((self.now, event))
        asked = await self._asked(event.person, event.on)
        questions = enumerate(self._script.standup.questions)
        names = {question: f"question{n}" for n, question in questions} | {"note": "note"}
        answers = {names[asked]: said for asked, said in event.answers.items()}
        for said in event.reports:
            answers |= _filled_in(said)
        await self._submit(event.person, standup_forms.CHECK_IN, str(asked), answers)

    async def _mute(self, event: Mutes) -> None:
        muted = standup_forms.ON if event.do == "mute" else standup_forms.OFF
        someone = next(s for s in self._script.people if s.id == event.person)
        settings = {"zone": someone.zone, "country": someone.country, "muted": muted}
        await self._submit(event.person, standup_forms.ME, "", settings)

    async def _change(self, event: Changes) -> None:
        standup = await self._current()
        owner = self._script.standup.owner
        match event.do:
            case "run_now":
                await self._press(owner, standup_forms.RUN, standup.id)
            case "pause" | "resume":
                if standup.paused == (event.do == "resume"):
                    await self._press(owner, standup_forms.PAUSE, standup.id)

    async def _move(self, event: Moves) -> None:
        standup = await self._current()
        ids = [member.person.id for member in standup.members if member.person.id != event.who]
        ids += [event.who] if event.do == "join" else []
        form = standup_forms.standup(standup, standup.zone, self.now.date())
        answers = {field.name: field.value for field in form.fields} | {"members": "\n".join(ids)}
        await self._submit(self._script.standup.owner, standup_forms.NEW, form.value, answers)

    async def _asked(self, person: str, on: date | None) -> Asked:
        """Return the check-in of the day *on*, else the person's latest or next one."""
        standup = await self._current()
        if on is None:
            latest = await self.parts.standups.latest(WORKSPACE, person, 1)
            on = latest[0].on if latest else self._local(person)
        return Asked(standup.id, on)

    def _local(self, person: str) -> date:
        someone = next(each for each in self._script.people if each.id == person)
        return schedule.local_date(self.now, someone.zone or self._script.standup.zone)

    async def _press(self, person: str, action: str, value: str) -> None:
        await self._say(person, press=Press(action=action, value=value))

    async def _submit(self, person: str, action: str, value: str, answers: dict[str, str]) -> None:
        submission = Submission(action=action, value=value, answers=answers)
        await self._say(person, submission=submission)

    async def _say(self, person: str, **what: Any) -> None:
        """Let a message go the way of every message: inbox, desk, outbox."""
        self._number += 1
        message = Message(
            id=f"event-{self._number}", place=_private(person), person=self._person(person), **what
        )
        await self._inbox.put(message)
        for claimed in await self._inbox.claim(10):
            reply = await self._reply(claimed)
            await self._inbox.finish(claimed, [delivery_of(claimed, reply)] if reply else [])
        await self._deliver()

    async def _reply(self, message: Message) -> Reply | None:
        desk = self.parts.desk
        try:
            if message.submission:
                return await desk.submit(message, message.submission)
            press = message.press
            return await desk.press(message, press.action, press.value) if press else None
        except CoachError as error:
            return Reply(text=error.sentence)

    # -- the team

    async def _current(self) -> Standup:
        standup = await self.parts.standups.find(WORKSPACE, _STANDUP)
        if standup is None:
            raise LookupError(_STANDUP)
        return standup

    def _person(self, person: str) -> Person:
        someone = next(each for each in self._script.people if each.id == person)
        return Person(id=someone.id, name=someone.name or someone.id)

    def _edit(self) -> dict[str, Any]:
        owner = self._script.standup.owner
        return {"created_at": self.now, "edited_by": owner, "edited_at": self.now}

    def _standup(self, meeting: Meeting) -> Standup:
        fields = meeting.model_dump(exclude={"owner", "members", "channel"})
        members = [Member(person=self._person(p), joined_at=self.now) for p in meeting.members]
        return Standup(
            workspace=WORKSPACE,
            id=_STANDUP,
            place=Place(
                platform=Platform.TERMINAL,
                workspace=WORKSPACE,
                channel=meeting.channel,
                venue=Venue.CHANNEL,
            ),
            owner=self._person(meeting.owner),
            members=tuple(members),
            starts=self.now.date(),
            **fields,
            **self._edit(),
        )


_STANDUP = "standup"


def _private(person: str) -> Place:
    return Place(
        platform=Platform.TERMINAL, workspace=WORKSPACE, channel=person, venue=Venue.PRIVATE
    )


def _filled_in(said: Said) -> dict[str, str]:
    """Return the fields of a check-in's form as somebody fills them in."""
    texts = said.model_dump(mode="json", exclude={"hypothesis"}, exclude_none=True)
    return {field_name(part, said.hypothesis): f"{value}" for part, value in texts.items()}


def _sent(delivery: Delivery, at: datetime) -> Sent:
    return Sent(
        at=at,
        to=delivery.place.channel,
        what=_what(delivery),
        text=_text(delivery.reply),
        key=delivery.key,
    )


def _what(delivery: Delivery) -> Any:
    marks = {
        ":check-in:": "prompt",
        ":reminder:": "reminder",
        ":digest:": "digest",
        ":missed:": "notice",
    }
    kind = next((what for mark, what in marks.items() if mark in delivery.key), "reply")
    return "digest_update" if kind == "digest" and delivery.replaces else kind


def _text(reply: Reply) -> str:
    parts = [reply.text, *(f"{section.title}\n{section.text}" for section in reply.sections)]
    return "\n\n".join(parts)
