"""What goes out to Microsoft's connector, what comes of it, and the door's answers."""

import asyncio
import io
from collections.abc import AsyncGenerator, Awaitable, Callable

import aiohttp
import pytest
from doorway import Doorway, doorway
from fake_teams import (
    BOT,
    BROKEN,
    DROPPED_AFTER_ACTING,
    GROUP,
    PERSON,
    PERSONAL,
    ROOM,
    SILENT_AFTER_ACTING,
    TEAM,
    TENANT,
    FakeTeams,
    Fault,
    Fields,
    refused,
    throttled,
)

from bot.delivery import TryLater
from bot.errors import StoreUnavailable
from bot.platforms.teams.tokens import NeedsAdmin
from bot.platforms.teams.wire import ChannelName, Interrupted, Member, Payload, Refused
from bot.ports import Address

RICH: Fields = {
    "type": "message",
    "text": "An answer [1] – größer ≥ 😀",
    "speak": "An answer",
    "entities": [
        {
            "type": "https://schema.org/Message",
            "@type": "Message",
            "@context": "https://schema.org",
            "@id": "",
            "additionalType": ["AIGeneratedContent"],
            "citation": [
                {
                    "@type": "Claim",
                    "position": 1,
                    "appearance": {"@type": "DigitalDocument", "name": "Lecture", "abstract": "x"},
                }
            ],
        }
    ],
    "channelData": {"feedbackLoop": {"type": "default"}, "somethingNew": [1, None, {"a": 0.1}]},
    "attachments": [
        {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {"type": "AdaptiveCard", "version": "1.5", "refresh": {"userIds": ["29:1"]}},
            "unknownToTheSdk": True,
        }
    ],
    "unknownToTheSdk": {"deep": ["er"]},
}


