"""The hypothesis log in SQL."""

import asyncio
import gc
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Result, Row, RowMapping, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.log_records import Hypothesis, Measurement, Objective, Outcome
from bot.stores.database import Database
from bot.stores.log_tables import hypotheses, measurements, objectives, outcomes
from bot.stores.queues import insert_new
from bot.stores.versions import Versions, as_written

Edited = TypeVar("Edited", Objective, Hypothesis)

_OBJECTIVES = Versions(objectives, Objective, lambda _: {})
_HYPOTHESES = Versions(hypotheses, Hypothesis, lambda record: {"objective": record.objective})
_MOST_NAMED = 5_000  # SQLite takes some 32,000 variables
_PART = 5_000
_NUMBER = itemgetter(0)
_NO_WORDS = {"tried": "", "learned": "", "evidence": "", "next": "", "blocker": ""}


class SqlLog:
    """Objectives, hypotheses, outcomes and measurements; see `bot.log_ports.Log`."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def save_objective(self, objective: Objective) -> Objective | None:
        """See `bot.log_ports.Log.save_objective`."""
        async with self._database.transaction() as connection:
            return await _OBJECTIVES.add(connection, objective)

    async def objective(self, workspace: str, objective_id: str) -> Objective | None:
        """See `bot.log_ports.Log.objective`."""
        async with self._database.transaction() as connection:
            return await _OBJECTIVES.find(connection, workspace, objective_id)

    async def objectives(self, workspace: str) -> list[Objective]:
        """See `bot.log_ports.Log.objectives`."""
        async with self._database.transaction() as connection:
            found = await _OBJECTIVES.in_force(connection, objectives.c.workspace == workspace)
        return sorted(found, key=lambda objective: objective.due)

    async def objective_versions(self, workspace: str, objective_id: str) -> list[Objective]:
        """See `bot.log_ports.Log.objective_versions`."""
        async with self._database.transaction() as connection:
            return await _OBJECTIVES.all(connection, workspace, objective_id)

    async def save_hypothesis(self, hypothesis: Hypothesis) -> Hypothesis | None:
        """See `bot.log_ports.Log.save_hypothesis`."""
        async with self._database.transaction() as connection:
            return await _HYPOTHESES.add(connection, hypothesis)

    async def hypothesis(self, workspace: str, hypothesis_id: str) -> Hypothesis | None:
        """See `bot.log_ports.Log.hypothesis`."""
        async with self._database.transaction() as connection:
            return await _HYPOTHESES.find(connection, workspace, hypothesis_id)

    async def named(self, workspace: str, ids: Sequence[str]) -> list[Hypothesis]:
        """See `bot.log_ports.Log.named`."""
        async with self._database.transaction() as connection:
            found = [await _HYPOTHESES.find(connection, workspace, name) for name in ids]
        return [each for each in found if each]

    async def hypotheses(
        self, workspace: str, objective_id: str = "", owner: str = ""
    ) -> list[Hypothesis]:
        """See `bot.log_ports.Log.hypotheses`."""
        which = [hypotheses.c.workspace == workspace]
        if objective_id:
            which.append(hypotheses.c.objective == objective_id)
        if owner:  # others may mention them too, but to read everybody's takes far longer
            which.append(hypotheses.c.record.contains(as_written(owner), autoescape=True))
        async with self._database.transaction() as connection:
            found = await _HYPOTHESES.in_force(connection, *which)
        return [each for each in found if not owner or each.owner == owner]

    async def all_versions(self, workspace: str) -> list[Hypothesis]:
        """See `bot.log_ports.Log.all_versions`."""
        async with self._database.transaction() as connection:
            return await _HYPOTHESES.all_of(connection, workspace)

    async def hypothesis_versions(self, workspace: str, hypothesis_id: str) -> list[Hypothesis]:
        """See `bot.log_ports.Log.hypothesis_versions`."""
        async with self._database.transaction() as connection:
            return await _HYPOTHESES.all(connection, workspace, hypothesis_id)

    async def add_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """See `bot.log_ports.Log.add_outcomes`."""
        async with self._database.transaction() as connection:
            await store_outcomes(connection, outcomes)

    async def outcomes(self, workspace: str, hypotheses: Sequence[str] = ()) -> list[Outcome]:
        """See `bot.log_ports.Log.outcomes`."""
        query = select(outcomes.c.number, outcomes.c.record)
        here = query.where(outcomes.c.workspace == workspace)
        if 0 < len(hypotheses) <= _MOST_NAMED:
            here = here.where(outcomes.c.hypothesis.in_(hypotheses))
        async with self._database.transaction() as connection:
            # In an order of its own, SQLite would read all to find a few in that order.
            rows = await _in_parts(await connection.execute(here))
        # A year of a large team takes a second or two to read; others are served meanwhile.
        found = await asyncio.to_thread(_outcomes, rows)
        wanted = set(hypotheses)
        return [each for each in found if not wanted or each.hypothesis in wanted]

    async def add_measurement(self, measurement: Measurement) -> None:
        """See `bot.log_ports.Log.add_measurement`."""
        async with self._database.transaction() as connection:
            new = insert_new(connection, measurements).values(_measurement_row(measurement))
            await connection.execute(new.on_conflict_do_nothing())

    async def measurements(self, workspace: str, objective_id: str = "") -> list[Measurement]:
        """See `bot.log_ports.Log.measurements`."""
        query = select(measurements.c.record).where(measurements.c.workspace == workspace)
        if objective_id:
            query = query.where(measurements.c.objective == objective_id)
        async with self._database.transaction() as connection:
            records = (await connection.execute(query)).scalars().all()
        found = [Measurement.model_validate_json(record) for record in records]
        return sorted(found, key=lambda reading: (reading.on, reading.at, reading.id))

    async def forget_person(self, workspace: str, person: str, pseudonym: str = "") -> int:
        """See `bot.log_ports.Log.forget_person`.

        What they reported also gets another id, because an event's id may hold the person's. With
        a *pseudonym* of the caller's, they go by the same one elsewhere.
        """
        name = pseudonym or new_pseudonym()
        async with self._database.transaction() as connection:
            found = await _forget_outcomes(connection, workspace, person, name)
            await _forget_measurements(connection, workspace, person, name)
            while await _OBJECTIVES.rewrite(
                connection, workspace, person, lambda record: _without_editor(record, person)
            ):
                pass
            while await _HYPOTHESES.rewrite(
                connection, workspace, person, lambda record: _without_owner(record, person)
            ):
                pass
        return found


def new_pseudonym() -> str:
    """Return a name for somebody who is forgotten, by which nobody can find them."""
    return f"forgotten-{uuid4().hex}"


async def store_outcomes(connection: AsyncConnection, found: Sequence[Outcome]) -> None:
    """Store *found* in the caller's transaction; known ids change nothing."""
    if found:
        new = insert_new(connection, outcomes).on_conflict_do_nothing()
        await connection.execute(new, [_outcome_row(outcome) for outcome in found])


