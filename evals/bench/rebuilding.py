"""How long 20 concurrent mentions wait for their acknowledgement while the index is rebuilt."""

import asyncio
import shutil
import time
from pathlib import Path

import aiohttp

from evals.bench.figures import Row, percentile, seconds
from evals.bench.running import Died, ServerProcess, slack_settings
from evals.bench.slack import AgreeableSlack, mention, signed

_AT_ONCE = 20
_BURSTS = 25
_PAUSE_SECONDS = 0.3


async def acknowledgements(folder: Path, index: Path, slack: AgreeableSlack) -> list[Row]:
    """Send bursts of mentions to a Coach that answers them and rebuilds meanwhile."""
    home = folder / "rebuilding"
    shutil.copytree(index, home / "data" / "chroma")
    command = ("-m", "evals.bench.rebuilding_coach")
    server = ServerProcess(home, slack_settings(slack.url), command)
    await server.start()
    try:
        await server.ready()
        times = await _bursts_while_rebuilding(server)
    finally:
        await server.kill()
    what = f"acknowledgement of {_AT_ONCE} mentions at once during a rebuild"
    return [
        Row(f"{what}, p99 of {len(times)}", seconds([percentile(times, 0.99)]), goal="< 3 s"),
        Row(f"{what}, slowest", seconds([max(times)]), goal="< 3 s"),
    ]


async def _bursts_while_rebuilding(server: ServerProcess) -> list[float]:
    async with aiohttp.ClientSession() as http:
        rebuilding = asyncio.create_task(_rebuild(http, server))
        times: list[float] = []
        for burst in range(_BURSTS):
            await asyncio.sleep(_PAUSE_SECONDS)
            if rebuilding.done():
                break
            mentions = (_timed(http, server, burst * _AT_ONCE + n) for n in range(_AT_ONCE))
            times += await asyncio.gather(*mentions)
        rebuilding.cancel()
    return times


async def _rebuild(http: aiohttp.ClientSession, server: ServerProcess) -> None:
    async with http.post(server.url("/rebuild")) as response:
        response.raise_for_status()


async def _timed(http: aiohttp.ClientSession, server: ServerProcess, number: int) -> float:
    body = mention(
        f"Ev{number}",
        channel=f"C{number}",
        ts=f"{1_700_000_000 + number}.000100",
        text="Who should own data labelling?",
    )
    started = time.perf_counter()
    async with http.post(server.events_url, data=body, headers=signed(body)) as response:
        if response.status != 200:
            raise Died(f"A mention was answered with status {response.status}")
    return time.perf_counter() - started
