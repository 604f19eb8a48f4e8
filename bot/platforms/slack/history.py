"""Coach's own messages in a conversation, read back to find out whether one arrived."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog

from bot.messages import Delivery
from bot.platforms.slack.api import Api, Refused
from bot.platforms.slack.identity import Identity

_PAGE = 200
_PAGES = 10

log = structlog.get_logger(__name__)


class History:
    """What Coach wrote, as Slack remembers it."""

    def __init__(self, api: Api, me: Callable[[], Identity]) -> None:
        """Read through *api* what *me* wrote."""
        self._api = api
        self._me = me

    async def written_since(self, delivery: Delivery, after: str) -> AsyncIterator[dict[str, Any]]:
        """Yield Coach's own messages at the delivery's place, from timestamp *after* on."""
        place, me = delivery.place, self._me()
        where = {"channel": place.channel, "limit": _PAGE, "include_all_metadata": True}
        where |= {"ts": place.thread} if place.thread else {}
        where |= {"oldest": after, "inclusive": True} if after else {}
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
