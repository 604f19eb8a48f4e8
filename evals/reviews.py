"""The evaluation `reviews`: findings and rewrites of labelled drafts, floor and Coach compared."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from bot.records import Kind
from bot.settings import Settings
from bot.updates.review import Assignment, Review
from bot.wiring import open_reviews
from evals.cases import DATA
from evals.reports import REPORTS, Report
from evals.review_cases import DraftCase, Label, labels, read_drafts
from evals.review_floor import Keywords
from evals.review_rewrites import Faults, faults
from evals.review_scoring import Tally, f1_interval, tally, total
from evals.scoring import Rate

_NONE = "–"


@dataclass(frozen=True)
class Section:
    """Sets of drafts that are measured as one, and what else they were used for."""

    name: str
    remark: str
    files: Sequence[Path]


def _shipped(name: str, remark: str, *files: str) -> Section:
    return Section(name, remark, [DATA / f"{file}.jsonl" for file in files])


_SHIPPED = (
    _shipped(
        "Drafts like the example set, unread",
        "Of the example set's kind, by four authors who had read that and were asked to be as "
        "plain. Nobody has read it; the totals of three of them were looked at while a clause "
        "model was chosen.",
        "drafts_alike_unread",
    ),
    _shipped(
        "Lively drafts",
        "By one more author, with clean drafts as lively as the flawed ones. None was read; the "
        "totals decided, with others, how likely a further problem must be.",
        "drafts_last",
    ),
    _shipped(
        "Late drafts",
        "Everyday messages by two more authors. Rules came of reading what went wrong in them.",
        "drafts_late",
    ),
    _shipped(
        "Drafts from abroad",
        "By two authors who imitate people that write English after other languages, and letters, "
        "chats and newsletters. Rules came of reading what went wrong in them. Half of their "
        "forbidden claims count even where they are hedged.",
        "drafts_abroad",
    ),
    _shipped(
        "Unseen drafts",
        "Deliberately idiomatic, by an author of their own. Nothing was trained on them; how "
        "likely a clause must be to count was chosen by the totals of this and the other sets.",
        "drafts_unseen",
    ),
    _shipped(
        "Fresh drafts",
        "Ordinary messages by two authors, written when most rules were done; the totals then "
        "decided between models and how likely the first claim must be, and some more rules came "
        "of reading what went wrong.",
        "drafts_fresh",
    ),
    _shipped(
        "Held-out drafts",
        "Not among the clause model's training data, but a set to develop with: 13 of the drafts "
        "also serve in the guard's cases, whose rules the finder shares, and the totals were "
        "looked at while the engine was made.",
        "drafts_held",
    ),
)
_NOTES = (
    "Coach: the built-in engine, as `coach review --batch` runs it. Floor: keywords find, hype "
    'words are deleted and "will" becomes "may" (`evals/review_floor.py`).',
    "Ceiling, not measured here: a frontier model, stated to reach a micro-F1 of 0.99 and 0.92 of "
    "rewrites right on such sets.",
    "A rewrite is right if it keeps the facts, leaves nothing forbidden, says what is required and "
    "makes up no number. Wrong findings are neither labelled nor optional.",
    "Square brackets: 95 % intervals, of micro-F1 by drawing the drafts anew 2,000 times, of "
    "shares by Wilson. The data card, `evals/data/README.md`, says what each set was used for. The "
    "drafts that the clause model was trained with measure nothing and are left out.",
)


class Reviewer(Protocol):
    """Whatever reviews drafts."""

    async def review(self, assignment: Assignment) -> Review:
        """Return a review."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What a system made of a draft; `again` is its rewrite of its own rewrite."""

    case: DraftCase
    kinds: Sequence[Kind]
    found: Sequence[Label]
    rewrite: str
    again: str
    seconds: float

    @cached_property
    def tallies(self) -> dict[Kind, Tally]:
        """The findings of each kind, counted."""
        return {kind: tally(self.case, self.found, kind) for kind in self.kinds}

    @property
    def tally(self) -> Tally:
        """The findings of all kinds, counted."""
        return total(self.tallies.values())

    @cached_property
    def faults(self) -> Faults:
        """What is wrong with the rewrite."""
        return faults(self.case, self.rewrite)

    @property
    def length(self) -> float:
        """How many times as many words as the draft the rewrite has."""
        return len(self.rewrite.split()) / len(self.case.draft.split())


