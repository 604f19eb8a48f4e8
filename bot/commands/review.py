"""`coach review`: a draft update on the command line."""

import difflib
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
)
from rich.text import Text as Line

from bot.commands.batches import dumped, read_lines, write
from bot.commands.console import err, out
from bot.commands.terminal import progress
from bot.errors import InputProblem, NothingToReview
from bot.records import Audience, BusinessContext, Finding
from bot.settings import Settings
from bot.updates.kinds import words
from bot.updates.review import Assignment, Review
from bot.updates.reviewing import LONGEST, ReviewFeature
from bot.wiring import open_reviews


def _preparing() -> None:
    err.print("Preparing the model that reads drafts: once, some ten seconds …")


def _whole(draft: object) -> object:
    """Replace half characters, which JSON may hold, by the sign for what can't be read."""
    return re.sub(r"[\ud800-\udfff]", "\ufffd", draft) if isinstance(draft, str) else draft


class Item(BaseModel):
    """A line of a batch; its review carries the same `id`."""

    model_config = ConfigDict(frozen=True)

    id: StrictStr | StrictInt
    draft: Annotated[str, BeforeValidator(_whole), Field(max_length=LONGEST)]
    audience: Audience | None = None
    context: BusinessContext | None = None


async def review(
    settings: Settings,
    source: str,
    audience: Audience,
    context: Path | None,
    *,
    as_json: bool,
    diff: bool,
) -> None:
    """Review the draft in the file *source*, or on standard input for `-`."""
    draft = _read(source)
    known = _context(context) if context else BusinessContext()
    async with open_reviews(settings, _preparing) as feature:
        result, seconds = await _timed(feature, draft, audience, known)
    if as_json:
        sys.stdout.write(f"{dumped(_as_json('1', result, seconds), indent=2)}\n")
    else:
        _show(draft, result, diff=diff)


async def review_batch(settings: Settings, source: Path, target: Path | None) -> None:
    """Review every line of *source* into *target*, or standard output.

    Raises BadBatch for a line that can't be used and InputProblem for a file that can't, before
    anything is reviewed or written.
    """
    items = read_lines(source, Item)
    if target and not target.parent.is_dir():
        raise InputProblem(problem=f"{target} can't be written: {target.parent} is no folder.")
    async with open_reviews(settings, _preparing) as feature:
        with progress("Reviewing") as report:
            lines: list[str] = []
            for item in items:
                lines.append(dumped(_as_json(item.id, *await _one_of_many(feature, item))))
                report(len(lines), len(items))
    write("".join(f"{line}\n" for line in lines), target)


async def _timed(
    feature: ReviewFeature, draft: str, audience: Audience, context: BusinessContext
) -> tuple[Review, float]:
    started = time.perf_counter()
    assignment = Assignment(draft=draft, audience=audience, context=context, with_model=True)
    result = await feature.review(assignment)
    return result, time.perf_counter() - started


async def _one_of_many(feature: ReviewFeature, item: Item) -> tuple[Review, float]:
    """Review *item*; a draft without words is no reason to lose the others' reviews."""
    try:
        return await _timed(
            feature, item.draft, item.audience or Audience.EXEC, item.context or BusinessContext()
        )
    except NothingToReview:
        return Review(rewrite=item.draft), 0.0


def _read(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputProblem(problem=f"{source} is no UTF-8 text.") from error
    except OSError as error:
        raise InputProblem(problem=f"{source} can't be read ({error.strerror}).") from error


def _context(path: Path) -> BusinessContext:
    try:
        return BusinessContext.model_validate_json(_read(str(path)))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InputProblem(
            problem=f"{path} is no business context: {field} {first['msg']}"
        ) from error


def _as_json(id_: str | int, review: Review, seconds: float) -> dict[str, Any]:
    return {
        "id": id_,
        "findings": [_finding(finding) for finding in review.findings],
        "rewrite": review.rewrite,
        "questions": [inquiry.text for inquiry in review.inquiries],
        "engine": review.engine,
        "seconds": round(seconds, 6),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    fields = finding.model_dump(mode="json", exclude={"citation"})
    shown = {"title", "source", "section", "quote"}
    citation = finding.citation.model_dump(include=shown) if finding.citation else None
    return {**fields, "citation": citation}


# -- on the terminal


def _show(draft: str, review: Review, *, diff: bool) -> None:
    if not review.findings:
        out.print("I would send it as it is.", style="green")
        out.print(review.praise)
        return
    out.print("Your draft", style="bold")
    out.print(_underlined(draft, review.findings))
    out.print("\nWhat a reader could take wrongly", style="bold")
    for number, finding in enumerate(review.findings, start=1):
        _explain(number, finding)
    out.print("\nRewrite", style="bold")
    out.print(_differences(draft, review.rewrite) if diff else Line(review.rewrite))
    if review.inquiries:
        out.print("\nOnly you know", style="bold")
        for inquiry in review.inquiries:
            out.print(f"  - {inquiry.text}")
    if review.fallback:
        err.print(f"\nReviewed without the language model: {review.fallback}", style="dim")


def _underlined(draft: str, findings: Sequence[Finding]) -> Line:
    shown = Line(draft)
    for finding in findings:
        shown.stylize("underline red", finding.start, finding.end)
    return shown


def _explain(number: int, finding: Finding) -> None:
    said = words()[finding.kind]
    quote = f" “{' '.join(finding.quote.split())}”" if finding.quote else ""
    out.print(Line.assemble((f"  {number}. {said.title}:", "bold"), quote))
    out.print(f"     {finding.message}")
    out.print(f"     {finding.advice}")
    if finding.citation:
        out.print(f"     {finding.citation.title} – {finding.citation.source}", style="dim")


def _differences(draft: str, rewrite: str) -> Line:
    """Return the rewrite with what is new in green and what went in struck-out red.

    Without colours, [-what went-] and {+what is new+} say the same, as in wdiff.
    """
    before, after = _tokens(draft), _tokens(rewrite)
    changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    shown = Line()
    for tag, i, j, k, m in changes:
        if tag == "equal":
            shown.append("".join(before[i:j]))
            continue
        shown.append_text(_change("".join(before[i:j]), "[-{}-]", "strike red"))
        shown.append_text(_change("".join(after[k:m]), "{{+{}+}}", "green"))
    return shown


def _change(text: str, mark: str, style: str) -> Line:
    if not text:
        return Line()
    return Line(text if out.is_terminal else mark.format(text), style=style)


def _tokens(text: str) -> list[str]:
    return [token for word in text.split(" ") for token in (word, " ")][:-1]
