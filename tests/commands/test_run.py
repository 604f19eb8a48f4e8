"""`coach run` as a process: it becomes ready, answers, and stops when told."""

import json
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pytest

from bot.commands.serve import announcement
from bot.settings import Settings
from tests.commands import coach, command, environment

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Process:
    """A running Coach."""

    port: int
    popen: "subprocess.Popen[bytes]"
    log: Path

    def request(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Return status and text of what it answers; status 0 if it does not listen yet."""
        connection = HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except ConnectionError:
            return 0, ""
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Return once /readyz says so."""
        deadline = time.monotonic() + 60
        while self.request("GET", "/readyz")[0] != 200:
            assert self.popen.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(data: Path, log: Path) -> Generator[Process]:
    """Run `coach run` on *data*; kill it at the end if it is still there."""
    port = free_port()
    with log.open("wb") as err:
        popen = subprocess.Popen(  # noqa: S603 - our own command
            command("run"),
            cwd=data,
            env=environment(data, COACH_PORT=str(port), COACH_LOG_FORMAT="json"),
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
    try:
        yield Process(port, popen, log)
    finally:
        popen.kill()
        popen.wait()


def test_it_becomes_ready_answers_and_stops_when_told(data_folder: Path, tmp_path: Path) -> None:
    with started(data_folder, tmp_path / "log") as process:
        process.wait_until_ready()
        status, page = process.request("GET", "/")
        assert status == 200
        assert "<html" in page

        said = {"channel": "private", "id": str(uuid4()), "text": "Who should own data labelling?"}
        status, text = process.request("POST", "/web/messages", said)
        assert status == 200
        reply = json.loads(text)
        assert "label" in reply["text"]
        assert reply["citations"][0]["number"] == 1

        _, metrics = process.request("GET", "/metrics")
        assert 'coach_answers_total{engine="builtin",outcome="answered"} 1.0' in metrics

        second = coach("run", data=data_folder, COACH_PORT=str(process.port))
        assert second.status == 2
        assert second.err == (
            f"Something else listens on {HOST}:{process.port}. Stop it, or set COACH_PORT to "
            "another port.\n"
        )
        assert process.request("GET", "/readyz")[0] == 200

        process.popen.terminate()
        assert process.popen.wait(timeout=25) == 0
    log = process.log.read_text()
    assert f"Coach is on http://{HOST}:{process.port} (this computer only)." in log
    assert "labelling" not in log, "what people ask is not logged"
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "Coach is on http://127.0.0.1:8080 (this computer only). No Slack or Teams tokens"),
        ({"coach_host": "::1"}, "http://[::1]:8080 (this computer only)"),
        ({"coach_host": "0.0.0.0", "coach_web_password": "p"}, "(with a password)"),
        (
            {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"},
            "Coach is connected to Slack (Socket Mode). Ctrl+C stops it.",
        ),
        (
            {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "coach_web": "true"},
            "(HTTP at http://127.0.0.1:8080/slack/events). The web page is on http://127.0.0.1:8080",
        ),
    ],
)
def test_it_says_what_it_serves_and_where(settings: dict[str, str], told: str) -> None:
    assert told in announcement(Settings.model_validate(settings))
