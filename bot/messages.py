"""What people and Coach say to each other, in terms that no platform owns.

A platform translates its events into a `Message` and renders a `Reply`; nothing else crosses.
All of it is frozen and serialises to JSON, because messages and replies are stored on the way.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _readable(text: str) -> str:
    """Drop what is no text: control characters, which databases and terminals choke on."""
    return _CONTROL.sub("", text)


Text = Annotated[str, AfterValidator(_readable)]


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Platform(StrEnum):
    """Where a conversation happens."""

    SLACK = "slack"
    TEAMS = "teams"
    WEB = "web"
    TERMINAL = "terminal"


class Venue(StrEnum):
    """What kind of conversation it is."""

    CHANNEL = "channel"
    PRIVATE = "private"
    ASSISTANT = "assistant"


class Person(Frozen):
    """Who is speaking; `id` is the platform's."""

    id: str
    name: str = ""


class Place(Frozen):
    """Where to answer.

    `workspace` is the Slack team or Teams tenant that owns every row written for this
    conversation. `thread` is empty where the platform has no thread (a plain private chat).
    """

    platform: Platform
    workspace: str
    channel: str
    thread: str = ""
    venue: Venue = Venue.PRIVATE


class Turn(Frozen):
    """One earlier line of a conversation."""

    role: Literal["user", "assistant"]
    text: Text


class Press(Frozen):
    """A button was pressed: the button's action and value as Coach gave them."""

    action: str
    value: str = ""


class Message(Frozen):
    """Something a person did that Coach should react to.

    `id` is the platform's id of the event: deliveries of one event carry the same id. `hidden`
    asks for an answer that only this person sees. `handle` is the platform's own reference for
    answering (a response URL, the pressed message), opaque to everything but that platform.
    """

    id: str
    place: Place
    person: Person
    text: Text = ""
    press: Press | None = None
    opened: bool = Field(default=False, description="The person opened a conversation or home tab.")
    hidden: bool = False
    handle: str = ""


class Citation(Frozen):
    """One numbered source: where it stands, the words relied on, and the whole passage."""

    number: int = Field(ge=1)
    title: str
    source: str
    section: str
    quote: str
    passage: str


class Button(Frozen):
    """A button under a reply; pressing it comes back as a `Press`."""

    label: str
    action: str
    value: str = ""


class Section(Frozen):
    """A titled part of a longer reply, such as the help."""

    title: str
    text: str


class Reply(Frozen):
    """What Coach says.

    `text` is plain text with `[1]` marks for citations; platforms escape it. `suggestions` are
    questions that a person can click to ask. `hidden` replies are shown to the asker alone where
    the platform can do that. `reference` is a short code that is found in the logs.
    """

    text: str
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    suggestions: tuple[str, ...] = ()
    hidden: bool = False
    by_model: bool = False
    reference: str = ""


class Delivery(Frozen):
    """A reply on its way out.

    `key` is unique for what it answers: storing the same key twice stores it once, so a message
    is never answered twice however often its event arrives.
    """

    key: str
    place: Place
    person: Person
    reply: Reply
    handle: str = ""
