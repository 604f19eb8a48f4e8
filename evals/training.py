"""Train the clause classifier: `python -m evals.training` writes `bot/updates/clause_model.npz`.

The sentences in `evals/data/clauses/` were written and labelled for this (see the data card); the
table it prints comes from cross-validation over texts, so no clause is judged by a model that has
seen its neighbours.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (scikit-learn's types are partly unknown)

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier

from bot.updates.drafts import Clause, Span, parse
from bot.updates.reading import LABELS, Matrix, Network, Reader
from bot.updates.terms import lexicon
from evals.reports import Report
from knowledge.embeddings import MiniLM

DATA = Path(__file__).parent / "data"
MODEL = Path(__file__).parents[1] / "bot" / "updates" / "clause_model.npz"
_FOLDS = 5
_NETWORKS = 3
_UNITS = 128
_SURE = 0.5

_NOTHING = np.zeros((0, 0), dtype=np.float32)
_UNTRAINED = Network(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


_KINDS = LABELS[:6]


@dataclass(frozen=True)
class Examples:
    """Clauses as features with their labels, one column a label.

    `roles` is False where only the kinds were labelled. Texts are numbered in `groups`.
    """

    features: Matrix
    labels: NDArray[np.bool_]
    roles: NDArray[np.bool_]
    groups: NDArray[np.int64]

    def only(self, rows: NDArray[np.bool_]) -> "Examples":
        """Return the examples of *rows*."""
        return Examples(self.features[rows], self.labels[rows], self.roles[rows], self.groups[rows])


def load(reader: Reader, *, drafts: bool = True) -> Examples:
    """Read every labelled text; with *drafts*, also the drafts that are not held back.

    Clauses that the author of a draft was in doubt about are left out.
    """
    features: list[Matrix] = []
    labels: list[list[bool]] = []
    roles: list[bool] = []
    groups: list[int] = []
    for group, text in enumerate([*_texts(), *(_drafts() if drafts else ())]):
        sentences = parse(text.text).sentences
        clauses = [clause for sentence in sentences for clause in sentence.clauses]
        if not clauses:
            continue
        for row, clause in zip(reader.features(sentences), clauses, strict=True):
            if _labelled(clause, text.doubtful, text.text):
                continue
            features.append(row)
            labels.append([_labelled(clause, text.spans[label], text.text) for label in LABELS])
            roles.append(text.roles)
            groups.append(group)
    return Examples(np.stack(features), np.array(labels), np.array(roles), np.array(groups))


@dataclass(frozen=True)
class _Labelled:
    """A text with the quotes of each label, and those its author was in doubt about."""

    text: str
    spans: dict[str, list[str]]
    doubtful: list[str]
    roles: bool


def _texts() -> Iterator[_Labelled]:
    for path in sorted((DATA / "clauses").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            yield _Labelled(item["text"], _by_label(item["spans"]), [], roles=True)


def _drafts() -> Iterator[_Labelled]:
    for line in (DATA / "drafts_seen.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        spans = _by_label([(found["kind"], found["quote"]) for found in item["findings"]])
        doubtful = [found["quote"] for found in item["optional"] if found["kind"] in LABELS]
        yield _Labelled(item["draft"], spans, doubtful, roles=False)


def _by_label(spans: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {label: [quote for name, quote in spans if name == label] for label in LABELS}


def _labelled(clause: Clause, quotes: list[str], text: str) -> bool:
    """Tell whether one of *quotes* and the clause share at least half of the shorter one."""
    for quote in quotes:
        start = text.find(quote)
        span = Span(start, start + len(quote))
        shared = min(span.end, clause.span.end) - max(span.start, clause.span.start)
        if start >= 0 and shared > 0 and shared >= 0.5 * min(len(span), len(clause.span)):
            return True
    return False


def fitted(examples: Examples) -> Network:
    """Train on *examples*; roles that nobody labelled are those a first network is sure of."""
    known = examples.only(examples.roles)
    labels = examples.labels.copy()
    if not examples.roles.all():
        guessed = _network(known.features, known.labels).odds(examples.features) >= _SURE
        open_, roles = ~examples.roles, len(_KINDS)
        labels[open_, roles:] = guessed[open_, roles:]
    return _network(examples.features, labels)


def _network(features: Matrix, labels: NDArray[np.bool_]) -> Network:
    """Train several networks and join them into a wide one that averages their scores."""
    models = [
        MLPClassifier((_UNITS,), alpha=0.1, learning_rate_init=2e-3, max_iter=25, random_state=seed)
        for seed in range(_NETWORKS)
    ]
    with warnings.catch_warnings():
        # Stopping early is what keeps it from learning the sentences by heart.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for model in models:
            model.fit(features, labels)
    return Network(
        hidden=_single(np.hstack([model.coefs_[0] for model in models])),
        hidden_bias=_single(np.hstack([model.intercepts_[0] for model in models])),
        output=_single(np.vstack([model.coefs_[1] for model in models]) / _NETWORKS),
        output_bias=_single(np.stack([model.intercepts_[1] for model in models]).mean(axis=0)),
    )


def _single(weights: object) -> Matrix:
    return np.asarray(weights, dtype=np.float32)


def cross_validated(examples: Examples) -> Matrix:
    """Return each clause's probabilities by networks that have not seen its text."""
    odds = np.zeros(examples.labels.shape, dtype=np.float32)
    for train, test in GroupKFold(_FOLDS).split(examples.features, groups=examples.groups):
        rows = np.zeros(len(examples.groups), dtype=bool)
        rows[train] = True
        odds[test] = fitted(examples.only(rows)).odds(examples.features[test])
    return odds


def _table(examples: Examples, odds: Matrix) -> Report:
    rows: list[tuple[str, ...]] = []
    for column, label in enumerate(LABELS):
        usable = examples.roles | (label in _KINDS)
        truth, guess = examples.labels[usable, column], odds[usable, column]
        precision, recall, _ = precision_recall_curve(truth, guess)
        best = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9))
        average = average_precision_score(truth, guess)
        rows.append((label, str(int(truth.sum())), f"{average:.2f}", f"{best:.2f}"))
    return Report(
        name="clauses",
        title="Clause classifier, cross-validated over texts",
        header=("label", "clauses", "average precision", "best F1"),
        rows=tuple(rows),
        notes=(f"{len(examples.groups)} clauses of {examples.groups.max() + 1} texts.",),
    )


def save(network: Network) -> None:
    """Write the weights in half precision."""
    halved = {
        name: np.asarray(weights, dtype=np.float16) for name, weights in vars(network).items()
    }
    np.savez_compressed(MODEL, allow_pickle=False, **halved)


def train(
    check_only: Annotated[bool, typer.Option(help="Cross-validate; write nothing.")] = False,
) -> None:
    """Cross-validate, print the table, and write the model."""
    examples = load(Reader(MiniLM(), lexicon(), _UNTRAINED))
    report = _table(examples, cross_validated(examples))
    if check_only:
        print(report.markdown())
        return
    report.publish()
    save(fitted(examples))


if __name__ == "__main__":
    typer.run(train)
