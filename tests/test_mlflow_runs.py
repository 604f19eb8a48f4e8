"""Runs of a real MLflow server are read by their addresses, and nothing else is contacted."""

import asyncio
import json
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.mlflow_reading import answer
from bot.mlflow_runs import (
    MlflowMissing,
    MlflowRuns,
    MlflowSilent,
    RunForbidden,
    RunGone,
    RunUnreadable,
)
from bot.run_records import RunStatus
from tests.mlflow_server import MlflowServer, free_port, mlflow_server, stand_in

RUN = "0123456789abcdef0123456789abcdef"
STARTED = 1_795_262_004_000
LOGGED = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
AUTHORISATION = "Basic Y29hY2g6c2VjcmV0"
FOUND = json.dumps(
    {
        "run": {
            "info": {
                "run_id": RUN,
                "experiment_id": "1",
                "run_name": "r",
                "status": "FINISHED",
                "start_time": STARTED,
                "lifecycle_stage": "active",
            },
            "data": {"metrics": [{"key": "auc", "value": 0.5, "timestamp": 1, "step": 1}]},
        }
    }
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as running:
        yield running


def patient(url: str, **options: str) -> MlflowRuns:
    """Return runs read without hurry: machines that test may be slow."""
    return MlflowRuns(url, patience=60, **options)


# -- a real server


async def test_a_finished_run_is_read_by_the_address_of_its_page(server: MlflowServer) -> None:
    run = server.run()
    server.client.log_metric(run, "val_auc", 0.79, step=1)
    server.client.log_metric(run, "val_auc", 0.83, int(LOGGED.timestamp() * 1000), step=3)
    server.client.set_terminated(run, end_time=int(LOGGED.timestamp() * 1000))

    read = await patient(server.url).read(server.page(run))

    assert read
    assert (read.address, read.name) == (server.page(run), "bert-large-3")
    assert (read.status, read.ended) == (RunStatus.FINISHED, LOGGED)
    assert read.started
    [metric] = read.metrics
    assert (metric.name, metric.value, metric.step, metric.at) == ("val_auc", 0.83, 3, LOGGED)


async def test_a_run_that_goes_on_has_no_end(server: MlflowServer) -> None:
    run = server.run(loss=0.4)

    read = await patient(server.url).read(server.page(run) + "/model-metrics")

    assert read
    assert (read.status, read.ended) == (RunStatus.RUNNING, None)


async def test_a_run_that_broke_off_says_so(server: MlflowServer) -> None:
    run = server.run()
    server.client.set_terminated(run, "FAILED")

    read = await patient(server.url).read(server.page(run))

    assert read
    assert read.status is RunStatus.FAILED


async def test_a_reference_becomes_the_address_of_the_page(server: MlflowServer) -> None:
    run = server.run()

    read = await patient(server.url).read(f"runs:/{run}/model")

    assert read
    assert read.address == server.page(run)


async def test_a_thousand_metrics_are_read_with_their_names(server: MlflowServer) -> None:
    from mlflow.entities import Metric  # noqa: PLC0415 - after the server set its environment

    names = {f"eval/größe {number:03}/AUC-é" for number in range(1_000)}
    run = server.run()
    server.client.log_batch(run, [Metric(name, 0.5, STARTED, 0) for name in names])

    read = await patient(server.url).read(server.page(run))

    assert read
    assert {metric.name for metric in read.metrics} == names


async def test_what_is_no_number_has_no_value(server: MlflowServer) -> None:
    run = server.run(a=math.nan, b=math.inf, c=-math.inf, d=0.0)
    server.client.log_metric(run, "d", 0.0, timestamp=9 * 10**18, step=2**62)

    read = await patient(server.url).read(server.page(run))

    assert read
    values = {metric.name: metric.value for metric in read.metrics}
    assert values == {"a": None, "b": None, "c": None, "d": 0.0}
    last = next(metric for metric in read.metrics if metric.name == "d")
    assert (last.step, last.at) == (2**62, None)


async def test_a_deleted_run_is_gone(server: MlflowServer) -> None:
    run = server.run()
    server.client.delete_run(run)

    with pytest.raises(RunGone, match="deleted"):
        await patient(server.url).read(server.page(run))


async def test_a_run_that_never_was_is_gone(server: MlflowServer) -> None:
    with pytest.raises(RunGone, match="Copy the address"):
        await patient(server.url).read(server.page(RUN))


# -- what is an address


@pytest.mark.parametrize(
    "address",
    [
        "{}/#/experiments/1/runs/" + RUN,
        "{}/#/experiments/1/runs/" + RUN + "/artifacts",
        "{}/#/experiments/1/runs/" + RUN + "/model-metrics?o=12&x=%7B%7D",
        "{}/?o=123#/experiments/1/runs/" + RUN,
        "{}/?o=123#mlflow/experiments/1/runs/" + RUN,
        "{}/ml/experiments/1/runs/" + RUN + "?o=123",
        "{}/ml/experiments/1/runs/" + RUN + "/model-metrics",
        "{}/#/experiments/1/evaluation-runs/" + RUN,
        "{}/#/workspaces/default/experiments/1/runs/" + RUN,
        "  see <{}/#/experiments/1/runs/" + RUN + ">, the third one",
        "runs:/" + RUN,
        "runs:/" + RUN + "/model",
    ],
)
async def test_every_form_of_a_runs_address_is_recognised(address: str) -> None:
    with pytest.raises(MlflowMissing):  # it went for the run, without a client to read it with
        await without_client("https://mlflow.example").read(
            address.format("https://mlflow.example")
        )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://mlflow.example/", "https://MLFLOW.example:443/#/experiments/1/runs/" + RUN),
        ("http://mlflow.example", "https://mlflow.example./#/experiments/1/runs/" + RUN),
        ("https://a.example/mlflow", "https://a.example/mlflow/#/experiments/1/runs/" + RUN),
        ("https://a.example/mlflow", "https://a.example/mlflow#/experiments/1/runs/" + RUN),
        ("http://[::1]:5000", "http://[::1]:5000/#/experiments/1/runs/" + RUN),
    ],
)
async def test_a_server_is_known_by_any_spelling_of_its_address(url: str, address: str) -> None:
    with pytest.raises(MlflowMissing):
        await without_client(url).read(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "val_auc was 0.83",
        RUN,
        "https://a.example/mlflow/#/experiments/1",
        "https://a.example/mlflow/#/experiments/1/runs/" + RUN[1:],
        "https://a.example/mlflow/#/experiments/1/runs/" + RUN + "0",
        "https://a.example/mlflow/#/experiments/1/runs/" + RUN.upper().replace("A", "G"),
        'https://a.example/mlflow/#/compare-runs?runs=["' + RUN + '"]&experiments=["1"]',
        "https://a.example/mlflow/#/models/m/versions/1",
        "https://a.example/mlflow/?next=/experiments/1/runs/" + RUN,
        "https://a.example/#/experiments/1/runs/" + RUN,
        "https://a.example/mlflow2/#/experiments/1/runs/" + RUN,
        "https://a.example:8443/mlflow/#/experiments/1/runs/" + RUN,
        "https://b.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://a.example.evil.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://a.example@evil.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://evil.example/https://a.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://evil.example\\@a.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://somebody:secret@a.example/mlflow/#/experiments/1/runs/" + RUN,
        "ftp://a.example/mlflow/#/experiments/1/runs/" + RUN,
        "//a.example/mlflow/#/experiments/1/runs/" + RUN,
        "https://a.example:port/mlflow/#/experiments/1/runs/" + RUN,
        "https://[a.example/mlflow/#/experiments/1/runs/" + RUN,
        "models:/m/1",
        "runs:/" + RUN + "0",
        "myruns:/" + RUN,
    ],
)
async def test_whatever_else_is_no_run_of_this_server(address: str) -> None:
    assert await without_client("https://a.example/mlflow").read(address) is None


