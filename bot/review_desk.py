"""Reviews as a conversation: who sent which draft, the forms, the buttons, what is kept.

A draft belongs to its author: nobody else can open, answer, post or delete its review.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot import review_forms as forms
from bot.errors import ReviewGone
from bot.messages import (
    Button,
    Citation,
    Form,
    Mark,
    MarkedText,
    Message,
    Platform,
    Reply,
    Section,
    Submission,
)
from bot.ports import Contexts, Objections, Policies, Reviews
from bot.records import (
    Audience,
    BusinessContext,
    Finding,
    Inquiry,
    KeptContext,
    MetricMeaning,
    Objection,
    Policy,
    ReviewRecord,
)
from bot.updates.kinds import words
from bot.updates.review import Assignment, Review
from bot.updates.reviewing import ReviewFeature


class Tracking(Protocol):
    """What the team's log tells of what a draft is about."""

    async def tracked(self, workspace: str, draft: str) -> str:
        """Return the odds of the objective that *draft* speaks of; empty if there are none."""
        ...


class ReviewDesk:
    """Takes drafts in and hands reviews out."""

    def __init__(
        self,
        *,
        feature: ReviewFeature,
        reviews: Reviews,
        contexts: Contexts,
        objections: Objections,
        policies: Policies,
        tracking: Tracking,
        now: Callable[[], datetime],
    ) -> None:
        """Review with *feature*, keep in the stores; *now* gives aware times.

        *tracking* knows the odds of what the team bets on.
        """
        self._tracking = tracking
        self._feature = feature
        self._reviews = reviews
        self._contexts = contexts
        self._objections = objections
        self._policies = policies
        self._now = now

    # -- reviewing

    async def review(
        self,
        message: Message,
        draft: str,
        audience: Audience = Audience.EXEC,
        context: str | None = None,
    ) -> Reply:
        """Review *draft* and keep the review for its author.

        *context* names the business context; None finds the one that fits the draft.
        """
        kept = await self._contexts.all(message.place.workspace)
        name = self._feature.fitting(draft, kept) if context is None else context
        record = ReviewRecord(
            id=message.id,
            place=message.place,
            person=message.person,
            draft=draft,
            audience=audience,
            context=name,
            rewrite=draft,
            reviewed_at=self._now(),
        )
        return await self._reviewed(record, hidden=message.hidden)

    async def ask_first(self, message: Message) -> Reply:
        """Ask whether *message* is a draft or a question; keep it until the answer comes."""
        record = ReviewRecord(
            id=message.id,
            place=message.place,
            person=message.person,
            draft=message.text,
            rewrite=message.text,
            reviewed_at=self._now(),
        )
        await self._reviews.keep(record)
        return Reply(
            text="Is this a draft update that I should review, or a question?",
            buttons=(
                Button(label="Review it", action=forms.SHOW, value=message.id),
                Button(label="Answer it", action=forms.ANSWER_INSTEAD, value=message.id),
            ),
            hidden=message.hidden,
        )

    async def _reviewed(self, record: ReviewRecord, *, hidden: bool = False) -> Reply:
        policy = await self._policies.policy(record.place.workspace)
        review = await self._feature.review(await self._assignment(record, policy))
        reviewed = record.model_copy(
            update={
                "findings": review.findings,
                "rewrite": review.rewrite,
                "inquiries": review.inquiries,
                "engine": review.engine,
                "fallback": review.fallback,
                "reviewed_at": self._now(),
            }
        )
        await self._reviews.keep(reviewed)
        return _reply(reviewed, review, policy, with_model=self._feature.has_model, hidden=hidden)

    async def _assignment(self, record: ReviewRecord, policy: Policy) -> Assignment:
        workspace = record.place.workspace
        kept = await self._contexts.find(workspace, record.context) if record.context else None
        objections = await self._objections.all(workspace)
        return Assignment(
            draft=record.draft,
            audience=record.audience,
            context=kept.context if kept else BusinessContext(),
            answers=record.answers,
            scale=policy.scale,
            allowed=frozenset(
                (o.kind, o.phrase.casefold()) for o in objections if o.state == "allowed"
            ),
            odds=await self._tracking.tracked(workspace, record.draft),
            workspace=workspace,
            with_model=policy.drafts_to_model,
        )

    # -- buttons

    async def press(self, message: Message, action: str, review_id: str) -> Reply | None:
        """Do what the button *action* under a review says. Raises ReviewGone."""
        record = await self._own(message, review_id)
        match action:
            case forms.SHOW:
                return await self._reviewed(await self._fitted(record), hidden=message.hidden)
            case forms.KEEP:
                return Reply(
                    text="Fine: your draft stays as you wrote it. I sent it nowhere.", hidden=True
                )
            case forms.DELETE:
                await self._reviews.forget(record.place.workspace, record.id)
                return Reply(text=_DELETED, hidden=True)
            case _:
                return None

    async def _fitted(self, record: ReviewRecord) -> ReviewRecord:
        """Give *record* the business context that fits its draft."""
        kept = await self._contexts.all(record.place.workspace)
        return record.model_copy(update={"context": self._feature.fitting(record.draft, kept)})

    async def question(self, message: Message, review_id: str) -> str:
        """Return the text that turned out to be a question, and forget it as a draft."""
        record = await self._own(message, review_id)
        await self._reviews.forget(record.place.workspace, record.id)
        return record.draft

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if there is none."""
        workspace = message.place.workspace
        if message.verb == "review":
            return forms.new(await self._contexts.all(workspace))
        if message.verb == "context":
            return forms.context(None)
        if message.press is None:
            return None
        action, value = message.press.action, message.press.value
        if action == forms.NEW:
            return forms.new(await self._contexts.all(workspace))
        if action == forms.CONTEXT:
            return forms.context(await self._contexts.find(workspace, value) if value else None)
        opened = {
            forms.QUESTIONS: forms.questions,
            forms.POST: forms.post,
            forms.OBJECT: forms.objection,
        }
        if action not in opened:
            return None
        return opened[action](await self._own(message, value))

    async def show_context(self, message: Message, name: str) -> Reply:
        """Show the business context of that name, or the names there are."""
        workspace = message.place.workspace
        kept = await self._contexts.find(workspace, name) if name else None
        if kept is None:
            return _contexts(await self._contexts.all(workspace), name)
        lines = [f"Goal: {kept.context.goal}"] if kept.context.goal else []
        lines += [f"{m.metric}: {_means(m)}" for m in kept.context.metrics]
        return Reply(
            text=f"“{kept.name}”, version {kept.version}",
            sections=(Section(title="What it says", text="\n".join(lines) or "Nothing yet."),),
            buttons=(_edit(kept.name),),
            hidden=True,
        )

    # -- filled-in forms

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says. Raises ReviewGone or an input problem."""
        answers = submission.answers
        match submission.action:
            case forms.NEW:
                chosen = answers.get("context") or None
                audience = forms.audience_from(submission)
                return await self.review(message, answers.get("draft", ""), audience, chosen)
            case forms.QUESTIONS:
                return await self._answered(message, submission)
            case forms.POST:
                return await self._posted(message, submission)
            case forms.OBJECT:
                return await self._objected(message, submission)
            case forms.CONTEXT:
                return await self._context_saved(message, submission)
            case _:
                return None

    async def _posted(self, message: Message, submission: Submission) -> Reply:
        review_id, digest = forms.posted_from(submission)
        record = await self._own(message, review_id)
        channel = forms.channel_from(submission)
        if not forms.is_previewed(record, digest):
            return Reply(
                text="The rewrite has changed since you saw it, so I posted nothing. Press Post "
                "again under the latest review.",
                hidden=True,
            )
        return Reply(text=record.rewrite, posts_to=channel)

    async def _answered(self, message: Message, submission: Submission) -> Reply:
        record = await self._own(message, submission.value)
        known = {inquiry.name for inquiry in record.inquiries}
        given = {
            name: text.strip()
            for name, text in submission.answers.items()
            if name in known and text.strip()
        }
        name = submission.answers.get("keep_in", "").strip()
        if name:
            record = await self._with_context(message, record, name, given)
        answered = record.model_copy(update={"answers": {**record.answers, **given}})
        return await self._reviewed(answered, hidden=message.hidden)

    async def _with_context(
        self, message: Message, record: ReviewRecord, name: str, given: Mapping[str, str]
    ) -> ReviewRecord:
        """Keep what the author said of a metric in the context *name*."""
        about = {inquiry.name: inquiry.about for inquiry in record.inquiries}
        if "impact" not in given:
            return record
        learned = _meaning(about["impact"], given["impact"])
        workspace = message.place.workspace
        kept = await self._contexts.find(workspace, name)
        context = kept.context if kept else BusinessContext(project=name)
        others = tuple(m for m in context.metrics if m.metric.lower() != learned.metric.lower())
        await self._save(message, name, context.model_copy(update={"metrics": (*others, learned)}))
        return record.model_copy(update={"context": name})

    async def _objected(self, message: Message, submission: Submission) -> Reply:
        record = await self._own(message, submission.value)
        number = submission.answers.get("finding", "")
        finding = (
            record.findings[int(number)]
            if number.isdigit() and int(number) < len(record.findings)
            else None
        )
        if finding is None:
            raise ReviewGone
        if not finding.quote:
            return Reply(text="Noted. This one is about the draft as a whole.", hidden=True)
        objection = Objection(
            kind=finding.kind,
            phrase=finding.quote[:500],
            person=message.person.id,
            at=self._now(),
        )
        await self._objections.raise_(message.place.workspace, objection)
        return Reply(
            text="Noted, thank you. If your administrator agrees, I won't raise this phrase here "
            "again.",
            hidden=True,
        )

    async def _context_saved(self, message: Message, submission: Submission) -> Reply:
        workspace = message.place.workspace
        edited = submission.value
        before = await self._contexts.find(workspace, edited) if edited else None
        name, context = forms.context_from(submission, before.context if before else None)
        saved = await self._save(message, name, context)
        return Reply(
            text=f"Kept “{saved.name}”, version {saved.version}. Drafts that name it or its "
            "metrics are rewritten with it.",
            buttons=(_edit(saved.name),),
            hidden=True,
        )

    async def _save(self, message: Message, name: str, context: BusinessContext) -> KeptContext:
        return await self._contexts.save(
            KeptContext(
                workspace=message.place.workspace,
                name=name,
                context=context,
                edited_by=message.person.id,
                edited_at=self._now(),
            )
        )

    async def _own(self, message: Message, review_id: str) -> ReviewRecord:
        """Return the author's own review. Raises ReviewGone also for somebody else's."""
        record = await self._reviews.find(message.place.workspace, review_id)
        if record is None or record.person.id != message.person.id:
            raise ReviewGone
        return record


