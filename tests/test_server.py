"""The HTTP server: health, readiness, metrics, and a port that is taken."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.server import AddressUnusable, PortTaken, Server, application

HOST = "127.0.0.1"


class Echo:
    """A platform that answers with the length of what it was sent, when it may."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/echo", self._answer)

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def _answer(self, request: web.Request) -> web.Response:
        length = len(await request.read())
        self.entered.set()
        await self.may_answer.wait()
        return web.Response(text=str(length))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as other:
        yield int(other.getsockname()[1])


@pytest.fixture
async def echo() -> Echo:
    return Echo()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def waiting_for() -> list[str]:
    return []


@pytest.fixture
async def server(
    echo: Echo, metrics: Metrics, waiting_for: list[str], port: int
) -> AsyncIterator[Server]:
    running = Server(application([echo], metrics, lambda: waiting_for), HOST, port)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http(server: Server, port: int) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://{HOST}:{port}") as session:
        yield session


async def test_it_is_healthy_as_soon_as_it_listens(
    http: aiohttp.ClientSession, waiting_for: list[str]
) -> None:
    waiting_for.append("library")
    async with http.get("/healthz") as response:
        assert response.status == 200
        assert await response.json() == {"status": "ok"}


async def test_it_is_ready_only_when_it_waits_for_nothing_and_says_for_what(
    http: aiohttp.ClientSession, waiting_for: list[str]
) -> None:
    waiting_for += ["library", "slack"]
    async with http.get("/readyz") as response:
        assert response.status == 503
        assert await response.json() == {"ready": False, "waiting_for": ["library", "slack"]}
    waiting_for.clear()
    async with http.get("/readyz") as response:
        assert response.status == 200
        assert await response.json() == {"ready": True, "waiting_for": []}


async def test_metrics_are_prometheus_text_with_what_was_counted(
    http: aiohttp.ClientSession, metrics: Metrics
) -> None:
    metrics.events.labels("slack").inc()
    metrics.answers.labels("builtin", "answered").inc(3)
    metrics.answering.labels("slack").observe(0.004)
    metrics.waiting.labels("inbox").set(7)
    async with http.get("/metrics") as response:
        assert response.content_type == "text/plain"
        families = text_string_to_metric_families(await response.text())
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["coach_events_total", "slack"] == 1
    assert samples["coach_answers_total", "builtin", "answered"] == 3
    assert samples["coach_answer_seconds_count", "slack"] == 1
    assert samples["coach_waiting", "inbox"] == 7


async def test_two_coaches_in_a_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.events.labels("slack").inc()
    assert b'coach_events_total{platform="slack"} 1.0' in one.text()
    assert b'coach_events_total{platform="slack"}' not in other.text()


@pytest.mark.parametrize(
    ("length", "status"), [(0, 200), (2 * 1024 * 1024, 200), (2 * 1024 * 1024 + 1, 413)]
)
async def test_a_body_may_have_two_mebibytes(
    http: aiohttp.ClientSession, length: int, status: int
) -> None:
    async with http.post("/echo", data=BytesIO(b"x" * length)) as response:
        assert response.status == status


async def test_a_request_in_flight_is_answered_before_it_stops(
    echo: Echo, server: Server, http: aiohttp.ClientSession, port: int
) -> None:
    echo.may_answer.clear()

    async def ask() -> str:
        async with http.post("/echo", data=b"four") as response:
            return await response.text()

    asked = asyncio.create_task(ask())
    await echo.entered.wait()
    stopping = asyncio.create_task(server.stop())
    while not _refused(port):
        await asyncio.sleep(0.01)
    assert not asked.done()
    echo.may_answer.set()
    assert await asked == "4"
    await stopping


def _refused(port: int) -> bool:
    """Tell whether nothing listens on *port* any more."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


async def test_a_taken_port_is_one_clear_sentence(metrics: Metrics, taken_port: int) -> None:
    server = Server(application([], metrics, list), HOST, taken_port)
    with pytest.raises(PortTaken) as caught:
        await server.start()
    assert caught.value.exit_status == 2
    assert caught.value.sentence == (
        f"Something else listens on {HOST}:{taken_port}. Stop it, or set COACH_PORT to another "
        "port."
    )


async def test_an_address_of_another_machine_is_not_called_taken(
    metrics: Metrics, port: int
) -> None:
    server = Server(application([], metrics, list), "192.0.2.1", port)
    with pytest.raises(AddressUnusable, match=f"192.0.2.1:{port}") as caught:
        await server.start()
    assert caught.value.exit_status == 2


async def test_a_stopped_server_leaves_its_port_free(metrics: Metrics, port: int) -> None:
    for _ in range(2):
        server = Server(application([], metrics, list), HOST, port)
        await server.start()
        await server.stop()
