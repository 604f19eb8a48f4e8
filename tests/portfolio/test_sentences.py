"""Sentences that can be repeated to leadership."""

import re
from datetime import date
from typing import get_args

import pytest

from bot.log_records import Execution, Outcome, Result
from bot.portfolio import sentences
from bot.portfolio.calibration import Calibration, Estimate, TooFew
from bot.portfolio.inputs import Inputs, Period
from bot.portfolio.odds import Odds
from bot.portfolio.plateau import BaseRate, Trend
from bot.portfolio.risks import PathCritical
from bot.portfolio.sentences import Insight, percent, span
from bot.portfolio.summary import insights, summary, team_insights
from bot.records import Kind
from bot.updates.review import Assignment
from bot.updates.reviewing import ReviewFeature
from knowledge.cards import load_cards
from tests.portfolio.builders import day, hypothesis, objective, outcome


def words(low: float, high: float) -> str:
    return f"likely ({low:.2f} to {high:.2f})"


def calibrated(bias: tuple[float, float]) -> Calibration:
    return Calibration(
        points=45,
        hypotheses=9,
        said=0.58,
        came_true=0.44,
        brier=Estimate(0.2, 0.15, 0.25),
        bias=Estimate(sum(bias) / 2, *bias),
        brier_of_priors=0.24,
        brier_of_base_rate=0.25,
        bins=(),
    )


def worked(experiments: int = 14) -> Inputs:
    return Inputs(
        experiments=experiments,
        executed=dict.fromkeys(Execution, 0) | {Execution.AS_PLANNED: 9},
        linked=11,
        registered=3,
        supported=1,
        refuted=1,
        dropped=1,
        days_to_kill=18.4,
    )


CHURN = objective()
ONE = hypothesis("a", claim="Sessions predict churn.", metric="Churners found")
OTHER = hypothesis("b", claim="Prices predict churn")
SHARED = Odds(0.52, 0.577, 0.63, 0.706)
TOLD = {
    "odds": sentences.about_odds(CHURN, 3, SHARED, words),
    "one live": sentences.about_odds(CHURN, 1, Odds(0.4, 0.4, 0.4, 0.4), words),
    "none live": sentences.about_odds(CHURN, 0, Odds(0, 0, 0, 0), words),
    "met": sentences.about_odds(CHURN, 2, Odds(1, 1, 1, 1), words),
    "only one": sentences.about_path(
        CHURN, PathCritical("only_one", ("a",), 0.4, 0), {"a": ONE, "b": OTHER}
    ),
    "carries": sentences.about_path(
        CHURN, PathCritical("carries", ("a",), 0.62, 0.1), {"a": ONE, "b": OTHER}
    ),
    "shared": sentences.about_path(
        CHURN, PathCritical("shared", ("a", "b"), 0.5, 0, "click labels"), {"a": ONE, "b": OTHER}
    ),
    "late": sentences.about_late(CHURN, [ONE]),
    "late ones": sentences.about_late(CHURN, [ONE, OTHER]),
    "stale": sentences.about_stale([ONE, OTHER, ONE, OTHER]),
    "too few": sentences.about_trend(ONE, Trend(3, "too_few")),
    "unclear": sentences.about_trend(ONE, Trend(8, "unclear", 0.001, 0.02, 0.6)),
    "rising": sentences.about_trend(OTHER, Trend(8, "rising", 0.0123, 0.01, 0.01)),
    "falling": sentences.about_trend(ONE, Trend(8, "falling", -1234.5, 0.01, 0.01)),
    "good weeks": sentences.about_good_weeks(BaseRate(3, 11, 0.1, 0.57)),
    "no good weeks": sentences.about_good_weeks(BaseRate(0, 0, 0, 1)),
    "hopeful": sentences.about_calibration(calibrated((0.05, 0.2))),
    "cautious": sentences.about_calibration(calibrated((-0.2, -0.05))),
    "unbiased": sentences.about_calibration(calibrated((-0.1, 0.1))),
    "too early": sentences.about_calibration(TooFew(12, 1)),
    "inputs": sentences.about_inputs(worked(), 14),
    "no inputs": sentences.about_inputs(worked(0), 1),
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_every_sentence_rests_on_a_card_that_exists(told: Insight) -> None:
    assert told.card in {card.title for card in load_cards()}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_every_sentence_is_one_and_ends(told: Insight) -> None:
    assert re.fullmatch(r"[^\n]+[^.]\.", told.text)
    assert "  " not in told.text
    assert ".”" not in told.text


def test_every_kind_of_insight_has_a_sentence() -> None:
    assert {told.kind for told in TOLD.values()} == set(get_args(sentences.Kind))


async def test_no_sentence_promises_boasts_or_needs_an_expert(
    review_feature: ReviewFeature,
) -> None:
    """Coach would let its own sentences pass, but for what each leaves to the others beside it."""
    others = {Kind.MISSING_RISK, Kind.METRIC_WITHOUT_IMPACT}
    for told in TOLD.values():
        review = await review_feature.review(Assignment(draft=told.text))
        found = {(f.kind, f.quote) for f in review.findings if f.kind not in others}
        assert not found, told.text


def test_odds_are_told_as_a_range_in_the_workspaces_words_with_the_independent_figure() -> None:
    assert TOLD["odds"].text == (
        "3 approaches are live for “Churn below 5 %” (by 30 Sep 2026); the team's current estimate "
        "that at least one gets there is 52–63 %, likely (0.52 to 0.63). Had they nothing in "
        "common it would be 71 %, but they share causes and may fail together."
    )


def test_a_bet_alone_is_told_without_a_range() -> None:
    assert "One approach is live" in TOLD["one live"].text
    assert "is 40 %, likely" in TOLD["one live"].text
    assert "nothing in common" not in TOLD["one live"].text


def test_a_supported_approach_is_no_success_yet() -> None:
    assert "remains to be seen" in TOLD["met"].text


def test_long_lists_of_claims_are_cut() -> None:
    assert TOLD["stale"].text.count("“") == 3
    assert "and 1 more" in TOLD["stale"].text


def test_what_leans_nowhere_is_not_called_right() -> None:
    assert "no sign so far" in TOLD["unbiased"].text
    assert "too hopeful" in TOLD["hopeful"].text
    assert "too cautious" in TOLD["cautious"].text


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.554, "55 %"), (0.999, "over 99 %"), (1, "100 %")],
)
def test_only_what_is_certain_is_called_so(chance: float, said: str) -> None:
    assert percent(chance) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.52, 0.63, "52–63 %"), (0.4, 0.404, "40 %"), (0.001, 0.2, "under 1 % to 20 %")],
)
def test_a_range_is_short(low: float, high: float, said: str) -> None:
    assert span(low, high) == said


