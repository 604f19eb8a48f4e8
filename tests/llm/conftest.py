"""A vendors' server, and models of every protocol that ask it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.llm import LangChainModel
from bot.metrics import Metrics
from tests.conftest import Clock
from tests.llm.vendor_server import VendorServer, vendor_server

KEY = "sk-test-0123456789abcdef"


@dataclass
class Ledger:
    """Token usage kept in memory."""

    used: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    async def spent(self, workspace: str, day: str) -> int:
        return self.used.get((workspace, day), 0)

    async def spend(self, workspace: str, day: str, tokens: int) -> None:
        self.used[workspace, day] = await self.spent(workspace, day) + tokens


@dataclass
class Bench:
    """A model under test with everything it touches."""

    server: VendorServer
    clock: Clock
    ledger: Ledger = field(default_factory=Ledger)
    metrics: Metrics = field(default_factory=Metrics)
    pauses: list[float] = field(default_factory=list[float])

    def model(self, name: str, **changes: Any) -> LangChainModel:
        path = "/v1" if name.startswith("openai:") else ""
        options: dict[str, Any] = {
            "base_url": self.server.address + path,
            "api_key": KEY,
            "timeout": 30.0,
            "daily_tokens": 1_000,
            "input_price": 1.0,
            "output_price": 5.0,
        }
        return LangChainModel(
            name,
            **(options | changes),
            usage=self.ledger,
            metrics=self.metrics,
            now=self.clock,
            pause=self.pause,
        )

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def count(self, metric: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(metric, labels) or 0.0


MakeBench = Callable[[], Bench]


@pytest.fixture
async def bench(clock: Clock) -> AsyncIterator[Bench]:
    async with vendor_server() as server:
        yield Bench(server, clock)
