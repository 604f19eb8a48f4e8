"""How soon `coach run` is ready on a warm index, and what it holds in memory."""

import asyncio
import shutil
import time
from pathlib import Path

import aiohttp

from evals.bench.figures import Row, seconds
from evals.bench.running import Died, ServerProcess, slack_settings
from evals.bench.slack import AgreeableSlack, mention, signed
from evals.cases import own_answer_cases

_ANSWERS = 100
_PATIENCE_SECONDS = 120.0


async def start_up(folder: Path, index: Path, slack: AgreeableSlack, rounds: int) -> list[Row]:
    """Start Coach on Slack *rounds* times; let the last one answer."""
    home = folder / "start-up"
    shutil.copytree(index, home / "data" / "chroma")
    server = ServerProcess(home, slack_settings(slack.url))
    ready: list[float] = []
    try:
        for _ in range(rounds):
            await server.kill()
            started = time.perf_counter()
            await server.start()
            await server.ready()
            ready.append(time.perf_counter() - started)
        await _answered(server, slack)
        megabytes = server.resident_megabytes()
    finally:
        await server.kill()
    return [
        Row("`coach run` on Slack until /readyz, warm index", seconds(ready), goal="≤ 5 s"),
        Row(f"resident after {_ANSWERS} answers", f"{megabytes:.0f} MB", goal="< 600 MB"),
    ]


async def _answered(server: ServerProcess, slack: AgreeableSlack) -> None:
    """Return when Coach has answered as many mentions as it takes."""
    before = slack.posts
    questions = [case.question for case in own_answer_cases() if not case.history]
    async with aiohttp.ClientSession() as http:
        for number, question in enumerate(questions[:_ANSWERS]):
            ts = f"{1_700_000_000 + number}.000100"
            body = mention(f"Ev{number}", channel=f"C{number}", ts=ts, text=question)
            async with http.post(server.events_url, data=body, headers=signed(body)) as response:
                if response.status != 200:
                    raise Died(f"A mention was answered with status {response.status}")
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while slack.posts - before < _ANSWERS:  # noqa: ASYNC110 - Slack counts
            await asyncio.sleep(0.1)
