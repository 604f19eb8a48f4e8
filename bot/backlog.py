"""Working through what came in and delivering what goes out, across crashes and replicas.

A platform calls `accept` before it acknowledges an event. From then on the event is answered once:
the inbox remembers it until its reply stands in the outbox, and the outbox until the reply is sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

import structlog

from bot.delivery import TryLater, Undeliverable
from bot.errors import StoreUnavailable
from bot.messages import Delivery, Message, Place, Platform, Reply
from bot.metrics import Metrics
from bot.ports import Inbox, Outbox, Sender

_POLL_SECONDS = 1.0
_RENEW_SECONDS = 10.0
_GRACE_SECONDS = 20.0

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
Stored = TypeVar("Stored")


class Replies(Protocol):
    """Whatever turns a message into a reply: Coach."""

    async def reply(self, message: Message) -> Reply | None:
        """Return what to say, or None for nothing."""
        ...


class Backlog:
    """The two queues of a running Coach and the tasks that empty them."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        coach: Replies,
        metrics: Metrics,
        workers: int = 8,
    ) -> None:
        """Answer with *coach*, *workers* at a time; send through what `add_sender` is given."""
        self._inbox = inbox
        self._outbox = outbox
        self._coach = coach
        self._senders: dict[Platform, Sender] = {}
        self._metrics = metrics
        self._workers = workers
        self._arrived = asyncio.Event()
        self._answered = asyncio.Event()
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []

    def add_sender(self, platform: Platform, sender: Sender) -> None:
        """Deliver what goes to *platform* through *sender*."""
        self._senders[platform] = sender

    async def accept(self, message: Message) -> None:
        """Store *message* durably; only then may its event be acknowledged.

        Raises StoreUnavailable when it could not be stored.
        """
        await self._inbox.put(message)
        self._metrics.events.labels(message.place.platform).inc()
        self._arrived.set()

    def start(self) -> None:
        """Start working in the background."""
        self._loops = [
            asyncio.create_task(self._drain(self._inbox.claim, self._answer, self._arrived)),
            asyncio.create_task(self._drain(self._outbox.claim, self._send, self._answered)),
            asyncio.create_task(self._look_after()),
        ]

    async def stop(self) -> None:
        """Finish what is being worked on; what still waits stays stored for the next start."""
        self._stopping = True
        self._arrived.set()
        self._answered.set()
        if not self._loops:
            return
        *drains, look_after = self._loops
        await asyncio.wait(drains, timeout=_GRACE_SECONDS)
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*drains, look_after, return_exceptions=True)

    async def _drain(
        self,
        claim: Callable[[int], Awaitable[list[Item]]],
        work: Callable[[Item], Coroutine[Any, Any, None]],
        wake: asyncio.Event,
    ) -> None:
        """Claim items whenever there are any, and work on up to `workers` of them at a time."""
        running: set[asyncio.Task[None]] = set()
        while not self._stopping:
            wake.clear()
            items = await self._claimed(claim, self._workers - len(running))
            running |= {asyncio.create_task(work(item)) for item in items}
            if len(running) >= self._workers:
                _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            elif not items:
                running = await _until(wake, running)
        if running:
            await asyncio.wait(running)

    async def _claimed(
        self, claim: Callable[[int], Awaitable[list[Item]]], limit: int
    ) -> list[Item]:
        try:
            return await claim(limit)
        except StoreUnavailable:
            log.warning("store_unavailable")
            return []

    async def _answer(self, message: Message) -> None:
        """Work on one message until its reply is stored."""
        with self._metrics.answering.labels(message.place.platform).time():
            reply = await self._coach.reply(message)
        deliveries = [delivery_of(message, reply)] if reply else []
        if await _surely(lambda: self._inbox.finish(message, deliveries)):
            self._answered.set()

    async def _send(self, delivery: Delivery) -> None:
        key, platform = delivery.key, delivery.place.platform
        sender = self._senders.get(platform)
        if sender is None:
            await _surely(lambda: self._outbox.failed(key, f"{platform} is not configured"))
            return
        outcome = "sent"
        try:
            platform_id = await sender.send(delivery)
            await _surely(lambda: self._outbox.sent(key, platform_id))
        except TryLater as later:
            outcome, seconds = "later", later.seconds
            await _surely(lambda: self._outbox.retry(key, seconds))
        except Undeliverable as problem:
            outcome, reason = "failed", str(problem)
            log.warning("undeliverable", key=key, reason=reason)
            notice = _complaint(delivery, reason)
            await _surely(lambda: self._outbox.failed(key, reason, notice))
            self._answered.set()
        except Exception:
            outcome = "interrupted"
            log.exception("send_interrupted", key=key)
            await self._reconcile(delivery)
        self._metrics.deliveries.labels(platform, outcome).inc()

    async def _reconcile(self, delivery: Delivery) -> None:
        """Settle a delivery that may have arrived: look it up, and send it again if it did not."""
        key = delivery.key
        sender = self._senders.get(delivery.place.platform)
        while sender:
            try:
                platform_id = await sender.find(delivery)
                break
            except TryLater as later:
                await asyncio.sleep(later.seconds)
            except Exception:
                log.exception("look_up_failed", key=key)
                await asyncio.sleep(_RENEW_SECONDS)
        else:
            await _surely(lambda: self._outbox.failed(key, "its platform is not configured"))
            return
        if platform_id:
            await _surely(lambda: self._outbox.sent(key, platform_id))
        else:
            await _surely(lambda: self._outbox.retry(key, 0))
            self._answered.set()

    async def _look_after(self) -> None:
        """Keep this replica's leases and take over from replicas that died."""
        async with asyncio.TaskGroup() as reconciling:
            while not self._stopping:
                try:
                    for orphan in await self._outbox.orphans():
                        reconciling.create_task(self._reconcile(orphan))
                    self._metrics.waiting.labels("inbox").set(await self._inbox.waiting())
                    self._metrics.waiting.labels("outbox").set(await self._outbox.waiting())
                    await self._inbox.renew()
                    await self._outbox.renew()
                except StoreUnavailable:
                    log.warning("store_unavailable")
                await asyncio.sleep(_RENEW_SECONDS)


async def _surely(store: Callable[[], Awaitable[Stored]]) -> Stored:
    """Repeat *store* until the database takes it: what happened outside can't be taken back."""
    while True:
        try:
            return await store()
        except StoreUnavailable:
            log.warning("store_unavailable")
            await asyncio.sleep(_POLL_SECONDS)


async def _until(wake: asyncio.Event, running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Wait for news, for a task to end, or for the next poll; return the tasks still running."""
    news = asyncio.create_task(wake.wait())
    await asyncio.wait({news, *running}, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    news.cancel()
    return {task for task in running if not task.done()}


def _complaint(delivery: Delivery, reason: str) -> Delivery | None:
    """Tell whoever should hear of it that *delivery* could not be delivered, and why."""
    person, place = delivery.complain_to, delivery.place
    if person is None or person.id == place.channel:
        return None
    what = delivery.reply.text.split("\n", 1)[0]
    return Delivery(
        key=f"{delivery.key}:complaint",
        place=Place(platform=place.platform, workspace=place.workspace, channel=person.id),
        person=person,
        reply=Reply(text=f"I could not deliver this: “{what[:120]}”\n\n{reason}"),
    )


def delivery_of(message: Message, reply: Reply) -> Delivery:
    """Address *reply* to where *message* came from; one message has one reply."""
    place = message.place
    return Delivery(
        key=f"{place.platform}:{place.workspace}:{message.id}",
        place=place,
        person=message.person,
        reply=reply,
        handle=message.handle,
    )
