"""The toll as a table, and REPORT.md, which keeps the latest of each kind."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from evals.bench import filing
from evals.reports import Report
from tests.torture import standups
from tests.torture.mentions import DELIVERIES
from tests.torture.rows import Rows
from tests.torture.torture import Plan, Toll

REPORT = Path(__file__).parent / "REPORT.md"

_SHOWN = 20


def report(plan: Plan, database: str, toll: Toll) -> Report:
    """Return the table of one run."""
    rows = (
        ("acknowledged mentions", str(toll.acknowledged)),
        ("of them never answered", str(len(toll.unanswered))),
        ("of them answered twice or more", str(len(toll.doubled))),
        ("kills", _listed(toll.kills)),
        ("deliveries acknowledged", str(toll.deliveries)),
        ("deliveries not acknowledged", _listed(_named(toll.refused))),
        (
            "answers posted to Slack",
            _listed({str(fate): count for fate, count in toll.fates.items()}),
        ),
        ("answers taken from a Coach that was dead by then", str(toll.unheard)),
        ("look-ups whether an answer had arrived", str(toll.look_ups)),
        ("queues empty at the end", "yes" if toll.drained else "no"),
        ("rows at the end", _listed(toll.rows.counts())),
        ("exit status of a proper stop at the end", str(toll.exit_status)),
        ("duration", f"{toll.seconds:.0f} s"),
    )
    return Report(
        name="torture",
        title=f"Torture on {database}, {_replicas(plan.replicas)}",
        header=("", "count"),
        rows=rows,
        notes=(
            f"Every mention was delivered {DELIVERIES} times, out of order, with and without "
            "Slack's retry header, to any replica, each time until acknowledged. Kills are "
            "SIGKILL at random moments.",
            *_evidence("Never answered", toll.unanswered, toll.rows),
            *_evidence("Answered twice", toll.doubled, toll.rows),
            f'Again: `make torture ARGS="--kills {plan.kills} --database {database} '
            f'--replicas {plan.replicas} --seed {plan.seed}"`',
        ),
    )


def report_of_standups(plan: standups.Plan, database: str, toll: standups.Toll) -> Report:
    """Return the table of one run with standups."""
    found = toll.verdict
    fates = {str(fate): count for fate, count in toll.fates.items()}
    rows = (
        *((what, str(count)) for what, count in found.counts.items()),
        *((what, str(len(examples))) for what, examples in found.faults.items()),
        ("digests updated in place", str(toll.changes)),
        ("thanks that one person alone was shown", str(toll.answers_alone)),
        ("kills", _listed(toll.kills)),
        ("deliveries acknowledged", str(toll.deliveries)),
        ("deliveries not acknowledged", _listed(_named(toll.refused))),
        ("what Slack was asked to post or change", _listed(fates)),
        ("of it taken from a Coach that was dead by then", str(toll.unheard)),
        ("look-ups whether it had arrived", str(toll.look_ups)),
        ("queues empty, standups closed at the end", "yes" if toll.quiet else "no"),
        ("rows at the end", _listed(toll.rows)),
        ("exit status of a proper stop at the end", str(toll.exit_status)),
        ("duration", f"{toll.seconds:.0f} s"),
    )
    return Report(
        name="torture",
        title=f"Torture of standups on {database}, {_replicas(plan.replicas)}",
        header=("", "count"),
        rows=rows,
        notes=(
            f"Standups of {plan.members} people: {_listed(_kinds(toll))}. People answer, edit, "
            "skip, come early or late, or keep silent. They press the button under the prompt and "
            f"fill in the form that opens; what they send was delivered {DELIVERIES} times, out of "
            "order, to any replica, each time until acknowledged. Kills are SIGKILL at random "
            "moments. Messages are told apart by their keys and, to the eye, by their text.",
            *(
                f"{what[0].upper()}{what[1:]}: {', '.join(examples[:_SHOWN])}"
                for what, examples in found.faults.items()
                if examples
            ),
            f'Again: `make torture ARGS="--of standups --kills {plan.kills} --database {database} '
            f'--replicas {plan.replicas} --seed {plan.seed}"`',
        ),
    )


def _kinds(toll: standups.Toll) -> dict[str, int]:
    return {str(kind): count for kind, count in toll.rounds.items()}


def _replicas(count: int) -> str:
    return "one replica" if count == 1 else f"{count} replicas"


def file(report: Report, target: Path = REPORT) -> None:
    """Put *report* into *target* in place of the last one of its title."""
    filing.file(report, target)


def _listed(counts: Mapping[str, int]) -> str:
    parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{sum(counts.values())} ({parts})" if parts else "0"


def _named(statuses: Mapping[int, int]) -> dict[str, int]:
    return {
        f"status {status}" if status else "no answer": count
        for status, count in sorted(statuses.items())
    }


def _evidence(title: str, event_ids: tuple[str, ...], rows: Rows) -> tuple[str, ...]:
    """Name some of *event_ids*, put together by how far they got in Coach's database."""
    together: defaultdict[str, list[str]] = defaultdict(list)
    for event_id in event_ids:
        together[rows.of(event_id)].append(event_id)
    return tuple(
        f"{title}, {state}: {len(ids)} ({', '.join(ids[:_SHOWN])}{', …' * (len(ids) > _SHOWN)})"
        for state, ids in sorted(together.items())
    )
