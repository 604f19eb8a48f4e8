"""Standups, their occurrences and check-ins in SQL.

Every message goes into the outbox with the state that it belongs to. Whoever works on an occurrence
locks it first, then its check-ins, then the outbox, so that replicas wait for each other but never
in a circle.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, RowMapping, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.log_records import Outcome
from bot.messages import Delivery, Person
from bot.standup_records import Absence, CheckIn, CheckInState, Occurrence, Profile, Standup
from bot.stores import check_ins as steps
from bot.stores.database import Database
from bot.stores.log import new_pseudonym, store_outcomes
from bot.stores.log_tables import (
    absences,
    check_in_versions,
    check_ins,
    occurrences,
    plans,
    profiles,
    standups,
)
from bot.stores.queues import insert_new, store_deliveries
from bot.stores.versions import Versions

_STANDUPS = Versions(standups, Standup, lambda record: {"removed": record.removed})


class SqlStandups:
    """Standups and check-ins; see `bot.log_ports.Standups`."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Work in *database*; *now* gives aware times."""
        self._database = database
        self._now = now

    # -- standups

    async def save(self, standup: Standup) -> Standup | None:
        """See `bot.log_ports.Standups.save`."""
        async with self._database.transaction() as connection:
            return await _STANDUPS.add(connection, standup)

    async def find(self, workspace: str, standup_id: str) -> Standup | None:
        """See `bot.log_ports.Standups.find`."""
        async with self._database.transaction() as connection:
            return await _STANDUPS.find(connection, workspace, standup_id)

    async def all(self, workspace: str) -> list[Standup]:
        """See `bot.log_ports.Standups.all`."""
        here = standups.c.workspace == workspace
        async with self._database.transaction() as connection:
            found = await _STANDUPS.in_force(connection, here, standups.c.removed.is_(False))
        return sorted(found, key=lambda standup: (standup.name.casefold(), standup.id))

    async def everywhere(self) -> list[Standup]:
        """See `bot.log_ports.Standups.everywhere`."""
        async with self._database.transaction() as connection:
            return await _STANDUPS.readable(connection, standups.c.removed.is_(False))

    async def versions(self, workspace: str, standup_id: str) -> list[Standup]:
        """See `bot.log_ports.Standups.versions`."""
        async with self._database.transaction() as connection:
            return await _STANDUPS.all(connection, workspace, standup_id)

    # -- people

    async def profiles(self, workspace: str) -> dict[str, Profile]:
        """See `bot.log_ports.Standups.profiles`."""
        query = select(profiles.c.record).where(profiles.c.workspace == workspace)
        async with self._database.transaction() as connection:
            records = (await connection.execute(query)).scalars().all()
        found = [Profile.model_validate_json(record) for record in records]
        return {profile.person: profile for profile in found}

    async def save_profile(self, profile: Profile) -> None:
        """See `bot.log_ports.Standups.save_profile`."""
        record = profile.model_dump_json(exclude_defaults=True)
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, profiles)
                .values(workspace=profile.workspace, person=profile.person, record=record)
                .on_conflict_do_update(
                    index_elements=["workspace", "person"], set_={"record": record}
                )
            )

    async def absences(self, workspace: str) -> list[Absence]:
        """See `bot.log_ports.Standups.absences`."""
        query = select(absences).where(absences.c.workspace == workspace)
        ordered = query.order_by(absences.c.first, absences.c.last, absences.c.person)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(ordered)).mappings().all()
        return [Absence.model_validate(dict(row)) for row in rows]

    async def add_absence(self, absence: Absence) -> None:
        """See `bot.log_ports.Standups.add_absence`."""
        async with self._database.transaction() as connection:
            new = insert_new(connection, absences).values(absence.model_dump())
            await connection.execute(new.on_conflict_do_nothing())

    async def remove_absence(self, absence: Absence) -> bool:
        """See `bot.log_ports.Standups.remove_absence`."""
        its = and_(*(absences.c[name] == value for name, value in absence.model_dump().items()))
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(absences).where(its))).rowcount == 1

    # -- planning and reminding

    async def planned_until(self, workspace: str, standup_id: str) -> datetime | None:
        """See `bot.log_ports.Standups.planned_until`."""
        query = select(plans.c.until).where(
            plans.c.workspace == workspace, plans.c.standup == standup_id
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def plan(
        self,
        standup: Standup,
        until: datetime,
        check_ins: Sequence[CheckIn],
        prompts: Mapping[str, Delivery],
    ) -> list[CheckIn]:
        """See `bot.log_ports.Standups.plan`."""
        async with self._database.transaction() as connection:
            await steps.open_days(connection, check_ins)
            new = await steps.insert_new_ones(connection, check_ins)
            await steps.put_off_closing(connection, new)
            sent = [prompts[each.key] for each in new if each.key in prompts]
            await store_deliveries(connection, sent, self._now())
            await steps.mark_planned(connection, standup, until)
        return new

    async def remind(
        self, check_ins: Sequence[CheckIn], reminders: Mapping[str, Delivery]
    ) -> list[CheckIn]:
        """See `bot.log_ports.Standups.remind`."""
        async with self._database.transaction() as connection:
            await steps.open_days(connection, check_ins)
            reminded = [each for each in check_ins if await steps.mark_reminded(connection, each)]
            sent = [reminders[each.key] for each in reminded if each.key in reminders]
            await store_deliveries(connection, sent, self._now())
        return reminded

    async def let_go(self, check_in: CheckIn) -> bool:
        """See `bot.log_ports.Standups.let_go`."""
        waits = and_(steps.its_row(check_in), check_ins.c.state == CheckInState.ASKED)
        left = update(check_ins).where(waits).values(state=CheckInState.LEFT)
        async with self._database.transaction() as connection:
            return (await connection.execute(left)).rowcount == 1

    # -- check-ins

    async def check_in(
        self, workspace: str, standup_id: str, on: date, person: str
    ) -> CheckIn | None:
        """See `bot.log_ports.Standups.check_in`."""
        its = and_(steps.at(check_ins, workspace, standup_id, on), check_ins.c.person == person)
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(check_ins).where(its))).mappings().one_or_none()
        return steps.check_in_of(row) if row else None

    async def check_ins(self, workspace: str, standup_id: str, on: date) -> list[CheckIn]:
        """See `bot.log_ports.Standups.check_ins`."""
        return await self._named(steps.at(check_ins, workspace, standup_id, on))

    async def latest(self, workspace: str, person: str, limit: int) -> list[CheckIn]:
        """See `bot.log_ports.Standups.latest`."""
        theirs = and_(check_ins.c.workspace == workspace, check_ins.c.person == person)
        query = select(check_ins).where(theirs)
        newest = query.order_by(check_ins.c.on.desc(), check_ins.c.opens_at.desc()).limit(limit)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(newest)).mappings().all()
        return [steps.check_in_of(row) for row in rows]

    async def waiting(self, workspace: str, standup_id: str) -> list[CheckIn]:
        """See `bot.log_ports.Standups.waiting`."""
        open_days = select(occurrences.c.on).where(
            steps.of(occurrences, workspace, standup_id), occurrences.c.closed.is_(False)
        )
        return await self._named(
            and_(
                steps.of(check_ins, workspace, standup_id),
                check_ins.c.on.in_(open_days),
                check_ins.c.state == CheckInState.ASKED,
            )
        )

    async def settle(
        self, check_in: CheckIn, *, event: str, outcomes: Sequence[Outcome] = ()
    ) -> bool:
        """See `bot.log_ports.Standups.settle`."""
        async with self._database.transaction() as connection:
            if await steps.is_settled(connection, check_in.workspace, event):
                return False
            await steps.open_days(connection, [check_in])
            counted = await steps.counted_on(connection, check_in)
            if not await steps.keep_version(connection, counted, event):
                return False
            await steps.store(connection, counted)
            await store_outcomes(connection, outcomes)
            await steps.note_settled(connection, check_in)
        return True

    async def answer_versions(
        self, workspace: str, standup_id: str, on: date, person: str
    ) -> list[CheckIn]:
        """See `bot.log_ports.Standups.answer_versions`."""
        kept = check_in_versions
        its = and_(steps.at(kept, workspace, standup_id, on), kept.c.person == person)
        query = select(kept).where(its).order_by(kept.c.revision.desc())
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [steps.check_in_of(row) for row in rows]

    async def _named(self, which: ColumnElement[bool]) -> list[CheckIn]:
        """Return the check-ins *which*, by the name of the person."""
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(check_ins).where(which))).mappings().all()
        found = [steps.check_in_of(row) for row in rows]
        return sorted(found, key=lambda each: (each.person.name.casefold(), each.person.id))

    # -- occurrences

    async def occurrences(self, workspace: str, standup_id: str, limit: int) -> list[Occurrence]:
        """See `bot.log_ports.Standups.occurrences`."""
        its = steps.of(occurrences, workspace, standup_id)
        query = select(occurrences).where(its).order_by(occurrences.c.on.desc()).limit(limit)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_occurrence(row) for row in rows]

    async def unfinished(self, workspace: str, standup_id: str) -> list[Occurrence]:
        """See `bot.log_ports.Standups.unfinished`."""
        its = steps.of(occurrences, workspace, standup_id)
        to_do = or_(occurrences.c.closed.is_(False), occurrences.c.outdated)
        query = select(occurrences).where(its, to_do).order_by(occurrences.c.on)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_occurrence(row) for row in rows]

    async def publish(self, occurrence: Occurrence, digest: Sequence[Delivery]) -> bool:
        """See `bot.log_ports.Standups.publish`.

        An answer that came after *occurrence* was read is not in *digest*: then it is outdated at
        once, and the next one has it.
        """
        where = (occurrence.workspace, occurrence.standup, occurrence.on)
        as_read = and_(
            steps.at(occurrences, *where),
            occurrences.c.revision == occurrence.revision,
            occurrences.c.closed.is_(occurrence.closed),
            occurrences.c.outdated.is_(occurrence.outdated),
        )
        published = {
            "closed": True,
            "revision": occurrence.revision + bool(digest),
            "outdated": occurrences.c.settled > occurrence.settled,
        }
        silent = and_(steps.at(check_ins, *where), check_ins.c.state == CheckInState.ASKED)
        async with self._database.transaction() as connection:
            done = await connection.execute(update(occurrences).where(as_read).values(published))
            if done.rowcount != 1:
                return False
            unanswered = update(check_ins).where(silent).values(state=CheckInState.UNANSWERED)
            await connection.execute(unanswered)
            await store_deliveries(connection, digest, self._now())
        return True

    # -- forgetting a person

    async def forget_person(self, workspace: str, person: str, pseudonym: str = "") -> int:
        """See `bot.log_ports.Standups.forget_person`.

        What was sent for their check-ins leaves the outbox, whose keys name them. A standup that
        they were in gets one more version, so that nobody who is editing it brings them back. With
        a *pseudonym* of the caller's, they go by the same one elsewhere.
        """
        name = pseudonym or new_pseudonym()
        async with self._database.transaction() as connection:
            for table in (profiles, absences):
                theirs = and_(table.c.workspace == workspace, table.c.person == person)
                await connection.execute(delete(table).where(theirs))
            await self._leave(connection, workspace, person)
            return await steps.forget(connection, workspace, person, name)

    async def _leave(self, connection: AsyncConnection, workspace: str, person: str) -> None:
        """Take *person* out of every version of the workspace's standups."""

        def change(standup: Standup) -> Standup:
            return _without(standup, person)

        while changed := await _STANDUPS.rewrite(connection, workspace, person, change):
            for standup in changed:
                by_nobody = {"edited_by": "", "edited_at": self._now()}
                await _STANDUPS.add(connection, standup.model_copy(update=by_nobody))


def _occurrence(row: RowMapping) -> Occurrence:
    return Occurrence.model_validate({name: row[name] for name in Occurrence.model_fields})


def _without(standup: Standup, person: str) -> Standup:
    stay = tuple(member for member in standup.members if member.person.id != person)
    owner = Person(id="") if standup.owner.id == person else standup.owner
    editor = "" if standup.edited_by == person else standup.edited_by
    return standup.model_copy(update={"members": stay, "owner": owner, "edited_by": editor})