async def _in_parts(result: Result[int, str]) -> list[Row[int, str]]:
    """Return all rows of *result*; others get their turn meanwhile."""
    rows: list[Row[int, str]] = []
    for part in result.partitions(_PART):
        rows += part
        await asyncio.sleep(0)
    return rows


def _outcome_row(outcome: Outcome) -> dict[str, object]:
    return {
        "workspace": outcome.workspace,
        "id": outcome.id,
        "hypothesis": outcome.hypothesis,
        "person": outcome.person,
        "at": outcome.at,
        "record": outcome.model_dump_json(exclude_defaults=True),
    }


def _outcomes(rows: Iterable[Row[int, str]]) -> list[Outcome]:
    """Read *rows* of number and record, oldest first."""
    with _garbage_left():
        found = [Outcome.model_validate_json(record) for _, record in sorted(rows, key=_NUMBER)]
        return sorted(found, key=lambda outcome: outcome.at)


@contextmanager
def _garbage_left() -> Generator[None]:
    """Collect no garbage meanwhile: looking through all that was just read doubles the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _measurement_row(measurement: Measurement) -> dict[str, object]:
    return {
        "workspace": measurement.workspace,
        "id": measurement.id,
        "objective": measurement.objective,
        "person": measurement.person,
        "record": measurement.model_dump_json(exclude_defaults=True),
    }


# -- forgetting a person


async def _forget_outcomes(
    connection: AsyncConnection, workspace: str, person: str, pseudonym: str
) -> int:
    """Take *person* out of their outcomes; return how many those are."""
    rows = await _theirs_and_corrections(connection, workspace, person)
    before = {row["number"]: Outcome.model_validate_json(row["record"]) for row in rows}
    ids = {each.id: uuid4().hex for each in before.values() if each.person == person}
    after = {
        number: _pseudonymous(outcome, person, pseudonym, ids) for number, outcome in before.items()
    }
    await _replace_outcomes(
        connection, {number: new for number, new in after.items() if new != before[number]}
    )
    return len(ids)


async def _theirs_and_corrections(
    connection: AsyncConnection, workspace: str, person: str
) -> Sequence[RowMapping]:
    """Return the person's outcomes, and what may replace one of them, whoever reported it."""
    here = outcomes.c.workspace == workspace
    theirs = and_(here, outcomes.c.person == person)
    theirs_too = outcomes.c.hypothesis.in_(select(outcomes.c.hypothesis).where(theirs))
    corrections = and_(here, theirs_too, outcomes.c.record.contains('"replaces"'))
    query = select(outcomes.c.number, outcomes.c.record).where(or_(theirs, corrections))
    locked = query.order_by(outcomes.c.number).with_for_update()
    return (await connection.execute(locked)).mappings().all()


