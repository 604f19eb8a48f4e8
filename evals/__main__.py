"""`python -m evals`: run evaluations, print their tables, write them to evals/reports/."""

import asyncio
import enum
from pathlib import Path
from typing import Annotated

import typer

from evals import answers, guarding, reviews
from evals.standups import evaluation as standups


class What(enum.StrEnum):
    """The evaluations there are."""

    ANSWERS = "answers"
    RETRIEVAL = "retrieval"
    REVIEWS = "reviews"
    GUARD = "guard"
    STANDUPS = "standups"


_QUESTIONS = {What.ANSWERS, What.RETRIEVAL}


def evaluate(
    what: Annotated[
        list[What] | None,
        typer.Argument(help="Default: all of them; with --data: answers and retrieval."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(exists=True, help="A JSONL file of questions with facts, or of drafts."),
    ] = None,
    lectures: Annotated[
        Path | None,
        typer.Option(exists=True, help="Folder with the raw lectures, for the floor to search."),
    ] = None,
) -> None:
    """Run evaluations and show the floor, Coach and the ceiling side by side."""
    wanted = set(what or (_QUESTIONS if data else What))
    if data and not (wanted <= _QUESTIONS or wanted == {What.REVIEWS}):
        raise typer.BadParameter("name evaluations that read such files", param_hint="--data")
    if wanted & _QUESTIONS:
        _questions(wanted, data, lectures)
    if What.REVIEWS in wanted:
        asyncio.run(reviews.evaluate(data)).publish()
    if What.GUARD in wanted:
        guarding.report().publish()
    if What.STANDUPS in wanted:
        standups.evaluate().publish()


def _questions(wanted: set[What], data: Path | None, lectures: Path | None) -> None:
    run = answers.load(data, lectures)
    asyncio.run(run.run())
    if What.ANSWERS in wanted:
        run.answers().publish()
    if What.RETRIEVAL in wanted:
        run.retrieval().publish()


if __name__ == "__main__":
    typer.run(evaluate)
