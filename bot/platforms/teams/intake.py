"""Taking activities in that Microsoft posted: translated, stored, and only then answered.

What raises here is answered with a 503, so that Teams posts the activity again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.delivery import Undeliverable
from bot.errors import StoreUnavailable
from bot.messages import Message, Place, Platform, Press, Venue
from bot.platforms.serving import Accept
from bot.platforms.teams import cards
from bot.platforms.teams.activities import asks_for_form, from_activity, opened, opens_form
from bot.platforms.teams.asides import TROUBLE, Asides
from bot.platforms.teams.book import Book, told
from bot.platforms.teams.dialogs import Dialogs
from bot.platforms.teams.envelope import Handle, place_of, workspace_of
from bot.platforms.teams.invokes import Acted, acted
from bot.platforms.teams.payloads import part
from bot.platforms.teams.rosters import Rosters
from bot.platforms.teams.routes import Routes
from bot.platforms.teams.surfaces import CardSurface, DialogSurface, Surface, nothing_new
from bot.platforms.teams.wire import Line, Payload
from bot.ports import Address

Answered = Callable[[str, str, str], Awaitable[str]]
"""Takes workspace, conversation and Teams' id of a message; returns the event it answers, or ""."""

_ON_CARDS = "adaptiveCard/action"
_REVIEWING = "I am reading it. My review comes in our private chat."
_NO_WORDS = "There are no words in that message that I could review."
_NO_CHAT = (
    "I have no private chat with you to answer in. Open Apps in Teams, look for Coach and choose "
    "Add; then try again."
)
_NOT_NOW = (
    "Teams does not let me open our private chat at the moment. Please try again in a minute."
)
_RECEIVED = "Received."
_UNKNOWN = "I do not know that button any more. Write help to see what I can do."
_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


