"""Coach's Teams platform with its queues on SQLite, in front of the fake cloud."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from fake_teams import (
    APP_ID,
    APP_PASSWORD,
    PERSON,
    PERSON_OBJECT,
    PERSONAL,
    TENANT,
    FakeTeams,
    Fields,
    Posted,
    Sent,
)
from teams_limits import activity_problems, card_problems

from bot.backlog import Backlog
from bot.errors import CoachError
from bot.messages import Delivery, Form, Message, Person, Place, Platform, Reply, Venue
from bot.metrics import Metrics
from bot.platforms.serving import Accept, Problems, no_problems
from bot.platforms.teams.connector import TeamsConnector
from bot.platforms.teams.dialogs import Refreshed
from bot.platforms.teams.files import TeamsFiles
from bot.platforms.teams.pictures import Draw
from bot.platforms.teams.platform import TeamsPlatform, Timing, nothing_anew
from bot.ports import Address
from bot.stores.addresses import SqlAddresses
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox, store_deliveries
from bot.stores.sent import SqlSent

Answerer = Callable[[Message], Reply | None]
Former = Callable[[Message], Form | None]

PATIENT = Timing(dialog=30.0, choices=30.0, person=30.0, chat=30.0)
# Where something takes too long: short, yet not so short that a machine at its limit does too.
HASTY = Timing(dialog=2.0, choices=2.0, person=2.0, chat=2.0)
ADDRESS = Address(
    workspace=TENANT,
    id=PERSON_OBJECT,
    kind="person",
    service_url="",
    conversation=PERSONAL,
    member=PERSON,
)


def echo(message: Message) -> Reply:
    """Answer with the question."""
    return Reply(text=f"You said: {message.text}", hidden=message.hidden)


@dataclass
class Replies:
    """Stands where Coach stands: answers, gives forms, and has files read."""

    answer: Answerer = echo
    form_for: Former = lambda _: None
    files: TeamsFiles | None = None
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
    """A running Coach on Teams."""

    teams: FakeTeams
    platform: TeamsPlatform
    backlog: Backlog
    inbox: SqlInbox
    outbox: SqlOutbox
    addresses: SqlAddresses
    replies: Replies
    url: str
    database: Database

    async def post(
        self, activity: Mapping[str, object], authorization: str | None = None
    ) -> Posted:
        """Post *activity* as Microsoft does, and return what it is answered with."""
        return await self.teams.post(self.url, activity, authorization)

    async def say(self, activity: Mapping[str, object]) -> list[Sent]:
        """Post *activity*, wait until all is settled, and return the messages there are by then."""
        posted = await self.post(activity)
        assert posted.status == 200
        await self.settled()
        return self.messages()

    async def do(self, activity: Mapping[str, object]) -> Any:
        """Post an invoke and return the body of its answer."""
        posted = await self.post(activity)
        assert posted.status == 200
        for part in parts(posted.body):
            if part.get("type") == "AdaptiveCard":
                assert card_problems(part) == []
        return posted.body

    def messages(self) -> list[Sent]:
        """Return what stands in conversations, without what only showed that Coach writes."""
        return [sent for sent in self.teams.sent if sent.activity.get("type") == "message"]

    async def put(self, *deliveries: Delivery) -> None:
        """Put *deliveries* on their way, without anybody having asked for them."""
        async with self.database.transaction() as connection:
            await store_deliveries(connection, deliveries, now())

    async def settled(self) -> None:
        """Wait until everything that was taken in is answered and nothing is left to send."""
        async with asyncio.timeout(30):
            while await self.inbox.waiting() or await self.outbox.waiting():
                await asyncio.sleep(0.01)

    async def learn(self, **changed: object) -> Address:
        """Write an address down as if its place had been heard from; by default PERSON's."""
        fields = {**ADDRESS.model_dump(), "service_url": self.teams.service_url, **changed}
        address = Address.model_validate(fields)
        await self.addresses.learn(address)
        return address


