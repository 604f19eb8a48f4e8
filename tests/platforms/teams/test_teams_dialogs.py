"""Forms in Teams: opened, filled in wrongly, sent, and cards that are shown anew."""

import asyncio
import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fake_teams import (
    GROUP,
    PERSON,
    PERSON_OBJECT,
    PERSONAL,
    ROOM,
    TEAM,
    TENANT,
    FakeTeams,
    Fields,
    refused,
)
from teams_running import HASTY, card_in, data_of, entry, running_coach, words_in

from bot.errors import NotYours, StoreUnavailable
from bot.messages import Button, Field, Form, Message, Option, Press, Reply, Venue

FORM = Form(
    title="Review an update",
    action="review_new",
    value="7|3",
    text="Paste it.",
    fields=(
        Field(name="draft", label="Your draft update", kind="lines", required=True, length=10_000),
        Field(
            name="audience", label="Who will read it?", options=(Option(value="exec", label="E"),)
        ),
    ),
    submit="Review",
)
OPENER = Button(label="Fill in", action="review_new", value="7", opens_form=True)
DRAFT = "We will hit 0.75 by Friday."
SENT = {"field_draft": DRAFT, "field_audience": "exec"}


def form_of(message: Message) -> Form | None:
    """Return the form for whoever asks for it as it is asked for."""
    wanted = message.press == Press(action="review_new", value="7") or message.verb == "review"
    return FORM if wanted else None


def pressed(teams: FakeTeams, data: Mapping[str, object], **changed: object) -> Fields:
    """Return the invoke of a card's button, pressed by PERSON."""
    value = {"action": {"type": "Action.Execute", "data": dict(data)}, "trigger": "manual"}
    return teams.invoke("adaptiveCard/action", value, **changed)


def in_dialog(teams: FakeTeams, name: str, data: Mapping[str, object]) -> Fields:
    """Return the invoke of a dialog in a channel."""
    where = {k: v for k, v in teams.in_channel("", thread="17").items() if k != "text"}
    return {**where, "type": "invoke", "name": name, "value": {"data": dict(data)}}


async def offered(teams: FakeTeams, coach: Any, *, channel: bool = False) -> Fields:
    """Have Coach send a message with the button that opens the form; return what it carries."""
    (sent,) = await coach.say(teams.in_channel("hi") if channel else teams.activity("hi"))
    return data_of(card_in(sent.activity), "Fill in")


def offering(message: Message) -> Reply | None:
    return None if message.submission else Reply(text="Go on", buttons=(OPENER,))


async def opened_card(teams: FakeTeams, coach: Any) -> Fields:
    answer = await coach.do(pressed(teams, await offered(teams, coach)))
    assert (answer["statusCode"], answer["type"]) == (
        200,
        "application/vnd.microsoft.card.adaptive",
    )
    return answer["value"]


async def opened_dialog(teams: FakeTeams, coach: Any) -> Fields:
    data = await offered(teams, coach, channel=True)
    answer = await coach.do(in_dialog(teams, "task/fetch", data))
    value = answer["task"]["value"]
    assert (answer["task"]["type"], value["title"]) == ("continue", "Review an update")
    return value["card"]["content"]


# -- in a private chat


async def test_a_form_takes_the_place_of_the_message_and_is_taken_in(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, offering, form=form_of) as coach:
        card = await opened_card(teams, coach)
        assert entry(card, "draft")["type"] == "Input.Text"
        answer = await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        assert "Received" in words_in(answer["value"])
        await coach.settled()
        filled = coach.replies.heard[-1]
        assert filled.submission is not None
        assert (filled.submission.action, filled.submission.value) == ("review_new", "7|3")
        assert filled.submission.answers == {"draft": DRAFT, "audience": "exec"}
        assert filled.place.channel == PERSONAL


async def test_a_form_sent_twice_is_taken_in_once(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, offering, form=form_of) as coach:
        card = await opened_card(teams, coach)
        sending = pressed(teams, {**data_of(card, "Review"), **SENT})
        await asyncio.gather(*(coach.do(sending) for _ in range(5)))
        await coach.settled()
        assert sum(bool(heard.submission) for heard in coach.replies.heard) == 1


async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async def problems(message: Message) -> Mapping[str, str]:
        assert message.submission is not None
        short = len(message.submission.answers["draft"]) < 10
        return {"draft": "That is too short to review."} if short else {}

    async with running_coach(teams, tmp_path, offering, form=form_of, problems=problems) as coach:
        card = await opened_card(teams, coach)
        for _ in range(2):  # wrong twice: the form knows again what it is
            again = {**data_of(card, "Review"), "field_draft": "Short", "field_audience": "exec"}
            card = (await coach.do(pressed(teams, again)))["value"]
            assert "That is too short to review." in words_in(card)
            assert entry(card, "draft")["value"] == "Short"
        await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        await coach.settled()
        (filled,) = [heard.submission for heard in coach.replies.heard if heard.submission]
        assert filled.value == "7|3"  # what changed meanwhile is still noticed
        assert filled.answers["draft"] == DRAFT


