"""The script of a rehearsal: a made-up team, its bets, and what its people do when. See docs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, model_validator

from bot.errors import InputProblem
from bot.frozen import Frozen, Text
from bot.log_records import Execution, Result
from bot.standups.holidays import known_country
from bot.standups.schedule import zone_or_none


def _known_zone(name: str) -> str:
    if name and zone_or_none(name) is None:
        raise ValueError(f"there is no zone “{name}”")
    return name


def _known_country(code: str) -> str:
    if code and not known_country(code):
        raise ValueError(f"there are no holidays for “{code}”")
    return code


_LONGEST = timedelta(days=732)

Id = Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
Zone = Annotated[str, AfterValidator(_known_zone)]
Country = Annotated[str, AfterValidator(_known_country)]


class Someone(Frozen):
    """A member of the team."""

    id: Id
    name: Text = ""
    zone: Zone = ""
    country: Country = ""


class Meeting(Frozen):
    """The standup; see `bot.standup_records.Standup` for what the fields mean."""

    name: Text = Field(min_length=1, max_length=100)
    owner: str
    members: tuple[str, ...]
    channel: str = "ml-team"
    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    every_weeks: int = Field(default=1, ge=1, le=52)
    at: time
    zone: Zone = Field(default="UTC", min_length=1)
    own_zone: bool = True
    country: Country = ""
    window: int = Field(default=240, ge=5, le=1_440)
    reminder: int = Field(default=60, ge=0, le=1_440)
    questions: tuple[Annotated[Text, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=5
    )


class Aim(Frozen):
    """An objective, registered at the start."""

    id: Id
    name: Text = Field(min_length=1, max_length=200)
    measure: Text = Field(min_length=1, max_length=300)
    target: Text = Field(min_length=1, max_length=200)
    due: date


class Bet(Frozen):
    """A hypothesis, registered at the start; `prior` is in percent."""

    id: Id
    objective: str
    claim: Text = Field(min_length=1, max_length=500)
    owner: str
    prior: float = Field(ge=0, le=100)
    metric: Text = Field(default="", max_length=200)
    threshold: Text = Field(default="", max_length=200)
    resolve_by: date
    kill: Text = Field(default="", max_length=500)
    shares: tuple[Text, ...] = ()


class Said(Frozen):
    """What somebody reports of a hypothesis; `chance` is in percent."""

    hypothesis: str
    result: Result
    chance: float | None = None
    tried: Text = ""
    execution: Execution = Execution.UNSAID
    learned: Text = ""
    value: float | None = None
    evidence: Text = ""
    next: Text = ""
    blocker: Text = ""


class _Event(Frozen):
    at: AwareDatetime
    person: str = ""


class _Personal(_Event):
    person: str = Field(min_length=1)


class Answers(_Personal):
    """Somebody answers their check-in: the one that is open, or the day `on`."""

    do: Literal["answer"]
    on: date | None = None
    reports: tuple[Said, ...] = ()
    answers: dict[str, Text] = Field(default_factory=dict[str, Text])


class Skips(_Personal):
    """Somebody skips their check-in."""

    do: Literal["skip"]
    on: date | None = None


class IsAway(_Personal):
    """Somebody says that they are away."""

    do: Literal["away"]
    first: date
    last: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "IsAway":
        if self.last < self.first:
            raise ValueError("last must not be before first")
        return self


class Mutes(_Personal):
    """Somebody mutes or unmutes their check-ins."""

    do: Literal["mute", "unmute"]


class Changes(_Event):
    """The owner pauses, resumes or runs the standup."""

    do: Literal["pause", "resume", "run_now"]


class Moves(_Event):
    """The owner adds a member or takes one out."""

    do: Literal["join", "leave"]
    who: str


class Stops(_Event):
    """Coach is down until then."""

    do: Literal["down"]
    until: AwareDatetime

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Stops":
        if self.until <= self.at:
            raise ValueError("until must be after at")
        return self


Event = Annotated[
    Answers | Skips | IsAway | Mutes | Changes | Moves | Stops, Field(discriminator="do")
]


class Script(Frozen):
    """A rehearsal from `start` to `end`."""

    start: AwareDatetime
    end: AwareDatetime
    people: tuple[Someone, ...] = Field(min_length=1)
    standup: Meeting
    objectives: tuple[Aim, ...] = ()
    hypotheses: tuple[Bet, ...] = ()
    events: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _names_what_is_there(self) -> "Script":
        standup, bets = self.standup, self.hypotheses
        people = [standup.owner, *standup.members, *(bet.owner for bet in bets)]
        people += [person for event in self.events for person in _people_of(event)]
        reported = [name for event in self.events for name in _hypotheses_of(event)]
        _check_names("people", self.people, people)
        if len(set(standup.members)) < len(standup.members):
            raise ValueError(f"standup.members has {_twice(standup.members)} twice")
        _check_names("objectives", self.objectives, [bet.objective for bet in bets])
        _check_names("hypotheses", bets, reported)
        return self

    @model_validator(mode="after")
    def _happens_in_time(self) -> "Script":
        if self.end <= self.start:
            raise ValueError("end must be after start")
        if self.start.year < 2000 or self.end.year > 2200 or self.end - self.start > _LONGEST:
            raise ValueError("start and end must be from 2000 to 2200, two years apart at most")
        for number, event in enumerate(self.events):
            if not self.start <= event.at <= self.end:
                raise ValueError(f"events.{number} is not between start and end")
        return self

    @model_validator(mode="after")
    def _answers_what_is_asked(self) -> "Script":
        asked = {*self.standup.questions, "note"}
        for number, event in enumerate(self.events):
            if isinstance(event, Answers) and (unknown := set(event.answers) - asked):
                question = min(unknown)
                raise ValueError(f"events.{number} answers “{question}”, which is no question")
        return self


def _check_names(where: str, found: Sequence[Someone | Aim | Bet], named: Iterable[str]) -> None:
    ids = [each.id for each in found]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{where} has {_twice(ids)} twice")
    if unknown := set(named) - set(ids):
        raise ValueError(f"{where} lacks {', '.join(sorted(unknown))}")


def _twice(ids: Sequence[str]) -> str:
    return next(each for each in ids if ids.count(each) > 1)


def _people_of(event: Event) -> Iterator[str]:
    if event.person:
        yield event.person
    if isinstance(event, Moves):
        yield event.who


def _hypotheses_of(event: Event) -> Iterator[str]:
    if isinstance(event, Answers):
        yield from (said.hypothesis for said in event.reports)


def read_script(text: str) -> Script:
    """Read a script. Raises InputProblem with what is wrong and where."""
    try:
        return Script.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the script"
        said = first["msg"].removeprefix("Value error, ")
        raise InputProblem(problem=f"that script has a mistake at {where}: {said}.") from None


class Sent(Frozen):
    """A message that Coach sent: when, to whom (a person or a channel), and in reply to what."""

    at: datetime
    to: str
    what: Literal["prompt", "reminder", "digest", "digest_update", "reply", "notice"]
    text: str
    key: str
