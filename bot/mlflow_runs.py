"""Runs of the MLflow server that the administrator named, read through MLflow's own client.

Addresses are only ever recognised here, never contacted: what goes over the network is the id of a
run, to the configured server. The client itself works in `bot.mlflow_reading`, a process a run.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.errors import MlflowMissing, MlflowSilent, RunForbidden, RunGone, RunUnreadable
from bot.run_records import Run, RunMetric, RunStatus

_PATIENCE = 10.0
_AT_A_TIME = 2  # a reading process takes about 100 MB and a second to load MLflow
_PORTS = {"http": 80, "https": 443}
_PAGE = re.compile(r"(?:^|[/#])experiments/[^/?#]+/(?:evaluation-)?runs/([0-9a-f]{32})(?![^/?#])")
_REFERENCE = re.compile(r"runs:/+([0-9a-f]{32})(?![^/?#])", re.IGNORECASE)
_READING = Path(__file__).with_name("mlflow_reading.py")
_RULES = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_HTTP_REDIRECTS": "false",  # a redirect could lead to any host
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "3",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
}

log = structlog.get_logger(__name__)


_PROBLEMS: Mapping[str, type[RunUnreadable]] = {
    "missing": MlflowMissing,
    "gone": RunGone,
    "forbidden": RunForbidden,
    "silent": MlflowSilent,
    "odd": RunUnreadable,
}


class _Problem(BaseModel):
    problem: Literal["missing", "gone", "forbidden", "silent", "odd"]
    detail: str


class _Found(BaseModel):
    experiment: str
    name: str
    status: RunStatus
    metrics: tuple[RunMetric, ...]
    started: datetime | None
    ended: datetime | None


_ANSWER: TypeAdapter[_Problem | _Found] = TypeAdapter(_Problem | _Found)


class MlflowRuns:
    """The runs of one MLflow server."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        user: str = "",
        password: str = "",
        patience: float = _PATIENCE,
        interpreter: Sequence[str] = (sys.executable, "-P"),
    ) -> None:
        """Read from the server at *url*, which may have a path but no user or password.

        *token*, or else *user* and *password*, are what MLflow's own client would take from its
        environment. *patience* is seconds for one run, waiting for its turn included. *interpreter*
        starts a Python that has MLflow's client.
        """
        self._base = urlsplit(url.rstrip("/"))
        self._rules = _RULES | _credentials(token, user, password)
        self._patience = patience
        self._command = (*interpreter, str(_READING))
        self._turns = asyncio.Semaphore(_AT_A_TIME)

    async def read(self, address: str) -> Run | None:
        """Return the run at *address*, None if that is no run's address on this server.

        *address* is that of any tab of the run's page, or `runs:/…`; words around it are passed
        over. Raises RunUnreadable, whose sentence is for the person.
        """
        for word in _words(address):
            if run := self._run_at(word):
                return await self._read(run, word)
        return None

    def _run_at(self, word: str) -> str:
        """Return the id of the run whose address *word* is, empty if it is none here."""
        if reference := _REFERENCE.match(word):
            return reference[1].lower()
        try:
            url = urlsplit(word)
            if not self._is_here(url):
                return ""
        except ValueError:  # no address at all
            return ""
        page = _PAGE.search(url.path) or _PAGE.search(url.fragment)
        return page[1] if page else ""

    def _is_here(self, url: SplitResult) -> bool:
        """Tell whether *url* lies on this server, by either of HTTP's schemes.

        One that names a user does not: browsers and Python disagree about whose host that is.
        """
        below = f"{url.path}/".startswith(f"{self._base.path}/")
        plain = url.scheme in _PORTS and "@" not in url.netloc
        return plain and below and _host(url) == _host(self._base)

    async def _read(self, run: str, address: str) -> Run:
        found = await self._ask(run)
        if isinstance(found, _Problem):
            log.warning("mlflow_run_unreadable", problem=found.problem, detail=found.detail)
            raise _PROBLEMS[found.problem]
        page = f"{self._base.geturl()}/#/experiments/{found.experiment}/runs/{run}"
        return Run(
            address=page if _REFERENCE.match(address) else address,
            **found.model_dump(exclude={"experiment"}),
        )

    async def _ask(self, run: str) -> _Problem | _Found:
        order = {"server": self._base.geturl(), "run": run, "environment": self._rules}
        try:
            async with asyncio.timeout(self._patience), self._turns:
                output = await _output(self._command, json.dumps(order).encode())
        except TimeoutError:
            return _Problem(problem="silent", detail="timeout")
        try:
            return _ANSWER.validate_json(output)
        except ValidationError:  # its words would quote the run
            return _Problem(problem="odd", detail="no answer")


def _credentials(token: str, user: str, password: str) -> dict[str, str]:
    """Return the variables of the client, empty where others than those given would go before."""
    given = {
        "MLFLOW_TRACKING_TOKEN": token,
        "MLFLOW_TRACKING_USERNAME": "" if token else user,
        "MLFLOW_TRACKING_PASSWORD": "" if token else password,
    }
    return given if any(given.values()) else {}


def _words(text: str) -> list[str]:
    return [word.strip("<>()[]\"'“”,;.") for word in text.split()]


def _host(url: SplitResult) -> tuple[str, int | None]:
    """Return the host and port of *url*, None for the port of its scheme. Raises ValueError."""
    port = None if url.port == _PORTS.get(url.scheme) else url.port
    return (url.hostname or "").rstrip("."), port


async def _output(command: Sequence[str], order: bytes) -> bytes:
    """Return what *command* writes when it is given *order*; it is killed with the waiting."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return (await process.communicate(order))[0]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
