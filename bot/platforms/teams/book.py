"""Remembering where everybody is reached, from every activity that comes in.

What is written down already is not written again for some minutes: most activities tell nothing
new, and none of them may wait for a database because of that.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import cast

from bot.platforms.teams.envelope import workspace_of
from bot.platforms.teams.payloads import fields, part
from bot.platforms.teams.whereabouts import address_of
from bot.platforms.teams.wire import Payload
from bot.ports import Address, Addresses

_KEPT_SECONDS = 600.0  # what another replica wrote meanwhile is put right after that
_REMEMBERED = 10_000
_GONE = frozenset({"channelDeleted", "teamDeleted", "teamArchived"})

Key = tuple[str, str]


class Book:
    """The address book, and what of it is known to stand there."""

    def __init__(self, addresses: Addresses, clock: Callable[[], float]) -> None:
        """Keep addresses in *addresses*; *clock* gives seconds."""
        self._addresses = addresses
        self._clock = clock
        self._written: OrderedDict[Key, tuple[float, Address]] = OrderedDict()

    async def note(self, activity: Payload) -> None:
        """Write down what *activity* tells of people and places. Raises StoreUnavailable."""
        for address in told(activity):
            await self.learn(address)
        if _leaves_team(activity):
            await self._leave(workspace_of(activity), _team(activity))

    async def learn(self, address: Address) -> None:
        """Write *address* down unless that would change nothing. Raises StoreUnavailable."""
        key = address.workspace, address.id
        until, before = self._written.get(key, (0.0, None))
        known = _merged(before, address)
        if known == before and self._clock() < until:
            return
        await self._addresses.learn(address)
        self._written[key] = self._clock() + _KEPT_SECONDS, known
        self._written.move_to_end(key)
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    async def find(self, workspace: str, id_: str) -> Address | None:
        """Return the address of a person, channel or group. Raises StoreUnavailable.

        Who was forgotten and is heard of again is written down again with the next activity; until
        then what was noted lately answers them.
        """
        found = await self._addresses.find(workspace, id_)
        if found is None:
            _, found = self._written.pop((workspace, id_), (0.0, None))
        return found

    async def people(self, workspace: str) -> list[Address]:
        """Return the people of *workspace*, by name. Raises StoreUnavailable."""
        return await self._addresses.people(workspace)

    async def rooms(self, workspace: str) -> list[Address]:
        """Return the channels and groups of *workspace*, by name. Raises StoreUnavailable."""
        return await self._addresses.rooms(workspace)

    async def somewhere(self, workspace: str) -> Address | None:
        """Return any address of *workspace*: its service URL is good for everybody there."""
        return await self._addresses.any(workspace)

    async def _leave(self, workspace: str, team: str) -> None:
        """Write down that Coach is in none of the team's channels any more."""
        for address in await self.rooms(workspace):
            if address.team == team and address.installed:
                await self.learn(address.model_copy(update={"installed": False}))


def told(activity: Payload) -> Iterator[Address]:
    """Yield what *activity* tells of people and places that can be written to."""
    data = part(activity, "channelData")
    event = str(data.get("eventType") or "")
    for address in address_of(activity):
        if not address.workspace or not address.service_url:
            continue
        # An event about a channel comes from the team, and names the channel.
        about_channel = address.kind == "channel" and event.startswith("channel")
        yield _channel(address, data, event) if about_channel else address
    yield from _members(activity)


def _channel(team: Address, data: Payload, event: str) -> Address:
    channel = part(data, "channel")
    id_ = str(channel.get("id") or team.id)
    name = str(channel.get("name") or "")
    known = {"id": id_, "conversation": id_, "name": name, "installed": event not in _GONE}
    return team.model_copy(update=known)


def _members(activity: Payload) -> Iterator[Address]:
    """Yield the people who were added to where Coach is: now they can be written to."""
    added: object = activity.get("membersAdded")
    service_url, workspace = str(activity.get("serviceUrl") or ""), workspace_of(activity)
    if not isinstance(added, list) or not service_url or not workspace:
        return
    for member in cast("list[object]", added):
        known = fields(member)
        if known.get("aadObjectId") and known.get("id"):
            yield Address(
                workspace=workspace,
                id=str(known["aadObjectId"]),
                kind="person",
                service_url=service_url,
                member=str(known["id"]),
                bot=str(part(activity, "recipient").get("id") or ""),
                name=str(known.get("name") or ""),
            )


def _leaves_team(activity: Payload) -> bool:
    """Tell whether Coach was removed from a team, or the team is gone."""
    if not _team(activity):
        return False
    event = str(part(activity, "channelData").get("eventType") or "")
    if event in _GONE and event.startswith("team"):
        return True
    return any(each.kind != "person" and not each.installed for each in address_of(activity))


def _team(activity: Payload) -> str:
    return str(part(part(activity, "channelData"), "team").get("id") or "")


def _merged(before: Address | None, new: Address) -> Address:
    if before is None:
        return new
    kept = {name: value for name, value in before.model_dump().items() if value != ""}
    told_ = {name: value for name, value in new.model_dump().items() if value != ""}
    return new.model_copy(update={**kept, **told_})
