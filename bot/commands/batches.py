"""Batches: JSON lines in, JSON lines out, nothing written before every line was read."""

import json
import sys
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.commands.console import err
from bot.errors import BadBatch, InputProblem

Item = TypeVar("Item", bound=BaseModel)


def read_lines(source: Path, schema: type[Item]) -> list[Item]:
    """Read a batch, one JSON object of *schema* a line; blank lines are skipped.

    Raises BadBatch for a line that can't be used and InputProblem for a file that can't.
    """
    # Not splitlines: JSON strings may hold other line separators, such as U+2028.
    lines = read_text(source).split("\n")
    return [_item(n, line, schema) for n, line in enumerate(lines, start=1) if line.strip()]


def read_text(source: Path) -> str:
    """Read a file. Raises InputProblem."""
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputProblem(problem=f"{source} is no UTF-8 text.") from error
    except OSError as error:
        raise InputProblem(problem=f"{source} can't be read ({error.strerror}).") from error


def _item(number: int, line: str, schema: type[Item]) -> Item:
    try:
        item = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadBatch(line=number, problem=f"it is not JSON ({error.msg})") from error
    if not isinstance(item, dict):
        raise BadBatch(line=number, problem="it is no JSON object")
    try:
        return schema.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise BadBatch(line=number, problem=f"{field}: {first['msg']}") from error


def write(text: str, target: Path | None) -> None:
    """Write *text* to *target*, or to standard output. Raises InputProblem."""
    if target is None:
        sys.stdout.write(text)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputProblem(problem=f"{target} can't be written ({error.strerror}).") from error
    err.print(f"Written to {target}")


def dumped(item: dict[str, Any], indent: int | None = None) -> str:
    """Return JSON that reads well; half a character, as JSON may hold, stays an escape."""
    text = json.dumps(item, ensure_ascii=False, indent=indent)
    return text.encode(errors="backslashreplace").decode()
