"""All that the log tells of one objective and of a team, put together for digests and replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.log_records import Hypothesis, Objective, Outcome
from bot.portfolio import risks, sentences
from bot.portfolio.calibration import calibration, points
from bot.portfolio.evidence import standing
from bot.portfolio.inputs import Period, inputs
from bot.portfolio.odds import Bet, Odds, bet, odds
from bot.portfolio.plateau import Trend, good_weeks, readings, trend
from bot.portfolio.risks import PathCritical
from bot.portfolio.sentences import Insight, Words

Versions = Mapping[str, Sequence[Hypothesis]]
"""Every version known of each hypothesis, by its id; the one in force alone will do."""

Outcomes = Mapping[str, Sequence[Outcome]]
"""Outcomes by hypothesis, corrected ones too."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the log tells of an objective at a time.

    `hypotheses` are its ones in force, in their state then, by id. `trends` are by hypothesis, of
    open ones with at least one reading.
    """

    objective: Objective
    hypotheses: Mapping[str, Hypothesis]
    bets: tuple[Bet, ...]
    odds: Odds
    path_critical: tuple[PathCritical, ...]
    late: tuple[Hypothesis, ...]
    stale: tuple[Hypothesis, ...]
    trends: Mapping[str, Trend]


def summary(objective: Objective, versions: Versions, outcomes: Outcomes, at: datetime) -> Summary:
    """Return what the log tells of *objective*, as known *at* a time."""
    found = [
        standing(written, outcomes.get(name, ()), at)
        for name, written in versions.items()
        if any(version.objective == objective.id for version in written)
    ]
    mine = [each for each in found if each and each.version.objective == objective.id]
    hypotheses = [each.version.model_copy(update={"state": each.state}) for each in mine]
    bets = [bet(each.version, each.chance) for each in mine if each.is_live]
    return Summary(
        objective=objective,
        hypotheses={h.id: h for h in hypotheses},
        bets=tuple(bets),
        odds=odds(bets),
        path_critical=tuple(risks.path_critical(bets)),
        late=tuple(risks.late(objective, hypotheses)),
        stale=tuple(risks.stale(hypotheses, outcomes, at)),
        trends=_trends(hypotheses, outcomes, at),
    )


def _trends(hypotheses: Sequence[Hypothesis], outcomes: Outcomes, at: datetime) -> dict[str, Trend]:
    open_ones = [h.id for h in hypotheses if h.state == "open"]
    found = {name: readings(outcomes.get(name, ()), at) for name in open_ones}
    return {name: trend(history) for name, history in found.items() if history}


def insights(found: Summary, words: Words) -> list[Insight]:
    """Return what to say of an objective, the odds first, then what bears on them."""
    objective = found.objective
    told = [sentences.about_odds(objective, len(found.bets), found.odds, words)]
    told += [sentences.about_path(objective, r, found.hypotheses) for r in found.path_critical]
    if found.late:
        told.append(sentences.about_late(objective, found.late))
    if found.stale:
        told.append(sentences.about_stale(found.stale))
    told += [sentences.about_trend(found.hypotheses[h], t) for h, t in found.trends.items()]
    return told


def team_insights(versions: Versions, outcomes: Outcomes, period: Period) -> list[Insight]:
    """Return what to say of a team, over all its objectives, its inputs first.

    Nothing before its first report: totals of nothing tell nobody anything.
    """
    if not any(outcomes.values()):
        return []
    stood = [standing(v, outcomes.get(name, ()), period.end) for name, v in versions.items()]
    done = inputs([each for each in stood if each], outcomes, period)
    newest = [max(each, key=lambda v: v.version) for each in versions.values() if each]
    return [
        sentences.about_inputs(done, (period.last - period.first).days + 1),
        sentences.about_good_weeks(good_weeks(newest, outcomes)),
        sentences.about_calibration(calibration(points(versions, outcomes))),
    ]
