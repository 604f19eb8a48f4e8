"""What one search works on: the shipped cards, or the documents of one workspace."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.cards import Card, UncoveredTopic
from knowledge.coverage import Coverage
from knowledge.embeddings import Vectors
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage
from knowledge.ranking import Asked, CardRanker, Scores
from knowledge.spelling import Speller
from knowledge.vectors import AT_ONCE, GENTLY, Pace, Progress, VectorStore

_CARDS = "cards"
_NEAREST = 20
_SHOWN = 8
_LEXICAL_SHARE = 0.3
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class FoundCard:
    """A card and its fused score; scores compare within one search only."""

    card: Card
    score: float


@dataclass(frozen=True)
class FoundPassage:
    """A passage of a document.

    `score` is its cosine to the question plus 0.3 times the share of the question's words in it,
    rare words weighing more: about 0 to 1.3.
    """

    passage: Passage
    score: float


@dataclass(frozen=True)
class Judged:
    """Cards found for a question, and whether they cover it.

    `covered` is in log odds; `similarity` is the cosine to the nearest known question; `topic`
    labels the uncovered topic that the question is nearest to.
    """

    cards: tuple[FoundCard, ...]
    covered: float
    similarity: float
    topic: str


class CardShelf:
    """All cards, ranked for a question, with a verdict on whether they cover it."""

    def __init__(
        self,
        cards: Sequence[Card],
        asked: Asked,
        topics: Sequence[UncoveredTopic],
        uncovered: Vectors,
    ) -> None:
        """Learn from the questions *asked* of cards and those that *topics* leave uncovered."""
        self._cards = cards
        self._known = np.concatenate([asked.vectors, uncovered])
        self._covered = len(asked.vectors)
        self._labels = [topic.label for topic in topics for _ in topic.questions]
        self._ranker = CardRanker(cards, asked)
        self._coverage = Coverage(self._known, self._covered)

    @classmethod
    def build(
        cls,
        cards: Sequence[Card],
        topics: Sequence[UncoveredTopic],
        speller: Speller,
        store: VectorStore,
        progress: Progress,
        pace: Pace = AT_ONCE,
    ) -> Self:
        """Bring the known questions' vectors in *store* up to date and build the shelf on them."""
        covered = [
            (speller.read(text), owner) for owner, card in enumerate(cards) for text in card.asked
        ]
        uncovered = [speller.read(text) for topic in topics for text in topic.questions]
        texts = [text for text, _ in covered] + uncovered
        store.sync(_CARDS, {_id(text): text for text in texts}, progress, pace)
        ids, matrix = store.load(_CARDS)
        row = {id_: n for n, id_ in enumerate(ids)}
        vectors = matrix[[row[_id(text)] for text in texts]]
        asked = Asked(
            texts=tuple(text for text, _ in covered),
            vectors=vectors[: len(covered)],
            owner=np.array([owner for _, owner in covered]),
        )
        return cls(cards, asked, topics, vectors[len(covered) :])

    def search(
        self,
        readings: Sequence[tuple[str, Vectors]],
        windows: Sequence[tuple[str, Vectors]] = (),
    ) -> Judged:
        """Rank the cards for a question, given one or more readings of it with their vectors.

        *windows* are pieces of a long question: they help to rank, but say nothing of coverage.
        """
        everything = (*readings, *windows)
        similar = [self._known @ vector for _, vector in everything]
        near = [similarity[: self._covered] for similarity in similar]
        rankings = [
            self._ranker.rank(*reading, similarity)
            for reading, similarity in zip(everything, near, strict=True)
        ]
        scores: Scores = np.mean(rankings, axis=0)
        best_cards: list[int] = np.argsort(-scores)[:_SHOWN].tolist()
        verdicts = [self._coverage.judge(similarity) for similarity in similar[: len(readings)]]
        best = max(verdicts, key=lambda verdict: verdict.log_odds)
        return Judged(
            cards=tuple(FoundCard(self._cards[n], float(scores[n])) for n in best_cards),
            covered=best.log_odds,
            similarity=max(float(each.max()) for each in near[: len(readings)]),
            topic=self._labels[best.uncovered],
        )


class DocumentShelf:
    """One workspace's passages in memory, beside their vectors in the store."""

    def __init__(self, store: VectorStore, workspace: str, passages: Sequence[Passage]) -> None:
        """Search *passages*, whose vectors `sync` has put into *store*."""
        self._store = store
        self._purpose = _purpose(workspace)
        self._passages = passages
        self._position = {passage.id: n for n, passage in enumerate(passages)}
        texts = [f"{p.title} {p.section} {p.text}" for p in passages]
        self._words = LexicalIndex(texts)
        # What documents call things is no typo: "wiki", "saas".
        self.terms = frozenset(word for text in texts for word in _WORD.findall(text.lower()))

    @staticmethod
    def sync(
        store: VectorStore, workspace: str, passages: Sequence[Passage], progress: Progress
    ) -> int:
        """Make the stored vectors those of *passages*; return how many texts were embedded."""
        texts = {p.id: f"{p.section}. {p.text}" if p.section else p.text for p in passages}
        return store.sync(_purpose(workspace), texts, progress, GENTLY)

    def search(self, text: str, vector: Vectors) -> tuple[FoundPassage, ...]:
        """Return the best passages, best first."""
        if not self._passages:
            return ()
        share = self._words.shares(text)
        cosine = self._cosines(vector)
        floor = min(cosine.values(), default=0.0)  # what words alone found is no nearer than that
        candidates = cosine.keys() | self._words.best(text, _NEAREST)
        scores = {n: cosine.get(n, floor) + _LEXICAL_SHARE * float(share[n]) for n in candidates}
        best = sorted(scores, key=lambda n: (-scores[n], n))[:_SHOWN]
        return tuple(FoundPassage(self._passages[n], scores[n]) for n in best)

    def _cosines(self, vector: Vectors) -> dict[int, float]:
        """Return the nearest passages' cosines by position."""
        count = min(_NEAREST, len(self._passages))
        return {
            n: hit.similarity
            for hit in self._store.nearest(self._purpose, vector, count)
            # Another process may have removed it since.
            if (n := self._position.get(hit.id)) is not None
        }


def _purpose(workspace: str) -> str:
    return f"documents {workspace}"


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
