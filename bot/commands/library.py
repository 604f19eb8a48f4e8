"""`coach knowledge` and `coach gaps`: looking after what Coach knows."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from bot.commands.console import DATE, err, out, start_quietly
from bot.commands.terminal import progress
from bot.commands.workspaces import chosen_workspace
from bot.errors import InputProblem, KnowledgeUnavailable
from bot.library_desk import AddReport
from bot.wiring import open_coach
from knowledge.cards import load_cards
from knowledge.vectors import VectorStoreUnavailable


async def add(paths: Sequence[Path], workspace: str) -> None:
    """Add files and folders. Raises InputProblem if a file had to be skipped."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    async with open_coach(settings) as parts:
        with progress("Reading documents") as report:
            result = await parts.desk.add(where, paths, lambda step: report(step.done, step.total))
    _show_added(result)
    if result.skipped:
        raise InputProblem(problem=f"{len(result.skipped)} skipped, everything else is in.")


def _show_added(result: AddReport) -> None:
    for word, documents in (("added", result.added), ("replaced", result.replaced)):
        for document in documents:
            _line(word, f"{document.name} ({document.passages} passages)")
    for name in result.unchanged:
        _line("unchanged", name)
    for file in result.skipped:
        _line("skipped", f"{file.name}: {file.problem}")
    if result.ignored:
        _line("ignored", f"{len(result.ignored)} files of other types")
    if not result.indexed:
        err.print("Stored, but not yet searchable: run `coach knowledge rebuild`.")


def _line(word: str, text: str) -> None:
    out.print(f"{word:<10} {text}")


async def show(workspace: str) -> None:
    """List the workspace's documents."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    async with open_coach(settings) as parts:
        documents = await parts.desk.list(where)
    out.print(f"{len(load_cards())} coaching cards are shipped with Coach.")
    if not documents:
        out.print("No documents of your own yet: coach knowledge add PATH…")
        return
    table = Table("Name", "Title", "Passages", "Added (UTC)", box=None)
    for document in documents:
        table.add_row(
            document.name, document.title, str(document.passages), f"{document.added_at:{DATE}}"
        )
    out.print(table)


async def remove(names: Sequence[str], workspace: str) -> None:
    """Remove documents by name. Raises DocumentProblem for a name that is not there."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    async with open_coach(settings) as parts:
        for name in names:
            removal = await parts.desk.remove(where, name)
            _line("removed", removal.document.name)
            err.print(removal.advice)


async def rebuild(workspace: str) -> None:
    """Embed the cards and the workspace's documents anew. Raises KnowledgeUnavailable."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    async with open_coach(settings) as parts:
        try:
            with progress("Embedding") as report:
                await parts.library.rebuild(where, report)
        except VectorStoreUnavailable as error:
            raise KnowledgeUnavailable from error
    out.print("Everything is embedded anew.")


async def gaps(workspace: str, limit: int) -> None:
    """List the questions that the library should answer better."""
    settings = start_quietly()
    where = await chosen_workspace(settings, workspace)
    async with open_coach(settings) as parts:
        found = await parts.conversations.gaps(where, limit)
    if not found:
        out.print("No gaps so far: everything asked was covered and nothing was voted down.")
        return
    table = Table("Times", "Why", "Last asked (UTC)", "Question", box=None)
    for gap in found:
        why = f"{gap.reason}: “{gap.words[:200]}”" if gap.words else gap.reason
        table.add_row(str(gap.times), why, f"{gap.last_asked:{DATE}}", gap.question[:200])
    out.print(table)
