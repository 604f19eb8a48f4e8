"""Edits to a draft's text: replaced stretches, dropped sentences, lines added in its own format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.updates.drafts import Block, BlockKind, Draft, Span, parse


@dataclass(frozen=True)
class Edit:
    """A stretch and what stands there instead; an empty text drops a sentence."""

    span: Span
    text: str


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Make *edits*, which don't overlap; a line that loses all its words goes."""
    out: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        start = max(edit.span.start, place)
        before = text[place:start]
        if not edit.text and len(edit.span):
            before, place = _without_gap(text, before, edit.span.end)
            out.append(before)
            continue
        out += [before, edit.text]
        place = max(edit.span.end, place)
    out.append(text[place:])
    return _tidy("".join(out)) if any(not edit.text for edit in edits) else "".join(out)


_LONE_LEAD = re.compile(r"(?:^|\n)[ \t]*(?:(?:[-*+•–‣▪◦·]|\(?\d{1,2}[.)]|#{1,6})[ \t]*)?$")


def _without_gap(text: str, before: str, end: int) -> tuple[str, int]:
    """Close the gap that a dropped sentence leaves; a bullet without words goes with its line."""
    line_ends = text[end : end + 1] in ("", "\n")
    lead = _LONE_LEAD.search(before)
    if lead and line_ends:
        return before[: lead.start()], end
    if line_ends:
        return before.rstrip(" \t"), end
    gap = re.compile(r"[ \t]*").match(text, end)
    return before, gap.end() if gap else end


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") if text.strip() else text.strip()


def after_mark(text: str, place: int) -> int:
    """Return the place behind what belongs to the word.

    That is the rest of BERT-tiny, a back-tick, and the noun of an "isolation forest model".
    """
    match = _BELONGS.match(text, place)
    return match.end() if match else place


_BELONGS = re.compile(
    r"(?:-\w+)*[`*_]*(?:\s(?:model|net|network|classifier|detector|retriever|algorithm|forest|encoder|ranker"
    r"|layer|head|loss|score|baseline|alignment|sampler|filter|tree|machine|agent|policy|pipeline"
    r"|regression|regressor|transformer|method|approach)s?(?=[\s,.;:)!?]|$))?"
)


def appended(text: str, lines: Sequence[str], *, lower: bool) -> str:
    """Add *lines* at the end of the body, before a closing, in the text's own format.

    Where the risks are asked for already, they come last.
    """
    if not lines:
        return text
    lines = [line[:1].lower() + line[1:] if lower else line for line in lines]
    if risks := _RISKS_ASKED.search(text):
        added = "".join(f"{risks['lead']}{line.rstrip('.')}" for line in lines)
        return f"{text[: risks.start()]}{added}{text[risks.start() :]}"
    draft = parse(text)
    body = [block for block in draft.blocks if block.kind not in (BlockKind.CLOSING,)]
    if not body:
        return "\n".join(part for part in (*lines, text.strip()) if part)
    last = body[-1]
    end = last.span.end
    head, tail = text[:end].rstrip(), text[end:]
    return head + _in_format(head, last, draft, lines) + tail


_RISKS_ASKED = re.compile(
    r"(?P<lead>\. |\n[^\S\n]*(?:[-*+•–‣▪◦·]\s+)?)risks: \[[^\[\]\n]*\?\](?!.*risks: \[)",
    re.IGNORECASE | re.DOTALL,
)
_ENDED = re.compile(r"[.?!:][)\"”’]*$")


def _in_format(head: str, last: Block, draft: Draft, lines: Sequence[str]) -> str:
    if last.kind is BlockKind.BULLET and not re.search(r"\d", last.lead):
        return "".join(f"\n{last.lead}{line}" for line in lines)
    stopped = [line if line[-1] in ".?!]" else f"{line}." for line in lines]
    if last.kind is BlockKind.PROSE and "\n" not in draft.text.strip():
        stop = "" if _ENDED.search(head) else "."
        return f"{stop} " + " ".join(f"{line}." if line[-1] == "]" else line for line in stopped)
    return "\n\n" + "\n".join(stopped)
