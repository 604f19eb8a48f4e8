"""What people do in Teams, on the way in: stored once, then answered where it belongs."""

import asyncio
import json
from pathlib import Path

import pytest
from fake_teams import (
    BOT,
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
from sqlalchemy import text
from teams_running import card_in, data_of, running_coach, until, words_in

from bot.errors import StoreUnavailable
from bot.intents import HELPFUL, NOT_HELPFUL
from bot.messages import Button, Message, Press, Reply, Venue

ADA = {"id": PERSON, "name": "Ada", "aadObjectId": PERSON_OBJECT}


def in_group(teams: FakeTeams, said: str) -> Fields:
    mention = {"type": "mention", "mentioned": {"id": BOT}, "text": "<at>Coach</at>"}
    group: Fields = {"id": GROUP, "conversationType": "groupChat", "isGroup": True, "name": "Leads"}
    return teams.activity(f"<at>Coach</at> {said}", conversation=group, entities=[mention])


def installed(teams: FakeTeams, action: str = "add", **changed: object) -> Fields:
    made = {**teams.activity(), "type": "installationUpdate", "action": action, **changed}
    del made["text"]
    return made


def joined(teams: FakeTeams) -> Fields:
    made = teams.activity(type="conversationUpdate", membersAdded=[{"id": BOT}])
    del made["text"]
    return made


async def test_a_question_in_a_personal_chat_is_answered_there(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        (sent,) = await coach.say(teams.activity("Who owns labelling?"))
        assert sent.conversation == PERSONAL
        assert "You said: Who owns labelling?" in words_in(card_in(sent.activity))
        (heard,) = coach.replies.heard
        assert heard.person.id == PERSON_OBJECT
        assert (heard.place.workspace, heard.place.venue) == (TENANT, Venue.PRIVATE)


async def test_a_mention_in_a_channel_is_answered_in_its_thread(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        (sent,) = await coach.say(teams.in_channel("Who owns labelling?", thread="17"))
        assert (sent.how, sent.conversation, sent.thread) == ("send", ROOM, "17")
        (heard,) = coach.replies.heard
        assert heard.text == "Who owns labelling?"
        assert (heard.place.channel, heard.place.thread) == (ROOM, "17")


async def test_a_follow_up_belongs_to_the_same_thread(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        first = teams.in_channel("Who owns labelling?")
        await coach.say(first)
        sent = await coach.say(teams.in_channel("And after that?", thread=first["id"]))
        assert [each.thread for each in sent] == [first["id"]] * 2
        assert coach.replies.heard[0].place == coach.replies.heard[1].place


async def test_a_group_chat_is_answered_in_it(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        (sent,) = await coach.say(in_group(teams, "Who owns labelling?"))
        assert (sent.conversation, sent.thread) == (GROUP, "")
        group = await coach.addresses.find(TENANT, GROUP)
        assert group is not None
        assert (group.kind, group.name) == ("group", "Leads")


async def test_what_is_not_said_to_coach_is_left_alone(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        assert await coach.say(teams.in_channel("hello", entities=[])) == []
        assert await coach.say(teams.activity(type="messageReaction")) == []
        assert await coach.say(teams.activity(type="somethingNew")) == []
        assert coach.replies.heard == []


async def test_coach_shows_that_it_writes(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, works=False) as coach:
        await coach.post(teams.in_channel("Who owns labelling?", thread="17"))
        (shown,) = await teams.until_sent(1)
        assert shown.activity["type"] == "typing"
        assert (shown.conversation, shown.thread) == (ROOM, "17")


async def test_an_answer_comes_though_nothing_can_show_that_it_will(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path, works=False) as coach:
        teams.order("send", refused(403, "Forbidden"))
        await coach.post(teams.activity("Who owns labelling?"))
        await until(lambda: teams.count("send") == 1)
        coach.backlog.start()
        await coach.settled()
        assert len(coach.messages()) == 1


async def test_a_hundred_deliveries_of_one_activity_are_answered_once(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        activity = teams.activity("Who owns labelling?")
        posted = await asyncio.gather(*(coach.post(activity) for _ in range(100)))
        assert {each.status for each in posted} == {200}
        await coach.settled()
        assert len(coach.messages()) == 1
        assert len(coach.replies.heard) == 1


async def test_a_replay_after_a_restart_is_answered_no_more(
    teams: FakeTeams, tmp_path: Path
) -> None:
    activity = teams.activity("Who owns labelling?")
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(activity)
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(activity)
        assert coach.replies.heard == []
        assert len(coach.messages()) == 1


async def test_one_number_in_two_conversations_is_two_activities(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("One", id="1"))
        sent = await coach.say(teams.in_channel("Two", thread="1", id="1"))
        assert {each.conversation for each in sent} == {PERSONAL, ROOM}


async def test_what_can_not_be_stored_is_to_be_posted_again(
    teams: FakeTeams, tmp_path: Path
) -> None:
    failing = True

    async def accept(message: Message) -> None:
        if failing:
            raise StoreUnavailable
        accepted.append(message)

    accepted: list[Message] = []
    async with running_coach(teams, tmp_path, accept=accept) as coach:
        activity = teams.activity("Who owns labelling?")
        assert (await coach.post(activity)).status == 503
        failing = False
        assert (await coach.post(activity)).status == 200
        assert len(accepted) == 1


async def test_forged_activities_are_neither_stored_nor_remembered(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        for authorization in ("", "Bearer x.y.z", f"Bearer {teams.token(aud='another')}"):
            posted = await coach.post(teams.activity(), authorization)
            assert posted.status == 401
        assert await coach.inbox.waiting() == 0
        assert await coach.addresses.any(TENANT) is None


async def test_until_it_is_started_teams_has_to_come_back(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, starts=False) as coach:
        assert (await coach.post(teams.activity())).status == 503
        await coach.platform.start()
        assert (await coach.post(teams.activity())).status == 200
        await coach.platform.close_intake()
        assert (await coach.post(teams.activity())).status == 503


async def test_a_stop_finishes_what_is_under_way(teams: FakeTeams, tmp_path: Path) -> None:
    holding, entered = asyncio.Event(), asyncio.Event()
    accepted: list[Message] = []

    async def accept(message: Message) -> None:
        entered.set()
        await holding.wait()
        accepted.append(message)

    async with running_coach(teams, tmp_path, accept=accept) as coach:
        posting = asyncio.create_task(coach.post(teams.activity()))
        await entered.wait()
        closing = asyncio.create_task(coach.platform.close_intake())
        await asyncio.sleep(0)
        assert not closing.done()
        holding.set()
        await closing
        assert (await posting).status == 200
        assert len(accepted) == 1


async def test_what_was_taken_in_before_a_stop_is_answered_once_in_all(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.post(teams.activity("Who owns labelling?"))
        await until(lambda: bool(coach.replies.heard))
    async with running_coach(teams, tmp_path) as coach:
        await coach.settled()
        assert len(coach.messages()) == 1


async def test_a_pressed_button_arrives_with_what_it_carries(
    teams: FakeTeams, tmp_path: Path
) -> None:
    reply = Reply(text="Take it?", buttons=(Button(label="Take", action="log_take", value="7"),))
    async with running_coach(teams, tmp_path, lambda m: None if m.press else reply) as coach:
        (sent,) = await coach.say(teams.activity("hello"))
        value = data_of(card_in(sent.activity), "Take")
        pressed = teams.activity(value=value, replyToId=sent.id)
        del pressed["text"]
        await coach.say(pressed)
        assert coach.replies.heard[-1].press == Press(action="log_take", value="7")


async def test_who_installs_coach_is_greeted_once(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(joined(teams))
        await coach.say(installed(teams))
        (heard,) = coach.replies.heard
        assert heard.opened
        assert len(coach.messages()) == 1
        known = await coach.addresses.find(TENANT, PERSON_OBJECT)
        assert known is not None
        assert (known.conversation, known.member, known.bot) == (PERSONAL, PERSON, BOT)


async def test_an_update_of_the_app_is_no_reason_to_greet(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(installed(teams, "add-upgrade"))
        assert coach.replies.heard == []


@pytest.mark.parametrize("kind", ["installationUpdate", "conversationUpdate"])
async def test_who_removes_coach_is_known_to_have_removed_it(
    teams: FakeTeams, tmp_path: Path, kind: str
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(installed(teams))
        gone: Fields = {"action": "remove", "membersRemoved": [{"id": BOT}]}
        await coach.say({**teams.activity(), "type": kind, **gone})
        known = await coach.addresses.find(TENANT, PERSON_OBJECT)
        assert known is not None
        assert not known.installed
        assert len(coach.replies.heard) == 1


async def test_leaving_a_team_leaves_all_of_its_channels(teams: FakeTeams, tmp_path: Path) -> None:
    other = "19:channel-2@thread.tacv2"
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.in_channel("hello"))
        await coach.learn(id=other, kind="channel", conversation=other, team=TEAM)
        data = {**teams.in_channel("")["channelData"], "eventType": "teamMemberRemoved"}
        await coach.say(
            teams.in_channel(
                "", type="conversationUpdate", membersRemoved=[{"id": BOT}], channelData=data
            )
        )
        known = {each.id: each.installed for each in await coach.addresses.rooms(TENANT)}
        assert known == {ROOM: False, other: False}


async def test_people_who_join_a_team_can_be_written_to(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        ben = {"id": "29:ben", "aadObjectId": "ben"}
        await coach.say(teams.in_channel("", type="conversationUpdate", membersAdded=[ben]))
        known = await coach.addresses.find(TENANT, "ben")
        assert known is not None
        assert (known.member, known.service_url) == ("29:ben", teams.service_url)


async def test_a_renamed_channel_is_known_by_its_new_name(teams: FakeTeams, tmp_path: Path) -> None:
    other = "19:channel-2@thread.tacv2"
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.in_channel("hello"))
        for event, name in (("channelCreated", "Old"), ("channelRenamed", "New")):
            data = {
                **teams.in_channel("")["channelData"],
                "eventType": event,
                "channel": {"id": other, "name": name},
            }
            await coach.say(teams.in_channel("", type="conversationUpdate", channelData=data))
        names = {each.id: each.name for each in await coach.addresses.rooms(TENANT)}
        assert (names[other], names[ROOM]) == ("New", "General")


async def test_nothing_is_written_down_twice(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("One"))
        async with coach.database.transaction() as connection:
            await connection.execute(text("UPDATE addresses SET name = 'as it stands'"))
        await coach.say(teams.activity("Two"))
        (known,) = await coach.addresses.people(TENANT)
        assert known.name == "as it stands"
        await coach.say(teams.activity("Three", **{"from": {**ADA, "name": "Ada Byron"}}))
        (known,) = await coach.addresses.people(TENANT)
        assert known.name == "Ada Byron"


async def test_the_zone_of_a_person_is_remembered(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        info = {"type": "clientInfo", "locale": "en-GB", "timezone": "Europe/Lisbon"}
        await coach.say(teams.activity("One", entities=[info]))
        await coach.say(teams.activity("Two"))
        known = await coach.platform.directory.find(TENANT, PERSON_OBJECT)
        assert (known.name, known.zone) == ("Ada", "Europe/Lisbon")


async def test_an_unknown_invoke_is_answered_without_harm(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        assert await coach.do(teams.invoke("signin/verifyState", {"state": "1"})) is None
        unknown: Fields = {"action": {"type": "Action.Execute", "data": {}}}
        answer = await coach.do(teams.invoke("adaptiveCard/action", unknown))
        assert answer["statusCode"] == 400
        assert coach.replies.heard == []


@pytest.mark.parametrize(("reaction", "action"), [("like", HELPFUL), ("dislike", NOT_HELPFUL)])
async def test_teams_own_thumbs_vote_on_the_answer_above_them(
    teams: FakeTeams, tmp_path: Path, reaction: str, action: str
) -> None:
    def answer(message: Message) -> Reply | None:
        votes = (
            Button(label="Helpful", action=HELPFUL, value=message.id),
            Button(label="Not helpful", action=NOT_HELPFUL, value=message.id),
        )
        return None if message.press else Reply(text="An answer.", buttons=votes)

    async with running_coach(teams, tmp_path, answer, thumbs=True) as coach:
        (sent,) = await coach.say(teams.activity("Who owns labelling?"))
        assert sent.activity["channelData"] == {"feedbackLoop": {"type": "default"}}
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction}}
        vote = teams.invoke("message/submitAction", value, replyToId=sent.id)
        assert await coach.do(vote) == {}
        await coach.settled()
        asked, voted = coach.replies.heard
        assert voted.press == Press(action=action, value=asked.id)


async def test_a_vote_on_what_is_unknown_is_let_go(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path, thumbs=True) as coach:
        value = {"actionName": "feedback", "actionValue": {"reaction": "like"}}
        vote = teams.invoke("message/submitAction", value, replyToId="404")
        assert await coach.do(vote) == {}
        await coach.settled()
        assert coach.replies.heard == []


# -- where a person's client says that they are


BEN = "29:ben"


async def test_a_chat_with_others_is_never_taken_for_the_private_one(
    teams: FakeTeams, tmp_path: Path
) -> None:
    meeting = {"id": "19:meeting_1@thread.v2", "tenantId": TENANT, "name": "Weekly"}
    two = {"id": "19:ada_bob@unq.gbl.spaces", "tenantId": TENANT, "conversationType": "personal"}
    payload = {"id": "1", "body": {"contentType": "text", "content": "We are live by Friday."}}
    value = {"commandId": "reviewUpdate", "commandContext": "message", "messagePayload": payload}
    for conversation in (meeting, two):
        async with running_coach(teams, tmp_path) as coach:
            await coach.say(teams.activity("hello"))
            asked = teams.invoke("composeExtension/fetchTask", value, conversation=conversation)
            await coach.do(asked)
            await coach.settled()
            (*_, sent) = coach.messages()
            assert sent.conversation == PERSONAL
            known = await coach.addresses.find(TENANT, PERSON_OBJECT)
            assert known is not None
            assert known.conversation == PERSONAL
            assert await coach.addresses.rooms(TENANT) == []


@pytest.mark.parametrize("words", ["review We are live by Friday.", "checkin", "home", "context"])
async def test_what_is_one_person_s_is_not_shown_in_the_channel(
    teams: FakeTeams, tmp_path: Path, words: str
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("hello"))
        await coach.say(teams.in_channel(words))
        heard = [each for each in coach.replies.heard if each.place.venue == Venue.CHANNEL]
        assert all(each.hidden for each in heard)
        said = [sent for sent in coach.messages() if sent.conversation == ROOM]
        assert len(said) == (0 if heard else 1), "a form opens from a button, in a dialog"


@pytest.mark.parametrize(
    "at",
    [
        {"channel": "a:ben", "venue": "private"},
        {"channel": "a:ben", "venue": "channel"},
        {"channel": "a:ben", "venue": "channel", "hidden": True},
        {"channel": "ben", "venue": "channel"},
        {"channel": "19:elsewhere@thread.tacv2", "venue": "channel"},
        {"channel": "19:theirs@thread.tacv2", "venue": "channel"},
    ],
)
async def test_a_forged_place_is_not_believed(
    teams: FakeTeams, tmp_path: Path, at: dict[str, object]
) -> None:
    theirs = "19:theirs@thread.tacv2"
    teams.members[theirs] = [{"id": BEN, "aadObjectId": "ben", "name": "Ben"}]
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id="ben", kind="person", conversation="a:ben", member=BEN)
        await coach.learn(id=theirs, kind="channel", conversation=theirs, team=TEAM, member="")
        forged = {"coach": {"do": "ask", "value": "What did Ben ask?", "at": at}}
        await coach.say(teams.activity("", value=forged))
        (heard,) = coach.replies.heard
        assert heard.place.channel == PERSONAL
        assert {sent.conversation for sent in coach.messages()} == {PERSONAL}


async def test_a_card_s_place_is_taken_where_teams_lists_the_person(
    teams: FakeTeams, tmp_path: Path
) -> None:
    teams.members[ROOM] = [{"id": PERSON, "aadObjectId": PERSON_OBJECT, "name": "Ada"}]
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        at = {"channel": ROOM, "thread": "17", "venue": "channel"}
        pressed = {"coach": {"do": "press", "action": "answer_share", "value": "1", "at": at}}
        await coach.say(teams.activity("", value=pressed))
        (heard,) = coach.replies.heard
        assert (heard.place.channel, heard.place.thread) == (ROOM, "17")


async def test_half_a_character_is_taken_in_and_answered(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        posted = await coach.post(teams.activity("Who labels? \ud83d"))
        assert posted.status == 200
        await coach.settled()
        (sent,) = coach.messages()
        assert "Who labels?" in json.dumps(sent.activity)


async def test_who_was_forgotten_and_writes_again_is_answered(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("One"))
        await coach.addresses.forget_person(TENANT, PERSON_OBJECT)
        await coach.say(teams.activity("Two"))
        assert len(coach.messages()) == 2
