"""Draft updates with labels: what misleads in each, and what its rewrite must and must not say."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.records import Audience, BusinessContext, Finding, Kind
from bot.updates.review import Assignment


class Label(BaseModel):
    """A finding: its kind, and the stretch of the draft (empty: the draft as a whole)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    quote: str = ""


class DraftCase(BaseModel):
    """A draft with what a review of it should find, and checks of the rewrite.

    Findings in `optional` are neither asked for nor wrong. The rewrite must state every fact in
    `keep`, must not match any of the expressions in `forbid`, and must match one of each group in
    `require_any` (case is ignored). `data/README.md` has the conventions.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    draft: str
    audience: Audience
    context: BusinessContext | None = None
    findings: tuple[Label, ...] = ()
    optional: tuple[Label, ...] = ()
    keep: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    require_any: tuple[tuple[str, ...], ...] = ()
    category: str = ""
    domain: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing in the draft misleads."""
        return not self.findings

    def assignment(self, draft: str) -> Assignment:
        """Return the order to review *draft* (the case's own, or a rewrite), by the engine here."""
        context = self.context or BusinessContext()
        return Assignment(draft=draft, audience=self.audience, context=context)


def labels(findings: Sequence[Finding]) -> list[Label]:
    """Return a review's findings as the labels have them."""
    return [Label(kind=finding.kind, quote=finding.quote) for finding in findings]


def read_drafts(file: Path) -> list[DraftCase]:
    """Read a JSONL file of labelled drafts."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [DraftCase.model_validate_json(line) for line in lines if line.strip()]
