"""Coach's Slack platform with its queues on SQLite, in front of the fake Slack."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from fake_slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from payloads import body_of, signed

from bot.backlog import Backlog
from bot.errors import CoachError
from bot.messages import Delivery, Form, Message, Platform, Reply
from bot.metrics import Metrics
from bot.platforms.serving import Accept, Problems, no_problems
from bot.platforms.slack.files import SlackFiles
from bot.platforms.slack.pictures import Draw
from bot.platforms.slack.platform import SlackPlatform, Timing
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox, store_deliveries

PATIENT = Timing(pace=0.0, call=30.0, settle=0.02, ping=5.0, dialog=30.0, person=30.0, picture=0.01)
# Where Slack keeps silent: short, yet not so short that a machine at its limit seems silent too.
HASTY = replace(PATIENT, call=2.0, dialog=2.0, person=2.0)

Answerer = Callable[[Message], Reply | None]
Former = Callable[[Message], Form | None]


def echo(message: Message) -> Reply:
    """Answer with the question."""
    return Reply(text=f"You said: {message.text}", hidden=message.hidden)


@dataclass
class Replies:
    """Stands where Coach stands: answers, gives forms, and has files read."""

    answer: Answerer = echo
    form_for: Former = lambda _: None
    files: SlackFiles | None = None
    heard: list[Message] = field(default_factory=list[Message])
    asked_for_forms: list[Message] = field(default_factory=list[Message])

    async def reply(self, message: Message) -> Reply | None:
        try:
            text = await self.files.read(message) if self.files else ""
        except CoachError as error:
            return Reply(text=error.sentence)
        read = message.model_copy(update={"text": text, "verb": "review"}) if text else message
        self.heard.append(read)
        return self.answer(read)

    async def form(self, message: Message) -> Form | None:
        self.asked_for_forms.append(message)
        return self.form_for(message)


@dataclass
class Running:
    """A running Coach on Slack."""

    platform: SlackPlatform
    backlog: Backlog
    inbox: SqlInbox
    outbox: SqlOutbox
    replies: Replies
    url: str
    http: aiohttp.ClientSession
    database: Database

    async def deliver(self, payload: dict[str, Any], **headers: str) -> int:
        """Send *payload* as Slack does; return the status it is answered with."""
        body, content_type = body_of(payload)
        return await self.post(body, {**signed(body), "Content-Type": content_type, **headers})

    async def answer_to(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Send *payload* as Slack does; return what it is acknowledged with."""
        body, content_type = body_of(payload)
        headers = {**signed(body), "Content-Type": content_type}
        async with self.http.post(self.url, data=body, headers=headers) as response:
            assert response.status == 200
            written = await response.text()
        return json.loads(written) if written else {}

    async def post(self, body: str, headers: dict[str, str]) -> int:
        """Post *body*; return the status."""
        async with self.http.post(self.url, data=body, headers=headers) as response:
            return response.status

    async def put(self, *deliveries: Delivery) -> None:
        """Put *deliveries* on their way, without anybody having asked for them."""
        async with self.database.transaction() as connection:
            await store_deliveries(connection, deliveries, _now())

    async def settled(self) -> None:
        """Wait until everything that was taken in is answered and nothing is left to send."""
        async with asyncio.timeout(30):
            while await self.inbox.waiting() or await self.outbox.waiting():
                await asyncio.sleep(0.01)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running_coach(
    slack: FakeSlack,
    folder: Path,
    answer: Answerer = echo,
    *,
    form: Former = lambda _: None,
    problems: Problems = no_problems,
    draw: Draw | None = None,
    socket: bool = False,
    accept: Accept | None = None,
    replica: str = "one",
    timing: Timing = PATIENT,
    works: bool = True,
) -> AsyncGenerator[Running]:
    """Run the platform and its queues on the database in *folder*.

    *accept* takes the place of the queues; unless it *works*, nobody empties them.
    """
    closing = AsyncExitStack()
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'coach.sqlite3'}")
    closing.push_async_callback(database.close)
    # A machine that stands still for seconds refuses nothing here: what is tested is not its speed.
    inbox = SqlInbox(database, replica, _now, patience=30)
    outbox = SqlOutbox(database, replica, _now)
    await inbox.recover()
    await outbox.recover()
    replies = Replies(answer, form)
    backlog = Backlog(inbox=inbox, outbox=outbox, coach=replies, metrics=Metrics())
    platform = SlackPlatform(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN if socket else "",
        signing_secret=SIGNING_SECRET,
        api_url=slack.url,
        accept=accept or backlog.accept,
        forms=replies.form,
        problems=problems,
        draw=draw,
        timing=timing,
    )
    replies.files = platform.files
    backlog.add_sender(Platform.SLACK, platform.sender)
    async with closing:
        closing.push_async_callback(platform.stop)
        closing.push_async_callback(backlog.stop)
        await platform.start()
        if works:
            backlog.start()
        closing.push_async_callback(platform.close_intake)
        url = await closing.enter_async_context(_served(platform))
        http = await closing.enter_async_context(aiohttp.ClientSession())
        yield Running(platform, backlog, inbox, outbox, replies, url, http, database)


@asynccontextmanager
async def _served(platform: SlackPlatform) -> AsyncGenerator[str]:
    app = web.Application()
    platform.add_routes(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/slack/events"
    finally:
        await runner.cleanup()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the tests run on the real clock
