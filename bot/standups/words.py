"""What people read for the values of the log; the words are data, in `words.yaml`."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from pydantic import model_validator

from bot.frozen import Frozen
from bot.log_records import BlockerState, Execution, Result
from knowledge.data_files import read_yaml


class Words(Frozen):
    """For each value a choice in a form (`results`), and how it reads in a sentence (`short`)."""

    results: dict[Result, str]
    short: dict[Result, str]
    executions: dict[Execution, str]
    ways: dict[Execution, str]
    blockers: dict[BlockerState, str]

    @model_validator(mode="after")
    def _complete(self) -> "Words":
        said = set(Execution) - {Execution.UNSAID}
        named = set(BlockerState) - {BlockerState.NONE}
        whole = (
            set(self.results) == set(self.short) == set(Result)
            and set(self.executions) == set(self.ways) == said
            and set(self.blockers) == named
        )
        if not whole:
            raise ValueError("words.yaml lacks a value")
        return self


@cache
def words() -> Words:
    """Return the words of every value."""
    return Words.model_validate(read_yaml(Path(__file__).with_name("words.yaml")))


def fitting(lines: Sequence[str], most: int, room: int = 2_400) -> list[str]:
    """Return the first of *lines*, up to *most* and *room* characters, and count the others."""
    lengths = accumulate(len(line) + 1 for line in lines[:most])
    shown = list(lines[: sum(length <= room for length in lengths)])
    left = len(lines) - len(shown)
    return [*shown, f"… and {left} more."] if left else shown


def fitted(text: str, room: int) -> str:
    """Return *text*, cut to *room* characters if it has more."""
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def percent(chance: float) -> str:
    """Return a probability as people write it: `55 %`."""
    return f"{round(chance * 100)} %"
