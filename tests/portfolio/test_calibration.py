"""Whether stated chances come true as often as stated."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log_records import Hypothesis, Outcome, Result
from bot.portfolio.calibration import Calibration, Point, TooFew, calibration, points
from bot.portfolio.proportions import wilson
from tests.portfolio.builders import day, hypothesis, outcome, version


def _points(*said: Outcome, end: str = "supported", at: float = 28) -> list[Point]:
    first = hypothesis(prior=0.4)
    closed = version(first, day(at), state=end, prior=0.9)
    return points({"h": [closed, first]}, {"h": list(said)})


def test_the_last_chance_of_each_week_and_person_is_a_point() -> None:
    found = _points(
        outcome(day(1), chance=0.2),
        outcome(day(2), chance=0.3),
        outcome(day(2), chance=0.5, person="ben"),
        outcome(day(8), chance=0.4),
    )
    assert [(p.person, p.week, p.chance) for p in found] == [
        ("ann", date(2026, 3, 2), 0.3),
        ("ben", date(2026, 3, 2), 0.5),
        ("ann", date(2026, 3, 9), 0.4),
    ]
    assert all(p.came_true for p in found)


def test_the_prior_is_the_one_before_any_edit() -> None:
    assert [p.prior for p in _points(outcome(day(1), chance=0.2))] == [0.4]


def test_what_is_said_when_the_answer_is_known_does_not_count() -> None:
    closing = outcome(day(27), chance=1, result=Result.SUPPORTED)
    assert _points(closing, outcome(day(28), chance=1), outcome(day(29), chance=1)) == []


def test_a_chance_corrected_with_hindsight_counts_as_it_stood() -> None:
    first = outcome(day(1), chance=0.2)
    found = _points(first, outcome(day(30), on=date(2026, 3, 3), chance=0.99, replaces=first.id))
    assert [p.chance for p in found] == [0.2]


@pytest.mark.parametrize("end", ["open", "dropped"])
def test_what_was_not_decided_by_evidence_tells_nothing(end: str) -> None:
    assert _points(outcome(day(1), chance=0.2), end=end) == []


def _team(chances: dict[str, list[float]], true: set[str]) -> list[Point]:
    return [
        Point("ann", name, date(2026, 3, 2), chance, 0.5, name in true)
        for name, said in chances.items()
        for chance in said
    ]


def test_nineteen_points_are_too_few_to_say() -> None:
    said = {f"h{n}": [0.5] for n in range(19)}
    assert calibration(_team(said, set())) == TooFew(19, 19)


def test_many_points_of_seven_hypotheses_are_too_few_to_say() -> None:
    assert calibration(_team({f"h{n}": [0.5] * 30 for n in range(7)}, set())) == TooFew(210, 7)


def _known(chances: dict[str, list[float]], true: set[str]) -> Calibration:
    found = calibration(_team(chances, true))
    assert isinstance(found, Calibration)
    return found


def test_a_team_that_always_says_80_and_is_right_in_half_is_too_hopeful() -> None:
    names = [f"h{n}" for n in range(20)]
    found = _known({name: [0.8, 0.8] for name in names}, set(names[:10]))
    assert found.brier.value == pytest.approx((0.2**2 + 0.8**2) / 2)
    assert found.bias.value == pytest.approx(0.3)
    assert found.bias.low > 0
    assert found.brier_of_base_rate == found.brier_of_priors == pytest.approx(0.25)
    (only,) = found.bins
    assert (only.low, only.high, only.points, only.hypotheses) == (0.8, 1.0, 40, 20)
    assert (only.came_true_low, only.came_true_high) == wilson(0.5, 20)


def test_chances_that_are_always_right_score_zero() -> None:
    names = [f"h{n}" for n in range(20)]
    sure = {name: [1.0 if n < 10 else 0.0] for n, name in enumerate(names)}
    found = _known(sure, set(names[:10]))
    assert (found.brier.value, found.brier.high, found.bias.value) == (0, 0, 0)
    assert [(b.said, b.came_true) for b in found.bins] == [(0, 0), (1, 1)]


def test_more_reports_on_the_same_hypotheses_do_not_narrow_the_interval() -> None:
    true = {"h0", "h1", "h2", "h3"}
    few = _known({f"h{n}": [0.5] * 4 for n in range(8)}, true)
    many = _known({f"h{n}": [0.5] * 400 for n in range(8)}, true)
    assert (few.bias.low, few.bias.high) == pytest.approx((many.bias.low, many.bias.high))
    assert few.bins[0].came_true_low == many.bins[0].came_true_low


teams = st.lists(
    st.tuples(st.lists(st.floats(0, 1), min_size=4, max_size=6), st.booleans()),
    min_size=8,
    max_size=12,
)


@given(teams)
def test_figures_stay_in_range_and_are_the_same_each_time(
    drawn: list[tuple[list[float], bool]],
) -> None:
    said = {f"h{n}": chances for n, (chances, _) in enumerate(drawn)}
    true = {f"h{n}" for n, (_, came_true) in enumerate(drawn) if came_true}
    found = _known(said, true)
    assert found == _known(said, true)
    assert 0 <= found.brier.low <= found.brier.high <= 1
    assert -1 <= found.bias.low <= found.bias.high <= 1
    assert sum(each.points for each in found.bins) == found.points
    for each in found.bins:
        assert each.low <= each.said <= each.high
        assert each.came_true_low <= each.came_true <= each.came_true_high


def test_wilson_knows_the_textbook_case() -> None:
    low, high = wilson(0.2, 10)
    assert (round(low, 3), round(high, 3)) == (0.057, 0.51)
    assert wilson(0, 0) == (0, 1)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_its_share_and_narrows_with_more_cases(times: int, n: int) -> None:
    share = min(times, n) / n
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    wider = wilson(share, n * 4)
    assert wider[1] - wider[0] < high - low


def test_versions_without_a_hypothesis_are_passed_over() -> None:
    nothing: dict[str, list[Hypothesis]] = {"gone": []}
    assert points(nothing, {}) == []
