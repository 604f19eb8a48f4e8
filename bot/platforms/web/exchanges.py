"""Questions under way and just answered, so that asking again with the same id asks once."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

from bot.messages import Message, Reply
from bot.platforms.web.refusals import Refused

_GRACE_SECONDS = 20.0

Replying = Callable[[Message], Awaitable[Reply | None]]


class Exchanges:
    """Answers each message once, also when its connection broke and the page sends it again.

    Reviews are forgotten once given: a draft that its author deletes is gone from here too.
    """

    def __init__(self, reply: Replying, keep: int = 500) -> None:
        """Answer with *reply* and remember the last *keep* exchanges."""
        self._reply = reply
        self._keep = keep
        self._known: dict[str, tuple[bytes, asyncio.Task[Reply | None]]] = {}
        self._running: set[asyncio.Task[Reply | None]] = set()

    async def answer(self, message: Message) -> Reply | None:
        """Return the reply to *message*: the one under way or given before, if there is one.

        Raises Refused when its id was used for something else.
        """
        digest = sha256(message.model_dump_json().encode()).digest()
        if message.id not in self._known:
            self._begin(message, digest)
        known, task = self._known[message.id]
        if known != digest:
            raise Refused(409, "That id was used before. Reload the page and try again.")
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for what is under way, 20 seconds at most."""
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE_SECONDS)

    def _begin(self, message: Message, digest: bytes) -> None:
        task = asyncio.create_task(self._answer(message))
        self._known[message.id] = (digest, task)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self._forget_oldest()

    async def _answer(self, message: Message) -> Reply | None:
        """Answer, and remember only what succeeded: what failed may be tried again."""
        remembered = False
        try:
            reply = await self._reply(message)
            remembered = reply is None or not (reply.reference or _holds_a_draft(reply))
            return reply
        finally:
            if not remembered:
                self._known.pop(message.id, None)

    def _forget_oldest(self) -> None:
        surplus = len(self._known) - self._keep
        done = [key for key, (_, task) in self._known.items() if task.done()]
        for key in done[: max(0, surplus)]:
            del self._known[key]


def _holds_a_draft(reply: Reply) -> bool:
    return reply.marked is not None or any(section.verbatim for section in reply.sections)