async def run(system: Reviewer, cases: Sequence[DraftCase]) -> list[Outcome]:
    """Let *system* review every draft, and then its own rewrites."""
    await system.review(cases[0].assignment(cases[0].draft))  # so that no draft pays for the start
    kinds = labelled_kinds(cases)
    return [await _outcome(system, case, kinds) for case in cases]


def labelled_kinds(cases: Sequence[DraftCase]) -> list[Kind]:
    """Return the kinds that *cases* can judge.

    `overhedged` is younger than some sets: one whose labels never use it says nothing about it.
    """
    used = {label.kind for case in cases for label in (*case.findings, *case.optional)}
    return [kind for kind in Kind if kind in used or kind is not Kind.OVERHEDGED]


async def _outcome(system: Reviewer, case: DraftCase, kinds: Sequence[Kind]) -> Outcome:
    started = time.perf_counter()
    review = await system.review(case.assignment(case.draft))
    seconds = time.perf_counter() - started
    again = await system.review(case.assignment(review.rewrite))
    found = [label for label in labels(review.findings) if label.kind in kinds]
    return Outcome(case, kinds, found, review.rewrite, again.rewrite, seconds)


# -- tables


@dataclass(frozen=True)
class Comparison:
    """The outcomes of the floor and of Coach on the drafts called *name*.

    `remark` says what else the drafts were used for.
    """

    name: str
    remark: str
    floor: Sequence[Outcome]
    coach: Sequence[Outcome]

    def findings(self) -> Report:
        """Return the table of right, wrong and missed findings, a row a kind."""
        coach, floor = _by_kind(self.coach), _by_kind(self.floor)
        every = total(coach.values())
        micro = ("all (micro)", *_counts(every), _micro(self.coach), _micro(self.floor))
        macro = ("mean of the kinds (macro)", *[""] * 6, _macro(coach), _macro(floor))
        rows = [
            (kind.value, *_counts(one), _number(one.f1), _number(floor[kind].f1))
            for kind, one in coach.items()
        ]
        return Report(
            name="",
            title=f"{self._title}: findings",
            header=("", "labelled", "right", "wrong", "missed", "P", "R", "F1", "floor's F1"),
            rows=(*rows, micro, macro),
            notes=(
                *filter(None, (self.remark,)),
                f"Ignored, being optional or said before: {every.ignored} findings.",
            ),
        )

    def rewrites(self) -> Report:
        """Return the table of what became of clean drafts and of the others."""
        return Report(
            name="",
            title=f"{self._title}: rewrites",
            header=("", "drafts", "floor", "Coach"),
            rows=tuple(self._row(*measure) for measure in _MEASURES),
        )

    @property
    def _title(self) -> str:
        clean = sum(one.case.clean for one in self.coach)
        return f"{self.name} ({len(self.coach)}, {clean} of them clean)"

    def _row(self, name: str, belongs: "_Belongs", measure: "_Measure") -> tuple[str, ...]:
        floor, coach = ([o for o in side if belongs(o)] for side in (self.floor, self.coach))
        return name, str(len(coach)), measure(floor), measure(coach)


def _by_kind(outcomes: Sequence[Outcome]) -> dict[Kind, Tally]:
    return {kind: total(one.tallies[kind] for one in outcomes) for kind in outcomes[0].kinds}


def _counts(one: Tally) -> tuple[str, ...]:
    counts = (one.labelled, one.right, one.wrong, one.missed)
    return (*map(str, counts), _number(one.precision), _number(one.recall))


