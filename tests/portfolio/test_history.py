"""An objective week by week, as it was seen then."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.log_records import Result
from bot.portfolio.history import history, weekly
from bot.portfolio.odds import bet, odds
from tests.portfolio.builders import START, day, hypothesis, outcome, version

MONDAY = START.date()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800), st.integers(1, 60))
def test_dates_are_whole_weeks_apart_and_end_today(first: date, days: int, most: int) -> None:
    last = first + timedelta(days=days)
    dates = weekly(first, last, most)
    assert dates[-1] == last
    assert 1 <= len(dates) <= most
    assert all(two - one == timedelta(weeks=1) for one, two in pairwise(dates))
    assert len(dates) == most or dates[0] <= first < dates[0] + timedelta(weeks=1)


def test_each_date_shows_what_was_known_on_it() -> None:
    one, other = hypothesis("a", prior=0.4), hypothesis("b", prior=0.3, created_at=day(7))
    closed = version(one, day(13), state="refuted")
    said = {"a": [outcome(day(8), "a", chance=0.2), outcome(day(13), "a", result=Result.REFUTED)]}
    dates = [MONDAY + timedelta(weeks=week) for week in range(-1, 3)]
    found = history("churn", {"a": [closed, one], "b": [other]}, said, dates)
    assert [(s.open, s.refuted, s.registered) for s in found] == [
        (0, 0, 0),
        (1, 0, 1),
        (2, 0, 2),
        (1, 1, 2),
    ]
    assert [round(s.odds.middle, 3) for s in found] == [0, 0.4, 0.58, 0.3]


def test_what_happens_on_a_day_shows_on_that_day() -> None:
    late = hypothesis(created_at=day(0.6))
    assert history("churn", {"h": [late]}, {}, [MONDAY])[0].open == 1


def test_a_supported_hypothesis_makes_the_odds_certain() -> None:
    first = hypothesis("a")
    done = version(first, day(3), state="supported")
    (found,) = history("churn", {"a": [first, done]}, {}, [MONDAY + timedelta(days=7)])
    assert (found.supported, found.odds.low) == (1, 1)


def test_a_hypothesis_counts_for_the_objective_it_belonged_to_then() -> None:
    first = hypothesis("a")
    moved = version(first, day(10), objective="other")
    dates = [MONDAY, MONDAY + timedelta(weeks=2)]
    versions = {"a": [first, moved]}
    assert [s.registered for s in history("churn", versions, {}, dates)] == [1, 0]
    assert [s.registered for s in history("other", versions, {}, dates)] == [0, 1]


def test_shared_labels_count_in_every_week() -> None:
    pair = [hypothesis(name, shares=("labels",)) for name in ("a", "b")]
    (found,) = history("churn", {h.id: [h] for h in pair}, {}, [MONDAY])
    assert found.odds == odds([bet(h, h.prior) for h in pair])
    assert found.odds.middle < found.odds.independent


def test_an_objective_without_hypotheses_has_an_empty_history() -> None:
    (found,) = history("churn", {}, {}, [MONDAY])
    assert (found.registered, found.odds.high) == (0, 0)
