"""`python -m evals.training`: measure the clause model on texts held out, train and write it.

A training takes some hours on two cores. It needs JAX, which the development requirements hold and
Coach does not.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.metrics import (  # pyright: ignore[reportMissingTypeStubs]
    average_precision_score,  # pyright: ignore[reportUnknownVariableType]
    precision_recall_curve,  # pyright: ignore[reportUnknownVariableType]
)

from bot.updates.reading import LABELS, Matrix, save
from bot.updates.terms import lexicon
from evals.reports import Report
from evals.training.examples import Example, examples, shipped_texts
from evals.training.fitting import Course, Trainer
from knowledge.mpnet import MPNet, unpacked

_PARTS = 5
_TOGETHER = 20  # texts stay with their neighbours, among which are twins with the same idiom


def train(
    check_only: Annotated[bool, typer.Option(help="Hold out and measure; write nothing.")] = False,
    measure: Annotated[bool, typer.Option(help="Hold a fifth of the texts out first.")] = True,
    epochs: Annotated[int, typer.Option(min=1)] = Course.epochs,
) -> None:
    """Train the clause model, print how well a fifth held out is read, and write the model."""
    course = Course(epochs=epochs)
    with unpacked() as model:
        known = examples(list(shipped_texts()), model.tokenizer, lexicon())
        if measure or check_only:
            report = _held_out(known, model, course)
            if check_only:
                typer.echo(report.markdown())
            else:
                report.publish()
        if not check_only:
            save(_trained(known, model, course).learned())


def _trained(known: Sequence[Example], model: MPNet, course: Course) -> Trainer:
    trainer = Trainer(model, course)
    trainer.fit(known, lambda epoch, loss: typer.echo(f"epoch {epoch}: loss {loss:.3f}", err=True))
    return trainer


def _held_out(known: Sequence[Example], model: MPNet, course: Course) -> Report:
    """Train on four fifths of the texts and read the fifth that was held out."""
    count = known[-1].text + 1
    held = {n for n in range(count) if n // _TOGETHER % _PARTS == 0}
    trainer = _trained([each for each in known if each.text not in held], model, course)
    odds, labels, weights = trainer.read([each for each in known if each.text in held])
    return Report(
        name="clauses",
        title="Clause model on a fifth of the texts not trained with",
        header=("label", "clauses", "average precision", "best F1", "share of clauses"),
        rows=tuple(_row(n, odds, labels, weights > 0) for n in range(len(LABELS))),
        notes=(
            f"{len(odds)} clauses of {len(held)} texts; trained on those of {count - len(held)}. "
            "A guess without reading has its share of clauses as average precision.",
        ),
    )


def _row(n: int, odds: Matrix, labels: Matrix, known: NDArray[np.bool_]) -> tuple[str, ...]:
    truth, guess = labels[known[:, n], n], odds[known[:, n], n]
    precision, recall, _ = precision_recall_curve(truth, guess)
    best = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9))
    average = average_precision_score(truth, guess)
    return (
        LABELS[n],
        str(int(truth.sum())),
        f"{average:.2f}",
        f"{best:.2f}",
        f"{truth.mean():.2f}",
    )


if __name__ == "__main__":
    typer.run(train)
