"""Training the clause model: what is learned in JAX is what ONNX Runtime reads with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.updates.drafts import parse
from bot.updates.reading import LABELS, ClauseModel, Reader
from bot.updates.terms import lexicon
from evals.training.batches import batches
from evals.training.examples import KINDS, Example, LabelledText, examples
from evals.training.fitting import Course, Trainer
from knowledge.in_context import Contextual
from knowledge.mpnet import MPNet, unpacked

# All of one length: another would be compiled anew.
PROMISES = (
    "We will be live on Friday for sure.",
    "It will be done by May, promised.",
    "You will have it next week.",
)
PLANS = (
    "We test the new labels on Friday.",
    "The pilot starts in the first week.",
    "Next week we look at the errors.",
)


def told(text: str, label: str) -> LabelledText:
    return LabelledText(text, {each: [text[:-1]] * (each == label) for each in LABELS})


TEXTS = [*(told(text, "promise") for text in PROMISES), *(told(text, "plan") for text in PLANS)]


@pytest.fixture(scope="module")
def model() -> Iterator[MPNet]:
    with unpacked() as model:
        yield model


@pytest.fixture(scope="module")
def known(model: MPNet) -> list[Example]:
    return examples(TEXTS, model.tokenizer, lexicon())


@pytest.fixture(scope="module")
def losses() -> list[float]:
    return []


@pytest.fixture(scope="module")
def trainer(model: MPNet, known: Sequence[Example], losses: list[float]) -> Trainer:
    trainer = Trainer(
        model,
        Course(epochs=16, layers=2, batch=48, rate=1e-2, warm_up=2, rank=2, units=8, dropout=0.0),
    )
    trainer.fit(known, lambda _, loss: losses.append(loss))
    return trainer


def test_training_learns_what_it_is_shown(
    trainer: Trainer, known: Sequence[Example], losses: list[float]
) -> None:
    assert losses[-1] < losses[0] / 2
    odds, labels, _ = trainer.read(known)
    promise = LABELS.index("promise")
    promised = labels[:, promise] > 0
    assert promised.sum() == len(PROMISES)
    assert odds[promised, promise].min() > odds[~promised, promise].max()


def test_the_reader_reads_what_was_learned(
    tmp_path: Path, trainer: Trainer, known: Sequence[Example]
) -> None:
    learned = trainer.learned()
    assert any(np.abs(second).max() > 0 for _, second in _thin(learned))
    reader = Reader(Contextual(learned.adapters, tmp_path), lexicon(), learned.network)
    for text, example in zip(TEXTS, known, strict=True):
        odds, _, _ = trainer.read([example])
        read = [list(reading.odds.values()) for reading in reader.read(parse(text.text))]
        assert np.array(read) == pytest.approx(odds, abs=0.05)  # weights rounded


def _thin(learned: ClauseModel) -> list[tuple[np.ndarray, np.ndarray]]:
    return [pair for adapter in learned.adapters for pair in vars(adapter).values()]


def test_every_clause_is_in_a_batch_once_in_any_order(known: Sequence[Example]) -> None:
    for seed in (None, 1, 2):
        found = [batch.labels[batch.words.any(axis=1)] for batch in batches(known, 48, seed)]
        assert sum(map(len, found)) == sum(len(each.clauses) for each in known)
        assert sum(labels.sum() for labels in found) == len(TEXTS)


def test_what_was_doubtful_or_not_labelled_is_not_learned(model: MPNet) -> None:
    text = "We will be live on Friday. It rains."
    spans: dict[str, list[str]] = {label: [] for label in LABELS}
    unsure = LabelledText(text, spans, doubtful=("We will be live on Friday",), roles=False)
    [passage] = examples([unsure], model.tokenizer, lexicon())
    doubtful, plain = passage.clauses
    assert not doubtful.weights.any()
    assert plain.weights[:KINDS].all()
    assert not plain.weights[KINDS:].any()


def test_neighbours_are_read_together(model: MPNet) -> None:
    first, second = PROMISES[0], PLANS[0]
    [passage] = examples([told(f"{first} {second}", "promise")], model.tokenizer, lexicon())
    assert len(passage.clauses) == 2
    for clause, sentence in zip(passage.clauses, (first, second), strict=True):
        mine = np.asarray(passage.ids)[clause.words].tolist()
        assert mine == model.tokenizer.encode(sentence, add_special_tokens=False).ids
