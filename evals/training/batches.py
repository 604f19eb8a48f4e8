"""Batches of passages of like length: padded to few shapes, each of which is compiled once."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.updates.reading import LABELS, Matrix, aside_width
from evals.training.examples import Example

_LENGTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 256)


class Batch(NamedTuple):
    """Passages (B) of tokens (T), and their clauses (C); rows beyond the last are empty.

    `ids` and `mask` are (B, T); `row` (C,) is the passage of each clause; `tokens` and `words`
    (C, T) are a clause's tokens and its sentence's; `aside`, `labels` and `weights` are (C, …).
    """

    ids: NDArray[np.int32]
    mask: Matrix
    row: NDArray[np.int32]
    tokens: Matrix
    words: Matrix
    aside: Matrix
    labels: Matrix
    weights: Matrix


def batches(examples: Sequence[Example], tokens: int, seed: int | None = None) -> Iterator[Batch]:
    """Yield *examples* in batches of some *tokens*.

    Each *seed* has another order; without one they are sorted by length.
    """
    by_length: dict[int, list[Example]] = {}
    for example in examples:
        by_length.setdefault(_length(example), []).append(example)
    random = None if seed is None else np.random.default_rng(seed)
    groups: list[tuple[int, int, list[Example]]] = []
    for length, found in sorted(by_length.items()):
        alike = [found[i] for i in _order(len(found), random)]
        size = max(1, tokens // length)
        groups += [(length, size, alike[i : i + size]) for i in range(0, len(alike), size)]
    for i in _order(len(groups), random):
        yield _batch(*groups[i])


def _order(count: int, random: np.random.Generator | None) -> Sequence[int]:
    return range(count) if random is None else random.permutation(count).tolist()


def _length(example: Example) -> int:
    return next(length for length in _LENGTHS if len(example.ids) <= length)


def _batch(length: int, size: int, examples: Sequence[Example]) -> Batch:
    clauses = [(row, clause) for row, each in enumerate(examples) for clause in each.clauses]
    count = 2 * size
    while count < len(clauses):
        count *= 2
    batch = Batch(
        ids=np.zeros((size, length), dtype=np.int32),
        mask=_zeros(size, length),
        row=np.zeros(count, dtype=np.int32),
        tokens=_zeros(count, length),
        words=_zeros(count, length),
        aside=_zeros(count, aside_width()),
        labels=_zeros(count, len(LABELS)),
        weights=_zeros(count, len(LABELS)),
    )
    batch.mask[:, 0] = 1  # an empty row would have nothing to attend to
    for row, example in enumerate(examples):
        batch.ids[row, : len(example.ids)] = example.ids
        batch.mask[row, : len(example.ids)] = 1
    for n, (row, clause) in enumerate(clauses):
        batch.row[n] = row
        batch.tokens[n, : len(clause.tokens)] = clause.tokens
        batch.words[n, : len(clause.words)] = clause.words
        batch.aside[n], batch.labels[n], batch.weights[n] = (
            clause.aside,
            clause.labels,
            clause.weights,
        )
    return batch


def _zeros(*shape: int) -> Matrix:
    return np.zeros(shape, dtype=np.float32)
