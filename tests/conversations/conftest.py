"""An office for every conversation about standups and the log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stores.database import Database
from bot.updates.reviewing import ReviewFeature
from knowledge.library import Library
from tests.conftest import Clock
from tests.conversations.team import Engines, Office, open_office


@pytest.fixture
async def office(
    tmp_path: Path, library: Library, review_feature: ReviewFeature, clock: Clock
) -> AsyncIterator[Office]:
    async with open_office(tmp_path, Engines(library, review_feature), clock) as opened:
        yield opened


@pytest.fixture
def either(
    database: Database, library: Library, review_feature: ReviewFeature, clock: Clock
) -> Office:
    """An office on SQLite and one on PostgreSQL."""
    return Office(database, Engines(library, review_feature), clock)
