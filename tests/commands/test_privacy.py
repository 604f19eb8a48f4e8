"""`coach privacy` and `coach objections` on a real database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.messages import Person, Place, Platform
from bot.records import AnswerRecord, Kind, Objection, Policy, ReviewRecord
from bot.stores.database import Database, open_database
from bot.stores.repositories import SqlConversations
from bot.stores.reviews import SqlObjections, SqlPolicies, SqlReviews
from tests.commands import coach

Result = TypeVar("Result")

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def on_database(data: Path, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do something to the database that the commands use."""

    async def run() -> Result:
        database = await open_database(f"sqlite+aiosqlite:///{data / 'coach.sqlite3'}")
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def keep_something_of(data: Path, *people: str, workspace: str = "local") -> None:
    async def keep(database: Database) -> None:
        place = Place(platform=Platform.WEB, workspace=workspace, channel="private")
        for name in people:
            id_, person = f"{name}-1", Person(id=name)
            await SqlReviews(database).keep(
                ReviewRecord(id=id_, place=place, person=person, draft="d", rewrite="r",
                             reviewed_at=WHEN)
            )  # fmt: skip
            await SqlConversations(database).record(
                AnswerRecord(id=id_, place=place, person=person, question="q", text="t",
                             asked_at=WHEN)
            )  # fmt: skip
            await SqlObjections(database).raise_(
                workspace, Objection(kind=Kind.HYPE, phrase=f"by {name}", person=name, at=WHEN)
            )

    on_database(data, keep)


def reviews_left(data: Path, *ids: str, workspace: str = "local") -> list[bool]:
    async def find(database: Database) -> list[bool]:
        reviews = SqlReviews(database)
        return [await reviews.find(workspace, id_) is not None for id_ in ids]

    return on_database(data, find)


# -- the policy


def test_the_defaults_are_shown_in_words(data: Path) -> None:
    ran = coach("privacy", "show", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert [" ".join(line.split()) for line in ran.out.splitlines()] == [
        "Drafts and their reviews deleted after 30 days",
        "Questions and answers deleted after 365 days",
        "Drafts to the language model no: the built-in engine reviews them here",
        "Words for likelihoods icd203: “likely” is 55–80 %",
    ]


def test_what_is_decided_is_in_force_and_the_rest_stays(data: Path) -> None:
    ran = coach("privacy", "set", "--draft-days", "1", "--drafts-to-model", data=data)
    assert ran.status == 0
    assert "deleted after 1 day " in ran.out
    assert "allowed, but no model is set up (COACH_MODEL)" in ran.out
    assert ran.err == "What is older is deleted within the hour, or when `coach run` starts.\n"
    ran = coach("privacy", "set", "--scale", "ipcc", "--answer-days", "3650", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert "ipcc: “likely” is 66–100 %" in ran.out

    async def decided(database: Database) -> Policy:
        return await SqlPolicies(database).policy("local")

    assert on_database(data, decided) == Policy(
        draft_days=1, answer_days=3650, drafts_to_model=True, scale="ipcc"
    )
    shown = coach("privacy", "show", data=data, COACH_MODEL="anthropic:some-model")
    assert "yes: they go to anthropic:some-model" in shown.out
    ran = coach("privacy", "set", "--no-drafts-to-model", data=data)
    assert "no: the built-in engine reviews them here" in ran.out


def test_each_workspace_decides_for_itself(data: Path) -> None:
    coach("privacy", "set", "--draft-days", "7", "--workspace", "T1", data=data)
    assert "after 7 days" in coach("privacy", "show", "--workspace", "T1", data=data).out
    assert "after 30 days" in coach("privacy", "show", data=data).out


# -- forgetting a person


def test_forgetting_a_person_deletes_what_they_wrote_and_nothing_else(data: Path) -> None:
    keep_something_of(data, "U1", "U2")
    keep_something_of(data, "U1", workspace="T2")
    ran = coach("privacy", "forget", "U1", "--yes", data=data)
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "deleted    drafts with their reviews: 1",
        "deleted    questions with their answers: 1",
        "deleted    objections that nobody had decided: 1",
        "made anonymous    outcomes in the log: 0, check-ins: 0",
    ]
    assert "Messages on the platform itself stay there" in ran.err
    assert reviews_left(data, "U1-1", "U2-1") == [False, True]
    assert reviews_left(data, "U1-1", workspace="T2") == [True]


def test_forgetting_a_person_asks_first(data: Path) -> None:
    keep_something_of(data, "U1")
    ran = coach("privacy", "forget", "U1", data=data, typed=b"no\n")
    assert (ran.status, ran.out) == (1, "")
    assert "Delete every draft, review and question of U1 in workspace local, and " in ran.err
    assert "Nothing was deleted." in ran.err
    assert reviews_left(data, "U1-1") == [True]
    assert coach("privacy", "forget", "U1", data=data, typed=b"Yes\n").status == 0
    assert reviews_left(data, "U1-1") == [False]


def test_of_somebody_unknown_it_says_how_people_are_named(data: Path) -> None:
    ran = coach("privacy", "forget", "ann@example.com", "--yes", data=data)
    assert ran.status == 0
    assert "Nothing of ann@example.com was kept here." in ran.err
    assert "member ID" in ran.err


# -- objections


def test_without_objections_the_list_says_where_they_come_from(data: Path) -> None:
    ran = coach("objections", "list", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert "No objections yet." in ran.out
    assert "Not a problem…" in ran.out


def test_objections_are_listed_decided_and_decided_anew(data: Path) -> None:
    keep_something_of(data, "U1", "U2")
    listed = coach("objections", "list", data=data)
    assert [line.split()[:2] for line in listed.out.splitlines()[1:3]] == [["waiting", "hype"]] * 2
    assert "coach objections allow KIND PHRASE" in listed.out

    ran = coach("objections", "allow", "hype", "By u1", data=data)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "allowed    “By u1” is not raised here any more as hype\n"
    ran = coach("objections", "refuse", "Hype", "by U2", data=data)
    assert ran.out == "refused    “by U2” is still raised as hype\n"
    listed = coach("objections", "list", data=data)
    assert sorted(line.split()[0] for line in listed.out.splitlines()[1:]) == ["allowed", "refused"]
    assert coach("objections", "refuse", "hype", "by U1", data=data).status == 0


def test_what_nobody_objected_to_is_answered_with_the_nearest(data: Path) -> None:
    ran = coach("objections", "allow", "hype", "bye U1", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "There is no objection to “bye U1” as hype; `coach objections list` lists them.\n"
    )
    keep_something_of(data, "U1")
    ran = coach("objections", "allow", "hype", "bye U1", data=data)
    assert ran.err == "There is no objection to “bye U1” as hype; the nearest is “by U1”.\n"


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("hipe", "the nearest is hype"),
        ("zzz", "there are promise, extrapolation, metric_without_impact"),
    ],
)
def test_an_unknown_kind_is_answered_with_those_there_are(kind: str, hint: str, data: Path) -> None:
    ran = coach("objections", "allow", kind, "x", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"There is no kind of finding “{kind}”; {hint}")


# -- both


@pytest.mark.parametrize(
    "words",
    [("context", "list"), ("privacy", "show"), ("objections", "list")],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_is_one_sentence(
    words: tuple[str, ...], data: Path
) -> None:
    ran = coach(*words, data=data, COACH_DATABASE_URL="postgresql://c:hunter2@127.0.0.1:1/coach")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("My database does not answer")
    assert len(ran.err.splitlines()) == 1
