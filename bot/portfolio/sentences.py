"""What the log tells, in sentences that a manager can repeat to leadership.

No jargon, no promise, and with the numbers; each rests on a coaching card, named by its title.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.log_records import Execution, Hypothesis, Objective
from bot.portfolio.calibration import FEWEST_HYPOTHESES, FEWEST_POINTS, Calibration, TooFew
from bot.portfolio.inputs import Inputs
from bot.portfolio.odds import Odds
from bot.portfolio.plateau import FEWEST, BaseRate, Trend
from bot.portfolio.risks import STALE_AFTER, PathCritical

Words = Callable[[float, float], str]
"""Says a range of probabilities (0 to 1) in the workspace's words: `likely (55–80 %)`."""

Kind = Literal[
    "odds", "path_critical", "late", "stale", "trend", "good_weeks", "calibration", "inputs"
]

_PORTFOLIO = "Have a portfolio of approaches"
_PATH_CRITICAL = "Avoid path-critical research"
_BACKUPS = "Keep backup hypotheses"
_TRIGGERS = "What should trigger replanning"
_CADENCE = "How often to replan"
_NONLINEAR = "What nonlinear progress means"
_WEEKLY = "Weekly numbers do not predict the finish"
_PROBABILISTIC = "Plan probabilistically"
_INPUTS = "Measure inputs, not results"
_LONGEST_CLAIM = 90
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Insight:
    """Something that the log tells, in words; `card` is the title of the card it rests on."""

    kind: Kind
    text: str
    card: str


# -- odds


def about_odds(objective: Objective, live: int, odds: Odds, words: Words) -> Insight:
    """Say the odds that at least one of the *live* approaches meets *objective*."""
    name, due = f"“{objective.name}”", _day(objective.due)
    if not live:
        text = f"No approach is under way for {name} ({due}), so nothing speaks for it at present."
        return Insight("odds", text, _PORTFOLIO)
    if odds.middle >= 1:
        text = (
            f"An approach for {name} has met its own threshold; whether it moves the business "
            f"measure ({objective.measure}) to {objective.target} remains to be seen."
        )
        return Insight("odds", text, _PORTFOLIO)
    text = (
        f"{_approaches(live)} live for {name} ({due}); the team's current estimate that at "
        f"least one gets there is {span(odds.low, odds.high)}, {words(odds.low, odds.high)}."
    )
    if round(odds.independent, 2) > round(odds.high, 2):
        text += (
            f" Had they nothing in common it would be {percent(odds.independent)}, but they "
            "share causes and may fail together."
        )
    return Insight("odds", text, _PORTFOLIO)


def _approaches(count: int) -> str:
    return "One approach is" if count == 1 else f"{count} approaches are"


def _all(count: int) -> str:
    return "Both" if count == 2 else f"All {count}"


# -- risks


def about_path(
    objective: Objective, risk: PathCritical, hypotheses: Mapping[str, Hypothesis]
) -> Insight:
    """Say why one failure could end *objective*; *hypotheses* are by id."""
    name = f"“{objective.name}”"
    claim = _claim(hypotheses[risk.bets[0]])
    match risk.why:
        case "only_one":
            text = (
                f"{name} rests on a single approach, {claim}. Its chance is {percent(risk.odds)} "
                "at present, and a second approach would help."
            )
            return Insight("path_critical", text, _PATH_CRITICAL)
        case "carries":
            text = (
                f"{name} leans on one approach, {claim}: without it the odds would fall from "
                f"{percent(risk.odds)} to {percent(risk.without)}."
            )
            return Insight("path_critical", text, _PATH_CRITICAL)
        case "shared":
            text = (
                f"{_all(len(risk.bets))} live approaches for {name} depend on “{risk.label}”: if "
                "that turns out badly, they may fail together."
            )
            return Insight("path_critical", text, _BACKUPS)


def about_late(objective: Objective, late: Sequence[Hypothesis]) -> Insight:
    """Say which open approaches will be known only after *objective* is due; there are some."""
    one = len(late) == 1
    verb, they = ("approach is", "It adds") if one else ("approaches are", "They add")
    text = (
        f"{len(late)} open {verb} planned to be decided only after “{objective.name}” is due "
        f"({_day(objective.due)}): {_claims(late)}. {they} to the odds, but not by that date."
    )
    return Insight("late", text, _TRIGGERS)


def about_stale(stale: Sequence[Hypothesis]) -> Insight:
    """Say of which open approaches nothing was heard; there are some."""
    text = (
        f"Nothing has been reported for more than {STALE_AFTER.days} days on {_claims(stale)}, so "
        "the odds rest on an old estimate there."
    )
    return Insight("stale", text, _CADENCE)


# -- progress


