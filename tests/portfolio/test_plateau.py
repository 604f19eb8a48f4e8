"""Whether a metric moves, and whether a good week promises another."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portfolio.plateau import BaseRate, Reading, good_weeks, readings, trend
from tests.portfolio.builders import day, hypothesis, outcome


def weekly(*values: float) -> list[Reading]:
    return [Reading(day(7 * week), value) for week, value in enumerate(values)]


def test_four_readings_are_too_few() -> None:
    found = trend(weekly(1, 2, 3, 4))
    assert (found.verdict, found.n, found.p_value) == ("too_few", 4, None)


def test_five_readings_that_only_rise_do_rise() -> None:
    found = trend(weekly(0.60, 0.62, 0.64, 0.66, 0.68))
    assert found.verdict == "rising"
    assert found.per_week == pytest.approx(0.02)
    assert found.p_value == pytest.approx(2 / 120)
    assert found.noise == pytest.approx(0, abs=1e-12)


def test_what_falls_is_falling() -> None:
    assert trend(weekly(9, 8, 7, 5, 4, 2)).verdict == "falling"


def test_ups_and_downs_are_no_trend() -> None:
    assert trend(weekly(0.70, 0.72, 0.69, 0.71, 0.70, 0.73, 0.69, 0.71)).verdict == "unclear"


def test_a_constant_value_is_no_trend() -> None:
    found = trend(weekly(0.7, 0.7, 0.7, 0.7, 0.7))
    assert (found.verdict, found.p_value, found.per_week) == ("unclear", 1, 0)


def test_an_early_rise_is_forgotten_after_eight_flat_readings() -> None:
    flat = (0.80, 0.79, 0.81, 0.80, 0.79, 0.81, 0.80, 0.80)
    assert trend(weekly(0.1, 0.3, 0.5, 0.7, *flat)).verdict == "unclear"


def test_one_outlier_does_not_make_the_slope() -> None:
    found = trend(weekly(1, 2, 3, 40, 5, 6))
    assert found.per_week == pytest.approx(1, abs=0.3)


def test_readings_of_the_same_moment_have_no_slope() -> None:
    assert trend([Reading(day(0), value) for value in range(5)]).per_week == 0


def test_corrected_values_count_as_corrected() -> None:
    first = outcome(day(1), value=6.5)
    fixed = outcome(day(2), value=0.65, replaces=first.id)
    assert [each.value for each in readings([first, fixed, outcome(day(3))])] == [0.65]
    assert [each.value for each in readings([first, fixed], day(1))] == [6.5]


numbers = st.lists(st.integers(0, 4), min_size=5, max_size=8)


@given(numbers)
def test_a_reversed_history_trends_the_other_way(values: list[int]) -> None:
    there, back = trend(weekly(*values)), trend(weekly(*reversed(values)))
    assert there.p_value == back.p_value
    assert {"rising": "falling", "falling": "rising"}.get(there.verdict, "unclear") == back.verdict


@given(numbers, st.floats(0.1, 10), st.floats(-100, 100))
def test_the_unit_does_not_matter(values: list[int], scale: float, shift: float) -> None:
    moved = [value * scale + shift for value in values]
    assert trend(weekly(*moved)).verdict == trend(weekly(*values)).verdict


@pytest.mark.parametrize("values", [(1, 2, 3, 4, 5), (1, 1, 2, 3, 4), (0, 0, 0, 1, 1, 1)])
def test_a_trend_is_cried_in_one_of_twenty_random_orders_at_most(values: tuple[int, ...]) -> None:
    verdicts = [trend(weekly(*order)).verdict for order in permutations(values)]
    assert sum(verdict != "unclear" for verdict in verdicts) <= len(verdicts) / 20


def _reported(*values: float | None, threshold: str = "") -> BaseRate:
    h = hypothesis(threshold=threshold)
    said = [outcome(day(7 * n), value=value) for n, value in enumerate(values)]
    return good_weeks([h], {h.id: said})


def test_good_weeks_that_are_followed_by_good_ones_are_counted() -> None:
    found = _reported(1, 2, 3, 2, 3, 1)
    assert (found.times, found.n) == (1, 3)
    assert 0 < found.low < 1 / 3 < found.high < 1


@pytest.mark.parametrize("threshold", ["at most 3 %", "< 200 ms", "below 5", "no more than 4"])
def test_with_an_upper_limit_falling_is_good(threshold: str) -> None:
    found = _reported(5, 4, 3, threshold=threshold)
    assert (found.times, found.n) == (1, 1)


def test_a_week_without_a_value_breaks_the_row() -> None:
    assert _reported(1, 2, None, 3, 4).n == 0


def test_the_last_value_of_a_week_stands_for_it() -> None:
    h = hypothesis()
    days = [(0, 1.0), (7, 9.0), (8, 2.0), (14, 3.0)]
    found = good_weeks([h], {h.id: [outcome(day(on), value=value) for on, value in days]})
    assert (found.times, found.n) == (1, 1)


def test_without_values_nothing_is_known_of_good_weeks() -> None:
    assert good_weeks([], {}) == BaseRate(0, 0, 0, 1)