_LONGEST_MEASURE = 6  # words


def _meaning(metric: str, said: str) -> MetricMeaning:
    """Return what *said* tells of a *metric*: a few words name a measure, more an effect."""
    names_measure = len(said.split()) <= _LONGEST_MEASURE and not re.search(r"\d", said)
    told = {"business_measure": said[:500]} if names_measure else {"effect": said[:1_000]}
    return MetricMeaning.model_validate({"metric": metric[:200], **told})


def _means(meaning: MetricMeaning) -> str:
    measure, effect = meaning.business_measure, meaning.effect
    return f"{measure} ({effect})" if measure and effect else measure or effect


def _edit(name: str) -> Button:
    return Button(label=f"Edit “{name}”", action=forms.CONTEXT, value=name, opens_form=True)


_MOST_EDITS = 20
_DELETED = (
    "Deleted: the draft, its review and your answers. What stands above in this chat stays until "
    "you delete it there."
)


def _contexts(kept: Sequence[KeptContext], wanted: str) -> Reply:
    new = Button(label="New context", action=forms.CONTEXT, opens_form=True)
    if wanted:
        text = f"There is no business context called “{wanted}”. "
    else:
        text = "" if kept else "No business context is kept yet. "
    names = ", ".join(context.name for context in kept)
    text = f"{text}Kept here: {names}." if kept else f"{text}Make the first one:"
    return Reply(
        text=text, buttons=(*(_edit(c.name) for c in kept[:_MOST_EDITS]), new), hidden=True
    )


