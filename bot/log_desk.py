"""The hypothesis log as a conversation: registering, editing, closing, and what it tells.

Everybody in the workspace may register and read; every edit is a version with its author, and stays
visible. A hypothesis is changed by its owner, by who owns a standup that the owner is in, or by an
administrator.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot import log_forms
from bot.errors import LogGone, NoObjective, NotYourHypothesis, Outdated
from bot.log_ports import Log, Standups
from bot.log_records import Hypothesis, Measurement, Objective, Outcome
from bot.members import People
from bot.messages import Button, Form, Message, Person, Reply, Section, Submission
from bot.names import readable_id
from bot.portfolio import evidence
from bot.standup_records import Standup
from bot.standups import reports
from bot.standups.words import percent, words

_MOST = 20
_NOW_APPROACHES = (
    " Now register the approaches that could bring it about, each with its own chance. One alone "
    "would carry the whole objective."
)
_CHANGED = 8  # hypotheses with buttons: platforms take some ten rows of them


class Telling(Protocol):
    """What the log tells of an objective."""

    async def odds(self, workspace: str, objective: Objective) -> Reply:
        """Return the odds of *objective* with what bears on them."""
        ...

    async def portfolio(self, workspace: str) -> Reply:
        """Return every open objective with its bets and their odds."""
        ...


class LogDesk:
    """Takes objectives, hypotheses and reports in, and shows what the log tells."""

    def __init__(
        self,
        *,
        log: Log,
        standups: Standups,
        people: People,
        telling: Telling,
        admins: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        """Keep in *log*, tell with *telling*; *now* gives aware times."""
        self._log = log
        self._standups = standups
        self._people = people
        self._telling = telling
        self._admins = admins
        self._now = now

    # -- forms

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if there is none."""
        workspace, today = message.place.workspace, await self._people.today(message)
        if message.verb == "objective":
            return log_forms.objective(None, today)
        if message.verb == "hypothesis":
            return await self._hypothesis_form(workspace, None, today)
        if message.press is None:
            return None
        action, value = message.press.action, message.press.value
        match action:
            case log_forms.OBJECTIVE:
                kept = await self._objective(workspace, value) if value else None
                return log_forms.objective(kept, today)
            case log_forms.HYPOTHESIS:
                kept_one = await self._changeable(message, value) if value else None
                return await self._hypothesis_form(workspace, kept_one, today)
            case log_forms.MEASURE:
                return log_forms.measure(await self._objective(workspace, value), today)
            case _:
                return None

    async def _hypothesis_form(self, workspace: str, kept: Hypothesis | None, today: date) -> Form:
        objectives = [o for o in await self._log.objectives(workspace) if o.state == "open"]
        if kept and all(o.id != kept.objective for o in objectives):
            objectives.append(await self._objective(workspace, kept.objective))
        if not objectives:
            raise NoObjective
        return log_forms.hypothesis(kept, objectives, today)

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        match submission.action:
            case log_forms.OBJECTIVE:
                return log_forms.objective_problems(submission.answers)
            case log_forms.HYPOTHESIS:
                return log_forms.hypothesis_problems(submission.answers)
            case log_forms.MEASURE:
                today = await self._people.today(message)
                return log_forms.measure_problems(submission.answers, today)
            case _:
                return {}

    # -- filled-in forms

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says. Raises an input problem."""
        match submission.action:
            case log_forms.OBJECTIVE:
                return await self._objective_kept(message, submission)
            case log_forms.HYPOTHESIS:
                return await self._hypothesis_kept(message, submission)
            case log_forms.MEASURE:
                return await self._measured(message, submission)
            case _:
                return None

    async def _objective_kept(self, message: Message, submission: Submission) -> Reply:
        workspace, now = message.place.workspace, self._now()
        said = log_forms.objective_from(submission)
        objective_id, _, version = submission.value.partition("|")
        kept = await self._objective(workspace, objective_id) if objective_id else None
        written = Objective(
            workspace=workspace,
            id=kept.id if kept else readable_id(said.name, message.id),
            name=said.name,
            measure=said.measure,
            target=said.target,
            due=said.due,
            state=kept.state if kept else "open",
            version=int(version or 0),
            created_at=kept.created_at if kept else now,
            edited_by=message.person.id,
            edited_at=now,
        )
        if await self._log.save_objective(written) is None and not _same(kept, written):
            raise Outdated
        over = " (that day is over; press Edit if it is a slip)"
        past = over if written.due < await self._people.today(message) else ""
        return Reply(
            text=f"Kept: “{written.name}”, {written.target} by {_day(written.due)}{past}."
            + ("" if kept else _NOW_APPROACHES),
            buttons=(
                Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True),
                Button(label="Odds", action=log_forms.ODDS, value=written.id),
                Button(label="Edit", action=log_forms.OBJECTIVE, value=written.id, opens_form=True),
            ),
            hidden=True,
        )

    async def _hypothesis_kept(self, message: Message, submission: Submission) -> Reply:
        workspace, now = message.place.workspace, self._now()
        said = log_forms.hypothesis_from(submission)
        objective = await self._objective(workspace, said.objective)
        hypothesis_id, _, version = submission.value.partition("|")
        kept = await self._changeable(message, hypothesis_id) if hypothesis_id else None
        written = Hypothesis(
            workspace=workspace,
            id=kept.id if kept else readable_id(said.claim, message.id),
            objective=said.objective,
            claim=said.claim,
            metric=said.metric,
            threshold=said.threshold,
            prior=said.prior,
            owner=kept.owner if kept else message.person.id,
            owner_name=kept.owner_name if kept else message.person.name,
            resolve_by=said.resolve_by,
            kill_criterion=said.kill_criterion,
            shares=said.shares,
            state=kept.state if kept else "open",
            version=int(version or 0),
            created_at=kept.created_at if kept else now,
            edited_by=message.person.id,
            edited_at=now,
        )
        if await self._log.save_hypothesis(written) is None and not _same(kept, written):
            raise Outdated
        verb = "Edited" if kept else "Registered"
        late = ""
        if written.resolve_by > objective.due:
            late = f" It will be known only after the objective is due ({_day(objective.due)})."
        return Reply(
            text=f"{verb}: “{written.claim}” at {percent(written.prior)}, known by "
            f"{_day(written.resolve_by)}.{late}",
            buttons=(
                _edit(written),
                Button(label="Odds", action=log_forms.ODDS, value=written.objective),
            ),
            hidden=True,
        )

    async def _measured(self, message: Message, submission: Submission) -> Reply:
        objective = await self._objective(message.place.workspace, submission.value)
        value, on, note = log_forms.measure_from(submission)
        await self._log.add_measurement(
            Measurement(
                workspace=objective.workspace,
                id=message.id,
                objective=objective.id,
                on=on,
                value=value,
                note=note,
                person=message.person.id,
                at=self._now(),
            )
        )
        return Reply(
            text=f"Kept: {objective.measure} was {value:g} on {_day(on)} (target "
            f"{objective.target}).",
            hidden=True,
        )

    # -- buttons and commands

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Do what a button says. Raises an input problem."""
        workspace = message.place.workspace
        match action:
            case log_forms.OBJECTIVES:
                return await self._telling.portfolio(workspace)
            case log_forms.ODDS:
                return await self._telling.odds(workspace, await self._objective(workspace, value))
            case log_forms.HYPOTHESES:
                return await self._bets(message, value)
            case log_forms.HISTORY:
                return await self._history(workspace, value)
            case log_forms.CLOSE_OBJECTIVE:
                return await self._close(message, value)
            case log_forms.DROP | log_forms.REOPEN:
                return await self._turn(message, value, reopen=action == log_forms.REOPEN)
            case _:
                return None

    async def show_odds(self, message: Message, name: str) -> Reply:
        """Show the odds of the objective that *name* means, or the whole portfolio."""
        workspace = message.place.workspace
        if not name:
            return await self._telling.portfolio(workspace)
        found = _meant(await self._log.objectives(workspace), name)
        if len(found) == 1:
            return await self._telling.odds(workspace, found[0])
        if not found:
            return await self._unknown(workspace, name)
        buttons = [Button(label=o.name, action=log_forms.ODDS, value=o.id) for o in found[:_MOST]]
        return Reply(text="Which one do you mean?", buttons=tuple(buttons), hidden=True)

    async def _unknown(self, workspace: str, name: str) -> Reply:
        """Say that no objective is called *name*, and which there are."""
        known = await self._log.objectives(workspace)
        if not known:
            raise LogGone
        buttons = [Button(label=o.name, action=log_forms.ODDS, value=o.id) for o in known[:_MOST]]
        return Reply(
            text=f"No objective here is called “{name[:80]}”. These are the ones I know:",
            buttons=tuple(buttons),
            hidden=True,
        )

    async def show_hypotheses(self, message: Message) -> Reply:
        """List every hypothesis of the workspace, by objective."""
        return await self._bets(message, "")

    async def _bets(self, message: Message, value: str) -> Reply:
        """List the hypotheses of an objective, or all; *value* may say with which of theirs on.

        Buttons are for what the person may change, open ones first, a page at a time.
        """
        objective_id, _, start = value.partition("|")
        first = int(start) if start.isdecimal() else 0
        workspace = message.place.workspace
        found = await self._log.hypotheses(workspace, objective_id)
        add = Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True)
        if not found:
            return Reply(text="No hypothesis is registered yet.", buttons=(add,), hidden=True)
        names = {o.id: o.name for o in await self._log.objectives(workspace)}
        said = evidence.by_hypothesis(await self._log.outcomes(workspace, [h.id for h in found]))
        sections = [
            Section(title=names.get(each, each), text=_listed(found, each, said))
            for each in dict.fromkeys(h.objective for h in found)
        ]
        standups = await self._standups.all(workspace)
        mine = [h for h in found if self._may_change(message.person.id, h, standups)]
        mine.sort(key=lambda h: h.state != "open")
        buttons = [button for h in mine[first : first + _CHANGED] for button in _change(h)]
        if len(mine) > first + _CHANGED:
            buttons.append(_more(objective_id, first + _CHANGED))
        count = "1 hypothesis" if len(found) == 1 else f"{len(found)} hypotheses"
        return Reply(
            text=f"{count}, {sum(h.state == 'open' for h in found)} open.",
            sections=tuple(sections),
            buttons=(*buttons, add),
            hidden=True,
        )

    async def _names(
        self, versions: Sequence[Hypothesis], outcomes: Sequence[Outcome]
    ) -> dict[str, str]:
        """Return the names of who edited *versions* and reported *outcomes*, by their ids."""
        people = {v.edited_by for v in versions} | {o.person for o in outcomes}
        owners = {v.owner: v.owner_name for v in versions if v.owner_name}
        others = [Person(id=each) for each in sorted(people - owners.keys()) if each]
        named = await self._people.all_named(versions[0].workspace, others)
        return {each.id: each.name for each in named} | owners

    async def _history(self, workspace: str, hypothesis_id: str) -> Reply:
        versions = await self._log.hypothesis_versions(workspace, hypothesis_id)
        if not versions:
            raise LogGone
        found = await self._log.outcomes(workspace, [hypothesis_id])
        earlier = [*versions[1:], None]
        names = await self._names(versions, found)
        names |= {o.id: o.name for o in await self._log.objectives(workspace)}
        lines = [
            (v.edited_at, _edited(v, before, names))
            for v, before in zip(versions, earlier, strict=True)
        ]
        replaced = {outcome.replaces for outcome in found}
        newest = versions[0]
        lines += [(o.at, _reported(o, names, corrected=o.id in replaced)) for o in found]
        told = [f"{at:%d %b %Y} {line}" for at, line in sorted(lines)]
        return Reply(
            text=f"“{newest.claim}”",
            sections=(Section(title="History", text="\n".join(told)),),
            hidden=True,
        )

    async def _close(self, message: Message, value: str) -> Reply:
        objective_id, _, state = value.partition("|")
        objective = await self._objective(message.place.workspace, objective_id)
        changed = {"state": state, "edited_by": message.person.id, "edited_at": self._now()}
        written = Objective.model_validate({**objective.model_dump(), **changed})
        if objective.state != state and await self._log.save_objective(written) is None:
            raise Outdated
        undo = objective.state if state == "open" else "open"
        label = "Reopen" if undo == "open" else f"Close as {undo}"
        button = Button(
            label=label, action=log_forms.CLOSE_OBJECTIVE, value=f"{objective_id}|{undo}"
        )
        told = "open again" if state == "open" else f"closed as {state}"
        return Reply(text=f"“{objective.name}” is {told}.", buttons=(button,), hidden=True)

    async def _turn(self, message: Message, hypothesis_id: str, *, reopen: bool) -> Reply:
        """Drop a hypothesis, or open it again."""
        hypothesis = await self._changeable(message, hypothesis_id)
        state = "open" if reopen else "dropped"
        if hypothesis.state != state:
            edit = {"state": state, "edited_by": message.person.id, "edited_at": self._now()}
            if await self._log.save_hypothesis(hypothesis.model_copy(update=edit)) is None:
                raise Outdated
        action, label = (log_forms.DROP, "Drop") if reopen else (log_forms.REOPEN, "Reopen")
        told = "open again" if reopen else "dropped; what was learned stays in the log"
        return Reply(
            text=f"“{hypothesis.claim}” is {told}.",
            buttons=(Button(label=label, action=action, value=hypothesis.id),),
            hidden=True,
        )

    # -- finding

    async def _objective(self, workspace: str, objective_id: str) -> Objective:
        found = await self._log.objective(workspace, objective_id)
        if found is None:
            raise LogGone
        return found

    async def _changeable(self, message: Message, hypothesis_id: str) -> Hypothesis:
        """Return a hypothesis that the person may change. Raises LogGone or NotYourHypothesis."""
        found = await self._log.hypothesis(message.place.workspace, hypothesis_id)
        if found is None:
            raise LogGone
        standups = await self._standups.all(found.workspace)
        if not self._may_change(message.person.id, found, standups):
            raise NotYourHypothesis(owner=found.owner_name or found.owner)
        return found

    def _may_change(self, person: str, hypothesis: Hypothesis, standups: Sequence[Standup]) -> bool:
        if person in self._admins or person == hypothesis.owner or not hypothesis.owner:
            return True
        return any(
            standup.owner.id == person
            and any(member.person.id == hypothesis.owner for member in standup.members)
            for standup in standups
        )