async def test_another_host_is_never_contacted(server: MlflowServer) -> None:
    async with stand_in() as foreign:
        address = f"{foreign.url}/#/experiments/1/runs/{RUN}"

        assert await patient(server.url).read(address) is None
        assert foreign.authorizations == []


async def test_a_redirect_is_not_followed() -> None:
    async with stand_in(200, FOUND) as foreign, stand_in(302, Location=foreign.url) as moved:
        with pytest.raises(RunUnreadable, match="COACH_MLFLOW_URL"):
            await patient(moved.url, token="t0ken").read(f"runs:/{RUN}")

        assert len(moved.authorizations) == 1
        assert foreign.authorizations == []


# -- credentials


async def test_a_token_goes_before_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "somebody")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "else")
    async with stand_in(200, FOUND) as asked:
        await patient(asked.url, token="t0ken").read(f"runs:/{RUN}")

        assert asked.authorizations == ["Bearer t0ken"]


async def test_a_user_is_named_with_the_password() -> None:
    async with stand_in(200, FOUND) as asked:
        await patient(asked.url, user="coach", password="secret").read(f"runs:/{RUN}")

        assert asked.authorizations == [AUTHORISATION]


# -- what can go wrong


async def test_a_server_that_is_down_is_silent() -> None:
    with pytest.raises(MlflowSilent, match="Try again in a minute"):
        await patient(f"http://127.0.0.1:{free_port()}").read(f"runs:/{RUN}")


