"""Who somebody is in a workspace: their settings, zone and name."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from bot.log_ports import Standups
from bot.messages import Message, Person
from bot.ports import Directory
from bot.standup_records import Member, Profile, Standup
from bot.standups import schedule


class People:
    """Profiles as people wrote them, or as their platform knows them."""

    def __init__(
        self, *, standups: Standups, directory: Directory, now: Callable[[], datetime]
    ) -> None:
        """Read from *standups* what was written, from *directory* the rest."""
        self._standups = standups
        self._directory = directory
        self._now = now

    async def profile(self, message: Message) -> Profile:
        """Return what the person of *message* said of themselves, or is known to be."""
        workspace, person = message.place.workspace, message.person.id
        profiles = await self._standups.profiles(workspace)
        if person in profiles:
            return profiles[person]
        known = await self._directory.find(workspace, person)
        return Profile(workspace=workspace, person=person, zone=known.zone)

    async def today(self, message: Message) -> date:
        """Return the date where the person of *message* is, by UTC if that is unknown."""
        profile = await self.profile(message)
        own = schedule.zone_or_none(profile.zone)
        return schedule.local_date(self._now(), own.key if own else "UTC")

    async def named(self, workspace: str, person: Person) -> Person:
        """Return *person* by the name in the directory; the zone there becomes theirs."""
        [named] = await self.all_named(workspace, [person])
        return named

    async def all_named(self, workspace: str, people: Sequence[Person]) -> list[Person]:
        """Return *people* by their names in the directory; the zones there become theirs."""
        profiles = await self._standups.profiles(workspace)
        named: list[Person] = []
        for person in people:
            known = await self._directory.find(workspace, person.id)
            if known.zone and person.id not in profiles:
                profile = Profile(workspace=workspace, person=person.id, zone=known.zone)
                await self._standups.save_profile(profile)
            named.append(Person(id=person.id, name=known.name or person.name or person.id))
        return named

    async def home(self, standup: Standup, person: str) -> str:
        """Return the zone in which *person* reads the times of *standup*."""
        profiles = await self._standups.profiles(standup.workspace)
        return schedule.home_of(standup, profiles.get(person))


def member_of(standup: Standup, person: str) -> Member | None:
    """Return *person* as a member; None if they are none."""
    return next((member for member in standup.members if member.person.id == person), None)
