"""Who is in the teams and groups that Coach is in, and which channels those have."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from bot.platforms.teams.asides import TROUBLE
from bot.platforms.teams.book import Book
from bot.platforms.teams.wire import ChannelName, Line, Member
from bot.ports import Address

_KEPT_SECONDS = 600.0
_MOST_ROOMS = 50

Listed = TypeVar("Listed")

log = structlog.get_logger(__name__)


class Rosters:
    """Lists that Teams gives, each kept for some minutes."""

    def __init__(self, line: Line, book: Book, clock: Callable[[], float]) -> None:
        """Ask through *line* about the places in *book*; *clock* gives seconds."""
        self._book = book
        self._members = _Kept[Member](line.members, clock)
        self._channels = _Kept[ChannelName](line.channels, clock)

    async def rooms(self, workspace: str) -> list[Address]:
        """Return the teams (by an address in each) and the groups that Coach is in."""
        rooms: dict[str, Address] = {}
        for address in await self._book.all(workspace):
            if address.kind == "person" or not address.installed:
                continue
            room = address.team if address.kind == "channel" else address.id
            if room:
                rooms.setdefault(room, address.model_copy(update={"conversation": room}))
        return list(rooms.values())[:_MOST_ROOMS]

    async def rooms_of(self, workspace: str, person: str) -> list[Address]:
        """Return those of the rooms that *person* is in, as far as Teams says so."""
        rooms = await self.rooms(workspace)
        found = await asyncio.gather(*(self.member(room, person) for room in rooms))
        return [room for room, member in zip(rooms, found, strict=True) if member]

    async def member(self, room: Address, person: str) -> Member | None:
        """Return *person* as a member of *room*; None if they are not there, or nobody says."""
        members = await self._members.of(room)
        return next((each for each in members if person in (each.object_id, each.id)), None)

    async def excludes(self, address: Address, person: str) -> bool:
        """Tell whether Teams lists others in the team or group of *address*, and not *person*."""
        room = address.model_copy(update={"conversation": address.team or address.conversation})
        members = await self._members.of(room)
        return bool(members) and all(person not in (m.object_id, m.id) for m in members)

    async def channels(self, room: Address) -> Sequence[ChannelName]:
        """Return the channels of the team that *room* is; nothing if Teams does not say."""
        return await self._channels.of(room)


class _Kept(Generic[Listed]):
    """Lists by room."""

    def __init__(
        self,
        ask: Callable[[Address], Awaitable[Sequence[Listed]]],
        clock: Callable[[], float],
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lists: dict[tuple[str, str], tuple[float, Sequence[Listed]]] = {}

    async def of(self, room: Address) -> Sequence[Listed]:
        key = room.workspace, room.conversation
        until, listed = self._lists.get(key, (0.0, ()))
        if self._clock() < until:
            return listed
        try:
            listed = await self._ask(room)
        except TROUBLE as problem:
            log.info("not_listed", problem=str(problem) or type(problem).__name__)
            return listed
        self._lists[key] = self._clock() + _KEPT_SECONDS, listed
        return listed
