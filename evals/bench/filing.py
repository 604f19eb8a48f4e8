"""Reports that share a file: each has a section of its own, of which the latest is kept."""

from pathlib import Path

from evals.reports import Report

_HEADING = "# "


def file(report: Report, target: Path) -> None:
    """Put *report* into *target* in place of the last one of its title."""
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    others = [part for part in text.split(_HEADING) if part.strip()]
    kept = [part for part in others if not part.startswith(f"{report.title}\n")]
    sections = [f"{_HEADING}{part.strip()}\n" for part in kept]
    target.write_text("\n".join([*sections, report.markdown()]), encoding="utf-8")