def _same(kept: Objective | Hypothesis | None, written: Objective | Hypothesis) -> bool:
    """Tell whether *kept* is what working on the same event before made of it.

    A new one has an id of its event: if that is taken, the event was worked on before.
    """
    aside = {"version", "edited_at", "created_at"}
    return kept is None or kept.model_dump(exclude=aside) == written.model_dump(exclude=aside)


def _meant(objectives: Sequence[Objective], name: str) -> list[Objective]:
    wanted = name.casefold().strip(" “”\"'")
    exact = [o for o in objectives if wanted in (o.id, o.name.casefold())]
    return exact or [o for o in objectives if wanted in o.name.casefold()]


def _listed(
    found: Sequence[Hypothesis], objective: str, said: Mapping[str, Sequence[Outcome]]
) -> str:
    lines = [_line(h, said.get(h.id, ())) for h in found if h.objective == objective]
    more = [f"… and {len(lines) - _MOST} more."] if len(lines) > _MOST else []
    return "\n".join((*lines[:_MOST], *more))


def _line(hypothesis: Hypothesis, outcomes: Sequence[Outcome]) -> str:
    if hypothesis.state != "open":
        return f"• {hypothesis.claim}: {hypothesis.state}"
    last = reports.latest(outcomes).get(hypothesis.id)
    said = words().short[last.result] if last else "no report yet"
    return f"• {hypothesis.claim}: {percent(evidence.chance(hypothesis, outcomes))}, {said}"


