"""Logs: structured, and never with a secret in them."""

import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import configure_logs, redact

SECRETS = [
    "xoxb-123456789012-abcdefGHIJKL",
    "xoxp-1-2-3-abc",
    "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA",
    "xapp-1-A0123-456-deadbeef",
    "sk-ant-api03-AbCdEf_1234567890",
    "sk-proj-AbCdEf1234567890",
    "AIzaSyA1234567890abcdefghijklmnopqrstu",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
]

Style = Literal["console", "json"]
Captured = pytest.CaptureFixture[str]

log = structlog.get_logger("tests.logs")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Give the process its logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def logged(captured: Captured) -> dict[str, Any]:
    """Return the one line that was logged as JSON."""
    [line] = captured.readouterr().err.splitlines()
    return json.loads(line)


def refuse(secret: str) -> None:
    raise ValueError(f"refused {secret}")


def fail(secret: str) -> None:
    try:
        refuse(secret)
    except ValueError as error:
        raise RuntimeError("no answer") from error


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_logged_nowhere(capsys: Captured, secret: str, style: Style) -> None:
    configure_logs("DEBUG", style)
    structlog.contextvars.bind_contextvars(bound=secret)
    message = f"message {secret}"
    log.debug(message, text=f"a {secret}.", nested={"deep": [{"er": (secret,)}]})
    log.info("positional %s", secret)
    log.info("an_object", problem=ValueError(secret), at=[b"bytes"], **{"a key": {secret: 1}})
    other = logging.getLogger("some.library")
    other.debug("header %s", secret)
    other.warning("mapping %(value)s", {"value": secret})
    try:
        fail(secret)
    except RuntimeError:
        log.exception("failed")
        other.exception("failed too")
    text = capsys.readouterr().err
    assert secret not in text
    assert text.count("refused [redacted]") == 2
    assert text.count("[redacted]") >= 10


@pytest.mark.parametrize(
    "name", ["token", "slack_bot_token", "signing_secret", "PASSWORD", "Authorization", "api_key"]
)
def test_a_field_that_is_named_like_a_secret_is_hidden_whatever_it_holds(
    capsys: Captured, name: str
) -> None:
    configure_logs("INFO", "json")
    log.info("signed_in", **{name: "plain words", "request": {"headers": {name: ["plain words"]}}})
    line = logged(capsys)
    assert line[name] == "[redacted]"
    assert line["request"] == {"headers": {name: "[redacted]"}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://coach:hunter2@db/coach", "postgresql://[redacted]@db/coach"),
        ("redis://:hunter2@cache", "redis://[redacted]@cache"),
        ("Authorization: Bearer abc.def-123", "Authorization: [redacted]"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/[redacted]"),
        ("GET /x?token=xoxb-1-2&ok=1", "GET /x?token=[redacted]&ok=1"),
    ],
)
def test_secrets_inside_a_text_leave_the_rest_readable(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "ask the ML team",
        "https://example.org/a:b?c=d@e",
        "skip-level meetings, task-force",
        "10:30 at 127.0.0.1:8080",
        "key=slack:T1:Ev123",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(text=st.text(), secret=st.sampled_from(SECRETS))
def test_a_secret_is_found_in_any_surroundings(text: str, secret: str) -> None:
    assert secret not in redact(f"{text} {secret} {text}")


def test_numbers_and_truth_values_stay_what_they_are(capsys: Captured) -> None:
    configure_logs("INFO", "json")
    log.info("counted", done=3, share=0.5, fine=True, nothing=None)
    line = logged(capsys)
    assert (line["done"], line["share"], line["fine"], line["nothing"]) == (3, 0.5, True, None)


def test_a_json_line_names_time_level_logger_and_event(capsys: Captured) -> None:
    configure_logs("INFO", "json")
    log.info("ready", platform="web")
    line = logged(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "ready",
        "level": "info",
        "logger": "tests.logs",
        "platform": "web",
    }


def test_a_library_s_line_has_the_same_form(capsys: Captured) -> None:
    configure_logs("INFO", "json")
    logging.getLogger("some.library").warning("retrying in %d s", 5)
    line = logged(capsys)
    assert (line["event"], line["level"], line["logger"]) == (
        "retrying in 5 s",
        "warning",
        "some.library",
    )


def test_a_console_line_reads_as_a_sentence(capsys: Captured) -> None:
    configure_logs("INFO", "console")
    log.info("ready", platform="web")
    line = capsys.readouterr().err
    assert "ready" in line
    assert "platform=web" in line
    assert "\x1b" not in line, "no colours where nobody sees them"


def test_the_level_holds_for_libraries_that_set_their_own(capsys: Captured) -> None:
    configure_logs("WARNING", "json")
    chatty = logging.getLogger("chatty.library")
    chatty.setLevel(logging.DEBUG)
    chatty.info("of no interest")
    log.info("of no interest either")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["aiosqlite", "slack_sdk.web.async_client", "slack_bolt.App"])
def test_what_people_wrote_is_not_logged_by_libraries_even_at_debug(
    capsys: Captured, name: str
) -> None:
    configure_logs("DEBUG", "json")
    logging.getLogger(name).debug("INSERT ... a private question")
    assert capsys.readouterr().err == ""
    logging.getLogger(name).warning("connection lost")
    assert "connection lost" in capsys.readouterr().err


def test_configuring_twice_logs_once(capsys: Captured) -> None:
    configure_logs("INFO", "json")
    configure_logs("INFO", "json")
    log.info("ready")
    assert logged(capsys)["event"] == "ready"
