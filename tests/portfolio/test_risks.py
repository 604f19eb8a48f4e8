"""What an objective's odds hang on."""

from datetime import date

from bot.portfolio.odds import Bet, odds
from bot.portfolio.risks import late, path_critical, stale
from tests.portfolio.builders import day, hypothesis, objective, outcome


def bets(*chances: float, shares: str = "") -> list[Bet]:
    return [Bet(f"h{n}", chance, frozenset(shares)) for n, chance in enumerate(chances)]


def test_a_single_live_bet_is_path_critical() -> None:
    (found,) = path_critical(bets(0.4))
    assert (found.why, found.bets, found.without) == ("only_one", ("h0",), 0)


def test_bets_without_a_chance_are_no_backup() -> None:
    assert [found.why for found in path_critical(bets(0.4, 0.0))] == ["only_one"]


def test_three_even_bets_that_share_nothing_are_not_fragile() -> None:
    assert path_critical(bets(0.4, 0.3, 0.3)) == []


def test_a_bet_that_carries_most_of_the_odds_is_named() -> None:
    (found,) = path_critical(bets(0.05, 0.6, 0.05))
    assert (found.why, found.bets) == ("carries", ("h1",))
    assert found.without == odds(bets(0.05, 0.05)).middle
    assert found.without < found.odds / 2


def test_a_cause_that_all_live_bets_share_is_named() -> None:
    assert [(f.why, f.label) for f in path_critical(bets(0.4, 0.4, shares="x"))] == [
        ("shared", "x")
    ]


def test_a_cause_that_some_share_is_not_path_critical() -> None:
    mixed = [*bets(0.4, 0.4, shares="x"), Bet("own", 0.4)]
    assert path_critical(mixed) == []


def test_once_a_bet_came_true_nothing_is_fragile() -> None:
    assert path_critical(bets(1.0)) == []


def test_an_objective_without_bets_has_no_critical_path() -> None:
    assert path_critical([]) == []


def test_bets_that_are_known_after_the_due_date_are_late() -> None:
    due = objective(due=date(2026, 6, 30))
    in_time = hypothesis("a", resolve_by=date(2026, 6, 30))
    after = hypothesis("b", resolve_by=date(2026, 7, 1))
    decided = hypothesis("c", resolve_by=date(2026, 7, 1), state="supported")
    assert late(due, [in_time, after, decided]) == [after]


def test_a_bet_nobody_reported_on_for_more_than_14_days_is_stale() -> None:
    h = hypothesis()
    reports = {h.id: [outcome(day(10))]}
    assert stale([h], reports, day(24)) == []
    assert stale([h], reports, day(24.1)) == [h]
    assert stale([h], {}, day(15)) == [h]


def test_decided_bets_are_never_stale() -> None:
    assert stale([hypothesis(state="dropped")], {}, day(100)) == []
