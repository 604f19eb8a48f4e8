"""Standups and bets as Coach shows them: how they stand, forms of every kind, a demo week."""

import asyncio
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from bot.chart_records import Chart, Series
from bot.messages import (
    Button,
    Citation,
    Field,
    Form,
    Message,
    Option,
    Reply,
    Section,
    Submission,
)
from bot.platforms.web.demo import DemoDay, DemoEvent, DemoWeek

ALT = "The odds rise from 40 % to 63 % within two weeks."
ODDS = Chart(
    kind="odds",
    title="Odds that at least one approach gets there: Fewer customers leave",
    alt=ALT,
    dates=(date(2027, 1, 4), date(2027, 1, 11), date(2027, 1, 18)),
    series=(
        Series(
            name="at least one",
            values=(0.4, 0.5, 0.63),
            low=(0.3, 0.38, 0.5),
            high=(0.5, 0.6, 0.75),
        ),
        Series(name="if nothing were shared", values=(0.5, 0.62, 0.74)),
    ),
)
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
LONGEST_NOTE = 200
_DAYS = tuple(Option(value=str(n), label=day) for n, day in enumerate(("Monday", "Tuesday")))


@dataclass
class TeamStandIn:
    """Keeps objectives and standups, each under its name, and remembers who did what."""

    kept: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    people: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    drawn: list[bool] = field(default_factory=list[bool])
    can_draw: bool = True
    drawing: Callable[[Chart, bool], bytes] | None = None
    demo_failures: int = 0
    demos: int = 0
    curtain: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.curtain.set()

    def wants(self, message: Message) -> bool:
        """Tell whether *message* is about standups or bets."""
        done = message.press or message.submission
        acted = done is not None and done.action.startswith(("standup_", "log_"))
        return acted or message.verb in ("checkin", "odds", "standup", "hypothesis")

    def reply(self, message: Message) -> Reply | None:
        self.people.append(message.person.id)
        if message.submission:
            return self._submitted(message.submission)
        if message.press is None:
            return self._standing(message)
        match message.press.action:
            case "standup_remove":
                self.removed.append(message.press.value)
                self.kept.pop(message.press.value, None)
                return Reply(text="Removed. What was logged stays.", hidden=True)
            case "log_odds":
                return _odds(message.press.value)
            case "standup_list":
                return Reply(text="2 standups here.", hidden=True)
            case _:
                return None

    def form(self, message: Message) -> Form | None:
        """Return the form that a button opens."""
        if message.verb == "hypothesis":
            return _hypothesis()
        match message.press and message.press.action:
            case "standup_new":
                return _standup()
            case "log_objective":
                return _objective()
            case _:
                return None

    async def problems(self, message: Message) -> dict[str, str]:
        """Return what is wrong with a filled-in form."""
        sent = message.submission
        if sent is None or not self.wants(message):
            return {}
        found: dict[str, str] = {}
        if not sent.answers.get("chance", "0").isdecimal():
            found["chance"] = "Write a chance from 0 to 100, for instance 60."
        if sent.answers.get("day") == "0":
            found["day"] = "Monday is a holiday."
        if sent.answers.get("name") == "nowhere":
            found["elsewhere"] = "That standup is full."
        return found

    def draw(self, chart: Chart, *, dark: bool = False) -> bytes:
        """Return an image in one colour."""
        if not self.can_draw:
            raise RuntimeError("told to fail")
        self.drawn.append(dark)
        if self.drawing:
            return self.drawing(chart, dark)
        return png(16, 9, (20, 30, 40) if dark else (230, 240, 250))

    async def demo(self) -> DemoWeek:
        """Return three days."""
        self.demos += 1
        await self.curtain.wait()
        if self.demo_failures:
            self.demo_failures -= 1
            raise RuntimeError("told to fail")
        return WEEK

    def _submitted(self, sent: Submission) -> Reply:
        if sent.answers.get("name") == "outdated":
            return Reply(text="Somebody else changed this while you had the form open.")
        self.kept[sent.answers["name"]] = sent.answers
        return Reply(
            text=f"Kept: “{sent.answers['name']}”.",
            buttons=(_ODDS, _NEW_OBJECTIVE),
            hidden=True,
        )

    def _standing(self, message: Message) -> Reply:
        names = sorted(self.kept)
        match message.verb:
            case "checkin":
                return _check_ins(message.person.name)
            case "odds":
                return Reply(
                    text="\n".join(f"• {name}: 63 % [1]" for name in names)
                    or "Nothing is kept yet.",
                    chart=ODDS if names else None,
                    citations=(_CITATION,) if names else (),
                    buttons=(_NEW_OBJECTIVE,),
                )
            case "standup":
                new = Button(label="New standup", action="standup_new", opens_form=True)
                listed = Button(label="List", action="standup_list")
                forgotten = Button(label="Forgotten", action="standup_forgotten")
                buttons = (new, listed, forgotten, *(_remove(name) for name in names))
                return Reply(text="All standups.", buttons=buttons)
            case _:
                return Reply(text="3 hypotheses, 2 open.", hidden=True)


