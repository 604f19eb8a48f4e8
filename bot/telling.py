"""What the log tells, as replies: the portfolio, an objective's odds, the digest of a standup."""

import asyncio
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot import log_forms
from bot.chart_records import Chart
from bot.log_ports import Log
from bot.log_records import Hypothesis, Measurement, Objective, Outcome
from bot.messages import Button, Citation, Delivery, Reply, Section
from bot.portfolio.evidence import by_hypothesis, chance, current, versions_by_id
from bot.portfolio.history import history, weekly
from bot.portfolio.inputs import Period
from bot.portfolio.naming import mentioned
from bot.portfolio.pictures import odds_chart, portfolio_chart
from bot.portfolio.sentences import Insight, span
from bot.portfolio.summary import Summary, insights, summary, team_insights
from bot.ports import Policies
from bot.standup_records import CheckIn, Occurrence, Standup
from bot.standups.digest import Day, Told, digest
from bot.standups.prompts import owner_of
from bot.standups.words import percent
from knowledge.cards import load_cards, load_lectures

ScaleName = Literal["icd203", "ipcc"]
Scale = Callable[[float, float, ScaleName], str]
"""Says a range of probabilities (0 to 1) in the words of the scale of that name."""

_PERIOD = timedelta(days=27)  # from the first day to the last
_MOST_OBJECTIVES = 8
_MOST_READINGS = 6
_WARNINGS = frozenset({"path_critical", "late", "stale"})


@dataclass(frozen=True)
class _Known:
    """The log of a workspace, read once."""

    objectives: list[Objective]
    hypotheses: list[Hypothesis]
    versions: dict[str, list[Hypothesis]]
    outcomes: dict[str, list[Outcome]]


