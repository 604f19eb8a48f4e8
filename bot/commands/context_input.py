"""Reading a business context from what was typed or from a JSON file."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import InputProblem
from bot.records import BusinessContext, MetricMeaning

_PAIR = re.compile(r"\s+=\s+")
_SHAPE = '{"project", "goal", "metrics": [{"metric", "business_measure", "effect"}]}'
_MEANT = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} characters",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "json_invalid": "is not JSON: {error}",
}


def read_context(path: Path) -> BusinessContext:
    """Read a business context from a JSON file.

    Raises InputProblem that names every problem with it.
    """
    try:
        context = BusinessContext.model_validate_json(_text(path))
    except ValidationError as error:
        raise _unusable(path, problems(error)) from error
    twice = _twice(meaning.metric for meaning in context.metrics)
    if twice:
        raise _unusable(path, [f"metric “{metric}” is there twice" for metric in twice])
    return context


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputProblem(problem=f"{path} is no UTF-8 text.") from error
    except OSError as error:
        raise InputProblem(problem=f"{path} can't be read ({error.strerror}).") from error


def _unusable(path: Path, found: Sequence[str]) -> InputProblem:
    listed = "".join(f"\n  - {problem}" for problem in found)
    return InputProblem(problem=f"{path} is no business context, {_SHAPE}.{listed}")


def _twice(names: Iterable[str]) -> list[str]:
    """Return the names that stand for one that was there before."""
    seen: set[str] = set()
    twice: list[str] = []
    for name in names:
        if folded(name) in seen:
            twice.append(name)
        seen.add(folded(name))
    return twice


def folded(name: str) -> str:
    """Return *name* as names are compared: without regard to case and spacing."""
    return " ".join(name.split()).casefold()


def problems(error: ValidationError) -> list[str]:
    """Say in words what is wrong, field by field."""
    return [_told(problem) for problem in error.errors()]


def _told(problem: ErrorDetails) -> str:
    meant = _MEANT.get(problem["type"])
    told = meant.format(**problem.get("ctx", {})) if meant else problem["msg"]
    return f"{_where(problem['loc'])} {told}"


def _where(place: tuple[int | str, ...]) -> str:
    """Name a field as people would, metrics counted from 1."""
    match place:
        case ():
            return "it"
        case ("metrics", int(number), *fields):
            return ": ".join([f"metric {number + 1}", *map(str, fields)])
        case _:
            return ".".join(map(str, place))


def context_name(text: str) -> str:
    """Return the name of a context, tidied. Raises InputProblem."""
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise InputProblem(problem="a business context needs the name of a team or project.")
    return name


def metric_meaning(text: str) -> MetricMeaning:
    """Read `METRIC = BUSINESS MEASURE = EFFECT`, with or without the effect.

    Raises InputProblem.
    """
    parts = _PAIR.split(text.strip(), maxsplit=2)
    if len(parts) < 2 or not all(parts):
        raise InputProblem(
            problem=f"“{text.strip()[:80]}” should read METRIC = BUSINESS MEASURE = EFFECT, for "
            "instance “nDCG = calls per order = 1 point is about 2,000 calls a month”."
        )
    try:
        return MetricMeaning(metric=parts[0], business_measure=parts[1], effect="".join(parts[2:]))
    except ValidationError as error:
        found = "; ".join(problems(error))
        raise InputProblem(problem=f"in “{text.strip()[:80]}”, {found}.") from error


def changed(
    context: BusinessContext, project: str | None, goal: str | None, metrics: Sequence[str]
) -> BusinessContext:
    """Return *context* with what was given put in its place; a metric replaces its namesake.

    Raises InputProblem.
    """
    meanings = {folded(meaning.metric): meaning for meaning in context.metrics}
    for meaning in map(metric_meaning, metrics):
        meanings[folded(meaning.metric)] = meaning
    try:
        return BusinessContext(
            project=context.project if project is None else project.strip(),
            goal=context.goal if goal is None else goal.strip(),
            metrics=tuple(meanings.values()),
        )
    except ValidationError as error:
        raise InputProblem(problem=f"{'; '.join(problems(error))}.") from error
