"""What can never be delivered is given up, with a sentence that says what to do."""

from pathlib import Path

import pytest
from fake_slack import TEAM, FakeSlack, refused
from running import running_coach
from sqlalchemy import select

from bot.delivery import Undeliverable
from bot.messages import Delivery, Person, Place, Platform, Reply, Venue
from bot.stores.tables import outbox

CHANNEL = Place(platform=Platform.SLACK, workspace=TEAM, channel="C1", venue=Venue.CHANNEL)
ANA = Person(id="U1", name="Ana")
OWNER = Person(id="U2", name="Bob")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("not_in_channel", "/invite @Coach"),
        ("channel_not_found", "or choose another channel"),
        ("is_archived", "archived. Choose another channel"),
        ("restricted_action", "I may not post there"),
        ("account_inactive", "coach doctor"),
        ("team_access_not_granted", "(team_access_not_granted)"),
    ],
)
async def test_a_channel_that_takes_no_message_is_explained(
    slack: FakeSlack, tmp_path: Path, code: str, says: str
) -> None:
    slack.order("chat.postMessage", refused(code))
    async with running_coach(slack, tmp_path) as coach:
        with pytest.raises(Undeliverable) as caught:
            await coach.platform.sender.send(delivery(CHANNEL))
    assert str(caught.value).startswith("I could not post in the channel C1: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("user_not_found", "no longer in this workspace"),
        ("channel_not_found", "no longer in this workspace"),
        ("user_disabled", "Take them out of the standup's members"),
        ("account_inactive", "no longer in this workspace"),
        ("cannot_dm_bot", "is an app"),
        ("messages_tab_disabled", "Messages tab of my app is switched off"),
        ("ekm_access_denied", "coach doctor"),
    ],
)
async def test_a_person_who_can_not_be_written_to_is_explained(
    slack: FakeSlack, tmp_path: Path, code: str, says: str
) -> None:
    slack.order("chat.postMessage", refused(code))
    async with running_coach(slack, tmp_path) as coach:
        with pytest.raises(Undeliverable) as caught:
            await coach.platform.sender.send(delivery(private("U1")))
    assert str(caught.value).startswith("I could not write to Ana: ")
    assert says in str(caught.value)


async def test_an_update_in_an_archived_channel_is_explained(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        ts = await coach.platform.sender.send(delivery(CHANNEL))
        slack.order("chat.update", refused("is_inactive"))
        update = delivery(CHANNEL).model_copy(update={"replaced_id": ts})
        with pytest.raises(Undeliverable, match="archived"):
            await coach.platform.sender.send(update)
    assert len(slack.messages) == 1


async def test_the_reason_is_kept_without_a_word_of_the_message(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", refused("is_archived"))
    async with running_coach(slack, tmp_path) as coach:
        await coach.put(delivery(CHANNEL))
        await coach.settled()
        async with coach.database.transaction() as connection:
            refusal = select(outbox.c.state, outbox.c.problem).order_by(outbox.c.key).limit(1)
            state, problem = (await connection.execute(refusal)).one()
    assert state == "failed"
    assert "that channel is archived" in problem
    assert "secret" not in problem


async def test_people_are_written_to_without_asking_slack_for_their_conversation_first(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.platform.sender.send(delivery(private("U1")))
    assert len(slack.posts("D1")) == 1
    assert slack.count("conversations.open") == 0


async def test_a_private_answer_never_becomes_public_where_the_person_can_not_be_written_to(
    slack: FakeSlack, tmp_path: Path
) -> None:
    handle = '{"response_url": "' + slack.response_url("c") + '", "private": true}'
    slack.order("response_url", refused("expired_url"))
    slack.order("chat.postEphemeral", refused("channel_not_found"))
    slack.order("conversations.open", refused("user_disabled"))
    slack.order("chat.postMessage", refused("channel_not_found"))
    async with running_coach(slack, tmp_path) as coach:
        with pytest.raises(Undeliverable):
            await coach.platform.sender.send(
                delivery(CHANNEL).model_copy(update={"handle": handle})
            )
    assert slack.messages == []
    assert slack.whispers == []


def private(person: str) -> Place:
    return Place(platform=Platform.SLACK, workspace=TEAM, channel=person, venue=Venue.PRIVATE)


def delivery(place: Place) -> Delivery:
    reply = Reply(text="A secret word")
    return Delivery(key="slack:T1:one", place=place, person=ANA, reply=reply, complain_to=OWNER)
