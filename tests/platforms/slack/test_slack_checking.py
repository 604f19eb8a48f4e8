"""Filled-in forms are checked before they close: what is wrong is said under its field."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fake_slack import TEAM, FakeSlack
from payloads import submit
from running import HASTY, running_coach, until

from bot.errors import BudgetSpent, CoachError, StandupGone, StoreUnavailable
from bot.messages import Field, Form, Message, Person, Place, Platform, Reply, Venue
from bot.platforms.slack.forms import form_view

FORM = Form(
    title="Check-in",
    action="standup_check_in",
    value="s1|2026-11-23|0",
    text="What came of it?",
    fields=(
        Field(name="tried/h-1", label="What did you try?", kind="lines"),
        Field(name="chance/h-1", label="Chance", kind="number"),
    ),
)
ANSWERS = {"tried/h-1": "Features from sessions", "chance/h-1": "140"}
OUT_OF_RANGE = "A chance is from 0 to 100 percent."


async def test_what_is_wrong_stands_under_its_field_and_nothing_is_sent(
    slack: FakeSlack, tmp_path: Path
) -> None:
    checked: list[Message] = []

    async def problems(filled: Message) -> Mapping[str, str]:
        checked.append(filled)
        return {"chance/h-1": OUT_OF_RANGE}

    async with running_coach(slack, tmp_path, problems=problems) as coach:
        answer = await coach.answer_to(submit(opened(), ANSWERS))
        assert answer == {"response_action": "errors", "errors": {"chance/h-1": OUT_OF_RANGE}}
        assert await coach.inbox.waiting() == 0
        assert coach.replies.heard == []
    [filled] = checked
    assert filled.submission
    assert filled.submission.answers == ANSWERS
    assert filled.person == Person(id="U1", name="alice")


async def test_a_form_that_was_mended_is_taken(slack: FakeSlack, tmp_path: Path) -> None:
    async def problems(filled: Message) -> Mapping[str, str]:
        assert filled.submission
        wrong = filled.submission.answers["chance/h-1"] == "140"
        return {"chance/h-1": OUT_OF_RANGE} if wrong else {}

    async with running_coach(slack, tmp_path, said, problems=problems) as coach:
        refused = await coach.answer_to(submit(opened(), ANSWERS, "V1"))
        assert refused["response_action"] == "errors"
        mended = submit(opened(), {**ANSWERS, "chance/h-1": "40"}, "V1")
        assert await coach.answer_to(mended) == {}
        assert await coach.answer_to(mended) == {}
        await coach.settled()
    assert slack.posts("D1") == ["40"]


async def test_what_belongs_to_no_field_that_is_shown_stands_under_the_first(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        return {"": "Too late.", "gone/h-9": "Closed.", "tried/h-1": "w" * 3000}

    async with running_coach(slack, tmp_path, problems=problems) as coach:
        errors = (await coach.answer_to(submit(opened(), ANSWERS)))["errors"]
    assert list(errors) == ["tried/h-1"]
    assert errors["tried/h-1"].startswith("Too late. Closed. www")
    assert len(errors["tried/h-1"]) == 2000


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (StoreUnavailable(), "My database does not answer"),
        (StandupGone(), "That standup was removed"),
        (BudgetSpent(reason="5 of 5"), "is used up"),
    ],
)
async def test_a_check_that_fails_leaves_the_form_open_and_says_why(
    slack: FakeSlack, tmp_path: Path, error: CoachError, says: str
) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        raise error

    async with running_coach(slack, tmp_path, problems=problems) as coach:
        answer = await coach.answer_to(submit(opened(), ANSWERS))
        assert coach.replies.heard == []
    assert answer["response_action"] == "errors"
    assert says in answer["errors"]["tried/h-1"]


async def test_a_check_that_takes_too_long_leaves_the_form_open(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        await asyncio.Event().wait()
        return {}

    async with running_coach(slack, tmp_path, problems=problems, timing=HASTY) as coach:
        answer = await coach.answer_to(submit(opened(), ANSWERS))
        assert await coach.inbox.waiting() == 0
    assert "could not check this in time" in answer["errors"]["tried/h-1"]


async def test_problems_are_told_over_the_socket(slack: FakeSlack, tmp_path: Path) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        return {"chance/h-1": OUT_OF_RANGE}

    async with running_coach(slack, tmp_path, problems=problems, socket=True) as coach:
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("interactive", submit(opened(), ANSWERS))
        await until(lambda: len(slack.socket.answers) == 1)
        assert coach.replies.heard == []
    assert slack.socket.answers[0]["errors"] == {"chance/h-1": OUT_OF_RANGE}


def said(message: Message) -> Reply:
    return Reply(text=message.submission.answers["chance/h-1"] if message.submission else "?")


def opened() -> dict[str, Any]:
    place = Place(platform=Platform.SLACK, workspace=TEAM, channel="D1", venue=Venue.PRIVATE)
    return form_view(FORM, Message(id="press-1", place=place, person=Person(id="U1")))
