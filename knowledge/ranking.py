"""Which cards answer a question, and whether any does.

Four views of a card are standardised over all cards and added with equal weights: how near the
question is to the card's three nearest known questions; how likely the card is for the question's
vector under a shared within-card covariance (linear discriminant analysis; Fisher 1936, covariance
shrunk towards the identity as in Friedman 1989); BM25 against the card with all its questions; and
BM25 against its three best single questions. Equal weights are meant: tuning them gained no more
than noise on questions that were not used for tuning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.embeddings import Vectors
from knowledge.lexical import LexicalIndex

Scores = NDArray[np.float64]

_BEST_OF = 3
_SHRINKAGE = 1.0


@dataclass(frozen=True)
class Asked:
    """Known questions: their vectors, shape (questions, dimensions), and whose they are."""

    texts: tuple[str, ...]
    vectors: Vectors
    owner: NDArray[np.intp]


class CardRanker:
    """Ranks all cards for a question."""

    def __init__(self, cards: Sequence[Card], asked: Asked) -> None:
        """Learn from *asked*, whose owners are positions in *cards*."""
        self._grid = _grid(asked.owner, len(cards))
        self._whole = LexicalIndex([" ".join((card.text, *card.asked)) for card in cards])
        self._single = LexicalIndex(asked.texts)
        self._weights, self._offset = _discriminant(asked, len(cards))

    def rank(self, text: str, vector: Vectors, similarity: Vectors) -> Scores:
        """Score every card, shape (cards,), for a question as read and its unit vector.

        *similarity* are its cosines to the known questions, shape (questions,).
        """
        views = (
            _best_of(similarity, self._grid),
            self._weights @ vector + self._offset,
            self._whole.scores(text),
            _best_of(self._single.scores(text), self._grid),
        )
        return np.mean([_standard(view) for view in views], axis=0)


def _grid(owner: NDArray[np.intp], cards: int) -> NDArray[np.intp]:
    """Return the positions of each card's questions, shape (cards, most), filled up with -1."""
    counts = np.bincount(owner, minlength=cards)
    grid = np.full((cards, max(int(counts.max()), _BEST_OF)), -1)
    for card in range(cards):
        grid[card, : counts[card]] = np.flatnonzero(owner == card)
    return grid


def _best_of(similarity: NDArray[np.float32], grid: NDArray[np.intp]) -> Scores:
    """Return each card's mean over its `_BEST_OF` most similar questions, shape (cards,).

    A card with fewer questions makes up for them with the least similar one of all.
    """
    filled = np.append(similarity, similarity.min())
    most = np.partition(filled[grid], -_BEST_OF, axis=1)[:, -_BEST_OF:]
    return np.asarray(most.mean(axis=1), dtype=np.float64)


def _discriminant(asked: Asked, cards: int) -> tuple[Scores, Scores]:
    counts = np.bincount(asked.owner, minlength=cards)[:, None]
    means = np.zeros((cards, asked.vectors.shape[1]))
    np.add.at(means, asked.owner, asked.vectors)
    means /= counts
    within = asked.vectors - means[asked.owner]
    covariance = within.T @ within / len(within)
    level = np.trace(covariance) / len(covariance)
    covariance += _SHRINKAGE * level * np.eye(len(covariance))
    weights = cast("Scores", np.linalg.solve(covariance, means.T)).T
    return weights, -0.5 * np.einsum("cd,cd->c", weights, means)


def _standard(view: NDArray[np.floating]) -> Scores:
    return np.asarray((view - view.mean()) / (view.std() + 1e-9), dtype=np.float64)
