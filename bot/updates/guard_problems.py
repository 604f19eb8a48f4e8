"""What can be wrong with a rewrite of a status update."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """The sorts of problems; each is found on its own."""

    INVENTED_FIGURE = "invented_figure"
    CHANGED_UNIT = "changed_unit"
    LOST_FIGURE = "lost_figure"
    CHANGED_DATE = "changed_date"
    CHANGED_VERSION = "changed_version"
    FLIPPED_DIRECTION = "flipped_direction"
    FLIPPED_NEGATION = "flipped_negation"
    LOST_FACT = "lost_fact"
    LOST_BAD_NEWS = "lost_bad_news"
    LOST_NAME = "lost_name"
    PROMISE_LEFT = "promise_left"
    OVERCLAIM_LEFT = "overclaim_left"
    CERTAINTY_RAISED = "certainty_raised"
    HYPE_LEFT = "hype_left"
    INVENTED_CLAIM = "invented_claim"
    OBEYED_INSTRUCTION = "obeyed_instruction"
    TOO_LONG = "too_long"
    MOSTLY_PLACEHOLDER = "mostly_placeholder"


@dataclass(frozen=True)
class Problem:
    """Something wrong with a rewrite; `detail` says what, in words for whoever repairs it."""

    sort: Sort
    detail: str
