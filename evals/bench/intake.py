"""Signed Slack events a second, stored before the acknowledgement, beside bare Bolt."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from evals.bench.figures import Row, per_second, percentile, ratio, seconds
from evals.bench.load import CONNECTIONS
from evals.bench.running import Died, ServerProcess, run, slack_settings
from evals.bench.slack import AgreeableSlack

_EVENTS = 6_000
_BOLT = "bare Bolt, storing nothing (peer)"


@dataclass(frozen=True)
class _Round:
    rate: float
    slow: float


async def intake(folder: Path, slack: AgreeableSlack, rounds: int) -> list[Row]:
    """Load both servers in turn, *rounds* times each, with new events each time."""
    taken: dict[str, list[_Round]] = {"coach": [], "bolt": []}
    async with AsyncExitStack() as stack:
        servers = {kind: await _started(stack, folder, slack, kind) for kind in taken}
        for number in range(-1, rounds):
            for kind, server in servers.items():
                round_ = await _load(folder, server, (number + 1) * _EVENTS)
                if number >= 0:  # the one before warms up
                    taken[kind].append(round_)
    return _rows(taken["coach"], taken["bolt"])


async def _started(
    stack: AsyncExitStack, folder: Path, slack: AgreeableSlack, kind: str
) -> ServerProcess:
    command = ("-m", "evals.bench.receivers", kind)
    server = ServerProcess(folder / f"intake-{kind}", slack_settings(slack.url), command)
    stack.push_async_callback(server.kill)
    await server.start()
    await server.ready()
    return server


async def _load(folder: Path, server: ServerProcess, first: int) -> _Round:
    command = ("-m", "evals.bench.load", str(server.port), str(first), str(_EVENTS))
    result = json.loads((await run(folder, *command))[0])
    if result["statuses"] != {"200": _EVENTS}:
        raise Died(f"Not every event was acknowledged: {result['statuses']}")
    return _Round(_EVENTS / result["seconds"], percentile(result["times"], 0.99))


def _rows(coach: Sequence[_Round], bolt: Sequence[_Round]) -> list[Row]:
    rates = [round_.rate for round_ in coach], [round_.rate for round_ in bolt]
    slow = [round_.slow for round_ in coach], [round_.slow for round_ in bolt]
    load = f"{CONNECTIONS} connections"
    return [
        Row(
            f"signed events stored, then acknowledged, {load}",
            per_second(rates[0]),
            per_second(rates[1]),
            _BOLT,
            ratio(*rates),
            "ratio ≥ 0.7",
        ),
        Row(
            "acknowledgement under that load, p99",
            seconds(slow[0]),
            seconds(slow[1]),
            _BOLT,
            ratio(*slow),
        ),
    ]
