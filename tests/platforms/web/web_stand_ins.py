"""What the page's tests talk to: a small function like Coach, a shelf, a clock, a real server."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from review_stand_in import ReviewStandIn
from team_stand_in import TeamStandIn

from bot.errors import KnowledgeUnavailable
from bot.intents import HELPFUL, NOT_HELPFUL, SHARE
from bot.messages import Button, Citation, Form, Message, Reply, Venue
from bot.platforms.web.library import Shelf, ShelfCard, ShelfDocument
from bot.platforms.web.platform import WebPlatform

QUOTE = "Progress is nonlinear: early gains flatten."
SAMPLES = ("Who should own data labelling?", "My boss wants a date. What do I say?")

HttpClient = TestClient[web.Request, web.Application]


class Connect(Protocol):
    """Starts the page and connects a client to it."""

    async def __call__(self, password: str = "") -> HttpClient: ...


@dataclass
class StandIn:
    """Answers like Coach, remembers what it was asked, and fails or waits when it is told to."""

    received: list[Message] = field(default_factory=list[Message])
    answered: dict[str, Message] = field(default_factory=dict[str, Message])
    reviews: ReviewStandIn = field(default_factory=ReviewStandIn)
    team: TeamStandIn = field(default_factory=TeamStandIn)
    failures: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    open_gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open_gate.set()

    def forget(self) -> None:
        self.received.clear()
        self.asked.clear()

    async def reply(self, message: Message) -> Reply | None:
        if not message.opened:
            self.received.append(message)
            self.asked.set()
        await self.open_gate.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("told to fail")
        if self.team.wants(message):
            return self.team.reply(message)
        if message.opened:
            return Reply(text="I coach people who manage ML teams.", suggestions=SAMPLES)
        if self.reviews.wants(message):
            return self.reviews.reply(message)
        return self._pressed(message) if message.press else self._answer(message)

    async def form(self, message: Message) -> Form | None:
        return self.team.form(message) or self.reviews.form(message)

    def _pressed(self, message: Message) -> Reply | None:
        assert message.press
        asked = self.answered.get(message.press.value)
        if asked is None:
            return None
        if message.press.action == SHARE:
            shared = _answer(asked.model_copy(update={"hidden": False}))
            return shared.model_copy(update={"text": f"Shared: “{asked.text}”\n\n{shared.text}"})
        return Reply(text="Thanks, good to know.", hidden=True)

    def _answer(self, message: Message) -> Reply | None:
        if message.text == "say nothing":
            return None
        if message.text == "break":
            return Reply(text="Something broke, reference abc123.", reference="abc123")
        self.answered[message.id] = message
        return _answer(message)


def _answer(message: Message) -> Reply:
    return Reply(
        text=f"You said: {message.text[:2000]}\n\nNobody can know the date yet [1]. "
        "Report ranges instead [2]. See also [3].",
        citations=(
            _citation(1, "Early gains flatten", QUOTE, f"Before. {QUOTE} Afterwards."),
            _citation(2, "Plan in ranges", "Plan probabilistically.", "Plan probabilistically."),
        ),
        buttons=_buttons(message),
        suggestions=("What is path-critical?",) if "topics" in message.text else (),
        hidden=message.hidden,
    )


def _citation(number: int, title: str, quote: str, passage: str) -> Citation:
    return Citation(
        number=number,
        title=title,
        source="Lecture 13",
        section="Managing",
        quote=quote,
        passage=passage,
    )


def _buttons(message: Message) -> tuple[Button, ...]:
    opinions = (
        Button(label="Helpful", action=HELPFUL, value=message.id),
        Button(label="Not helpful", action=NOT_HELPFUL, value=message.id),
    )
    share = Button(label="Share with the channel", action=SHARE, value=message.id)
    shareable = message.hidden and message.place.venue == Venue.CHANNEL
    return (*opinions, share) if shareable else opinions


@dataclass
class StandInLibrary:
    """Two lectures and one document of the workspace."""

    broken: bool = False

    async def shelf(self, workspace: str) -> Shelf:
        if self.broken:
            raise KnowledgeUnavailable
        return Shelf(
            cards=(
                _card("Early gains flatten", "Lecture 13", "Expect a plateau.", "Report ranges."),
                _card("Who labels data", "Lecture 13", "A data manager.", "Hire one."),
                _card("Ten archetypes", "Overview", "<b>Embedded</b> or central.", "Choose."),
            ),
            documents=(
                ShelfDocument(
                    name="handbook.pdf",
                    title=f"Handbook of {workspace}",
                    passages=12,
                    added_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
                ),
            ),
        )


def _card(title: str, source: str, answer: str, advice: str) -> ShelfCard:
    return ShelfCard(title=title, source=source, section="Managing", answer=answer, advice=advice)


@dataclass
class Clock:
    """Seconds since the epoch that pass when a test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def page_of(
    coach: StandIn,
    library: StandInLibrary,
    password: str = "",
    *,
    seconds: Callable[[], float] = time.time,
) -> WebPlatform:
    return WebPlatform(
        coach.reply,
        library,
        password,
        forms=coach.form,
        problems=coach.team.problems,
        draw=coach.team.draw,
        demo=coach.team.demo,
        seconds=seconds,
    )


@asynccontextmanager
async def serving(platform: WebPlatform) -> AsyncGenerator[TestServer]:
    app = web.Application()
    platform.add_routes(app)
    server = TestServer(app, host="127.0.0.1")
    await platform.start()
    async with server:
        yield server
    await platform.stop()
