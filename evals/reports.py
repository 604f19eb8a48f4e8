"""Reports: a table on the terminal and the same as Markdown in evals/reports/."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPORTS = Path(__file__).parent / "reports"


@dataclass(frozen=True)
class Report:
    """A titled table with notes under it."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """Return the report as Markdown, columns aligned so that it reads well as it is."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        lines = [
            f"# {self.title}",
            "",
            _row(self.header, widths),
            _row(["-" * width for width in widths], widths),
            *(_row(row, widths) for row in self.rows),
        ]
        for note in self.notes:
            lines += ["", note]
        return "\n".join(lines) + "\n"

    def publish(self) -> None:
        """Print the report and write it to evals/reports/."""
        text = self.markdown()
        print(text)
        REPORTS.mkdir(exist_ok=True)
        (REPORTS / f"{self.name}.md").write_text(text, encoding="utf-8")


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
