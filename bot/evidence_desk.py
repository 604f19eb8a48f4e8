"""Evidence that can be read: what a training run measured is proposed, and recorded on a press."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from math import isclose

from bot.errors import LogGone, NotYourHypothesis, Outdated, RunUnreadable
from bot.log_forms import RECORD
from bot.log_ports import Log, Runs, Standups
from bot.log_records import Hypothesis, Outcome
from bot.messages import Button, Form, Message, Reply, Submission
from bot.portfolio.run_metrics import matching
from bot.run_records import Run, RunMetric, RunStatus
from bot.standups.prompts import day
from bot.standups.reports import plain

_NAMED = 6  # metrics of a run that are listed
_STATES = {
    RunStatus.SCHEDULED: "not started yet",
    RunStatus.RUNNING: "still running",
    RunStatus.FINISHED: "finished",
    RunStatus.FAILED: "failed",
    RunStatus.KILLED: "stopped",
}


class EvidenceDesk:
    """Reads the runs that reports link to; a person confirms what is recorded."""

    def __init__(
        self, *, log: Log, standups: Standups, runs: Runs | None, now: Callable[[], datetime]
    ) -> None:
        """Read *runs*, if there is a server of them; keep in *log* and the check-ins of *standups*.

        *now* gives aware times.
        """
        self._log = log
        self._standups = standups
        self._runs = runs
        self._now = now

    async def proposals(
        self, outcomes: Sequence[Outcome], hypotheses: Mapping[str, Hypothesis]
    ) -> tuple[list[str], list[Button]]:
        """Return what the runs linked in *outcomes* say, and a button for each value to record."""
        sentences: list[str] = []
        buttons: list[Button] = []
        for outcome in outcomes:
            hypothesis = hypotheses[outcome.hypothesis]
            try:
                run = await self._runs.read(outcome.evidence) if self._runs else None
            except RunUnreadable as problem:
                sentences.append(problem.sentence)
                continue
            metric = matching(run, hypothesis.metric) if run and hypothesis.metric else None
            if run:
                sentences.append(_said(run, metric, hypothesis))
            if metric and metric.value is not None and not _same(metric.value, outcome.value):
                buttons.append(_record(outcome, metric.value))
        return list(dict.fromkeys(sentences)), buttons

    async def form(self, message: Message) -> Form | None:
        """Return None: there is none."""
        del message
        return None

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return nothing: there is no form."""
        del message, submission
        return {}

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Return None: there is no form."""
        del message, submission
        return None

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Record a run's value. Raises LogGone, Outdated or NotYourHypothesis."""
        return await self._recorded(message, value) if action == RECORD else None

    async def _recorded(self, message: Message, value: str) -> Reply:
        hypothesis_id, outcome_id, number = value.split("|")
        workspace = message.place.workspace
        hypothesis = await self._log.hypothesis(workspace, hypothesis_id)
        said = {o.id: o for o in await self._log.outcomes(workspace, [hypothesis_id])}
        outcome = said.get(outcome_id)
        if hypothesis is None or outcome is None:
            raise LogGone
        if outcome.person != message.person.id:
            raise NotYourHypothesis(owner=hypothesis.owner_name or hypothesis.owner)
        later = next((o for o in said.values() if o.replaces == outcome_id), None)
        if later and later.value != float(number):
            raise Outdated
        if later is None:
            told = {
                "id": f"{message.id}:{hypothesis_id}",
                "at": self._now(),
                "replaces": outcome_id,
            }
            recorded = outcome.model_copy(update=told | {"value": float(number)})
            await self._keep(recorded, message.id)
        threshold = f" (the threshold: {hypothesis.threshold})" if hypothesis.threshold else ""
        return Reply(
            text=f"Recorded: {hypothesis.metric} {number}{threshold} for “{hypothesis.claim}”.",
            hidden=True,
        )

    async def _keep(self, outcome: Outcome, event: str) -> None:
        """Store *outcome* with the check-in that it belongs to, whose digest is outdated then."""
        parts = outcome.check_in.split(":", 2)
        check_in = None
        if len(parts) == 3:
            standup, on, person = parts
            where = (outcome.workspace, standup, date.fromisoformat(on), person)
            check_in = await self._standups.check_in(*where)
        if check_in:
            await self._standups.settle(check_in, event=event, outcomes=[outcome])
        else:
            await self._log.add_outcomes([outcome])


def _said(run: Run, metric: RunMetric | None, hypothesis: Hypothesis) -> str:
    ended = f" {day(run.ended.date())}" if run.ended else ""
    name = f"The run “{run.name}” ({_STATES[run.status]}{ended})"
    if metric is None:
        some = ", ".join(each.name for each in run.metrics[:_NAMED])
        wanted = f"“{hypothesis.metric}”" if hypothesis.metric else "your metric: none is named"
        has = f" It has {some}{', …' if len(run.metrics) > _NAMED else ''}." if some else ""
        return f"{name} has no metric that is clearly {wanted}.{has}"
    if metric.value is None:
        return f"{name} says that {metric.name} is no number."
    threshold = f"; the threshold is {hypothesis.threshold}" if hypothesis.threshold else ""
    return f"{name} says that {metric.name} is {plain(metric.value)}{threshold}."


def _same(one: float, other: float | None) -> bool:
    return other is not None and isclose(one, other, rel_tol=1e-9)


def _record(outcome: Outcome, value: float) -> Button:
    number = plain(value)
    return Button(
        label=f"Record {number}",
        action=RECORD,
        value=f"{outcome.hypothesis}|{outcome.id}|{number}",
    )