def _micro(outcomes: Sequence[Outcome]) -> str:
    drafts = [one.tally for one in outcomes]
    low, high = f1_interval(drafts)
    return f"{_number(total(drafts).f1)} [{low:.2f}, {high:.2f}]"


def _macro(kinds: dict[Kind, Tally]) -> str:
    scores = [one.f1 for one in kinds.values() if one.labelled]
    return _number(statistics.fmean(scores) if scores else math.nan)


def _number(value: float) -> str:
    return _NONE if math.isnan(value) else f"{value:.2f}"


_Belongs = Callable[[Outcome], bool]
_Measure = Callable[[Sequence[Outcome]], str]


def _share(test: Callable[[Outcome], bool]) -> _Measure:
    return lambda outcomes: str(Rate(sum(map(test, outcomes)), len(outcomes)))


def _median(measure: Callable[[Outcome], float], decimals: int) -> _Measure:
    def shown(outcomes: Sequence[Outcome]) -> str:
        values = [measure(one) for one in outcomes]
        return f"{statistics.median(values):.{decimals}f}" if values else _NONE

    return shown


def _any(_: Outcome) -> bool:
    return True


def _clean(one: Outcome) -> bool:
    return one.case.clean


def _faulty(one: Outcome) -> bool:
    return not one.case.clean


def _informed(one: Outcome) -> bool:
    return _faulty(one) and one.case.context is not None


_MEASURES: tuple[tuple[str, _Belongs, _Measure], ...] = (
    ("clean: no wrong finding", _clean, _share(lambda one: not one.tally.wrong)),
    ("clean: no finding at all", _clean, _share(lambda one: not one.found)),
    ("clean: unchanged, byte for byte", _clean, _share(lambda one: one.rewrite == one.case.draft)),
    ("facts kept", _faulty, _share(lambda one: not one.faults.lost)),
    ("nothing forbidden left", _faulty, _share(lambda one: not one.faults.left)),
    ("what is required is said", _faulty, _share(lambda one: not one.faults.unsaid)),
    ("no number made up", _faulty, _share(lambda one: not one.faults.invented)),
    ("right: all four", _faulty, _share(lambda one: not one.faults)),
    ("right, with a business context", _informed, _share(lambda one: not one.faults)),
    ("rewriting it again changes nothing", _faulty, _share(lambda one: one.again == one.rewrite)),
    ("words, as a multiple of the draft's (median)", _faulty, _median(lambda one: one.length, 2)),
    ("milliseconds a draft (median)", _any, _median(lambda one: 1_000 * one.seconds, 0)),
)


@dataclass(frozen=True)
class Document:
    """Tables under one title, in one file."""

    name: str
    sections: Sequence[Comparison]

    def markdown(self) -> str:
        """Return all of it as Markdown."""
        tables = [
            table.markdown()
            for section in self.sections
            for table in (section.findings(), section.rewrites())
        ]
        lines = ["# Reviews of draft updates\n", *(f"#{table}" for table in tables)]
        return "\n".join([*lines, "## How to read this\n", *(f"{note}\n" for note in _NOTES)])

    def publish(self) -> None:
        """Print it and write it to evals/reports/."""
        text = self.markdown()
        print(text)
        REPORTS.mkdir(exist_ok=True)
        (REPORTS / f"{self.name}.md").write_text(text, encoding="utf-8")


async def evaluate(data: Path | None) -> Document:
    """Compare on the drafts in *data*, or on each of the sets kept here."""
    if data is None:
        name, sections = "reviews", _SHIPPED
    else:
        name = f"reviews-{data.stem.replace('.', '-')}"
        sections = (Section(f"Drafts in {data.name}", "", [data]),)
    async with open_reviews(Settings(coach_model="")) as coach:
        return Document(name, [await _compared(coach, section) for section in sections])


async def _compared(coach: Reviewer, section: Section) -> Comparison:
    cases = [case for file in section.files for case in read_drafts(file)]
    floor = await run(Keywords(), cases)
    return Comparison(section.name, section.remark, floor, await run(coach, cases))
