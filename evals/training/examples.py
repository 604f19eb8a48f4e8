"""The labelled texts as numbers: tokens, which of them a clause holds, its cues, its labels.

The texts in `evals/data/clauses/` were written and labelled for this (see the data card).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.updates.drafts import Clause, Span, parse
from bot.updates.reading import (
    FIGURATIVE,
    LABELS,
    Matrix,
    Passage,
    asides,
    inside,
    passages,
    within,
)
from bot.updates.sentences import CLAIMS
from bot.updates.terms import Lexicon

DATA = Path(__file__).parents[1] / "data"
# Sets of drafts that were read long ago: no measure of what Coach makes of unseen ones.
LEARNED = (
    "drafts_seen",
    "drafts_alike",
    "drafts_alike_two",
    "drafts_alike_three",
    "drafts_alike_four",
    "drafts_alike_last",
    "drafts_alike_five",
    "drafts_alike_six",
    "drafts_alike_seven",
    "drafts_alike_eight",
    "drafts_alike_nine",
    "drafts_alike_ten",
    "drafts_alike_eleven",
    "drafts_alike_twelve",
)
KINDS = 6  # the first labels; those after them are roles, which drafts are not labelled with


@dataclass(frozen=True)
class LabelledText:
    """A text with the quotes of each label, and those its author was in doubt about.

    `roles` tells whether roles were labelled, `figures` whether figures of speech among claims.
    """

    text: str
    spans: dict[str, list[str]]
    doubtful: Sequence[str] = ()
    roles: bool = True
    figures: bool = False


@dataclass(frozen=True)
class Labelled:
    """A clause: its tokens and its sentence's (masks over the passage's), features aside, labels.

    A label of weight 0 is not learned from: its author was in doubt, or did not label it.
    """

    tokens: NDArray[np.bool_]
    words: NDArray[np.bool_]
    aside: Matrix
    labels: Matrix
    weights: Matrix


@dataclass(frozen=True)
class Example:
    """A passage with its clauses; `text` numbers the text that it is from."""

    text: int
    ids: Sequence[int]
    clauses: Sequence[Labelled]


def shipped_texts() -> Iterator[LabelledText]:
    """Yield every labelled text, and the drafts that are learned from."""
    for path in sorted((DATA / "clauses").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            spans = _by_label(item["spans"]) | {FIGURATIVE: item.get(FIGURATIVE, [])}
            yield LabelledText(item["text"], spans, figures=FIGURATIVE in item)
    for name in LEARNED:
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            spans = _by_label([(found["kind"], found["quote"]) for found in item["findings"]])
            doubtful = [found["quote"] for found in item["optional"] if found["kind"] in LABELS]
            yield LabelledText(item["draft"], spans, doubtful, roles=False)


def examples(
    texts: Sequence[LabelledText], tokenizer: Tokenizer, lexicon: Lexicon
) -> list[Example]:
    """Return each passage of *texts* as numbers."""
    return [
        _example(number, text, passage, tokenizer, lexicon)
        for number, text in enumerate(texts)
        for passage in passages(parse(text.text))
        if any(sentence.clauses for sentence in passage.sentences)
    ]


def _example(
    number: int, text: LabelledText, passage: Passage, tokenizer: Tokenizer, lexicon: Lexicon
) -> Example:
    encoding = tokenizer.encode(passage.text)
    offsets = np.asarray(encoding.offsets, dtype=np.int64)
    clauses = [
        Labelled(
            tokens=inside(offsets, within(sentence, clause, place)),
            words=inside(offsets, place),
            aside=beside,
            labels=(labels := _labels(clause, text)),
            weights=_weights(clause, text, labels),
        )
        for sentence, place in passage.placed()
        for clause, beside in zip(sentence.clauses, asides(sentence, lexicon), strict=True)
    ]
    return Example(number, encoding.ids, clauses)


def _labels(clause: Clause, text: LabelledText) -> Matrix:
    return np.asarray([_has(clause, text.spans[label], text) for label in LABELS], dtype=np.float32)


def _weights(clause: Clause, text: LabelledText, labels: Matrix) -> Matrix:
    weights = np.ones(len(LABELS), dtype=np.float32)
    if _has(clause, text.doubtful, text):
        weights[labels == 0] = 0
    if not text.roles:
        weights[KINDS:] = 0
    if not (text.figures and any(_has(clause, text.spans[kind], text) for kind in CLAIMS)):
        weights[LABELS.index(FIGURATIVE)] = 0
    return weights


def _by_label(spans: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    return {label: [quote for name, quote in spans if name == label] for label in LABELS}


def _has(clause: Clause, quotes: Sequence[str], text: LabelledText) -> bool:
    """Tell whether one of *quotes* and the clause share at least half of the shorter one."""
    for quote in quotes:
        start = text.text.find(quote)
        span = Span(start, start + len(quote))
        shared = min(span.end, clause.span.end) - max(span.start, clause.span.start)
        if start >= 0 and shared > 0 and shared >= 0.5 * min(len(span), len(clause.span)):
            return True
    return False
