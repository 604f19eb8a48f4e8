"""A stream of mentions, delivered as a Slack on a bad day would: thrice, late and out of order."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from evals.bench.slack import mention
from tests.torture.post import JSON, Post

DELIVERIES = 3

_CHANNELS = 200  # Coach posts once a second in a channel
_MOST_OPEN = 200


@dataclass(frozen=True)
class Asked:
    """An event; its answer belongs in the thread named `ts`."""

    event_id: str
    channel: str
    ts: str
    text: str


class Mentions:
    """Everything people ask, and which of it Coach has acknowledged."""

    def __init__(
        self,
        urls: Sequence[str],
        questions: Sequence[str],
        *,
        rate: float,
        spread: float,
        random: Random,
        answered: Callable[[], int],
    ) -> None:
        """Send up to *rate* mentions a second, asking *questions*, to any of *urls*.

        Repeats of a delivery come up to *spread* seconds later. People wait when too much is
        open: *answered* says how many mentions have an answer.
        """
        self.acknowledged: dict[str, Asked] = {}
        self.sent = 0
        self._post = Post(urls, random)
        self._questions = questions
        self._rate = rate
        self._spread = spread
        self._random = random
        self._answered = answered
        self._ended = asyncio.Event()

    @property
    def deliveries(self) -> int:
        """How many deliveries Coach acknowledged."""
        return self._post.deliveries

    @property
    def refused(self) -> Counter[int]:
        """What Coach did not take, by status; 0 stands for no answer in time."""
        return self._post.refused

    def end(self) -> None:
        """Ask nothing more; what was asked is still delivered."""
        self._ended.set()

    async def flow(self) -> None:
        """Ask until `end`; return when every delivery is acknowledged."""
        async with self._post.open(), asyncio.TaskGroup() as under_way:
            for number in itertools.count(1):
                if self._ended.is_set():
                    return
                if self.sent - self._answered() < _MOST_OPEN:
                    self._ask(number, under_way)
                await self._pause(1 / self._rate)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return

    def _ask(self, number: int, under_way: asyncio.TaskGroup) -> None:
        asked = Asked(
            event_id=f"Ev{number}",
            channel=f"C{self._random.randrange(_CHANNELS)}",
            ts=f"{1_700_000_000 + number}.000100",
            text=self._random.choice(self._questions),
        )
        self.sent += 1
        for copy in range(DELIVERIES):
            delay = self._random.uniform(0, self._spread) if copy else 0
            under_way.create_task(self._deliver(asked, delay))

    async def _deliver(self, asked: Asked, delay: float) -> None:
        body = mention(asked.event_id, channel=asked.channel, ts=asked.ts, text=asked.text)
        await self._post.deliver(body, JSON, delay)
        self.acknowledged[asked.event_id] = asked