class Intake:
    """The incoming side of Teams."""

    def __init__(
        self,
        *,
        line: Line,
        book: Book,
        routes: Routes,
        rosters: Rosters,
        accept: Accept,
        dialogs: Dialogs,
        asides: Asides,
        answered: Answered | None,
        person_seconds: float,
        chat_seconds: float,
    ) -> None:
        """Store through *accept*, answer invokes with *dialogs*, and leave the rest to *asides*.

        *answered* tells which answer Teams' own thumbs stand under. Looking for somebody on a list
        of members may take *person_seconds*, getting hold of a private chat *chat_seconds*.
        """
        self._line = line
        self._book = book
        self._routes = routes
        self._rosters = rosters
        self._accept = accept
        self._dialogs = dialogs
        self._asides = asides
        self._answered = answered
        self._person_seconds = person_seconds
        self._chat_seconds = chat_seconds
        self._shown: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def handle(self, activity: Payload) -> Payload | None:
        """Take *activity* in; return the answer to an invoke."""
        if not workspace_of(activity):
            log.warning("activity_without_tenant", type=str(activity.get("type")))
            return None
        match activity.get("type"):
            case "invoke":
                return await self._invoked(activity)
            case "message":
                await self._book.note(activity)
                await self._said(activity)
            case "conversationUpdate" | "installationUpdate":
                await self._book.note(activity)
                await self._changed(activity)
            case _:  # reactions, edits, deletions, and whatever Teams thinks of next
                await self._book.note(activity)
        return None

    async def _said(self, activity: Payload) -> None:
        message = from_activity(activity)
        if message is None:
            return
        message = await self._where_allowed(message, activity)
        here = _here(activity, message.place)
        wants_form = asks_for_form(message) or opens_form(activity)
        if wants_form and await self._shows_form(message, here):
            return
        await self._accept(message)
        if here:
            self._asides.show_at_work(message, here)

    async def _shows_form(self, message: Message, here: Address | None) -> bool:
        """Post the form that *message* asks for; the same event gets it once."""
        event = message.place.workspace, message.id
        if here is None or event in self._shown:
            return here is not None
        self._shown[event] = None
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        posted = await self._post_form(message, here)
        if not posted:  # then another delivery of the event must not rely on it
            self._shown.pop(event, None)
        return posted

    async def _post_form(self, message: Message, here: Address) -> bool:
        form = await self._dialogs.message_with(message)
        try:
            if form:
                await self._line.send(here, form, message.place.thread)
        except TROUBLE as problem:
            log.warning("form_not_shown", problem=str(problem) or type(problem).__name__)
            return False
        return form is not None

    async def _changed(self, activity: Payload) -> None:
        """Greet whoever installed Coach; an update of the app is no reason to."""
        if str(activity.get("action", "")).endswith("upgrade"):
            return
        welcome = opened(activity)
        if welcome:
            # Teams may tell of it twice, once as an installation and once as a new member.
            day = str(activity.get("timestamp") or "")[:10]
            event = f"opened|{day}|{welcome.place.channel}"[:150]
            await self._accept(welcome.model_copy(update={"id": event}))

    async def _invoked(self, activity: Payload) -> Payload | None:
        name = str(activity.get("name") or "")
        surface = CardSurface() if name == _ON_CARDS else DialogSurface()
        try:
            await self._book.note(activity)
        except StoreUnavailable as error:
            return surface.says(error.sentence)
        done = acted(activity)
        if done is None:
            log.info("invoke_unknown", name=name[:60])
            return nothing_new(400, "BadRequest", _UNKNOWN) if name == _ON_CARDS else None
        return await self._done(activity, done, surface)

    async def _where_allowed(self, message: Message, activity: Payload) -> Message:
        """Return *message* at the place that it names, or where it came from.

        A card carries its place, and a client can be made to send another: it is taken only if
        Teams lists the person there.
        """
        own, place = place_of(activity), message.place
        if place.channel == own.channel:
            return message
        address = await self._routes.known(place.workspace, place.channel)
        try:
            async with asyncio.timeout(self._person_seconds):
                if address and await self._rosters.includes(address, message.person.id):
                    return message
        except TROUBLE as problem:
            log.info("place_not_confirmed", problem=str(problem) or type(problem).__name__)
        return message.model_copy(update={"place": own})

    async def _done(self, activity: Payload, done: Acted, surface: Surface) -> Payload | None:
        done = replace(done, message=await self._where_allowed(done.message, activity))
        member = str(part(activity, "from").get("id") or "")
        match done.do:
            case "form":
                return await self._dialogs.show(done.message, surface)
            case "submit":
                data = _data(activity)
                return await self._dialogs.take_in(done.message, data, surface, member)
            case "refresh":
                return await self._dialogs.refresh(done.message, surface, member)
            case "review":
                return await self._review(done.message, surface)
            case "press":
                return surface.says(
                    await self._dialogs.accepted_or_why_not(done.message) or _RECEIVED
                )
            case "feedback":
                return await self._vote(done.message)

    async def _review(self, message: Message, surface: Surface) -> Payload:
        """Have the chosen message reviewed, for the eyes of who chose it alone."""
        has_words = bool(message.text.strip())
        sentence = await self._read(message) if has_words else _NO_WORDS
        return surface.shows(cards.notice(sentence), "Review this update")

    async def _read(self, message: Message) -> str:
        """Accept *message* for the private chat with its person; return what to say to that."""
        try:
            async with asyncio.timeout(self._chat_seconds):
                chat = await self._routes.private(message.place.workspace, message.person)
                if chat and not chat.installed:  # what promises an answer has to be sure of it
                    chat = await self._routes.reopened(chat)
        except Undeliverable as refused:
            log.info("no_private_chat", problem=str(refused))
            return _NO_CHAT
        except TROUBLE:
            return _NOT_NOW
        if chat is None:
            return _NO_CHAT
        place = Place(
            platform=Platform.TEAMS,
            workspace=message.place.workspace,
            channel=chat.conversation,
            venue=Venue.PRIVATE,
        )
        privately = message.model_copy(update={"place": place})
        return await self._dialogs.accepted_or_why_not(privately) or _REVIEWING

    async def _vote(self, message: Message) -> Payload:
        """Note an opinion that was given with Teams' own thumbs."""
        place, about = message.place, Handle.read(message.handle).pressed
        answer = ""
        if self._answered and about and message.press:
            answer = await self._answered(place.workspace, place.channel, about)
        if answer and message.press:
            press = Press(action=message.press.action, value=answer)
            await self._accept(message.model_copy(update={"press": press}))
        return {}


def _here(activity: Payload, place: Place) -> Address | None:
    """Return where *activity* came from as an address to answer at at once."""
    private = place.venue != Venue.CHANNEL
    fitting = [each for each in told(activity) if (each.kind == "person") == private]
    return next((each for each in fitting if each.conversation), None)


def _data(activity: Payload) -> Payload:
    """Return what the pressed button carried."""
    value = part(activity, "value")
    action = part(value, "action")
    return part(action, "data") or part(value, "data")
