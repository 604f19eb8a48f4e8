"""The demo team of the web page: a scripted week through the real schedules, log and digests."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.messages import Delivery
from bot.platforms.web.demo import DemoDay, DemoEvent, DemoWeek
from bot.rehearsal import Stage, rehearsing
from bot.rehearsal_script import Answers, Script, Sent, read_script
from bot.standups.prompts import day
from bot.standups.words import words

WEEK = Path(__file__).parents[1] / "demo_week.json"


async def demo_week() -> DemoWeek:
    """Play the shipped week and return it by its days."""
    script = read_script(WEEK.read_text(encoding="utf-8"))
    async with rehearsing(script) as stage:
        await stage.play(script.end)
    return DemoWeek(days=tuple(_days(script, stage)))


def _days(script: Script, stage: Stage) -> Sequence[DemoDay]:
    """Group what happened by the day it was for the team."""
    events = [(sent.at, _received(script, sent, delivery)) for sent, delivery in stage.delivered]
    events += [(at, _said(script, at, answers)) for at, answers in stage.said]
    team = ZoneInfo(script.standup.zone)
    days: dict[str, list[DemoEvent]] = {}
    # What somebody says comes before what Coach replies to it at the same time.
    for at, event in sorted(events, key=lambda each: (each[0], each[1].what != "answer")):
        days.setdefault(day(at.astimezone(team).date()), []).append(event)
    return [DemoDay(title=title, events=tuple(found)) for title, found in days.items()]


def _received(script: Script, sent: Sent, delivery: Delivery) -> DemoEvent:
    person = next((each for each in script.people if each.id == sent.to), None)
    return DemoEvent(
        at=_clock(script, sent.at, sent.to),
        who=person.name if person else f"#{sent.to}",
        what="reply" if sent.what == "notice" else sent.what,
        reply=delivery.reply,
    )


def _said(script: Script, at: datetime, answers: Answers) -> DemoEvent:
    claims = {bet.id: bet.claim for bet in script.hypotheses}
    lines = [
        f"{claims[said.hypothesis]}: {words().short[said.result]}"
        + (f", {said.chance:g} %" if said.chance is not None else "")
        + (f". {said.tried}" if said.tried else "")
        for said in answers.reports
        if said.hypothesis in claims
    ]
    lines += answers.answers.values()
    name = next(each.name for each in script.people if each.id == answers.person)
    return DemoEvent(
        at=_clock(script, at, answers.person), who=name, what="answer", text="\n".join(lines)
    )


def _clock(script: Script, at: datetime, who: str) -> str:
    """Return the local time of *who*, of the team for a channel: `09:30 Lisbon`."""
    zones = {each.id: each.zone for each in script.people}
    zone = zones.get(who) or script.standup.zone
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M} {city}"