# -- the whole log


def test_an_objective_is_told_odds_first_then_what_bears_on_them() -> None:
    due = objective(due=date(2026, 5, 1))
    said: dict[str, list[Outcome]] = {
        "a": [outcome(day(7 * week), "a", value=0.7, chance=0.3) for week in range(5)]
    }
    one = hypothesis("a", resolve_by=date(2026, 6, 1))
    found = summary(due, {"a": [one], "x": [hypothesis("x", objective="y")]}, said, day(60))
    assert [told.kind for told in insights(found, words)] == [
        "odds",
        "path_critical",
        "late",
        "stale",
        "trend",
    ]
    assert found.odds.middle == pytest.approx(0.3)


def test_a_summary_of_the_past_knows_nothing_of_today() -> None:
    closed = hypothesis("a", version=2, state="refuted", edited_at=day(20))
    said = {"a": [outcome(day(20), "a", result=Result.REFUTED)]}
    then = summary(CHURN, {"a": [closed]}, said, day(10))
    assert then.hypotheses["a"].state == "open"
    assert [each.chance for each in then.bets] == [0.4]
    assert summary(CHURN, {"a": [closed]}, said, day(21)).bets == ()


def test_a_team_is_told_its_inputs_first() -> None:
    said = {"a": [outcome(day(5), "a", result=Result.INCONCLUSIVE)]}
    told = team_insights({"a": [ONE]}, said, Period(date(2026, 3, 2), date(2026, 3, 15)))
    assert [each.kind for each in told] == ["inputs", "good_weeks", "calibration"]
    assert "In 14 days the team reported on 1 experiment, registered 1 new approach" in told[0].text


def test_a_team_that_reported_nothing_yet_is_told_no_totals() -> None:
    period = Period(date(2026, 3, 2), date(2026, 3, 15))
    assert team_insights({"a": [ONE]}, {}, period) == []
