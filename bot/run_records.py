"""What Coach reads of a training run, so that a person can confirm a metric of it as an outcome."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.frozen import Frozen, Text


class RunStatus(StrEnum):
    """Where a run stands; the last two ended without finishing."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    KILLED = "killed"


class RunMetric(Frozen):
    """A metric as the run last logged it: the latest value at the largest step.

    `value` is None where that is no number (not-a-number or infinite). `at` is None where the time
    that was logged is none.
    """

    name: Text
    value: float | None = Field(allow_inf_nan=False)
    step: int = 0
    at: datetime | None = None


class Run(Frozen):
    """A run by the address that a person can open, with its metrics by name.

    `ended` is None as long as it runs.
    """

    address: str
    name: Text
    status: RunStatus
    metrics: tuple[RunMetric, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None
