"""The odds that at least one bet succeeds."""

from itertools import pairwise
from math import asin, erf, exp, pi, prod, sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.portfolio.odds import Bet, at_least_one, bet, gated, independently, odds
from tests.portfolio.builders import hypothesis

LABELS = "abcdefgh"
EXACT = 1e-6
LATTICE = 1e-3


def bets(*chances: float, shares: str = "") -> list[Bet]:
    return [Bet(f"h{n}", chance, frozenset(shares)) for n, chance in enumerate(chances)]


def portfolios(labels: str = LABELS, most: int = 2) -> st.SearchStrategy[list[Bet]]:
    one = st.tuples(st.floats(0, 1), st.frozensets(st.sampled_from(list(labels)), max_size=most))
    return st.lists(one, min_size=1, max_size=7).map(
        lambda drawn: [Bet(f"h{n}", p, shares) for n, (p, shares) in enumerate(drawn)]
    )


# -- worked portfolios


def test_three_bets_that_share_nothing_are_independent() -> None:
    found = odds(bets(0.4, 0.3, 0.3))
    assert found.independent == pytest.approx(0.706)
    assert found.low == found.middle == found.high == pytest.approx(0.706)


def test_three_bets_with_one_cause_in_common_are_worth_less() -> None:
    found = odds(bets(0.4, 0.3, 0.3, shares="x"))
    assert found.middle == pytest.approx(0.577, abs=5e-4)
    assert found.low < found.middle < found.high < found.independent


def test_three_bets_behind_one_gate_are_worth_less_still() -> None:
    assert gated([0.4, 0.3, 0.3], 0.6) == pytest.approx(0.55)


def test_a_gate_that_always_opens_changes_nothing() -> None:
    assert gated([0.4, 0.3, 0.3], 1.0) == pytest.approx(0.706)


def test_no_bet_can_be_likelier_than_its_gate() -> None:
    with pytest.raises(ValueError, match="gate"):
        gated([0.7], 0.6)


def test_nothing_succeeds_behind_a_gate_that_never_opens() -> None:
    assert gated([0.0], 0.0) == 0


def test_without_bets_there_are_no_odds() -> None:
    assert odds([]).high == 0


def test_a_certain_bet_makes_it_certain_and_a_hopeless_one_adds_nothing() -> None:
    assert odds(bets(1.0, 0.2, shares="x")).low == 1
    assert odds(bets(0.0, 0.2, shares="x")) == odds(bets(0.2, shares="x"))
    assert odds(bets(0.0, 0.0, shares="x")).high == 0


def test_labels_that_differ_in_case_or_space_are_the_same() -> None:
    one, other = (
        hypothesis("a", shares=("Click  labels", " ")),
        hypothesis("b", shares=("click labels",)),
    )
    assert bet(one, 0.4).shares == bet(other, 0.4).shares == {"click labels"}


def test_a_label_that_nobody_else_has_ties_to_nobody() -> None:
    lonely = [Bet("a", 0.4, frozenset("x")), Bet("b", 0.3, frozenset("y"))]
    assert odds(lonely).low == pytest.approx(1 - 0.6 * 0.7, abs=EXACT)


def test_groups_without_a_common_label_multiply() -> None:
    one, other = (
        bets(0.4, 0.3, shares="x"),
        [Bet("z1", 0.2, frozenset("y")), Bet("z2", 0.5, frozenset("y"))],
    )
    whole = 1 - at_least_one([*one, *other], 0.5)
    assert whole == pytest.approx((1 - at_least_one(one, 0.5)) * (1 - at_least_one(other, 0.5)))


def test_a_correlation_that_the_method_is_too_coarse_for_is_refused() -> None:
    with pytest.raises(ValueError, match="correlation"):
        at_least_one(bets(0.4), 0.95)


# -- against other ways to reckon it


def _one_factor(chances: list[float], rho: float) -> float:
    """Integrate over the one factor with many plain steps."""
    step, failing = 0.002, 0.0
    thresholds = [NormalDist().inv_cdf(1 - chance) for chance in chances]
    for number in range(-4500, 4501):
        factor = number * step
        below = [(t - sqrt(rho) * factor) / sqrt(1 - rho) for t in thresholds]
        fails = prod((1 + erf(each / sqrt(2))) / 2 for each in below)
        failing += step * exp(-factor * factor / 2) / sqrt(2 * pi) * fails
    return 1 - failing


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.7])
@pytest.mark.parametrize(
    "chances", [[0.4, 0.3, 0.3], [0.001, 0.999], [0.05] * 60, [0.9, 0.1, 0.5, 0.02]]
)
def test_one_shared_cause_is_exact_to_a_millionth(chances: list[float], rho: float) -> None:
    found = at_least_one(bets(*chances, shares="x"), rho)
    assert found == pytest.approx(_one_factor(chances, rho), abs=EXACT)


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.7])
def test_two_bets_correlate_as_documented(rho: float) -> None:
    """The orthant probability of two normals is 1/4 + asin(r) / (2 pi)."""
    pair = [Bet("a", 0.5, frozenset("xyz")), Bet("b", 0.5, frozenset("xy"))]
    correlation = rho * 2 / sqrt(3 * 2)
    assert at_least_one(pair, rho) == pytest.approx(3 / 4 - asin(correlation) / (2 * pi), abs=EXACT)


