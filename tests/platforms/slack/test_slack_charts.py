"""Charts in messages and in the Home tab: shown as pictures if Slack plays along, else told."""

import threading
from collections.abc import Callable
from datetime import date
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
from hypothesis import given
from hypothesis import strategies as st
from payloads import command, home_opened, mention, private_message
from running import HASTY, running_coach
from slack_limits import block_problems, too_long, view_problems

from bot.chart_records import Chart, Series
from bot.messages import Button, Message, Reply, Section
from bot.platforms.slack.render import picture_of, render, render_home

PNG = b"\x89PNG\r\n\x1a\n a chart"
ODDS = Chart(
    kind="odds",
    title="Odds of “Fewer customers leave”",
    alt="The odds fell from 72 % in October to 58 % now; the band narrowed.",
    dates=(date(2026, 10, 5), date(2026, 11, 23)),
    series=(Series(name="Odds", values=(0.72, 0.58)),),
)
DIGEST = Reply(
    text="Standup “Churn”, Mon 23 Nov: 4 of 5 answered.",
    chart=ODDS,
    sections=(Section(title="Supported", text="• Session features"),),
    buttons=(Button(label="Check in", action="standup_check_in", value="s1", opens_form=True),),
)


def drawn(_: Chart) -> bytes:
    return PNG


def answer(_: Message) -> Reply:
    return DIGEST


