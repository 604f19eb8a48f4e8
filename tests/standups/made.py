"""Standups, members and profiles to test with."""

from datetime import UTC, date, datetime, time

from bot.messages import Person, Place, Platform
from bot.standup_records import Member, Profile, Standup

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WORKSPACE = "T1"


def member(name: str, joined_at: datetime = LONG_AGO) -> Member:
    """Return a member of that id and name."""
    return Member(person=Person(id=name, name=name), joined_at=joined_at)


def standup(*members: Member, **more: object) -> Standup:
    """Return a standup on weekdays at 09:30 of each member's zone; *more* changes that."""
    fields: dict[str, object] = {
        "workspace": WORKSPACE,
        "id": "search",
        "name": "Search",
        "place": Place(platform=Platform.WEB, workspace=WORKSPACE, channel="C1"),
        "owner": Person(id="owner"),
        "members": members,
        "starts": date(2000, 1, 3),
        "at": time(9, 30),
        "zone": "Europe/Lisbon",
        "created_at": LONG_AGO,
        "edited_by": "owner",
        "edited_at": LONG_AGO,
    }
    return Standup.model_validate(fields | more)


def profile(person: str, zone: str = "", country: str = "", **more: object) -> Profile:
    """Return what *person* said of themselves."""
    fields = {"workspace": WORKSPACE, "person": person, "zone": zone, "country": country}
    return Profile.model_validate({**fields, **more})


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a time in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
