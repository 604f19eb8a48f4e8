"""`coach doctor`: what is fine, what is not, and how to fix it."""

from pathlib import Path

from tests.commands import coach


def test_a_set_up_that_is_fine_is_said_to_be(tmp_path: Path) -> None:
    ran = coach("doctor", data=tmp_path / "data")
    assert (ran.status, ran.err) == (0, "")
    assert [line.partition(":")[0] for line in ran.out.splitlines()] == [
        "ok   settings",
        "ok   data folder",
        "ok   database",
        "ok   vector store",
        "ok   language model",
        "ok   Slack",
        "ok   Microsoft Teams",
    ]


def test_what_does_not_answer_is_listed_with_its_fix(tmp_path: Path) -> None:
    ran = coach(
        "doctor",
        data=tmp_path / "data",
        COACH_DATABASE_URL="postgresql://coach:hunter2@127.0.0.1:1/coach",
        COACH_CHROMA_URL="http://127.0.0.1:1",
        COACH_MODEL="nobody:some-model",
        SLACK_BOT_TOKEN="xoxb-1-secret",
        SLACK_APP_TOKEN="xapp-1-secret",
        SLACK_API_URL="http://127.0.0.1:1/",
    )
    assert ran.status == 2
    lines = ran.out.splitlines()
    broken = [number for number, line in enumerate(lines) if line.startswith("FIX  ")]
    assert {lines[number].partition(":")[0] for number in broken} == {
        "FIX  database",
        "FIX  vector store",
        "FIX  language model",
        "FIX  Slack",
    }
    assert all(lines[number + 1].startswith("     ") for number in broken)
    for fix in ("Check COACH_DATABASE_URL", "COACH_CHROMA_URL", "pip install langchain-nobody"):
        assert fix in ran.out
    assert "hunter2" not in ran.out + ran.err
    assert "secret" not in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_wrong_settings_are_listed_each_with_its_fix(tmp_path: Path) -> None:
    ran = coach(
        "doctor",
        data=tmp_path / "data",
        COACH_PORT="eighty",
        COACH_MODEL="gpt",
        SLACK_BOT_TOKEN="xoxb-1-secret",
    )
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "Coach is not set up correctly:"
    for fix in (
        "COACH_PORT must be a valid integer",
        "COACH_MODEL must look like provider:model",
        "add SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)",
    ):
        assert f"{fix}" in ran.err
    assert "secret" not in ran.err


def test_every_command_says_what_is_wrong_with_the_settings(tmp_path: Path) -> None:
    for words in (("run",), ("ask", "Who?")):
        ran = coach(*words, data=tmp_path / "data", COACH_PORT="0")
        assert (ran.status, ran.out) == (2, "")
        assert "COACH_PORT must be greater than or equal to 1" in ran.err
