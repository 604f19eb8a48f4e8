"""What every command prints with and asks with; loads nothing of what Coach works with."""

import sys

from rich.console import Console

from bot.errors import InputProblem
from bot.logs import configure_logs
from bot.settings import Settings, read_settings

# What people wrote is printed as it is: "[/b]" and ":smile:" are no markup here. A file or a pipe
# has no width: there tables are not wrapped.
_WIDTH = None if sys.stdout.isatty() else 1000
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, width=_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

DATE = "%Y-%m-%d %H:%M"


class NotThere(InputProblem):
    """There is no {what}; {hint}."""


class NotConfirmed(InputProblem):
    """Nothing was deleted. Answer y to delete, or give --yes where nobody can be asked."""


def start_quietly() -> Settings:
    """Read the settings and log warnings only: what people asked for goes to standard output."""
    settings = read_settings()
    level = "WARNING" if settings.coach_log_level == "INFO" else settings.coach_log_level
    configure_logs(level, settings.coach_log_format)
    return settings


def confirm(question: str) -> None:
    """Ask before something that can't be undone. Raises NotConfirmed."""
    err.print(f"{question} This can't be undone. [y/N] ", end="")
    try:
        answer = input()
    except EOFError:
        answer = ""
        err.print()
    if answer.strip().lower() not in ("y", "yes"):
        raise NotConfirmed