def _pseudonymous(outcome: Outcome, person: str, pseudonym: str, ids: Mapping[str, str]) -> Outcome:
    replaced = {"replaces": ids.get(outcome.replaces, outcome.replaces)}
    if outcome.person != person:
        return outcome.model_copy(update=replaced)
    check_in = outcome.check_in
    if check_in.endswith(f":{person}"):
        check_in = f"{check_in.removesuffix(person)}{pseudonym}"
    theirs = {"id": ids[outcome.id], "person": pseudonym, "check_in": check_in}
    return outcome.model_copy(update={**replaced, **theirs, **_NO_WORDS})


async def _replace_outcomes(connection: AsyncConnection, changed: Mapping[int, Outcome]) -> None:
    if not changed:
        return
    change = (
        update(outcomes)
        .where(outcomes.c.number == bindparam("row"))
        .values(id=bindparam("new_id"), person=bindparam("who"), record=bindparam("text"))
    )
    rows = [
        {
            "row": number,
            "new_id": outcome.id,
            "who": outcome.person,
            "text": outcome.model_dump_json(exclude_defaults=True),
        }
        for number, outcome in changed.items()
    ]
    await connection.execute(change, rows)


async def _forget_measurements(
    connection: AsyncConnection, workspace: str, person: str, pseudonym: str
) -> None:
    """Take *person* and their notes out of their readings; the values stay."""
    theirs = and_(measurements.c.workspace == workspace, measurements.c.person == person)
    query = select(measurements.c.record).where(theirs)
    for record in (await connection.execute(query)).scalars().all():
        before = Measurement.model_validate_json(record)
        after = before.model_copy(update={"id": uuid4().hex, "person": pseudonym, "note": ""})
        one = and_(measurements.c.workspace == workspace, measurements.c.id == before.id)
        change = update(measurements).where(one).values(_measurement_row(after))
        await connection.execute(change)


def _without_editor(record: Edited, person: str) -> Edited:
    return record.model_copy(update={"edited_by": ""}) if record.edited_by == person else record


def _without_owner(hypothesis: Hypothesis, person: str) -> Hypothesis:
    theirs = {"owner": "", "owner_name": ""} if hypothesis.owner == person else {}
    return _without_editor(hypothesis.model_copy(update=theirs), person)
