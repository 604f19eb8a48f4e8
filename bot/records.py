"""What Coach remembers, as frozen records that know no database."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bot.messages import Citation, Frozen, Person, Place, Text

Engine = Literal["builtin", "llm"]


class AnswerRecord(Frozen):
    """A question, what Coach answered, and on which grounds.

    `id` derives from the event that asked, so working on an event twice records one answer.
    `fallback` says why the built-in engine answered although a model is configured.
    """

    id: str
    place: Place
    person: Person
    question: str
    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    hidden: bool = False
    engine: Engine = "builtin"
    fallback: str = ""
    asked_at: datetime


class Vote(Frozen):
    """One person's opinion of an answer, with what they said of it where they were asked."""

    answer_id: str
    person: str
    helpful: bool
    at: datetime
    words: str = ""


class Gap(Frozen):
    """A question the library should answer better, with one of the things said of its answer."""

    question: str
    times: int = Field(ge=1)
    reason: Literal["not covered", "voted down"]
    last_asked: datetime
    words: str = ""


class StoredDocument(Frozen):
    """A document that a workspace added; `digest` is the SHA-256 of its bytes."""

    workspace: str
    name: str
    title: str
    digest: str
    passages: int
    added_at: datetime


class Kind(StrEnum):
    """What can be wrong with a draft; `bot/updates/kinds.yaml` has the words for each."""

    PROMISE = "promise"
    EXTRAPOLATION = "extrapolation"
    METRIC_WITHOUT_IMPACT = "metric_without_impact"
    HYPE = "hype"
    JARGON = "jargon"
    OVERCLAIM = "overclaim"
    MISSING_RISK = "missing_risk"
    CREDIT_BY_RESULT = "credit_by_result"
    OVERHEDGED = "overhedged"


class Audience(StrEnum):
    """Who will read the update; `peer` knows machine learning."""

    EXEC = "exec"
    PRODUCT = "product"
    BOARD = "board"
    PEER = "peer"


class Finding(Frozen):
    """Something in a draft that misleads its reader.

    `quote` is `draft[start:end]`, empty for what concerns the draft as a whole. `message` says why
    it misleads, `advice` what to do; `citation` is the lecture passage behind that.
    """

    kind: Kind
    quote: str
    start: int
    end: int
    message: str
    advice: str
    citation: Citation | None = None


class MetricMeaning(Frozen):
    """What an ML metric means for the business, and what a change of it is worth."""

    metric: Text = Field(min_length=1, max_length=200)
    business_measure: Text = Field(default="", max_length=500)
    effect: Text = Field(default="", max_length=1_000)


class BusinessContext(Frozen):
    """What a team's updates are about, in the words of its business."""

    project: Text = Field(default="", max_length=200)
    goal: Text = Field(default="", max_length=1_000)
    metrics: tuple[MetricMeaning, ...] = ()


class KeptContext(Frozen):
    """A version of a business context, kept for a workspace under a name (team and project).

    Versions count from 1; the highest is the one in force.
    """

    workspace: str
    name: str = Field(min_length=1, max_length=150)
    version: int = Field(default=0, description="Given by the store when it is saved.")
    context: BusinessContext
    edited_by: str
    edited_at: datetime


class Inquiry(Frozen):
    """A question that only the author can answer.

    `about` is what it concerns: a metric's name in the draft, or a quote. `kind` is the finding it
    arose from. The answer to one about a metric can be kept in the business context.
    """

    name: str
    text: str
    kind: Kind
    about: str = ""


class ReviewRecord(Frozen):
    """A review of a draft: private to its author, deleted when its time is up.

    `context` is the name of the kept context that was used, `answers` what the author answered by
    the names of the inquiries. `fallback` says why the built-in engine reviewed although a model
    is configured and allowed.
    """

    id: str
    place: Place
    person: Person
    draft: Text
    audience: Audience = Audience.EXEC
    context: str = ""
    answers: dict[str, Text] = Field(default_factory=dict[str, Text])
    findings: tuple[Finding, ...] = ()
    rewrite: str
    inquiries: tuple[Inquiry, ...] = ()
    engine: Engine = "builtin"
    fallback: str = ""
    reviewed_at: datetime


class Objection(Frozen):
    """Somebody says that a finding of this kind on this phrase is not a problem.

    Waiting until an administrator allows the phrase (it is not raised again in the workspace) or
    refuses it.
    """

    kind: Kind
    phrase: Text = Field(min_length=1, max_length=500)
    person: str
    at: datetime
    state: Literal["waiting", "allowed", "refused"] = "waiting"


class Policy(Frozen):
    """What the administrator of a workspace decided.

    `draft_days`: drafts and their reviews are deleted after so many days. `answer_days`: so are
    questions and their answers. `drafts_to_model`: drafts may be sent to the language model's
    vendor. `scale`: the words for likelihoods.
    """

    draft_days: int = Field(default=30, ge=1, le=3_650)
    answer_days: int = Field(default=365, ge=1, le=3_650)
    drafts_to_model: bool = False
    scale: Literal["icd203", "ipcc"] = "icd203"