async def test_what_can_not_be_stored_stays_in_the_form(teams: FakeTeams, tmp_path: Path) -> None:
    async def accept(_: Message) -> None:
        raise StoreUnavailable

    async with running_coach(teams, tmp_path, accept=accept, form=form_of) as coach:
        data: Fields = {"coach": {"do": "form", "action": "review_new", "value": "7"}}
        card = (await coach.do(pressed(teams, data)))["value"]
        answer = await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        assert "My database does not answer" in words_in(answer["value"])
        assert entry(answer["value"], "draft")["value"] == DRAFT


async def test_what_was_entered_is_kept_though_the_form_can_not_be_had(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async def accept(_: Message) -> None:
        raise StoreUnavailable

    def form(message: Message) -> Form | None:
        if gone:
            raise StoreUnavailable
        return form_of(message)

    gone = False
    async with running_coach(teams, tmp_path, accept=accept, form=form) as coach:
        data: Fields = {"coach": {"do": "form", "action": "review_new", "value": "7"}}
        card = (await coach.do(pressed(teams, data)))["value"]
        gone = True
        answer = await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        assert entry(answer["value"], "draft")["value"] == DRAFT
        resent = data_of(answer["value"], "Send")["coach"]
        assert (resent["action"], resent["value"]) == ("review_new", "7|3")


async def test_a_form_that_there_is_none_of_is_said_to_be_gone(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, offering) as coach:
        answer = await coach.do(pressed(teams, await offered(teams, coach)))
        assert answer["type"] == "application/vnd.microsoft.activity.message"
        assert "has been deleted" in answer["value"]


async def test_a_form_that_takes_too_long_is_said_to(teams: FakeTeams, tmp_path: Path) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        await asyncio.sleep(30)
        return {}

    async with running_coach(
        teams, tmp_path, offering, form=form_of, problems=problems, timing=HASTY
    ) as coach:
        card = await opened_card(teams, coach)
        answer = await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        assert "could not check this in time" in words_in(answer["value"])
        assert not [heard for heard in coach.replies.heard if heard.submission]


async def test_whose_form_it_is_not_reads_why(teams: FakeTeams, tmp_path: Path) -> None:
    def form(_: Message) -> Form | None:
        raise NotYours

    async with running_coach(teams, tmp_path, offering, form=form) as coach:
        answer = await coach.do(pressed(teams, await offered(teams, coach)))
        assert answer["value"].startswith("Only the person who asked")


# -- in a channel


async def test_a_dialog_opens_in_a_channel_and_closes_when_it_is_sent(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, offering, form=form_of) as coach:
        card = await opened_dialog(teams, coach)
        data = {**data_of(card, "Review"), **SENT}
        assert await coach.do(in_dialog(teams, "task/submit", data)) is None
        await coach.settled()
        filled = coach.replies.heard[-1]
        assert filled.submission is not None
        assert (filled.place.channel, filled.place.thread) == (ROOM, "17")


async def test_a_dialog_stays_open_while_something_is_wrong(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async def problems(_: Message) -> Mapping[str, str]:
        return {"draft": "That is too short to review."}

    async with running_coach(teams, tmp_path, offering, form=form_of, problems=problems) as coach:
        card = await opened_dialog(teams, coach)
        data = {**data_of(card, "Review"), **SENT}
        answer = await coach.do(in_dialog(teams, "task/submit", data))
        shown = answer["task"]["value"]["card"]["content"]
        assert answer["task"]["type"] == "continue"
        assert "That is too short to review." in words_in(shown)
        assert entry(shown, "draft")["value"] == DRAFT


async def test_a_dialog_says_what_keeps_it_from_opening(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, offering) as coach:
        data = await offered(teams, coach, channel=True)
        answer = await coach.do(in_dialog(teams, "task/fetch", data))
        assert answer["task"]["type"] == "message"
        assert "has been deleted" in answer["task"]["value"]


# -- typed


async def test_a_bare_command_is_answered_with_its_form(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, form=form_of) as coach:
        activity = teams.activity("review")
        sent, *_ = [(await coach.say(activity))[-1] for _ in range(3)]
        assert len(coach.messages()) == 1
        assert entry(card_in(sent.activity), "draft")
        assert coach.replies.heard == []
        card = card_in(sent.activity)
        await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        await coach.settled()
        assert coach.replies.heard[-1].submission is not None


async def test_a_bare_command_in_a_channel_is_answered_with_what_opens_its_form(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, form=form_of) as coach:
        (sent,) = await coach.say(teams.in_channel("review", thread="17"))
        assert (sent.conversation, sent.thread) == (ROOM, "17")
        data = data_of(card_in(sent.activity), "Open the form")
        assert data["msteams"] == {"type": "task/fetch"}
        answer = await coach.do(in_dialog(teams, "task/fetch", data))
        assert entry(answer["task"]["value"]["card"]["content"], "draft")


async def test_a_command_whose_form_can_not_be_shown_is_answered_all_the_same(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, form=form_of) as coach:
        teams.order("send", refused(400, "BadSyntax"))
        await coach.say(teams.activity("review"))
        assert [heard.verb for heard in coach.replies.heard] == ["review"]


async def test_a_command_without_a_form_goes_to_coach(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("standup"))
        assert [heard.verb for heard in coach.replies.heard] == ["standup"]


async def test_a_client_that_knows_no_execute_gets_the_form_as_a_message(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, offering, form=form_of) as coach:
        data = await offered(teams, coach)
        sent = await coach.say(teams.activity("", value=data))
        assert entry(card_in(sent[-1].activity), "draft")


# -- what can be chosen


CHOOSING = Form(
    title="Standup",
    action="standup_new",
    fields=(
        Field(name="channel", label="Channel", kind="channel", required=True),
        Field(name="members", label="Members", kind="people", value="ben"),
    ),
)


async def test_a_form_offers_the_channels_that_the_person_is_in(
    teams: FakeTeams, tmp_path: Path
) -> None:
    other, team_of_others = "19:channel-9@thread.tacv2", "19:team-9@thread.tacv2"
    async with running_coach(teams, tmp_path, offering, form=lambda _: CHOOSING) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        await coach.learn(id=other, kind="channel", conversation=other, team=team_of_others)
        await coach.learn(id=GROUP, kind="group", conversation=GROUP, name="Leads")
        await coach.learn(id="ben", name="Ben")
        teams.members[TEAM] = [{"id": PERSON, "aadObjectId": PERSON_OBJECT, "name": "Ada"}]
        teams.members[GROUP] = [{"id": PERSON, "aadObjectId": PERSON_OBJECT, "name": "Ada"}]
        teams.team_channels[TEAM] = [{"id": ROOM}, {"id": "19:ml", "name": "ML"}]
        teams.team_channels[team_of_others] = [{"id": other, "name": "Secret"}]
        card = await opened_card(teams, coach)
        channels = {c["title"]: c["value"] for c in entry(card, "channel")["choices"]}
        assert channels == {"General": ROOM, "ML": "19:ml", "Leads": GROUP}
        people = entry(card, "members")
        assert people["value"] == "ben"
        assert {c["value"]: c["title"] for c in people["choices"]}["ben"] == "Ben"
        # A channel that was only listed can be written to.
        known = await coach.addresses.find(TENANT, "19:ml")
        assert known is not None
        assert (known.kind, known.team) == ("channel", TEAM)


async def test_a_form_opens_though_teams_lists_nothing(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, offering, form=lambda _: CHOOSING) as coach:
        data = await offered(teams, coach, channel=True)
        teams.order("members", refused(403, "BotNotInConversationRoster"))
        answer = await coach.do(in_dialog(teams, "task/fetch", data))
        card = answer["task"]["value"]["card"]["content"]
        assert [c["value"] for c in entry(card, "channel")["choices"]] == [ROOM]


# -- cards that are shown anew


CHECK_IN = Press(action="standup_check_in", value="s|2026-03-02|0")


async def test_a_card_is_shown_as_it_is_by_now(teams: FakeTeams, tmp_path: Path) -> None:
    async def refreshed(message: Message) -> Reply | None:
        asked.append(message)
        return Reply(text="You have answered.", refresh=message.press)

    asked: list[Message] = []
    prompt = Reply(text="How did it go?", refresh=CHECK_IN)
    async with running_coach(teams, tmp_path, lambda _: prompt, refreshed=refreshed) as coach:
        (sent,) = await coach.say(teams.activity("hello"))
        refresh = card_in(sent.activity)["refresh"]
        assert refresh["userIds"] == [PERSON]
        answer = await coach.do(pressed(teams, refresh["action"]["data"]))
        assert "You have answered." in words_in(answer["value"])
        assert answer["value"]["refresh"]["userIds"] == [PERSON]
        assert asked[0].press == CHECK_IN
        assert asked[0].person.id == PERSON_OBJECT


async def test_a_form_that_has_a_card_shows_it_when_it_was_received(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async def refreshed(message: Message) -> Reply | None:
        return Reply(text="As it is.", refresh=message.press)

    async with running_coach(teams, tmp_path, offering, form=form_of, refreshed=refreshed) as coach:
        card = await opened_card(teams, coach)
        answer = await coach.do(pressed(teams, {**data_of(card, "Review"), **SENT}))
        assert "Received" in words_in(answer["value"])
        data = answer["value"]["refresh"]["action"]["data"]
        assert "As it is." in words_in((await coach.do(pressed(teams, data)))["value"])


@pytest.mark.parametrize(
    ("problem", "status", "says"),
    [
        (None, 404, "nothing to fill in here any more"),
        (StoreUnavailable(), 503, "database does not answer"),
        (TimeoutError(), 503, "could not look this up in time"),
    ],
)
async def test_while_nobody_knows_better_a_card_stays(
    teams: FakeTeams, tmp_path: Path, problem: Exception | None, status: int, says: str
) -> None:
    async def refreshed(_: Message) -> Reply | None:
        if problem:
            raise problem
        return None

    data = {"coach": {"do": "refresh", "action": CHECK_IN.action, "value": CHECK_IN.value}}
    async with running_coach(teams, tmp_path, refreshed=refreshed) as coach:
        answer = await coach.do(pressed(teams, data))
        assert (answer["statusCode"], answer["type"]) == (status, "application/vnd.microsoft.error")
        assert says in answer["value"]["message"]


async def test_a_card_of_what_is_gone_says_so(teams: FakeTeams, tmp_path: Path) -> None:
    async def refreshed(_: Message) -> Reply | None:
        raise NotYours

    data = {"coach": {"do": "refresh", "action": CHECK_IN.action, "value": CHECK_IN.value}}
    async with running_coach(teams, tmp_path, refreshed=refreshed) as coach:
        answer = await coach.do(pressed(teams, data))
        assert "Only the person who asked" in words_in(answer["value"])


# -- the message action


def chosen(teams: FakeTeams, said: str, *, channel: bool = True) -> Fields:
    body = {"contentType": "html", "content": f"<p>{said}</p>"}
    value = {
        "commandId": "reviewUpdate",
        "commandContext": "message",
        "messagePayload": {"id": "17", "body": body},
    }
    made = teams.invoke("composeExtension/fetchTask", value)
    where = teams.in_channel("", thread="17") if channel else teams.activity("")
    return {**made, "conversation": where["conversation"], "channelData": where["channelData"]}


def sentence_of(answer: Mapping[str, Any]) -> str:
    assert answer["task"]["type"] == "continue"
    return words_in(answer["task"]["value"]["card"]["content"])


async def test_a_chosen_message_is_reviewed_in_the_private_chat(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        answer = await coach.do(chosen(teams, DRAFT))
        assert "private chat" in sentence_of(answer)
        await coach.settled()
        (heard,) = coach.replies.heard
        assert (heard.verb, heard.text, heard.hidden) == ("review", DRAFT, True)
        assert (heard.place.venue, heard.place.channel) == (Venue.PRIVATE, f"a:{PERSON}")
        assert [each.conversation for each in coach.messages()] == [f"a:{PERSON}"]


async def test_who_has_no_chat_with_coach_is_told_how_to_get_one(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        teams.refusals[PERSON] = refused(403, "ForbiddenOperationException")
        answer = await coach.do(chosen(teams, DRAFT))
        assert "choose Add" in sentence_of(answer)
        await coach.settled()
        assert coach.replies.heard == []


async def test_a_chosen_picture_has_nothing_to_review(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        assert "no words" in sentence_of(await coach.do(chosen(teams, "<img src='x'>")))
        assert coach.replies.heard == []


async def test_what_a_button_carries_is_not_trusted_to_be_whole(
    teams: FakeTeams, tmp_path: Path
) -> None:
    """Clients send back what they like."""

    async def problems(_: Message) -> Mapping[str, str]:
        return {"draft": "That is too short to review."}

    async with running_coach(teams, tmp_path, offering, form=form_of, problems=problems) as coach:
        good = data_of(await opened_card(teams, coach), "Review")
        doubtful: list[object] = [None, "text", ["list"], {"verb": "none"}, {"action": 7}, {}]
        for opened in doubtful:
            data = copy.deepcopy(good)
            data["coach"]["opened"] = opened
            answer = await coach.do(pressed(teams, {**data, **SENT}))
            assert "That is too short to review." in words_in(answer["value"])
            assert entry(answer["value"], "draft")["value"] == DRAFT


@pytest.mark.parametrize(
    "name", ["adaptiveCard/action", "task/fetch", "task/submit", "message/submitAction", "", "x/y"]
)
@pytest.mark.parametrize(
    "value",
    ["{}", '{"action": "x"}', '{"action": {"data": {"coach": []}}}', '{"data": 7}'],
)
async def test_an_invoke_that_makes_no_sense_does_no_harm(
    teams: FakeTeams, tmp_path: Path, name: str, value: str
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        assert (await coach.post(teams.invoke(name, json.loads(value)))).status == 200
        assert coach.replies.heard == []
