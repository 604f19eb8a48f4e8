"""What a review of a draft says."""

from collections.abc import Iterator

from pydantic import Field

from bot.messages import Frozen
from bot.records import Audience, BusinessContext, Engine, Finding, Inquiry, Kind
from bot.updates.likelihoods import ScaleName


class Assignment(Frozen):
    """A draft to review, and what may be used for it.

    `answers` are the author's, by the names of the inquiries. Phrases in `allowed` are not raised
    as findings of their kind. `odds` is what the team's log says of the objective that the draft
    speaks of. `with_model`: the workspace lets drafts go to the language model.
    """

    draft: str
    audience: Audience = Audience.EXEC
    context: BusinessContext = BusinessContext()
    answers: dict[str, str] = Field(default_factory=dict[str, str])
    scale: ScaleName = "icd203"
    allowed: frozenset[tuple[Kind, str]] = frozenset()
    odds: str = ""
    workspace: str = ""
    with_model: bool = False


class Review(Frozen):
    """Findings, the rewrite and what only the author knows.

    A draft without findings is its own rewrite; `praise` then says why it is good. `fallback` says
    why the built-in engine reviewed although the model was asked.
    """

    findings: tuple[Finding, ...] = ()
    rewrite: str
    inquiries: tuple[Inquiry, ...] = ()
    praise: str = ""
    engine: Engine = "builtin"
    fallback: str = ""


def facts(assignment: Assignment) -> Iterator[str]:
    """Yield what the business context and the team's log say, a line each."""
    context = assignment.context
    if assignment.odds:
        yield f"The team's log: {assignment.odds}"
    for name, text in (("Project", context.project), ("Goal", context.goal)):
        if text:
            yield f"{name}: {text}"
    for entry in context.metrics:
        yield f"{entry.metric}: {entry.business_measure} ({entry.effect or 'effect not known'})"