# -- what a review looks like


def _reply(
    record: ReviewRecord, review: Review, policy: Policy, *, with_model: bool, hidden: bool
) -> Reply:
    private = f"Only you see this; I delete the draft after {policy.draft_days} days."
    if with_model:
        goes = "may" if policy.drafts_to_model else "do not"
        private = f"{private} Drafts {goes} go to the language model here."
    if not review.findings:
        return Reply(
            text=f"I would send it as it is. {review.praise} {_used(record)}{private}",
            buttons=_buttons(record, review),
            hidden=hidden,
        )
    citations, numbers = _numbered(review.findings)
    return Reply(
        text=f"{_counted(review)} {_used(record)}{private}",
        marked=MarkedText(
            text=record.draft, marks=tuple(_mark(f, numbers) for f in review.findings)
        ),
        sections=(
            Section(title="Rewrite", text=review.rewrite, verbatim=True),
            *_asked(record, review),
        ),
        citations=citations,
        buttons=_buttons(record, review),
        hidden=hidden,
        by_model=review.engine == "llm",
    )


def _counted(review: Review) -> str:
    number = len(review.findings)
    things = "one thing" if number == 1 else f"{number} things"
    blanks = " The [brackets] are for you to fill in." if "[" in review.rewrite else ""
    return f"I found {things} that a reader could take wrongly, and rewrote it.{blanks}"


