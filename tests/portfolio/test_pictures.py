"""Charts as data, and what they show in words."""

from collections.abc import Callable, Sequence

import pytest

from bot.chart_records import Chart
from bot.log_records import Hypothesis
from bot.portfolio.calibration import Point, TooFew, calibration
from bot.portfolio.history import Snapshot, history, weekly
from bot.portfolio.pictures import calibration_chart, odds_chart, portfolio_chart
from tests.portfolio.builders import START, day, hypothesis, version

MONDAY = START.date()


def portfolio() -> dict[str, list[Hypothesis]]:
    first = hypothesis("a", prior=0.4, shares=("labels",))
    second = hypothesis("b", prior=0.3, shares=("labels",), created_at=day(7))
    third = hypothesis("c", prior=0.3, created_at=day(7))
    return {
        "a": [first, version(first, day(15), state="refuted")],
        "b": [second],
        "c": [third],
    }


def charts() -> tuple[Chart, Chart]:
    found = history("churn", portfolio(), {}, weekly(MONDAY, day(21).date()))
    return portfolio_chart("Churn", found), odds_chart("Churn", found)


def test_a_portfolio_has_a_layer_for_each_state_that_ever_was() -> None:
    chart, _ = charts()
    assert {s.name: s.values for s in chart.series} == {
        "open": (1, 3, 3, 2),
        "refuted": (0, 0, 0, 1),
    }
    assert chart.alt == (
        "Bars of the hypotheses for “Churn” by state, week by week from 2 Mar 2026 to 23 Mar 2026: "
        "from 1 registered to 3; at the end 2 open, 0 supported, 1 refuted and 0 dropped."
    )


def test_odds_have_a_range_and_the_independent_figure_where_it_differs() -> None:
    _, chart = charts()
    main, independent = chart.series
    assert len(main.low) == len(main.high) == len(chart.dates) == len(independent.values) == 4
    assert chart.alt == (
        "A line of the odds that at least one approach meets “Churn”, week by week: 40 % on 2 Mar "
        "2026, lowest 40 %, highest 66 %, at last 51 % (51 %) on 23 Mar 2026, 51 % if the "
        "approaches shared nothing."
    )


def test_weeks_before_anything_was_registered_are_left_out() -> None:
    found = history("churn", portfolio(), {}, weekly(day(-21).date(), day(21).date()))
    assert portfolio_chart("Churn", found).dates[0] == MONDAY


def test_one_week_is_told_as_a_point() -> None:
    found = history("churn", portfolio(), {}, [MONDAY])
    assert portfolio_chart("Churn", found).alt == (
        "Bars of the hypotheses for “Churn” by state on 2 Mar 2026: 1 open, 0 supported, 0 refuted "
        "and 0 dropped."
    )
    assert odds_chart("Churn", found).alt.startswith("A point for the odds")


def test_without_hypotheses_there_is_nothing_to_draw_and_it_says_so() -> None:
    found = history("churn", {}, {}, [MONDAY])
    for chart in (portfolio_chart("Churn", found), odds_chart("Churn", found)):
        assert (chart.series, chart.dates) == ((), ())
        assert chart.alt == "Nothing to draw: no hypothesis is registered for “Churn”."


def test_calibration_is_told_bin_by_bin() -> None:
    found = calibration(
        [
            Point("ann", f"h{n}", MONDAY, 0.3 if n % 2 else 0.7, 0.5, came_true=n < 10)
            for n in range(20)
        ]
    )
    chart = calibration_chart(found)
    assert [s.name for s in chart.series] == ["said", "came true"]
    assert chart.series[0].counts == (10, 10)
    assert "said 30 % on average, 50 % came true (10 estimates)" in chart.alt


def test_too_few_estimates_are_not_drawn() -> None:
    chart = calibration_chart(TooFew(3, 1))
    assert chart.series == ()
    assert "too few" in chart.alt


@pytest.mark.parametrize("draw", [portfolio_chart, odds_chart])
def test_a_long_name_is_cut_and_the_kind_of_chart_stays(
    draw: Callable[[str, Sequence[Snapshot]], Chart],
) -> None:
    chart = draw("Reduce " * 40, history("churn", portfolio(), {}, [MONDAY]))
    assert len(chart.title) < 180
    assert chart.title.startswith(("Hypotheses by state:", "Odds that at least one"))
    assert Chart.model_validate_json(chart.model_dump_json()) == chart
