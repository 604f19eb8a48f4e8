"""How the command line opens Coach, and how it shows progress and sources."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands.console import err, out
from bot.errors import KnowledgeUnavailable
from bot.messages import Citation
from bot.settings import Settings
from bot.wiring import Parts, open_coach
from knowledge.vectors import Progress as Report
from knowledge.vectors import VectorStoreUnavailable


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