class Telling:
    """Reads the log and says what it tells, with the lecture passages behind it."""

    def __init__(
        self, *, log: Log, policies: Policies, scale: Scale, now: Callable[[], datetime]
    ) -> None:
        """Read *log*; say likelihoods by *scale*; *now* gives aware times."""
        self._log = log
        self._policies = policies
        self._scale = scale
        self._now = now

    async def portfolio(self, workspace: str) -> Reply:
        """Return every open objective with its bets and their odds."""
        known = await self._known(workspace)
        objectives = [o for o in known.objectives if o.state == "open"]
        closed = [o for o in reversed(known.objectives) if o.state != "open"]
        add = Button(label="New objective", action=log_forms.OBJECTIVE, opens_form=True)
        more_to_see = (add, *_buttons(closed[:_MOST_OBJECTIVES]))
        if not objectives:
            return Reply(
                text="No objective is open. Start with what the business wants and by when; then "
                "register the approaches that could bring it about, each with its chance.",
                buttons=more_to_see,
            )
        words, now = await self._words(workspace), self._now()
        told = await asyncio.to_thread(_of_each, objectives[:_MOST_OBJECTIVES], known, words, now)
        period = Period(now.astimezone(UTC).date() - _PERIOD, now.astimezone(UTC).date())
        team = await asyncio.to_thread(team_insights, known.versions, known.outcomes, period)
        cited = _Citations()
        sections = [
            Section(title=o.name, text=cited.lines(each))
            for o, each in zip(objectives, told, strict=False)
        ]
        if team:
            sections.append(Section(title="How the team works", text=cited.lines(team)))
        more = len(objectives) - len(told)
        some = len(objectives)
        count = "1 objective is open" if some == 1 else f"{some} objectives are open"
        return Reply(
            text=f"{count}." + (f" The {more} due last are not shown." if more else ""),
            chart=await self._chart(known, objectives[0]),
            sections=tuple(sections),
            citations=cited.all,
            buttons=(*_buttons(objectives[:_MOST_OBJECTIVES]), *more_to_see),
        )

    async def odds(self, workspace: str, objective: Objective) -> Reply:
        """Return the odds of *objective* with what bears on them."""
        known = await self._known(workspace, objective.id)
        words = await self._words(workspace)
        found = await self._summary(objective, known)
        first, *others = insights(found, words)
        cited = _Citations()
        return Reply(
            text=cited.line(first),
            chart=await self._chart(known, objective),
            sections=tuple(
                section
                for section in (
                    _bets(found, known),
                    Section(title="What bears on it", text=cited.lines(others)),
                    _target(objective, await self._log.measurements(workspace, objective.id)),
                )
                if section and section.text
            ),
            citations=cited.all,
            buttons=_about(objective),
        )

    async def tracked(self, workspace: str, draft: str) -> str:
        """Return what the log says of the odds of the one objective that *draft* speaks of.

        Empty if it speaks of none, or could mean several.
        """
        objectives = [o for o in await self._log.objectives(workspace) if o.state == "open"]
        meant = mentioned(draft, objectives)
        if len(meant) != 1:
            return ""
        known = await self._known(workspace, meant[0].id)
        found = await self._summary(meant[0], known)
        return _in_a_draft(found, await self._words(workspace))

    async def digest(
        self, standup: Standup, occurrence: Occurrence, check_ins: Sequence[CheckIn]
    ) -> Sequence[Delivery]:
        """Return the digest of *occurrence*, to be posted or updated; nothing if there is none."""
        known = await self._known(standup.workspace)
        cited = _Citations()
        day = await self._day(standup, occurrence.on, check_ins, known, cited)
        reply = digest(day)
        if reply is None:
            return ()
        bets = (day.hypotheses.get(outcome.hypothesis) for outcome in day.outcomes)
        reported = {bet.objective for bet in bets if bet}
        of_today = [objective for objective in day.objectives if objective.id in reported]
        shown = [*of_today, *day.objectives][:1]
        chart = await self._chart(known, shown[0]) if shown else None
        key = _key(standup, occurrence.on, occurrence.revision + 1)
        return (
            Delivery(
                key=key,
                place=standup.place,
                person=standup.owner,
                reply=reply.model_copy(update={"chart": chart, "citations": cited.all}),
                replaces=_key(standup, occurrence.on, occurrence.revision)
                if occurrence.revision
                else "",
                complain_to=owner_of(standup),
            ),
        )

    async def _day(
        self,
        standup: Standup,
        on: date,
        check_ins: Sequence[CheckIn],
        known: _Known,
        cited: "_Citations",
    ) -> Day:
        keys = {each.key for each in check_ins}
        outcomes = await asyncio.to_thread(_reported, keys, known)
        members = {m.person.id for m in standup.members} | {c.person.id for c in check_ins}
        theirs = {h.objective for h in known.hypotheses if h.owner in members}
        reported = {o.hypothesis for o in outcomes}
        theirs |= {h.objective for h in known.hypotheses if h.id in reported}
        objectives = [o for o in known.objectives if o.id in theirs and o.state == "open"]
        words, now = await self._words(standup.workspace), self._now()
        told = await asyncio.to_thread(_of_each, objectives, known, words, now)
        return Day(
            standup=standup,
            on=on,
            check_ins=check_ins,
            outcomes=outcomes,
            hypotheses={h.id: h for h in known.hypotheses if h.objective in theirs},
            objectives=objectives,
            chances=await asyncio.to_thread(_chances, theirs, known, now),
            told=[_told(o, each, cited) for o, each in zip(objectives, told, strict=True)],
        )

    async def _known(self, workspace: str, objective: str = "") -> _Known:
        """Read the log; of one *objective*, if it is given, what bears on it alone."""
        hypotheses = await self._log.hypotheses(workspace)
        versions = versions_by_id(await self._log.all_versions(workspace))
        theirs = [
            name
            for name, written in versions.items()
            if objective and any(version.objective == objective for version in written)
        ]
        nothing = objective and not theirs
        outcomes = [] if nothing else await self._log.outcomes(workspace, theirs)
        return _Known(
            objectives=await self._log.objectives(workspace),
            hypotheses=hypotheses,
            versions=versions,
            outcomes=await asyncio.to_thread(by_hypothesis, outcomes),
        )

    async def _summary(self, objective: Objective, known: _Known) -> Summary:
        return await asyncio.to_thread(
            summary, objective, known.versions, known.outcomes, self._now()
        )

    async def _words(self, workspace: str) -> Callable[[float, float], str]:
        policy = await self._policies.policy(workspace)
        return lambda low, high: self._scale(low, high, policy.scale)

    async def _chart(self, known: _Known, objective: Objective) -> Chart:
        """Return the odds over time, or the states over time while there is one point only."""
        today = self._now().astimezone(UTC).date()
        dates = weekly(objective.created_at.astimezone(UTC).date(), today)
        found = await asyncio.to_thread(
            history, objective.id, known.versions, known.outcomes, dates
        )
        drawn = [snapshot for snapshot in found if snapshot.registered]
        draw = odds_chart if len(drawn) > 1 else portfolio_chart
        return draw(objective.name, found)


def _reported(check_ins: Set[str], known: _Known) -> list[Outcome]:
    """Return what was reported with *check_ins* and stands. Slow where the log is long."""
    everything = [o for each in known.outcomes.values() for o in each]
    return [o for o in current(everything) if o.check_in in check_ins]


def _chances(objectives: Set[str], known: _Known, now: datetime) -> dict[str, float]:
    """Return the chances of the hypotheses for *objectives*. Slow where the log is long."""
    theirs = [h for h in known.hypotheses if h.objective in objectives]
    return {h.id: chance(h, known.outcomes.get(h.id, ()), now) for h in theirs}


