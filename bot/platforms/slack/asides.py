"""What Coach does beside answering: showing that it is at work, and explaining at once.

All of it happens in the background after an event was taken in, and whatever fails is let go:
nothing here may delay or fail an event or its answer.
"""

import asyncio

import aiohttp

from bot.delivery import TryLater, Undeliverable
from bot.messages import Message, Place, Venue
from bot.platforms.slack.api import Api, Interrupted
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.markup import escaped
from bot.platforms.underway import Background

TROUBLE = (Undeliverable, TryLater, Interrupted, aiohttp.ClientError, TimeoutError)
_LONG = 400


class Asides:
    """Small things that Coach says or shows without keeping count of them."""

    def __init__(self, api: Api) -> None:
        """Call Slack through *api*."""
        self._api = api
        self._background = Background(TROUBLE)
        self._statuses: dict[tuple[str, str], asyncio.Task[None]] = {}

    def show_at_work(self, message: Message) -> None:
        """Say in the assistant pane what Coach is doing; Slack takes it away with the answer."""
        place = message.place
        if place.venue != Venue.ASSISTANT or message.opened:
            return
        where = place.channel, place.thread
        task = self._background.soon(self._set_status(place, _doing(message)))
        self._statuses[where] = task
        task.add_done_callback(lambda done: self._forget(where, done))

    def is_showing(self, place: Place) -> bool:
        """Tell whether Slack is just being told what Coach does there."""
        return (place.channel, place.thread) in self._statuses

    def show_done(self, place: Place) -> None:
        """Take back what was shown: it may have reached Slack only after the answer."""
        shown = self._statuses.get((place.channel, place.thread))
        self._background.soon(self._take_back(place, shown))

    def tell(self, handle: Handle, sentence: str, person: str = "") -> None:
        """Tell the person, and nobody else, something about what they just did.

        Where Slack gave no way to answer, *person* is written to privately.
        """
        if not sentence:
            return
        words = {"text": escaped(sentence), "mrkdwn": False}
        if handle.response_url:
            where = {"response_type": "ephemeral", "replace_original": False}
            self._background.soon(self._api.respond(handle.response_url, {**words, **where}))
        elif person:
            self._background.soon(self._api.call("chat.postMessage", channel=person, **words))

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        await self._background.close()

    async def _set_status(self, place: Place, status: str) -> None:
        await self._api.call(
            "assistant.threads.setStatus",
            channel_id=place.channel,
            thread_ts=place.thread,
            status=status,
        )

    async def _take_back(self, place: Place, shown: asyncio.Task[None] | None) -> None:
        if shown:
            await asyncio.wait({shown})
        await self._set_status(place, "")

    def _forget(self, where: tuple[str, str], task: asyncio.Task[None]) -> None:
        if self._statuses.get(where) is task:
            del self._statuses[where]


def _doing(message: Message) -> str:
    if Handle.read(message.handle).files:
        return "is reading your file…"
    return "is reading your draft…" if len(message.text) > _LONG else "is thinking…"
