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
_SILENT_SECONDS = 10.0
_MOST_ROOMS = 50
_REMEMBERED = 500

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
        for address in await self._book.rooms(workspace):
            if not address.installed:
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

    async def includes(self, address: Address, person: str) -> bool:
        """Tell whether Teams lists *person* in the channel or group of *address*.

        Raises as `Line.members` does, where Teams does not tell.
        """
        members = await self._members.surely_of(address)
        return any(person in (each.object_id, each.id) for each in members)

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
        """Return the list of *room*, an old one or none while Teams does not tell."""
        until, listed = self._lists.get(_key(room), (0.0, ()))
        if self._clock() < until:
            return listed
        try:
            return await self.surely_of(room)
        except TROUBLE as problem:
            log.info("not_listed", problem=str(problem) or type(problem).__name__)
        self._keep(room, listed, _SILENT_SECONDS)
        return listed

    async def surely_of(self, room: Address) -> Sequence[Listed]:
        """Return the list of *room* as it was told some minutes ago at most, or raise."""
        until, listed = self._lists.get(_key(room), (0.0, ()))
        if self._clock() >= until or not listed:
            listed = await self._ask(room)
            self._keep(room, listed, _KEPT_SECONDS)
        return listed

    def _keep(self, room: Address, listed: Sequence[Listed], seconds: float) -> None:
        self._lists.pop(_key(room), None)
        self._lists[_key(room)] = self._clock() + seconds, listed
        if len(self._lists) > _REMEMBERED:
            self._lists.pop(next(iter(self._lists)))


def _key(room: Address) -> tuple[str, str]:
    return room.workspace, room.conversation
