"""`coach log` on a real database."""

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.log_records import Hypothesis, Objective, Outcome, Result
from bot.log_transfer import as_json, collect
from bot.stores.database import Database, open_database
from bot.stores.log import SqlLog
from bot.stores.standups import SqlStandups
from tests.commands import coach

Found = TypeVar("Found")

WHEN = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
WORDS = 'Größer, "besser"\n検索 🐨 [b]bold[/b] :smile:'
LOG = ("objectives", "hypotheses", "outcomes", "measurements", "standups", "check_ins")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def on_database(data: Path, work: Callable[[Database], Awaitable[Found]]) -> Found:
    """Do something to the database that the commands use."""

    async def run() -> Found:
        database = await open_database(f"sqlite+aiosqlite:///{data / 'coach.sqlite3'}")
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def bet_on(data: Path, workspace: str = "local", tried: str = WORDS) -> None:
    """Keep an objective with a bet on it and what came of that."""
    edit = {"workspace": workspace, "created_at": WHEN, "edited_by": "ana", "edited_at": WHEN}

    async def keep(database: Database) -> None:
        log = SqlLog(database)
        await log.save_objective(
            Objective.model_validate(
                {**edit, "id": "churn", "name": f"Less churn in {workspace}", "measure": "churn",
                 "target": "4 %", "due": date(2040, 1, 1)}
            )
        )  # fmt: skip
        await log.save_hypothesis(
            Hypothesis.model_validate(
                {**edit, "id": "larger", "objective": "churn", "claim": "Larger is better",
                 "prior": 0.4, "owner": "ana", "resolve_by": date(2039, 1, 1)}
            )
        )  # fmt: skip
        await log.add_outcomes(
            [
                Outcome(
                    workspace=workspace,
                    id="Ev1",
                    hypothesis="larger",
                    person="ana",
                    at=WHEN,
                    on=WHEN.date(),
                    result=Result.INCONCLUSIVE,
                    chance=0.35,
                    tried=tried,
                )
            ]
        )

    on_database(data, keep)


def exported(data: Path, workspace: str = "local") -> str:
    """Return what `coach log export` would print."""

    async def read(database: Database) -> str:
        standups = SqlStandups(database, lambda: WHEN)
        return as_json(await collect(SqlLog(database), standups, workspace, WHEN))

    return on_database(data, read)


def logged(text: str) -> dict[str, object]:
    """Return what an export holds, whenever it was made."""
    return {name: value for name, value in json.loads(text).items() if name in LOG}


# -- showing


def test_an_empty_log_says_how_to_begin(data: Path) -> None:
    ran = coach("log", "show", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("No objective is open. Start with what the business wants")


def test_the_portfolio_of_one_workspace_is_shown(data: Path) -> None:
    bet_on(data)
    bet_on(data, "T2")
    ran = coach("log", "show", "--workspace", "T2", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("1 objective is open.\n\nLess churn in T2\n• ")
    assert "How the team works" in ran.out
    assert "local" not in ran.out


# -- out, and in again


def test_what_is_exported_can_be_imported_into_another_workspace(data: Path) -> None:
    bet_on(data)
    ran = coach("log", "export", "--out", "log.json", data=data)
    assert (ran.status, ran.out, ran.err) == (0, "", "Written to log.json\n")
    first = (data / "log.json").read_text(encoding="utf-8")
    assert json.loads(first)["outcomes"][0]["tried"] == WORDS

    ran = coach("log", "import", "log.json", "--workspace", "T9", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "Added to workspace T9: 1 version of objectives, 1 of hypotheses, 1 outcome, 0 readings.\n"
    )
    second = exported(data, "T9")
    assert logged(second.replace('"T9"', '"local"')) == logged(first)

    again = coach("log", "import", "log.json", "--workspace", "T9", data=data)
    assert (again.status, again.out) == (
        0,
        "The log of workspace T9 has all of that already; nothing was changed.\n",
    )


def test_the_table_opens_in_a_spreadsheet(data: Path) -> None:
    bet_on(data, tried=f"=1+1\n{WORDS}")
    ran = coach("log", "export", "--format", "csv", data=data)
    assert (ran.status, ran.err) == (0, "")
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert (row["hypothesis"], row["chance"]) == ("Larger is better", "0.35")
    assert row["tried"] == f"'=1+1\n{WORDS}"


def test_an_empty_log_is_exported_as_one_and_said_to_be_empty(data: Path) -> None:
    ran = coach("log", "export", data=data)
    assert (ran.status, ran.err) == (0, "The log of workspace local is empty.\n")
    assert logged(ran.out) == {name: [] for name in LOG}


def test_a_broken_file_is_one_sentence_and_changes_nothing(data: Path) -> None:
    bet_on(data)
    whole = exported(data)
    (data / "truncated.json").write_text(whole[: len(whole) // 2], encoding="utf-8")
    ran = coach("log", "import", "truncated.json", "--workspace", "T9", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("I can't use that: that is no export of the log (")
    assert ran.err.endswith("). Nothing was changed.\n")
    assert ran.err.count("\n") == 1
    assert logged(exported(data, "T9")) == {name: [] for name in LOG}


def test_a_file_that_is_not_there_and_a_place_that_can_not_be_written_are_status_1(
    data: Path,
) -> None:
    ran = coach("log", "import", "gone.json", data=data)
    assert (ran.status, ran.err) == (
        1,
        "I can't use that: gone.json can't be read (No such file or directory).\n",
    )
    ran = coach("log", "export", "--out", "nowhere/log.json", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert "nowhere/log.json can't be written (No such file or directory)." in ran.err


def test_wrong_usage_is_status_2(data: Path) -> None:
    assert coach("log", "export", "--format", "xml", data=data).status == 2


def test_a_forgotten_person_is_in_no_export(data: Path) -> None:
    bet_on(data)
    forgotten = coach("privacy", "forget", "ana", "--yes", data=data)
    assert "outcomes in the log: 1" in forgotten.out
    text = coach("log", "export", data=data).out
    assert "Larger is better" in text
    assert "検索" not in text
    assert '"ana"' not in text
