"""What was known of a hypothesis at a time, from its versions and its outcomes.

Times are passed in. Nothing that happened later is looked at, so history drawn today is the same
as what was seen on the day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from operator import attrgetter
from typing import Literal

from bot.log_records import CLOSING, Hypothesis, Outcome, Result

State = Literal["open", "supported", "refuted", "dropped"]

_CLOSING = tuple(CLOSING)  # a set would hash the result, which costs more than all else here


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known of a hypothesis at a time.

    `version` is the one in force then. `chance` is the probability (0 to 1) that it meets its
    threshold: 1 or 0 once it is decided, else as stated last, else the prior. `since` is when the
    state was last entered.
    """

    version: Hypothesis
    state: State
    chance: float
    since: datetime

    @property
    def is_live(self) -> bool:
        """Whether it may still come true or has done so."""
        return self.state in ("open", "supported")


class Ledger:
    """Outcomes in the order in which they came, each correction in the place of what it corrects.

    Corrections of one outcome by several others: the last one counts.
    """

    def __init__(self) -> None:
        """Begin with no outcome."""
        self._places: dict[str, int] = {}
        self._standing: list[Outcome] = []
        self._closings: dict[int, Outcome] = {}

    def take(self, outcome: Outcome) -> None:
        """Add *outcome*; one whose id is known already changes nothing."""
        if outcome.id in self._places:
            return
        place = self._places.get(outcome.replaces) if outcome.replaces else None
        if place is None:
            place = len(self._standing)
            self._standing.append(outcome)
            if outcome.replaces:  # what it corrects may come later, and finds its place taken
                self._places[outcome.replaces] = place
        else:
            self._standing[place] = outcome
            self._closings.pop(place, None)
        self._places[outcome.id] = place
        if outcome.result in _CLOSING:
            self._closings[place] = outcome

    def current(self) -> list[Outcome]:
        """Return what stands uncorrected."""
        return list(self._standing)

    def stated(self) -> float | None:
        """Return the chance that was stated last, None if none was.

        What was said while deciding doesn't count: it tells nothing of one that is reopened.
        """
        said = (o for o in reversed(self._standing) if o.result not in _CLOSING)
        return next((o.chance for o in said if o.chance is not None), None)

    def closing(self, since: datetime) -> Outcome | None:
        """Return the first outcome from *since* on that decides the hypothesis; later ones don't.

        It takes somebody's edit to reopen a hypothesis.
        """
        found = [(place, o) for place, o in self._closings.items() if o.at >= since]
        return min(found, key=lambda each: each[0])[1] if found else None


def _in_time(outcomes: Iterable[Outcome]) -> list[Outcome]:
    # By time, then by id: two sorts of plain keys are faster than one of pairs.
    return sorted(sorted(outcomes, key=attrgetter("id")), key=attrgetter("at"))


def current(outcomes: Iterable[Outcome], at: datetime | None = None) -> list[Outcome]:
    """Return the *outcomes* known *at* a time (now if None) without those replaced by then."""
    ledger = Ledger()
    for outcome in _in_time(outcomes):
        if at is None or outcome.at <= at:
            ledger.take(outcome)
    return ledger.current()


def by_hypothesis(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Return *outcomes* by their hypothesis, in the order given."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.hypothesis, []).append(outcome)
    return found


def versions_by_id(versions: Iterable[Hypothesis]) -> dict[str, list[Hypothesis]]:
    """Return *versions* of several hypotheses by the hypothesis' id, in the order given."""
    found: dict[str, list[Hypothesis]] = {}
    for version in versions:
        found.setdefault(version.id, []).append(version)
    return found


def standings(
    versions: Sequence[Hypothesis], outcomes: Iterable[Outcome], times: Iterable[datetime]
) -> Iterator[Standing | None]:
    """Yield what was known of one hypothesis at each of *times*, which must not go back.

    None before it was registered. *versions* may be the one in force alone: then its state counts
    from its edit on, and what came before is told by the *outcomes*. These are of this hypothesis.
    """
    written = sorted(versions, key=lambda v: v.version)
    waiting = _in_time(outcomes)
    ledger, taken = Ledger(), 0
    for time in times:
        while taken < len(waiting) and waiting[taken].at <= time:
            ledger.take(waiting[taken])
            taken += 1
        yield _standing(written, ledger, time)


def standing(
    versions: Sequence[Hypothesis], outcomes: Iterable[Outcome], at: datetime
) -> Standing | None:
    """Return what was known of one hypothesis *at* a time; see `standings`."""
    return next(standings(versions, outcomes, [at]))


def _standing(versions: Sequence[Hypothesis], ledger: Ledger, at: datetime) -> Standing | None:
    if not versions or versions[0].created_at > at:
        return None
    known = [v for v in versions if v.edited_at <= at]
    version = known[-1] if known else versions[0]
    state, since = _state(known, version, ledger)
    return Standing(version, state, _chance(version, state, ledger), since)


def _state(
    known: Sequence[Hypothesis], version: Hypothesis, ledger: Ledger
) -> tuple[State, datetime]:
    """Return the state and since when.

    What the version in force says held when it was written; an outcome since then may decide.
    """
    if version.state == "open" or not known:
        decided = ledger.closing(version.edited_at if known else version.created_at)
        if decided:
            return ("supported" if decided.result is Result.SUPPORTED else "refuted"), decided.at
    if not known:
        return "open", version.created_at
    return version.state, _entered(known)


def _entered(known: Sequence[Hypothesis]) -> datetime:
    """Return when the state of the newest of *known* versions was entered."""
    run = takewhile(lambda version: version.state == known[-1].state, reversed(known))
    return list(run)[-1].edited_at


def _chance(version: Hypothesis, state: State, ledger: Ledger) -> float:
    if state != "open":
        return 1.0 if state == "supported" else 0.0
    stated = ledger.stated()
    return version.prior if stated is None else stated


def chance(
    hypothesis: Hypothesis, outcomes: Iterable[Outcome], at: datetime | None = None
) -> float:
    """Return the probability (0 to 1) that *hypothesis* meets its threshold, as known *at* a time.

    1 or 0 once it is decided or dropped, else as stated last, else the prior. *outcomes* of other
    hypotheses are passed over. Without *at*, everything given is known.
    """
    mine = [o for o in outcomes if o.hypothesis == hypothesis.id]
    times = [hypothesis.edited_at, *(o.at for o in mine)]
    known = standing([hypothesis], mine, max(times) if at is None else at)
    return known.chance if known else hypothesis.prior
