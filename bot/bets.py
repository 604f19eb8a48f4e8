"""What a member bets on, and how each bet stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.log_ports import Log
from bot.log_records import Hypothesis, Outcome
from bot.portfolio import evidence
from bot.standup_records import CheckIn
from bot.standups import reports


@dataclass(frozen=True)
class Bets:
    """Hypotheses, what was said of each last, and the chances of the open ones, by their ids."""

    hypotheses: Sequence[Hypothesis] = ()
    latest: Mapping[str, Outcome] = field(default_factory=dict[str, Outcome])
    chances: Mapping[str, float] = field(default_factory=dict[str, float])


async def open_bets(log: Log, workspace: str, owners: Sequence[str]) -> dict[str, Bets]:
    """Return the open hypotheses of those among *owners* who have any."""
    theirs: dict[str, list[Hypothesis]] = {owner: [] for owner in owners}
    for hypothesis in await log.hypotheses(workspace):
        if hypothesis.state == "open" and hypothesis.owner in theirs:
            theirs[hypothesis.owner].append(hypothesis)
    every = await _bets(log, workspace, [h for mine in theirs.values() for h in mine])
    return {who: Bets(mine, every.latest, every.chances) for who, mine in theirs.items() if mine}


async def asked_about(log: Log, workspace: str, person: str, check_in: CheckIn | None) -> Bets:
    """Return what a *check_in* asks *person* about.

    Those are the open hypotheses and what was reported with the check-in itself: so its pages stay
    the same while it is answered, and a decision can be corrected.
    """
    theirs = await log.hypotheses(workspace, owner=person)
    bets = await _bets(log, workspace, theirs, check_in.key if check_in else "")
    reported = {
        o.hypothesis for o in bets.latest.values() if check_in and o.check_in == check_in.key
    }
    asked = [h for h in theirs if h.state == "open" or h.id in reported]
    return Bets(asked, bets.latest, bets.chances)


async def _bets(
    log: Log, workspace: str, hypotheses: Sequence[Hypothesis], check_in: str = ""
) -> Bets:
    if not hypotheses:
        return Bets()
    outcomes = await log.outcomes(workspace, [h.id for h in hypotheses])
    said = evidence.by_hypothesis(outcomes)
    return Bets(
        hypotheses,
        reports.latest(outcomes, check_in),
        {h.id: evidence.chance(h, said.get(h.id, ())) for h in hypotheses if h.state == "open"},
    )
