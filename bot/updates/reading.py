"""Reading clauses: how likely each is a promise, hype, a stated risk and so on.

A small neural network over the local embedding model's lower layers (word order and modality live
there), the cues of `cues.yaml` and the clause's form. The network and low-rank changes of those
layers are trained together on texts written for it: `python -m evals.training` makes
`clause_model.npz` anew.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import count, takewhile
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.updates.cues import families
from bot.updates.drafts import BlockKind, Clause, Draft, Sentence
from bot.updates.terms import Lexicon
from knowledge.embeddings import Adapter, InContext

Matrix = NDArray[np.float32]

LABELS = (
    "promise", "extrapolation", "hype", "overclaim", "credit_by_result", "overhedged",
    "result", "impact", "risk", "plan", "goal",
)  # fmt: skip
DIMENSIONS = 384


class Encoder(Protocol):
    """Gives a text's tokens their vectors in context."""

    def adapted(self, adapters: Sequence[Adapter]) -> "Encoder":
        """Return the encoder with *adapters* on its first layers."""
        ...

    def in_context(self, texts: Sequence[str], layers: int) -> list[InContext]:
        """Return each text's tokens with their vectors after the first *layers*."""
        ...


@dataclass(frozen=True)
class Reading:
    """A clause with the probability of each label."""

    sentence: Sentence
    clause: Clause
    odds: Mapping[str, float]


@dataclass(frozen=True)
class Network:
    """One hidden layer of rectified units; weights as (inputs, outputs), biases as (outputs,)."""

    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix

    def odds(self, features: Matrix) -> Matrix:
        """Return the probability of each label, one row a clause."""
        activated = np.maximum(features @ self.hidden + self.hidden_bias, 0)
        scores = activated @ self.output + self.output_bias
        return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


@dataclass(frozen=True)
class ClauseModel:
    """What training made: changes of the encoder's first layers, and the network over them.

    Only those layers are read with: there are as many as adapters.
    """

    adapters: tuple[Adapter, ...]
    network: Network

    @property
    def layers(self) -> int:
        """How many of the encoder's layers it reads with."""
        return len(self.adapters)


Memory = dict[tuple[str, BlockKind], list[Mapping[str, float]]]


def _key(sentence: Sentence) -> tuple[str, BlockKind]:
    """Return what a sentence's reading depends on."""
    return sentence.text, sentence.block.kind


class Reader:
    """Reads drafts."""

    def __init__(
        self, encoder: Encoder, lexicon: Lexicon, model: ClauseModel | None = None
    ) -> None:
        """Read with *encoder* and *model*, the shipped one if None."""
        model = model or shipped_model()
        self._encoder = encoder.adapted(model.adapters)
        self._lexicon = lexicon
        self._network = model.network
        self._layers = model.layers

    def read(self, draft: Draft, memory: Memory | None = None) -> list[Reading]:
        """Return a reading of every clause of every sentence, in their order.

        What *memory* holds from an earlier version of the draft is not read again.
        """
        known: Memory = {} if memory is None else memory
        new = {_key(s): s for s in draft.sentences if _key(s) not in known}
        if new:
            odds = iter(self._network.odds(self._features(list(new.values()))))
            for key, sentence in new.items():
                known[key] = [
                    dict(zip(LABELS, map(float, next(odds)), strict=True)) for _ in sentence.clauses
                ]
        return [
            Reading(sentence, clause, row)
            for sentence in draft.sentences
            for clause, row in zip(sentence.clauses, known[_key(sentence)], strict=True)
        ]

    def _features(self, sentences: Sequence[Sentence]) -> Matrix:
        """Return one row a clause: its vector, its sentence's, cues and form."""
        contexts = self._encoder.in_context([s.text or " " for s in sentences], self._layers)
        rows: list[Matrix] = []
        for sentence, context in zip(sentences, contexts, strict=True):
            whole = 0.5 * _mean(context, context.offsets[:, 1] > context.offsets[:, 0])
            beside = asides(sentence, self._lexicon)
            for clause, other in zip(sentence.clauses, beside, strict=True):
                own = _mean(context, inside(context.offsets, sentence, clause))
                rows.append(np.concatenate([own, whole, other]))
        return np.stack(rows)


def aside_width() -> int:
    """Return how many features `asides` gives."""
    return 2 * len(families()) + len(_FORM)


