"""The ledger of inputs."""

from datetime import date

from bot.log_records import Execution, Hypothesis, Result
from bot.portfolio.evidence import Standing, standing
from bot.portfolio.inputs import Period, inputs
from tests.portfolio.builders import day, hypothesis, outcome, version

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def stood(*versions: Hypothesis) -> Standing:
    found = standing(versions, [], MARCH.end)
    assert found is not None
    return found


def test_every_report_of_work_is_an_experiment() -> None:
    said = [
        outcome(day(1), execution=Execution.AS_PLANNED, evidence="https://example.org/run"),
        outcome(day(2), result=Result.BLOCKED, execution=Execution.CUT_SHORT),
        outcome(day(3), result=Result.NOT_STARTED),
        outcome(day(40)),
    ]
    found = inputs([], {"h": said}, MARCH)
    assert (found.experiments, found.linked) == (2, 1)
    assert found.executed[Execution.AS_PLANNED] == found.executed[Execution.CUT_SHORT] == 1


def test_a_corrected_report_is_one_experiment() -> None:
    first = outcome(day(1))
    assert inputs([], {"h": [first, outcome(day(2), replaces=first.id)]}, MARCH).experiments == 1


def test_a_report_belongs_to_the_reporters_own_date() -> None:
    late_in_honolulu = outcome(day(30), on=date(2026, 3, 31))
    assert inputs([], {"h": [late_in_honolulu]}, MARCH).experiments == 1


def test_hypotheses_are_counted_by_what_became_of_them_in_the_period() -> None:
    new = hypothesis("a", created_at=day(5))
    old = hypothesis("b", created_at=day(-60))
    killed = version(old, day(10), state="refuted")
    earlier = version(old, day(-20), state="supported")
    found = inputs([stood(new), stood(old, killed), stood(old, earlier)], {}, MARCH)
    assert (found.registered, found.supported, found.refuted, found.dropped) == (1, 0, 1, 0)
    assert (found.closed, found.killed, found.days_to_kill) == (1, 1, 70)


def test_days_to_kill_is_the_median_of_refuted_and_dropped_ones() -> None:
    ended = [
        (hypothesis(str(days), created_at=day(0)), days, state)
        for days, state in [(2, "refuted"), (5, "dropped"), (20, "refuted"), (9, "supported")]
    ]
    found = inputs(
        [stood(h, version(h, day(at), state=state)) for h, at, state in ended], {}, MARCH
    )
    assert (found.days_to_kill, found.closed, found.killed) == (5, 3, 3)


def test_a_period_without_work_is_all_zero() -> None:
    found = inputs([], {}, MARCH)
    assert (found.experiments, found.closed, found.days_to_kill) == (0, 0, None)
