"""The shipped vectors: complete, close to exact, and no more than a shortcut."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.embeddings import MiniLM, Vectors
from knowledge.remembered import Remembered, known_texts
from knowledge.spelling import card_speller


class Counting:
    """Embeddings that remember what they were asked for."""

    def __init__(self, model: MiniLM) -> None:
        self.name = model.name
        self._model = model
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._model.embed(texts)


def test_every_known_question_has_its_vector(embeddings: MiniLM) -> None:
    counting = Counting(embeddings)
    Remembered(counting).embed(known_texts(card_speller(embeddings.tokenizer)))
    assert counting.asked == [], "run `make vectors`"


def test_a_remembered_vector_is_nearly_the_exact_one(embeddings: MiniLM) -> None:
    texts = known_texts(card_speller(embeddings.tokenizer))[::400]
    cosines = np.sum(Remembered(embeddings).embed(texts) * embeddings.embed(texts), axis=1)
    assert cosines.min() > 0.999


def test_other_texts_are_embedded_as_usual(embeddings: MiniLM, tmp_path: Path) -> None:
    known = known_texts(card_speller(embeddings.tokenizer))[0]
    texts = ["A sentence that nobody wrote before.", known, "Nor this one."]
    counting = Counting(embeddings)
    vectors = Remembered(counting).embed(texts)
    assert counting.asked == [texts[0], texts[2]]
    assert np.allclose(vectors[[0, 2]], embeddings.embed([texts[0], texts[2]]), atol=1e-5)
    assert np.allclose(Remembered(embeddings, tmp_path).embed(texts), embeddings.embed(texts))
