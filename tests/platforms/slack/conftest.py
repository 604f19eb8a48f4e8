"""The fake Slack that every test here talks to."""

from collections.abc import AsyncGenerator

import pytest
from fake_slack import FakeSlack


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    """A Slack on loopback."""
    fake = FakeSlack()
    await fake.start()
    yield fake
    await fake.stop()
