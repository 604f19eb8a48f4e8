"""A real MLflow server on loopback, and a stand-in that misbehaves as a real one would not."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest
from aiohttp import web

if TYPE_CHECKING:  # takes a second to import, and reads its environment then
    from mlflow.tracking import MlflowClient

_STARTS_WITHIN = 90.0
_LIGHT = ("--gunicorn-opts", "--no-control-socket")  # its other server loads pandas, and more


@dataclass(frozen=True)
class MlflowServer:
    """A running server and its own client, to log runs with."""

    url: str
    client: "MlflowClient"
    experiment: str

    def run(self, name: str = "bert-large-3", **metrics: float) -> str:
        """Log a run that goes on, with metrics at step 0; return its id."""
        run = self.client.create_run(self.experiment, run_name=name).info.run_id
        for key, value in metrics.items():
            self.client.log_metric(run, key, value)
        return run

    def page(self, run: str) -> str:
        return f"{self.url}/#/experiments/{self.experiment}/runs/{run}"


@contextmanager
def mlflow_server(folder: Path) -> Generator[MlflowServer]:
    """Start a server that keeps everything in *folder*; stop it at the end."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        environment.setenv("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
        with _process(folder) as url:
            from mlflow.tracking import MlflowClient  # noqa: PLC0415 - reads the environment

            client = MlflowClient(tracking_uri=url)
            yield MlflowServer(url, client, client.create_experiment(uuid4().hex))


@contextmanager
def _process(folder: Path) -> Generator[str]:
    port = free_port()
    store = ("--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}")
    artifacts = ("--artifacts-destination", str(folder / "artifacts"))
    address = ("--host", "127.0.0.1", "--port", str(port), "--workers", "1")
    command = [sys.executable, "-m", "mlflow", "server", *store, *artifacts, *address, *_LIGHT]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own words
        try:
            _await_health(f"http://127.0.0.1:{port}", process, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its worker, too
            process.wait(30)


def _await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(URLError, ConnectionError), urlopen(f"{url}/health") as response:  # noqa: S310 - loopback
            assert response.status == 200
            return
        time.sleep(0.1)
    pytest.fail(f"MLflow's server did not start:\n{log.read_text()[-2_000:]}")


def free_port() -> int:
    """Return a port of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class StandIn:
    """A server that gives every request the same answer, once `released`.

    `authorizations` are the headers it was sent, one a request; `most` is how many requests it had
    open at a time.
    """

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    url: str = ""
    authorizations: list[str | None] = field(default_factory=list[str | None])
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    now: int = 0
    most: int = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.authorizations.append(request.headers.get("Authorization"))
        self.now += 1
        self.most = max(self.most, self.now)
        self.asked.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.hung_up.set()
            raise
        finally:
            self.now -= 1
        return web.Response(status=self.status, text=self.body, headers=self.headers)


@asynccontextmanager
async def stand_in(
    status: int = 200, body: str = "", *, hangs: bool = False, **headers: str
) -> AsyncGenerator[StandIn]:
    """Run a server on loopback that answers with *status*, *body* and *headers*, or hangs."""
    server = StandIn(status, body, {name.replace("_", "-"): headers[name] for name in headers})
    if not hangs:
        server.released.set()
    runner = web.ServerRunner(web.Server(server.handle, handler_cancellation=True))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
