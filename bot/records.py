"""What Coach remembers, as frozen records that know no database."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.messages import Citation, Frozen, Person, Place

Engine = Literal["builtin", "llm"]


class AnswerRecord(Frozen):
    """A question, what Coach answered, and on which grounds.

    `id` derives from the event that asked, so working on an event twice records one answer.
    `fallback` says why the built-in engine answered although a model is configured.
    """

    id: str
    place: Place
    person: Person
    question: str
    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    hidden: bool = False
    engine: Engine = "builtin"
    fallback: str = ""
    asked_at: datetime


class Vote(Frozen):
    """One person's opinion of an answer."""

    answer_id: str
    person: str
    helpful: bool
    at: datetime


class Gap(Frozen):
    """A question the library should answer better."""

    question: str
    times: int = Field(ge=1)
    reason: Literal["not covered", "voted down"]
    last_asked: datetime


class StoredDocument(Frozen):
    """A document that a workspace added; `digest` is the SHA-256 of its bytes."""

    workspace: str
    name: str
    title: str
    digest: str
    passages: int
    added_at: datetime
