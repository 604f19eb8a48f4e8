"""How administrators' commands reach what is kept: the database alone, so they start at once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import now
from bot.commands.console import start_quietly
from bot.commands.workspaces import chosen_workspace
from bot.settings import Settings
from bot.stores.addresses import SqlAddresses
from bot.stores.database import open_database
from bot.stores.log import SqlLog
from bot.stores.repositories import SqlConversations
from bot.stores.reviews import SqlContexts, SqlObjections, SqlPolicies, SqlReviews
from bot.stores.standups import SqlStandups


@dataclass(frozen=True)
class Stores:
    """What is kept, and the workspace that the command is about."""

    settings: Settings
    workspace: str
    reviews: SqlReviews
    conversations: SqlConversations
    contexts: SqlContexts
    objections: SqlObjections
    policies: SqlPolicies
    log: SqlLog
    standups: SqlStandups
    addresses: SqlAddresses


@asynccontextmanager
async def opened_stores(workspace: str) -> AsyncGenerator[Stores]:
    """Open the database for the workspace *workspace*, by default the configured one.

    Raises SettingsProblem or StoreUnavailable.
    """
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    database = await open_database(settings.database_url)
    try:
        yield Stores(
            settings=settings,
            workspace=where,
            reviews=SqlReviews(database),
            conversations=SqlConversations(database),
            contexts=SqlContexts(database),
            objections=SqlObjections(database),
            policies=SqlPolicies(database),
            log=SqlLog(database),
            standups=SqlStandups(database, now),
            addresses=SqlAddresses(database),
        )
    finally:
        await database.close()
