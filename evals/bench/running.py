"""Coach, and what it is compared with, in processes of their own that share nothing with this one.

A process gets its settings and otherwise a bare environment: what is set where the benchmark is
started makes no difference.
"""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from evals.bench.slack import BOT_TOKEN, SIGNING_SECRET

COACH_RUN = ("-m", "bot", "run")

_REPOSITORY = Path(__file__).parents[2]
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_SHOWN_LINES = 20


class Died(Exception):
    """A process ended without being told to, or ended badly."""


class ServerProcess:
    """A server on a port of its own; its log and its data outlive it."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str], command: Sequence[str] = COACH_RUN
    ) -> None:
        """Run Python with *command* in *folder*, which holds its log and, unless set, its data."""
        folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self._command = command
        self._folder = folder
        self._log = folder / "server.log"
        self._settings = {
            "COACH_DATA": str(folder / "data"),
            "COACH_PORT": str(self.port),
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def events_url(self) -> str:
        """Where Slack's events go."""
        return self.url("/slack/events")

    def url(self, path: str) -> str:
        """Return the address of *path*."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def start(self) -> None:
        """Start it; `ready` waits until it has come up."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                cwd=self._folder,
                env=_environment(self._folder, self._settings),
                stdout=log,
                stderr=log,
            )

    async def is_ready(self) -> bool:
        """Say whether it is up, all of it. Raises Died."""
        self._alive()
        timeout = aiohttp.ClientTimeout(total=1)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(self.url("/readyz")) as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def ready(self) -> None:
        """Wait until it is up. Raises Died, or TimeoutError."""
        async with asyncio.timeout(_READY_SECONDS):
            while not await self.is_ready():  # noqa: ASYNC110 - another process says so
                await asyncio.sleep(_POLL_SECONDS)

    async def kill(self) -> None:
        """End it without a warning (SIGKILL); it may have ended already."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()

    async def stop(self) -> int:
        """Ask it to stop (SIGTERM) and return its exit status. Raises Died."""
        process = self._alive()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_STOP_SECONDS):
            return await process.wait()

    def resident_megabytes(self) -> float:
        """Return its resident memory (Linux). Raises Died."""
        status = Path(f"/proc/{self._alive().pid}/status").read_text(encoding="utf-8")
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024 / 1e6

    def _alive(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise Died("\n".join(["A server died:", *lines[-_SHOWN_LINES:]]))
        return self._process


def slack_settings(slack_url: str) -> dict[str, str]:
    """Return the settings that put Coach on the Slack at *slack_url*, events coming by HTTP."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack_url,
    }


async def run(folder: Path, *command: str, **settings: str) -> tuple[str, float]:
    """Run Python with *command* to its end in *folder*; return its output and its seconds."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env=_environment(folder, settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise Died(f"{' '.join(command)}:\n{err.decode(errors='replace')}")
    return out.decode(), seconds


async def build_index(folder: Path) -> float:
    """Let Coach embed its library into *folder*/chroma; return how many seconds that took."""
    question = "Who should own data labelling?"
    _, seconds = await run(folder, "-m", "bot", "ask", question, COACH_DATA=str(folder))
    return seconds


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {"HOME": str(folder), "PYTHONPATH": str(_REPOSITORY), **settings}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
