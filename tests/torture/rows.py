"""What became of every message and every answer, as Coach's database has it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.stores.database import Database
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
