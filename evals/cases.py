"""Evaluation cases as data: questions with the facts that a right answer states."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

DATA = Path(__file__).parent / "data"


class HistoryTurn(BaseModel):
    """An earlier line of the conversation."""

    model_config = ConfigDict(frozen=True)

    role: Literal["user", "assistant"]
    text: str


class Case(BaseModel):
    """A question.

    `facts` are groups of regular expressions: a group is stated when any of its expressions is
    found in the text, ignoring case. `min_facts` of the groups have to be stated. A case that
    `should_abstain` has none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    kind: str
    style: str
    facts: tuple[tuple[str, ...], ...] = ()
    min_facts: int = 0
    should_abstain: bool = False
    history: tuple[HistoryTurn, ...] = ()


def read_cases(files: Sequence[Path]) -> list[Case]:
    """Read JSONL files of cases."""
    return [
        Case.model_validate(json.loads(line))
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def own_answer_cases() -> list[Case]:
    """Return the sets kept here; their data card is data/README.md."""
    return read_cases(sorted(DATA.glob("answers_*.jsonl")))