def _of_each(
    objectives: Sequence[Objective],
    known: _Known,
    words: Callable[[float, float], str],
    now: datetime,
) -> list[list[Insight]]:
    """Return what to say of each of *objectives*. Slow where the log is long."""
    return [insights(summary(o, known.versions, known.outcomes, now), words) for o in objectives]


class _Citations:
    """The cards behind what is said, numbered as they come."""

    def __init__(self) -> None:
        self._titles: list[str] = []

    def lines(self, told: Iterable[Insight]) -> str:
        """Return what is *told*, a line each, with the numbers of its sources."""
        return "\n".join(f"• {self.line(each)}" for each in told)

    def line(self, told: Insight) -> str:
        """Return what is *told* with the number of its source."""
        return f"{told.text} [{self._number(told.card)}]"

    def _number(self, title: str) -> int:
        if title not in self._titles:
            self._titles.append(title)
        return self._titles.index(title) + 1

    @property
    def all(self) -> tuple[Citation, ...]:
        """Return the citations that were numbered."""
        return tuple(_citation(title, n) for n, title in enumerate(self._titles, start=1))


def _citation(title: str, number: int) -> Citation:
    card = next(card for card in load_cards() if card.title == title)
    source = card.sources[0]
    return Citation(
        number=number,
        title=card.title,
        source=load_lectures()[source.lecture].title,
        section=source.section,
        quote=card.advice,
        passage=card.text,
    )


def _in_a_draft(found: Summary, words: Callable[[float, float], str]) -> str:
    """Say the odds as they stand in a status update; empty where nothing is under way."""
    if not found.bets or found.odds.middle >= 1:
        return ""
    live, tried = len(found.bets), len(found.hypotheses)
    verb = "approach is" if tried == 1 else "approaches are"
    low, high, due = found.odds.low, found.odds.high, found.objective.due
    return (
        f"{live} of {tried} {verb} still live; the team's current estimate is {span(low, high)} "
        f"({words(low, high)}) by {due.day} {due:%B %Y}"
    )


def _told(objective: Objective, told: Sequence[Insight], cited: _Citations) -> Told:
    return Told(
        objective=objective.id,
        odds=cited.line(told[0]),
        warnings=tuple(cited.line(each) for each in told if each.kind in _WARNINGS),
    )


def _bets(found: Summary, known: _Known) -> Section | None:
    lines = [
        f"• {h.claim}: {_state(h, known)}"
        for h in sorted(found.hypotheses.values(), key=lambda h: (not h.is_live, h.created_at))
    ]
    return Section(title="The bets", text="\n".join(lines)) if lines else None


def _state(hypothesis: Hypothesis, known: _Known) -> str:
    if hypothesis.state != "open":
        return hypothesis.state
    now = percent(chance(hypothesis, known.outcomes.get(hypothesis.id, ())))
    return (
        f"{now} (at first {percent(hypothesis.prior)}), known by {hypothesis.resolve_by:%d %b %Y}"
    )


def _target(objective: Objective, readings: Sequence[Measurement]) -> Section:
    due = f"{objective.due.day} {objective.due:%b %Y}"
    lines = [f"{objective.measure}: {objective.target}, by {due}."]
    for each in reversed(readings[-_MOST_READINGS:]):
        note = f" ({each.note})" if each.note else ""
        lines.append(f"• {each.on.day} {each.on:%b %Y}: {each.value:g}{note}")
    return Section(title="What counts", text="\n".join(lines))


def _buttons(objectives: Sequence[Objective]) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=f"Odds: {o.name}" if o.state == "open" else f"{o.name} ({o.state})",
            action=log_forms.ODDS,
            value=o.id,
        )
        for o in objectives
    )


def _about(objective: Objective) -> tuple[Button, ...]:
    closing = [
        Button(
            label=f"Close as {state}",
            action=log_forms.CLOSE_OBJECTIVE,
            value=f"{objective.id}|{state}",
        )
        for state in ("met", "missed", "dropped")
    ]
    reopen = Button(label="Reopen", action=log_forms.CLOSE_OBJECTIVE, value=f"{objective.id}|open")
    return (
        Button(label="Hypotheses", action=log_forms.HYPOTHESES, value=objective.id),
        Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True),
        Button(label="Edit", action=log_forms.OBJECTIVE, value=objective.id, opens_form=True),
        Button(
            label="Add a reading", action=log_forms.MEASURE, value=objective.id, opens_form=True
        ),
        *(closing if objective.state == "open" else [reopen]),
    )


def _key(standup: Standup, on: date, revision: int) -> str:
    place = standup.place
    return f"{place.platform}:{place.workspace}:digest:{standup.id}:{on.isoformat()}:{revision}"
