"""From where a reply belongs to the address that Teams takes it at."""

import structlog

from bot.delivery import TryLater, Undeliverable
from bot.messages import Delivery, Person, Venue
from bot.platforms.teams.book import Book
from bot.platforms.teams.refusals import unreachable
from bot.platforms.teams.wire import Interrupted, Line
from bot.ports import Address

_AGAIN_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Routes:
    """Finds addresses, and opens private chats where there is none yet.

    Everything raises as `Line`'s calls do, but that what is `Interrupted` there may be tried again:
    opening a chat twice opens one. StoreUnavailable if the address book does not answer.
    """

    def __init__(self, line: Line, book: Book) -> None:
        """Look addresses up in *book* and open chats through *line*."""
        self._line = line
        self._book = book

    async def to_person(self, delivery: Delivery) -> Address:
        """Return the private chat for *delivery*: its own place, or its person's."""
        place, person = delivery.place, delivery.person
        here = place.channel if place.venue != Venue.CHANNEL else ""
        if here in ("", person.id):
            return await self.private(place.workspace, person) or _nowhere(delivery)
        known = await self._person(place.workspace, person) or _nowhere(delivery)
        return known.model_copy(update={"conversation": here})

    async def to_place(self, delivery: Delivery) -> Address:
        """Return the channel or group of *delivery*."""
        place = delivery.place
        return await self.known(place.workspace, place.channel) or _nowhere(delivery)

    async def known(self, workspace: str, channel: str) -> Address | None:
        """Return the address of a channel or group that Coach was in; None if it is none."""
        known = await self._book.find(workspace, channel)
        if known is None or known.kind == "person":
            return None
        return known.model_copy(update={"conversation": known.conversation or known.id})

    async def private(self, workspace: str, person: Person) -> Address | None:
        """Return the private chat with *person*; None where Coach knows no way at all."""
        known = await self._person(workspace, person)
        if known is None or known.conversation:
            return known
        return await self.reopened(known)

    async def reopened(self, address: Address) -> Address:
        """Open the private chat at *address* (again) and write it down."""
        try:
            conversation = await self._line.open(address)
        except Interrupted as error:
            log.info("chat_not_opened", problem=str(error))
            raise TryLater(_AGAIN_SECONDS) from error
        opened = address.model_copy(update={"conversation": conversation, "installed": True})
        await self._book.learn(opened)
        return opened

    async def _person(self, workspace: str, person: Person) -> Address | None:
        known = await self._book.find(workspace, person.id)
        if known:
            return known
        other = await self._book.somewhere(workspace)
        if other is None:
            return None
        return Address(
            workspace=workspace,
            id=person.id,
            kind="person",
            service_url=other.service_url,
            bot=other.bot,
            name=person.name,
        )


def _nowhere(delivery: Delivery) -> Address:
    private = delivery.place.venue != Venue.CHANNEL or delivery.reply.hidden
    raise Undeliverable(unreachable(delivery, private=private))
