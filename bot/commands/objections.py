"""`coach objections`: findings that people called no problem, for the administrator to decide."""

from difflib import get_close_matches

from rich.table import Table

from bot.commands.console import DATE, NotThere, out
from bot.commands.stores import Stores, opened_stores
from bot.records import Kind

_NONE_YET = (
    "No objections yet. Authors raise them with “Not a problem…” under a review; here you allow or "
    "refuse the phrase."
)


async def show_all(workspace: str) -> None:
    """List the objections, waiting ones first."""
    async with opened_stores(workspace) as stores:
        found = await stores.objections.all(stores.workspace)
    if not found:
        out.print(_NONE_YET)
        return
    table = Table("State", "Kind", "Phrase", "Raised (UTC)", "By", box=None)
    for objection in found:
        table.add_row(
            objection.state,
            objection.kind,
            " ".join(objection.phrase.split()),
            f"{objection.at:{DATE}}",
            objection.person,
        )
    out.print(table)
    if any(objection.state == "waiting" for objection in found):
        out.print("\nTo decide: coach objections allow KIND PHRASE, or refuse KIND PHRASE")


async def decide(kind: str, phrase: str, workspace: str, *, allowed: bool) -> None:
    """Allow or refuse a phrase. Raises NotThere if nobody objected to it."""
    chosen = _kind(kind)
    async with opened_stores(workspace) as stores:
        known = await stores.objections.decide(stores.workspace, chosen, phrase, allowed=allowed)
        if not known:
            hint = await _hint(stores, chosen, phrase)
            raise NotThere(what=f"objection to “{phrase}” as {chosen}", hint=hint)
    word = "allowed" if allowed else "refused"
    then = "is not raised here any more" if allowed else "is still raised"
    out.print(f"{word:<10} “{phrase}” {then} as {chosen}")


def _kind(text: str) -> Kind:
    name = "_".join(text.replace("-", " ").lower().split())
    if name in set(Kind):
        return Kind(name)
    near = get_close_matches(name, list(Kind), n=1)
    hint = f"the nearest is {near[0]}" if near else f"there are {', '.join(Kind)}"
    raise NotThere(what=f"kind of finding “{text}”", hint=hint)


async def _hint(stores: Stores, kind: Kind, phrase: str) -> str:
    phrases = [o.phrase for o in await stores.objections.all(stores.workspace) if o.kind is kind]
    near = get_close_matches(phrase, phrases, n=1)
    return f"the nearest is “{near[0]}”" if near else "`coach objections list` lists them"
