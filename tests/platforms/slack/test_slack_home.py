"""The Home tab: what stands there, and what comes of the buttons in it."""

from pathlib import Path
from typing import Any

import pytest
from fake_slack import (
    BROKEN,
    BROKEN_AFTER_ACTING,
    SILENT_AFTER_ACTING,
    FakeSlack,
    Fault,
    rate_limited,
    refused,
)
from payloads import home_opened, press_at_home, submit
from running import HASTY, running_coach, until
from slack_limits import view_problems

from bot.errors import StandupGone
from bot.messages import Button, Citation, Field, Form, Message, Press, Reply, Section, Venue
from bot.platforms.slack.render import render_home

CHECK_IN = "s1|2026-11-23|0"
HOME = Reply(
    text="Nothing is open for you today.",
    sections=(Section(title="Fewer customers leave", text="• Session features (open, 40 %)"),),
    citations=(
        Citation(number=1, title="Bets", source="Lecture 4", section="", quote="q", passage="q"),
    ),
    buttons=(
        Button(label="Check in", action="standup_check_in", value=CHECK_IN, opens_form=True),
        Button(label="Standups", action="standup_list"),
    ),
    suggestions=("Who should label data?",),
)
FORM = Form(
    title="Check-in",
    action="standup_check_in",
    value=CHECK_IN,
    fields=(Field(name="tried", label="What did you try?"),),
)


async def test_the_home_tab_shows_what_is_open_for_the_person(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, lambda _: HOME) as coach:
        assert await coach.deliver(home_opened()) == 200
        await coach.settled()
        [heard] = coach.replies.heard
    assert (heard.opened, heard.home) == (True, True)
    view = slack.homes["U1"]
    assert view_problems(view) == []
    assert [block["type"] for block in view["blocks"]] == [
        "section", "header", "section", "header", "section", "section", "actions",
    ]  # fmt: skip
    check_in, standups = view["blocks"][-1]["elements"]
    assert (check_in["action_id"], check_in["value"]) == (
        "form:standup_check_in", CHECK_IN,
    )  # fmt: skip
    assert standups["action_id"] == "standup_list"
    assert slack.messages == []


async def test_other_tabs_are_no_home(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver(home_opened("messages")) == 200
        await coach.settled()
        assert coach.replies.heard == []


def test_buttons_survive_in_a_home_of_too_much() -> None:
    sections = tuple(Section(title=f"Part {n}", text="…") for n in range(80))
    buttons = tuple(Button(label=f"Run {n}", action="standup_run", value=str(n)) for n in range(5))
    view: dict[str, Any] = render_home(Reply(text="Much", sections=sections, buttons=buttons))
    assert view_problems(view) == []
    assert len(view["blocks"]) == 100
    assert [block["type"] for block in view["blocks"][-5:]] == ["actions"] * 5


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_press_at_home_is_answered_in_the_private_conversation(
    slack: FakeSlack, tmp_path: Path, hidden: bool
) -> None:
    pressed = press_at_home("standup_list", "all")
    async with running_coach(slack, tmp_path, lambda _: Reply(text="One", hidden=hidden)) as coach:
        assert await coach.deliver(pressed) == 200
        assert await coach.deliver(pressed) == 200
        await coach.settled()
        [heard] = coach.replies.heard
    assert heard.press == Press(action="standup_list", value="all")
    assert (heard.place.channel, heard.place.venue) == ("U1", Venue.PRIVATE)
    assert slack.posts("D1") == ["One"]
    assert slack.whispers == []


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("fault", [BROKEN, BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING])
async def test_an_answer_to_a_press_at_home_comes_once(
    slack: FakeSlack, tmp_path: Path, fault: Fault, hidden: bool
) -> None:
    slack.order("chat.postMessage", fault)
    async with running_coach(
        slack, tmp_path, lambda _: Reply(text="One", hidden=hidden), timing=HASTY
    ) as coach:
        await coach.deliver(press_at_home("standup_list"))
        await coach.settled()
    assert slack.posts("D1") == ["One"]


async def test_a_form_opens_from_home_and_is_answered_privately(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(
        slack, tmp_path, lambda _: Reply(text="Got it", hidden=True), form=lambda _: FORM
    ) as coach:
        await coach.deliver(press_at_home("form:standup_check_in", CHECK_IN))
        [asked_for] = coach.replies.asked_for_forms
        assert asked_for.press == Press(action="standup_check_in", value=CHECK_IN)
        assert coach.replies.heard == []
        assert await coach.answer_to(submit(slack.dialogs[0], {"tried": "Sessions"})) == {}
        await coach.settled()
        [heard] = coach.replies.heard
    assert heard.submission
    assert heard.submission.answers == {"tried": "Sessions"}
    assert slack.posts("D1") == ["Got it"]


async def test_a_form_that_can_not_be_opened_from_home_is_explained_privately(
    slack: FakeSlack, tmp_path: Path
) -> None:
    def gone(_: Message) -> Form:
        raise StandupGone

    async with running_coach(slack, tmp_path, form=gone) as coach:
        assert await coach.deliver(press_at_home("form:standup_check_in", "s1")) == 200
        await until(lambda: bool(slack.messages))
    [said] = slack.posts("D1")
    assert said.startswith("That standup was removed")


async def test_a_passage_opens_from_home(slack: FakeSlack, tmp_path: Path) -> None:
    view: dict[str, Any] = render_home(HOME)
    [button] = [block["accessory"] for block in view["blocks"] if "accessory" in block]
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver(press_at_home(button["action_id"], button["value"])) == 200
        assert coach.replies.heard == []
    assert "Bets" in str(slack.dialogs[0])


async def test_what_is_pressed_in_a_dialog_is_ignored(slack: FakeSlack, tmp_path: Path) -> None:
    pressed = press_at_home("standup_list")
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver({**pressed, "view": {"id": "V1", "type": "modal"}}) == 200
        await coach.settled()
        assert coach.replies.heard == []


@pytest.mark.parametrize("fault", [BROKEN, BROKEN_AFTER_ACTING, rate_limited(1)])
async def test_a_home_survives_faults(slack: FakeSlack, tmp_path: Path, fault: Fault) -> None:
    slack.order("views.publish", fault)
    async with running_coach(slack, tmp_path, lambda _: HOME) as coach:
        await coach.deliver(home_opened())
        await coach.settled()
    assert "Nothing is open" in str(slack.homes["U1"])
    assert slack.too_early == []


async def test_a_home_that_slack_refuses_is_given_up(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("views.publish", refused("not_enabled"))
    async with running_coach(slack, tmp_path, lambda _: HOME) as coach:
        await coach.deliver(home_opened())
        await coach.settled()
    assert slack.homes == {}
