"""Scores mean what the reports say they mean."""

import math

import pytest

from evals.cases import Case
from evals.scoring import Outcome, Rate, answer_passes, found_in, rate, states_enough


def a_case(*facts: tuple[str, ...], need: int | None = None) -> Case:
    return Case(
        id="c1",
        question="How many?",
        kind="factual",
        style="plain",
        facts=facts,
        min_facts=len(facts) if need is None else need,
    )


def an_outcome(answer: str = "", *passages: str, case: Case, abstained: bool = False) -> Outcome:
    return Outcome(case, answer, passages, abstained)


def test_a_fact_is_stated_when_any_of_its_expressions_is_found() -> None:
    case = a_case((r"ten thousand", r"10[,.]?000"))
    assert states_enough(case, "Some say Ten  Thousand people.")
    assert states_enough(case, "About 10,000.")
    assert not states_enough(case, "About 1,000.")


def test_as_many_facts_as_the_case_asks_for_have_to_be_stated() -> None:
    facts = ((r"apples",), (r"pears",), (r"plums",))
    assert states_enough(a_case(*facts, need=2), "Apples and plums.")
    assert not states_enough(a_case(*facts, need=3), "Apples and plums.")
    assert not states_enough(a_case(*facts, need=2), "Apples, apples, apples.")


@pytest.mark.parametrize(
    "text",
    [
        "200‑300k isn’t much",
        "**200-300k** isn't _much_",
        "`200–300k`\u00a0isn't\n much",
        "200-300k isn't much",
    ],
)
def test_typography_and_emphasis_make_no_difference(text: str) -> None:
    assert states_enough(a_case((r"200-300k isn't much",)), text)


def test_underscores_within_a_name_stay() -> None:
    assert states_enough(a_case((r"data_lake",)), "the data_lake")


def test_an_answer_passes_when_it_was_given_and_states_the_facts() -> None:
    case = a_case((r"apples",))
    assert answer_passes(an_outcome("Apples.", case=case))
    assert not answer_passes(an_outcome("Pears.", case=case))
    assert not answer_passes(an_outcome("No apples here.", case=case, abstained=True))


def test_facts_may_be_spread_over_the_first_passages_and_only_those_count() -> None:
    outcome = an_outcome("", "apples", "pears", "plums", case=a_case((r"apples",), (r"plums",)))
    assert not found_in(1)(outcome)
    assert not found_in(2)(outcome)
    assert found_in(3)(outcome)
    assert not found_in(3)(an_outcome(case=a_case((r"apples",))))


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (8, 10, 0.4902, 0.9433),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_intervals_are_wilsons(hits: int, cases: int, low: float, high: float) -> None:
    assert Rate(hits, cases).interval == pytest.approx((low, high), abs=1e-4)


def test_a_rate_shows_its_interval_and_a_dash_without_cases() -> None:
    assert str(Rate(8, 10)) == "0.80 [0.49, 0.94]"
    assert str(Rate(0, 0)) == "–"
    assert math.isnan(Rate(0, 0).value)
    assert all(map(math.isnan, Rate(0, 0).interval))


def test_a_rate_counts_what_passes() -> None:
    case = a_case((r"apples",))
    outcomes = [an_outcome(text, case=case) for text in ("apples", "pears", "apples", "")]
    assert rate(outcomes, answer_passes) == Rate(2, 4)
    assert rate([], answer_passes) == Rate(0, 0)
