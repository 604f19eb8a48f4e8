"""The library: search over the coaching cards and a workspace's own documents."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

from tokenizers import Tokenizer

from knowledge.cards import load_cards, load_uncovered
from knowledge.passages import Passage
from knowledge.remembered import load_corrections
from knowledge.shelves import CardShelf, DocumentShelf, FoundCard, FoundPassage
from knowledge.spelling import card_speller
from knowledge.vectors import AT_ONCE, GENTLY, Pace, Progress, VectorStore, no_progress

_THREADS = 2
_REVISION_SECONDS = 2.0
_PATIENCE = 30.0  # a first start embeds everything in about ten seconds
_LONG_WORDS = 40
_MAX_WINDOWS = 8
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Result = TypeVar("Result")


class NotReady(Exception):
    """The library is still being indexed."""


class DocumentSource(Protocol):
    """Where the text of a workspace's documents is kept."""

    async def revision(self, workspace: str) -> str:
        """Return something that changes whenever the workspace's documents do."""
        ...

    async def passages(self, workspace: str) -> Sequence[Passage]:
        """Return all passages of the workspace."""
        ...


@dataclass(frozen=True)
class Found:
    """What a search found, best first.

    `question` is the question as read: spelled out and corrected. `covered` is the log odds that
    the cards cover it, `similarity` the cosine to the nearest known question of any card, `topic`
    the nearest topic known not to be covered.
    """

    question: str
    cards: tuple[FoundCard, ...]
    passages: tuple[FoundPassage, ...]
    covered: float
    similarity: float
    topic: str


@dataclass
class _Workspace:
    shelf: DocumentShelf
    revision: str
    checked: float


class Library:
    """Cards and documents, ready to be searched once `warm` has run."""

    def __init__(
        self,
        store: VectorStore,
        source: DocumentSource,
        tokenizer: Tokenizer,
        patience: float = _PATIENCE,
    ) -> None:
        """Search in *store*; read documents from *source*; correct words known to *tokenizer*.

        Who asks before the first `warm` is done waits for it, up to *patience* (seconds).
        """
        self._store = store
        self._source = source
        self._speller = card_speller(tokenizer, load_corrections())
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="library")
        self._cards: CardShelf | None = None
        self._warmed = asyncio.Event()
        self._patience = patience
        self._workspaces: dict[str, _Workspace] = {}

    @property
    def ready(self) -> bool:
        """Whether it can be searched."""
        return self._cards is not None

    async def warm(self, progress: Progress = no_progress, pace: Pace = AT_ONCE) -> None:
        """Bring the cards' index up to date; searches go on on the old one meanwhile."""
        self._cards = await self._off_loop(
            lambda: CardShelf.build(
                load_cards(), load_uncovered(), self._speller, self._store, progress, pace
            )
        )
        self._warmed.set()

    async def rebuild(self, workspace: str, progress: Progress = no_progress) -> None:
        """Embed the cards and the workspace's documents anew."""
        for purpose in ("cards", f"documents {workspace}"):
            await self._off_loop(lambda purpose=purpose: self._store.drop(purpose))
        await self.warm(progress, GENTLY)
        await self.refresh(workspace, await self._source.passages(workspace), progress)

    async def refresh(
        self, workspace: str, passages: Sequence[Passage], progress: Progress = no_progress
    ) -> None:
        """Make the workspace's index hold exactly *passages*; only new text is embedded."""
        # Which revision the caller read them from is unknown, so the next check reads them again.
        await self._shelve(workspace, passages, "", progress)

    async def _shelve(
        self, workspace: str, passages: Sequence[Passage], revision: str, progress: Progress
    ) -> None:
        await self._off_loop(lambda: DocumentShelf.sync(self._store, workspace, passages, progress))
        shelf = DocumentShelf(self._store, workspace, passages)
        self._workspaces[workspace] = _Workspace(shelf, revision, time.monotonic())

    async def search(self, readings: Sequence[str], workspace: str) -> Found:
        """Search for a question, given one or more readings of it, the plainest first.

        Raises NotReady when the first `warm` takes too long and VectorStoreUnavailable.
        """
        cards, documents = await self._first_cards(), await self._documents(workspace)
        return await self._off_loop(lambda: self._search(cards, documents, readings))

    async def _first_cards(self) -> CardShelf:
        if self._cards is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._warmed.wait(), self._patience)
        if self._cards is None:
            raise NotReady
        return self._cards

    def _search(self, cards: CardShelf, documents: DocumentShelf, readings: Sequence[str]) -> Found:
        texts = [self._speller.read(reading, documents.terms) for reading in readings]
        pieces = _windows(texts[0])
        vectors = self._store.embeddings.embed(texts + pieces)
        pairs = list(zip(texts + pieces, vectors, strict=True))
        judged = cards.search(pairs[: len(texts)], pairs[len(texts) :])
        passages = documents.search(*pairs[len(texts) - 1])
        return Found(
            question=texts[0],
            cards=judged.cards,
            passages=passages,
            covered=judged.covered,
            similarity=judged.similarity,
            topic=judged.topic,
        )

    async def _documents(self, workspace: str) -> DocumentShelf:
        """Return the workspace's shelf, brought up to date if its documents have changed."""
        known = self._workspaces.get(workspace)
        if known and time.monotonic() - known.checked < _REVISION_SECONDS:
            return known.shelf
        # Read before the passages: a change in between is then noticed at the next check.
        revision = await self._source.revision(workspace)
        if known and revision == known.revision:
            known.checked = time.monotonic()
            return known.shelf
        passages = await self._source.passages(workspace)
        await self._shelve(workspace, passages, revision, no_progress)
        return self._workspaces[workspace].shelf

    async def _off_loop(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let running searches end and stop."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _windows(text: str) -> list[str]:
    """Return overlapping pairs of sentences of a long question, whose vector alone would blur."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    if len(text.split()) <= _LONG_WORDS or len(sentences) < 3:
        return []
    return [" ".join(pair) for pair in pairwise(sentences)][:_MAX_WINDOWS]
