"""A message in place of an earlier one: changed where it stands, once, or else posted anew."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_slack import (
    BROKEN,
    BROKEN_AFTER_ACTING,
    SILENT_AFTER_ACTING,
    TEAM,
    FakeSlack,
    Fault,
    rate_limited,
    refused,
)
from running import HASTY, PATIENT, running_coach, until

from bot.chart_records import Chart
from bot.messages import Delivery, Person, Place, Platform, Reply, Section, Venue

CHANNEL = Place(platform=Platform.SLACK, workspace=TEAM, channel="C1", venue=Venue.CHANNEL)
PRIVATE = Place(platform=Platform.SLACK, workspace=TEAM, channel="U1", venue=Venue.PRIVATE)
ONE = "slack:T1:digest:one"
ALICE = Person(id="U1", name="alice")


async def test_an_update_changes_the_message_where_it_stands(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        ts = await coach.platform.sender.send(digest("one"))
        update = digest("two", replaced_id=ts, sections=(Section(title="Late", text="Ana"),))
        assert await coach.platform.sender.send(update) == ts
        assert await coach.platform.sender.find(update) == ts
        assert await coach.platform.sender.find(digest("one")) is None
    [message] = slack.messages
    assert message["text"] == "Digest two\n\nLate\nAna"
    assert message["metadata"]["event_payload"]["key"] == "slack:T1:digest:two"


async def test_a_reminder_changes_the_prompt_in_the_private_conversation(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        ts = await coach.platform.sender.send(digest("one", PRIVATE))
        assert await coach.platform.sender.send(digest("two", PRIVATE, replaced_id=ts)) == ts
    assert slack.posts("D1") == ["Digest two"]


@pytest.mark.parametrize(
    "code",
    ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"],
)
async def test_what_can_not_be_changed_any_more_is_posted_anew(
    slack: FakeSlack, tmp_path: Path, code: str
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        ts = await coach.platform.sender.send(digest("one"))
        slack.order("chat.update", refused(code))
        update = digest("two", replaced_id=ts)
        posted = await coach.platform.sender.send(update)
        assert await coach.platform.sender.find(update) == posted != ts
    assert slack.posts() == ["Digest one", "Digest two"]


@pytest.mark.parametrize("replaced_id", ["", "response", "home:U1", "1.2.3"])
async def test_what_never_was_a_message_is_posted_anew(
    slack: FakeSlack, tmp_path: Path, replaced_id: str
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.platform.sender.send(digest("two", replaced_id=replaced_id))
    assert slack.posts() == ["Digest two"]
    assert slack.count("chat.update") == 0


FAULTS = [BROKEN, BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING, rate_limited(1)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", [CHANNEL, PRIVATE])
async def test_an_update_survives_faults(
    slack: FakeSlack, tmp_path: Path, place: Place, fault: Fault
) -> None:
    slack.order("chat.update", fault)
    async with running_coach(slack, tmp_path, timing=HASTY) as coach:
        await coach.put(digest("one", place), digest("two", place, replaces=ONE))
        await coach.settled()
    assert [message["text"] for message in slack.messages] == ["Digest two"]
    assert slack.too_early == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", [CHANNEL, PRIVATE])
async def test_an_update_that_is_posted_anew_survives_faults_and_is_never_doubled(
    slack: FakeSlack, tmp_path: Path, place: Place, fault: Fault
) -> None:
    slack.order("chat.update", refused("edit_window_closed"), refused("edit_window_closed"))
    slack.order("chat.postMessage", Fault(), fault)
    async with running_coach(slack, tmp_path, timing=HASTY) as coach:
        await coach.put(digest("one", place), digest("two", place, replaces=ONE))
        await coach.settled()
    assert [message["text"] for message in slack.messages] == ["Digest one", "Digest two"]
    assert slack.too_early == []


async def test_an_update_that_was_being_sent_when_coach_died_is_not_doubled(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.put(digest("one"))
        await coach.settled()
    async with running_coach(slack, tmp_path, works=False) as dying:
        slack.order("chat.update", refused("message_not_found"))
        slack.order("chat.postMessage", SILENT_AFTER_ACTING)
        await dying.put(digest("two", replaces=ONE))
        [claimed] = await dying.outbox.claim(1)
        assert claimed.replaced_id
        sending = asyncio.create_task(dying.platform.sender.send(claimed))
        await until(lambda: slack.count("chat.postMessage") == 2)
        sending.cancel()
    async with running_coach(slack, tmp_path) as coach:
        await coach.settled()
    assert slack.posts() == ["Digest one", "Digest two"]


async def test_an_update_shows_the_new_chart(slack: FakeSlack, tmp_path: Path) -> None:
    slack.looks_over = 3
    one, two = (Chart(kind="odds", title="Odds", alt=f"Now {chance} %.") for chance in (58, 61))
    async with running_coach(slack, tmp_path, draw=lambda chart: chart.alt.encode()) as coach:
        ts = await coach.platform.sender.send(digest("one", chart=one))
        slack.looks_over = 2
        await coach.platform.sender.send(digest("two", replaced_id=ts, chart=two))
    [message] = slack.messages
    [picture] = [block for block in message["blocks"] if block["type"] == "image"]
    assert slack.files[picture["slack_file"]["id"]]["content"] == b"Now 61 %."


async def test_blocks_that_slack_refuses_do_not_leave_the_old_ones_standing(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        ts = await coach.platform.sender.send(digest("one"))
        slack.order("chat.update", refused("invalid_blocks"))
        await coach.platform.sender.send(digest("two", replaced_id=ts))
    [message] = slack.messages
    assert (message["text"], message["blocks"]) == ("Digest two", [])


async def test_updates_keep_the_channel_s_pace(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, timing=replace(PATIENT, pace=1.0)) as coach:
        ts = await coach.platform.sender.send(digest("one"))
        await coach.platform.sender.send(digest("two", replaced_id=ts))
    times = [at for method, at in slack.calls if method in ("chat.postMessage", "chat.update")]
    assert times[1] - times[0] > 0.25


def digest(
    name: str,
    place: Place = CHANNEL,
    *,
    replaces: str = "",
    replaced_id: str = "",
    **reply: Any,
) -> Delivery:
    return Delivery(
        key=f"slack:T1:digest:{name}",
        place=place,
        person=ALICE,
        reply=Reply(text=f"Digest {name}", **reply),
        replaces=replaces,
        replaced_id=replaced_id,
    )
