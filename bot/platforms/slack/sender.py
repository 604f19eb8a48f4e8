"""Delivering replies to Slack, and finding out whether one arrived.

A posted message carries the delivery's key twice, as metadata and in a block's id, so that it is
recognised in the channel's history. A streamed answer carries another mark from its first piece
on: when the stream breaks off, what is there already is completed, never written a second time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import aiohttp
import structlog

from bot.delivery import TryLater, Undeliverable
from bot.messages import Delivery, Venue
from bot.platforms.slack.api import Api, Interrupted, Refused
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.marks import begun, block_ids, carries, done, metadata
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.render import Rendered, render, render_home
from bot.platforms.slack.sources import Block

_PAGE = 200
_PAGES = 10
_PROMPTS = 4
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_TROUBLE = (Undeliverable, TryLater, Interrupted, aiohttp.ClientError, TimeoutError)

log = structlog.get_logger(__name__)


class SlackSender:
    """The outgoing side of Slack; see `bot.ports.Sender`."""

    def __init__(self, api: Api, me: Callable[[], Identity], pace: Pace, settle: float) -> None:
        """Send through *api*; look a doubtful delivery up after *settle* seconds."""
        self._api = api
        self._me = me
        self._pace = pace
        self._settle = settle

    async def send(self, delivery: Delivery) -> str:
        """See `bot.ports.Sender.send`."""
        handle = Handle.read(delivery.handle)
        if handle.home:
            return await self._publish_home(delivery)
        if delivery.reply.hidden or handle.private:
            return await self._whisper(delivery, handle)
        await self._pace.turn(delivery.place.channel)
        if delivery.reply.by_model and delivery.place.venue == Venue.ASSISTANT:
            return await self._stream(delivery, handle)
        return await self._post(delivery, handle)

    async def find(self, delivery: Delivery) -> str | None:
        """See `bot.ports.Sender.find`; completes an answer whose stream broke off.

        Slack keeps no record of what one person alone was shown, so an answer of that kind is
        never found, and is sent again. (The App Home just shows the same once more.)
        """
        handle = Handle.read(delivery.handle)
        if handle.home or handle.private or delivery.reply.hidden:
            return None
        await asyncio.sleep(self._settle)  # Slack may be still at work on the doubtful call
        async for message in self._written_since(delivery, handle.after):
            if carries(message, delivery):
                return message["ts"]
            if begun(delivery) in block_ids(message):
                return await self._complete(delivery, message["ts"])
        return None

    async def _publish_home(self, delivery: Delivery) -> str:
        user = delivery.person.id
        await self._api.call("views.publish", user_id=user, view=render_home(delivery.reply))
        return f"home:{user}"

    async def _whisper(self, delivery: Delivery, handle: Handle) -> str:
        """Show the reply to the asker alone."""
        message = _message(render(delivery.reply))
        if delivery.place.thread:
            message["thread_ts"] = delivery.place.thread
        if handle.response_url:
            try:
                return await self._respond(handle, message, "ephemeral")
            except Refused:
                log.info("response_url_spent", key=delivery.key)
        place = {"channel": delivery.place.channel, "user": delivery.person.id}
        answer = await self._api.call("chat.postEphemeral", **place, **message)
        return str(answer.get("message_ts", ""))

    async def _respond(self, handle: Handle, message: Block, response_type: str) -> str:
        where = {"response_type": response_type, "replace_original": False}
        await self._api.respond(handle.response_url, {**message, **where})
        return "response"

    async def _post(self, delivery: Delivery, handle: Handle) -> str:
        suggest = not await self._prompted(delivery)
        message = _marked(delivery, render(delivery.reply, suggest=suggest))
        if delivery.place.thread:
            message["thread_ts"] = delivery.place.thread
        try:
            answer = await self._post_message(delivery.place.channel, message)
        except Refused as refused:
            # Someone can share where Coach is no member; their own interaction may post there.
            if refused.code not in _NOT_THERE or not handle.response_url:
                raise
            return await self._respond(handle, message, "in_channel")
        return str(answer["ts"])

    async def _post_message(self, channel: str, message: Block) -> dict[str, Any]:
        try:
            return await self._api.call("chat.postMessage", channel=channel, **message)
        except Refused as refused:
            if refused.code not in _BAD_BLOCKS:
                raise
            log.warning("blocks_refused", code=refused.code)
            words = {name: value for name, value in message.items() if name != "blocks"}
            return await self._api.call("chat.postMessage", channel=channel, **words)

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
        except _TROUBLE as problem:
            log.info("no_prompts", problem=str(problem))
            return False
        return True

    async def _stream(self, delivery: Delivery, handle: Handle) -> str:
        rendered = render(delivery.reply)
        try:
            started = await self._api.call(
                "chat.startStream",
                channel=delivery.place.channel,
                thread_ts=delivery.place.thread,
                recipient_user_id=delivery.person.id,
                recipient_team_id=delivery.place.workspace,
                chunks=_chunks(_with_id(begun(delivery), rendered.paragraphs[:1])),
            )
        except (Refused, TryLater):
            return await self._post(delivery, handle)  # nothing is shown yet
        ts = str(started["ts"])
        try:
            await self._stream_rest(delivery, rendered, ts)
        except _TROUBLE as problem:
            log.warning("stream_broke_off", key=delivery.key, problem=str(problem))
            await self._complete_surely(delivery, ts)
        return ts

    async def _stream_rest(self, delivery: Delivery, rendered: Rendered, ts: str) -> None:
        channel = delivery.place.channel
        for paragraph in rendered.paragraphs[1:]:
            await self._api.call(
                "chat.appendStream", channel=channel, ts=ts, chunks=_chunks([paragraph])
            )
        end: Block = {"metadata": metadata(delivery)}
        if rendered.rest:
            end["blocks"] = _with_id(done(delivery), rendered.rest)
        await self._api.call("chat.stopStream", channel=channel, ts=ts, **end)

    async def _complete_surely(self, delivery: Delivery, ts: str) -> None:
        """Complete a stream, or leave that to `find`: asking to send again would double it."""
        try:
            await self._complete(delivery, ts)
        except TryLater as later:
            raise Interrupted("the stream broke off") from later

    async def _complete(self, delivery: Delivery, ts: str) -> str:
        """Put the whole answer in place of what a broken stream left."""
        channel = delivery.place.channel
        try:
            await self._api.call("chat.stopStream", channel=channel, ts=ts)
        except (Refused, Interrupted) as problem:
            log.info("stream_not_stopped", problem=str(problem))
        message = _marked(delivery, render(delivery.reply))
        await self._api.call("chat.update", channel=channel, ts=ts, **message)
        return ts

    async def _written_since(self, delivery: Delivery, after: str) -> AsyncIterator[dict[str, Any]]:
        """Yield Coach's own messages at the delivery's place."""
        place, me = delivery.place, self._me()
        where = {"channel": place.channel, "limit": _PAGE, "include_all_metadata": True}
        where |= {"ts": place.thread} if place.thread else {}
        where |= {"oldest": after} if after else {}
        method = "conversations.replies" if place.thread else "conversations.history"
        for _ in range(_PAGES):
            try:
                page = await self._api.call(method, **where)
            except Refused as refused:
                log.warning("no_look_up", key=delivery.key, problem=str(refused))
                return
            for message in page.get("messages", []):
                if me.bot_user == message.get("user") or me.bot == message.get("bot_id", " "):
                    yield message
            cursor = page.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
            where["cursor"] = cursor


def _message(rendered: Rendered) -> Block:
    """Write a message in which nothing is parsed, linked or unfolded."""
    return {
        "text": rendered.text,
        "blocks": rendered.blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _marked(delivery: Delivery, rendered: Rendered) -> Block:
    """Write a message that `find` recognises."""
    blocks = _with_id(done(delivery), rendered.blocks)
    return {**_message(rendered), "blocks": blocks, "metadata": metadata(delivery)}


def _with_id(block_id: str, blocks: Sequence[Block]) -> list[Block]:
    return [{**blocks[0], "block_id": block_id}, *blocks[1:]]


def _chunks(blocks: list[Block]) -> list[Block]:
    return [{"type": "blocks", "blocks": blocks}]
