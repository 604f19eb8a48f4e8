"""The forms of the hypothesis log: objectives, hypotheses, readings of the business measure.

Each returns a `Form`; what comes back is read here too, so that a form and its reading agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.log_records import Hypothesis, Objective
from bot.messages import Field, Form, Option, Submission
from bot.standups.reports import Problems, chance, chance_problem, number, number_problem

OBJECTIVE, HYPOTHESIS, MEASURE, REPORT = (
    "log_objective",
    "log_hypothesis",
    "log_measure",
    "log_report",
)
OBJECTIVES, HYPOTHESES, ODDS, CLOSE_OBJECTIVE, DROP, REOPEN, HISTORY, RECORD = (
    "log_objectives",
    "log_hypotheses",
    "log_odds",
    "log_close_objective",
    "log_drop",
    "log_reopen",
    "log_history",
    "log_record",
)
_SHARED = 10
_LONGEST_LABEL = 60


def objective(kept: Objective | None, today: date) -> Form:
    """Ask for a new objective, or edit *kept*."""
    due = kept.due if kept else today + timedelta(days=91)
    return Form(
        title="Objective",
        action=OBJECTIVE,
        value=f"{kept.id}|{kept.version}" if kept else "",
        text="What the business wants, in its own measure. Approaches to it are hypotheses: "
        "register those separately, several if you can.",
        fields=(
            Field(name="name", label="Objective", value=kept.name if kept else "", required=True,
                  length=200, hint="For instance: Fewer customers leave"),
            Field(name="measure", label="Business measure", value=kept.measure if kept else "",
                  required=True, length=300, hint="For instance: monthly customer churn"),
            Field(name="target", label="Target", value=kept.target if kept else "", required=True,
                  length=200, hint="For instance: at most 4 %"),
            Field(name="due", label="By when", kind="date", value=due.isoformat(), required=True),
        ),
        submit="Keep",
    )  # fmt: skip


def objective_problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field of an objective that can't be used."""
    found = Problems()
    for name, sentence in (
        ("name", "Say what you want to reach."),
        ("measure", "Name the measure that the business looks at."),
        ("target", "Say which value of the measure would be enough."),
    ):
        if not answers.get(name, "").strip():
            found.add(name, sentence)
    _check_lengths(answers, {"name": 200, "measure": 300, "target": 200}, found)
    if parsed_date(answers.get("due", "")) is None:
        found.add("due", "Write a date such as 2027-03-31.")
    return found.fields


@dataclass(frozen=True)
class ObjectiveAnswers:
    """A filled-in objective, checked."""

    name: str
    measure: str
    target: str
    due: date


def objective_from(submission: Submission) -> ObjectiveAnswers:
    """Read an objective whose answers were checked."""
    said = submission.answers
    return ObjectiveAnswers(
        name=said["name"].strip()[:200],
        measure=said["measure"].strip()[:300],
        target=said["target"].strip()[:200],
        due=date.fromisoformat(said["due"].strip()),
    )


def hypothesis(kept: Hypothesis | None, objectives: Sequence[Objective], today: date) -> Form:
    """Ask for a new hypothesis towards one of *objectives*, or edit *kept*."""
    options = tuple(
        Option(value=o.id, label=_cut(f"{o.name}: {o.target}", 75)) for o in objectives[:100]
    )
    chosen = kept.objective if kept else options[0].value if len(options) == 1 else ""
    resolve = kept.resolve_by if kept else today + timedelta(days=28)
    prior = f"{round(kept.prior * 100)}" if kept else ""
    return Form(
        title="Hypothesis",
        action=HYPOTHESIS,
        value=f"{kept.id}|{kept.version}" if kept else "",
        text="A bet, written down before there is evidence. Later edits stay visible.",
        fields=(
            Field(name="objective", label="Objective", kind="choice", options=options,
                  value=chosen, required=True),
            Field(name="claim", label="Claim", kind="lines", value=kept.claim if kept else "",
                  required=True, length=500,
                  hint="For instance: Session features find leavers two weeks earlier"),
            Field(name="metric", label="Metric", value=kept.metric if kept else "", length=200),
            Field(name="threshold", label="It counts as supported at",
                  value=kept.threshold if kept else "", length=200,
                  hint="For instance: recall of 0.7 at 5 % false alarms"),
            Field(name="prior", label="Chance that it works, in percent", kind="number",
                  value=prior, required=True, length=6),
            Field(name="resolve_by", label="Known by", kind="date", value=resolve.isoformat(),
                  required=True),
            Field(name="kill", label="What would make you drop it?", length=500,
                  value=kept.kill_criterion if kept else ""),
            Field(name="shares", label="What does it share with other approaches?", length=500,
                  value=", ".join(kept.shares) if kept else "",
                  hint="Separate with commas: data, labels, a model. They may fail together."),
        ),
        submit="Keep" if kept else "Register",
    )  # fmt: skip


