"""What is under way and what is remembered, without HTTP."""

import asyncio

import pytest
from web_stand_ins import StandIn

from bot.messages import Message, Person, Place, Platform
from bot.platforms.web.exchanges import Exchanges
from bot.platforms.web.sessions import Throttle


def message(number: int) -> Message:
    place = Place(platform=Platform.WEB, workspace="local", channel="ml-team")
    return Message(id=str(number), place=place, person=Person(id="ann"), text="When?")


async def test_finishing_waits_for_answers_under_way(coach: StandIn) -> None:
    exchanges = Exchanges(coach.reply)
    coach.open_gate.clear()
    asking = asyncio.create_task(exchanges.answer(message(1)))
    await coach.asked.wait()
    finishing = asyncio.create_task(exchanges.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    coach.open_gate.set()
    await finishing
    assert await asking


async def test_finishing_with_nothing_under_way_returns_at_once(coach: StandIn) -> None:
    await Exchanges(coach.reply).finish()


async def test_only_the_latest_exchanges_are_remembered(coach: StandIn) -> None:
    exchanges = Exchanges(coach.reply, keep=2)
    for number in (1, 2, 3, 3, 2, 1):
        await exchanges.answer(message(number))
    assert [one.id for one in coach.received] == ["1", "2", "3", "1"]


@pytest.mark.parametrize(
    ("guesser", "other", "waits"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("unknown", "192.0.2.1", False),
    ],
)
def test_who_has_to_wait_for_another_s_guesses(guesser: str, other: str, waits: bool) -> None:
    throttle = Throttle(lambda: 0.0)
    for _ in range(1_000):
        throttle.failed(guesser)
    assert throttle.wait(guesser) == 60
    assert bool(throttle.wait(other)) == waits


def test_old_guessers_are_forgotten_when_there_are_too_many() -> None:
    throttle = Throttle(lambda: 0.0)
    for _ in range(3):
        throttle.failed("192.0.2.1")
    for number in range(10_000):
        throttle.failed(f"host-{number}")
    assert throttle.wait("192.0.2.1") == 0
