"""Writing an answer piece by piece in the assistant pane, and completing one that broke off."""

import structlog

from bot.delivery import TryLater
from bot.messages import Delivery
from bot.platforms.slack.api import Api, Interrupted, Refused
from bot.platforms.slack.asides import TROUBLE
from bot.platforms.slack.envelope import marked_message, with_id
from bot.platforms.slack.marks import begun, done, metadata
from bot.platforms.slack.render import Rendered, render
from bot.platforms.slack.sources import Block

log = structlog.get_logger(__name__)


class Streams:
    """Answers that appear while one watches."""

    def __init__(self, api: Api) -> None:
        """Call Slack through *api*."""
        self._api = api

    async def write(self, delivery: Delivery, rendered: Rendered) -> str | None:
        """Write *rendered* paragraph by paragraph; None if nothing of it can be shown this way.

        Raises Interrupted if it broke off and `complete` has to finish it.
        """
        try:
            started = await self._api.call(
                "chat.startStream",
                channel=delivery.place.channel,
                thread_ts=delivery.place.thread,
                recipient_user_id=delivery.person.id,
                recipient_team_id=delivery.place.workspace,
                chunks=_chunks(with_id(begun(delivery), rendered.paragraphs[:1])),
            )
        except (Refused, TryLater):
            return None
        ts = str(started["ts"])
        try:
            await self._rest(delivery, rendered, ts)
        except TROUBLE as problem:
            log.warning("stream_broke_off", key=delivery.key, problem=str(problem))
            await self._complete_surely(delivery, ts)
        return ts

    async def _rest(self, delivery: Delivery, rendered: Rendered, ts: str) -> None:
        channel = delivery.place.channel
        for paragraph in rendered.paragraphs[1:]:
            await self._api.call(
                "chat.appendStream", channel=channel, ts=ts, chunks=_chunks([paragraph])
            )
        end: Block = {"metadata": metadata(delivery)}
        if rendered.rest:
            end["blocks"] = with_id(done(delivery), rendered.rest)
        await self._api.call("chat.stopStream", channel=channel, ts=ts, **end)

    async def _complete_surely(self, delivery: Delivery, ts: str) -> None:
        """Complete a stream, or leave that to `find`: asking to send again would double it."""
        try:
            await self.complete(delivery, ts)
        except TryLater as later:
            raise Interrupted("the stream broke off") from later

    async def complete(self, delivery: Delivery, ts: str) -> str:
        """Put the whole answer in place of what a broken stream left."""
        channel = delivery.place.channel
        try:
            await self._api.call("chat.stopStream", channel=channel, ts=ts)
        except (Refused, Interrupted) as problem:
            log.info("stream_not_stopped", problem=str(problem))
        message = marked_message(delivery, render(delivery.reply))
        await self._api.call("chat.update", channel=channel, ts=ts, **message)
        return ts


def _chunks(blocks: list[Block]) -> list[Block]:
    return [{"type": "blocks", "blocks": blocks}]
