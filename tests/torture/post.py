"""How what people do reaches Coach: again and again, to any replica, until it is acknowledged."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random

import aiohttp

from evals.bench.slack import signed

JSON, FORM = "application/json", "application/x-www-form-urlencoded"

_PATIENCE_SECONDS = 3.0
_RETRY_HEADERS = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
_OPEN_AGAIN = "response_action"  # in an answer that leaves a form open, because it was not taken


class Post:
    """Brings signed requests to Coach.

    `refused` counts by status what Coach did not take, 0 standing for no answer in time;
    `deliveries` counts what it took.
    """

    def __init__(self, urls: Sequence[str], random: Random) -> None:
        """Bring everything to any of *urls*."""
        self.refused: Counter[int] = Counter()
        self.deliveries = 0
        self._urls = urls
        self._random = random
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Be ready to bring something."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            self._http = http
            yield

    async def deliver(self, body: str, kind: str, delay: float = 0) -> None:
        """Deliver *body* once, *delay* seconds from now, however many attempts that takes."""
        await asyncio.sleep(delay)
        while not await self.attempt(body, kind):
            await asyncio.sleep(self._random.uniform(0.2, 1.5))

    async def attempt(self, body: str, kind: str) -> bool:
        """Try to deliver *body*, of the content type *kind*; say whether it was acknowledged."""
        headers = {**signed(body), **self._random.choice(_RETRIES), "Content-Type": kind}
        status, taken = await self._sent(body, headers)
        if taken:
            self.deliveries += 1
        else:
            self.refused[status] += 1
        return taken

    async def _sent(self, body: str, headers: Mapping[str, str]) -> tuple[int, bool]:
        assert self._http, "open it first"
        url = self._random.choice(self._urls)
        try:
            async with self._http.post(url, data=body, headers=headers) as response:
                said = await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, False
        return response.status, response.status == 200 and _OPEN_AGAIN not in said


_RETRIES: Sequence[Mapping[str, str]] = ({}, _RETRY_HEADERS)
