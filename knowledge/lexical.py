"""Finding texts by their words: BM25 over stemmed words, kept in memory."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9]+(?:[.,]\d+)*", re.IGNORECASE)
_ENDINGS = (
    ("ization", "ize"), ("isation", "ize"), ("ations", "ate"), ("ation", "ate"), ("ements", ""),
    ("ement", ""), ("ingly", ""), ("edly", ""), ("ities", "ity"), ("iness", "y"), ("ness", ""),
    ("ies", "y"), ("ied", "y"), ("ing", ""), ("ers", ""), ("er", ""), ("ors", ""), ("or", ""),
    ("ed", ""), ("es", ""), ("ly", ""), ("s", ""), ("e", ""),
)  # fmt: skip

_K1, _B = 1.5, 0.75
_Postings = dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]]

STOP_WORDS = frozenset(
    (Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").split()
)


@lru_cache(100_000)
def stem(word: str) -> str:
    """Cut common English endings, so that forms of a word meet; crude and fast."""
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + replacement
    return word


def words_of(text: str) -> list[str]:
    """Return the stemmed content words of *text* in order."""
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


class LexicalIndex:
    """BM25 scores of a fixed list of texts, as Lucene has them (Robertson & Zaragoza 2009)."""

    # Its own, since the libraries for it load SciPy, Numba or JAX wherever those are installed.

    def __init__(self, texts: Sequence[str]) -> None:
        """Index *texts*; an empty list is fine."""
        self._size = len(texts)
        tokenised = [words_of(text) for text in texts]
        self._sets = [frozenset(words) for words in tokenised]
        containing = Counter(word for words in self._sets for word in words)
        self._rarity = {word: math.log(1 + len(texts) / n) for word, n in containing.items()}
        self._unknown = math.log(1 + len(texts))
        self._postings = _postings(tokenised, containing)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return one score a text, shape (texts,), 0 where no word is shared."""
        scores = np.zeros(self._size, dtype=np.float32)
        for word in sorted(set(words_of(query)) & self._postings.keys()):
            places, weights = self._postings[word]
            scores[places] += weights
        return scores

    def best(self, query: str, count: int) -> set[int]:
        """Return the positions of the *count* best texts that share a word with the query."""
        scores = self.scores(query)
        return {int(n) for n in np.argsort(-scores, kind="stable")[:count] if scores[n] > 0}

    def shares(self, query: str) -> NDArray[np.float32]:
        """Return the share of the query's words each text has, rare words weighing more, 0 to 1."""
        weight = {word: self._rarity.get(word, self._unknown) for word in words_of(query)}
        total = sum(weight.values()) or 1.0
        present = [sum(weight[word] for word in weight.keys() & words) for words in self._sets]
        return np.asarray(present, dtype=np.float32) / np.float32(total)


def _postings(texts: Sequence[Sequence[str]], containing: Mapping[str, int]) -> _Postings:
    """Return where each word stands, and what it adds to the scores there."""
    usual = sum(map(len, texts)) / max(len(texts), 1)
    found: dict[str, list[tuple[int, float]]] = {word: [] for word in containing}
    for place, words in enumerate(texts):
        damping = _K1 * (1 - _B + _B * len(words) / usual) if words else 0.0
        for word, times in Counter(words).items():
            found[word].append((place, times / (times + damping)))
    return {
        word: _weighted(entries, len(texts), containing[word]) for word, entries in found.items()
    }


def _weighted(
    entries: Sequence[tuple[int, float]], texts: int, containing: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    rarity = math.log(1 + (texts - containing + 0.5) / (containing + 0.5))
    places, weights = zip(*entries, strict=True)
    return np.array(places), np.array(weights, dtype=np.float32) * np.float32(rarity)