async def test_a_digest_shows_its_chart_between_the_text_and_the_sections(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert [block["type"] for block in message["blocks"]] == [
        "section", "image", "header", "section", "actions",
    ]  # fmt: skip
    assert_pictured(slack, message)
    assert ODDS.alt in message["text"]


async def test_a_picture_is_handed_over_once_however_often_it_is_shown(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        for _ in range(3):
            await coach.deliver(home_opened())
            await coach.settled()
    assert slack.count("views.publish") == 3
    assert len(slack.files) == 1


async def test_the_home_tab_shows_the_chart(slack: FakeSlack, tmp_path: Path) -> None:
    slack.looks_over = 2
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(home_opened())
        await coach.settled()
    assert view_problems(slack.homes["U1"]) == []
    assert_pictured(slack, slack.homes["U1"])


async def test_an_answer_for_the_asker_alone_shows_the_chart(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.looks_over = 2
    async with running_coach(slack, tmp_path, hidden, draw=drawn) as coach:
        await coach.deliver(command("odds", slack.response_url("c")))
        await coach.settled()
    [whisper] = slack.whispers
    assert_pictured(slack, whisper)
    assert slack.messages == []


async def test_a_spent_response_url_does_not_cost_the_chart(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("response_url", refused("used_url"), refused("used_url"))
    slack.looks_over = 1
    async with running_coach(slack, tmp_path, hidden, draw=drawn) as coach:
        await coach.deliver(command("odds", slack.response_url("c")))
        await coach.settled()
    [whisper] = slack.whispers
    assert whisper["user"] == "U1"
    assert_pictured(slack, whisper)


async def test_a_response_url_is_never_used_more_often_than_slack_allows(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.looks_over = 100
    async with running_coach(slack, tmp_path, hidden, draw=drawn) as coach:
        await coach.deliver(command("odds", slack.response_url("c")))
        await coach.settled()
    assert slack.count("response_url") <= 5
    [whisper] = slack.whispers
    assert_told(whisper)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_picture_that_slack_is_looking_over_is_shown_a_little_later(
    slack: FakeSlack, tmp_path: Path, times: int
) -> None:
    slack.looks_over = times
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_pictured(slack, message)


async def test_a_picture_that_slack_never_takes_is_told_in_words(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.looks_over = 100
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
        slack.looks_over = 0
        await coach.deliver(mention())
        await coach.settled()
    told, pictured = slack.messages
    assert_told(told)
    assert_pictured(slack, pictured)


async def test_other_blocks_that_slack_refuses_are_left_out_with_the_picture(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", *[refused("invalid_blocks")] * 5)
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert "blocks" not in message
    assert ODDS.alt in message["text"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("fault", [refused("missing_scope"), refused("access_denied")])
async def test_without_the_right_to_files_the_chart_is_told_in_words(
    slack: FakeSlack, tmp_path: Path, method: str, fault: Fault
) -> None:
    slack.order(method, fault)
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_told(message)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", BROKEN),
        ("files.getUploadURLExternal", SILENT_AFTER_ACTING),
        ("upload", BROKEN),
        ("upload", BROKEN_AFTER_ACTING),
        ("files.completeUploadExternal", BROKEN),
        ("files.completeUploadExternal", BROKEN_AFTER_ACTING),
    ],
)
async def test_a_picture_that_did_not_get_through_is_handed_over_again(
    slack: FakeSlack, tmp_path: Path, method: str, fault: Fault
) -> None:
    slack.order(method, fault, fault)
    async with running_coach(slack, tmp_path, answer, draw=drawn, timing=HASTY) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_pictured(slack, message)


async def test_a_message_does_not_wait_for_a_place_for_files_that_is_out_of_reach(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("upload", *[BROKEN] * 20)
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_told(message)


async def test_a_rate_limit_on_files_is_obeyed(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("files.getUploadURLExternal", rate_limited(1))
    async with running_coach(slack, tmp_path, answer, draw=drawn) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_pictured(slack, message)
    assert slack.too_early == []


@pytest.mark.parametrize("fault", [BROKEN, BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING])
async def test_a_message_with_a_chart_is_posted_once(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("chat.postMessage", refused("invalid_blocks"), fault)
    async with running_coach(slack, tmp_path, answer, draw=drawn, timing=HASTY) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_pictured(slack, message)


def raises(_: Chart) -> bytes:
    raise ValueError("no such kind")


def nothing(_: Chart) -> bytes:
    return b""


@pytest.mark.parametrize("draw", [None, raises, nothing])
async def test_a_chart_that_can_not_be_drawn_is_told_in_words(
    slack: FakeSlack, tmp_path: Path, draw: Callable[[Chart], bytes] | None
) -> None:
    async with running_coach(slack, tmp_path, answer, draw=draw) as coach:
        await coach.deliver(mention())
        await coach.settled()
    [message] = slack.messages
    assert_told(message)
    assert slack.files == {}


async def test_drawing_keeps_nobody_waiting(slack: FakeSlack, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_: Chart) -> bytes:
        begun.set()
        assert go_on.wait(30)
        return PNG

    def replies(message: Message) -> Reply:
        return DIGEST if message.text == "odds?" else Reply(text="Yes")

    async with running_coach(slack, tmp_path, replies, draw=slowly) as coach:
        await coach.deliver(mention("odds?"))
        await coach.deliver(private_message("there?"))
        while not (begun.is_set() and slack.posts("D1")):
            await coach.deliver(private_message("there?"))
        assert slack.posts("C1") == []
        go_on.set()
        await coach.settled()
    assert len(slack.posts("C1")) == 1


async def test_a_model_s_answer_with_a_chart_is_posted_whole(
    slack: FakeSlack, tmp_path: Path
) -> None:
    by_model = DIGEST.model_copy(update={"by_model": True})
    async with running_coach(slack, tmp_path, lambda _: by_model, draw=drawn) as coach:
        await coach.deliver(private_message("odds?", thread_ts="1700000000.000100"))
        await coach.settled()
    [message] = slack.messages
    assert_pictured(slack, message)
    assert slack.count("chat.startStream") == 0


words = st.one_of(st.text(max_size=60), st.text(alphabet="&<>@ \n", max_size=4000))
charts = st.builds(Chart, kind=st.sampled_from(["portfolio", "odds"]), title=words, alt=words)


@given(
    st.builds(
        Reply,
        text=words,
        chart=charts,
        sections=st.lists(st.builds(Section, title=words, text=words), max_size=40).map(tuple),
    ),
    st.booleans(),
)
def test_every_chart_is_inside_slack_s_limits(reply: Reply, shown: bool) -> None:
    assert reply.chart
    picture = picture_of(reply.chart, "F1") if shown else None
    rendered = render(reply, picture=picture)
    assert block_problems(rendered.blocks) == []
    assert not too_long(rendered.blocks)
    assert rendered.pictured == any(block["type"] == "image" for block in rendered.blocks)
    assert view_problems(render_home(reply, picture)) == []


def hidden(_: Message) -> Reply:
    return DIGEST.model_copy(update={"hidden": True})


def assert_pictured(slack: FakeSlack, shown: dict[str, Any]) -> None:
    [picture] = [block for block in shown["blocks"] if block["type"] == "image"]
    assert slack.files[picture["slack_file"]["id"]]["content"] == PNG
    assert picture["alt_text"] == ODDS.alt
    assert picture["title"]["text"] == ODDS.title
    assert slack.posts("by response URL") == []
    assert not any("files" in message for message in slack.messages)


def assert_told(shown: dict[str, Any]) -> None:
    blocks = shown["blocks"]
    assert not any(block["type"] == "image" for block in blocks)
    assert blocks[1]["text"]["text"] == ODDS.alt
