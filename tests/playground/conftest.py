"""The real Coach as a process, and a browser that looks at it through the Playground.

The Playground has to be there already, and to post to port 8080, where Coach listens.
"""

import os
import shutil
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, async_playwright, expect

from tests.commands import coach, command, environment
from tests.playground.playground import SECONDS, TENANT, Playground

PICTURES = "PLAYGROUND_PICTURES"
"""The variable that names the folder for pictures of the page."""

_READY = "http://127.0.0.1:8080/readyz"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test here the time that a whole conversation in a browser takes."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


@dataclass(frozen=True)
class RunningCoach:
    """The Coach that the Playground talks to."""

    data: Path

    def told(self, *arguments: str) -> str:
        """Return what a command of Coach's says, run beside it on the Playground's tenant."""
        ran = coach(*arguments, "--workspace", TENANT, data=self.data)
        assert ran.status == 0, ran.err
        return ran.out

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return what *query* finds in its database, read beside it."""
        url = f"file:{self.data / 'coach.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(url, uri=True)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCoach]:
    """Run `coach run` for the Playground on an empty folder; what it logs must be in order."""
    data = tmp_path_factory.mktemp("playground") / "data"
    data.mkdir()
    log = data.parent / "log"
    with log.open("wb") as err:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command("run"),
            cwd=data,
            env=environment(data, TEAMS_LOCAL="true", COACH_LOG_FORMAT="json"),
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
    try:
        _wait_until_ready(process, log)
        yield RunningCoach(data)
        process.terminate()
        assert process.wait(timeout=30) == 0
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 120
    while not answers(_READY):
        assert process.poll() is None, log.read_text()[-2_000:]
        assert time.monotonic() < deadline, log.read_text()[-2_000:]
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Tell whether something answers at *url*."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own addresses
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's chromium, for the page."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium found: install Debian's chromium to run these tests")
    expect.set_options(timeout=SECONDS * 1000)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=path, headless=True, args=_ARGUMENTS
        )
        yield launched
        await launched.close()
    expect.set_options(timeout=None)


@pytest_asyncio.fixture(loop_scope="session")
async def alex(
    running: RunningCoach, chromium: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Playground]:
    """Alex Wilber at the page, with empty chats."""
    folder = os.getenv(PICTURES)
    context = await chromium.new_context(viewport={"width": 1500, "height": 1400})
    page = await context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    playground = Playground(page, Path(folder) if folder else None)
    await playground.open()
    yield playground
    try:
        await playground.picture(f"end-{request.node.name.removeprefix('test_')[:60]}")
    except Error as error:
        print(f"no picture: {error}")  # noqa: T201 - pytest shows it beside the test's failure
    await context.close()
