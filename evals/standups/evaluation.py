"""The evaluation `standups`: schedules, and all that the hypothesis log is made to tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.reports import REPORTS, Report
from evals.standups import (
    clocks,
    forecasts,
    fragility,
    integrals,
    naming,
    plateaus,
    teams,
    year,
)
from evals.standups.sizes import FULL, Sizes

_NOTES = (
    "Square brackets: Wilson intervals at 95 %; they are about the drawing of cases, not about "
    "whether the made-up worlds are like a real team's. ±: 1.96 standard errors.",
    "Everything is drawn with fixed seeds, so a run with the same versions gives the same tables. "
    "All worlds are made up by the author of this evaluation; after results were seen, only "
    "how many are drawn was changed, and one ceiling (plateaus after a rise). No real "
    "team's log has been used.",
    "A world that ties bets as Coach takes it (correlation 0.5) is there to check the arithmetic; "
    "that Coach does best there says nothing. The others say what the convention costs.",
)


@dataclass(frozen=True)
class Document:
    """Tables under one title, in one file."""

    tables: Sequence[Report]

    def markdown(self) -> str:
        """Return all of it as Markdown."""
        tables = [f"#{table.markdown()}" for table in self.tables]
        notes = [f"{note}\n" for note in _NOTES]
        return "\n".join(["# Standups and the log\n", *tables, "## How to read this\n", *notes])

    def publish(self) -> None:
        """Print it and write it to evals/reports/."""
        text = self.markdown()
        print(text)
        REPORTS.mkdir(exist_ok=True)
        (REPORTS / "standups.md").write_text(text, encoding="utf-8")


def evaluate(sizes: Sizes = FULL) -> Document:
    """Measure everything; it takes about a minute and a half of one core at full size."""
    tables = (
        year.report(),
        clocks.report(sizes),
        integrals.report(sizes),
        *forecasts.reports(sizes),
        fragility.report(sizes),
        plateaus.report(sizes),
        *teams.tables(sizes),
        naming.report(),
    )
    return Document([table for table in tables if table])
