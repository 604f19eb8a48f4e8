"""Vectors of the known questions, shipped so that a first start need not embed thousands of texts.

`python -m knowledge.remembered` (`make vectors`) writes them anew after a change of the cards. A
text that is not among them is embedded as usual, so a stale file costs time, never correctness.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import load_cards, load_uncovered
from knowledge.embeddings import Embeddings, MiniLM, Vectors
from knowledge.spelling import Speller, card_speller

_FOLDER = Path(__file__).parent / "asked"
_CORRECTIONS = _FOLDER / "corrections.json"
_LEVELS = 127


def load_corrections() -> dict[str, str]:
    """Return how the misspelt words of the known questions are read."""
    if not _CORRECTIONS.exists():
        return {}
    corrections: dict[str, str] = json.loads(_CORRECTIONS.read_text(encoding="utf-8"))
    return corrections


def known_texts(speller: Speller) -> list[str]:
    """Return every known question as it is read before it is embedded, each once."""
    covered = [text for card in load_cards() for text in card.asked]
    uncovered = [text for topic in load_uncovered() for text in topic.questions]
    return list(dict.fromkeys(speller.read(text) for text in covered + uncovered))


class Remembered:
    """Embeddings that look known texts up.

    Vectors are kept in eight bits a number, each scaled by its largest: the cosine to the exact
    vector is above 0.999.
    """

    def __init__(self, embeddings: Embeddings, folder: Path = _FOLDER) -> None:
        """Look up in *folder* what *embeddings* would compute; nothing there is fine."""
        self.name = embeddings.name
        self._embeddings = embeddings
        self._rows: dict[bytes, NDArray[np.int8]] = {}
        file = folder / f"{embeddings.name}.npz"
        if file.exists():
            with np.load(file) as stored:
                keys, levels = stored["keys"], stored["levels"]
            self._rows = {key.tobytes(): row for key, row in zip(keys, levels, strict=True)}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embeddings.embed`."""
        rows = [self._rows.get(_key(text).tobytes()) for text in texts]
        unknown = [text for text, row in zip(texts, rows, strict=True) if row is None]
        computed = iter(self._embeddings.embed(unknown)) if unknown else iter(())
        found = [next(computed) if row is None else _restored(row) for row in rows]
        return np.asarray(found, dtype=np.float32)


def _key(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(hashlib.sha256(text.encode()).digest()[:12], dtype=np.uint8)


def _restored(levels: NDArray[np.int8]) -> Vectors:
    vector = levels.astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def write() -> Path:
    """Read and embed every known question anew and write the files that are shipped."""
    model = MiniLM()
    speller = card_speller(model.tokenizer)
    texts = known_texts(speller)
    corrections = json.dumps(speller.corrected, indent=0, ensure_ascii=False)
    _CORRECTIONS.write_text(f"{corrections}\n", encoding="utf-8")
    vectors = model.embed(texts)
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    levels = np.asarray(np.round(vectors / largest * _LEVELS), dtype=np.int8)
    file = _FOLDER / f"{model.name}.npz"
    np.savez_compressed(
        file,
        keys=np.array([_key(text) for text in texts]),
        levels=levels,
    )
    return file


if __name__ == "__main__":
    write()
