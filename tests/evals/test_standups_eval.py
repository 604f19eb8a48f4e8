"""Floors, ceilings and tallies of the evaluation `standups` do what its tables say they do."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from evals.standups import clocks, forecasts, fragility, integrals, naming, plateaus, teams, year
from evals.standups.cells import Alarms, Numbers, mean, share
from evals.standups.evaluation import evaluate
from evals.standups.forecasts import Forecasts, product
from evals.standups.naming import Listed, NamingCase, read_naming
from evals.standups.sizes import TINY
from evals.standups.worlds import (
    AS_TAKEN,
    GATES,
    HOPEFUL,
    NOTHING,
    TRUE,
    UNSAID,
    WORLDS,
    Portfolio,
    World,
    portfolio,
)
from tests.standups.make_simulated_year import TEAM

LISBON = "Europe/Lisbon"
HOUR = timedelta(hours=1)
SPRING = clocks.Change(datetime(2026, 3, 29, 1, tzinfo=UTC), timedelta(), HOUR)
AUTUMN = clocks.Change(datetime(2026, 10, 25, 1, tzinfo=UTC), HOUR, timedelta())


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def numbers(*values: float) -> Numbers:
    return np.array(values)


# -- cells


def test_a_share_comes_with_its_wilson_interval() -> None:
    assert share(9, 10) == "0.90 [0.60, 0.98]"
    assert share(0, 0) == "–"


def test_a_mean_comes_with_two_standard_errors() -> None:
    assert mean(numbers(1, 2, 3), 2) == "+2.00 ± 1.13"
    assert mean(numbers(1), 2) == "–"


def test_alarms_are_counted_by_what_was_said_and_what_is_true() -> None:
    alarms = Alarms()
    for warned, true in ((True, True), (True, True), (True, False), (False, True), (False, False)):
        alarms.add(warned=warned, true=true)
    assert (alarms.right, alarms.wrong, alarms.missed, alarms.quiet) == (2, 1, 1, 1)
    assert alarms.precision.startswith("0.67")
    assert alarms.recall.startswith("0.67")


# -- schedules


def fired(scheduler: clocks.Scheduler, change: clocks.Change, at: time) -> list[list[datetime]]:
    """Return what is fired on the three days around *change*."""
    found = list(scheduler(clocks.Walk(change), LISBON, at))
    return [[when for on, when in found if on == day] for day in change.days]


def test_the_truth_of_a_skipped_time_is_the_next_and_of_a_repeated_one_the_first() -> None:
    spring, autumn = clocks.Walk(SPRING), clocks.Walk(AUTUMN)
    half_past_one = time(1, 30)
    assert spring.right(datetime.combine(SPRING.days[1], half_past_one)) == SPRING.at
    assert autumn.right(datetime.combine(AUTUMN.days[1], half_past_one)) == AUTUMN.at - HOUR / 2


def test_cron_loses_what_is_skipped_and_doubles_what_is_repeated() -> None:
    assert [len(day) for day in fired(clocks.cron, SPRING, time(1, 30))] == [1, 0, 1]
    assert [len(day) for day in fired(clocks.cron, AUTUMN, time(1, 30))] == [1, 2, 1]
    assert [len(day) for day in fired(clocks.cron, SPRING, time(9, 30))] == [1, 1, 1]


def test_adding_24_hours_is_an_hour_late_after_the_clocks_went_forward() -> None:
    walk = clocks.Walk(SPRING)
    right = [walk.right(datetime.combine(day, time(9, 30))) for day in SPRING.days]
    found = [when for (when,) in fired(clocks.every_24_hours, SPRING, time(9, 30))]
    late = [when - due for when, due in zip(found, right, strict=True)]
    assert late == [timedelta(), HOUR, HOUR]


def test_coach_asks_once_on_each_day() -> None:
    for change in (SPRING, AUTUMN):
        assert [len(day) for day in fired(clocks.coach, change, time(1, 30))] == [1, 1, 1]


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        ([], "lost"),
        ([SPRING.at], "right"),
        ([AUTUMN.at], "other time"),
        ([SPRING.at] * 2, "doubled"),
    ],
)
def test_an_occurrence_is_judged_by_how_often_and_when_it_came(
    times: list[datetime], verdict: str
) -> None:
    assert clocks.judged(times, SPRING.at) == verdict


def test_a_row_counts_what_is_not_due_apart() -> None:
    tally = clocks.Tally({"right": 9, "lost": 1, "not due": 5})
    cells = clocks.row("x", tally, clocks.VERDICTS)
    assert cells == ("x", "10", "0.9000 [0.5958, 0.9821]", "0", "1", "0", "5")


def test_a_year_is_tallied_by_person_and_date() -> None:
    on, at = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)
    due = {("ana", on): at, ("ben", on): at}
    tally = year.tally(due, [("ana", on, at), ("cleo", on, at), ("ben", on, at + HOUR)])
    assert tally == {"right": 1, "other time": 1, "not due": 1}


def test_the_floors_of_the_year_ask_on_holidays_and_coach_does_not() -> None:
    daily, _ = year.standups(TEAM)
    due = year.expected(daily.id)
    floor = year.tally(due, list(year.cron(daily, TEAM)))
    coach = year.tally(due, year.coach(daily, TEAM))
    assert floor["not due"] > 50
    assert coach == {"right": len(due), "not due": 0}


# -- worlds


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_in_every_world_each_bet_succeeds_as_often_as_its_chance_says(world: World) -> None:
    drawing, rounds = rng(), 20_000
    for _ in range(5):
        found = portfolio(drawing)
        share = world.simulate(found, drawing, rounds).mean(axis=0)
        assert np.abs(share - found.chances).max() < 5 * 0.5 / rounds**0.5


def together(world: World) -> float:
    """Return how often two even bets with one label in common succeed together."""
    pair = Portfolio(numbers(0.5, 0.5), [frozenset({"data"})] * 2)
    return float(world.simulate(pair, rng(), 20_000).all(axis=1).mean())


def test_worlds_tie_bets_as_strongly_as_they_say() -> None:
    assert together(NOTHING) == pytest.approx(1 / 4, abs=0.02)
    assert together(AS_TAKEN) == pytest.approx(1 / 3, abs=0.02)  # 1/4 + asin(1/2) / (2 pi)
    assert together(UNSAID) == pytest.approx(1 / 3, abs=0.02)
    assert together(GATES) > 1 / 4


def test_a_team_says_the_truth_or_leans() -> None:
    chances = numbers(0.2, 0.5, 0.8)
    assert TRUE.say(chances, rng()) == pytest.approx(chances)
    assert HOPEFUL.say(np.full(500, 0.3), rng()).mean() > 0.35


# -- odds


def test_the_floor_of_the_odds_is_the_independent_product() -> None:
    assert product(numbers(0.5, 0.5)) == pytest.approx(0.75)


def test_the_truth_has_the_best_expected_scores() -> None:
    truth = numbers(0.2, 0.7)
    found = Forecasts("x", truth, truth + 0.2, truth, truth, truth)
    assert found.brier(truth) == pytest.approx(numbers(0.16, 0.21))
    assert (found.brier(found.floor) - found.brier(truth)) == pytest.approx(numbers(0.04, 0.04))
    assert (found.log_loss(found.floor) > found.log_loss(truth)).all()
    assert not found.ties.any()


def test_without_ties_floor_coach_and_truth_agree() -> None:
    found = forecasts.forecasts(NOTHING, TRUE, TINY)
    loose = ~found.ties
    assert found.floor[loose] == pytest.approx(found.middle[loose])
    assert np.abs(found.floor - found.truth).max() < 0.12


def test_brute_force_agrees_with_the_product_where_nothing_is_shared() -> None:
    lonely = Portfolio(numbers(0.3, 0.4), [frozenset(), frozenset()])
    found = integrals.simulated(lonely, ["l0"], 0.5, rng(), 250_000)
    assert found == pytest.approx(0.58, abs=0.005)


# -- path-critical


def test_a_bet_is_critical_if_more_than_half_of_the_wins_are_its_alone() -> None:
    success = np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 0]] * 400, dtype=np.bool_)
    found = fragility.truth(Portfolio(numbers(0.6, 0.4), [frozenset({"a"}), frozenset()]), success)
    assert (found.critical, found.shared, found.clear) == (frozenset(), frozenset(), False)
    success = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 0]] * 400, dtype=np.bool_)
    found = fragility.truth(Portfolio(numbers(0.6, 0.2), [frozenset({"a"})] * 2), success)
    assert (found.critical, found.shared, found.clear) == ({"h0"}, {"a"}, True)


def test_the_floor_warns_of_a_single_live_bet_only() -> None:
    two = Portfolio(numbers(0.4, 0.0), [frozenset(), frozenset()])
    assert not fragility.only_one(two)
    assert fragility.only_one(fragility.live(two))


def test_warnings_agree_with_their_definition() -> None:
    found = fragility.warnings(AS_TAKEN, TRUE, TINY)
    assert found.coach.wrong == found.coach.missed == found.misnamed == 0


# -- plateaus


def test_the_floor_follows_the_last_step() -> None:
    assert plateaus.better_than_the_last(numbers(9, 1, 2)) == "up"
    assert plateaus.better_than_the_last(numbers(1, 9, 2)) == "down"
    assert plateaus.better_than_the_last(numbers(1, 2, 2)) == ""


def test_the_ceiling_alarms_at_5_percent_and_sees_what_is_plain() -> None:
    drawn = rng().standard_normal((4_000, 6))
    alarms = sum(bool(plateaus.likelihood_ratio(values)) for values in drawn)
    assert alarms / len(drawn) == pytest.approx(0.05, abs=0.015)
    assert plateaus.likelihood_ratio(numbers(0, 1, 2, 3, 4)) == "up"
    assert plateaus.likelihood_ratio(numbers(4, 3, 2, 1, 0)) == "down"


def test_series_have_the_noise_that_they_claim() -> None:
    for series in plateaus.SERIES[:4]:
        drawn = series.draw(rng(), 20_000)
        assert abs(float(drawn.mean())) < 0.06
        assert float(drawn.std()) == pytest.approx(1, abs=0.15)


def test_a_levelled_series_is_flat_for_its_last_readings() -> None:
    (levelled,) = (each for each in plateaus.SERIES if "since" in each.name)
    drawn = np.array([levelled.draw(rng_n, 8) for rng_n in [rng()] for _ in range(500)])
    means = drawn.mean(axis=0)
    assert means[:12] == pytest.approx(np.arange(12), abs=0.25)
    assert means[12:] == pytest.approx(np.full(8, 11), abs=0.25)


# -- calibration


def test_a_calibrated_team_has_no_bias_and_a_hopeful_one_has() -> None:
    found = {team.name: teams.truth(team, TINY) for team in teams.TEAMS}
    calibrated, hopeful, cautious, _ = found.values()
    assert calibrated.bias == pytest.approx(0, abs=0.03)
    assert hopeful.bias > 0.05
    assert cautious.bias < -0.05
    middles = [0.1, 0.3, 0.5, 0.7, 0.9]
    assert calibrated.bins == pytest.approx(middles, abs=0.08)


def test_the_floor_takes_each_estimate_for_a_case() -> None:
    found = teams.each_counts(np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert (found.value, found.high) == (0.5, pytest.approx(0.5 + 1.96 * 0.57735 / 2))


def test_only_the_weeks_told_of_are_points() -> None:
    found = teams.reports_of(teams.TEAMS[0], 3, rng())
    told = np.zeros(found.said.shape, dtype=np.bool_)
    told[1, 2] = True
    (point,) = teams.points(found, told)
    assert (point.hypothesis, point.chance) == ("h1", found.said[1, 2])
    assert len(teams.points(found)) == found.said.size


def test_a_tally_counts_teams_and_what_is_said_of_them() -> None:
    one = teams.TEAMS[0]
    tally = teams.tally(one, 8, teams.truth(one, TINY), TINY)
    assert tally.n == TINY.teams
    assert 0 <= tally.bins_covered <= tally.bins
    assert tally.hopeful + tally.cautious <= tally.n


def test_the_guard_always_speaks_of_three_and_never_of_forty() -> None:
    assert teams.silent(3, TINY) == TINY.teams
    assert teams.silent(40, TINY) == 0


# -- naming


def naming_case(draft: str, *speaks_of: str) -> NamingCase:
    churn = Listed(id="churn", name="Keep subscribers", measure="monthly churn")
    tickets = Listed(id="tickets", name="Fewer tickets", measure="billing questions")
    return NamingCase(
        id="n1", kind="near", draft=draft, objectives=(churn, tickets), speaks_of=speaks_of
    )


def test_the_floor_takes_any_word_in_common() -> None:
    assert naming.any_word(naming_case("Subscribers like it.")) == ["churn"]
    assert naming.any_word(naming_case("Tickets fell, churn did not.")) == ["churn", "tickets"]
    assert naming.any_word(naming_case("The new API is up.")) == []


@pytest.mark.parametrize(
    ("meant", "named", "verdict"),
    [
        (["churn"], ["churn"], "right"),
        (["churn"], ["tickets"], "wrong"),
        (["churn"], [], "missed"),
        (["churn"], ["churn", "tickets"], "missed"),
        ([], [], "right"),
        ([], ["churn"], "wrong"),
        (["churn", "tickets"], ["churn", "tickets"], "right"),
        (["churn", "tickets"], ["tickets"], "wrong"),
    ],
)
def test_a_naming_is_judged_by_the_odds_that_would_be_told(
    meant: list[str], named: Sequence[str], verdict: str
) -> None:
    assert naming.verdict(naming_case("x", *meant), named) == verdict


def test_the_drafts_are_labelled_soundly() -> None:
    cases = read_naming()
    assert len(cases) == len({case.draft for case in cases}) == 60
    meant = {"near": {1}, "other": {1}, "none": {0}, "several": {2}}
    for case in cases:
        assert len(case.speaks_of) in meant[case.kind], case.id
        assert set(case.speaks_of) <= {each.id for each in case.objectives}, case.id


# -- all of it


def test_everything_runs_at_a_tiny_size() -> None:
    text = evaluate(TINY).markdown()
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## A team's year: whom it asks when",
        "## Schedules around the changes of clocks",
        "## Odds: error of the integral, x 10,000",
        "## Odds that at least one succeeds: scores",
        "## Odds that at least one succeeds: too high by how many percentage points",
        "## Path-critical: one bet carries the objective",
        "## Plateaus: does the metric move?",
        "## Calibration: how often the 95 % intervals cover the truth",
        "## Calibration: what is said of a team's lean",
        "## Calibration: how often “too early to say” is said",
        "## Naming: which objective a draft speaks of",
        "## How to read this",
    ]
    assert "nan" not in text


def test_a_seed_gives_the_same_tables() -> None:
    assert plateaus.report(TINY) == plateaus.report(TINY)
    assert forecasts.reports(TINY) == forecasts.reports(TINY)
    assert fragility.report(TINY) == fragility.report(TINY)