def about_trend(hypothesis: Hypothesis, trend: Trend) -> Insight:
    """Say whether the metric of *hypothesis* still moves."""
    of = (
        f"“{_short(hypothesis.metric)}” ({_claim(hypothesis)})"
        if hypothesis.metric
        else (f"the measurements of {_claim(hypothesis)}")
    )
    match trend.verdict:
        case "too_few":
            text = (
                f"There {'is' if trend.n == 1 else 'are'} {trend.n} of the {FEWEST} readings that "
                f"it takes to tell whether {of} is moving."
            )
            return Insight("trend", text, _NONLINEAR)
        case "unclear":
            text = (
                f"In the last {trend.n} readings of {of}, ups and downs can't be told from chance: "
                "no clear movement either way."
            )
            return Insight("trend", text, _NONLINEAR)
        case "rising" | "falling":
            way = "up" if trend.verdict == "rising" else "down"
            text = (
                f"The last {trend.n} readings of {of} went {way}, by more than chance would "
                f"explain (about {_number(abs(trend.per_week or 0))} a week); that says nothing "
                "about the coming weeks."
            )
            return Insight("trend", text, _WEEKLY)


def about_good_weeks(rate: BaseRate) -> Insight:
    """Say how often a good week was followed by another."""
    if not rate.n:
        text = "There is no record yet of what followed a good week in this team."
        return Insight("good_weeks", text, _WEEKLY)
    text = (
        f"In this team a good week was followed by another one in {rate.times:,} of {rate.n:,} "
        f"cases ({span(rate.low, rate.high)}); a good week alone says little about the next."
    )
    return Insight("good_weeks", text, _WEEKLY)


# -- calibration


def about_calibration(found: Calibration | TooFew) -> Insight:
    """Say how far stated chances can be taken at face value."""
    if isinstance(found, TooFew):
        estimates = _count(found.points, "estimate")
        text = (
            f"It is too early to say how good the team's estimates are: {estimates} on "
            f"{_count(found.hypotheses, 'decided approach')} so far, and it takes at least "
            f"{FEWEST_POINTS} on {FEWEST_HYPOTHESES}."
        )
        return Insight("calibration", text, _PROBABILISTIC)
    text = (
        f"In {found.points:,} estimates on {found.hypotheses} decided approaches the team said "
        f"{percent(found.said)} on average and {percent(found.came_true)} came true: "
        f"{_leaning(found)}."
    )
    return Insight("calibration", text, _PROBABILISTIC)


def _leaning(found: Calibration) -> str:
    if found.bias.low > 0:
        return "its estimates have been too hopeful"
    if found.bias.high < 0:
        return "its estimates have been too cautious"
    return "no sign so far that its estimates lean either way"


# -- inputs


def about_inputs(found: Inputs, days: int) -> Insight:
    """Say what the team did in a period of so many *days*."""
    parts = [
        f"In {_count(days, 'day')} the team reported on {_count(found.experiments, 'experiment')}",
        f"registered {_count(found.registered, 'new approach')}",
        f"settled {found.closed} ({found.supported} held up, {found.refuted} did not)",
    ]
    text = f"{', '.join(parts[:-1])} and {parts[-1]}"
    if found.days_to_kill is not None:
        text += f"; ruling one out typically took {_count(round(found.days_to_kill), 'day')}"
    if found.experiments:
        text += f"; {_executed(found)}evidence is linked for {found.linked:,}"
    return Insight("inputs", f"{text}.", _INPUTS)


def _executed(found: Inputs) -> str:
    """Say how many went as planned, of those whose execution was stated; empty if none was."""
    stated = sum(count for way, count in found.executed.items() if way)
    planned = found.executed[Execution.AS_PLANNED]
    return f"{planned:,} of {stated:,} were carried out as planned and " if stated else ""


# -- wording


def percent(chance: float) -> str:
    """Return a probability (0 to 1) in percent; never 0 or 100 unless it is certain."""
    if 0 < chance < 0.005:
        return "under 1 %"
    if 0.995 <= chance < 1:
        return "over 99 %"
    return f"{round(chance * 100)} %"


def span(low: float, high: float) -> str:
    """Return a range of probabilities (0 to 1): `52–63 %`."""
    if percent(low) == percent(high):
        return percent(low)
    if low < 0.005 or high >= 0.995:
        return f"{percent(low)} to {percent(high)}"
    return f"{round(low * 100)}–{percent(high)}"


def _day(on: date) -> str:
    return f"by {on.day} {on:%b %Y}"


def _number(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def _count(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CLAIM else f"{line[: _LONGEST_CLAIM - 1].rstrip()}…"


def _claim(hypothesis: Hypothesis) -> str:
    return f"“{_short(hypothesis.claim).rstrip('.')}”"


def _claims(hypotheses: Sequence[Hypothesis]) -> str:
    named = [_claim(each) for each in hypotheses[:_NAMED]]
    more = len(hypotheses) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
