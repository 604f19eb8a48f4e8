"""Names and time zones of people, as far as Slack tells them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fake_slack import (
    BOT_TOKEN,
    BROKEN,
    SILENT_AFTER_ACTING,
    TEAM,
    FakeSlack,
    Fault,
    rate_limited,
    refused,
)
from running import HASTY
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import Message
from bot.platforms.slack.api import Api, new_session
from bot.platforms.slack.directory import SlackDirectory
from bot.platforms.slack.platform import SlackPlatform
from bot.ports import Directory, Known

ANA = {
    "name": "ana.sousa",
    "real_name": "Ana Sousa",
    "tz": "Europe/Lisbon",
    "profile": {"display_name": "Ana", "real_name": "Ana Sousa"},
}


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_person_s_name_and_zone_are_found(slack: FakeSlack) -> None:
    slack.people["U1"] = ANA

    async def accept(_: Message) -> None:
        """Take anything."""

    platform = SlackPlatform(bot_token=BOT_TOKEN, accept=accept, api_url=slack.url, timing=HASTY)
    await platform.start()
    directory: Directory = platform.directory
    assert await directory.find(TEAM, "U1") == Known(name="Ana", zone="Europe/Lisbon")
    await platform.stop()


@pytest.mark.parametrize(
    ("user", "known"),
    [
        ({"name": "a", "profile": {"display_name": "", "real_name": "Ana"}}, Known(name="Ana")),
        ({"name": "a", "real_name": "Ana", "profile": {}}, Known(name="Ana")),
        ({"name": "ana", "tz": None}, Known(name="ana")),
        ({"tz": "Asia/Kolkata"}, Known(zone="Asia/Kolkata")),
        ({}, Known()),
    ],
)
async def test_what_slack_leaves_out_is_empty(
    slack: FakeSlack, user: dict[str, object], known: Known
) -> None:
    slack.people["U1"] = user
    async with looking_up(slack) as directory:
        assert await directory.find(TEAM, "U1") == known


async def test_a_person_is_asked_about_once_in_some_minutes(slack: FakeSlack) -> None:
    clock = Clock()
    slack.people["U1"] = ANA
    async with looking_up(slack, clock) as directory:
        for _ in range(3):
            assert (await directory.find(TEAM, "U1")).name == "Ana"
        assert slack.count("users.info") == 1
        slack.people["U1"] = {**ANA, "tz": "America/Chicago"}
        clock.now += 601
        assert (await directory.find(TEAM, "U1")).zone == "America/Chicago"


@pytest.mark.parametrize("person", ["", "alice", "web:7", "local", "u1", "U1 "])
async def test_people_of_other_platforms_are_not_asked_about(slack: FakeSlack, person: str) -> None:
    async with looking_up(slack) as directory:
        assert await directory.find(TEAM, person) == Known()
    assert slack.count("users.info") == 0


@pytest.mark.parametrize("code", ["missing_scope", "user_not_found", "user_not_visible"])
async def test_who_is_not_told_about_is_unknown_and_not_asked_about_at_once_again(
    slack: FakeSlack, code: str
) -> None:
    slack.people["U1"] = ANA
    slack.order("users.info", refused(code))
    clock = Clock()
    async with looking_up(slack, clock) as directory:
        assert await directory.find(TEAM, "U1") == Known()
        assert await directory.find(TEAM, "U1") == Known()
        assert slack.count("users.info") == 1
        clock.now += 601
        assert (await directory.find(TEAM, "U1")).name == "Ana"


@pytest.mark.parametrize("fault", [BROKEN, SILENT_AFTER_ACTING, rate_limited(30)])
async def test_trouble_is_no_failure_and_what_was_known_stays_known(
    slack: FakeSlack, fault: Fault
) -> None:
    slack.people["U1"] = ANA
    clock = Clock()
    async with looking_up(slack, clock) as directory:
        slack.order("users.info", fault)
        assert await directory.find(TEAM, "U1") == Known()
        clock.now += 31
        assert (await directory.find(TEAM, "U1")).name == "Ana"
        clock.now += 601
        slack.order("users.info", fault)
        assert (await directory.find(TEAM, "U1")).name == "Ana"


@asynccontextmanager
async def looking_up(
    slack: FakeSlack, clock: Clock | None = None
) -> AsyncGenerator[SlackDirectory]:
    clock = clock or Clock()
    async with new_session(5) as session:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.url, session=session)
        yield SlackDirectory(Api(client, clock), clock, seconds=0.3)
