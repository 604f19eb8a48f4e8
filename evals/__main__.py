"""`python -m evals`: run evaluations, print their tables, write them to evals/reports/."""

import asyncio
import enum
from pathlib import Path
from typing import Annotated

import typer

from evals import answers


class What(enum.StrEnum):
    """The evaluations there are."""

    ANSWERS = "answers"
    RETRIEVAL = "retrieval"


def evaluate(
    what: Annotated[list[What] | None, typer.Argument(help="Default: all of them.")] = None,
    data: Annotated[
        Path | None, typer.Option(exists=True, help="A JSONL file of questions with facts.")
    ] = None,
    lectures: Annotated[
        Path | None,
        typer.Option(exists=True, help="Folder with the raw lectures, for the floor to search."),
    ] = None,
) -> None:
    """Run evaluations and show the floor, Coach and the ceiling side by side."""
    wanted = what or list(What)
    run = answers.load(data, lectures)
    asyncio.run(run.run())
    if What.ANSWERS in wanted:
        run.answers().publish()
    if What.RETRIEVAL in wanted:
        run.retrieval().publish()


if __name__ == "__main__":
    typer.run(evaluate)
