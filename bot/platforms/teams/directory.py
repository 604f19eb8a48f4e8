"""The people of the tenants, as Teams tells of them, and what of a tenant a form can offer."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.messages import Form, Message, Option
from bot.platforms.teams.asides import TROUBLE
from bot.platforms.teams.book import Book
from bot.platforms.teams.rosters import Rosters
from bot.ports import Address, Known

_UNKNOWN_SECONDS = 600.0
_REMEMBERED = 10_000
_MOST_PEOPLE = 100

log = structlog.get_logger(__name__)


class TeamsDirectory:
    """Knows whoever was heard of, and looks others up; see `bot.ports.Directory`."""

    def __init__(
        self, book: Book, rosters: Rosters, clock: Callable[[], float], seconds: float
    ) -> None:
        """Look into *book*, then into *rosters* for up to *seconds*; *clock* gives seconds."""
        self._book = book
        self._rosters = rosters
        self._clock = clock
        self._seconds = seconds
        self._unknown: dict[tuple[str, str], float] = {}

    async def find(self, workspace: str, person: str) -> Known:
        """Return the name and zone of *person*; what Teams does not tell is empty. Never fails."""
        try:
            async with asyncio.timeout(self._seconds):
                address = await self._book.find(workspace, person)
                if not address or not (address.name or address.zone):
                    address = await self._looked_up(workspace, person)
        except TROUBLE as problem:
            log.info("person_not_looked_up", problem=str(problem) or type(problem).__name__)
            return Known()
        return Known(name=address.name, zone=address.zone) if address else Known()

    async def _looked_up(self, workspace: str, person: str) -> Address | None:
        """Look for *person* where Coach is, and write them down."""
        if self._clock() < self._unknown.get((workspace, person), 0.0):
            return None
        for room in await self._rosters.rooms(workspace):
            member = await self._rosters.member(room, person)
            if member:
                found = _person(room, person, member.id, member.name)
                await self._book.learn(found)
                return found
        if len(self._unknown) >= _REMEMBERED:
            self._unknown.clear()
        self._unknown[workspace, person] = self._clock() + _UNKNOWN_SECONDS
        return None


class Choices:
    """What people can choose in a form: channels that they are in, and people."""

    def __init__(self, book: Book, rosters: Rosters, seconds: float) -> None:
        """Offer what is in *book* and *rosters*, and take up to *seconds* to find out."""
        self._book = book
        self._rosters = rosters
        self._seconds = seconds

    async def channels(self, form: Form, asked: Message) -> Sequence[Option]:
        """Return the channels and groups that *form* can offer to who *asked* for it."""
        chosen = [field.value for field in form.fields if field.kind == "channel"]
        if not chosen:
            return ()
        try:
            async with asyncio.timeout(self._seconds):
                offered = await self._offered(asked)
        except TROUBLE as problem:
            log.info("channels_not_listed", problem=str(problem) or type(problem).__name__)
            offered = []
        workspace = asked.place.workspace
        here = [asked.place.channel] if asked.place.venue == "channel" else []
        missing = {*chosen, *here} - {option.value for option in offered} - {""}
        return [*[await self._named(workspace, one) for one in sorted(missing)], *offered]

    async def people(self, form: Form, asked: Message) -> Sequence[Option]:
        """Return people that *form* can offer at once; others are found by typing a name."""
        fields = [field.value for field in form.fields if field.kind == "people"]
        if not fields:
            return ()
        known = await self._book.people(asked.place.workspace)
        people = [each for each in known if each.name]
        chosen = set("\n".join(fields).split("\n"))
        wanted = [each for each in people if each.id in chosen]
        others = [each for each in people if each.id not in chosen]
        return [Option(value=e.id, label=e.name) for e in (*wanted, *others)[:_MOST_PEOPLE]]

    async def objects(self, workspace: str, people: Sequence[str]) -> dict[str, str]:
        """Return the ids that Coach has for those of *people* who are named by another one.

        A picker may name people as members of a conversation, which is good for that bot alone.
        """
        known = await self._book.people(workspace)
        strangers = set(people) - {each.id for each in known}
        found = {each.member: each.id for each in known if each.member in strangers}
        if strangers - found.keys():
            for room in await self._rosters.rooms(workspace):
                members = [await self._rosters.member(room, one) for one in strangers]
                found |= {m.id: m.object_id for m in members if m and m.object_id}
        return {one: found[one] for one in people if one in found}

    async def _offered(self, asked: Message) -> list[Option]:
        place = asked.place
        rooms = await self._rosters.rooms_of(place.workspace, asked.person.id)
        listed = await asyncio.gather(*(self._of_room(room) for room in rooms))
        return [option for options in listed for option in options]

    async def _of_room(self, room: Address) -> list[Option]:
        if room.kind == "group":
            return [Option(value=room.id, label=room.name or "Group chat")]
        found: list[Option] = []
        for channel in await self._rosters.channels(room):
            here = {"id": channel.id, "conversation": channel.id, "name": channel.name}
            await self._book.learn(room.model_copy(update=here))
            found.append(Option(value=channel.id, label=channel.name))
        return found

    async def _named(self, workspace: str, channel: str) -> Option:
        known = await self._book.find(workspace, channel)
        return Option(value=channel, label=known.name if known and known.name else "This channel")


def _person(room: Address, person: str, member: str, name: str) -> Address:
    return Address(
        workspace=room.workspace,
        id=person,
        kind="person",
        service_url=room.service_url,
        member=member,
        bot=room.bot,
        name=name,
    )