def _edit(hypothesis: Hypothesis, label: str = "Edit") -> Button:
    return Button(label=label, action=log_forms.HYPOTHESIS, value=hypothesis.id, opens_form=True)


def _change(hypothesis: Hypothesis) -> tuple[Button, ...]:
    claim = hypothesis.claim if len(hypothesis.claim) <= 40 else f"{hypothesis.claim[:39]}…"
    history = Button(label=f"History: {claim}", action=log_forms.HISTORY, value=hypothesis.id)
    if hypothesis.state != "open":
        reopen = Button(label=f"Reopen: {claim}", action=log_forms.REOPEN, value=hypothesis.id)
        return (reopen, history)
    drop = Button(label=f"Drop: {claim}", action=log_forms.DROP, value=hypothesis.id)
    return (_edit(hypothesis, f"Edit: {claim}"), drop, history)


def _more(objective: str, start: int) -> Button:
    value = f"{objective}|{start}"
    return Button(label="More to change", action=log_forms.HYPOTHESES, value=value)


def _edited(version: Hypothesis, before: Hypothesis | None, names: Mapping[str, str]) -> str:
    what = "registered" if version.version == 1 else f"version {version.version}"
    by = _by(version.edited_by, names)
    said = f"{what}{by}: {percent(version.prior)} at first, {version.state}. {version.claim}"
    return "; ".join((said, *_changed(version, before, names)))


