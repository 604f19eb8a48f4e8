"""The hypothesis log: what a team bets on, what came of it, and who said so when.

A hypothesis is registered before there is evidence. Edits make new versions, which stay visible;
outcomes are only ever added, a corrected one names the one that it replaces.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bot.messages import Frozen, Text


class Result(StrEnum):
    """What came of working on a hypothesis; `bot/standups/words.yaml` has the words for each."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    STILL_RUNNING = "still_running"
    NOT_STARTED = "not_started"


CLOSING = frozenset({Result.SUPPORTED, Result.REFUTED})


class Execution(StrEnum):
    """How an experiment was carried out, whatever came of it: an input, not a result."""

    UNSAID = ""
    AS_PLANNED = "as_planned"
    CHANGED = "changed"
    CUT_SHORT = "cut_short"


class BlockerState(StrEnum):
    """What became of the blocker that was named last time."""

    NONE = ""
    NEW = "new"
    STILL = "still"
    CHANGED = "changed"
    RESOLVED = "resolved"


class Objective(Frozen):
    """What a team wants to reach, in a measure of the business, with a target and a date.

    `id` is short and readable, unique in the workspace. Versions count from 1; the highest is the
    one in force. `created_at` is when the first version was written.
    """

    workspace: str
    id: str = Field(min_length=1, max_length=60)
    name: Text = Field(min_length=1, max_length=200)
    measure: Text = Field(min_length=1, max_length=300)
    target: Text = Field(min_length=1, max_length=200)
    due: date
    state: Literal["open", "met", "missed", "dropped"] = "open"
    version: int = Field(default=0, ge=0, description="Given by the store when it is saved.")
    created_at: datetime
    edited_by: str
    edited_at: datetime


class Hypothesis(Frozen):
    """A bet: a claim that would bring its objective about, and how it will be judged.

    `prior` is the owner's chance (0 to 1) that it meets its threshold, stated before any evidence.
    `shares` names what it has in common with others (the same data, labels or backbone), so that
    they would fail together. `state` is open until it was resolved by an outcome or dropped.
    """

    workspace: str
    id: str = Field(min_length=1, max_length=60)
    objective: str
    claim: Text = Field(min_length=1, max_length=500)
    metric: Text = Field(default="", max_length=200)
    threshold: Text = Field(default="", max_length=200)
    prior: float = Field(ge=0, le=1)
    owner: str
    owner_name: Text = ""
    resolve_by: date
    kill_criterion: Text = Field(default="", max_length=500)
    shares: tuple[Text, ...] = ()
    state: Literal["open", "supported", "refuted", "dropped"] = "open"
    version: int = Field(default=0, ge=0, description="Given by the store when it is saved.")
    created_at: datetime
    edited_by: str
    edited_at: datetime

    @property
    def is_live(self) -> bool:
        """Whether it may still come true or has done so."""
        return self.state in ("open", "supported")


class Outcome(Frozen):
    """What one person reports of one hypothesis at one time; never changed, only replaced.

    `on` is the reporter's local date. `chance` is the stated probability (0 to 1) that the
    hypothesis meets its threshold, None if none was stated. `value` is the metric's value, in the
    unit of the hypothesis' threshold. `check_in` is the key of the check-in it came with, empty for
    one that was reported by hand. `replaces` is the id of the outcome that this one corrects.
    """

    workspace: str
    id: str = Field(max_length=400)
    hypothesis: str = Field(max_length=200)
    person: str = Field(max_length=200)
    at: datetime
    on: date
    result: Result
    chance: float | None = Field(default=None, ge=0, le=1)
    tried: Text = Field(default="", max_length=10_000)
    execution: Execution = Execution.UNSAID
    learned: Text = Field(default="", max_length=10_000)
    value: float | None = Field(default=None, allow_inf_nan=False)
    evidence: Text = Field(default="", max_length=2_000)
    next: Text = Field(default="", max_length=10_000)
    blocker: Text = Field(default="", max_length=10_000)
    blocker_state: BlockerState = BlockerState.NONE
    check_in: str = ""
    replaces: str = ""


class Measurement(Frozen):
    """A reading of an objective's business measure."""

    workspace: str
    id: str = Field(max_length=400)
    objective: str = Field(max_length=200)
    on: date
    value: float = Field(allow_inf_nan=False)
    note: Text = Field(default="", max_length=500)
    person: str = Field(max_length=200)
    at: datetime
