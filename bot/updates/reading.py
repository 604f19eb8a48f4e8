"""Reading clauses: how likely each is a promise, hype, a stated risk and so on.

A small neural network over the vectors of a local language model that reads sentences with their
neighbours, the cues of `cues.yaml` and the clause's form. The network and low-rank changes of the
language model's layers are trained together on texts written for it: `python -m evals.training`
makes them anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import count, takewhile
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.updates.cues import families
from bot.updates.drafts import BlockKind, Clause, Draft, Sentence, Span
from bot.updates.terms import Lexicon
from knowledge.in_context import InContext
from knowledge.mpnet import Adapter

Matrix = NDArray[np.float32]

# A claim in a figure of speech: "the planners can hang up their boots", "Friday is in the bag".
FIGURATIVE = "figurative"
LABELS = (
    "promise", "extrapolation", "hype", "overclaim", "credit_by_result", "overhedged",
    "result", "impact", "risk", "plan", "goal", FIGURATIVE,
)  # fmt: skip
DIMENSIONS = 768


class Encoder(Protocol):
    """Gives a text's tokens their vectors in context."""

    def in_context(self, texts: Sequence[str]) -> list[InContext]:
        """Return each text's tokens with their vectors."""
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

    def scores(self, features: Matrix) -> Matrix:
        """Return the log-odds of each label, one row a clause."""
        activated = np.maximum(features @ self.hidden + self.hidden_bias, 0)
        return np.asarray(activated @ self.output + self.output_bias, dtype=np.float32)


@dataclass(frozen=True)
class ClauseModel:
    """What training made: changes of the encoder's first layers, and the network over them.

    Only those layers are read with: there are as many as adapters.
    """

    adapters: tuple[Adapter, ...]
    network: Network


@dataclass(frozen=True)
class Passage:
    """Neighbouring sentences, which are read together."""

    sentences: Sequence[Sentence]

    @property
    def text(self) -> str:
        """The sentences, one behind the other."""
        return " ".join(sentence.text for sentence in self.sentences) or " "

    @property
    def key(self) -> "_Key":
        """What its reading depends on."""
        return tuple((sentence.text, sentence.block.kind) for sentence in self.sentences)

    def placed(self) -> Iterator[tuple[Sentence, Span]]:
        """Yield each sentence with its place in `text`."""
        start = 0
        for sentence in self.sentences:
            yield sentence, Span(start, start + len(sentence.text))
            start += len(sentence.text) + 1


_Key = tuple[tuple[str, BlockKind], ...]
Memory = dict[_Key, Matrix]

# A usual draft is one passage. No longer ones, for attention grows with the square; and after half
# of it a paragraph starts anew, so that a change in one leaves the readings of others as they are.
_LONGEST_PASSAGE = 500


def passages(draft: Draft) -> Iterator[Passage]:
    """Yield the passages of *draft*, in their order."""
    row: list[Sentence] = []
    for sentence in draft.sentences:
        if row and not _goes_on(draft, row, sentence):
            yield Passage(row)
            row = []
        row.append(sentence)
    if row:
        yield Passage(row)


def _goes_on(draft: Draft, row: Sequence[Sentence], sentence: Sentence) -> bool:
    length = sentence.span.end - row[0].span.start
    parted = "\n\n" in draft.text[row[-1].span.end : sentence.span.start]
    return length <= (_LONGEST_PASSAGE / 2 if parted else _LONGEST_PASSAGE)


class Reader:
    """Reads drafts, passage by passage."""

    def __init__(self, encoder: Encoder, lexicon: Lexicon, network: Network | None = None) -> None:
        """Read with *encoder* and the *network* trained with it, the shipped one if None."""
        self._encoder = encoder
        self._lexicon = lexicon
        self._network = network or shipped_model().network

    def read(self, draft: Draft, memory: Memory | None = None) -> list[Reading]:
        """Return a reading of every clause of every sentence, in their order.

        What *memory* holds from an earlier version of the draft is not read again.
        """
        known: Memory = {} if memory is None else memory
        clauses = [(s, clause) for s in draft.sentences for clause in s.clauses]
        if not clauses:
            return []
        odds = 1 / (1 + np.exp(-np.clip(self._scores(draft, known), -30, 30)))
        return [
            Reading(sentence, clause, dict(zip(LABELS, map(float, row), strict=True)))
            for (sentence, clause), row in zip(clauses, odds, strict=True)
        ]

    def _scores(self, draft: Draft, memory: Memory) -> Matrix:
        """Return each clause's log-odds, (clauses, labels)."""
        rows = list(passages(draft))
        new = {each.key: each for each in rows if each.key not in memory}
        if new:
            scores = self._network.scores(self._features(list(new.values())))
            ends = np.cumsum([_count(passage) for passage in new.values()])
            memory.update(zip(new, np.split(scores, ends[:-1]), strict=True))
        return np.concatenate([memory[each.key] for each in rows])

    def _features(self, passages: Sequence[Passage]) -> Matrix:
        """Return one row a clause: its vector, its sentence's, cues and form."""
        contexts = self._encoder.in_context([each.text for each in passages])
        rows: list[Matrix] = []
        for passage, context in zip(passages, contexts, strict=True):
            for sentence, place in passage.placed():
                whole = 0.5 * _mean(context, inside(context.offsets, place))
                beside = asides(sentence, self._lexicon)
                for clause, other in zip(sentence.clauses, beside, strict=True):
                    own = _mean(context, inside(context.offsets, within(sentence, clause, place)))
                    rows.append(np.concatenate([own, whole, other]))
        return np.stack(rows) if rows else np.zeros((0, len(self._network.hidden)), "f4")


def _count(passage: Passage) -> int:
    return sum(len(sentence.clauses) for sentence in passage.sentences)


def aside_width() -> int:
    """Return how many features `asides` gives."""
    return 2 * len(families()) + len(_FORM)


MODEL = Path(__file__).with_name("clauses.npz")
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
        raise ValueError(f"{MODEL.name} does not fit the features: run python -m evals.training")
    return ClauseModel(adapters, network)


def within(sentence: Sentence, clause: Clause, place: Span) -> Span:
    """Return where *clause* stands in a passage that has its sentence at *place*."""
    start = place.start + clause.span.start - sentence.span.start
    return Span(start, start + len(clause.span))


def inside(offsets: NDArray[np.int64], place: Span) -> NDArray[np.bool_]:
    """Tell which of a passage's tokens, at *offsets*, stand at *place*."""
    words = offsets[:, 1] > offsets[:, 0]
    return words & (offsets[:, 0] >= place.start) & (offsets[:, 1] <= place.end)


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