MODEL = Path(__file__).with_name("clause_model.npz")
_ADAPTED = tuple(field.name for field in fields(Adapter))


def save(model: ClauseModel) -> None:
    """Write *model* beside this module, in half precision."""
    weights = dict(vars(model.network))
    for n, adapter in enumerate(model.adapters):
        for name in _ADAPTED:
            weights |= {f"{n}.{name}.{i}": m for i, m in enumerate(getattr(adapter, name))}
    halved = {name: np.asarray(each, dtype=np.float16) for name, each in weights.items()}
    np.savez_compressed(MODEL, allow_pickle=False, **halved)


@cache
def shipped_model() -> ClauseModel:
    """Return the model that Coach reads with.

    Raises ValueError if it was made for other features.
    """
    with np.load(MODEL) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    network = Network(**{field.name: weights[field.name] for field in fields(Network)})
    adapters = tuple(
        Adapter(*((weights[f"{n}.{name}.0"], weights[f"{n}.{name}.1"]) for name in _ADAPTED))
        for n in takewhile(lambda n: f"{n}.up.0" in weights, count())
    )
    shape = (2 * DIMENSIONS + aside_width(), len(LABELS))
    if (len(network.hidden), network.output.shape[1]) != shape:
        raise ValueError("clause_model.npz does not fit the features: run python -m evals.training")
    return ClauseModel(adapters, network)


def inside(offsets: NDArray[np.int64], sentence: Sentence, clause: Clause) -> NDArray[np.bool_]:
    """Tell which of the sentence's tokens, at *offsets*, stand in *clause*."""
    start = clause.span.start - sentence.span.start
    end = start + len(clause.span)
    words = offsets[:, 1] > offsets[:, 0]
    return words & (offsets[:, 0] >= start) & (offsets[:, 1] <= end)


def asides(sentence: Sentence, lexicon: Lexicon) -> list[Matrix]:
    """Return each clause's features beside the vectors: its cues, its sentence's, and form."""
    whole = 0.5 * _cues(sentence.text)
    return [
        np.concatenate(
            [_cues(f"{clause.link} {clause.text}"), whole, _form(sentence, clause, lexicon)]
        )
        for clause in sentence.clauses
    ]


def _mean(context: InContext, chosen: NDArray[np.bool_]) -> Matrix:
    if not chosen.any():
        return np.zeros(DIMENSIONS, dtype=np.float32)
    mean = context.vectors[chosen].mean(axis=0)
    return np.asarray(3 * mean / max(float(np.linalg.norm(mean)), 1e-6), dtype=np.float32)


def _cues(text: str) -> Matrix:
    flags = [pattern.search(text) is not None for pattern in families().values()]
    return np.asarray(flags, dtype=np.float32)


_FORM = (
    "bullet", "heading", "table", "short", "long", "first", "last", "alone", "lower", "capitals",
    "link_so", "link_and", "link_but", "link_because", "metric", "term", "numbers", "quoted",
    "colon",
)  # fmt: skip


def _form(sentence: Sentence, clause: Clause, lexicon: Lexicon) -> Matrix:
    words = clause.text.split()
    terms = [mention.term for mention in lexicon.mentions(clause.text)]
    flags = {
        "bullet": sentence.block.kind is BlockKind.BULLET,
        "heading": sentence.block.kind is BlockKind.HEADING,
        "table": sentence.block.kind is BlockKind.TABLE,
        "short": len(words) <= 3,
        "long": len(words) >= 15,
        "first": clause is sentence.clauses[0],
        "last": clause is sentence.clauses[-1],
        "alone": len(sentence.clauses) == 1,
        "lower": clause.text[:1].islower(),
        "capitals": clause.text.isupper(),
        "link_so": clause.link.startswith(
            ("so", "then", "therefore", "thus", "hence", "which", "meaning")
        ),
        "link_and": clause.link.startswith("and"),
        "link_but": clause.link.startswith("but"),
        "link_because": clause.link.startswith(("because", "since")),
        "metric": any(term.kind == "metric" for term in terms),
        "term": bool(terms),
        "numbers": len(re.findall(r"\d+", clause.text)) >= 2,
        "quoted": re.search(r"[“\"«].{3,}[”\"»]", clause.text) is not None,
        "colon": ":" in clause.text,
    }
    return np.asarray([flags[name] for name in _FORM], dtype=np.float32)
