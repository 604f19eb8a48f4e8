"""`coach context`: what a team's updates are about, in the words of its business, with versions."""

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from rich.table import Table

from bot.clock import now
from bot.commands.console import DATE, NotThere, confirm, out
from bot.commands.context_input import changed, context_name, folded, problems, read_context
from bot.commands.stores import Stores, opened_stores
from bot.errors import InputProblem
from bot.records import BusinessContext, KeptContext

_EDITOR = "command line"
_FIRST = (
    "No business contexts yet. One tells Coach what your metrics mean for the business:\n"
    '  coach context set Search --goal "Fewer support calls" '
    '--metric "nDCG = calls per order = 1 point is about 2,000 calls a month"'
)


# -- the commands


async def show_all(workspace: str) -> None:
    """List the contexts in force."""
    async with opened_stores(workspace) as stores:
        found = await stores.contexts.all(stores.workspace)
    if not found:
        out.print(_FIRST)
        return
    table = Table("Name", "Version", "Metrics", "Goal", "Edited (UTC)", "By", box=None)
    for kept in found:
        table.add_row(
            kept.name,
            str(kept.version),
            ", ".join(meaning.metric for meaning in kept.context.metrics),
            kept.context.goal,
            f"{kept.edited_at:{DATE}}",
            kept.edited_by,
        )
    out.print(table)


async def show(name: str, version: int, workspace: str, *, as_json: bool) -> None:
    """Show a context, by default the version in force. Raises NotThere."""
    async with opened_stores(workspace) as stores:
        kept = await _found(stores, name, version)
    if as_json:
        shown = json.dumps(kept.context.model_dump(mode="json"), ensure_ascii=False, indent=2)
        sys.stdout.write(f"{shown}\n")
        return
    _show(kept)


async def save(
    name: str,
    file: Path | None,
    project: str | None,
    goal: str | None,
    metrics: Sequence[str],
    workspace: str,
) -> None:
    """Keep a new version: the file or what was kept before, with what was given put in its place.

    Raises InputProblem for what can't be used.
    """
    name = context_name(name)
    given = read_context(file) if file else None
    async with opened_stores(workspace) as stores:
        before = await stores.contexts.find(stores.workspace, name)
        start = given or (before.context if before else BusinessContext(project=name))
        context = changed(start, project, goal, metrics)
        if not context.goal and not context.metrics:
            raise InputProblem(problem="a business context needs a goal or a metric.")
        await _keep(stores, before.name if before else name, context, before)


async def restore(name: str, version: int, workspace: str) -> None:
    """Put an older version in force, as a new one. Raises NotThere."""
    async with opened_stores(workspace) as stores:
        older = await _found(stores, name, version)
        before = await _found(stores, name)
        await _keep(stores, before.name, older.context, before)


async def _keep(
    stores: Stores, name: str, context: BusinessContext, before: KeptContext | None
) -> None:
    if before and before.context == context:
        out.print(f"unchanged  {name}, version {before.version} says that already")
        return
    try:
        new = KeptContext(
            workspace=stores.workspace,
            name=name,
            context=context,
            edited_by=_EDITOR,
            edited_at=now(),
        )
    except ValidationError as error:
        raise InputProblem(problem=f"{'; '.join(problems(error))}.") from error
    kept = await stores.contexts.save(new)
    out.print(f"kept       {kept.name}, version {kept.version}")
    _show(kept)


async def history(name: str, workspace: str) -> None:
    """List the versions of a context, newest first, and what each changed."""
    async with opened_stores(workspace) as stores:
        await _found(stores, name)
        versions = await stores.contexts.versions(stores.workspace, name)
    table = Table("Version", "Edited (UTC)", "By", "Changed", box=None)
    for kept, before in zip(versions, [*versions[1:], None], strict=True):
        table.add_row(
            str(kept.version),
            f"{kept.edited_at:{DATE}}",
            kept.edited_by,
            ", ".join(_changes(before.context, kept.context)) if before else "first version",
        )
    out.print(table)


async def forget(name: str, workspace: str, *, sure: bool) -> None:
    """Delete a context with all its versions, after asking unless *sure*.

    Raises NotThere.
    """
    async with opened_stores(workspace) as stores:
        kept = await _found(stores, name)
        if not sure:
            confirm(f"Delete the business context “{kept.name}” with all its versions?")
        await stores.contexts.forget(stores.workspace, name)
    out.print(f"deleted    {kept.name}")


async def _found(stores: Stores, name: str, version: int = 0) -> KeptContext:
    kept = await stores.contexts.find(stores.workspace, name, version)
    if kept:
        return kept
    newest = await stores.contexts.find(stores.workspace, name) if version else None
    if newest:
        hint = f"the newest is {newest.version}"
        raise NotThere(what=f"version {version} of “{newest.name}”", hint=hint)
    raise NotThere(what=f"business context “{name}”", hint=await _hint(stores, name))


async def _hint(stores: Stores, name: str) -> str:
    names = {folded(kept.name): kept.name for kept in await stores.contexts.all(stores.workspace)}
    if not names:
        return "`coach context set` makes one"
    near = get_close_matches(folded(name), names, n=1)
    return f"the nearest is “{names[near[0]]}”" if near else "`coach context list` lists them"


# -- what a context looks like


def _show(kept: KeptContext) -> None:
    by = f" by {kept.edited_by}" if kept.edited_by else ""
    out.print(f"{kept.name}, version {kept.version} of {kept.edited_at:{DATE}} UTC{by}")
    table = Table(box=None, show_header=False)
    for label, text in (("Project", kept.context.project), ("Goal", kept.context.goal)):
        table.add_row(label, text or "–")
    out.print(table)
    if not kept.context.metrics:
        out.print(" No metrics.")
        return
    metrics = Table("Metric", "Business measure", "What a change is worth", box=None)
    for meaning in kept.context.metrics:
        metrics.add_row(meaning.metric, meaning.business_measure or "–", meaning.effect or "–")
    out.print(metrics)


def _changes(before: BusinessContext, after: BusinessContext) -> list[str]:
    """Name what is new, changed and gone from one version to the next."""
    old = {folded(meaning.metric): meaning for meaning in before.metrics}
    new = {folded(meaning.metric): meaning for meaning in after.metrics}
    fields = [
        word
        for word, was, is_ in (
            ("project", before.project, after.project),
            ("goal", before.goal, after.goal),
        )
        if was != is_
    ]
    added = [f"+ {new[key].metric}" for key in new if key not in old]
    changed = [new[key].metric for key in new if key in old and new[key] != old[key]]
    gone = [f"- {old[key].metric}" for key in old if key not in new]
    return [*fields, *changed, *added, *gone] or ["the order of the metrics"]