def _check_ins(name: str) -> Reply:
    return Reply(
        text=f"Hello {name}. One check-in is open.",
        sections=(Section(title="Your open hypotheses", text="• Session features: 63 %"),),
        suggestions=("What is path-critical?",),
    )


_NEW_OBJECTIVE = Button(label="New objective", action="log_objective", opens_form=True)
_ODDS = Button(label="Odds", action="log_odds", value="o1")
_CITATION = Citation(
    number=1,
    title="Bet on several approaches",
    source="Lecture 13",
    section="Managing",
    quote="Bet on several approaches.",
    passage="Bet on several approaches.",
)


def _remove(name: str) -> Button:
    asks = f"Remove “{name}”? Nobody is asked any more."
    return Button(label=f"Remove {name}", action="standup_remove", value=name, asks=asks)


def _odds(objective: str) -> Reply:
    return Reply(
        text=f"Probably (63 %) at least one approach to {objective} gets there [1].",
        chart=ODDS,
        sections=(Section(title="The bets", text=f"• Session features: 50 %\n• {HOSTILE}"),),
        citations=tuple(_CITATION.model_copy(update={"number": n}) for n in range(1, 6)),
        buttons=(_ODDS, _NEW_OBJECTIVE),
    )


def _standup() -> Form:
    return Form(
        title="Standup",
        action="standup_new",
        text=f"I ask each member privately. {HOSTILE}",
        fields=(
            Field(name="name", label="Name", required=True, length=20),
            Field(name="channel", label="Channel for the digest", kind="channel", required=True),
            Field(
                name="members", label="Members", kind="people", required=True, value="ana\nbenoît"
            ),
            Field(
                name="days",
                label="Days",
                kind="choices",
                options=_DAYS,
                value="1",
                required=True,
                hint="On these days I ask.",
            ),
            Field(name="day", label="First day", kind="choice", options=_DAYS),
            Field(name="chance", label="Chance, in percent", kind="number", value="60", length=6),
            Field(name="starts", label="From which week on?", kind="date", value="2027-01-04"),
            Field(name="at", label="Time", kind="time", value="09:30", required=True),
            Field(
                name="note", label="Note", kind="lines", value="\nfirst line", length=LONGEST_NOTE
            ),
        ),
        submit="Keep",
    )


def _hypothesis() -> Form:
    claim = Field(name="name", label="Claim", kind="lines", required=True)
    return Form(title="Hypothesis", action="log_hypothesis", fields=(claim,), submit="Register")


def _objective() -> Form:
    name = Field(name="name", label="Objective", required=True, hint="What the business wants.")
    return Form(title="Objective", action="log_objective", fields=(name,), submit="Keep")


_CHECK_IN = Reply(
    text="Check-in for “Daily”, Mon 4 Jan: what did you try, and what came of it?",
    sections=(Section(title="Your open hypotheses", text="• Session features (50 %)"),),
    buttons=(
        Button(label="Check in", action="standup_check_in", value="x", opens_form=True),
        Button(label="Skip", action="standup_skip", value="x"),
    ),
)
_DIGEST = Reply(
    text="Daily, Mon 4 Jan: 1 experiment reported.",
    chart=ODDS,
    sections=(
        Section(title="What was tried", text="• Session features: cut the noise; still running"),
        Section(title="Needs a decision", text=f"• One approach carries it [1]. {HOSTILE}"),
    ),
    citations=(_CITATION,),
)
WEEK = DemoWeek(
    days=(
        DemoDay(
            title="Monday, 4 January",
            events=(
                DemoEvent(at="09:30", who="Ana", what="prompt", reply=_CHECK_IN),
                DemoEvent(at="12:30", who="Benoît", what="reminder", text="It closes at 13:30."),
                DemoEvent(at="10:05", who="Ana", what="answer", text=f"Cut the noise. {HOSTILE}"),
                DemoEvent(at="10:05", who="Ana", what="reply", reply=Reply(text="Got it.")),
                DemoEvent(at="13:30", who="ml-team", what="digest", reply=_DIGEST),
            ),
        ),
        DemoDay(title="Tuesday, 5 January", events=()),
        DemoDay(
            title="Wednesday, 6 January",
            events=(DemoEvent(at="13:40", who="#ml-team", what="digest_update", reply=_DIGEST),),
        ),
    )
)


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """Return an image in one *colour*."""
    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    name, data = named
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