def _used(record: ReviewRecord) -> str:
    return f"Business context used: {record.context}. " if record.context else ""


def _asked(record: ReviewRecord, review: Review) -> tuple[Section, ...]:
    unanswered = _unanswered(record, review)
    if not unanswered:
        return ()
    text = "\n".join(f"• {inquiry.text}" for inquiry in unanswered)
    return (Section(title="Only you know", text=text),)


def _unanswered(record: ReviewRecord, review: Review) -> list[Inquiry]:
    return [inquiry for inquiry in review.inquiries if not record.answers.get(inquiry.name)]


def _numbered(findings: Sequence[Finding]) -> tuple[tuple[Citation, ...], dict[str, int]]:
    numbers: dict[str, int] = {}
    citations: list[Citation] = []
    for finding in findings:
        if finding.citation and finding.citation.title not in numbers:
            numbers[finding.citation.title] = len(numbers) + 1
            citations.append(finding.citation.model_copy(update={"number": len(numbers)}))
    return tuple(citations), numbers


def _mark(finding: Finding, numbers: Mapping[str, int]) -> Mark:
    return Mark(
        start=finding.start,
        end=finding.end,
        title=words()[finding.kind].title,
        text=f"{finding.message} {finding.advice}",
        citation=numbers.get(finding.citation.title, 0) if finding.citation else 0,
    )


_WITH_CHANNELS = (Platform.SLACK, Platform.TEAMS)


def _buttons(record: ReviewRecord, review: Review) -> tuple[Button, ...]:
    questions = len(_unanswered(record, review))
    answer = "Answer 1 question" if questions == 1 else f"Answer {questions} questions"
    wanted = (
        (
            questions > 0,
            Button(label=answer, action=forms.QUESTIONS, value=record.id, opens_form=True),
        ),
        (
            record.place.platform in _WITH_CHANNELS,
            Button(label="Post to a channel…", action=forms.POST, value=record.id, opens_form=True),
        ),
        (bool(review.findings), Button(label="Keep my draft", action=forms.KEEP, value=record.id)),
        (
            any(finding.quote for finding in review.findings),
            Button(label="Not a problem…", action=forms.OBJECT, value=record.id, opens_form=True),
        ),
        (
            True,
            Button(
                label="Delete now",
                action=forms.DELETE,
                value=record.id,
                asks="Delete this draft, its review and your answers?",
            ),
        ),
    )
    return tuple(button for shown, button in wanted if shown)