def _changed(version: Hypothesis, before: Hypothesis | None, names: Mapping[str, str]) -> list[str]:
    """Say what else of a bet is other than *before*: whoever moves the goal is seen to."""
    told = _terms(version, names)
    known = _terms(before, names) if before else dict.fromkeys(told, "")
    return [
        f"{name}: {text or 'none'}" + (f" (before: {known[name]})" if known[name] else "")
        for name, text in told.items()
        if text != known[name]
    ]


def _terms(hypothesis: Hypothesis, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "objective": names.get(hypothesis.objective, hypothesis.objective),
        "metric": hypothesis.metric,
        "supported at": hypothesis.threshold,
        "known by": _day(hypothesis.resolve_by),
        "dropped if": hypothesis.kill_criterion,
        "shares": ", ".join(hypothesis.shares),
    }


def _by(person: str, names: Mapping[str, str]) -> str:
    return f" by {names.get(person, person)}" if person else ""


def _reported(outcome: Outcome, names: Mapping[str, str], *, corrected: bool) -> str:
    chance = f", {percent(outcome.chance)}" if outcome.chance is not None else ""
    tried = f": {outcome.tried}" if outcome.tried else ""
    evidence = f" ({outcome.evidence})" if outcome.evidence else ""
    mark = " (corrected later)" if corrected else ""
    said = f"{words().short[outcome.result]}{_by(outcome.person, names)}"
    return f"{said}{chance}{tried}{evidence}{mark}"


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
