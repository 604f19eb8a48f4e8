"""What was sent, by the platform's own ids, in SQL."""

from sqlalchemy import and_, select

from bot.stores.database import Database
from bot.stores.tables import outbox


class SqlSent:
    """Tells which event a platform's message is the answer to."""

    def __init__(self, database: Database) -> None:
        """Look into the outbox in *database*."""
        self._database = database

    async def event_of(self, workspace: str, conversation: str, platform_id: str) -> str:
        """Return the id of the event that the message *platform_id* answers; empty if unknown.

        Platforms number messages by conversation: where two have the same number, the event has to
        name *conversation*.
        """
        here = and_(outbox.c.workspace == workspace, outbox.c.state == "sent")
        query = select(outbox.c.key).where(here, outbox.c.platform_id == platform_id)
        async with self._database.transaction() as connection:
            keys = list((await connection.execute(query)).scalars())
        if len(keys) > 1:
            keys = [key for key in keys if conversation in key]
        return _event(keys[0], workspace) if len(keys) == 1 else ""


def _event(key: str, workspace: str) -> str:
    """Return the event's id in the key of a delivery; see `bot.backlog.delivery_of`."""
    return key.partition(f":{workspace}:")[2]
