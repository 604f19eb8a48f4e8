"""What was known of a hypothesis at a time."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.log_records import Outcome, Result
from bot.portfolio.evidence import (
    by_hypothesis,
    chance,
    current,
    standing,
    standings,
    versions_by_id,
)
from tests.portfolio.builders import day, hypothesis, outcome, version


def test_without_any_outcome_the_prior_stands() -> None:
    assert chance(hypothesis(prior=0.35), []) == 0.35


def test_the_chance_stated_last_counts_also_if_later_reports_state_none() -> None:
    said = [outcome(day(1), chance=0.5), outcome(day(8), chance=0.6), outcome(day(9))]
    assert chance(hypothesis(), said) == 0.6


def test_outcomes_of_other_hypotheses_are_passed_over() -> None:
    assert chance(hypothesis(prior=0.3), [outcome(day(1), "other", chance=0.9)]) == 0.3


def test_a_decided_hypothesis_is_certain() -> None:
    assert chance(hypothesis(), [outcome(day(3), result=Result.SUPPORTED, chance=0.9)]) == 1
    assert chance(hypothesis(), [outcome(day(3), result=Result.REFUTED)]) == 0
    assert chance(hypothesis(state="dropped", edited_at=day(3)), [outcome(day(1), chance=0.7)]) == 0


def test_what_happened_later_is_not_known_yet() -> None:
    said = [outcome(day(1), chance=0.5), outcome(day(8), chance=0.6)]
    said.append(outcome(day(20), result=Result.REFUTED))
    h = hypothesis(prior=0.4)
    assert [chance(h, said, day(each)) for each in (0.5, 1, 9, 20)] == [0.4, 0.5, 0.6, 0]


def test_before_it_was_registered_nothing_is_known() -> None:
    assert standing([hypothesis(created_at=day(5))], [], day(4)) is None


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    first, second = outcome(day(1), chance=0.2), outcome(day(8), chance=0.6)
    corrected = outcome(day(9), chance=0.3, replaces=first.id)
    assert current([first, second, corrected]) == [corrected, second]
    assert chance(hypothesis(), [first, second, corrected]) == 0.6


def test_a_corrected_outcome_counts_until_it_is_corrected() -> None:
    first = outcome(day(1), chance=0.2)
    corrected = outcome(day(9), chance=0.3, replaces=first.id)
    again = outcome(day(12), chance=0.4, replaces=corrected.id)
    known = [current([again, corrected, first], day(each)) for each in (2, 10, 13)]
    assert known == [[first], [corrected], [again]]


def test_an_outcome_stored_twice_counts_once() -> None:
    first = outcome(day(1), chance=0.2)
    assert current([first, first]) == [first]


def test_of_two_corrections_of_one_outcome_the_last_counts() -> None:
    first = outcome(day(1), chance=0.2)
    one = outcome(day(2), chance=0.3, replaces=first.id)
    other = outcome(day(3), chance=0.4, replaces=first.id)
    assert current([first, one, other]) == [other]


def test_a_correction_stored_with_an_earlier_time_than_its_original_still_corrects() -> None:
    first = outcome(day(2), chance=0.2)
    fixed = outcome(day(1), chance=0.3, replaces=first.id)
    assert current([first, fixed]) == [fixed]


def test_a_log_is_grouped_by_hypothesis() -> None:
    one, other = outcome(day(1), "a"), outcome(day(2), "b")
    assert by_hypothesis([one, other]) == {"a": [one], "b": [other]}
    first = hypothesis("a")
    edited = version(first, day(3), claim="Said better")
    assert versions_by_id([edited, first]) == {"a": [edited, first]}


def test_a_report_of_a_decision_that_is_corrected_decides_nothing() -> None:
    wrong = outcome(day(3), result=Result.REFUTED)
    right = outcome(day(4), chance=0.5, replaces=wrong.id)
    assert chance(hypothesis(), [wrong, right], day(3)) == 0
    assert chance(hypothesis(), [wrong, right], day(5)) == 0.5


def test_a_second_decision_does_not_reopen_the_first() -> None:
    said = [outcome(day(3), result=Result.REFUTED), outcome(day(5), result=Result.SUPPORTED)]
    assert chance(hypothesis(), said) == 0


def test_a_reopened_hypothesis_has_the_chance_stated_before_it_was_decided() -> None:
    first = hypothesis(prior=0.4)
    closed = version(first, day(10), state="refuted")
    reopened = version(closed, day(20), state="open")
    said = [outcome(day(2), chance=0.3), outcome(day(10), result=Result.REFUTED, chance=0.05)]
    found = list(standings([reopened, closed, first], said, [day(5), day(15), day(25)]))
    assert [(f.state, f.chance) for f in found if f] == [
        ("open", 0.3),
        ("refuted", 0.0),
        ("open", 0.3),
    ]
    assert [f.since for f in found if f] == [day(0), day(10), day(20)]


def test_the_newest_version_alone_tells_the_past_by_the_outcomes() -> None:
    newest = hypothesis(version=3, state="supported", edited_at=day(30))
    said = [outcome(day(2), chance=0.3)]
    found = list(standings([newest], said, [day(1), day(3), day(31)]))
    assert [f.chance for f in found if f] == [0.4, 0.3, 1]


def test_an_edit_after_the_decision_leaves_when_it_was_decided() -> None:
    first = hypothesis()
    closed = version(first, day(10), state="refuted")
    edited = version(closed, day(15), claim="Said better")
    found = standing([first, closed, edited], [], day(20))
    assert found is not None
    assert found.since == day(10)


logs = st.lists(
    st.tuples(
        st.floats(0.1, 60),
        st.one_of(st.none(), st.floats(0, 1)),
        st.sampled_from(Result),
        st.integers(0, 4),
    ),
    max_size=12,
)


def _log(drawn: list[tuple[float, float | None, Result, int]]) -> list[Outcome]:
    """Make outcomes of which some replace one of the last few before them."""
    made: list[Outcome] = []
    for at, stated, result, back in sorted(drawn, key=lambda each: each[0]):
        replaces = made[-back].id if 0 < back <= len(made) else ""
        made.append(outcome(day(at), chance=stated, result=result, replaces=replaces))
    return made


@given(logs, st.randoms(use_true_random=False))
def test_the_order_in_which_outcomes_are_given_does_not_matter(
    drawn: list[tuple[float, float | None, Result, int]], random: Random
) -> None:
    said = _log(drawn)
    shuffled = list(said)
    random.shuffle(shuffled)
    assert current(shuffled) == current(said)
    assert chance(hypothesis(), shuffled) == chance(hypothesis(), said)


@given(logs, st.floats(0, 61))
def test_the_past_looks_the_same_whatever_came_later(
    drawn: list[tuple[float, float | None, Result, int]], at: float
) -> None:
    said = _log(drawn)
    known = [o for o in said if o.at <= day(at)]
    assert current(said, day(at)) == current(known)
    assert standing([hypothesis()], said, day(at)) == standing([hypothesis()], known, day(at))


@given(logs)
def test_walking_through_time_tells_the_same_as_looking_at_each_time(
    drawn: list[tuple[float, float | None, Result, int]],
) -> None:
    said, times = _log(drawn), [day(each) for each in range(0, 63, 7)]
    each = [standing([hypothesis()], said, time) for time in times]
    assert list(standings([hypothesis()], said, times)) == each


@given(logs)
def test_nothing_that_is_replaced_is_current(
    drawn: list[tuple[float, float | None, Result, int]],
) -> None:
    said = _log(drawn)
    replaced = {o.replaces for o in said}
    assert not {o.id for o in current(said)} & replaced
