"""How the command line opens Coach, and how it shows progress and sources."""

import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import KnowledgeUnavailable
from bot.logs import configure_logs
from bot.messages import Citation
from bot.settings import Settings, read_settings
from bot.wiring import Parts, open_coach
from knowledge.vectors import Progress as Report
from knowledge.vectors import VectorStoreUnavailable

# What people wrote is printed as it is: "[/b]" and ":smile:" are no markup here. A file or a pipe
# has no width: there tables are not wrapped.
_WIDTH = None if sys.stdout.isatty() else 1000
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, width=_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def start_quietly() -> Settings:
    """Read the settings and log warnings only: what people asked for goes to standard output."""
    settings = read_settings()
    level = "WARNING" if settings.coach_log_level == "INFO" else settings.coach_log_level
    configure_logs(level, settings.coach_log_format)
    return settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Parts]:
    """Open Coach with its library ready, showing progress if that takes a while.

    Raises StoreUnavailable or KnowledgeUnavailable.
    """
    async with open_coach(settings) as parts:
        try:
            with progress("Preparing the library (once)") as report:
                await parts.library.warm(report)
        except VectorStoreUnavailable as error:
            raise KnowledgeUnavailable from error
        yield parts


@contextmanager
def progress(title: str) -> Generator[Report]:
    """Show a progress bar on standard error as soon as there is any work to report."""
    bar = Progress(
        TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=err, transient=True,
    )  # fmt: skip
    task = bar.add_task(title, total=None)

    def report(done: int, total: int) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        bar.stop()


def show_sources(citations: tuple[Citation, ...]) -> None:
    """Print numbered sources."""
    if citations:
        out.print("\nSources", style="bold")
    for citation in citations:
        section = f", {citation.section}" if citation.section else ""
        out.print(f"  [{citation.number}] {citation.title}", style="cyan")
        out.print(f"      {citation.source}{section}", style="dim")