async def until(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running_coach(
    teams: FakeTeams,
    folder: Path,
    answer: Answerer = echo,
    *,
    form: Former = lambda _: None,
    problems: Problems = no_problems,
    refreshed: Refreshed = nothing_anew,
    draw: Draw | None = None,
    accept: Accept | None = None,
    replica: str = "one",
    works: bool = True,
    starts: bool = True,
    loopback: bool = False,
    thumbs: bool = False,
    timing: Timing = PATIENT,
) -> AsyncGenerator[Running]:
    """Run the platform and its queues on the database in *folder*.

    *accept* takes the place of the queues; unless it *works*, nobody empties them; unless it
    *starts*, the platform is closed. With *loopback* files may be on this machine.
    """
    closing = AsyncExitStack()
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'coach.sqlite3'}")
    closing.push_async_callback(database.close)
    # A machine that stands still for seconds refuses nothing here: what is tested is not its speed.
    inbox, outbox = SqlInbox(database, replica, now, patience=30), SqlOutbox(database, replica, now)
    await inbox.recover()
    await outbox.recover()
    replies = Replies(answer, form)
    backlog = Backlog(inbox=inbox, outbox=outbox, coach=replies, metrics=Metrics())
    addresses = SqlAddresses(database)
    platform = TeamsPlatform(
        line=TeamsConnector(APP_ID, APP_PASSWORD, loopback=True, cloud=teams.cloud, timeout=30.0),
        addresses=addresses,
        accept=accept or backlog.accept,
        forms=replies.form,
        problems=problems,
        refreshed=refreshed,
        draw=draw,
        answered=SqlSent(database).event_of if thumbs else None,
        loopback=loopback,
        timing=timing,
    )
    replies.files = platform.files
    backlog.add_sender(Platform.TEAMS, platform.sender)
    async with closing:
        closing.callback(_check, teams)
        closing.push_async_callback(platform.stop)
        closing.push_async_callback(backlog.stop)
        if starts:
            await platform.start()
        if works:
            backlog.start()
        closing.push_async_callback(platform.close_intake)
        url = await closing.enter_async_context(_served(platform))
        yield Running(teams, platform, backlog, inbox, outbox, addresses, replies, url, database)


def _check(teams: FakeTeams) -> None:
    """Let nothing pass that Teams would not take."""
    said = [sent.activity for sent in teams.sent if sent.activity.get("type") == "message"]
    assert [problem for activity in said for problem in activity_problems(activity)] == []


@asynccontextmanager
async def _served(platform: TeamsPlatform) -> AsyncGenerator[str]:
    app = web.Application()
    platform.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/api/messages"
    finally:
        await runner.cleanup()


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the tests run on the real clock


# What stands in cards


def card_in(activity: Mapping[str, Any]) -> Fields:
    """Return the card of a message."""
    return activity["attachments"][0]["content"]


def parts(card: object) -> Iterator[Fields]:
    """Yield every object in *card*, the outer ones first."""
    if isinstance(card, list):
        for one in cast("list[object]", card):
            yield from parts(one)
    elif isinstance(card, dict):
        fields = cast("Fields", card)
        yield fields
        for value in fields.values():
            yield from parts(value)


def words_in(card: object) -> str:
    """Return all that *card* says, a line each."""
    return "\n".join(str(part["text"]) for part in parts(card) if "text" in part)


def data_of(card: object, label: str) -> Fields:
    """Return what the button with that label carries."""
    found = [p["data"] for p in parts(card) if p.get("title") == label and "data" in p]
    assert found, f"no button {label} in {json.dumps(card)[:2000]}"
    return found[0]


def entry(card: object, name: str) -> Fields:
    """Return the input for the field of that name."""
    return next(part for part in parts(card) if part.get("id") == f"field_{name}")


# Deliveries


def delivery_to(to: str = PERSON_OBJECT, reply: Reply | None = None, **changed: object) -> Delivery:
    """Return a delivery to a person's private chat, as a standup writes to them."""
    fields: Fields = {
        "key": f"teams:{TENANT}:prompt:{to}",
        "place": Place(platform=Platform.TEAMS, workspace=TENANT, channel=to),
        "person": Person(id=to, name=to.capitalize()),
        "reply": reply or Reply(text="How did it go?"),
        **changed,
    }
    return Delivery.model_validate(fields)


def in_room(channel: str, thread: str = "") -> Place:
    """Return a place in a channel."""
    return Place(
        platform=Platform.TEAMS,
        workspace=TENANT,
        channel=channel,
        thread=thread,
        venue=Venue.CHANNEL,
    )
