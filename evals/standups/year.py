"""A year of a team on five continents' clocks, against the table made by hand for the tests.

The table and the team stand with the tests, which are in a checkout but not in a package.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.messages import Person, Place, Platform
from bot.standup_records import Absence, Member, Profile, Standup
from bot.standups.schedule import slots
from evals.reports import Report
from evals.standups.clocks import VERDICTS, Tally, judged, row

if TYPE_CHECKING:
    from tests.standups.make_simulated_year import Someone

Expected = dict[tuple[str, date], datetime]
"""When who is asked, by person and the standup's date."""

_Question = tuple[str, date, datetime]
_Asked = list[_Question]
_BEGIN, _END = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MADE = "tests.standups.make_simulated_year"
_DAILY, _FORTNIGHTLY = "daily", "fortnightly"


def report() -> Report | None:
    """Return the table, None where the tests are not at hand."""
    try:
        import_module(_MADE)
    except ModuleNotFoundError:
        return None
    from tests.standups.make_simulated_year import TEAM  # noqa: PLC0415 - only in a checkout

    systems: Mapping[str, Callable[[Standup, Expected], _Asked]] = {
        "floor: adds 24 h in UTC": lambda kept, due: list(every_24_hours(kept, due, TEAM)),
        "floor: cron by the clock on the wall": lambda kept, _: list(cron(kept, TEAM)),
        "Coach": lambda kept, _: coach(kept, TEAM),
    }
    return Report(
        name="",
        title="A team's year: whom it asks when",
        header=("", "n", *VERDICTS),
        rows=tuple(
            row(f"{kept.id}, {name}", tally(due, asked(kept, due)), VERDICTS)
            for kept in standups(TEAM)
            for due in [expected(kept.id)]
            for name, asked in systems.items()
        ),
        notes=(
            "n: questions in tests/standups/simulated_year.csv, worked out from statutes and "
            "gazettes without the scheduling code: five members in Auckland, Lisbon, São Paulo, "
            "Kolkata and Chicago, with holidays, days off, quiet hours and one who joins in March. "
            "Not due: asked on a holiday or a day off; the floors know neither these nor quiet "
            "hours. The fortnightly one goes by Lisbon's clock, at 20:30.",
        ),
    )


def expected(kept: str) -> Expected:
    """Return what the table says of a standup."""
    from tests.standups.make_simulated_year import TABLE  # noqa: PLC0415 - only in a checkout

    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            (each["person"], date.fromisoformat(each["on"])): datetime.fromisoformat(each["opens"])
            for each in csv.DictReader(lines)
            if each["standup"] == kept
        }


def tally(due: Expected, asked: _Asked) -> Tally:
    """Count what became of each question that is *due*, and those that are not."""
    found: dict[tuple[str, date], list[datetime]] = {}
    for person, on, opens in asked:
        found.setdefault((person, on), []).append(opens)
    verdicts: Tally = Counter(judged(found.get(key, ()), right) for key, right in due.items())
    verdicts["not due"] = sum(len(times) for key, times in found.items() if key not in due)
    return verdicts


# -- the schedulers


def coach(kept: Standup, team: "tuple[Someone, ...]") -> _Asked:
    """Ask the function that the ticker asks."""
    profiles = {
        each.name: Profile(
            workspace="W",
            person=each.name,
            zone=each.city.zone,
            country=each.country,
            quiet_from=each.quiet[0],
            quiet_until=each.quiet[1],
        )
        for each in team
    }
    absences = [
        Absence(workspace="W", person=each.name, first=first, last=last)
        for each in team
        for first, last in each.away
    ]
    found = slots(kept, profiles, absences, _BEGIN, _END)
    return [(s.person.id, s.on, s.opens) for s in found if s.on.year == 2026]


def every_24_hours(
    kept: Standup, due: Expected, team: "tuple[Someone, ...]"
) -> Iterator[_Question]:
    """Be a floor: the first time is right, then 24 hours in UTC are added, on the days meant."""
    for each in team:
        zone = ZoneInfo(each.city.zone if kept.own_zone else kept.zone)
        at = min(opens for (person, _), opens in due.items() if person == each.name)
        while (on := at.astimezone(zone).date()).year == 2026:
            if _meets(kept, on):
                yield each.name, on, at
            at += _DAY


def cron(kept: Standup, team: "tuple[Someone, ...]") -> Iterator[_Question]:
    """Be the other floor: the time on the wall of the right zone, on the days meant."""
    for each in team:
        zone = ZoneInfo(each.city.zone if kept.own_zone else kept.zone)
        for on in (date(2026, 1, 1) + n * _DAY for n in range(365)):
            at = datetime.combine(on, kept.at, zone).astimezone(UTC)
            if _meets(kept, on) and at >= each.joined:
                yield each.name, on, at


def _meets(kept: Standup, on: date) -> bool:
    weeks = (on - kept.starts + kept.starts.weekday() * _DAY) // timedelta(weeks=1)
    return on >= kept.starts and on.weekday() in kept.days and weeks % kept.every_weeks == 0


# -- the standups


def standups(team: "tuple[Someone, ...]") -> tuple[Standup, Standup]:
    """Return the standups of the table."""
    daily = Standup(
        workspace="W",
        id=_DAILY,
        name="Daily",
        place=Place(platform=Platform.WEB, workspace="W", channel="C"),
        owner=Person(id="owner"),
        members=tuple(
            Member(person=Person(id=each.name, name=each.name), joined_at=each.joined)
            for each in team
        ),
        starts=date(2026, 1, 1),
        at=time(9, 30),
        zone="Europe/Lisbon",
        created_at=_LONG_AGO,
        edited_by="owner",
        edited_at=_LONG_AGO,
    )
    fortnightly = daily.model_copy(
        update={
            "id": _FORTNIGHTLY,
            "days": (0, 3),
            "every_weeks": 2,
            "starts": date(2026, 1, 8),
            "at": time(20, 30),
            "own_zone": False,
            "window": 720,
            "reminder": 120,
        }
    )
    return daily, fortnightly
