"""Made-up worlds: portfolios, what the team says of them, and what truly ties bets together.

In all worlds the same portfolios are bet on, and labels say what the team takes for shared. The
worlds differ in what the labels are worth: nothing, little, much, what Coach takes them for, or
something of another kind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bot.portfolio.odds import Bet
from evals.standups.cells import Flags, Numbers

Labels = Sequence[frozenset[str]]
Rng = np.random.Generator
LABELS = ("data", "labelling", "backbone")
_NORMAL = NormalDist()
_MOST, _LABELLED = 7, 0.4


@dataclass(frozen=True)
class Portfolio:
    """True chances (0 to 1) and the labels that the team gave."""

    chances: Numbers
    labels: Labels

    def bets(self, said: Numbers) -> list[Bet]:
        """Return the bets at the chances that are *said*."""
        pairs = zip(said, self.labels, strict=True)
        return [Bet(f"h{n}", float(chance), own) for n, (chance, own) in enumerate(pairs)]


def portfolio(rng: Rng, fewest: int = 2) -> Portfolio:
    """Draw a portfolio: chances from Beta(1.5, 3), each of three labels on two bets in five."""
    n = int(rng.integers(fewest, _MOST + 1))
    chances = np.clip(rng.beta(1.5, 3, n), 0.02, 0.95)
    return Portfolio(chances, draw_labels(rng, n, LABELS, _LABELLED))


def draw_labels(rng: Rng, n: int, names: Sequence[str], often: float) -> Labels:
    """Give each of *n* bets each label with that probability."""
    return [frozenset(name for name in names if rng.random() < often) for _ in range(n)]


# -- what ties bets together

Simulate = Callable[[Portfolio, Rng, int], Flags]
"""Returns which bets (columns) succeed in so many rounds (rows)."""


@dataclass(frozen=True)
class World:
    """A way in which bets succeed together."""

    name: str
    simulate: Simulate


def latent(found: Portfolio, loadings: Numbers, rng: Rng, rounds: int) -> Flags:
    """Let bets succeed by factors and luck, all normal; *loadings* are bets by factors."""
    factors = rng.standard_normal((rounds, loadings.shape[1]))
    noise = rng.standard_normal((rounds, len(found.chances)))
    own = np.sqrt(1 - (loadings**2).sum(axis=1))
    thresholds = np.array([_NORMAL.inv_cdf(1 - float(chance)) for chance in found.chances])
    return factors @ loadings.T + own * noise > thresholds


def loadings(labels: Labels, rho: Mapping[str, float]) -> Numbers:
    """Return loadings on a factor per label: its *rho*, shared evenly among a bet's labels."""
    rows = [
        [np.sqrt(strength / len(own)) if name in own else 0.0 for name, strength in rho.items()]
        for own in labels
    ]
    return np.array(rows)


def tied(rho: float) -> Simulate:
    """Tie bets with the same labels by one correlation."""
    return lambda found, rng, rounds: latent(
        found, loadings(found.labels, dict.fromkeys(LABELS, rho)), rng, rounds
    )


def _any(found: Portfolio, rng: Rng, rounds: int) -> Flags:
    rho = {name: float(rng.uniform(0, 0.95)) for name in LABELS}
    return latent(found, loadings(found.labels, rho), rng, rounds)


def _unsaid(found: Portfolio, rng: Rng, rounds: int) -> Flags:
    """One cause for all, whatever the labels say."""
    one = np.full((len(found.chances), 1), np.sqrt(0.5))
    return latent(found, one, rng, rounds)


def _rivals(found: Portfolio, rng: Rng, rounds: int) -> Flags:
    """What a label stands for helps one bet and harms another, by the toss of a coin."""
    pull = loadings(found.labels, dict.fromkeys(LABELS, 0.5))
    return latent(found, pull * rng.choice([-1, 1], pull.shape), rng, rounds)


def _gates(found: Portfolio, rng: Rng, rounds: int) -> Flags:
    """A label is a gate: shut, it fails all its bets; open, they are left to their own luck.

    A gate is as likely to open as a draw from 0.5 to 0.95 says, or as its likeliest bet needs.
    """
    opens = {name: _gate(found, name, float(rng.uniform(0.5, 0.95))) for name in LABELS}
    gates = {name: rng.random(rounds) < chance for name, chance in opens.items()}
    success = np.empty((rounds, len(found.chances)), dtype=np.bool_)
    for number, (chance, own) in enumerate(zip(found.chances, found.labels, strict=True)):
        passed = np.all([gates[name] for name in own], axis=0) if own else True
        luck = float(chance) / float(np.prod([opens[name] for name in own]))
        success[:, number] = passed & (rng.random(rounds) < luck)
    return success


def _gate(found: Portfolio, name: str, drawn: float) -> float:
    """Return how likely a gate opens: a bet with k gates needs its chance's k-th root of each."""
    pairs = zip(found.chances, found.labels, strict=True)
    return max([drawn, *(float(chance) ** (1 / len(own)) for chance, own in pairs if name in own)])


NOTHING = World("nothing in common", tied(0.0))
WEAK = World("weak: correlation 0.15", tied(0.15))
AS_TAKEN = World("as Coach takes it: 0.5", tied(0.5))
STRONG = World("strong: 0.85", tied(0.85))
ANY = World("each its own, 0 to 0.95", _any)
GATES = World("each label a gate", _gates)
UNSAID = World("one cause for all, unsaid", _unsaid)
RIVALS = World("rivals: labels cut both ways", _rivals)
WORLDS = (NOTHING, WEAK, AS_TAKEN, STRONG, ANY, GATES, UNSAID, RIVALS)


# -- what the team says


@dataclass(frozen=True)
class Saying:
    """How a team states chances: true log odds plus a lean and normal noise."""

    name: str
    lean: float = 0.0
    noise: float = 0.0

    def say(self, chances: Numbers, rng: Rng) -> Numbers:
        """Return what is said for true *chances*."""
        odds = np.log(chances / (1 - chances)) + self.lean
        said: Numbers = 1 / (1 + np.exp(-odds - self.noise * rng.standard_normal(len(chances))))
        return said


TRUE = Saying("")
NOISY = Saying("noisy", noise=0.7)
HOPEFUL = Saying("hopeful", lean=0.8, noise=0.7)
