"""Delivering replies to Teams.

A bot may not read what stands in a conversation, so nothing can be looked up there: what was
interrupted is sent again, and is there twice if Teams had taken it. Only taking the place of an
earlier message may be repeated without harm.
"""

import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery import TryLater, Undeliverable
from bot.errors import StoreUnavailable
from bot.intents import HELPFUL
from bot.messages import Delivery, Reply, Venue
from bot.platforms.teams import cards
from bot.platforms.teams.pace import Backoff
from bot.platforms.teams.pictures import Pictures
from bot.platforms.teams.refusals import explained, reason_of
from bot.platforms.teams.rosters import Rosters
from bot.platforms.teams.routes import Routes
from bot.platforms.teams.wire import Interrupted, Line, Payload, Refused
from bot.ports import Address

_AGAIN_SECONDS = 1.0
_REMEMBERED = 1_000
_MOST_TIMES = 8  # some three minutes in all
_TOO_LARGE = 413
_NOT_FOUND = 404
_BAD_CARD = frozenset({400, _TOO_LARGE})
_NOT_THEIRS = (
    "I did not post it: Teams does not list you in that channel's team. Choose a channel of yours, "
    "or post the text yourself."
)
_NOT_TAKEN = "Teams failed each time that I sent it, so it may or may not have arrived."
_TOO_LONG = "The text is too long for one message in Teams. Post it in parts, or as a file."

log = structlog.get_logger(__name__)


class TeamsSender:
    """The outgoing side of Teams; see `bot.ports.Sender`."""

    def __init__(
        self,
        line: Line,
        routes: Routes,
        rosters: Rosters,
        pictures: Pictures,
        *,
        feedback_loop: bool,
    ) -> None:
        """Send through *line* to where *routes* lead.

        An author's own text goes only where *rosters* list them.
        With *feedback_loop* Teams' own thumbs stand under answers: only where a vote can be told
        which answer it is about.
        """
        self._line = line
        self._routes = routes
        self._rosters = rosters
        self._pictures = pictures
        self._feedback_loop = feedback_loop
        self._again = Backoff(time.monotonic, random.random)
        self._arrived: OrderedDict[str, str] = OrderedDict()

    async def send(self, delivery: Delivery) -> str:
        """See `bot.ports.Sender.send`; what makes a delivery impossible is told in a sentence."""
        self._again.check(delivery.key)
        try:
            sent = await self._send(delivery)
        except Refused as refused:
            log.info("refused", key=delivery.key, problem=str(refused))
            private = _is_private(delivery)
            sentence = explained(delivery, refused.status, refused.code, private=private)
            raise Undeliverable(sentence) from refused
        except StoreUnavailable as error:  # the address book: nothing was sent yet
            raise TryLater(_AGAIN_SECONDS) from error
        except Interrupted as problem:
            # Nobody can look it up, so it is sent again, each time later: it may be there already.
            log.warning("interrupted", key=delivery.key, problem=str(problem))
            if self._again.times(delivery.key) >= _MOST_TIMES:
                self._again.done(delivery.key)
                raise Undeliverable(_NOT_TAKEN) from problem
            raise self._again.wait(delivery.key) from problem
        self._again.done(delivery.key)
        self._remember(delivery.key, sent)
        return sent

    async def find(self, delivery: Delivery) -> str | None:
        """See `bot.ports.Sender.find`; only what this process saw arrive is known."""
        return self._arrived.get(delivery.key)

    async def _send(self, delivery: Delivery) -> str:
        if delivery.reply.posts_to:
            return await self._publish(delivery)
        if _is_private(delivery):
            return await self._write_to_person(delivery)
        address = await self._routes.to_place(delivery)
        return await self._answer(delivery, address, private=False)

    async def _write_to_person(self, delivery: Delivery) -> str:
        address = await self._routes.to_person(delivery)
        try:
            return await self._answer(delivery, address, private=True)
        except Refused as refused:
            if refused.status != _NOT_FOUND:
                raise
        # The chat that was known is none any more; where there still is a person, there is another.
        address = await self._routes.reopened(address)
        return await self._answer(delivery, address, private=True)

    async def _answer(self, delivery: Delivery, address: Address, *, private: bool) -> str:
        reply, place = delivery.reply, delivery.place
        moved = private and place.venue == Venue.CHANNEL

        async def show(picture: bytes | None) -> str:
            activity = cards.activity(
                reply,
                person_member=address.member if private else "",
                private=private,
                picture=picture,
                at=place if moved else None,
                feedback_loop=self._feedback_loop and _is_own_answer(delivery),
            )
            return await self._put(delivery, address, activity, "" if private else place.thread)

        return await self._shown(reply, show)

    async def _shown(self, reply: Reply, show: Callable[[bytes | None], Awaitable[str]]) -> str:
        picture = await self._pictures.of(reply.chart)
        if picture is not None:
            try:
                return await show(picture)
            except Refused as refused:
                if refused.status not in _BAD_CARD:
                    raise
                log.warning("picture_not_taken", code=refused.code)
        return await show(None)

    async def _put(
        self, delivery: Delivery, address: Address, activity: Payload, thread: str
    ) -> str:
        """Put a message in place of the one that it replaces, or post it if that can't be."""
        replaced = delivery.replaced_id
        if replaced:
            root = thread or (replaced if address.kind == "channel" else "")
            try:
                await self._line.update(address, replaced, activity, root)
            except Refused as refused:
                if refused.status == _TOO_LARGE:
                    raise
                log.info("not_changed", key=delivery.key, code=refused.code)
            else:
                return replaced
        return await self._post(address, activity, thread)

    async def _post(self, address: Address, activity: Payload, thread: str = "") -> str:
        if address.kind == "channel" and not thread:
            return await self._line.start_thread(address, activity)
        return await self._line.send(address, activity, thread)

    async def _publish(self, delivery: Delivery) -> str:
        """Post the author's text where the author said, or tell the author why not."""
        text = delivery.reply.text
        if not cards.can_be_posted(text):
            return await self._tell_author(delivery, _TOO_LONG)
        address = await self._routes.known(delivery.place.workspace, delivery.reply.posts_to)
        if address is None:
            return await self._tell_author(delivery, _NOT_THEIRS)
        try:
            # The author's client named the channel, and a client can be made to name any.
            if not await self._rosters.includes(address, delivery.person.id):
                return await self._tell_author(delivery, _NOT_THEIRS)
            return await self._post(address, cards.posted(text))
        except Refused as refused:
            why = reason_of(refused.status, refused.code, private=False)
        return await self._tell_author(delivery, f"I did not post it: {why}")

    async def _tell_author(self, delivery: Delivery, sentence: str) -> str:
        hidden = delivery.place.venue == Venue.CHANNEL
        told = delivery.model_copy(update={"reply": Reply(text=sentence, hidden=hidden)})
        return await self._send(told)

    def _remember(self, key: str, sent: str) -> None:
        self._arrived[key] = sent
        if len(self._arrived) > _REMEMBERED:
            self._arrived.popitem(last=False)


def _is_private(delivery: Delivery) -> bool:
    """Tell whether it goes to a private chat: Teams shows nothing to one person in a channel."""
    return delivery.place.venue != Venue.CHANNEL or delivery.reply.hidden


def _is_own_answer(delivery: Delivery) -> bool:
    """Tell whether a vote on the message is one on the answer of the same event."""
    votes = [button.value for button in delivery.reply.buttons if button.action == HELPFUL]
    return len(votes) == 1 and delivery.key.endswith(f":{votes[0]}")
