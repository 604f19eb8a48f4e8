"""The reviews feature: find what misleads, rewrite, let the guard decide between the engines."""

import asyncio
import re
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.errors import DraftTooLong, ModelUnavailable, NothingToReview
from bot.records import Finding, Inquiry, KeptContext, Kind
from bot.updates.drafts import Draft, parse
from bot.updates.finding import Finder, Heard
from bot.updates.guarding import Sort, check
from bot.updates.reading import Memory, Reading
from bot.updates.review import Assignment, Review, facts
from bot.updates.rewriting import Order, Rewriter, Rewriting
from bot.updates.spots import Spot
from bot.updates.wording import finding

LONGEST = 150_000
_PASSES = 3

log = structlog.get_logger(__name__)


class ReviewWriter(Protocol):
    """An engine that reviews with a language model, given the built-in review as evidence."""

    async def write(self, assignment: Assignment, builtin: Review) -> Review:
        """Return a checked review. Raises ModelUnavailable when there is no usable one."""
        ...


class ReviewFeature:
    """Reviews draft updates."""

    def __init__(
        self, finder: Finder, rewriter: Rewriter, writer: ReviewWriter | None = None
    ) -> None:
        """Find with *finder*, rewrite with *rewriter*; let *writer* try where it is allowed."""
        self._finder = finder
        self._rewriter = rewriter
        self._writer = writer

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return self._writer is not None

    async def warm(self) -> None:
        """Load the model that reads drafts, or make it: some seconds, the first time."""
        await asyncio.to_thread(self._finder.reader.read, parse("Ready."))

    async def review(self, assignment: Assignment) -> Review:
        """Review *assignment*. Raises NothingToReview or DraftTooLong."""
        if not any(character.isalnum() for character in assignment.draft):
            raise NothingToReview
        if len(assignment.draft) > LONGEST:
            raise DraftTooLong(longest=LONGEST, length=len(assignment.draft))
        builtin = await asyncio.to_thread(self._builtin, assignment)
        if self._writer is None or not assignment.with_model:
            return builtin
        try:
            return await self._writer.write(assignment, builtin)
        except ModelUnavailable as error:
            log.warning("model_fallback", reason=error.sentence)
            return builtin.model_copy(update={"fallback": error.sentence})

    def fitting(self, draft: str, contexts: Sequence[KeptContext]) -> str:
        """Return the name of the one context that *draft* is about; empty if none or several are.

        A draft that names a team or project is about it; else its metrics decide, by meaning.
        """
        named = [kept.name for kept in contexts if _names(draft, kept)]
        if not named:
            parsed = parse(draft)
            named = [kept.name for kept in contexts if self._rewriter.fits(parsed, kept.context)]
        return named[0] if len(named) == 1 else ""

    def _builtin(self, assignment: Assignment) -> Review:
        memory = Memory()
        heard = self._finder.hear(parse(_readable(assignment.draft)), memory)
        spots = self._spots(heard, assignment)
        if not spots:
            return Review(rewrite=assignment.draft, praise=_praise(heard.readings))
        rewriting = self._rewritten(heard, spots, assignment, memory)
        return Review(
            findings=tuple(_finding(assignment.draft, spot) for spot in spots),
            rewrite=_safe(assignment, _with_ends(rewriting.text, assignment.draft), spots),
            inquiries=rewriting.inquiries,
        )

    def _spots(self, heard: Heard, assignment: Assignment) -> list[Spot]:
        return [
            spot
            for spot in self._finder.find(heard, assignment.audience)
            if not _allowed(heard.draft, spot, assignment)
        ]

    def _rewritten(
        self, heard: Heard, spots: list[Spot], assignment: Assignment, memory: Memory
    ) -> Rewriting:
        """Rewrite until nothing is left to object to: a claim that went may have tied a metric."""
        inquiries: dict[str, Inquiry] = {}
        rewriting = Rewriting(heard.draft.text)
        for _ in range(_PASSES):
            order = Order(
                draft=heard.draft,
                spots=spots,
                figurative=heard.figurative,
                context=assignment.context,
                answers=assignment.answers,
                odds=assignment.odds,
                scale=assignment.scale,
            )
            rewriting = self._rewriter.rewrite(order)
            inquiries = {inquiry.name: inquiry for inquiry in rewriting.inquiries} | inquiries
            heard = self._finder.hear(parse(rewriting.text), memory)
            spots = self._spots(heard, assignment)
            if not spots:
                break
        return Rewriting(rewriting.text, tuple(inquiries.values()))


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _readable(text: str) -> str:
    """Blank out control characters, line ends of Windows included, and keep every place."""
    return _CONTROL.sub(" ", text)


def _with_ends(rewrite: str, draft: str) -> str:
    """Give *rewrite* the line ends of *draft*."""
    if "\r\n" not in draft:
        return rewrite
    return re.sub(r" ?\n", "\r\n", rewrite)


def _safe(assignment: Assignment, rewrite: str, spots: Sequence[Spot]) -> str:
    """Return *rewrite*, or the draft itself where the guard finds a figure changed or made up."""
    meanings = (spot.term.plain for spot in spots if spot.term)
    sources = (*facts(assignment), *assignment.answers.values(), *meanings)
    problems = check(assignment.draft, rewrite, sources=sources, scale=assignment.scale)
    wrong = sorted({str(problem.sort) for problem in problems if problem.sort in _WRONG})
    if wrong:
        log.warning("rewrite_refused", sorts=wrong)
        return assignment.draft
    return rewrite


_WRONG = {
    Sort.INVENTED_FIGURE,
    Sort.CHANGED_UNIT,
    Sort.CHANGED_DATE,
    Sort.CHANGED_VERSION,
    Sort.OBEYED_INSTRUCTION,
}


def _names(draft: str, kept: KeptContext) -> bool:
    names = {kept.name, kept.context.project} - {""}
    return any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", draft, re.IGNORECASE) for name in names
    )


def _allowed(draft: Draft, spot: Spot, assignment: Assignment) -> bool:
    phrase = spot.span.of(draft.text).casefold()
    return (spot.kind, phrase) in assignment.allowed


def _finding(text: str, spot: Spot) -> Finding:
    meaning = spot.term.plain if spot.kind is Kind.JARGON and spot.term else ""
    return finding(spot.kind, text, spot.span.start, spot.span.end, meaning)


def _praise(readings: Sequence[Reading]) -> str:
    """Say what makes a clean update good, from what it does say."""
    found = {label for reading in readings for label, odds in reading.odds.items() if odds >= 0.5}
    strengths = [said for label, said in _STRENGTHS if label in found]
    if not strengths:
        return "Nothing in it misleads: no promise, no praise, no unexplained term."
    return f"It {_listed(strengths)}, and promises nothing that nobody can know."


_STRENGTHS = (
    ("impact", "says what the work means for users or the business"),
    ("risk", "names risks and what is still open"),
    ("goal", "calls a goal a goal"),
    ("plan", "says what happens next"),
)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
