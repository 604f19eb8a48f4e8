"""Training the clause model: what is learned in JAX is what is read in NumPy."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.updates.drafts import parse
from bot.updates.reading import LABELS, ClauseModel, Reader
from bot.updates.terms import lexicon
from evals.training.batches import batches
from evals.training.examples import KINDS, Example, LabelledText, examples
from evals.training.fitting import Course, Trainer
from evals.training.joining import joined
from knowledge.embeddings import MiniLM

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
def model() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def known(model: MiniLM) -> list[Example]:
    return examples(TEXTS, model, lexicon(), together=False)


@pytest.fixture(scope="module")
def losses() -> list[float]:
    return []


@pytest.fixture(scope="module")
def trainer(model: MiniLM, known: Sequence[Example], losses: list[float]) -> Trainer:
    trainer = Trainer(
        model, Course(epochs=12, batch=48, rate=5e-3, warm_up=2, rank=2, units=8, dropout=0.0)
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
    model: MiniLM, trainer: Trainer, known: Sequence[Example]
) -> None:
    learned = trainer.learned()
    assert any(np.abs(second).max() > 0 for _, second in _thin(learned))
    reader = Reader(model, lexicon(), [learned])
    for text, example in zip(TEXTS, known, strict=True):
        odds, _, _ = trainer.read([example])
        read = [list(reading.odds.values()) for reading in reader.read(parse(text.text))]
        assert np.array(read) == pytest.approx(odds, abs=1e-3)


def _thin(learned: ClauseModel) -> list[tuple[np.ndarray, np.ndarray]]:
    return [pair for adapter in learned.adapters for pair in vars(adapter).values()]


def test_every_clause_is_in_a_batch_once_in_any_order(known: Sequence[Example]) -> None:
    for seed in (None, 1, 2):
        found = [batch.labels[batch.words.any(axis=1)] for batch in batches(known, 48, seed)]
        assert sum(map(len, found)) == sum(len(each.clauses) for each in known)
        assert sum(labels.sum() for labels in found) == len(TEXTS)


def test_what_was_doubtful_or_not_labelled_is_not_learned(model: MiniLM) -> None:
    text = "We will be live on Friday. It rains."
    spans: dict[str, list[str]] = {label: [] for label in LABELS}
    unsure = LabelledText(text, spans, doubtful=("We will be live on Friday",), roles=False)
    doubtful, plain = (
        each.clauses[0] for each in examples([unsure], model, lexicon(), together=False)
    )
    assert not doubtful.weights.any()
    assert plain.weights[:KINDS].all()
    assert not plain.weights[KINDS:].any()


def test_neighbours_are_read_together(model: MiniLM) -> None:
    first, second = PROMISES[0], PLANS[0]
    whole = told(f"{first} {second}", "promise")
    [passage] = examples([whole], model, lexicon(), together=True)
    alone = examples([whole], model, lexicon(), together=False)
    assert [len(each.clauses) for each in alone] == [1, 1]
    for clause, each in zip(passage.clauses, alone, strict=True):
        mine = np.asarray(passage.ids)[clause.words]
        assert np.array_equal(mine, np.asarray(each.ids)[each.clauses[0].words])
        assert np.array_equal(clause.labels, each.clauses[0].labels)


def test_models_joined_read_as_their_mean(trainer: Trainer, model: MiniLM) -> None:
    trained = trainer.learned()

    def read(*models: ClauseModel) -> np.ndarray:
        reader = Reader(model, lexicon(), [joined(models)])
        readings = reader.read(parse("We will be live on Friday for sure. The pilot starts."))
        odds = np.array([[reading.odds[label] for label in LABELS] for reading in readings])
        return np.log(odds / (1 - odds))

    same = ClauseModel(trained.adapters, trained.network)
    bolder = replace(trained.network, output_bias=trained.network.output_bias + 1)
    other = ClauseModel(trained.adapters, bolder)
    assert np.allclose(read(trained, same), read(trained), atol=1e-3)
    assert np.allclose(read(trained, other), read(trained) + 0.5, atol=1e-3)
