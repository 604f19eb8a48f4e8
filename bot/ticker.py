"""The clock of standups: asks, reminds, closes and publishes what is due.

Nothing is remembered between two ticks but what spares work. What is due follows from the stored
state and the time, every message goes out with the state that it changes, in one transaction, and
keys are unique (workspace, standup, local date, person): after a crash, or beside another replica,
a tick does what is left to do, and nothing twice.

Catch-up: who should have been asked while Coach was down is asked now if the time to answer has not
run out; else the check-in is recorded as missed by us.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from bot import faults
from bot.errors import StoreUnavailable
from bot.log_ports import Digests, Standups
from bot.messages import Delivery, Person
from bot.standup_records import (
    Absence,
    CheckIn,
    CheckInState,
    Occurrence,
    Profile,
    Standup,
)
from bot.standups import schedule

_EVERY_SECONDS = 10.0
_LOOK_BACK = timedelta(hours=26)  # a window is a day at most, and clocks may be off
_MARK_EVERY = timedelta(minutes=10)
_MOMENT = timedelta(seconds=1)
_REMEMBERED = 200_000
_AT_ONCE = 200  # reminders in a transaction, for which answers wait

log = structlog.get_logger(__name__)


class Asking(Protocol):
    """What writes to the members."""

    async def prompts(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        """Return what asks for each of *check_ins*, by its key."""
        ...

    async def reminders(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        """Return what reminds of each of *check_ins*, by its key."""
        ...

    def apology(self, standup: Standup, missed: Sequence[CheckIn]) -> Delivery:
        """Return what tells the owner of the check-ins that were *missed* by us."""
        ...


class Ticker:
    """Does what is due of every standup; several replicas may tick at once."""

    def __init__(
        self, *, standups: Standups, asking: Asking, digests: Digests, now: Callable[[], datetime]
    ) -> None:
        """Work on *standups*; send what *asking* and *digests* write; *now* gives aware times."""
        self._standups = standups
        self._asking = asking
        self._digests = digests
        self._now = now
        self._known: set[tuple[str, str]] = set()

    async def run(self, stop: asyncio.Event, every: float = _EVERY_SECONDS) -> None:
        """Tick now and *every* so many seconds, until *stop* is set."""
        while not stop.is_set():
            try:
                await self.tick()
            except StoreUnavailable:
                log.warning("store_unavailable")
            except Exception as error:  # noqa: BLE001 - the next tick may do better
                log.error("tick_failed", fault=faults.told(error))  # noqa: TRY400
            try:
                await asyncio.wait_for(stop.wait(), every)
            except TimeoutError:
                continue

    async def tick(self) -> None:
        """Do what is due now. Raises StoreUnavailable.

        What fails of one standup does not keep the others waiting.
        """
        now = self._now()
        people = _People(self._standups)
        for standup in await self._standups.everywhere():
            try:
                await self._advance(standup, people, now)
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the other standups go on
                log.error("standup_failed", standup=standup.id, fault=faults.told(error))  # noqa: TRY400

    async def ask_now(self, standup: Standup) -> int:
        """Ask every member for today's check-in at once, whatever the schedule says.

        Who was asked today already, is off today or has quiet hours now is not asked. Returns how
        many were asked.
        """
        now = self._now()
        profiles = await self._standups.profiles(standup.workspace)
        away: dict[str, list[Absence]] = {}
        for absence in await self._standups.absences(standup.workspace):
            away.setdefault(absence.person, []).append(absence)
        check_ins: list[CheckIn] = []
        for member in standup.members:
            profile = profiles.get(member.person.id)
            on = schedule.local_date(now, schedule.zone_of(standup, profile))
            off = schedule.why_off(standup, member, profile, away.get(member.person.id, ()), on)
            if not off and not schedule.is_quiet(standup, profile, now):
                check_ins.append(_asked_now(standup, member.person, on, now))
        # What the schedule has had since the last tick is still to be planned: nothing is marked.
        return len(await self._ask(standup, standup.created_at, check_ins))

    async def _advance(self, standup: Standup, people: "_People", now: datetime) -> None:
        profiles, absences = await people.of(standup.workspace)
        await self._plan(standup, profiles, absences, now)
        await self._attend(standup, profiles, now)
        for occurrence in await self._standups.unfinished(standup.workspace, standup.id):
            await self._finish(standup, occurrence, profiles, absences, now)

    async def _plan(
        self,
        standup: Standup,
        profiles: Mapping[str, Profile],
        absences: Sequence[Absence],
        now: datetime,
    ) -> None:
        """Ask who is due, and record who should have been asked and was not."""
        since = await self._standups.planned_until(standup.workspace, standup.id)
        since = since or standup.created_at
        slots = schedule.slots(standup, profiles, absences, min(since, now - _LOOK_BACK), now)
        due = [
            _check_in(standup, slot, now)
            for slot in slots
            if slot.opens >= standup.created_at and (slot.closes > now or slot.opens > since)
        ]
        new = [each for each in due if (standup.workspace, each.key) not in self._known]
        later = {each.key: each for each in new if _waits_for_quiet(standup, profiles, each, now)}
        # Who is asked later, or else missed, is still to be planned then.
        until = min([now, *(each.opens_at - _MOMENT for each in later.values())])
        new = [each for each in new if each.key not in later]
        if new or until - since >= _MARK_EVERY:
            await self._ask(standup, until, new)

    async def _ask(
        self, standup: Standup, until: datetime, check_ins: Sequence[CheckIn]
    ) -> list[CheckIn]:
        asked = [each for each in check_ins if each.state == CheckInState.ASKED]
        missed = await self._without_check_in(
            standup, [each for each in check_ins if each.state == CheckInState.MISSED_BY_US]
        )
        messages = dict(await self._asking.prompts(standup, asked))
        if missed and standup.owner.id:
            messages[missed[-1].key] = self._asking.apology(standup, missed)
        stored = await self._standups.plan(standup, until, check_ins, messages)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known |= {(standup.workspace, each.key) for each in check_ins}
        if stored:
            lost = sum(each.state == CheckInState.MISSED_BY_US for each in stored)
            log.info("asked", standup=standup.id, members=len(stored) - lost, missed=lost)
        return stored

    async def _without_check_in(self, standup: Standup, missed: Sequence[CheckIn]) -> list[CheckIn]:
        """Return those of *missed* who have no check-in of that day, such as an early answer."""
        kept: set[str] = set()
        for on in sorted({each.on for each in missed}):
            there = await self._standups.check_ins(standup.workspace, standup.id, on)
            kept |= {each.key for each in there}
        return [each for each in missed if each.key not in kept]

    async def _attend(
        self, standup: Standup, profiles: Mapping[str, Profile], now: datetime
    ) -> None:
        """Remind who is waited for, and wait no longer for who has left."""
        members = {member.person.id for member in standup.members}
        due: list[CheckIn] = []
        for check_in in await self._standups.waiting(standup.workspace, standup.id):
            if check_in.person.id not in members:
                await self._standups.let_go(check_in)
            elif not standup.paused and _is_to_be_reminded(standup, check_in, profiles, now):
                due.append(check_in)
        for some in (due[n : n + _AT_ONCE] for n in range(0, len(due), _AT_ONCE)):
            await self._standups.remind(some, await self._asking.reminders(standup, some))

    async def _finish(
        self,
        standup: Standup,
        occurrence: Occurrence,
        profiles: Mapping[str, Profile],
        absences: Sequence[Absence],
        now: datetime,
    ) -> None:
        """Publish the digest when nobody is waited for any more, and again when it is outdated."""
        check_ins = await self._standups.check_ins(standup.workspace, standup.id, occurrence.on)
        if not occurrence.closed and now < _until(
            standup, occurrence, check_ins, profiles, absences
        ):
            return
        digest = await self._digests.digest(standup, occurrence, check_ins)
        if await self._standups.publish(occurrence, digest):
            log.info("published", standup=standup.id, on=occurrence.on.isoformat())


def _until(
    standup: Standup,
    occurrence: Occurrence,
    check_ins: Sequence[CheckIn],
    profiles: Mapping[str, Profile],
    absences: Sequence[Absence],
) -> datetime:
    """Return until when somebody's answer is waited for: the last of those still to come.

    Where all have answered, even early, that is when the first of them was to be asked.
    """
    known = {each.person.id for each in check_ins}
    ends = [each.closes_at for each in check_ins if each.state == CheckInState.ASKED]
    ends += [
        slot.closes
        for slot in schedule.slots_on(standup, profiles, absences, occurrence.on)
        if slot.person.id not in known
    ]
    first = min((each.opens_at for each in check_ins), default=occurrence.closes_at)
    return max(ends, default=first)


def _check_in(standup: Standup, slot: schedule.Slot, now: datetime) -> CheckIn:
    missed = slot.closes <= now
    is_ahead = slot.reminds and slot.reminds > now  # who is asked late is not reminded at once
    return CheckIn(
        workspace=standup.workspace,
        standup=standup.id,
        on=slot.on,
        person=slot.person,
        state=CheckInState.MISSED_BY_US if missed else CheckInState.ASKED,
        opens_at=slot.opens,
        reminds_at=slot.reminds if is_ahead else None,
        closes_at=slot.closes,
    )


def _waits_for_quiet(
    standup: Standup, profiles: Mapping[str, Profile], check_in: CheckIn, now: datetime
) -> bool:
    """Tell whether *check_in*, which is asked late, would be asked in quiet hours."""
    still_open = check_in.state == CheckInState.ASKED
    return still_open and schedule.is_quiet(standup, profiles.get(check_in.person.id), now)


def _is_to_be_reminded(
    standup: Standup, check_in: CheckIn, profiles: Mapping[str, Profile], now: datetime
) -> bool:
    at = check_in.reminds_at
    if at is None or check_in.reminded or not at <= now < check_in.closes_at:
        return False
    return not _is_silent(standup, profiles.get(check_in.person.id), now)


def _is_silent(standup: Standup, profile: Profile | None, now: datetime) -> bool:
    """Tell whether a member wants to hear nothing now."""
    return bool(profile and profile.muted) or schedule.is_quiet(standup, profile, now)


def _asked_now(standup: Standup, person: Person, on: date, now: datetime) -> CheckIn:
    closes = now + timedelta(minutes=standup.window)
    reminds = closes - timedelta(minutes=standup.reminder)
    return CheckIn(
        workspace=standup.workspace,
        standup=standup.id,
        on=on,
        person=person,
        opens_at=now,
        reminds_at=reminds if standup.reminder and now < reminds else None,
        closes_at=closes,
    )


class _People:
    """Who is where and away when, read once a workspace and tick."""

    def __init__(self, standups: Standups) -> None:
        self._standups = standups
        self._read: dict[str, tuple[Mapping[str, Profile], Sequence[Absence]]] = {}

    async def of(self, workspace: str) -> tuple[Mapping[str, Profile], Sequence[Absence]]:
        """Return the profiles and the absences of *workspace*."""
        if workspace not in self._read:
            profiles = await self._standups.profiles(workspace)
            self._read[workspace] = profiles, await self._standups.absences(workspace)
        return self._read[workspace]
