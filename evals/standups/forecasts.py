"""The odds that at least one bet succeeds, as forecasts in worlds whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.portfolio.odds import STRONG, WEAK, odds
from evals.reports import Report
from evals.standups.cells import Flags, Numbers, mean, share
from evals.standups.sizes import Sizes
from evals.standups.worlds import ANY, HOPEFUL, NOISY, TRUE, WORLDS, Saying, World, portfolio

_SEED = 2
_LEAST = 1e-6
_ROWS = (*((world, TRUE) for world in WORLDS), (ANY, NOISY), (ANY, HOPEFUL))


@dataclass(frozen=True)
class Forecasts:
    """What was said of portfolios, an array each: `truth` is the share of rounds with a success.

    `ties` tells which portfolios have bets with a label in common; the others have no range.
    """

    name: str
    truth: Numbers
    floor: Numbers
    low: Numbers
    middle: Numbers
    high: Numbers

    @property
    def ties(self) -> Flags:
        """Which portfolios have a range."""
        return self.high > self.low + 1e-9

    def brier(self, said: Numbers) -> Numbers:
        """Return the mean squared distance from what happened, over all rounds of each."""
        return (said - self.truth) ** 2 + self.truth * (1 - self.truth)

    def log_loss(self, said: Numbers) -> Numbers:
        """Return the mean of minus the logarithm of what was said of what happened (base e)."""
        sure = np.clip(said, _LEAST, 1 - _LEAST)
        loss: Numbers = -self.truth * np.log(sure) - (1 - self.truth) * np.log(1 - sure)
        return loss


def forecasts(world: World, saying: Saying, sizes: Sizes) -> Forecasts:
    """Let Coach and the floor forecast the same portfolios in each world."""
    drawing, world_rng, saying_rng = (np.random.default_rng([_SEED, n]) for n in range(3))
    rows: list[tuple[float, ...]] = []
    for _ in range(sizes.portfolios):
        found = portfolio(drawing)
        truth = world.simulate(found, world_rng, sizes.rounds).any(axis=1).mean()
        said = saying.say(found.chances, saying_rng)
        coach = odds(found.bets(said))
        rows.append((float(truth), product(said), coach.low, coach.middle, coach.high))
    name = ", ".join(filter(None, (world.name, saying.name)))
    return Forecasts(name, *np.array(rows).T)


def product(said: Numbers) -> float:
    """Be the floor: one minus the product of the chances of failing."""
    return 1 - float(np.prod(1 - said))


def reports(sizes: Sizes) -> tuple[Report, Report]:
    """Return the table of scores and that of distances from the truth."""
    found = [forecasts(world, saying, sizes) for world, saying in _ROWS]
    return _scores(found, sizes), _distances(found)


def _scores(found: Sequence[Forecasts], sizes: Sizes) -> Report:
    return Report(
        name="",
        title="Odds that at least one succeeds: scores",
        header=(
            "world", "n", "Brier: floor", "Coach", "truth", "difference",
            "log loss: floor", "Coach", "truth",
        ),
        rows=tuple(_score_row(each) for each in found),
        notes=(
            f"n: portfolios of 2 to 7 bets, the same in each world, {sizes.rounds:,} rounds each; "
            "chances from Beta(1.5, 3), each of three labels on two bets in five. Floor: the "
            "independent product. Coach: the middle figure. Ceiling: the world's own probability.",
            "Less is better. Difference: Coach's Brier score minus the floor's, x 1,000, in pairs; "
            "±: 95 % over portfolios.",
        ),
    )  # fmt: skip


def _score_row(one: Forecasts) -> tuple[str, ...]:
    systems = (one.floor, one.middle, one.truth)
    brier, loss = (
        [f"{score(s).mean():.4f}" for s in systems] for score in (one.brier, one.log_loss)
    )
    better = mean(one.brier(one.middle) - one.brier(one.floor), 1, 1_000)
    return (one.name, str(len(one.truth)), *brier, better, *loss)


def _distances(found: Sequence[Forecasts]) -> Report:
    return Report(
        name="",
        title="Odds that at least one succeeds: too high by how many percentage points",
        header=(
            "world", "n", "floor", "Coach", "truth in the range", "below", "above", "width",
        ),
        rows=tuple(_distance_row(each) for each in found),
        notes=(
            "n: those of the portfolios in which bets share a label; without any, Coach gives the "
            "independent figure. Floor, Coach: the mean of what is said minus the truth. Width: of "
            "Coach's range, the mean; below, above: how often the truth lies there.",
            f"The range, from a correlation of {STRONG} to one of {WEAK}, is a convention about "
            "shared causes, not a 95 % interval, and says nothing of chances stated wrongly. "
            "Where truth and edge are equal by rule, the simulation's own error (at most 0.4 "
            "points) decides the side.",
        ),
    )  # fmt: skip


def _distance_row(one: Forecasts) -> tuple[str, ...]:
    ties = one.ties
    n, truth, low, high = int(ties.sum()), one.truth[ties], one.low[ties], one.high[ties]
    below, above = int((truth < low).sum()), int((truth > high).sum())
    return (
        one.name,
        str(n),
        mean(one.floor[ties] - truth, 1, 100),
        mean(one.middle[ties] - truth, 1, 100),
        share(n - below - above, n),
        str(below),
        str(above),
        f"{100 * float((high - low).mean()):.1f}",
    )
