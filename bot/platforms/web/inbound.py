"""What the page posts, and its translation into a `Message`."""

from hashlib import sha256
from typing import Literal, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError, model_validator

from bot.messages import Frozen, Message, Person, Place, Platform, Press, Submission, Venue
from bot.platforms.web.refusals import Refused

TEAM_CHANNEL = "ml-team"

Posted = TypeVar("Posted", bound=BaseModel)


class Said(Frozen):
    """Something a person did on the page.

    The page makes up `id` and keeps it when it tries again. `thread` is the id of the question
    that started the thread or conversation.
    """

    channel: Literal["ml-team", "private"]
    id: UUID
    thread: UUID | None = None
    text: str = ""
    verb: Literal["", "ask", "review", "context"] = ""
    press: Press | None = None
    submission: Submission | None = None
    opened: bool = False
    hidden: bool = False

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        worded = bool(self.text or self.verb)
        if sum((worded, self.press is not None, self.submission is not None, self.opened)) > 1:
            raise ValueError("text, press, submission and opened exclude each other")
        return self


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


def person_from(cookie: str) -> Person:
    """Return who holds *cookie*; the id does not give the cookie away."""
    return Person(id=sha256(cookie.encode()).hexdigest()[:24])


def message_from(said: Said, person: Person, workspace: str) -> Message:
    """Translate *said* into a message; its id can't collide with another person's."""
    return Message(
        id=f"{person.id}:{said.id}",
        place=_place(said, person, workspace),
        person=person,
        text=said.text,
        press=said.press,
        submission=said.submission,
        verb=said.verb,
        opened=said.opened,
        hidden=said.hidden,
    )


def _place(said: Said, person: Person, workspace: str) -> Place:
    in_channel = said.channel == TEAM_CHANNEL
    return Place(
        platform=Platform.WEB,
        workspace=workspace,
        channel=TEAM_CHANNEL if in_channel else f"private:{person.id}",
        thread=str(said.thread or said.id),
        venue=Venue.CHANNEL if in_channel else Venue.PRIVATE,
    )
