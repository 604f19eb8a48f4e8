"""The forms of reviews: a new draft, the author's answers, posting, objecting, business contexts.

Each returns a `Form`; what comes back is read here too, so that a form and its reading agree.
"""

from collections.abc import Sequence
from hashlib import sha256

from bot.errors import InputProblem
from bot.messages import Field, Form, Option, Submission
from bot.records import Audience, BusinessContext, KeptContext, MetricMeaning, ReviewRecord
from bot.updates.kinds import words

NEW, QUESTIONS, POST, OBJECT, CONTEXT = (
    "review_new",
    "review_answers",
    "review_post",
    "review_object",
    "review_context",
)
SHOW, ANSWER_INSTEAD, KEEP, DELETE = (
    "review_show",
    "review_answer_instead",
    "review_keep",
    "review_delete",
)
_AUDIENCES = (
    Option(value=Audience.EXEC, label="Executives"),
    Option(value=Audience.BOARD, label="The board"),
    Option(value=Audience.PRODUCT, label="Product and other teams"),
    Option(value=Audience.PEER, label="ML people"),
)
_PREVIEW = 2_500


def new(contexts: Sequence[KeptContext]) -> Form:
    """Ask for a draft, its readers and its business context."""
    fields = [
        Field(name="draft", label="Your draft update", kind="lines", required=True,
              hint="Longer than 3,000 characters? Send it to me as a message or a file."),
        Field(name="audience", label="Who will read it?", kind="choice", value=Audience.EXEC,
              options=_AUDIENCES),
    ]  # fmt: skip
    if contexts:
        options = tuple(Option(value=kept.name, label=kept.name[:75]) for kept in contexts[:100])
        fields.append(
            Field(name="context", label="Business context", kind="choice", options=options,
                  hint="Leave it empty and I take the one that fits.")
        )  # fmt: skip
    return Form(title="Review an update", action=NEW, fields=tuple(fields), submit="Review")


def audience_from(submission: Submission) -> Audience:
    """Return the readers that a filled-in form names. Raises InputProblem for unknown ones."""
    chosen = submission.answers.get("audience") or Audience.EXEC
    if chosen not in set(Audience):
        raise InputProblem(problem=f"“{chosen[:40]}” is no audience that I know.")
    return Audience(chosen)


def questions(record: ReviewRecord) -> Form:
    """Ask what only the author knows; offer to keep what a metric means."""
    fields = [
        Field(
            name=inquiry.name,
            label=_cut(inquiry.text, 150),
            kind="lines",
            value=record.answers.get(inquiry.name, ""),
            hint=_cut(inquiry.about, 140) if len(inquiry.text) > 150 else "",
        )
        for inquiry in record.inquiries
    ]
    if any(inquiry.name == "impact" for inquiry in record.inquiries):
        fields.append(
            Field(name="keep_in", label="Remember what the metric means for", value=record.context,
                  hint="A team or project. Empty: don't keep it.", length=150)
        )  # fmt: skip
    return Form(
        title="Only you know",
        action=QUESTIONS,
        value=record.id,
        text="Answer what you can; I rewrite the update with it. Nothing else is added.",
        fields=tuple(fields),
        submit="Rewrite",
    )


def post(record: ReviewRecord) -> Form:
    """Show what would be posted and ask where."""
    cut = "" if len(record.rewrite) <= _PREVIEW else "\n… (all of it is posted)"
    return Form(
        title="Post to a channel",
        action=POST,
        value=f"{record.id}#{_digest(record.rewrite)}",
        text=f"{_unfilled(record)}Everybody in the channel will read this:\n\n"
        f"{record.rewrite[:_PREVIEW]}{cut}",
        fields=(Field(name="channel", label="Channel", kind="channel", required=True),),
        submit="Post it",
    )


def _unfilled(record: ReviewRecord) -> str:
    """Warn of [brackets] that the rewrite has and the draft had not."""
    added = "[" in record.rewrite and "[" not in record.draft
    return "It still has [brackets] to fill in. " if added else ""


def posted_from(submission: Submission) -> tuple[str, str]:
    """Return the review's id and the digest of what was previewed."""
    review_id, _, digest = submission.value.rpartition("#")
    return review_id, digest


def channel_from(submission: Submission) -> str:
    """Return the channel to post to. Raises InputProblem if none was chosen."""
    if channel := submission.answers.get("channel", ""):
        return channel
    raise InputProblem(problem="choose the channel that I should post to.")


def is_previewed(record: ReviewRecord, digest: str) -> bool:
    """Tell whether *digest* belongs to the rewrite as it is now."""
    return digest == _digest(record.rewrite)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:12]


def objection(record: ReviewRecord) -> Form:
    """Ask which finding is not a problem."""
    options = tuple(
        Option(value=str(number), label=_cut(f"{words()[finding.kind].title}: {finding.quote}", 75))
        for number, finding in enumerate(record.findings)
        if finding.quote
    )
    return Form(
        title="Not a problem",
        action=OBJECT,
        value=record.id,
        text="Your administrator sees the phrase. If they agree, I don't raise it here again.",
        fields=(
            Field(name="finding", label="Which one?", kind="choice", options=options,
                  required=True),
        ),
    )  # fmt: skip


def context(kept: KeptContext | None) -> Form:
    """Ask for a business context, or edit *kept*."""
    known = kept.context if kept else BusinessContext()
    lines = "\n".join(
        " = ".join((m.metric, m.business_measure, *([m.effect] if m.effect else [])))
        for m in known.metrics
    )
    return Form(
        title="Business context",
        action=CONTEXT,
        value=kept.name if kept else "",
        text="What your updates are about, in the words of the business. I use it in rewrites and "
        "add nothing to it.",
        fields=(
            Field(name="name", label="Team or project", value=kept.name if kept else "",
                  required=True, length=150),
            Field(name="goal", label="Goal", kind="lines", value=known.goal, length=1_000),
            Field(
                name="metrics",
                label="Metrics, one a line",
                kind="lines",
                value=lines,
                hint="metric = business measure = what a change is worth",
            ),
        ),
        submit="Keep",
    )  # fmt: skip


def context_from(
    submission: Submission, before: BusinessContext | None
) -> tuple[str, BusinessContext]:
    """Return the name and the context of a filled-in form; what it left out stays as *before*.

    Raises InputProblem.
    """
    answers = submission.answers
    known = before or BusinessContext()
    name = answers.get("name", "").strip()[:150]
    if not name:
        raise InputProblem(problem="a business context needs the name of a team or project.")
    metrics, goal = known.metrics, known.goal
    if "metrics" in answers:
        metrics = tuple(_metric(line) for line in answers["metrics"].splitlines() if line.strip())
    if "goal" in answers:
        goal = answers["goal"].strip()[:1_000]
    return name, BusinessContext(project=known.project or name, goal=goal, metrics=metrics)


def _metric(line: str) -> MetricMeaning:
    parts = [part.strip() for part in line.split(" = ", 2)]
    if len(parts) < 2 or not parts[0]:
        raise InputProblem(
            problem=f"“{line.strip()[:80]}” should read: metric = business measure = what a change "
            "is worth."
        )
    return MetricMeaning(
        metric=parts[0][:200],
        business_measure=parts[1][:500],
        effect=parts[2][:1_000] if len(parts) > 2 else "",
    )


def _cut(text: str, length: int) -> str:
    words_ = " ".join(text.split())
    return words_ if len(words_) <= length else f"{words_[: length - 1].rstrip()}…"
