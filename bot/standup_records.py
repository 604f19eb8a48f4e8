"""Standups: who is asked when, what was asked, and what came back.

An occurrence is a standup on one local date. A check-in is one person's part of it: its key holds
workspace, standup, local date and person, so nobody is asked twice for the same day.
"""

from datetime import date, datetime, time
from enum import StrEnum

from pydantic import Field

from bot.messages import Frozen, Person, Place, Text


class Member(Frozen):
    """Somebody who takes part; `joined_at` decides from which occurrence on they are asked."""

    person: Person
    joined_at: datetime


class Profile(Frozen):
    """What one person says of themselves, for all standups of the workspace.

    `zone` is a name of the tz database, empty where unknown. `country` is an ISO 3166 code, with a
    subdivision if it matters (`US`, `BR-SP`). From `quiet_from` until `quiet_until` (local times,
    over midnight too) they are sent nothing; both equal means never quiet. `muted` people are not
    asked at all.
    """

    workspace: str
    person: str
    zone: str = ""
    country: str = ""
    quiet_from: time = time(0)
    quiet_until: time = time(0)
    muted: bool = False


class Absence(Frozen):
    """Days on which a person is away, both included, in their own zone."""

    workspace: str
    person: str
    first: date
    last: date

    def covers(self, on: date) -> bool:
        """Tell whether *on* is one of its days."""
        return self.first <= on <= self.last


class Standup(Frozen):
    """When who is asked what, and where the digest goes.

    `days` are weekdays, 0 for Monday; with `every_weeks` n, only every n-th week counted from the
    week of `starts`. `at` is a local time: of each member's own zone with `own_zone`, else of
    `zone`, which also stands in where a member's zone is unknown; `country` does so for holidays.
    A check-in can be answered on time for `window` minutes from when it was sent; with `reminder`,
    who has not answered is reminded so many minutes before that.
    """

    workspace: str
    id: str = Field(min_length=1, max_length=60)
    name: Text = Field(min_length=1, max_length=100)
    place: Place
    owner: Person
    members: tuple[Member, ...] = ()
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    every_weeks: int = Field(default=1, ge=1, le=52)
    starts: date
    at: time
    zone: str
    own_zone: bool = True
    country: str = ""
    window: int = Field(default=240, ge=5, le=1_440)
    reminder: int = Field(default=60, ge=0, le=1_440)
    questions: tuple[Text, ...] = ()
    paused: bool = False
    removed: bool = False
    version: int = Field(default=0, ge=0, description="Given by the store when it is saved.")
    created_at: datetime
    edited_by: str
    edited_at: datetime


class CheckInState(StrEnum):
    """What became of a check-in.

    `missed_by_us`: Coach was down for the whole window, so the person was never asked. `left`: the
    person left the standup before answering.
    """

    ASKED = "asked"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    AWAY = "away"
    UNANSWERED = "unanswered"
    MISSED_BY_US = "missed_by_us"
    LEFT = "left"


class CheckIn(Frozen):
    """One person's part of an occurrence.

    `opens_at`, `reminds_at` and `closes_at` are when it is sent, reminded of (None for never) and
    counted. `answers` are the answers to the standup's own questions, by their text; what was said
    of hypotheses stands in the log. `revision` counts how often it was answered.
    """

    workspace: str
    standup: str
    on: date
    person: Person
    state: CheckInState = CheckInState.ASKED
    opens_at: datetime
    reminds_at: datetime | None = None
    closes_at: datetime
    reminded: bool = False
    answers: dict[str, Text] = Field(default_factory=dict[str, Text])
    revision: int = 0
    answered_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return what identifies it in its workspace."""
        return f"{self.standup}:{self.on.isoformat()}:{self.person.id}"


class Occurrence(Frozen):
    """A standup on a local date, once somebody was asked.

    `revision` counts the digests that were posted: 0 none, 1 the first, then its updates. It is
    `outdated` when answers came after the last one.
    """

    workspace: str
    standup: str
    on: date
    closes_at: datetime
    closed: bool = False
    revision: int = 0
    outdated: bool = False
    settled: int = Field(default=0, description="What people did so far; counted by the store.")
