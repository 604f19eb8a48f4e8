"""Writing to people first: who can be reached, and what their standup's owner hears if not."""

from pathlib import Path

import pytest
from fake_teams import (
    APP_ID,
    APP_PASSWORD,
    BOT,
    BROKEN,
    PERSON,
    PERSON_OBJECT,
    PERSONAL,
    ROOM,
    TEAM,
    TENANT,
    FakeTeams,
    refused,
    throttled,
)
from teams_running import card_in, delivery_to, running_coach, words_in

from bot.messages import Person
from bot.platforms.teams.connector import TeamsConnector
from bot.platforms.teams.platform import problems_with

OWNER = Person(id=PERSON_OBJECT, name="Ada")


async def test_who_has_written_before_is_written_to_there(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("hello"))
        await coach.put(delivery_to())
        await coach.settled()
        assert [each.conversation for each in coach.messages()] == [PERSONAL, PERSONAL]
        assert teams.opened == []


async def test_who_was_only_seen_in_a_channel_gets_a_private_chat(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.in_channel("hello"))
        await coach.put(delivery_to())
        await coach.settled()
        assert coach.messages()[-1].conversation == f"a:{PERSON}"
        (opened,) = teams.opened
        assert opened["members"] == [{"id": PERSON}]
        assert opened["bot"] == {"id": BOT}
        known = await coach.addresses.find(TENANT, PERSON_OBJECT)
        assert known is not None
        assert known.conversation == f"a:{PERSON}"


async def test_who_never_wrote_gets_a_private_chat_by_their_tenants_address(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(teams.activity("hello"))
        await coach.put(delivery_to("ben", key="1"), delivery_to("ben", key="2"))
        await coach.settled()
        assert [each.conversation for each in coach.messages()[1:]] == ["a:ben", "a:ben"]
        assert teams.opened[0]["members"] == [{"id": "ben"}]
        assert teams.opened[0]["channelData"]["tenant"] == {"id": TENANT}
        known = await coach.addresses.find(TENANT, "ben")
        assert known is not None
        assert known.conversation == "a:ben"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ForbiddenOperationException", "do not have me in Teams yet"),
        ("BotNotInConversationRoster", "do not have me in Teams yet"),
        ("", "do not have me in Teams yet"),
        ("ConversationBlockedByUser", "have blocked me"),
        ("BotDisabledByAdmin", "has switched me off"),
    ],
)
async def test_the_owner_hears_who_can_not_be_reached_and_what_to_do(
    teams: FakeTeams, tmp_path: Path, code: str, says: str
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        teams.refusals["ben"] = refused(403, code)
        unreachable = delivery_to("ben", complain_to=OWNER)
        await coach.put(unreachable)
        await coach.settled()
        (told,) = coach.messages()
        assert told.conversation == PERSONAL
        said = words_in(card_in(told.activity))
        assert "I could not write to Ben" in said
        assert says in said


async def test_who_removed_coach_is_reported_too(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        await coach.learn(id="ben", conversation="a:ben", installed=False)
        teams.refusals["a:ben"] = refused(403, "BotNotInConversationRoster")
        await coach.put(delivery_to("ben", complain_to=OWNER))
        await coach.settled()
        (told,) = coach.messages()
        assert "do not have me in Teams yet" in words_in(card_in(told.activity))


async def test_who_installed_coach_again_unnoticed_is_reached(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(installed=False)
        await coach.put(delivery_to())
        await coach.settled()
        assert [each.conversation for each in coach.messages()] == [PERSONAL]


async def test_a_chat_that_is_none_any_more_is_opened_again(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(conversation="a:old")
        teams.refusals["a:old"] = refused(404, "ConversationNotFound")
        await coach.put(delivery_to())
        await coach.settled()
        assert [each.conversation for each in coach.messages()] == [f"a:{PERSON}"]
        known = await coach.addresses.find(TENANT, PERSON_OBJECT)
        assert known is not None
        assert known.conversation == f"a:{PERSON}"


async def test_who_is_gone_is_said_to_be(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        teams.refusals["ben"] = refused(404, "NotFound")
        await coach.put(delivery_to("ben", complain_to=OWNER))
        await coach.settled()
        (told,) = coach.messages()
        assert "take them out of the standup's members" in words_in(card_in(told.activity))


async def test_where_nobody_has_written_yet_there_is_no_way(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.put(delivery_to("ben"))
        await coach.settled()
        assert coach.messages() == []
        assert teams.calls == [call for call in teams.calls if call[0] == "token"]


async def test_opening_a_chat_waits_when_teams_says_so(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(conversation="")
        teams.order("create", throttled(0.5), BROKEN)
        await coach.put(delivery_to())
        await coach.settled()
        assert teams.too_early == []
        assert [each.conversation for each in coach.messages()] == [f"a:{PERSON}"]


async def test_the_person_is_known_by_the_address_book(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(name="Ada", zone="Europe/Lisbon")
        known = await coach.platform.directory.find(TENANT, PERSON_OBJECT)
        assert (known.name, known.zone) == ("Ada", "Europe/Lisbon")
        assert teams.count("members") == 0


async def test_somebody_unknown_is_looked_up_among_the_members_once(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        teams.members[TEAM] = [{"id": "29:ben", "aadObjectId": "ben", "name": "Ben"}]
        for _ in range(3):
            assert (await coach.platform.directory.find(TENANT, "ben")).name == "Ben"
            assert (await coach.platform.directory.find(TENANT, "nobody")).name == ""
        assert teams.count("members") == 1
        known = await coach.addresses.find(TENANT, "ben")
        assert known is not None
        assert known.member == "29:ben"


async def test_a_directory_that_can_not_look_says_nothing(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        teams.order("members", BROKEN)
        assert (await coach.platform.directory.find(TENANT, "ben")).name == ""
        assert (await coach.platform.directory.find("T0SLACK", "U1")).name == ""


async def test_a_check_tells_a_refused_secret_from_a_silent_cloud(teams: FakeTeams) -> None:
    right = TeamsConnector(APP_ID, APP_PASSWORD, loopback=True, cloud=teams.cloud)
    assert await problems_with(right) == []
    wrong = TeamsConnector("another", "wrong", loopback=True, cloud=teams.cloud)
    (problem,) = await problems_with(wrong)
    assert problem.startswith("TEAMS_APP_ID and TEAMS_APP_PASSWORD are refused")
    await teams.stop()
    silent = TeamsConnector("another", "wrong", loopback=True, cloud=teams.cloud)
    (problem,) = await problems_with(silent)
    assert problem.startswith("Microsoft's sign-in does not answer")
