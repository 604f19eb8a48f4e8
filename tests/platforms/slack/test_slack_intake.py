"""Events over signed HTTP: who is believed, what is stored, and what is acknowledged."""

import asyncio
from pathlib import Path

import pytest
from fake_slack import BOT_USER, BROKEN, SILENT_AFTER_ACTING, FakeSlack, Fault, refused
from payloads import body_of, command, event, mention, press, private_message, signed
from running import HASTY, running_coach

from bot.errors import StoreUnavailable
from bot.messages import Button, Citation, Message, Press, Reply, Venue


async def test_a_mention_is_answered_in_its_thread(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver(mention("who labels?", ts="1700000001.000100")) == 200
        await coach.settled()
    [message] = slack.messages
    assert message["text"] == "You said: who labels?"
    assert (message["channel"], message["thread_ts"]) == ("C1", "1700000001.000100")


async def test_a_follow_up_stays_in_the_thread(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention("and then?", thread_ts="1700000000.000100"))
        await coach.settled()
    assert slack.messages[0]["thread_ts"] == "1700000000.000100"


async def test_a_private_message_is_answered_outside_a_thread(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("hello"))
        await coach.settled()
    assert slack.posts("D1") == ["You said: hello"]
    assert "thread_ts" not in slack.messages[0]


async def test_an_event_delivered_many_times_at_once_is_answered_once(
    slack: FakeSlack, tmp_path: Path
) -> None:
    events = [mention(f"number {n}") for n in range(20)]
    async with (
        running_coach(slack, tmp_path) as one,
        running_coach(slack, tmp_path, replica="two") as two,
    ):
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        deliveries = [
            delivery
            for said in events
            for delivery in (one.deliver(said), two.deliver(said), one.deliver(said, **retry))
        ]
        assert set(await asyncio.gather(*deliveries)) == {200}
        await one.settled()
    assert sorted(slack.posts()) == sorted(f"You said: number {n}" for n in range(20))


async def test_a_retry_of_an_event_that_was_never_stored_is_taken(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(mention(), **{"X-Slack-Retry-Num": "2"})
        await coach.settled()
    assert len(slack.messages) == 1


async def test_a_forged_signature_is_refused(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        body, _ = body_of(mention())
        assert await coach.post(body, signed(body, secret="guessed")) == 401
        assert await coach.post(body + " ", signed(body)) == 401
        assert await coach.post(body, {}) == 401
        assert coach.replies.heard == []


async def test_a_stale_signature_is_refused(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        body, _ = body_of(mention())
        assert await coach.post(body, signed(body, age=301)) == 401
        assert await coach.post(body, signed(body, age=-301)) == 401


async def test_slack_can_verify_the_address(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        body = '{"type": "url_verification", "challenge": "c0ffee"}'
        headers = {**signed(body), "Content-Type": "application/json"}
        async with coach.http.post(coach.url, data=body, headers=headers) as response:
            assert response.status == 200
            assert "c0ffee" in await response.text()


async def test_an_event_that_can_not_be_stored_is_not_acknowledged(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, accept=_no_store) as coach:
        assert await coach.deliver(mention()) == 503
        assert await coach.deliver(private_message()) == 503
        assert await coach.deliver(press("answer_helpful", "a1")) == 503


async def test_a_command_that_can_not_be_stored_tells_the_person(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, accept=_no_store) as coach:
        body, content_type = body_of(command("ask how?"))
        headers = {**signed(body), "Content-Type": content_type}
        async with coach.http.post(coach.url, data=body, headers=headers) as response:
            assert "My database does not answer" in (await response.json())["text"]


async def test_nothing_is_acknowledged_once_the_intake_is_closed(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.platform.close_intake()
        assert await coach.deliver(mention()) == 503


async def test_an_event_under_way_is_finished_before_the_intake_closes(
    slack: FakeSlack, tmp_path: Path
) -> None:
    storing, stored = asyncio.Event(), asyncio.Event()

    async def slowly(_: Message) -> None:
        storing.set()
        await stored.wait()

    async with running_coach(slack, tmp_path, accept=slowly) as coach:
        delivery = asyncio.create_task(coach.deliver(mention()))
        await storing.wait()
        closing = asyncio.create_task(coach.platform.close_intake())
        await asyncio.sleep(0)
        assert not closing.done()
        stored.set()
        assert await delivery == 200
        await closing


async def test_what_is_not_for_coach_is_acknowledged_and_ignored(
    slack: FakeSlack, tmp_path: Path
) -> None:
    ignored = [
        mention(bot_id="B2"),
        mention(user=BOT_USER),
        mention(edited={"user": "U1"}),
        mention(channel="D1"),
        private_message(channel_type="channel", channel="C1"),
        private_message(subtype="message_changed"),
        private_message(subtype="message_deleted"),
        private_message(subtype="bot_message"),
        private_message(hidden=True),
        event(type="app_home_opened", user="U1", channel="D1", tab="messages"),
        event(type="reaction_added", user="U1"),
    ]
    async with running_coach(slack, tmp_path) as coach:
        assert [await coach.deliver(payload) for payload in ignored] == [200] * len(ignored)
        await coach.settled()
        assert coach.replies.heard == []


async def test_a_command_is_answered_to_the_asker_alone(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, _public) as coach:
        for text in ("ask who labels?", "who labels?", "ASK who labels?", "help", ""):
            assert await coach.deliver(command(text, slack.response_url("r"))) == 200
            await coach.settled()
        heard = [message.text for message in coach.replies.heard]
    assert heard == ["who labels?", "who labels?", "who labels?", "help", "help"]
    assert all(message.hidden for message in coach.replies.heard)
    assert [whisper["response_type"] for whisper in slack.whispers] == ["ephemeral"] * 5
    assert slack.messages == []


async def test_a_private_answer_is_shared_by_its_button(slack: FakeSlack, tmp_path: Path) -> None:
    def answer(message: Message) -> Reply:
        if message.press:
            return Reply(text=f"Shared {message.press.value}")
        button = Button(label="Share with the channel", action="answer_share", value=message.id)
        return Reply(text="An answer", buttons=(button,), hidden=True)

    async with running_coach(slack, tmp_path, answer) as coach:
        await coach.deliver(command("ask how?", slack.response_url("r")))
        await coach.settled()
        shared = slack.whispers[0]["blocks"][-1]["elements"][0]
        url = slack.response_url("p")
        await coach.deliver(press(shared["action_id"], shared["value"], url, is_ephemeral=True))
        await coach.settled()
    [message] = slack.messages
    assert message["channel"] == "C1"
    assert message["text"].startswith("Shared cmd-")
    assert "thread_ts" not in message


async def test_a_press_reaches_coach_and_its_note_only_the_presser(
    slack: FakeSlack, tmp_path: Path
) -> None:
    pressed = press("answer_helpful", "a1", slack.response_url("p"), thread_ts="1700000000.000100")
    async with running_coach(slack, tmp_path, lambda _: Reply(text="Noted", hidden=True)) as coach:
        await coach.deliver(pressed)
        await coach.settled()
        [heard] = coach.replies.heard
    assert heard.press == Press(action="answer_helpful", value="a1")
    [whisper] = slack.whispers
    assert whisper["replace_original"] is False
    assert whisper["thread_ts"] == "1700000000.000100"
    assert slack.messages == []


async def test_a_suggestion_that_is_pressed_is_asked(slack: FakeSlack, tmp_path: Path) -> None:
    def answer(message: Message) -> Reply:
        suggestions = () if message.text == "Who labels <data> & why?" else _SUGGESTIONS
        return Reply(text=message.text, suggestions=suggestions)

    async with running_coach(slack, tmp_path, answer) as coach:
        await coach.deliver(mention("hm"))
        await coach.settled()
        button = slack.messages[0]["blocks"][-1]["accessory"]
        await coach.deliver(press(button["action_id"], button["value"]))
        await coach.settled()
    assert coach.replies.heard[-1].text == "Who labels <data> & why?"
    assert slack.messages[-1]["thread_ts"] == "1700000900.000100"


async def test_a_passage_opens_in_a_dialog(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, _cited) as coach:
        await coach.deliver(mention("how?"))
        await coach.settled()
        button = slack.messages[0]["blocks"][1]["accessory"]
        assert await coach.deliver(press(button["action_id"], button["value"])) == 200
    assert "Nobody can know the date yet." in str(slack.dialogs)
    assert len(coach.replies.heard) == 1


@pytest.mark.parametrize("fault", [BROKEN, SILENT_AFTER_ACTING, refused("expired_trigger_id")])
async def test_a_dialog_that_does_not_open_harms_nothing(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("views.open", fault)
    async with running_coach(slack, tmp_path, _cited, timing=HASTY) as coach:
        assert await coach.deliver(press("view_passage", '[1, "A", "a passage", 0, 0]')) == 200
        assert await coach.deliver(press("view_passage", '[1, "A", "a passage", 0, 0]')) == 200
    assert slack.dialogs


async def test_the_home_tab_shows_the_help(slack: FakeSlack, tmp_path: Path) -> None:
    opened = event(type="app_home_opened", user="U1", channel="D1", tab="home")
    help_ = Reply(text="I coach.", suggestions=_SUGGESTIONS)
    async with running_coach(slack, tmp_path, lambda _: help_) as coach:
        assert await coach.deliver(opened) == 200
        await coach.settled()
        assert coach.replies.heard[0].opened
    assert "I coach." in str(slack.homes["U1"])
    assert slack.messages == []


async def test_an_opened_assistant_thread_is_greeted_with_prompts(
    slack: FakeSlack, tmp_path: Path
) -> None:
    thread = {"user_id": "U1", "channel_id": "D1", "thread_ts": "1700000000.000100"}
    opened = event(type="assistant_thread_started", assistant_thread=thread)
    welcome = Reply(text="Welcome", suggestions=_SUGGESTIONS)
    async with running_coach(slack, tmp_path, lambda _: welcome) as coach:
        await coach.deliver(opened)
        await coach.settled()
        [heard] = coach.replies.heard
    assert heard.opened
    assert heard.place.venue == Venue.ASSISTANT
    [prompts] = slack.prompts
    assert prompts["prompts"] == [{"title": _SUGGESTIONS[0], "message": _SUGGESTIONS[0]}]
    assert slack.posts("D1") == ["Welcome"]
    assert slack.messages[0]["thread_ts"] == "1700000000.000100"
    assert "accessory" not in str(slack.messages[0]["blocks"])


async def test_prompts_that_slack_refuses_become_buttons(slack: FakeSlack, tmp_path: Path) -> None:
    slack.order("assistant.threads.setSuggestedPrompts", _REFUSED)
    reply = Reply(text="Not covered", suggestions=_SUGGESTIONS)
    async with running_coach(slack, tmp_path, lambda _: reply) as coach:
        await coach.deliver(private_message(thread_ts="1700000000.000100"))
        await coach.settled()
    assert slack.messages[0]["blocks"][-1]["accessory"]["value"] == _SUGGESTIONS[0]


def _cited(_: Message) -> Reply:
    words = "Nobody can know the date yet."
    citation = Citation(
        number=1, title="Dates", source="Lecture 2", section="Plans", quote=words, passage=words
    )
    return Reply(text="Say so. [1]", citations=(citation,))


_SUGGESTIONS = ("Who labels <data> & why?",)
_REFUSED = refused("missing_scope")


async def _no_store(_: Message) -> None:
    raise StoreUnavailable


def _public(message: Message) -> Reply:
    return Reply(text=message.text or "nothing", hidden=False)
