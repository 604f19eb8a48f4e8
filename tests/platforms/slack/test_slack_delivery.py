"""Answers on their way out: every way in which Slack fails, and nothing lost or said twice."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

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
from payloads import command, mention, press, private_message
from running import HASTY, PATIENT, running_coach, until

from bot.messages import Delivery, Message, Reply

IN_PANE = {"thread_ts": "1700000000.000100"}
LONG = "First, name the risk. [1]\n\nThen say what would change your mind.\n\nThen a date."


async def test_retry_after_is_obeyed(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("chat.postMessage", rate_limited(1))
    async with running_coach(slack, tmp_path) as coach:
        await asyncio.gather(*(coach.deliver(mention(f"number {n}")) for n in range(5)))
        await coach.settled()
    assert sorted(slack.posts()) == [f"You said: number {n}" for n in range(5)]
    assert slack.too_early == []


async def test_a_rate_limit_holds_for_its_method_in_every_channel(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", rate_limited(1))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention("one"))
        await coach.deliver(mention("two", channel="C2"))
        await coach.deliver(private_message("three"))
        await coach.settled()
    assert slack.too_early == []
    assert [len(slack.posts(channel)) for channel in ("C1", "C2", "D1")] == [1, 1, 1]


async def test_messages_in_a_channel_keep_their_distance(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, timing=replace(PATIENT, pace=1.0)) as coach:
        await asyncio.gather(*(coach.deliver(mention(f"number {n}")) for n in range(4)))
        await coach.settled()
    times = [at for method, at in slack.calls if method == "chat.postMessage"]
    assert len(times) == 4
    # What leaves on time may still arrive a little closer together.
    assert all(later - earlier > 0.25 for earlier, later in pairwise(times))


@pytest.mark.parametrize("keeps_metadata", [True, False])
@pytest.mark.parametrize("fault", [BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING])
@pytest.mark.parametrize("payload", [mention("how?"), private_message("how?")])
async def test_an_answer_that_arrived_without_its_receipt_is_not_repeated(
    slack: FakeSlack, tmp_path: Path, payload: dict[str, object], fault: Fault, keeps_metadata: bool
) -> None:
    slack.keeps_metadata = keeps_metadata
    slack.order("chat.postMessage", fault)
    async with running_coach(slack, tmp_path, timing=HASTY) as coach:
        await coach.deliver(payload)
        await coach.settled()
    assert [message["text"] for message in slack.messages] == ["You said: how?"]
    assert slack.count("chat.postMessage") == 1


async def test_an_answer_that_did_not_arrive_is_sent_again(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", BROKEN, Fault(error="internal_error"), BROKEN)
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention("how?"))
        await coach.settled()
    assert slack.posts() == ["You said: how?"]
    assert slack.count("chat.postMessage") == 4


async def test_a_look_up_waits_for_its_own_rate_limit(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("chat.postMessage", BROKEN_AFTER_ACTING)
    slack.order("conversations.replies", rate_limited(1))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention("how?"))
        await coach.settled()
    assert slack.posts() == ["You said: how?"]
    assert slack.too_early == []


async def test_an_answer_is_found_behind_many_other_messages(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", *[Fault()] * 40, BROKEN_AFTER_ACTING)
    async with running_coach(slack, tmp_path) as coach:
        for n in range(41):
            await coach.deliver(mention(f"number {n}", **IN_PANE))
        await coach.settled()
    assert len(slack.posts()) == 41
    assert slack.count("conversations.replies") == 3


@pytest.mark.parametrize("code", ["is_archived", "account_inactive", "restricted_action"])
async def test_what_slack_will_never_take_is_given_up(
    slack: FakeSlack, tmp_path: Path, code: str
) -> None:
    slack.order("chat.postMessage", refused(code))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention())
        await coach.settled()
        assert slack.count("chat.postMessage") == 1
        await coach.deliver(mention("still there?"))
        await coach.settled()
    assert slack.posts() == ["You said: still there?"]


async def test_blocks_that_slack_refuses_are_left_out(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("chat.postMessage", refused("invalid_blocks"))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention("how?"))
        await coach.settled()
    assert slack.posts() == ["You said: how?"]
    assert "blocks" not in slack.messages[0]


async def test_a_spent_response_url_gives_way_to_an_ephemeral_message(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("response_url", refused("expired_url"))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(command("ask how?", slack.response_url("r")))
        await coach.settled()
    [whisper] = slack.whispers
    assert (whisper["channel"], whisper["user"]) == ("C1", "U1")
    assert slack.messages == []


@pytest.mark.parametrize("fault", [rate_limited(1), BROKEN])
async def test_a_private_answer_survives_faults(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("response_url", fault)
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(command("ask how?", slack.response_url("r")))
        await coach.settled()
    assert len(slack.whispers) == 1
    assert slack.too_early == []


async def test_sharing_works_where_coach_is_no_member(slack: FakeSlack, tmp_path: Path) -> None:
    pressed = press("answer_share", "a1", slack.response_url("p"), is_ephemeral=True)
    slack.order("chat.postMessage", refused("not_in_channel"))
    async with running_coach(slack, tmp_path, lambda _: Reply(text="Shared")) as coach:
        await coach.deliver(pressed)
        await coach.settled()
    [message] = slack.messages
    assert (message["text"], message["response_type"]) == ("Shared", "in_channel")


async def test_a_model_s_answer_is_streamed_in_the_assistant_pane(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
    assert slack.count("chat.appendStream") == 2
    assert_said_once(slack)


async def test_other_answers_are_posted_whole(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(mention("how?"))
        await coach.settled()
    assert slack.count("chat.startStream") == 0


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize(
    "fault",
    [refused("message_not_in_streaming_state"), BROKEN, BROKEN_AFTER_ACTING, rate_limited(1)],
)
async def test_a_stream_that_breaks_off_is_completed(
    slack: FakeSlack, tmp_path: Path, method: str, fault: Fault
) -> None:
    slack.order(method, fault)
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
    assert_said_once(slack)


@pytest.mark.parametrize("fault", [BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING])
async def test_a_stream_whose_start_got_no_receipt_is_completed(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("chat.startStream", fault)
    async with running_coach(slack, tmp_path, by_model, timing=HASTY) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
    assert_said_once(slack)


async def test_a_broken_stream_is_completed_even_if_the_update_has_to_wait(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.appendStream", BROKEN)
    slack.order("chat.update", rate_limited(1))
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
    assert_said_once(slack)
    assert slack.too_early == []


@pytest.mark.parametrize("fault", [refused("unknown_method"), rate_limited(30)])
async def test_without_streaming_the_answer_is_posted(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("chat.startStream", fault)
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
    assert slack.count("chat.postMessage") == 1
    assert_said_once(slack)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.startStream", "chat.stopStream"])
async def test_an_answer_that_was_being_sent_when_coach_died_is_not_doubled(
    slack: FakeSlack, tmp_path: Path, method: str
) -> None:
    streams = method != "chat.postMessage"
    payload = private_message("how?", **(IN_PANE if streams else {}))
    slack.order(method, SILENT_AFTER_ACTING)
    async with running_coach(slack, tmp_path, by_model, works=False) as dying:
        await dying.deliver(payload)
        [message] = await dying.inbox.claim(1)
        answer = Delivery(
            key=f"slack:{message.place.workspace}:{message.id}",
            place=message.place,
            person=message.person,
            reply=by_model(message),
            handle=message.handle,
        )
        await dying.inbox.finish(message, [answer])
        [delivery] = await dying.outbox.claim(1)
        sending = asyncio.create_task(dying.platform.sender.send(delivery))
        await until(lambda: slack.count(method) == 1)
        sending.cancel()
    async with running_coach(slack, tmp_path, by_model) as coach:
        await coach.deliver(payload)
        await coach.settled()
    assert_said_once(slack)


def by_model(_: Message) -> Reply:
    return Reply(text=LONG, by_model=True)


def assert_said_once(slack: FakeSlack) -> None:
    [message] = slack.messages
    written = str(message["blocks"])
    assert [written.count(paragraph) for paragraph in LONG.split("\n\n")] == [1, 1, 1]
    assert written.count("Written by a language model") == 1
    assert message["metadata"]["event_payload"]["key"].startswith("slack:T1:Ev")
    assert not message.get("streaming")
