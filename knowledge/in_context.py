"""Tokens as vectors in their context: MPNet with what a task added to it, in eight bits.

The additions are merged into the matrices, whose weights are then rounded to eight bits (seven,
so that no processor's sums overflow) and which ONNX Runtime multiplies in whole numbers: that takes
a third of the time. The result is made once and kept in a folder for what can be made anew.
"""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# (ONNX Runtime has types for half of itself)

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from filelock import FileLock
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from platformdirs import user_cache_path
from tokenizers import Tokenizer

from knowledge.embeddings import Vectors
from knowledge.mpnet import SHA256, Adapter

_FORMAT = "1"  # of the files below: counts up when `quantized` makes others
_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"


@dataclass(frozen=True)
class InContext:
    """A text's tokens: where each stands (start, end; 0, 0 for none) and its vector."""

    offsets: NDArray[np.int64]
    vectors: Vectors


class Contextual:
    """Gives a text's tokens their vectors in context; made when it is first asked for them."""

    def __init__(
        self,
        adapters: Sequence[Adapter],
        folder: Path | None = None,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """Read with as many layers as *adapters*; keep the files in *folder*.

        Without one they are kept in the user's folder for caches. *told* hears of it before they
        are made, which takes some ten seconds.
        """
        self._adapters = adapters
        self._folder = folder or user_cache_path("ml-coach", appauthor=False)
        self._told = told
        self._lock = Lock()

    def in_context(self, texts: Sequence[str]) -> list[InContext]:
        """Return each text's tokens with their vectors. Texts beyond 256 tokens are cut there.

        Raises FileNotFoundError if the model is not installed, ValueError if it is another one.
        """
        with self._lock:  # two threads would make it twice
            session, tokenizer = self._opened
        return [
            # One by one: the rounding depends on all that is read at once.
            InContext(
                np.asarray(encoding.offsets, dtype=np.int64),
                _vectors(session, encoding.ids),
            )
            for encoding in tokenizer.encode_batch(list(texts))
        ]

    @cached_property
    def _opened(self) -> tuple[InferenceSession, Tokenizer]:
        try:
            return _open(_made(self._folder, self._adapters, self._told))
        except FileNotFoundError:  # a package is missing
            raise
        except OSError:  # nothing can be kept there: every process makes its own
            with tempfile.TemporaryDirectory(prefix="coach-reading-") as folder:
                return _open(_made(Path(folder), self._adapters, self._told))


def _vectors(session: InferenceSession, ids: Sequence[int]) -> Vectors:
    (vectors,) = session.run(["vectors"], {"ids": np.asarray(ids, dtype=np.int64)})
    return np.asarray(vectors, dtype=np.float32)


def _open(folder: Path) -> tuple[InferenceSession, Tokenizer]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Threads that spin between two texts take the processor from others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = InferenceSession(str(folder / _MODEL), options, providers=["CPUExecutionProvider"])
    return session, Tokenizer.from_file(str(folder / _TOKENIZER))


def _made(root: Path, adapters: Sequence[Adapter], told: Callable[[], None]) -> Path:
    """Return the folder in *root* that holds the model with *adapters*, made if need be."""
    folder = root / f"reading-{_digest(adapters)}"
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "reading.lock"):
        if not folder.is_dir():
            told()
            _make(folder, adapters)
    return folder


def _make(folder: Path, adapters: Sequence[Adapter]) -> None:
    # ONNX and the weights are only needed once: what has been made starts without them.
    from knowledge.mpnet import unpacked  # noqa: PLC0415
    from knowledge.quantized import quantize  # noqa: PLC0415

    for old in folder.parent.glob("reading-*"):
        shutil.rmtree(old, ignore_errors=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix="making-"))
    try:
        with unpacked() as model:
            quantize(model, adapters, making / _MODEL)
            model.tokenizer.save(str(making / _TOKENIZER))
        os.replace(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _digest(adapters: Sequence[Adapter]) -> str:
    digest = hashlib.sha256(f"{SHA256} {_FORMAT}".encode())
    for adapter in adapters:
        for first, second in vars(adapter).values():
            digest.update(first.tobytes())
            digest.update(second.tobytes())
    return digest.hexdigest()[:16]
