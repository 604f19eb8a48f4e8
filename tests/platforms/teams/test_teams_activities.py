"""From what Teams posts to what Coach understands."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot import intents
from bot.messages import Person, Press, Submission, Venue
from bot.platforms.teams import activities, invokes
from bot.platforms.teams.envelope import Handle, SharedFile
from bot.platforms.teams.invokes import Acted
from bot.platforms.teams.whereabouts import address_of

Json = Mapping[str, Any]

BOT = {"id": "28:coach", "name": "Coach"}
ADA = {"id": "29:ada", "name": "Ada", "aadObjectId": "aad-ada"}
PERSONAL = {"id": "a:1", "conversationType": "personal", "tenantId": "tenant"}
GROUP = {"id": "19:g@thread.v2", "conversationType": "groupChat", "isGroup": True}
CHANNEL = {"id": "19:c@thread.tacv2;messageid=17", "conversationType": "channel", "isGroup": True}
MENTION = {"type": "mention", "mentioned": BOT, "text": "<at>Coach</at>"}
ZONE = {"type": "clientInfo", "locale": "en-GB", "timezone": "Europe/Lisbon"}


def activity(text: str = "", *, conversation: Json = PERSONAL, **fields: Any) -> Json:
    return {
        "type": "message",
        "id": "1700000000001",
        "text": text,
        "from": ADA,
        "recipient": BOT,
        "conversation": conversation,
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "channelData": {"tenant": {"id": "tenant"}},
        **fields,
    }


def invoke(name: str, value: Json, **fields: Any) -> Json:
    return {**activity(**fields), "type": "invoke", "name": name, "value": value}


def message_of(said: Json) -> Any:
    found = activities.from_activity(said)
    assert found is not None
    return found


def done(said: Json) -> Acted:
    found = invokes.acted(said)
    assert found is not None
    return found


# -- words


def test_a_private_message_is_understood_where_and_from_whom_it_came() -> None:
    message = message_of(activity("Who owns labelling?"))
    assert message.text == "Who owns labelling?"
    assert message.person == Person(id="aad-ada", name="Ada")
    assert (message.place.workspace, message.place.channel) == ("tenant", "a:1")
    assert (message.place.thread, message.place.venue) == ("", Venue.PRIVATE)


def test_a_mention_in_a_channel_is_understood_in_its_thread_without_the_mention() -> None:
    said = activity("<at>Coach</at> who owns it?\r\n", conversation=CHANNEL, entities=[MENTION])
    message = message_of(said)
    assert message.text == "who owns it?"
    assert message.place.channel == "19:c@thread.tacv2"
    assert (message.place.thread, message.place.venue) == ("17", Venue.CHANNEL)


def test_a_mention_in_a_group_chat_has_no_thread() -> None:
    message = message_of(activity("<at>Coach</at> hi", conversation=GROUP, entities=[MENTION]))
    assert (message.place.channel, message.place.thread) == ("19:g@thread.v2", "")
    assert message.place.venue == Venue.CHANNEL


@pytest.mark.parametrize("where", [GROUP, CHANNEL])
def test_what_is_said_to_others_is_not_reacted_to(where: Json) -> None:
    other = {"type": "mention", "mentioned": {"id": "29:bo"}, "text": "<at>Bo</at>"}
    said = activity("<at>Bo</at> look", conversation=where, entities=[other])
    assert activities.from_activity(said) is None


def test_other_people_who_are_mentioned_stay_in_the_words() -> None:
    bo = {"type": "mention", "mentioned": {"id": "29:bo"}, "text": "<at>Bo Li</at>"}
    said = activity(
        "<at>Coach</at> is <at>Bo Li</at> right that a &lt; b?",
        conversation=CHANNEL,
        entities=[MENTION, bo],
    )
    assert message_of(said).text == "is @Bo Li right that a < b?"


def test_a_draft_keeps_its_lines_and_links() -> None:
    html = (
        "<p>Weekly &amp; short</p><ul><li>AUC is <b>up</b></li><li>more</li></ul>"
        '<div>See <a href="https://example.org/x">the report</a><br>Bye</div>'
    )
    page = {"contentType": "text/html", "content": html}
    text = message_of(activity("flat", attachments=[page])).text
    assert text.split("\n") == [
        "Weekly & short",
        "",
        "• AUC is up",
        "• more",
        "",
        "See the report (https://example.org/x)",
        "Bye",
    ]


def test_the_same_delivery_is_the_same_message_and_another_conversation_is_not() -> None:
    first, again = (message_of(activity("hi")) for _ in range(2))
    elsewhere = message_of(activity("hi", conversation={**PERSONAL, "id": "a:2"}))
    assert first.id == again.id != elsewhere.id


def test_an_id_is_short_however_long_the_conversation_s_is() -> None:
    long = message_of(activity("hi", conversation={**PERSONAL, "id": "a:" + "x" * 300}))
    other = message_of(activity("hi", conversation={**PERSONAL, "id": "a:" + "x" * 301}))
    assert len(long.id) <= 150
    assert long.id != other.id


@pytest.mark.parametrize(
    "said",
    [
        {"type": "typing"},
        {"type": "message", "from": BOT, "recipient": BOT, "text": "me"},
        {"type": "message", "text": "who?"},
        {"type": "messageReaction", "from": ADA},
        {"type": "message", "from": "odd", "conversation": [], "entities": 7, "value": "x"},
    ],
)
def test_what_nobody_said_to_coach_is_let_go(said: Json) -> None:
    assert activities.from_activity(said) is None


def test_files_travel_with_the_message() -> None:
    file = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": "draft",
        "content": {"downloadUrl": "https://contoso.sharepoint.com/x", "fileType": "docx"},
    }
    handle = Handle.read(message_of(activity(attachments=[file])).handle)
    assert handle.files == (SharedFile(name="draft.docx", url="https://contoso.sharepoint.com/x"),)


# -- commands


@pytest.mark.parametrize(
    ("said", "verb", "text"),
    [
        ("review", "review", ""),
        ("/review", "review", ""),
        ("/coach review AUC is up", "review", "AUC is up"),
        ("coach review AUC is up", "review", "AUC is up"),
        ("Review AUC is up", "review", "AUC is up"),
        ("standup", "standup", ""),
        ("Standup list", "standup", "list"),
        ("objective", "objective", ""),
        ("hypothesis", "hypothesis", ""),
        ("odds", "odds", ""),
        ("odds Fewer customers leave", "odds", "Fewer customers leave"),
        ("check-in", "checkin", ""),
        ("checkin", "checkin", ""),
        ("context", "context", ""),
        ("context show Product search", "context", "show Product search"),
        ("/ask who owns it?", "ask", "who owns it?"),
        ("help", "", "help"),
        ("/help", "", "help"),
        ("/coach", "", "help"),
        ("coach", "", "coach"),
        ("Review process for a paper?", "", "Review process for a paper?"),
        ("hypothesis testing or deadlines first", "", "hypothesis testing or deadlines first"),
        ("context switching kills my team", "", "context switching kills my team"),
        ("What are the odds?", "", "What are the odds?"),
        ("coach, what do I say?", "", "coach, what do I say?"),
    ],
)
def test_commands_are_told_from_sentences(said: str, verb: str, text: str) -> None:
    message = message_of(activity(said))
    assert (message.verb, message.text) == (verb, text)


def test_a_command_is_taken_after_a_mention() -> None:
    said = activity("<at>Coach</at> odds", conversation=CHANNEL, entities=[MENTION])
    assert message_of(said).verb == "odds"


def test_a_bare_command_asks_for_its_form() -> None:
    wanted = {"review", "context", "standup", "objective", "hypothesis"}
    words = [*wanted, "odds", "checkin", "review AUC is up", "standup list"]
    asking = {word for word in words if activities.asks_for_form(message_of(activity(word)))}
    assert asking == wanted


def test_home_is_asked_for_in_a_word() -> None:
    message = message_of(activity("home"))
    assert message.home
    assert isinstance(intents.understand(message), intents.Home)


# -- buttons and forms


def coach(do: str, **more: Any) -> Json:
    return {"coach": {"do": do, "action": "log_odds", "value": "o1", **more}}


def test_a_button_in_a_message_is_a_press() -> None:
    said = activity(value=coach("press"), replyToId="1699", conversation=CHANNEL)
    message = message_of(said)
    assert message.press == Press(action="log_odds", value="o1")
    assert message.place.thread == "17"
    assert Handle.read(message.handle).pressed == "1699"


def test_a_suggested_question_is_asked() -> None:
    assert message_of(activity(value={"coach": {"do": "ask", "value": "Why?"}})).text == "Why?"


def test_a_button_remembers_the_place_that_it_is_about() -> None:
    at = {"channel": "19:c", "thread": "9", "venue": "channel", "hidden": True}
    message = message_of(activity(value=coach("press", at=at)))
    assert (message.place.channel, message.place.thread) == ("19:c", "9")
    assert message.place.venue == Venue.CHANNEL
    assert message.hidden


def test_no_button_leads_to_another_workspace() -> None:
    at = {"workspace": "other", "channel": "19:c", "venue": "nonsense"}
    message = message_of(activity(value=coach("press", at=at)))
    assert message.place.workspace == "tenant"
    assert message.place.venue == Venue.PRIVATE


def test_a_form_that_was_sent_has_an_answer_for_every_field_it_showed() -> None:
    fields = {"fields": ["name", "days", "members", "note"], "several": ["days", "members"]}
    data = {
        **coach("submit", **fields),
        "field_name": "Search, daily",
        "field_days": "0,2",
        "field_members": "aad-ada,aad%2Cbo",
        "field_other": "never shown",
    }
    for said in (
        invoke("adaptiveCard/action", {"action": {"data": data, "verb": "submit"}}),
        invoke("task/submit", {"data": data}, conversation=CHANNEL),
    ):
        found = done(said)
        assert found.do == "submit"
        assert found.message.submission == Submission(
            action="log_odds",
            value="o1",
            answers={
                "name": "Search, daily",
                "days": "0\n2",
                "members": "aad-ada\naad,bo",
                "note": "",
            },
        )


def test_a_form_from_an_older_client_comes_as_a_message() -> None:
    data = {**coach("submit", fields=["note"]), "field_note": "hi"}
    assert message_of(activity(value=data)).submission.answers == {"note": "hi"}


def test_a_button_that_opens_a_form_says_so() -> None:
    for said in (
        invoke("adaptiveCard/action", {"action": {"data": coach("form")}}),
        invoke("task/fetch", {"data": {**coach("form"), "msteams": {"type": "task/fetch"}}}),
    ):
        assert done(said).do == "form"
        assert done(said).message.press == Press(action="log_odds", value="o1")
    assert activities.opens_form(activity(value=coach("form")))
    assert not activities.opens_form(activity(value=coach("press")))


def test_a_message_is_taken_for_review_and_its_review_is_private() -> None:
    payload = {"id": "1", "body": {"contentType": "html", "content": "<p>AUC is up</p>"}}
    value = {"commandId": "reviewUpdate", "commandContext": "message", "messagePayload": payload}
    found = done(invoke("composeExtension/fetchTask", value, conversation=CHANNEL))
    assert found.do == "review"
    assert (found.message.verb, found.message.text) == ("review", "AUC is up")
    assert found.message.hidden


@pytest.mark.parametrize(
    ("reaction", "action"),
    [("like", intents.HELPFUL), ("dislike", intents.NOT_HELPFUL)],
)
def test_a_thumb_is_an_opinion_of_the_message_it_stands_under(reaction: str, action: str) -> None:
    value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": "{}"}}
    found = done(invoke("message/submitAction", value, replyToId="1699"))
    assert found.message.text == ""
    assert found.message.press == Press(action=action)
    assert Handle.read(found.message.handle).pressed == "1699"


@pytest.mark.parametrize(
    ("feedback", "words"),
    [
        ('{"feedbackText":"We have no platform team"}', "We have no platform team"),
        ({"feedbackText": " Too general "}, "Too general"),
        ("not JSON", ""),
        ('["a list"]', ""),
        (None, ""),
    ],
)
def test_what_is_written_with_a_thumb_comes_along(feedback: object, words: str) -> None:
    value = {
        "actionName": "feedback",
        "actionValue": {"reaction": "dislike", "feedback": feedback},
    }
    assert done(invoke("message/submitAction", value, replyToId="1699")).message.text == words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("adaptiveCard/action", {"action": {"data": {"coach": {"do": "explode"}}}}),
        ("adaptiveCard/action", {"action": "odd"}),
        ("task/fetch", {"data": {"other": 1}}),
        ("task/submit", {}),
        ("composeExtension/fetchTask", {"commandId": "other"}),
        ("message/submitAction", {"actionName": "feedback", "actionValue": {}}),
        ("signin/verifyState", {"state": "x"}),
    ],
)
def test_an_invoke_that_coach_does_not_know_is_let_go(name: str, value: Json) -> None:
    assert invokes.acted(invoke(name, value)) is None


# -- addresses


def test_a_private_message_tells_where_its_person_is_reached() -> None:
    [address] = address_of(activity("hi", entities=[ZONE]))
    assert (address.workspace, address.id, address.kind) == ("tenant", "aad-ada", "person")
    assert (address.conversation, address.member, address.bot) == ("a:1", "29:ada", "28:coach")
    assert (address.name, address.zone) == ("Ada", "Europe/Lisbon")
    assert address.service_url == "https://smba.trafficmanager.net/emea/"


def test_a_channel_message_tells_of_the_person_and_of_the_channel() -> None:
    data = {
        "tenant": {"id": "tenant"},
        "team": {"id": "19:t@thread.tacv2"},
        "channel": {"id": "19:c@thread.tacv2", "name": "Reports"},
    }
    person, channel = address_of(activity(conversation=CHANNEL, channelData=data))
    assert (person.kind, person.conversation) == ("person", "")
    assert (channel.kind, channel.id) == ("channel", "19:c@thread.tacv2")
    assert (channel.conversation, channel.team) == ("19:c@thread.tacv2", "19:t@thread.tacv2")
    assert channel.name == "Reports"


def test_a_group_is_reached_where_it_talks() -> None:
    group = address_of(activity(conversation=GROUP))[-1]
    assert (group.kind, group.id, group.conversation) == ("group", GROUP["id"], GROUP["id"])


def test_who_removed_coach_is_not_reached_any_more() -> None:
    gone = {**activity(), "type": "installationUpdate", "action": "remove"}
    assert [address.installed for address in address_of(gone)] == [False]
    assert activities.opened(gone) is None


def test_who_installed_coach_is_welcomed_and_a_channel_is_not() -> None:
    added = {**activity(), "type": "installationUpdate", "action": "add"}
    welcomed = activities.opened(added)
    assert welcomed is not None
    assert welcomed.opened
    assert isinstance(intents.understand(welcomed), intents.Welcome)
    assert activities.opened({**added, "conversation": CHANNEL}) is None
    joined = {**activity(), "type": "conversationUpdate", "id": "other", "membersAdded": [BOT]}
    again = activities.opened(joined)
    assert again is not None
    assert again.id == welcomed.id
    assert activities.opened({**joined, "membersAdded": [ADA]}) is None


def test_coach_itself_has_no_address() -> None:
    assert address_of({**activity(), "from": BOT}) == []
