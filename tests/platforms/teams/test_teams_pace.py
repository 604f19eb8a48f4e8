"""Microsoft's limits for calls about a conversation, and the patience that Teams asks for."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import TryLater
from bot.platforms.teams.pace import CONVERSATION, Backoff, Pace, Window


class Clock:
    """Seconds that tests move."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def most_in(times: Sequence[float], window: Window) -> int:
    """How many of *times* fell into the fullest *window*."""
    # Binary fractions don't add up: a thousandth of a second is neither here nor there.
    return max(sum(0 <= t - first < window.seconds - 0.001 for t in times) for first in times)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=150))
def test_no_window_ever_holds_more_calls_than_microsoft_takes(gaps: list[float]) -> None:
    clock = Clock()
    pace = Pace(CONVERSATION, clock)
    times: list[float] = []
    for gap in gaps:
        clock.seconds += gap
        try:
            times.append(clock() + pace.turn("a"))
        except TryLater as later:
            clock.seconds += later.seconds
            times.append(clock() + pace.turn("a"))
    assert all(most_in(times, window) <= window.calls for window in CONVERSATION)


def test_an_hour_takes_1800_calls_and_no_more() -> None:
    clock = Clock()
    pace = Pace(CONVERSATION, clock)
    for _ in range(1800):
        assert pace.turn("a") == 0
        clock.seconds += 0.6
    clock.seconds = 1800.0
    with pytest.raises(TryLater) as later:
        pace.turn("a")
    assert later.value.seconds == 1800.0


def test_seven_calls_go_at_once_and_the_eighth_a_second_later() -> None:
    pace = Pace(CONVERSATION, Clock())
    assert [pace.turn("a") for _ in range(8)] == [0.0] * 7 + [1.0]
    with pytest.raises(TryLater) as later:
        pace.turn("a")
    assert later.value.seconds == 2.0


def test_a_turn_that_was_not_taken_does_not_count() -> None:
    clock = Clock()
    pace = Pace([Window(10, 1)], clock)
    pace.turn("a")
    for _ in range(3):
        with pytest.raises(TryLater):
            pace.turn("a")
    clock.seconds = 10
    assert pace.turn("a") == 0


def test_conversations_do_not_wait_for_each_other() -> None:
    pace = Pace([Window(10, 1)], Clock())
    assert [pace.turn(str(number)) for number in range(2000)] == [0.0] * 2000


def test_conversations_of_long_ago_are_forgotten_and_recent_ones_are_not() -> None:
    clock = Clock()
    pace = Pace([Window(10, 1)], clock)
    for number in range(999):
        pace.turn(str(number))
    clock.seconds = 9
    pace.turn("recent")
    clock.seconds = 15
    assert pace.turn("1") == 0
    with pytest.raises(TryLater):
        pace.turn("recent")


def test_without_a_named_wait_each_is_twice_as_long_up_to_a_minute() -> None:
    backoff = Backoff(Clock(), lambda: 0.0)
    waits = [backoff.wait("a").seconds for _ in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    backoff.done("a")
    assert backoff.wait("a").seconds == 1


def test_chance_spreads_waits_by_up_to_a_quarter() -> None:
    assert Backoff(Clock(), lambda: 1.0).wait("a").seconds == 1.25


def test_nobody_calls_before_the_named_wait_is_over() -> None:
    clock = Clock()
    backoff = Backoff(clock, lambda: 0.0)
    backoff.wait("a", 7)
    backoff.wait("a", 3)  # a later answer to an earlier call shortens nothing
    clock.seconds = 6.5
    with pytest.raises(TryLater) as later:
        backoff.check("a")
    assert later.value.seconds == 0.5
    backoff.check("b")
    clock.seconds = 7
    backoff.check("a")


def test_a_call_that_went_through_meanwhile_ends_no_wait() -> None:
    backoff = Backoff(Clock(), lambda: 0.0)
    backoff.wait("a", 7)
    backoff.done("a")
    with pytest.raises(TryLater):
        backoff.check("a")
