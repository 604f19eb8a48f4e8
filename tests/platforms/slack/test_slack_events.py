"""Slack's payloads as messages."""

import pytest
from fake_slack import BOT_ID, BOT_USER, TEAM
from payloads import command, mention, press, private_message

from bot.messages import Person, Place, Platform, Venue
from bot.platforms.slack.events import from_event
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.interactions import from_action, from_command
from bot.platforms.slack.markup import readable

ME = Identity(team_id=TEAM, user_id=BOT_USER, bot_id=BOT_ID)


def test_a_mention_opens_a_thread_and_loses_the_mention() -> None:
    message = from_event(mention("who labels?", event_id="Ev7", ts="1700000001.000100"), ME)
    assert message
    assert (message.id, message.text, message.person) == ("Ev7", "who labels?", Person(id="U1"))
    assert message.place == Place(
        platform=Platform.SLACK,
        workspace=TEAM,
        channel="C1",
        thread="1700000001.000100",
        venue=Venue.CHANNEL,
    )


def test_private_messages_tell_the_assistant_pane_apart() -> None:
    plain = from_event(private_message("hi"), ME)
    pane = from_event(private_message("hi", thread_ts="1700000000.000100"), ME)
    assert plain
    assert pane
    assert (plain.place.venue, plain.place.thread) == (Venue.PRIVATE, "")
    assert (pane.place.venue, pane.place.thread) == (Venue.ASSISTANT, "1700000000.000100")


def test_a_message_with_a_file_is_read() -> None:
    assert from_event(private_message("see file", subtype="file_share"), ME)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (f"<@{BOT_USER}> a &lt;b&gt; &amp; c", "a <b> & c"),
        (f"hey <@{BOT_USER}|coach>", "hey"),
        ("should <@U2> own it?", "should @someone own it?"),
        ("should <@U2|bob> own it?", "should @bob own it?"),
        ("see <#C2|ml-team> and <#C3>", "see #ml-team and #channel"),
        ("<!here> <!subteam^S1|@leads> <!subteam^S2>", "@here @leads @subteam"),
        ("<https://a.example/x?y=1&amp;z=2>", "https://a.example/x?y=1&z=2"),
        ("<https://a.example|the paper>", "the paper"),
        ("<mailto:a@b.example|a@b.example> <mailto:c@d.example>", "a@b.example c@d.example"),
        ("&amp;lt;", "&lt;"),
        ("a < b > c <", "a < b > c <"),
        ("", ""),
    ],
)
def test_markup_is_read_as_a_person_reads_it(sent: str, read: str) -> None:
    assert readable(sent, BOT_USER) == read


def test_a_command_s_id_is_the_same_for_each_delivery() -> None:
    payload = command("ask who labels?")
    assert from_command(payload, ME) == from_command(payload, ME)
    assert from_command(payload, ME).id != from_command(command("ask who labels?"), ME).id


def test_a_suggestion_pressed_on_a_private_answer_is_answered_privately() -> None:
    message = from_action(press("ask_suggestion", "why?", "https://r", is_ephemeral=True), ME)
    assert message
    assert message.hidden
    assert message.press is None
    assert Handle.read(message.handle).private
    assert message.place.thread == ""


@pytest.mark.parametrize("payload", [press("menu", "x", channel_id="")])
def test_what_is_no_button_in_a_conversation_is_ignored(payload: dict[str, object]) -> None:
    assert from_action({**payload, "channel": {}}, ME) is None
    assert from_action({**payload, "actions": [{"type": "overflow", "action_id": "m"}]}, ME) is None