async def test_a_server_that_hangs_is_given_up() -> None:
    async with stand_in(hangs=True) as hanging:
        with pytest.raises(MlflowSilent):
            await MlflowRuns(hanging.url, patience=0.1).read(f"runs:/{RUN}")


async def test_a_reading_that_is_cancelled_leaves_no_process_behind() -> None:
    async with stand_in(hangs=True) as hanging:
        reading = asyncio.create_task(patient(hanging.url).read(f"runs:/{RUN}"))
        await hanging.asked.wait()
        reading.cancel()

        await hanging.hung_up.wait()
        with pytest.raises(asyncio.CancelledError):
            await reading


async def test_no_more_than_two_runs_are_read_at_a_time() -> None:
    async with stand_in(200, FOUND, hangs=True) as asked:
        runs = patient(asked.url)
        readings = [asyncio.create_task(runs.read(f"runs:/{RUN}")) for _ in range(3)]
        await asked.asked.wait()
        asked.released.set()
        await asyncio.gather(*readings)

        assert len(asked.authorizations) >= 3
        assert asked.most <= 2


async def test_a_server_that_is_overloaded_is_asked_once_more_without_waiting() -> None:
    async with stand_in(503, "busy", Retry_After="3600") as busy:
        with pytest.raises(MlflowSilent):
            await patient(busy.url).read(f"runs:/{RUN}")

        assert len(busy.authorizations) == 2


async def test_a_server_that_refuses_says_what_to_check() -> None:
    async with stand_in(401, "You are not authenticated.") as refusing:
        with pytest.raises(RunForbidden, match="COACH_MLFLOW_TOKEN"):
            await patient(refusing.url).read(f"runs:/{RUN}")


@pytest.mark.parametrize(
    ("problem", "status", "body"),
    [
        ("forbidden", 401, "You are not authenticated."),
        ("forbidden", 403, "Permission denied"),
        ("forbidden", 403, '{"error_code": "PERMISSION_DENIED", "message": "no"}'),
        ("gone", 404, '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}'),
        ("odd", 404, "Not Found"),
        ("odd", 400, '{"error_code": "NEW_IN_MLFLOW_9", "message": "?"}'),
        ("odd", 200, "<html>Sign in</html>"),
        ("odd", 200, "{}"),
        ("odd", 200, '{"run": []}'),
        ("odd", 200, '{"run": {"info": 5}}'),
        ("odd", 200, FOUND.replace(RUN, "f" + RUN[1:])),
    ],
)
async def test_answers_are_told_apart(problem: str, status: int, body: str) -> None:
    async with stand_in(status, body) as server:
        told = await asyncio.to_thread(answer, server.url, RUN, {})

    assert told["problem"] == problem


async def test_without_the_client_the_sentence_says_what_to_install() -> None:
    with pytest.raises(MlflowMissing, match=r"pip install 'ml-coach\[mlflow\]'"):
        await without_client("https://mlflow.example").read(f"runs:/{RUN}")


async def test_a_reading_process_that_breaks_down_is_an_answer_too() -> None:
    with pytest.raises(RunUnreadable):
        await MlflowRuns("https://mlflow.example", interpreter=("false",)).read(f"runs:/{RUN}")


async def test_mlflow_tells_nobody_that_it_was_used(
    server: MlflowServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PYTEST_CURRENT_TEST", "CI", "MLFLOW_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)  # each of them would be enough
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))  # where it keeps its id of this machine
    async with stand_in() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        assert await patient(server.url).read(server.page(server.run()))
        assert proxy.authorizations == []
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a test's own folder


def without_client(url: str) -> MlflowRuns:
    """Return runs whose interpreter finds no installed package."""
    return MlflowRuns(url, patience=60, interpreter=(sys.executable, "-S"))
