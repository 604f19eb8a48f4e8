"""What the page posts, and its translation into a `Message`."""

from typing import Annotated, Literal, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from bot.frozen import Frozen
from bot.intents import OF_LOG, OF_STANDUPS
from bot.messages import Message, Person, Place, Platform, Press, Submission, Venue, Verb
from bot.platforms.web.people import LONGEST_NAME, member_id, names_in, readable, speaker
from bot.platforms.web.refusals import Refused

TEAM_CHANNEL = "ml-team"

_TEAM_VERBS = ("standup", "objective", "hypothesis", "odds", "checkin")

Posted = TypeVar("Posted", bound=BaseModel)


class FilledIn(Submission):
    """A filled-in form; `people` names the answers that list people, one name a line."""

    people: tuple[str, ...] = ()

    def named(self) -> list[str]:
        """Return the names of the people that the answers list, as they were written."""
        return [name for field in self.people for name in names_in(self.answers.get(field, ""))]

    def submission(self) -> Submission:
        """Return it as Coach knows forms: with people's ids."""
        ids = {
            field: "\n".join(dict.fromkeys(member_id(name) for name in names_in(answer)))
            for field, answer in self.answers.items()
            if field in self.people
        }
        return Submission(action=self.action, value=self.value, answers={**self.answers, **ids})


class Said(Frozen):
    """Something a person did on the page.

    The page makes up `id` and keeps it when it tries again. `thread` is the id of the question
    that started the thread or conversation. `name` is what the person goes by in standups, `zone`
    the time zone of their browser.
    """

    channel: Literal["ml-team", "private"]
    id: UUID
    thread: UUID | None = None
    name: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(readable)] = ""
    zone: Annotated[str, Field(max_length=60)] = ""
    text: str = ""
    verb: Verb = ""
    press: Press | None = None
    submission: FilledIn | None = None
    opened: bool = False
    hidden: bool = False

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        things = (
            bool(self.text or self.verb),
            self.press is not None,
            self.submission is not None,
            self.opened,
        )
        if sum(things) > 1:
            raise ValueError("text, press, submission and opened exclude each other")
        return self

    @property
    def concerns_team(self) -> bool:
        """Whether it is about standups or the log of hypotheses."""
        done = self.press or self.submission
        acted = done is not None and done.action.startswith((OF_STANDUPS, OF_LOG))
        return acted or self.verb in _TEAM_VERBS


class LogIn(Frozen):
    """An attempt to log in."""

    password: str


def parse(schema: type[Posted], body: bytes) -> Posted:
    """Read *body* as *schema*. Raises Refused with what is wrong."""
    try:
        return schema.model_validate_json(body)
    except ValidationError as error:
        raise Refused(400, _describe(error)) from None


def _describe(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the request"
    return (
        f"The page sent something that I can't read ({where}: {first['msg']}). "
        "Reload the page and try again."
    )


def message_from(said: Said, holder: Person, workspace: str) -> Message:
    """Translate what the *holder* of a cookie *said*; its id can't collide with another's."""
    return Message(
        id=f"{holder.id}:{said.id}",
        place=_place(said, holder, workspace),
        person=speaker(holder, said.name, in_team=said.concerns_team),
        text=said.text,
        press=said.press,
        submission=said.submission.submission() if said.submission else None,
        verb=said.verb,
        opened=said.opened,
        hidden=said.hidden,
    )


def _place(said: Said, holder: Person, workspace: str) -> Place:
    in_channel = said.channel == TEAM_CHANNEL
    return Place(
        platform=Platform.WEB,
        workspace=workspace,
        channel=TEAM_CHANNEL if in_channel else f"private:{holder.id}",
        thread=str(said.thread or said.id),
        venue=Venue.CHANNEL if in_channel else Venue.PRIVATE,
    )