class Clock:
    """Seconds that tests move."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def door(clock: Clock) -> AsyncGenerator[Doorway]:
    async with FakeTeams() as teams, doorway(teams, clock=clock) as standing:
        yield standing


def person(teams: FakeTeams, **changed: object) -> Address:
    known: Fields = {"conversation": PERSONAL, "member": PERSON, "bot": BOT}
    known |= {"service_url": teams.service_url, **changed}
    return Address(workspace=TENANT, id="u1", kind="person", **known)


def channel(teams: FakeTeams, **changed: object) -> Address:
    known: Fields = {"conversation": ROOM, "bot": BOT, "team": TEAM, **changed}
    return Address(
        workspace=TENANT, id=ROOM, kind="channel", service_url=teams.service_url, **known
    )


async def test_what_is_sent_arrives_as_it_is(door: Doorway) -> None:
    number = await door.connector.send(person(door.teams), RICH)
    (sent,) = door.teams.sent
    envelope = {"from": {"id": BOT}, "conversation": {"id": PERSONAL, "tenantId": TENANT}}
    assert (sent.id, sent.conversation, sent.thread) == (number, PERSONAL, "")
    assert sent.activity == {**envelope, **RICH}


async def test_half_a_character_does_not_keep_the_rest_from_arriving(door: Doorway) -> None:
    await door.connector.send(person(door.teams), {"type": "message", "text": "so \ud83d so"})
    assert door.teams.texts() == ["so ? so"]


async def test_a_reply_in_a_channel_goes_into_its_thread(door: Doorway) -> None:
    await door.connector.send(channel(door.teams), {"text": "in it"}, thread="17")
    assert (door.teams.sent[0].conversation, door.teams.sent[0].thread) == (ROOM, "17")


async def test_chats_have_no_threads(door: Doorway) -> None:
    group = Address(workspace=TENANT, id=GROUP, kind="group", service_url=door.teams.service_url)
    await door.connector.send(group, {"text": "there"}, thread="17")
    assert (door.teams.sent[0].conversation, door.teams.sent[0].thread) == (GROUP, "")


async def test_a_new_thread_is_started_in_the_channel(door: Doorway) -> None:
    number = await door.connector.start_thread(channel(door.teams), RICH)
    (sent,) = door.teams.sent
    assert (sent.how, sent.id, sent.conversation) == ("thread", number, ROOM)
    assert sent.activity == RICH
    assert door.teams.created[0]["isGroup"] is True


async def test_an_update_takes_the_place_of_the_message(door: Doorway) -> None:
    number = await door.connector.send(channel(door.teams), {"text": "one"}, thread="17")
    await door.connector.update(channel(door.teams), number, {"text": "two"}, thread="17")
    updated = door.teams.sent[1]
    assert (updated.how, updated.id, updated.thread) == ("update", number, "17")
    assert (updated.activity["id"], updated.text) == (number, "two")


async def test_a_private_conversation_is_opened_in_the_persons_tenant(door: Doorway) -> None:
    opened = await door.connector.open(person(door.teams, conversation=""))
    assert opened == f"a:{PERSON}"
    assert door.teams.opened == [
        {
            "isGroup": False,
            "bot": {"id": BOT},
            "members": [{"id": PERSON}],
            "tenantId": TENANT,
            "channelData": {"tenant": {"id": TENANT}},
        }
    ]


async def test_nothing_is_sent_to_a_person_whose_conversation_is_not_open(door: Doorway) -> None:
    with pytest.raises(Refused) as no:
        await door.connector.send(person(door.teams, conversation=""), RICH)
    assert (no.value.code, door.teams.calls) == ("NotOpened", [])


async def test_all_pages_of_members_are_read(door: Doorway) -> None:
    door.teams.page = 2
    door.teams.members[ROOM] = [
        {"id": f"29:{n}", "name": f"N{n}", "aadObjectId": f"o{n}"} for n in range(4)
    ] + [{"id": "29:4", "objectId": "o4", "name": None}]
    found = await door.connector.members(channel(door.teams))
    assert list(found) == [
        *[Member(f"29:{n}", f"o{n}", f"N{n}") for n in range(4)],
        Member("29:4", "o4"),
    ]
    assert door.teams.count("members") == 3


async def test_a_long_list_of_members_is_read_to_its_end(door: Doorway) -> None:
    door.teams.page = 1
    door.teams.members[ROOM] = [{"id": f"29:{n}"} for n in range(9)]
    assert len(await door.connector.members(channel(door.teams))) == 9


async def test_the_channels_of_a_team_have_names(door: Doorway) -> None:
    door.teams.team_channels[TEAM] = [{"id": TEAM, "name": None}, {"id": ROOM, "name": "ML"}]
    found = await door.connector.channels(channel(door.teams))
    assert list(found) == [ChannelName(TEAM, "General"), ChannelName(ROOM, "ML")]


async def test_one_token_serves_many_calls_until_it_nears_its_end(
    door: Doorway, clock: Clock
) -> None:
    await asyncio.gather(*(door.connector.send(person(door.teams), RICH) for _ in range(5)))
    assert door.teams.count("token") == 1
    clock.seconds += 3600 - 299
    await door.connector.send(person(door.teams), RICH)
    assert door.teams.count("token") == 2


async def test_a_token_of_a_single_tenant_app_comes_from_its_tenant() -> None:
    async with FakeTeams() as teams, doorway(teams, tenant=TENANT) as door:
        await door.connector.sign_in()
        assert [where for name, where, _ in teams.calls if name == "token"] == [TENANT]


async def test_a_token_of_a_multi_tenant_app_comes_from_microsofts_tenant(door: Doorway) -> None:
    await door.connector.sign_in()
    assert [where for _, where, _ in door.teams.calls] == ["botframework.com"]


async def test_a_refused_token_is_renewed_once(door: Doorway) -> None:
    await door.connector.send(person(door.teams), RICH)
    door.teams.revoke()
    await door.connector.send(person(door.teams), RICH)
    assert (len(door.teams.sent), door.teams.count("token")) == (2, 2)
    door.teams.order("send", refused(401, "Unauthorized"), refused(401, "Unauthorized"))
    with pytest.raises(NeedsAdmin):
        await door.connector.send(person(door.teams), RICH)
    assert door.teams.count("token") == 3


async def test_an_app_that_microsoft_does_not_know_waits_for_an_administrator(
    door: Doorway,
) -> None:
    door.teams.order("token", Fault(401, "invalid_client"))
    with pytest.raises(NeedsAdmin):
        await door.connector.send(person(door.teams), RICH)
    assert door.teams.sent == []


@pytest.mark.parametrize("fault", [BROKEN, Fault(drops=True), Fault(429)])
async def test_without_a_token_the_call_is_tried_later(door: Doorway, fault: Fault) -> None:
    door.teams.order("token", fault)
    with pytest.raises(TryLater):
        await door.connector.send(person(door.teams), RICH)
    assert await door.connector.send(person(door.teams), RICH)


@pytest.mark.parametrize("status", [412, 429, 502, 504, 503])
async def test_a_named_wait_is_obeyed_for_that_conversation(
    door: Doorway, clock: Clock, status: int
) -> None:
    door.teams.order("send", throttled(30, status))
    with pytest.raises(TryLater) as first:
        await door.connector.send(person(door.teams), RICH)
    clock.seconds += 29
    with pytest.raises(TryLater) as second:
        await door.connector.send(person(door.teams), RICH)
    assert (first.value.seconds, second.value.seconds) == (30, 1)
    assert door.teams.count("send") == 1
    await door.connector.send(channel(door.teams), RICH)  # others don't wait
    clock.seconds += 1
    await door.connector.send(person(door.teams), RICH)
    assert len(door.teams.sent) == 2


@pytest.mark.parametrize("retry_after", ["", "soon", "-5", "nan", "inf"])
async def test_without_a_sensible_wait_each_is_longer(
    door: Doorway, clock: Clock, retry_after: str
) -> None:
    for least in (1, 2, 4):
        door.teams.order("send", Fault(429, "Throttled", retry_after))
        with pytest.raises(TryLater) as later:
            await door.connector.send(person(door.teams), RICH)
        assert least <= later.value.seconds <= least * 1.25
        clock.seconds += later.value.seconds


async def test_after_a_call_that_went_through_waits_are_short_again(
    door: Doorway, clock: Clock
) -> None:
    seconds = 0.0
    for fault in (Fault(429), Fault(429), None, Fault(429)):
        door.teams.order("send", *[fault] if fault else [])
        seconds = await seconds_to_wait(door.connector.send(person(door.teams), RICH))
        clock.seconds += seconds
    assert 1 <= seconds <= 1.25


async def test_whoever_comes_too_early_uses_up_no_turns(door: Doorway) -> None:
    door.teams.order("send", throttled(30))
    waits = [
        await seconds_to_wait(door.connector.send(person(door.teams), RICH)) for _ in range(20)
    ]
    assert waits == [30] * 20


async def test_a_burst_keeps_to_microsofts_windows(door: Doorway) -> None:
    for _ in range(7):
        await door.connector.send(person(door.teams), RICH)
    await door.connector.send(person(door.teams), RICH)  # waits for its turn, a second off
    with pytest.raises(TryLater) as later:
        await door.connector.send(person(door.teams), RICH)
    assert (later.value.seconds, len(door.teams.sent)) == (2, 8)


async def test_a_call_that_waits_for_its_turn_hears_of_a_wait_named_meanwhile(
    door: Doorway,
) -> None:
    door.teams.order("send", throttled(30))
    sends = (door.connector.send(person(door.teams), RICH) for _ in range(8))
    came_of = await asyncio.gather(*sends, return_exceptions=True)
    assert [type(one) for one in came_of].count(TryLater) == 2  # the throttled one and the eighth
    assert (door.teams.count("send"), door.teams.too_early) == (7, [PERSONAL] * 6)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "BadSyntax"),
        (403, "BotNotInConversationRoster"),
        (403, "MessageWritesBlocked"),
        (404, "ConversationNotFound"),
        (413, "MessageSizeTooBig"),
        (405, ""),
    ],
)
async def test_a_refusal_says_microsofts_word_for_it(door: Doorway, status: int, code: str) -> None:
    door.teams.refusals[PERSONAL] = refused(status, code)
    with pytest.raises(Refused) as no:
        await door.connector.send(person(door.teams), RICH)
    assert (no.value.status, no.value.code, door.teams.sent) == (status, code, [])


@pytest.mark.parametrize("fault", [BROKEN, DROPPED_AFTER_ACTING, refused(503, "")])
async def test_nobody_knows_what_came_of_a_broken_call(door: Doorway, fault: Fault) -> None:
    door.teams.order("send", fault)
    with pytest.raises(Interrupted):
        await door.connector.send(person(door.teams), RICH)
    assert door.teams.count("send") == 1


async def test_nobody_knows_what_came_of_a_call_that_takes_too_long() -> None:
    async with FakeTeams() as teams, doorway(teams, timeout=0.3) as door:
        teams.order("send", SILENT_AFTER_ACTING)
        with pytest.raises(Interrupted):
            await door.connector.send(person(teams), RICH)
        assert len(teams.sent) == 1


async def test_a_call_that_never_left_is_tried_later(door: Doorway) -> None:
    await door.connector.sign_in()
    nobody = person(door.teams, service_url="http://127.0.0.1:9/emea/")
    with pytest.raises(TryLater):
        await door.connector.send(nobody, RICH)


async def test_no_token_goes_to_a_stored_address_that_is_not_microsofts(door: Doorway) -> None:
    stored = person(door.teams, service_url="https://evil.example/")
    with pytest.raises(Refused) as no:
        await door.connector.send(stored, RICH)
    assert (no.value.code, door.teams.calls) == ("NotMicrosoftsServiceUrl", [])


async def test_an_answer_that_leads_elsewhere_is_not_followed(door: Doorway) -> None:
    door.teams.order("send", Fault(302))
    with pytest.raises(Refused):
        await door.connector.send(person(door.teams), RICH)


async def test_without_an_app_id_calls_carry_no_token() -> None:
    async with FakeTeams(requires_token=False) as teams, doorway(teams, app_id="") as door:
        await door.connector.send(person(teams), RICH)
        assert (len(teams.sent), teams.count("token")) == (1, 0)


async def test_the_handler_gets_the_activity_as_it_was_posted(door: Doorway) -> None:
    posted = {**door.teams.activity(), **RICH, "membersAdded": [{"x": 1}]}
    assert (await door.post(posted)).status == 200
    assert door.handled == [posted]


@pytest.mark.parametrize("body", [{"task": {"type": "continue"}}, {}])
async def test_an_invoke_is_answered_with_what_the_handler_says(
    door: Doorway, body: Fields
) -> None:
    door.answer = saying(body)
    answer = await door.post(door.teams.invoke("task/fetch", {"data": {}}))
    assert (answer.status, answer.body) == (200, body)


async def test_an_invoke_without_an_answer_is_answered_empty(door: Doorway) -> None:
    answer = await door.post(door.teams.invoke("message/submitAction", {}))
    assert (answer.status, answer.body) == (200, None)


async def test_a_message_is_answered_empty_whatever_the_handler_says(door: Doorway) -> None:
    door.answer = saying({"a": 1})
    assert (await door.post()).body is None


@pytest.mark.parametrize("error", [StoreUnavailable(), RuntimeError("secret words")])
async def test_what_was_not_stored_is_posted_again_and_no_words_are_logged(
    door: Doorway, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    async def failing() -> Payload | None:
        raise error

    door.answer = failing
    assert (await door.post(door.teams.activity("private words"))).status == 503
    logged = capsys.readouterr()
    assert "activity_not_taken" in logged.out
    assert "words" not in logged.out + logged.err


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "application/json", 401),
        (b'{"serviceUrl": {}, "type": 7, "conversation": []}', "application/json", 401),
        (b"{}", "text/plain", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b" " * 1_100_000, "application/json", 413),
    ],
)
async def test_what_is_no_activity_is_refused(
    door: Doorway, content: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {door.teams.token()}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(door.url, data=io.BytesIO(content), headers=headers) as answer,
    ):
        assert answer.status == status
    assert door.handled == []


async def test_other_methods_are_not_served(door: Doorway) -> None:
    async with aiohttp.ClientSession() as session, session.get(door.url) as answer:
        assert answer.status == 405


async def test_closing_waits_for_activities_under_way_and_takes_no_more(door: Doorway) -> None:
    entered, may_go = asyncio.Event(), asyncio.Event()

    async def slow() -> Payload | None:
        entered.set()
        await may_go.wait()
        return None

    door.answer = slow
    posted = asyncio.create_task(door.post())
    await entered.wait()
    closing = asyncio.create_task(door.door.close())
    await asyncio.sleep(0)
    assert (await door.post()).status == 503
    assert not closing.done()
    may_go.set()
    await closing
    assert ((await posted).status, len(door.handled)) == (200, 1)


async def seconds_to_wait(call: Awaitable[str]) -> float:
    try:
        await call
    except TryLater as later:
        return later.seconds
    return 0.0


def saying(body: Payload) -> Callable[[], Awaitable[Payload | None]]:
    async def answer() -> Payload | None:
        return body

    return answer
