"""Objectives, hypotheses and outcomes with as little said as a test needs."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from bot.log_records import Hypothesis, Objective, Outcome, Result

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""

_numbers = count(1)


def day(number: float) -> datetime:
    """Return the time so many days after the start."""
    return START + timedelta(days=number)


def objective(**said: object) -> Objective:
    known: dict[str, object] = {
        "workspace": "W",
        "id": "churn",
        "name": "Churn below 5 %",
        "measure": "monthly churn",
        "target": "5 %",
        "due": date(2026, 9, 30),
        "version": 1,
        "created_at": START,
        "edited_by": "ann",
        "edited_at": START,
    }
    return Objective.model_validate({**known, **said})


def hypothesis(name: str = "h", **said: object) -> Hypothesis:
    known: dict[str, object] = {
        "workspace": "W",
        "id": name,
        "objective": "churn",
        "claim": f"Claim of {name}.",
        "prior": 0.4,
        "owner": "ann",
        "resolve_by": date(2026, 6, 30),
        "version": 1,
        "created_at": START,
        "edited_by": "ann",
        "edited_at": said.get("created_at", START),
    }
    return Hypothesis.model_validate({**known, **said})


def version(of: Hypothesis, at: datetime, **said: object) -> Hypothesis:
    """Return the next version of a hypothesis."""
    edit = {"version": of.version + 1, "edited_at": at, **said}
    return Hypothesis.model_validate({**of.model_dump(), **edit})


def outcome(at: datetime, name: str = "h", **said: object) -> Outcome:
    known: dict[str, object] = {
        "workspace": "W",
        "id": f"o{next(_numbers):09}",
        "hypothesis": name,
        "person": "ann",
        "at": at,
        "on": at.date(),
        "result": Result.STILL_RUNNING,
    }
    return Outcome.model_validate({**known, **said})
