"""Path-critical warnings against what the code says that they mean, worked out by brute force."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.portfolio.risks import CARRIES, path_critical
from evals.reports import Report
from evals.standups.cells import NONE, Alarms, Flags, Numbers
from evals.standups.sizes import Sizes
from evals.standups.worlds import (
    ANY,
    AS_TAKEN,
    HOPEFUL,
    LABELS,
    NOISY,
    TRUE,
    UNSAID,
    Portfolio,
    Saying,
    World,
    draw_labels,
)

_SEED = 4
_MOST, _LABELLED, _HOPELESS = 6, 0.5, 0.1
_SURE = 4


@dataclass(frozen=True)
class Truth:
    """Bets without which the odds fall by more than half of them; labels that all live ones have.

    `clear` is whether the simulation is long enough to tell.
    """

    critical: frozenset[str]
    shared: frozenset[str]
    clear: bool


@dataclass
class Warnings:
    """What was warned of, counted; `unclear` were left out."""

    floor: Alarms
    coach: Alarms
    shared: Alarms
    unclear: int = 0
    misnamed: int = 0


def draw(rng: np.random.Generator) -> Portfolio:
    """Draw one to six bets, some good and most poor; a tenth have been ruled out."""
    n = int(rng.integers(1, _MOST + 1))
    chances = np.clip(rng.beta(0.7, 2.0, n), 0.01, 0.95) * (rng.random(n) > _HOPELESS)
    return Portfolio(chances, draw_labels(rng, n, LABELS, _LABELLED))


def live(found: Portfolio) -> Portfolio:
    """Return the bets that have a chance."""
    labels = [own for own, chance in zip(found.labels, found.chances, strict=True) if chance > 0]
    return Portfolio(found.chances[found.chances > 0], labels)


def truth(found: Portfolio, success: Flags) -> Truth:
    """Leave each bet out in turn, in the simulated rounds."""
    rounds = len(success)
    wins = success.sum(axis=1)
    whole = int((wins > 0).sum())
    alone: Numbers = (success & (wins == 1)[:, None]).sum(axis=0) / max(whole, 1)
    standard = np.sqrt(np.maximum(alone * (1 - alone), 1 / rounds) / max(whole, 1))
    clear = bool((np.abs(alone - CARRIES) > _SURE * standard).all()) or len(alone) == 1
    critical = frozenset(f"h{n}" for n in range(len(alone)) if alone[n] > CARRIES)
    return Truth(critical, frozenset[str].intersection(*found.labels), clear)


def only_one(found: Portfolio) -> bool:
    """Be the floor: warns if one bet alone is live."""
    return len(found.chances) == 1


def warnings(world: World, saying: Saying, sizes: Sizes) -> Warnings:
    """Compare on portfolios of *world*, with chances as they are said."""
    drawing, world_rng, saying_rng = (np.random.default_rng([_SEED, n]) for n in range(3))
    tally = Warnings(Alarms(), Alarms(), Alarms())
    for _ in range(sizes.fragile):
        found = live(draw(drawing))
        if not len(found.chances):
            continue
        right = truth(found, world.simulate(found, world_rng, sizes.rounds))
        _count(tally, found, right, saying.say(found.chances, saying_rng))
    return tally


def _count(tally: Warnings, found: Portfolio, right: Truth, said: Numbers) -> None:
    if not right.clear:
        tally.unclear += 1
        return
    risks = path_critical(found.bets(said))
    named = frozenset(bet for risk in risks if risk.why != "shared" for bet in risk.bets)
    tally.floor.add(warned=only_one(found), true=bool(right.critical))
    tally.coach.add(warned=bool(named), true=bool(right.critical))
    tally.misnamed += bool(named and right.critical and named != right.critical)
    if len(found.chances) > 1:
        labels = frozenset(risk.label for risk in risks if risk.why == "shared")
        tally.shared.add(warned=bool(labels), true=bool(right.shared))
        tally.misnamed += labels != right.shared


_ROWS = (
    ("by the definition", AS_TAKEN, TRUE),
    ("labels worth 0 to 0.95", ANY, TRUE),
    ("one cause for all, unsaid", UNSAID, TRUE),
    ("labels 0 to 0.95, chances noisy", ANY, NOISY),
    ("labels 0 to 0.95, chances hopeful", ANY, HOPEFUL),
)


def report(sizes: Sizes) -> Report:
    """Return the table."""
    found = [(name, warnings(world, saying, sizes)) for name, world, saying in _ROWS]
    return Report(
        name="",
        title="Path-critical: one bet carries the objective",
        header=(
            "world", "n", "true", "floor: precision", "recall", "Coach: precision", "recall",
            "misnamed",
        ),
        rows=(*(_row(name, each) for name, each in found), _shared_row(found[0][1])),
        notes=(
            "True: without one of the live bets the odds fall by more than half of them, the "
            f"others being left out in turn in {sizes.rounds:,} simulated rounds. By the "
            "definition: chances as stated, correlation 0.5. The other rows ask what the warning "
            "is worth where the world is another one. Floor: warns if one bet alone is live; it "
            "knows nothing of labels.",
            f"n: portfolios of 1 to 6 bets with a chance, of {sizes.fragile}, chances from "
            "Beta(0.7, 2), each of three labels on every other bet. Left out, for a fall within "
            f"{_SURE} standard errors of half: "
            + ", ".join(str(each.unclear) for _, each in found)
            + " by row. Misnamed: the wrong bet or label.",
        ),
    )  # fmt: skip


def _row(name: str, each: Warnings) -> tuple[str, ...]:
    cells = (each.floor.precision, each.floor.recall, each.coach.precision, each.coach.recall)
    return (name, *_sizes(each.coach), *cells, str(each.misnamed))


def _shared_row(each: Warnings) -> tuple[str, ...]:
    cells = (NONE, NONE, each.shared.precision, each.shared.recall)
    return ("a label that all have", *_sizes(each.shared), *cells, str(each.misnamed))


def _sizes(each: Alarms) -> Sequence[str]:
    true = each.right + each.missed
    return str(true + each.wrong + each.quiet), str(true)
