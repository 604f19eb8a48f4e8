"""Which objective a draft speaks of: drafts written by hand, in the objective's words and others.

Only a draft that speaks of one objective gets its odds, so more than one found is silence.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.log_records import Objective
from bot.portfolio.naming import mentioned
from evals.cases import DATA
from evals.reports import Report
from evals.standups.cells import share

_WORD = re.compile(r"[^\W\d_]{4,}")
_WRITTEN = datetime(2026, 1, 5, tzinfo=UTC)

Kind = Literal["near", "other", "none", "several"]
Verdict = Literal["right", "wrong", "missed"]
_KINDS: dict[Kind, str] = {
    "near": "speaks of one, in its words",
    "other": "speaks of one, in other words",
    "none": "speaks of none",
    "several": "speaks of two",
}


class Listed(BaseModel):
    """An objective of the list that the draft may speak of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    measure: str

    def objective(self) -> Objective:
        """Return it as the log has it."""
        return Objective(
            workspace="W",
            id=self.id,
            name=self.name,
            measure=self.measure,
            target="as agreed",
            due=date(2026, 12, 31),
            created_at=_WRITTEN,
            edited_by="ana",
            edited_at=_WRITTEN,
        )


class NamingCase(BaseModel):
    """A draft, the objectives of its team, and which of them it speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: Kind
    draft: str
    objectives: tuple[Listed, ...]
    speaks_of: tuple[str, ...]


def read_naming(file: Path = DATA / "naming.jsonl") -> list[NamingCase]:
    """Read a file of cases, one a line."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [NamingCase.model_validate_json(line) for line in lines]


Namer = Callable[[NamingCase], Sequence[str]]


def coach(case: NamingCase) -> Sequence[str]:
    """Ask Coach."""
    return [each.id for each in mentioned(case.draft, [o.objective() for o in case.objectives])]


def any_word(case: NamingCase) -> Sequence[str]:
    """Be the floor: an objective is meant if the draft has any word of four letters or more of it.

    Words of an objective are those of its name and its measure.
    """
    said = _words(case.draft)
    return [o.id for o in case.objectives if said & _words(f"{o.name} {o.measure}")]


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def verdict(case: NamingCase, named: Sequence[str]) -> Verdict:
    """Return whether the odds of the right objective, and of no other, would be told."""
    told = tuple(named) if len(named) == 1 else ()
    meant = case.speaks_of if len(case.speaks_of) == 1 else ()
    if told == meant:
        return "right"
    return "wrong" if told else "missed"


def report() -> Report:
    """Return the table: a row a kind."""
    cases = read_naming()
    rows = [_row(name, [c for c in cases if c.kind == kind]) for kind, name in _KINDS.items()]
    return Report(
        name="",
        title="Naming: which objective a draft speaks of",
        header=("", "n", "floor: right", "wrong", "missed", "Coach: right", "wrong", "missed"),
        rows=(*rows, _row("all", cases)),
        notes=(
            "Of ten teams with two or three objectives each. Wrong: the odds of an objective would "
            "be told that the draft does not speak of, or of one where it speaks of two. Missed: "
            "none are told. Silence is right where a draft speaks of none or of two.",
            "Floor: an objective is meant if any word of four letters or more is shared; of two "
            "that are meant, none is told. Ceiling: not measured; the labels are the author's own, "
            "who had read the rule. The rule was mended after it had been run on them.",
        ),
    )


def _row(name: str, cases: Sequence[NamingCase]) -> tuple[str, ...]:
    n = len(cases)
    floor, ours = (Counter(verdict(c, who(c)) for c in cases) for who in (any_word, coach))
    cells = (
        (share(tally["right"], n), str(tally["wrong"]), str(tally["missed"]))
        for tally in (floor, ours)
    )
    return (name, str(n), *(cell for each in cells for cell in each))
