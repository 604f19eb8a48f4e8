"""What a member is sent: the prompt of a check-in, and its reminder. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.log_records import Hypothesis, Outcome
from bot.messages import Delivery, Person, Place, Reply, Section, Venue
from bot.standup_records import CheckIn, Standup
from bot.standups.words import fitting, percent, words

_SHOWN = 10


def day(on: date) -> str:
    """Return a date as people write it: `Mon 23 Nov`."""
    return f"{on:%a} {on.day} {on:%b}"


def span(first: date, last: date) -> str:
    """Return the days from *first* to *last* as people write them."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def hour(at: datetime, zone: str) -> str:
    """Return the local time of *at* in *zone*: `13:30`."""
    return at.astimezone(_zone(zone)).strftime("%H:%M")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def text(standup: Standup, check_in: CheckIn, zone: str) -> str:
    """Say what is asked and until when, in the member's *zone*."""
    until = hour(check_in.closes_at, zone)
    return (
        f"Check-in for “{standup.name}”, {day(check_in.on)}: what did you try, and what came of "
        f"it? Answers until {until} ({zone}) are in the digest; later ones are added to it."
    )


def reminder_text(standup: Standup, check_in: CheckIn, zone: str) -> str:
    """Remind of a check-in, in the member's *zone*."""
    until = hour(check_in.closes_at, zone)
    return (
        f"“{standup.name}” closes at {until} ({zone}). A sentence is enough; skipping is fine too."
    )


def apology_text(standup: Standup, missed: Sequence[CheckIn]) -> str:
    """Own up to the check-ins that were *missed* because Coach was down."""
    days = list(dict.fromkeys(day(each.on) for each in missed))
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    count = len({each.person.id for each in missed})
    people = "1 member was" if count == 1 else f"{count} members were"
    return (
        f"I was down when “{standup.name}” was due ({when}), and the time to answer was over when "
        f"I came back: {people} not asked. That counts as missed by me, not by them. I ask again "
        "as planned."
    )


def bets(
    hypotheses: Sequence[Hypothesis], latest: Mapping[str, Outcome], chances: Mapping[str, float]
) -> tuple[Section, ...]:
    """List a member's open hypotheses with what was said of them last, and their chances now."""
    if not hypotheses:
        return ()
    lines = [f"• {_state(h, latest.get(h.id), chances)}" for h in hypotheses]
    return (Section(title="Your open hypotheses", text="\n".join(fitting(lines, _SHOWN))),)


def _state(hypothesis: Hypothesis, last: Outcome | None, chances: Mapping[str, float]) -> str:
    if last is None:
        return f"{hypothesis.claim} ({percent(hypothesis.prior)} at the start)"
    chance = percent(chances.get(hypothesis.id, hypothesis.prior))
    return f"{hypothesis.claim} ({words().short[last.result]}, {chance})"


def said(
    check_in: CheckIn, hypotheses: Sequence[Hypothesis], latest: Mapping[str, Outcome]
) -> tuple[Section, ...]:
    """List what a member answered in a check-in."""
    reported = [
        f"• {h.claim}: {words().short[latest[h.id].result]}"
        for h in hypotheses
        if h.id in latest and latest[h.id].check_in == check_in.key
    ]
    answered = [f"• {question} {answer}" for question, answer in check_in.answers.items()]
    lines = fitting([*reported, *answered], _SHOWN)
    return (Section(title="What you said", text="\n".join(lines)),) if lines else ()


def private(standup: Standup, person: Person) -> Place:
    """Return where *person* is written to privately on the standup's platform."""
    place = standup.place
    return Place(
        platform=place.platform,
        workspace=place.workspace,
        channel=person.id,
        venue=Venue.PRIVATE,
    )


def owner_of(standup: Standup) -> Person | None:
    """Return the owner; None if that was somebody who had themselves forgotten."""
    return standup.owner if standup.owner.id else None


def to_owner(standup: Standup, key: str, reply: Reply) -> Delivery:
    """Address *reply* to the owner of *standup* alone; *key* is unique in the workspace."""
    place = standup.place
    return Delivery(
        key=f"{place.platform}:{place.workspace}:{key}",
        place=private(standup, standup.owner),
        person=standup.owner,
        reply=reply,
    )


def delivery(standup: Standup, check_in: CheckIn, what: str, reply: Reply) -> Delivery:
    """Address *reply* to the member of *check_in*; *what* tells a prompt from a reminder."""
    place = standup.place
    return Delivery(
        key=f"{place.platform}:{place.workspace}:{what}:{check_in.key}",
        place=private(standup, check_in.person),
        person=check_in.person,
        reply=reply,
        bulk=True,
        complain_to=owner_of(standup),
    )
