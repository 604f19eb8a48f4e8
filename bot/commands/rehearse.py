"""`coach standup simulate`: a scripted team on a made-up clock."""

from pathlib import Path

from bot.commands.batches import read_text, write
from bot.commands.console import out, start_quietly
from bot.errors import InputProblem
from bot.rehearsal import Rehearsal, rehearse
from bot.rehearsal_script import read_script

_SHOWN = 76


async def simulate(source: Path, target: Path | None) -> None:
    """Play the script in *source*; show what was sent, or write all of it to *target*."""
    if target and not target.parent.is_dir():
        raise InputProblem(problem=f"{target} can't be written: {target.parent} is no folder.")
    start_quietly()
    played = await rehearse(read_script(read_text(source)))
    if target:
        write(played.model_dump_json(indent=1) + "\n", target)
    else:
        _show(played)


def _show(played: Rehearsal) -> None:
    for sent in played.sent:
        first = sent.text.split("\n", 1)[0]
        words = first if len(first) <= _SHOWN else f"{first[: _SHOWN - 1]}…"
        out.print(f"{sent.at:%Y-%m-%d %H:%M} UTC  {sent.what:13}  {sent.to:12}  {words}")
    out.print()
    out.print(played.portfolio.text)
    for section in played.portfolio.sections:
        out.print(f"\n{section.title}", style="bold")
        out.print(section.text)
