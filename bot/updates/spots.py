"""Where a draft misleads: the stretch, the kind, and what was recognised there."""

from dataclasses import dataclass

from bot.records import Kind
from bot.updates.drafts import Span
from bot.updates.terms import Term


@dataclass(frozen=True)
class Spot:
    """A finding on its way: `term` is the jargon or the metric, where one was recognised."""

    kind: Kind
    span: Span
    term: Term | None = None
