"""What Coach's features need from the outside, as protocols that stores and platforms fit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel

from bot.frozen import Frozen, Text
from bot.messages import Delivery, Message, Place, Turn
from bot.records import (
    AnswerRecord,
    Gap,
    KeptContext,
    Kind,
    Objection,
    Policy,
    ReviewRecord,
    StoredDocument,
    Vote,
)
from knowledge.passages import Passage

Draft = TypeVar("Draft", bound=BaseModel)


class Inbox(Protocol):
    """Events that were acknowledged and have to be worked on, each once."""

    async def put(self, message: Message) -> None:
        """Store *message* durably; an event that is already known changes nothing.

        Raises StoreUnavailable when it could not be stored: then it must not be acknowledged.
        """
        ...

    async def claim(self, limit: int) -> list[Message]:
        """Take up to *limit* waiting messages for this replica, oldest first."""
        ...

    async def finish(self, message: Message, deliveries: Sequence[Delivery]) -> bool:
        """Mark *message* done and store its deliveries in one transaction.

        False if another replica has taken the message over meanwhile: then nothing is stored.
        """
        ...

    async def renew(self) -> None:
        """Tell other replicas that this one is alive and still owns what it claimed."""
        ...

    async def waiting(self) -> int:
        """Return how many messages are not finished."""
        ...


class Outbox(Protocol):
    """Replies on their way out, each once."""

    async def claim(self, limit: int) -> list[Delivery]:
        """Take up to *limit* due deliveries and mark them as being sent."""
        ...

    async def orphans(self) -> list[Delivery]:
        """Take over deliveries that were being sent when their replica died.

        They may or may not have arrived: look them up at the platform before sending again.
        """
        ...

    async def renew(self) -> None:
        """Tell other replicas that this one is alive and still owns what it claimed."""
        ...

    async def sent(self, key: str, platform_id: str) -> None:
        """Record that the delivery arrived under the platform's *platform_id*."""
        ...

    async def retry(self, key: str, seconds: float) -> None:
        """Try the delivery again, not before *seconds* from now."""
        ...

    async def failed(self, key: str, reason: str, notice: Delivery | None = None) -> None:
        """Give the delivery up; *reason* is kept for the administrator.

        A *notice* for whoever should hear of it is stored with that, in one transaction.
        """
        ...

    async def waiting(self) -> int:
        """Return how many deliveries are neither sent nor given up."""
        ...


class Conversations(Protocol):
    """Questions asked, answers given, and what people thought of them."""

    async def record(self, answer: AnswerRecord) -> None:
        """Keep one question and its answer; recording the same id again replaces it."""
        ...

    async def answer(self, workspace: str, answer_id: str) -> AnswerRecord | None:
        """Return an answer of this workspace."""
        ...

    async def history(self, place: Place, since: datetime, limit: int) -> list[Turn]:
        """Return the latest exchanges at *place* since *since*, oldest first."""
        ...

    async def vote(self, workspace: str, vote: Vote) -> None:
        """Keep a person's opinion of an answer; a later vote replaces the earlier one."""
        ...

    async def gaps(self, workspace: str | None, limit: int) -> list[Gap]:
        """Return questions that were not covered or voted down, most frequent first."""
        ...

    async def forget_person(self, workspace: str, person: str) -> int:
        """Delete every question of *person* with its answer; return how many there were."""
        ...

    async def expire(self, workspace: str, before: datetime) -> int:
        """Delete the workspace's answers from before *before*; return how many there were."""
        ...

    async def workspaces(self) -> list[str]:
        """Return the workspaces that have answers."""
        ...


class Documents(Protocol):
    """The text of documents that a workspace added to the library."""

    async def find(self, workspace: str, name: str) -> StoredDocument | None:
        """Return the document of that name."""
        ...

    async def all(self, workspace: str) -> list[StoredDocument]:
        """Return every document of the workspace, by name."""
        ...

    async def replace(self, document: StoredDocument, passages: Sequence[Passage]) -> None:
        """Store *document* with its passages in place of the one of the same name."""
        ...

    async def remove(self, workspace: str, name: str) -> bool:
        """Delete a document and its passages; False if there is none of that name."""
        ...

    async def passages(self, workspace: str) -> list[Passage]:
        """Return all passages of the workspace in document order."""
        ...


class Reviews(Protocol):
    """Drafts and their reviews, each for its author alone and for a limited time."""

    async def keep(self, review: ReviewRecord) -> None:
        """Store *review*; keeping the same id again replaces it, unless it was deleted."""
        ...

    async def find(self, workspace: str, review_id: str) -> ReviewRecord | None:
        """Return a review of this workspace."""
        ...

    async def forget(self, workspace: str, review_id: str) -> bool:
        """Delete a review and its draft at once, also where they wait to be sent or worked on."""
        ...

    async def forget_person(self, workspace: str, person: str) -> int:
        """Delete every review of *person*; return how many there were."""
        ...

    async def expire(self, workspace: str, before: datetime) -> int:
        """Delete the workspace's reviews from before *before*; return how many there were."""
        ...

    async def workspaces(self) -> list[str]:
        """Return the workspaces that have reviews."""
        ...


