"""Fixtures of the page's tests: the running page, an HTTP client, a browser."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient
from browsing import Site
from playwright.async_api import Browser, Page, async_playwright, expect
from web_stand_ins import (
    Clock,
    Connect,
    HttpClient,
    StandIn,
    StandInLibrary,
    page_of,
    serving,
)

_PATIENCE = 30_000.0  # milliseconds: as long as it waits for an element that it is to press
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def coach() -> StandIn:
    return StandIn()


@pytest.fixture
def library() -> StandInLibrary:
    return StandInLibrary()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def connect(coach: StandIn, library: StandInLibrary, clock: Clock) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as opened:

        async def start(password: str = "") -> HttpClient:
            platform = page_of(coach, library, password, seconds=clock)
            server = await opened.enter_async_context(serving(platform))
            return await opened.enter_async_context(TestClient(server))

        yield start


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Debian's chromium; without one, skip, or fail under CI=true."""
    found = shutil.which("chromium")
    if found is None and os.getenv("CI") == "true":
        pytest.fail("no chromium found, and CI=true demands the browser tests: install chromium")
    return found or pytest.skip("no chromium found: install Debian's chromium to run these tests")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium, headless=True, args=_ARGUMENTS
        )
        expect.set_options(timeout=_PATIENCE)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(browser: Browser, coach: StandIn, library: StandInLibrary) -> AsyncIterator[Site]:
    async with serving(page_of(coach, library)) as server:
        yield Site(browser, server, coach, library)


@pytest_asyncio.fixture(loop_scope="session")
async def page(site: Site) -> AsyncIterator[Page]:
    async with site.looked_at(viewport={"width": 1200, "height": 800}) as page:
        yield page
