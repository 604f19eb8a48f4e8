"""Everything a team owns of the log, out of the store and into it again.

JSON holds all versions and every outcome, and can be imported. CSV is one table for spreadsheets: a
row per outcome beside its hypothesis and objective as they are now, and a row for each hypothesis
without any.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from bot.errors import InputProblem
from bot.frozen import Frozen
from bot.log_ports import Log, Standups
from bot.log_records import Hypothesis, Measurement, Objective, Outcome
from bot.standup_records import CheckIn, Standup

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # the wide ones count as well
_EVERY_OCCURRENCE = 100_000


class Export(Frozen):
    """The log of a workspace; `format` counts on when its shape changes."""

    format: Literal[1] = 1
    workspace: str
    exported_at: datetime
    objectives: tuple[Objective, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    standups: tuple[Standup, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()


class Imported(Frozen):
    """How much was new."""

    objectives: int = 0
    hypotheses: int = 0
    outcomes: int = 0
    measurements: int = 0


async def collect(
    log: Log, standups: Standups, workspace: str, now: datetime, *, check_ins: bool = True
) -> Export:
    """Return all that *workspace* owns of the log; *check_ins* may be left out."""
    objectives = await log.objectives(workspace)
    kept = await standups.all(workspace)
    return Export(
        workspace=workspace,
        exported_at=now,
        objectives=tuple(
            [v for o in objectives for v in await log.objective_versions(workspace, o.id)]
        ),
        hypotheses=tuple(await log.all_versions(workspace)),
        outcomes=tuple(await log.outcomes(workspace)),
        measurements=tuple(await log.measurements(workspace)),
        standups=tuple(kept),
        check_ins=tuple(await _check_ins(standups, kept) if check_ins else ()),
    )


async def _check_ins(standups: Standups, kept: Sequence[Standup]) -> list[CheckIn]:
    return [
        check_in
        for standup in kept
        for past in await standups.occurrences(standup.workspace, standup.id, _EVERY_OCCURRENCE)
        for check_in in await standups.check_ins(standup.workspace, standup.id, past.on)
    ]


def as_json(export: Export) -> str:
    """Write *export* as JSON that `read` takes."""
    return export.model_dump_json(exclude_defaults=False, indent=1) + "\n"


def read(text: str) -> Export:
    """Read what `as_json` wrote. Raises InputProblem with what is wrong and where."""
    try:
        return Export.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputProblem(
            problem=f"that is no export of the log ({where}: {first['msg']}). Nothing was changed."
        ) from None


async def put_back(export: Export, log: Log, workspace: str) -> Imported:
    """Add what *export* holds and the log of *workspace* does not; nothing there is changed.

    Standups are not imported: nobody should be asked because a file was read.
    """
    objectives = hypotheses = 0
    for objective in sorted(export.objectives, key=lambda o: o.version):
        before = {"workspace": workspace, "version": _before(objective.version)}
        saved = await log.save_objective(objective.model_copy(update=before))
        objectives += saved is not None
    for hypothesis in sorted(export.hypotheses, key=lambda h: h.version):
        before = {"workspace": workspace, "version": _before(hypothesis.version)}
        saved_one = await log.save_hypothesis(hypothesis.model_copy(update=before))
        hypotheses += saved_one is not None
    known = {outcome.id for outcome in await log.outcomes(workspace)}
    outcomes = [
        outcome.model_copy(update={"workspace": workspace})
        for outcome in {outcome.id: outcome for outcome in export.outcomes}.values()
        if outcome.id not in known
    ]
    await log.add_outcomes(outcomes)
    read_before = {reading.id for reading in await log.measurements(workspace)}
    readings = [
        reading.model_copy(update={"workspace": workspace})
        for reading in {reading.id: reading for reading in export.measurements}.values()
        if reading.id not in read_before
    ]
    for reading in readings:
        await log.add_measurement(reading)
    return Imported(
        objectives=objectives,
        hypotheses=hypotheses,
        outcomes=len(outcomes),
        measurements=len(readings),
    )


def _before(version: int) -> int:
    """Return the number of the version before; a file written by hand may have none."""
    return max(version - 1, 0)


_COLUMNS = (
    "objective", "business_measure", "target", "due", "objective_state",
    "hypothesis", "metric", "threshold", "prior", "owner", "resolve_by", "shares",
    "hypothesis_state", "at", "on", "person", "result", "chance", "tried", "execution", "learned",
    "value", "evidence", "next", "blocker", "blocker_state", "corrected",
)  # fmt: skip


def as_csv(export: Export) -> str:
    """Write *export* as one table.

    Texts that a spreadsheet would take for a formula begin with an apostrophe (OWASP, CSV
    injection).
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows(_rows(export))
    return text.getvalue()


def _rows(export: Export) -> Iterator[list[object]]:
    objectives = {o.id: o for o in sorted(export.objectives, key=lambda o: o.version)}
    hypotheses = {h.id: h for h in sorted(export.hypotheses, key=lambda h: h.version)}
    # There are many more outcomes than hypotheses: what is said of one is written once.
    bets = {h.id: _cells(_bet(h, objectives.get(h.objective))) for h in hypotheses.values()}
    unknown = _cells(_bet(None, None))
    replaced = {outcome.replaces for outcome in export.outcomes}
    for outcome in export.outcomes:
        report = _report(outcome, corrected=outcome.id in replaced)
        yield [*bets.get(outcome.hypothesis, unknown), *_cells(report)]
    reported = {outcome.hypothesis for outcome in export.outcomes}
    for name, bet in bets.items():
        if name not in reported:
            yield [*bet, *[""] * (len(_COLUMNS) - len(bet))]


def _bet(hypothesis: Hypothesis | None, objective: Objective | None) -> list[object]:
    aim: list[object] = [""] * 5
    if objective:
        aim = [objective.name, objective.measure, objective.target, objective.due, objective.state]
    if hypothesis is None:
        return [*aim, *[""] * 8]
    return [
        *aim,
        hypothesis.claim,
        hypothesis.metric,
        hypothesis.threshold,
        hypothesis.prior,
        hypothesis.owner_name or hypothesis.owner,
        hypothesis.resolve_by,
        ", ".join(hypothesis.shares),
        hypothesis.state,
    ]


def _report(outcome: Outcome, *, corrected: bool) -> list[object]:
    return [
        outcome.at.isoformat(),
        outcome.on,
        outcome.person,
        outcome.result.value,
        "" if outcome.chance is None else outcome.chance,
        outcome.tried,
        outcome.execution.value,
        outcome.learned,
        "" if outcome.value is None else outcome.value,
        outcome.evidence,
        outcome.next,
        outcome.blocker,
        outcome.blocker_state.value,
        "yes" if corrected else "",
    ]


def _cells(values: Iterable[object]) -> list[object]:
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
        for value in values
    ]