class Contexts(Protocol):
    """Business contexts with their versions."""

    async def save(self, context: KeptContext) -> KeptContext:
        """Store *context* as the next version of its name and return it with its number."""
        ...

    async def find(self, workspace: str, name: str, version: int = 0) -> KeptContext | None:
        """Return a version of the context; by default the one in force."""
        ...

    async def all(self, workspace: str) -> list[KeptContext]:
        """Return the contexts in force, by name."""
        ...

    async def versions(self, workspace: str, name: str) -> list[KeptContext]:
        """Return every version of a context, newest first."""
        ...

    async def forget(self, workspace: str, name: str) -> bool:
        """Delete a context with all its versions; False if there is none of that name."""
        ...


class Objections(Protocol):
    """Findings that people called no problem, and what the administrator made of it."""

    async def raise_(self, workspace: str, objection: Objection) -> None:
        """Keep *objection*; the same kind and phrase again (in any case) changes nothing."""
        ...

    async def decide(self, workspace: str, kind: Kind, phrase: str, *, allowed: bool) -> bool:
        """Allow or refuse a phrase; False if nobody objected to it."""
        ...

    async def all(self, workspace: str) -> list[Objection]:
        """Return every objection, waiting ones first, then newest first."""
        ...


class Policies(Protocol):
    """What each workspace's administrator decided."""

    async def policy(self, workspace: str) -> Policy:
        """Return the workspace's policy; the defaults where nothing was decided."""
        ...

    async def decide(self, workspace: str, policy: Policy) -> None:
        """Put *policy* in force."""
        ...


class Usage(Protocol):
    """Language-model tokens used per workspace and day."""

    async def spent(self, workspace: str, day: str) -> int:
        """Return tokens used on *day* (UTC, ISO)."""
        ...

    async def spend(self, workspace: str, day: str, tokens: int) -> None:
        """Add to the day's tokens."""
        ...


class Attachments(Protocol):
    """The files that come with a platform's messages."""

    async def read(self, message: Message) -> str:
        """Return the text of the draft that came as a file with *message*; empty if none did.

        Raises DocumentProblem or Unavailable.
        """
        ...


class Known(Frozen):
    """What a platform says of a person; empty where it does not say."""

    name: str = ""
    zone: str = ""


class Directory(Protocol):
    """The people of a workspace, as its platform knows them."""

    async def find(self, workspace: str, person: str) -> Known:
        """Return what is known of *person*; empty answers where the platform does not tell."""
        ...


class Address(Frozen):
    """Where a person, a channel or a group is reached, on a platform that has to be told.

    `id` is what `Place.channel` and `Person.id` have. `conversation` is where to post; empty if it
    has to be opened first. `member` is the person's id in conversations, `bot` is Coach's own.
    `installed` is false once Coach was removed from there.
    """

    workspace: str
    id: str
    kind: Literal["person", "channel", "group"]
    service_url: str
    conversation: str = ""
    member: str = ""
    bot: str = ""
    team: str = ""
    name: Text = ""
    zone: str = ""
    installed: bool = True


class Addresses(Protocol):
    """Where everybody was heard from last."""

    async def learn(self, address: Address) -> None:
        """Keep *address*; what is empty in it stays as it was known."""
        ...

    async def find(self, workspace: str, id_: str) -> Address | None:
        """Return the address of a person, channel or group."""
        ...

    async def people(self, workspace: str) -> list[Address]:
        """Return the addresses of the workspace's people, by name."""
        ...

    async def rooms(self, workspace: str) -> list[Address]:
        """Return the addresses of the workspace's channels and groups, by name."""
        ...

    async def any(self, workspace: str) -> Address | None:
        """Return an address of the workspace, one where Coach is installed if there is one."""
        ...

    async def forget_person(self, workspace: str, person: str) -> int:
        """Delete the address of *person*; return how many there were."""
        ...


class LanguageModel(Protocol):
    """A chat model that fills in a schema."""

    async def draft(self, workspace: str, system: str, user: str, schema: type[Draft]) -> Draft:
        """Return the model's answer as *schema*. Raises ModelUnavailable."""
        ...


class Sender(Protocol):
    """The outgoing side of one platform."""

    async def send(self, delivery: Delivery) -> str:
        """Deliver it and return the platform's id of the message.

        Raises bot.delivery.TryLater or bot.delivery.Undeliverable.
        """
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """Look up a delivery that may have arrived; return the platform's id if it did."""
        ...
