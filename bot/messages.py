"""What people and Coach say to each other, in terms that no platform owns.

A platform translates its events into a `Message` and renders a `Reply`; nothing else crosses.
All of it is frozen and serialises to JSON, because messages and replies are stored on the way. A
stored row leaves out what is at its default, so that an older version can read it: a new field
needs a default that means "as before", and a released default never changes.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field as Described

from bot.chart_records import Chart
from bot.frozen import Frozen, Text


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


class Submission(Frozen):
    """A form was filled in: the form's action and value, and an answer per field name.

    A field left empty is an empty answer; several choices are joined by line feeds.
    """

    action: str
    value: str = ""
    answers: dict[str, Text] = Described(default_factory=dict[str, Text])


Verb = Literal[
    "", "ask", "review", "context", "standup", "objective", "hypothesis", "odds", "checkin"
]


class Message(Frozen):
    """Something a person did that Coach should react to.

    `id` is the platform's id of the event: deliveries of one event carry the same id. `hidden`
    asks for an answer that only this person sees. `verb` is what was asked for explicitly, by a
    command's first word or a shortcut. `handle` is the platform's own reference for answering (a
    response URL, the pressed message), opaque to everything but that platform.
    """

    id: str
    place: Place
    person: Person
    text: Text = ""
    press: Press | None = None
    submission: Submission | None = None
    verb: Verb = ""
    opened: bool = Described(
        default=False, description="The person opened a conversation or home tab."
    )
    home: bool = Described(default=False, description="What was opened is the person's home.")
    hidden: bool = False
    handle: str = ""


class Citation(Frozen):
    """One numbered source: where it stands, the words relied on, and the whole passage."""

    number: int = Described(ge=1)
    title: str
    source: str
    section: str
    quote: str
    passage: str


class Option(Frozen):
    """One of the things that can be chosen in a form."""

    value: str
    label: str


FieldKind = Literal[
    "line", "lines", "choice", "choices", "channel", "people", "number", "date", "time"
]


class Field(Frozen):
    """One question of a form.

    `lines` are several lines of text, `channel` is a channel of the platform (its id), `people` are
    several people of it (their ids), `choice` is one of `options`, `choices` are several. `date`
    and `time` are in ISO 8601. What is several is joined by line feeds, in `value` too. `length` is
    the most characters a platform should take. Fields of one `group` follow each other under that
    heading.
    """

    name: str
    label: str
    kind: FieldKind = "line"
    value: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    length: int = Described(default=3_000, ge=1)
    group: str = ""


class Form(Frozen):
    """Questions to fill in; sending them comes back as a `Submission` with `action` and `value`.

    Serves a Slack modal, an Adaptive Card and a web form alike. `text` stands above the fields.
    """

    title: str = Described(max_length=24, description="As long as Slack lets a modal's title be.")
    action: str
    value: str = ""
    text: str = ""
    fields: tuple[Field, ...]
    submit: str = "Send"


class Button(Frozen):
    """A button under a reply; pressing it comes back as a `Press`.

    With `opens_form`, pressing it shows the form that `Coach.form` returns for the press. `asks`
    is the question that the person is asked before it counts: for what can't be undone.
    """

    label: str
    action: str
    value: str = ""
    opens_form: bool = False
    asks: str = ""


class Section(Frozen):
    """A titled part of a longer reply, such as the help.

    A `verbatim` text is shown character for character, ready to be copied.
    """

    title: str
    text: str
    verbatim: bool = False


class Mark(Frozen):
    """A remark on a stretch of a text: `start` and `end` are offsets in characters.

    An empty stretch (`start == end`) is a remark on the text as a whole. `citation` is the number
    of the citation that the remark rests on, 0 for none.
    """

    start: int = Described(ge=0)
    end: int = Described(ge=0)
    title: str
    text: str
    citation: int = 0


class MarkedText(Frozen):
    """A text with remarks on stretches of it, in their order; stretches may overlap."""

    text: str
    marks: tuple[Mark, ...]


class Reply(Frozen):
    """What Coach says.

    `text` is plain text with `[1]` marks for citations; platforms escape it. `suggestions` are
    questions that a person can click to ask. With `posts_to`, the `text` goes to that channel as it
    is, for everybody there, and nothing else is sent. `hidden` replies are shown to the asker alone
    where the platform can do that. `reference` is a short code that is found in the logs. A `chart`
    is drawn by the platform. Where `refresh` is given, a platform that can show a message anew asks
    `Coach.refreshed` for that press.
    """

    text: str
    chart: Chart | None = None
    marked: MarkedText | None = None
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    suggestions: tuple[str, ...] = ()
    posts_to: str = ""
    hidden: bool = False
    by_model: bool = False
    reference: str = ""
    refresh: Press | None = None


class Delivery(Frozen):
    """A reply on its way out.

    `key` is unique for what it answers: storing the same key twice stores it once, so a message
    is never answered twice however often its event arrives. With `replaces`, the key of an earlier
    delivery, it takes the place of that one's message; `replaced_id` is the platform's id of that
    message, filled in when the delivery's turn has come, and empty if there is no such message.
    `complain_to` hears of it if the delivery can't be delivered. What is `bulk` gives way to what
    people wait for.
    """

    key: str
    place: Place
    person: Person
    reply: Reply
    handle: str = ""
    replaces: str = ""
    replaced_id: str = ""
    complain_to: Person | None = None
    bulk: bool = False
