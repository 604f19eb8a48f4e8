"""What crosses the line to Teams, and the protocol of whatever holds the line.

Activities are plain JSON here: only the module that holds the line knows an SDK.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.delivery import Undeliverable
from bot.ports import Address

Payload = Mapping[str, Any]

Handle = Callable[[Payload], Awaitable[Payload | None]]
"""Takes an admitted activity in; what it returns answers an invoke."""


@dataclass(frozen=True)
class Answer:
    """The HTTP answer to a posted activity."""

    status: int = 200
    body: Payload | None = None


@dataclass(frozen=True)
class Member:
    """Somebody in a conversation: `id` is valid for this bot alone, `object_id` everywhere."""

    id: str
    object_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class ChannelName:
    """A channel of a team: the id of its conversation and its name."""

    id: str
    name: str


class NotAdmitted(Exception):
    """A posted activity is not Microsoft's, or not for this bot: 401."""


class Refused(Undeliverable):
    """Teams understood and said no; `code` is its word for why, `status` the HTTP status."""

    def __init__(self, what: str, status: int, code: str) -> None:
        """*what* was refused with *status* and *code*, for instance BotNotInConversationRoster."""
        super().__init__(f"{what}: {status} {code}".rstrip())
        self.status = status
        self.code = code


class Interrupted(Exception):
    """Nobody knows whether Teams acted on the call."""


class Line(Protocol):
    """The line to Microsoft's cloud, both ways.

    Calls raise `bot.delivery.TryLater` where Teams asks for patience (412, 429, 502, 504, or the
    wait that it named is not over), `Refused` where it says no, and `Interrupted` or a network
    error where the outcome is unknown.
    """

    async def take_in(self, authorization: str, activity: Payload, handle: Handle) -> Answer:
        """Check who posted *activity* and give it to *handle*; NotAdmitted becomes a 401."""
        ...

    async def send(self, address: Address, activity: Payload, thread: str = "") -> str:
        """Post *activity* and return its id; in a channel as a reply in *thread* if given."""
        ...

    async def start_thread(self, address: Address, activity: Payload) -> str:
        """Post *activity* as a new thread of a channel and return its id."""
        ...

    async def update(
        self, address: Address, activity_id: str, activity: Payload, thread: str = ""
    ) -> None:
        """Put *activity* in the place of the one of that id."""
        ...

    async def open(self, address: Address) -> str:
        """Open the private conversation with the person at *address*; return its id."""
        ...

    async def members(self, address: Address) -> Sequence[Member]:
        """Return who is in the conversation at *address*."""
        ...

    async def channels(self, address: Address) -> Sequence[ChannelName]:
        """Return the channels of the team that *address* is in."""
        ...
