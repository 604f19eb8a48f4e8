"""Putting one message into Slack: a new one, one in place of another, or one to see alone."""

import re

import structlog

from bot.messages import Delivery
from bot.platforms.slack.api import Api, Refused
from bot.platforms.slack.envelope import marked_message, message_of
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.pictures import BAD_BLOCKS
from bot.platforms.slack.render import Rendered
from bot.platforms.slack.sources import Block

_NOT_TO_CHANGE = frozenset(
    {"cant_update_message", "channel_not_found", "edit_window_closed", "message_not_found"}
)
_TIMESTAMP = re.compile(r"\d+\.\d+")

log = structlog.get_logger(__name__)


class Posts:
    """Messages as Slack takes them, each by one call or two; every one raises as `Api.call`."""

    def __init__(self, api: Api) -> None:
        """Call Slack through *api*."""
        self._api = api

    async def put(self, delivery: Delivery, rendered: Rendered) -> str:
        """Put a message that can be found again where it belongs, if need be with words alone."""
        message = marked_message(delivery, rendered)
        try:
            return await self._change_or_post(delivery, message)
        except Refused as refused:
            if rendered.pictured or refused.code not in BAD_BLOCKS:
                raise
            log.warning("blocks_refused", code=refused.code)
        words = {name: value for name, value in message.items() if name != "blocks"}
        return await self._change_or_post(delivery, words)

    async def show_alone(self, delivery: Delivery, handle: Handle, rendered: Rendered) -> str:
        """Show a message at the delivery's place to its person alone."""
        message = message_of(rendered)
        if handle.response_url:
            try:
                return await self.respond(delivery, handle, message, "ephemeral")
            except Refused as refused:
                if rendered.pictured and refused.code in BAD_BLOCKS:
                    raise
                log.info("response_url_spent", key=delivery.key)
        place = {"channel": delivery.place.channel, "user": delivery.person.id}
        answer = await self._api.call(
            "chat.postEphemeral", **place, **_in_thread(delivery, message)
        )
        return str(answer.get("message_ts", ""))

    async def show_all(self, delivery: Delivery, handle: Handle, rendered: Rendered) -> str:
        """Show a message to everybody where the person is and Coach need not be."""
        message = marked_message(delivery, rendered)
        return await self.respond(delivery, handle, message, "in_channel")

    async def respond(
        self, delivery: Delivery, handle: Handle, message: Block, response_type: str
    ) -> str:
        """Answer an interaction where Slack said to."""
        where = {"response_type": response_type, "replace_original": False}
        await self._api.respond(handle.response_url, {**_in_thread(delivery, message), **where})
        return "response"

    async def _change_or_post(self, delivery: Delivery, message: Block) -> str:
        """Put *message* in place of the one that it replaces, or post it if that can't be."""
        if _TIMESTAMP.fullmatch(delivery.replaced_id):
            try:
                return await self._change(delivery, message)
            except Refused as refused:
                if refused.code not in _NOT_TO_CHANGE:
                    raise
                log.info("not_changed", key=delivery.key, code=refused.code)
        answer = await self._api.call(
            "chat.postMessage", channel=delivery.place.channel, **_in_thread(delivery, message)
        )
        return str(answer["ts"])

    async def _change(self, delivery: Delivery, message: Block) -> str:
        channel, ts = delivery.place.channel, delivery.replaced_id
        blocks = message.get("blocks", ())  # without any, the old ones would stay
        await self._api.call("chat.update", channel=channel, ts=ts, **{**message, "blocks": blocks})
        return ts


def _in_thread(delivery: Delivery, message: Block) -> Block:
    thread = delivery.place.thread
    return {**message, "thread_ts": thread} if thread else message