def hypothesis_problems(answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field of a hypothesis that can't be used."""
    found = Problems()
    if not answers.get("objective", "").strip():
        found.add("objective", "Choose the objective that it would bring about.")
    if not answers.get("claim", "").strip():
        found.add("claim", "Say what you believe would work.")
    _check_lengths(answers, {"claim": 500, "metric": 200, "threshold": 200, "kill": 500}, found)
    if not answers.get("prior", "").strip():
        found.add("prior", "Say how likely it is to work, from 0 to 100.")
    elif said := chance_problem(answers["prior"].strip()):
        found.add("prior", said)
    if parsed_date(answers.get("resolve_by", "")) is None:
        found.add("resolve_by", "Write a date such as 2027-01-29.")
    if len(_labels(answers.get("shares", ""))) > _SHARED:
        found.add("shares", f"Name up to {_SHARED} things that it shares.")
    if any(len(label) > _LONGEST_LABEL for label in _labels(answers.get("shares", ""))):
        found.add("shares", f"Name each thing in up to {_LONGEST_LABEL} characters.")
    return found.fields


@dataclass(frozen=True)
class HypothesisAnswers:
    """A filled-in hypothesis, checked."""

    objective: str
    claim: str
    metric: str
    threshold: str
    prior: float
    resolve_by: date
    kill_criterion: str
    shares: tuple[str, ...]


def hypothesis_from(submission: Submission) -> HypothesisAnswers:
    """Read a hypothesis whose answers were checked."""
    said = submission.answers
    return HypothesisAnswers(
        objective=said["objective"].strip(),
        claim=" ".join(said["claim"].split())[:500],
        metric=said.get("metric", "").strip()[:200],
        threshold=said.get("threshold", "").strip()[:200],
        prior=chance(said["prior"].strip()) or 0.0,
        resolve_by=date.fromisoformat(said["resolve_by"].strip()),
        kill_criterion=said.get("kill", "").strip()[:500],
        shares=tuple(_labels(said.get("shares", ""))),
    )


def measure(kept: Objective, today: date) -> Form:
    """Ask for a reading of an objective's business measure."""
    return Form(
        title="Business measure",
        action=MEASURE,
        value=kept.id,
        text=f"{kept.name}: {kept.measure}, target {kept.target}.",
        fields=(
            Field(name="value", label="Reading", kind="number", required=True, length=20),
            Field(name="on", label="On", kind="date", value=today.isoformat(), required=True),
            Field(name="note", label="Note", length=500),
        ),
        submit="Keep",
    )


def measure_problems(answers: Mapping[str, str], today: date) -> dict[str, str]:
    """Return a sentence for each field of a reading that can't be used."""
    found = Problems()
    value = answers.get("value", "").strip()
    if said := number_problem(value) if value else "Write the number that was measured.":
        found.add("value", said)
    _check_lengths(answers, {"note": 500}, found)
    on = parsed_date(answers.get("on", ""))
    if on is None:
        found.add("on", f"Write a date such as {today.isoformat()}.")
    elif on > today:
        found.add("on", "That day is still to come; a reading is of what was measured.")
    return found.fields


def measure_from(submission: Submission) -> tuple[float, date, str]:
    """Read a checked reading: its value, its date, its note."""
    said = submission.answers
    value = number(said["value"].strip())
    return value or 0.0, date.fromisoformat(said["on"].strip()), said.get("note", "").strip()[:500]


def parsed_date(text: str) -> date | None:
    """Return the ISO date in *text*, None if it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _check_lengths(answers: Mapping[str, str], most: Mapping[str, int], found: Problems) -> None:
    for name, longest in most.items():
        length = len(answers.get(name, "").strip())
        if length > longest:
            found.add(name, f"That has {length:,} characters; I keep up to {longest:,}.")


def _labels(text: str) -> list[str]:
    """Return what *text* lists, each once, without regard to case."""
    found = {part.strip().casefold(): part.strip() for part in text.split(",")}
    return [label for key, label in found.items() if key]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
