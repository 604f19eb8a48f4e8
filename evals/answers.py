"""The evaluations `answers` and `retrieval`: floor, Coach and ceiling side by side."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.cases import Case, own_answer_cases, read_cases
from evals.reports import Report
from evals.scoring import Outcome, Rate, answer_passes, found_in, rate
from evals.systems import Recipe, material, open_answers, run_coach, run_recipe

# A frontier model with all lectures in its context, measured on the example set.
_CEILING = {"example set": "0.95"}
_LIMIT = 120


class Answers:
    """One run of all systems over one set, shared by both evaluations."""

    def __init__(self, name: str, cases: Sequence[Case], lectures: Path | None) -> None:
        """Evaluate *cases*, the set called *name*; the floor reads *lectures* if given."""
        self.name = name
        self._cases = cases
        self._lectures = lectures
        self._coach: list[Outcome] = []
        self._floor: list[Outcome] = []

    async def run(self) -> None:
        """Let every system answer every case."""
        with tempfile.TemporaryDirectory(prefix="coach-evals-") as folder:
            coach = await open_answers(Path(folder))
            self._coach = await run_coach(coach, self._cases)
        self._floor = run_recipe(Recipe(material(self._lectures)), self._cases)

    def answers(self) -> Report:
        """Report the share of answers that state the facts, and of refusals that are right."""
        rows = self._rows(answer_passes)
        for kind in ("out_of_scope", "near_miss"):
            rows.append(self._row(f"{kind} refused", _is(kind), lambda o: o.abstained))
        rows.append(self._row("false refusals", _answerable, lambda o: o.abstained))
        longest = max(len(outcome.answer.split()) for outcome in self._coach)
        return self._report("answers", rows, f"Longest answer: {longest} words (limit {_LIMIT}).")

    def retrieval(self) -> Report:
        """Report the share of questions whose facts stand in the first passages found."""
        rows = [
            row
            for count in (1, 3, 5)
            for row in self._rows(found_in(count), f" @{count}", by_kind=count == 3)
        ]
        return self._report("retrieval", rows, "@k: the facts stand in the first k passages.")

    def _rows(
        self, test: Callable[[Outcome], bool], suffix: str = "", *, by_kind: bool = True
    ) -> list[tuple[str, ...]]:
        kinds = sorted({case.kind for case in self._cases if not case.should_abstain})
        rows = [self._row(f"all answerable{suffix}", _answerable, test)]
        if by_kind:
            rows += [self._row(f"{kind}{suffix}", _is(kind), test) for kind in kinds]
        return rows

    def _row(
        self, name: str, belongs: Callable[[Case], bool], test: Callable[[Outcome], bool]
    ) -> tuple[str, ...]:
        floor, coach = (_rate(outcomes, belongs, test) for outcomes in (self._floor, self._coach))
        overall = name == "all answerable"
        ceiling = _CEILING.get(self.name, "–") if overall else "–"
        return name, str(coach.cases), str(floor), str(coach), ceiling

    def _report(self, what: str, rows: Sequence[tuple[str, ...]], *notes: str) -> Report:
        corpus = "the raw lectures" if self._lectures else "the shipped cards"
        floor = (
            f"Floor: the usual LangChain recipe over {corpus} (recursive splitter, same "
            "embeddings, Chroma, best chunk as the answer; it never refuses)."
        )
        ceiling = "Ceiling: a frontier model with all lectures in its context, where measured."
        return Report(
            name=f"{what}-{self.name.replace(' ', '-')}",
            title=f"{what.capitalize()}, {self.name} ({len(self._cases)} questions)",
            header=("", "n", "floor", "Coach (built-in)", "ceiling"),
            rows=tuple(rows),
            notes=(*notes, floor, ceiling, "Square brackets: Wilson intervals at 95 %."),
        )


def load(data: Path | None, lectures: Path | None) -> Answers:
    """Return the evaluation of the file *data*, or of the sets kept here."""
    if data is None:
        return Answers("own set", own_answer_cases(), lectures)
    return Answers("example set", read_cases([data]), lectures)


def _rate(
    outcomes: Sequence[Outcome], belongs: Callable[[Case], bool], test: Callable[[Outcome], bool]
) -> Rate:
    return rate([outcome for outcome in outcomes if belongs(outcome.case)], test)


def _answerable(case: Case) -> bool:
    return not case.should_abstain


def _is(kind: str) -> Callable[[Case], bool]:
    return lambda case: case.kind == kind
