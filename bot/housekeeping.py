"""Deleting what is past its time: drafts with their reviews, questions with their answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import StoreUnavailable
from bot.ports import Conversations, Policies, Reviews

_EVERY_SECONDS = 3_600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tidied:
    """How much was deleted."""

    reviews: int = 0
    answers: int = 0

    def __add__(self, other: "Tidied") -> "Tidied":
        """Add up what was deleted in several workspaces."""
        return Tidied(self.reviews + other.reviews, self.answers + other.answers)


class Housekeeping:
    """Keeps each workspace's retention, as its policy says; several replicas may do so at once."""

    def __init__(
        self,
        *,
        reviews: Reviews,
        conversations: Conversations,
        policies: Policies,
        now: Callable[[], datetime],
    ) -> None:
        """Delete from *reviews* and *conversations* by *policies*; *now* gives aware times."""
        self._reviews = reviews
        self._conversations = conversations
        self._policies = policies
        self._now = now

    async def tidy(self) -> Tidied:
        """Delete what is past its time in every workspace; say how much it was.

        Raises StoreUnavailable.
        """
        found = {*await self._reviews.workspaces(), *await self._conversations.workspaces()}
        tidied = Tidied()
        for workspace in sorted(found):
            tidied += await self._tidy(workspace)
        return tidied

    async def _tidy(self, workspace: str) -> Tidied:
        policy = await self._policies.policy(workspace)
        now = self._now()
        return Tidied(
            reviews=await self._reviews.expire(workspace, now - timedelta(days=policy.draft_days)),
            answers=await self._conversations.expire(
                workspace, now - timedelta(days=policy.answer_days)
            ),
        )

    async def run(self, stop: asyncio.Event, every: float = _EVERY_SECONDS) -> None:
        """Tidy now and *every* so many seconds, until *stop* is set."""
        while not stop.is_set():
            await self._try_to_tidy()
            try:
                await asyncio.wait_for(stop.wait(), every)
            except TimeoutError:
                continue

    async def _try_to_tidy(self) -> None:
        """Tidy; what does not work out is tried again the next time."""
        try:
            tidied = await self.tidy()
        except StoreUnavailable:
            log.warning("store_unavailable")
        except Exception:
            log.exception("housekeeping_failed")
        else:
            log.info("tidied", reviews=tidied.reviews, answers=tidied.answers)
