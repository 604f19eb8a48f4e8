"""A stream of mentions, delivered as a Slack on a bad day would: thrice, late and out of order."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import aiohttp

from evals.bench.slack import mention, signed

DELIVERIES = 3

_CHANNELS = 200  # Coach posts once a second in a channel
_PATIENCE_SECONDS = 3.0
_MOST_OPEN = 200
_RETRY_HEADERS = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}


@dataclass(frozen=True)
class Asked:
    """An event; its answer belongs in the thread named `ts`."""

    event_id: str
    channel: str
    ts: str
    text: str


class Mentions:
    """Everything people ask, and which of it Coach has acknowledged.

    `refused` counts by status what Coach did not take, 0 standing for no answer in time.
    """

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
        self.deliveries = 0
        self.refused: Counter[int] = Counter()
        self._urls = urls
        self._questions = questions
        self._rate = rate
        self._spread = spread
        self._random = random
        self._answered = answered
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Ask nothing more; what was asked is still delivered."""
        self._ended.set()

    async def flow(self) -> None:
        """Ask until `end`; return when every delivery is acknowledged."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            asyncio.TaskGroup() as under_way,
        ):
            for number in itertools.count(1):
                if self._ended.is_set():
                    return
                if self.sent - self._answered() < _MOST_OPEN:
                    self._ask(number, http, under_way)
                await self._pause(1 / self._rate)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return

    def _ask(self, number: int, http: aiohttp.ClientSession, under_way: asyncio.TaskGroup) -> None:
        asked = Asked(
            event_id=f"Ev{number}",
            channel=f"C{self._random.randrange(_CHANNELS)}",
            ts=f"{1_700_000_000 + number}.000100",
            text=self._random.choice(self._questions),
        )
        self.sent += 1
        for copy in range(DELIVERIES):
            delay = self._random.uniform(0, self._spread) if copy else 0
            under_way.create_task(self._deliver(http, asked, delay))

    async def _deliver(self, http: aiohttp.ClientSession, asked: Asked, delay: float) -> None:
        """Deliver *asked* once, however many attempts that takes."""
        await asyncio.sleep(delay)
        while not await self._attempt(http, asked):
            await asyncio.sleep(self._random.uniform(0.2, 1.5))
        self.deliveries += 1
        self.acknowledged[asked.event_id] = asked

    async def _attempt(self, http: aiohttp.ClientSession, asked: Asked) -> bool:
        body = mention(asked.event_id, channel=asked.channel, ts=asked.ts, text=asked.text)
        headers = signed(body) | self._random.choice(({}, _RETRY_HEADERS))
        try:
            async with http.post(
                self._random.choice(self._urls), data=body, headers=headers
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        if status != 200:
            self.refused[status] += 1
        return status == 200
