"""Delivering replies to Slack, and finding out whether one arrived.

A posted message carries the delivery's key twice, as metadata and in a block's id, so that it is
recognised in the channel's history. A streamed answer carries another mark from its first piece
on: when the stream breaks off, what is there already is completed, never written a second time.
What takes the place of an earlier message carries its own key from then on.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.delivery import Undeliverable
from bot.messages import Delivery, Reply, Venue
from bot.platforms.slack.api import Api, NeedsAdmin, Refused
from bot.platforms.slack.asides import TROUBLE, Asides
from bot.platforms.slack.envelope import marked_message
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.history import History
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.marks import begun, block_ids, brings_file, carries
from bot.platforms.slack.markup import escaped
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.page import Page
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.posts import Posts
from bot.platforms.slack.refusals import explained
from bot.platforms.slack.remarks import TextFile, aloud
from bot.platforms.slack.render import Rendered, render, render_home
from bot.platforms.slack.sources import Block
from bot.platforms.slack.streams import Streams
from bot.platforms.slack.uploads import Uploads

_PROMPTS = 4
_PREVIEW = 3500
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
_NOT_SEEN_THERE = _NOT_THERE | {"user_not_in_channel", "is_archived"}
_INVITE = "I am not in that channel. Invite me there (/invite @Coach), then post it again."
_NOT_POSTED = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "That channel is archived. Choose another one.",
}
_MAY_NOT_POST = "I may not post in that channel. Choose another one, or post the text yourself."
_TOO_LONG = "The text is too long for one message in Slack. Post it in parts, or as a file."
_SENT_DIRECTLY = "It is long, so I have sent it to you in our private conversation."

log = structlog.get_logger(__name__)


class SlackSender:
    """The outgoing side of Slack; see `bot.ports.Sender`."""

    def __init__(
        self,
        api: Api,
        me: Callable[[], Identity],
        pace: Pace,
        asides: Asides,
        uploads: Uploads,
        pictures: Pictures,
        settle: float,
    ) -> None:
        """Send through *api*; look a doubtful delivery up after *settle* seconds."""
        self._api = api
        self._history = History(api, me)
        self._streams = Streams(api)
        self._posts = Posts(api)
        self._uploads = uploads
        self._pictures = pictures
        self._pace = pace
        self._asides = asides
        self._settle = settle

    async def send(self, delivery: Delivery) -> str:
        """See `bot.ports.Sender.send`; what makes a delivery impossible is told in a sentence."""
        try:
            return await self._send(delivery, Handle.read(delivery.handle))
        except Refused as refused:
            log.info("refused", key=delivery.key, problem=str(refused))
            raise Undeliverable(explained(delivery, refused.code)) from refused

    async def _send(self, delivery: Delivery, handle: Handle) -> str:
        if delivery.reply.posts_to:
            return await self._publish(delivery, handle)
        if handle.home:
            return await self._publish_home(delivery)
        late = self._asides.is_showing(delivery.place)
        sent = await self._answer(delivery, handle)
        if late:
            self._asides.show_done(delivery.place)
        return sent

    async def find(self, delivery: Delivery) -> str | None:
        """See `bot.ports.Sender.find`; completes an answer that broke off.

        Slack keeps no record of what one person alone was shown, so an answer of that kind is
        never found, and is sent again. (The App Home just shows the same once more.)
        """
        handle = Handle.read(delivery.handle)
        if delivery.reply.posts_to:
            return await self._find_published(delivery, handle)
        files = render(delivery.reply).files
        if handle.home or (_is_unseen(delivery, handle) and not files):
            return None
        await asyncio.sleep(self._settle)  # Slack may be still at work on the doubtful call
        return await self._found(await self._directed(delivery, handle), handle, files)

    async def _found(
        self, delivery: Delivery, handle: Handle, files: Sequence[TextFile] = ()
    ) -> str | None:
        ts, complete, after = None, not files, handle.after or delivery.replaced_id
        async for message in self._history.written_since(delivery, after):
            if begun(delivery) in block_ids(message) and not carries(message, delivery):
                return await self._streams.complete(delivery, message["ts"])
            ts = message["ts"] if carries(message, delivery) else ts
            complete = complete or brings_file(message, delivery)
            if ts and complete:
                return ts
        if ts and not complete:
            await self._share(delivery, files)
        return ts

    async def _answer(self, delivery: Delivery, handle: Handle) -> str:
        rendered = render(delivery.reply)
        unseen = _is_unseen(delivery, handle)
        if unseen and not rendered.files:
            return await self._whisper(delivery, handle)
        if unseen or rendered.files or delivery.replaced_id:
            delivery = await self._directed(delivery, handle)
        await self._pace.turn(delivery.place.channel)
        if rendered.files:
            ts = await self._post_with_files(delivery, rendered.files)
            self._asides.tell(handle, _SENT_DIRECTLY if unseen else "")
            return ts
        if _can_be_streamed(delivery):
            streamed = await self._streams.write(delivery, rendered)
            if streamed:
                return streamed
        return await self._post(delivery, handle)

    async def _directed(self, delivery: Delivery, handle: Handle) -> Delivery:
        """Return *delivery* to the person's private conversation where it is for them alone."""
        place, person = delivery.place, delivery.person.id
        if place.channel != person and not _is_unseen(delivery, handle):
            return delivery
        direct = {"channel": await self._conversation_with(person), "thread": ""}
        place = place.model_copy(update={**direct, "venue": Venue.PRIVATE})
        return delivery.model_copy(update={"place": place})

    async def _conversation_with(self, person: str) -> str:
        try:
            opened = await self._api.call("conversations.open", users=person)
        except (Refused, NeedsAdmin):
            return person  # Slack takes a person for a channel, though it finds nothing there
        return str(opened["channel"]["id"])

    async def _publish(self, delivery: Delivery, handle: Handle) -> str:
        """Post the author's text where the author said, or tell the author why not."""
        posted = _published(delivery)
        blocks = aloud(delivery.reply.text)
        if not Page().takes(blocks):
            return await self._tell_author(delivery, handle, _TOO_LONG)
        text = escaped(delivery.reply.text[:_PREVIEW])
        message = marked_message(delivery, Rendered(text, tuple(blocks), ()))
        await self._pace.turn(posted.place.channel)
        try:
            answer = await self._api.call(
                "chat.postMessage", channel=posted.place.channel, **message
            )
        except Refused as refused:
            why = _NOT_POSTED.get(refused.code, _MAY_NOT_POST)
            return await self._tell_author(delivery, handle, f"I did not post it. {why}")
        return str(answer["ts"])

    async def _tell_author(self, delivery: Delivery, handle: Handle, sentence: str) -> str:
        reply = Reply(text=sentence, hidden=delivery.place.venue == Venue.CHANNEL)
        return await self._answer(delivery.model_copy(update={"reply": reply}), handle)

    async def _find_published(self, delivery: Delivery, handle: Handle) -> str | None:
        await asyncio.sleep(self._settle)
        found = await self._found(_published(delivery), handle)
        if found or _is_unseen(delivery, handle) or delivery.place.venue == Venue.CHANNEL:
            return found
        return await self._found(await self._directed(delivery, handle), handle)

    async def _publish_home(self, delivery: Delivery) -> str:
        user, reply = delivery.person.id, delivery.reply

        async def show(picture: Block | None) -> str:
            view = render_home(reply, picture)
            await self._api.call("views.publish", user_id=user, view=view)
            return f"home:{user}"

        return await self._pictures.shown(reply.chart, show)

    async def _whisper(self, delivery: Delivery, handle: Handle) -> str:
        """Show the reply to the asker alone."""

        async def show(picture: Block | None) -> str:
            return await self._posts.show_alone(
                delivery, handle, render(delivery.reply, picture=picture)
            )

        try:
            return await self._pictures.shown(delivery.reply.chart, show)
        except Refused as refused:
            if refused.code not in _NOT_SEEN_THERE:
                raise
        return await self._post(await self._directed(delivery, handle), handle)

    async def _post(self, delivery: Delivery, handle: Handle) -> str:
        suggest = not await self._prompted(delivery)

        async def show(picture: Block | None) -> str:
            return await self._posts.put(
                delivery, render(delivery.reply, suggest=suggest, picture=picture)
            )

        try:
            return await self._pictures.shown(delivery.reply.chart, show)
        except Refused as refused:
            # Someone can share where Coach is no member; their own interaction may post there.
            shareable = handle.response_url and not _is_secret(delivery, handle)
            if refused.code not in _NOT_THERE or not shareable:
                raise
        return await self._posts.show_all(delivery, handle, render(delivery.reply, suggest=suggest))

    async def _post_with_files(self, delivery: Delivery, files: Sequence[TextFile]) -> str:
        uploads = await self._uploads.prepare(delivery, files)

        async def show(picture: Block | None) -> str:
            return await self._posts.put(
                delivery, render(delivery.reply, attach=bool(uploads), picture=picture)
            )

        ts = await self._pictures.shown(delivery.reply.chart, show)
        if uploads:
            await self._uploads.share(delivery, uploads)
        return ts

    async def _share(self, delivery: Delivery, files: Sequence[TextFile]) -> None:
        uploads = await self._uploads.prepare(delivery, files)
        if uploads:
            await self._uploads.share(delivery, uploads)

    async def _prompted(self, delivery: Delivery) -> bool:
        """Offer the suggestions as the assistant pane's own prompts, where there is one."""
        place, questions = delivery.place, delivery.reply.suggestions[:_PROMPTS]
        if place.venue != Venue.ASSISTANT or not questions:
            return False
        try:
            await self._api.call(
                "assistant.threads.setSuggestedPrompts",
                channel_id=place.channel,
                thread_ts=place.thread,
                prompts=[{"title": question, "message": question} for question in questions],
            )
        except TROUBLE as problem:
            log.info("no_prompts", problem=str(problem))
            return False
        return True


def _is_secret(delivery: Delivery, handle: Handle) -> bool:
    """Tell whether nobody but the person may see it."""
    return delivery.reply.hidden or handle.private


def _is_unseen(delivery: Delivery, handle: Handle) -> bool:
    """Tell whether it is secret in a place where others may be."""
    return _is_secret(delivery, handle) and delivery.place.channel != delivery.person.id


def _can_be_streamed(delivery: Delivery) -> bool:
    plain = delivery.reply.chart is None and not delivery.replaced_id
    return delivery.reply.by_model and delivery.place.venue == Venue.ASSISTANT and plain


def _published(delivery: Delivery) -> Delivery:
    """Return *delivery* at the channel that its author chose."""
    where = {"channel": delivery.reply.posts_to, "thread": "", "venue": Venue.CHANNEL}
    return delivery.model_copy(update={"place": delivery.place.model_copy(update=where)})
