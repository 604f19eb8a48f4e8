"""The fake cloud that every test here talks to."""

from collections.abc import AsyncGenerator

import pytest
from fake_teams import FakeTeams


@pytest.fixture
async def teams() -> AsyncGenerator[FakeTeams]:
    """Microsoft's cloud on loopback."""
    async with FakeTeams() as cloud:
        yield cloud
