"""The language-model engine for reviews: a model drafts, the guard decides.

The built-in findings are its evidence; what fails the guard is repaired once, with the problems
named; what fails again is not shown.
"""

from collections.abc import Iterator, Sequence

import structlog
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import ModelUnavailable
from bot.ports import LanguageModel
from bot.records import Finding, Kind
from bot.updates.guarding import Problem, check
from bot.updates.likelihoods import scales
from bot.updates.review import Assignment, Review, facts
from bot.updates.terms import lexicon
from bot.updates.wording import finding
from prompts import Value, load_prompt

_LONGEST = 40_000

log = structlog.get_logger(__name__)


class DraftFinding(BaseModel):
    """Something in the draft that misleads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    quote: str = Field(description="The exact words of the draft; empty for missing_risk.")


class DraftReview(BaseModel):
    """A review of the draft."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[DraftFinding, ...]
    rewrite: str = Field(description="The whole rewritten update and nothing else.")


class ModelledReviews:
    """Reviews drafts with a language model, checked by the guard."""

    def __init__(self, model: LanguageModel) -> None:
        """Draft with *model*."""
        self._model = model
        self._first = load_prompt("review")
        self._repair = load_prompt("review_repair")

    async def write(self, assignment: Assignment, builtin: Review) -> Review:
        """Return a checked review.

        Raises ModelUnavailable when the model fails, its budget is spent, the draft is too long
        for it, or its rewrite does not pass the guard after one repair.
        """
        if len(assignment.draft) > _LONGEST:
            raise ModelUnavailable(reason="the draft is too long for it")
        values = _values(assignment, builtin)
        prompt = self._first.render(values)
        drafted = await self._draft(assignment, prompt.system, prompt.user)
        problems = _problems(assignment, builtin, drafted)
        if problems:
            log.info("review_refused", sorts=sorted({str(problem.sort) for problem in problems}))
            drafted = await self._repaired(assignment, builtin, drafted, problems)
        return _review(assignment, builtin, drafted)

    async def _repaired(
        self,
        assignment: Assignment,
        builtin: Review,
        drafted: DraftReview,
        problems: Sequence[Problem],
    ) -> DraftReview:
        told = "\n".join(f"- {problem.sort}: {problem.detail}" for problem in problems)
        values = {"rewrite": drafted.rewrite, "problems": told}
        prompt = self._repair.render(_values(assignment, builtin) | values)
        second = await self._draft(assignment, prompt.system, prompt.user)
        if remaining := _problems(assignment, builtin, second):
            log.info("repair_refused", sorts=sorted({str(problem.sort) for problem in remaining}))
            raise ModelUnavailable(reason="its rewrite did not pass the checks")
        return second

    async def _draft(self, assignment: Assignment, system: str, user: str) -> DraftReview:
        return await self._model.draft(assignment.workspace, system, user, DraftReview)


def _values(assignment: Assignment, builtin: Review) -> dict[str, Value]:
    about = {inquiry.name: inquiry.text for inquiry in builtin.inquiries}
    answers = [f"{about.get(name, name)} {text}" for name, text in assignment.answers.items()]
    findings = [f"- {found.kind}: {_shown(found)}" for found in builtin.findings]
    return {
        "audience": assignment.audience.value,
        "draft": assignment.draft,
        "context": "\n".join(facts(assignment)) or "(nothing is known)",
        "answers": "\n".join(answers) or "(nothing)",
        "findings": "\n".join(findings) or "(nothing)",
        "scale": ", ".join(map(str, scales()[assignment.scale])),
    }


def _shown(found: Finding) -> str:
    meanings = "; ".join(_meanings([found]))
    return f"{found.quote or '(the whole draft)'}{f' ({meanings})' if meanings else ''}"


def _meanings(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the plain meanings of the terms found, in whose words a rewrite may explain them."""
    for found in findings:
        if found.kind is Kind.JARGON:
            yield from (mention.term.plain for mention in lexicon().mentions(found.quote))


def _problems(assignment: Assignment, builtin: Review, drafted: DraftReview) -> list[Problem]:
    if not builtin.findings and not _exact(assignment, drafted):
        return []  # a clean draft goes back as it was, whatever the model made of it
    return check(
        assignment.draft,
        drafted.rewrite,
        sources=(
            *facts(assignment),
            *assignment.answers.values(),
            *_meanings(builtin.findings),
            builtin.rewrite,
        ),
        scale=assignment.scale,
    )


def _exact(assignment: Assignment, drafted: DraftReview) -> list[DraftFinding]:
    """Return the findings whose quotes are the draft's own words."""
    return [
        found
        for found in drafted.findings
        if (found.kind is Kind.MISSING_RISK) != bool(found.quote)
        and found.quote in assignment.draft
    ]


def _review(assignment: Assignment, builtin: Review, drafted: DraftReview) -> Review:
    more = [_located(assignment.draft, found) for found in _exact(assignment, drafted)]
    findings = list(builtin.findings)
    findings += [
        found
        for found in more
        if (found.kind, found.quote.casefold()) not in assignment.allowed
        and not any(_same(found, known) for known in findings)
    ]
    if not findings:
        return builtin.model_copy(update={"engine": "llm"})
    findings.sort(key=lambda found: (found.kind is Kind.MISSING_RISK, found.start, found.end))
    return Review(
        findings=tuple(findings),
        rewrite=drafted.rewrite,
        inquiries=builtin.inquiries,
        engine="llm",
    )


def _located(draft: str, found: DraftFinding) -> Finding:
    start = draft.find(found.quote)
    return finding(found.kind, draft, start, start + len(found.quote))


def _same(one: Finding, other: Finding) -> bool:
    if one.kind is not other.kind:
        return False
    return not one.quote or (one.start < other.end and other.start < one.end)
