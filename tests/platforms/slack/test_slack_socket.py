"""Socket Mode: acknowledged when stored, and whole through every reconnection."""

import asyncio
from pathlib import Path

from fake_slack import FakeSlack
from payloads import command, mention, press
from running import running_coach, until

from bot.errors import StoreUnavailable
from bot.messages import Message


async def test_events_commands_and_presses_are_acknowledged_and_answered(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, socket=True) as coach:
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("events_api", mention("one"))
        await slack.socket.send("slash_commands", command("ask two", slack.response_url("r")))
        await slack.socket.send("interactive", press("answer_helpful", "a1"))
        await until(lambda: len(slack.socket.acknowledged) == 3)
        await coach.settled()
    assert "You said: one" in slack.posts()
    assert [whisper["text"] for whisper in slack.whispers] == ["You said: two"]


async def test_an_event_that_can_not_be_stored_is_not_acknowledged(
    slack: FakeSlack, tmp_path: Path
) -> None:
    stored: list[Message] = []

    async def accept(message: Message) -> None:
        if not stored:
            stored.append(message)
            raise StoreUnavailable

    async with running_coach(slack, tmp_path, socket=True, accept=accept):
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("events_api", mention("one"))
        await until(lambda: len(stored) == 1)
        assert slack.socket.acknowledged == []
        await slack.socket.repeat()
        await until(lambda: slack.socket.acknowledged != [])


async def test_refreshes_under_load_lose_and_double_nothing(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, socket=True) as coach:
        await until(lambda: slack.socket.connections == 1)
        for refresh in range(10):
            for n in range(5):
                await slack.socket.send("events_api", mention(f"{refresh}.{n}"))
            await slack.socket.refresh()
            await until(lambda expected=refresh + 2: slack.socket.connections == expected)
        await _all_acknowledged(slack)
        await coach.settled()
    assert sorted(slack.posts()) == sorted(
        f"You said: {r}.{n}" for r in range(10) for n in range(5)
    )


async def test_dropped_connections_lose_and_double_nothing(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, socket=True) as coach:
        await until(lambda: slack.socket.connections == 1)
        for drop in range(4):
            await slack.socket.send("events_api", mention(f"before {drop}"))
            await slack.socket.drop()
            await slack.socket.send("events_api", mention(f"after {drop}"))
            await until(lambda expected=drop + 2: slack.socket.connections >= expected)
        await _all_acknowledged(slack)
        await coach.settled()
    expected = [f"You said: {when} {n}" for when in ("after", "before") for n in range(4)]
    assert sorted(slack.posts()) == expected


async def test_an_envelope_under_way_is_acknowledged_before_coach_stops(
    slack: FakeSlack, tmp_path: Path
) -> None:
    storing, stored = asyncio.Event(), asyncio.Event()

    async def slowly(_: Message) -> None:
        storing.set()
        await stored.wait()

    async with running_coach(slack, tmp_path, socket=True, accept=slowly) as coach:
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("events_api", mention("one"))
        await storing.wait()
        closing = asyncio.create_task(coach.platform.close_intake())
        await slack.socket.send("events_api", mention("too late"))
        stored.set()
        await closing
        await until(lambda: len(slack.socket.acknowledged) == 1)
    assert slack.socket.unacknowledged == 1


async def _all_acknowledged(slack: FakeSlack) -> None:
    async with asyncio.timeout(20):
        while slack.socket.unacknowledged:
            await asyncio.sleep(0.1)
            await slack.socket.repeat()