def _simulated(portfolio: list[Bet], rho: float, rounds: int = 40_000) -> float:
    random, hits = Random(7), 0  # noqa: S311 - a simulation
    thresholds = [NormalDist().inv_cdf(1 - each.chance) for each in portfolio]
    for _ in range(rounds):
        factors = {label: random.gauss() for label in LABELS}
        hits += any(
            sqrt(rho / len(each.shares)) * sum(factors[label] for label in each.shares)
            + sqrt(1 - rho) * random.gauss()
            > threshold
            for each, threshold in zip(portfolio, thresholds, strict=True)
        )
    return hits / rounds


@pytest.mark.parametrize(
    "shares",
    [
        ["ab", "bc", "cd", "de"],
        ["ab", "bc", "ca", "abc"],
        ["abcd", "abce", "acdf", "bdef", "abcdef"],
    ],
    ids=["chain", "ring", "tangle"],
)
def test_interlocking_labels_agree_with_a_simulation(shares: list[str]) -> None:
    portfolio = [Bet(str(n), 0.2, frozenset(own)) for n, own in enumerate(shares)]
    assert at_least_one(portfolio, 0.5) == pytest.approx(_simulated(portfolio, 0.5), abs=0.01)


# -- what must hold of every portfolio


@given(portfolios(), st.sampled_from([0.3, 0.5, 0.7]))
@settings(deadline=None)
def test_odds_lie_between_the_best_bet_and_the_sum_of_all(portfolio: list[Bet], rho: float) -> None:
    found = at_least_one(portfolio, rho)
    chances = [each.chance for each in portfolio]
    assert max(chances) - LATTICE <= found <= min(1, sum(chances)) + LATTICE
    assert found <= independently(portfolio) + LATTICE


@given(portfolios())
@settings(deadline=None)
def test_the_range_is_in_order_and_within_its_bounds(portfolio: list[Bet]) -> None:
    found = odds(portfolio)
    assert max(each.chance for each in portfolio) <= found.low
    assert found.low <= found.middle <= found.high <= found.independent


@given(portfolios("abc", 3), st.integers(0, 6), st.floats(0, 1))
@settings(deadline=None)
def test_a_likelier_bet_never_lowers_the_odds(
    portfolio: list[Bet], place: int, chance: float
) -> None:
    place %= len(portfolio)
    old = portfolio[place]
    better = Bet(old.id, max(old.chance, chance), old.shares)
    raised = [*portfolio[:place], better, *portfolio[place + 1 :]]
    assert odds(raised).middle >= odds(portfolio).middle - EXACT


@given(portfolios("abc", 3), st.floats(0, 1), st.frozensets(st.sampled_from("abc"), max_size=3))
@settings(deadline=None)
def test_another_bet_never_lowers_the_odds(
    portfolio: list[Bet], chance: float, shares: frozenset[str]
) -> None:
    more = odds([*portfolio, Bet("new", chance, shares)])
    assert more.middle >= odds(portfolio).middle - EXACT
    assert more.low >= odds(portfolio).low - EXACT


@given(portfolios(most=5), st.integers(0, 1000))
@settings(deadline=None)
def test_the_order_of_bets_does_not_matter(portfolio: list[Bet], seed: int) -> None:
    shuffled = list(portfolio)
    Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    assert odds(shuffled) == odds(portfolio)


@given(portfolios(most=5))
@settings(deadline=None)
def test_without_correlation_bets_are_independent(portfolio: list[Bet]) -> None:
    assert at_least_one(portfolio, 0) == pytest.approx(independently(portfolio), abs=EXACT)


@given(portfolios("ab"))
@settings(deadline=None)
def test_the_stronger_the_tie_the_lower_the_odds(portfolio: list[Bet]) -> None:
    found = [at_least_one(portfolio, rho) for rho in (0.0, 0.2, 0.4, 0.6, 0.7)]
    assert all(weaker >= stronger - EXACT for weaker, stronger in pairwise(found))
