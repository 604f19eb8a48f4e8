"""What the log tells as charts: the data to draw, and the same in words for those who don't see."""

from collections.abc import Sequence
from datetime import date

from bot.chart_records import Chart, Series
from bot.portfolio.calibration import Calibration, TooFew
from bot.portfolio.history import Snapshot
from bot.portfolio.sentences import percent, span

_LONGEST_NAME = 120


def portfolio_chart(name: str, history: Sequence[Snapshot]) -> Chart:
    """Show how many hypotheses of the objective called *name* were in which state."""
    name = _short(name)
    history = [snapshot for snapshot in history if snapshot.registered]
    states = {
        "supported": [snapshot.supported for snapshot in history],
        "open": [snapshot.open for snapshot in history],
        "refuted": [snapshot.refuted for snapshot in history],
        "dropped": [snapshot.dropped for snapshot in history],
    }
    return Chart(
        kind="portfolio",
        title=f"Hypotheses by state: {name}",
        alt=_portfolio_words(name, history),
        dates=tuple(snapshot.on for snapshot in history),
        series=tuple(
            Series(name=state, values=tuple(float(n) for n in counts))
            for state, counts in states.items()
            if any(counts)
        ),
    )


def _portfolio_words(name: str, history: Sequence[Snapshot]) -> str:
    if not history:
        return f"Nothing to draw: no hypothesis is registered for “{name}”."
    first, last = history[0], history[-1]
    now = (
        f"{last.open} open, {last.supported} supported, {last.refuted} refuted and {last.dropped} "
        "dropped"
    )
    if len(history) == 1:
        return f"Bars of the hypotheses for “{name}” by state on {_day(last.on)}: {now}."
    return (
        f"Bars of the hypotheses for “{name}” by state, week by week from {_day(first.on)} to "
        f"{_day(last.on)}: from {first.registered} registered to {last.registered}; at the end "
        f"{now}."
    )


def odds_chart(name: str, history: Sequence[Snapshot]) -> Chart:
    """Show the odds of the objective called *name*, with their range and the independent figure."""
    name = _short(name)
    history = [snapshot for snapshot in history if snapshot.registered]
    odds = [snapshot.odds for snapshot in history]
    independent = tuple(each.independent for each in odds)
    lines = [
        Series(
            name="at least one",
            values=tuple(each.middle for each in odds),
            low=tuple(each.low for each in odds),
            high=tuple(each.high for each in odds),
        )
    ]
    if any(each.independent - each.middle >= 0.005 for each in odds):
        lines.append(Series(name="if nothing were shared", values=independent))
    return Chart(
        kind="odds",
        title=f"Odds that at least one approach gets there: {name}",
        alt=_odds_words(name, history),
        dates=tuple(snapshot.on for snapshot in history),
        series=tuple(lines) if history else (),
    )


def _odds_words(name: str, history: Sequence[Snapshot]) -> str:
    if not history:
        return f"Nothing to draw: no hypothesis is registered for “{name}”."
    last = history[-1]
    now = (
        f"{percent(last.odds.middle)} ({span(last.odds.low, last.odds.high)}) on {_day(last.on)}, "
        f"{percent(last.odds.independent)} if the approaches shared nothing"
    )
    what = f"the odds that at least one approach meets “{name}”"
    if len(history) == 1:
        return f"A point for {what}: {now}."
    middles = [snapshot.odds.middle for snapshot in history]
    return (
        f"A line of {what}, week by week: {percent(middles[0])} on {_day(history[0].on)}, lowest "
        f"{percent(min(middles))}, highest {percent(max(middles))}, at last {now}."
    )


def calibration_chart(found: Calibration | TooFew) -> Chart:
    """Show how often stated chances came true, against how often they should have."""
    if isinstance(found, TooFew):
        alt = f"Nothing to draw: {found.points} estimates are too few to say how good they are."
        return Chart(kind="calibration", title="Calibration: too early to say", alt=alt)
    counts = tuple(each.points for each in found.bins)
    bins = "; ".join(
        f"said {percent(each.said)} on average, {percent(each.came_true)} came true "
        f"({each.points} estimates)"
        for each in found.bins
    )
    return Chart(
        kind="calibration",
        title="Calibration: how often stated chances came true",
        alt=f"Points of stated chances against how often they came true: {bins}.",
        series=(
            Series(name="said", values=tuple(each.said for each in found.bins), counts=counts),
            Series(
                name="came true",
                values=tuple(each.came_true for each in found.bins),
                low=tuple(each.came_true_low for each in found.bins),
                high=tuple(each.came_true_high for each in found.bins),
                counts=counts,
            ),
        ),
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
