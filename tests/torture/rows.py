"""What became of every message and every answer, as Coach's database has it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select

from bot.log_records import Hypothesis, Outcome
from bot.standup_records import CheckIn
from bot.stores.check_ins import check_in_of
from bot.stores.database import Database
from bot.stores.log import SqlLog
from bot.stores.log_tables import check_ins, occurrences
from bot.stores.tables import inbox, outbox


@dataclass(frozen=True)
class Rows:
    """The states of the two queues' rows by the id of the event."""

    messages: Mapping[str, str] = field(default_factory=dict[str, str])
    answers: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, event_id: str) -> str:
        """Say how far *event_id* got."""
        message = self.messages.get(event_id, "not stored")
        return f"message {message}, answer {self.answers.get(event_id, 'not stored')}"

    def counts(self) -> dict[str, int]:
        """Return how many rows are in which state."""
        states = [f"messages {state}" for state in self.messages.values()]
        states += [f"answers {state}" for state in self.answers.values()]
        return dict(Counter(states))


async def rows(database: Database) -> Rows:
    """Read both queues."""
    async with database.transaction() as connection:
        messages = await connection.execute(select(inbox.c.event_id, inbox.c.state))
        answers = await connection.execute(select(outbox.c.key, outbox.c.state, outbox.c.problem))
        return Rows(
            messages={row.event_id: row.state for row in messages},
            answers={_event_id(row.key): _state(row.state, row.problem) for row in answers},
        )


def _event_id(key: str) -> str:
    return key.rpartition(":")[2]


def _state(state: str, problem: str | None) -> str:
    return f"{state} ({problem})" if problem else state


# -- standups


async def unfinished(database: Database, standups: int) -> int:
    """Count the occurrences that are not closed or whose digest has to be updated.

    Each of so many *standups* takes place once; those that nobody was asked of yet count too.
    """
    to_do = or_(occurrences.c.closed.is_(False), occurrences.c.outdated)
    async with database.transaction() as connection:
        begun = await connection.execute(select(func.count()).select_from(occurrences))
        pending = await connection.execute(select(func.count()).where(to_do))
        return standups - begun.scalar_one() + pending.scalar_one()


async def tally(database: Database) -> Counter[str]:
    """Count the rows of both queues by what they are and their state."""
    async with database.transaction() as connection:
        messages = await connection.execute(select(inbox.c.state))
        answers = await connection.execute(select(outbox.c.key, outbox.c.state, outbox.c.problem))
        found = Counter(f"events {state}" for state in messages.scalars())
        found.update(f"{_kind(row.key)} {_state(row.state, row.problem)}" for row in answers)
    return found


async def kept_check_ins(database: Database, workspace: str) -> list[CheckIn]:
    """Return every check-in of *workspace*."""
    query = select(check_ins).where(check_ins.c.workspace == workspace)
    async with database.transaction() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [check_in_of(row) for row in rows]


async def kept_outcomes(database: Database, workspace: str) -> list[Outcome]:
    """Return every outcome of *workspace*."""
    return await SqlLog(database).outcomes(workspace)


async def kept_hypotheses(database: Database, workspace: str) -> list[Hypothesis]:
    """Return every hypothesis of *workspace* as it is now."""
    return await SqlLog(database).hypotheses(workspace)


def _kind(key: str) -> str:
    parts = key.split(":")
    return f"{parts[2]}s" if len(parts) > 3 else "answers"
