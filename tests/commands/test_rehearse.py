"""`coach standup simulate` as people run it."""

import json
from pathlib import Path

import pytest

from bot.rehearsal import Rehearsal
from tests.commands import coach
from tests.conftest import REPOSITORY

WEEK = str(REPOSITORY / "bot" / "demo_week.json")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_the_shipped_week_is_played_into_a_file_and_leaves_nothing_else(data: Path) -> None:
    temporary, own = data / "tmp", data / "coach.sqlite3"
    temporary.mkdir()
    own.write_bytes(b"The user's own log.")
    ran = coach("standup", "simulate", WEEK, "--out", "week.json", data=data, TMPDIR=str(temporary))
    assert (ran.status, ran.out, ran.err) == (0, "", "Written to week.json\n")
    text = (data / "week.json").read_text(encoding="utf-8")
    found = Rehearsal.model_validate_json(text)
    assert found.model_dump_json(indent=1) + "\n" == text
    assert set(json.loads(text)) == {"sent", "check_ins", "occurrences", "portfolio", "log"}
    assert own.read_bytes() == b"The user's own log."
    assert sorted(each.name for each in data.iterdir()) == ["coach.sqlite3", "tmp", "week.json"]
    assert list(temporary.iterdir()) == []
    again = coach("standup", "simulate", WEEK, "--out", "again.json", data=data, PYTHONHASHSEED="1")
    assert again.status == 0
    assert (data / "again.json").read_text(encoding="utf-8") == text


def test_without_a_file_it_shows_what_was_sent_and_what_the_log_tells(data: Path) -> None:
    ran = coach("standup", "simulate", WEEK, data=data)
    assert (ran.status, ran.err) == (0, "")
    sent, _, told = ran.out.partition("\n\n")
    lines = sent.splitlines()
    assert lines[0].startswith("2026-11-23 09:30 UTC  prompt         ana           Check-in for “")
    assert all(line.startswith("2026-11-2") and len(line) < 130 for line in lines)
    assert any("  digest         ml-team       Churn bets, Mon 23 Nov: " in line for line in lines)
    assert told.startswith("1 objective is open.\n\nFewer customers leave\n• ")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ('{"start": "2026-06-02T00:00:00Z"}', "that script has a mistake at end: Field required"),
        (None, "script.json can't be read (No such file or directory)"),
    ],
    ids=["incomplete", "missing"],
)
def test_a_script_that_can_not_be_played_is_one_sentence_and_status_1(
    data: Path, script: str | None, problem: str
) -> None:
    if script:
        (data / "script.json").write_text(script, encoding="utf-8")
    ran = coach("standup", "simulate", "script.json", "--out", "out.json", data=data)
    assert (ran.status, ran.out, ran.err) == (1, "", f"I can't use that: {problem}.\n")
    assert not (data / "out.json").exists()


def test_a_folder_that_is_not_there_is_told_before_anything_is_played(data: Path) -> None:
    ran = coach("standup", "simulate", WEEK, "--out", "nowhere/week.json", data=data)
    assert ran.status == 1
    assert ran.err == (
        "I can't use that: nowhere/week.json can't be written: nowhere is no folder.\n"
    )


def test_wrong_usage_and_wrong_settings_are_status_2(data: Path) -> None:
    assert coach("standup", "simulate", data=data).status == 2
    wrong = coach("standup", "simulate", WEEK, data=data, COACH_PORT="many")
    assert wrong.status == 2
    assert "COACH_PORT" in wrong.err
