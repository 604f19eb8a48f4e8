"""Reviews as Coach gives them: marks that overlap, a rewrite, questions, forms of every sort."""

from dataclasses import dataclass, field

from bot.errors import ReviewGone
from bot.messages import (
    Button,
    Citation,
    Field,
    Form,
    Mark,
    MarkedText,
    Message,
    Option,
    Press,
    Reply,
    Section,
    Submission,
)

WHY = "Nobody can know it yet."
PASSAGE = "A date is a promise. Report ranges and the next checkpoint instead."
_PHRASES = (
    ("We will ship on Friday", "Promise"),
    ("ship on Friday for everybody", "Overclaim"),
    ("game changer", "Hype"),
)


@dataclass
class Kept:
    """A draft, its author and what the author answered."""

    author: str
    draft: str
    answers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class ReviewStandIn:
    """Reviews drafts and keeps business contexts, each for whoever sent them."""

    kept: dict[str, Kept] = field(default_factory=dict[str, Kept])
    contexts: dict[str, str] = field(default_factory=dict[str, str])

    def wants(self, message: Message) -> bool:
        """Tell whether *message* is about a review or a context."""
        of_reviews = message.press and message.press.action.startswith("review_")
        draft = message.text.startswith("Draft:")
        return bool(message.submission or of_reviews or message.verb or draft)

    def reply(self, message: Message) -> Reply | None:
        if message.submission:
            return self._submitted(message, message.submission)
        if message.press:
            return self._pressed(message, message.press)
        return self._contexts() if message.verb == "context" else self._new(message, message.text)

    def form(self, message: Message) -> Form | None:
        if message.verb == "review":
            return _new_form(sorted(self.contexts))
        if message.press is None:
            return None
        action, value = message.press.action, message.press.value
        if action == "review_context":
            return _context_form(value, self.contexts.get(value, ""))
        return _FORMS[action](self._own(message, value), value) if action in _FORMS else None

    def _submitted(self, message: Message, sent: Submission) -> Reply | None:
        answers = sent.answers
        if sent.action == "review_new":
            return self._new(message, answers["draft"])
        if sent.action == "review_answers":
            self._own(message, sent.value).answers |= answers
            return self._review(sent.value, message)
        if sent.action == "review_context":
            return self._save(answers)
        if sent.action == "review_post":
            return Reply(text="posted", posts_to=answers["channel"])
        return Reply(text=f"Noted, thank you: {answers['finding']}.", hidden=True)

    def _pressed(self, message: Message, press: Press) -> Reply | None:
        if press.value not in self.kept:
            return Reply(text=ReviewGone().sentence)
        if press.action == "review_delete":
            del self.kept[press.value]
            return Reply(text="Deleted: the draft, its review and your answers.", hidden=True)
        return Reply(text="Fine: your draft stays as you wrote it.", hidden=True)

    def _new(self, message: Message, draft: str) -> Reply:
        if not draft.strip(" -"):
            return Reply(text="I found no words to review in that.")
        self.kept[message.id] = Kept(message.person.id, draft)
        return self._review(message.id, message)

    def _review(self, review_id: str, message: Message) -> Reply:
        kept = self.kept[review_id]
        marks = _marks(kept.draft)
        if not marks:
            return Reply(text="I would send it as it is. It names risks.", buttons=_last(review_id))
        return Reply(
            text="I found some things, and rewrote it.",
            marked=MarkedText(text=kept.draft, marks=marks),
            sections=(
                Section(title="Rewrite", text=_rewrite(kept), verbatim=True),
                Section(title="Only you know", text="• What does it change for the business?"),
            ),
            citations=(_citation(),),
            buttons=_buttons(review_id),
            hidden=message.hidden,
        )

    def _save(self, answers: dict[str, str]) -> Reply:
        if "=" not in answers["metrics"]:
            return Reply(text="I can't use that: a metric needs a meaning.")
        self.contexts[answers["name"]] = answers["metrics"]
        return Reply(text=f"Kept “{answers['name']}”.", buttons=(_edit(answers["name"]),))

    def _contexts(self) -> Reply:
        names = sorted(self.contexts)
        text = f"Kept here: {', '.join(names)}." if names else "Nothing is kept yet."
        new = Button(label="New context", action="review_context", opens_form=True)
        return Reply(text=text, buttons=(*(_edit(name) for name in names), new), hidden=True)

    def _own(self, message: Message, review_id: str) -> Kept:
        kept = self.kept.get(review_id)
        if kept is None or kept.author != message.person.id:
            raise ReviewGone
        return kept


def _edit(name: str) -> Button:
    return Button(label="Edit", action="review_context", value=name, opens_form=True)


def _marks(draft: str) -> tuple[Mark, ...]:
    found = tuple(
        Mark(
            start=draft.index(phrase),
            end=draft.index(phrase) + len(phrase),
            title=title,
            text=f"{title}? {WHY}",
            citation=1 if title == "Promise" else 0,
        )
        for phrase, title in _PHRASES
        if phrase in draft
    )
    whole = Mark(start=len(draft), end=len(draft), title="No risk named", text="Name a risk.")
    return (*found, whole) if found else ()


def _rewrite(kept: Kept) -> str:
    impact = kept.answers.get("impact") or "[what for the business?]"
    better = kept.draft.replace("We will ship", "We expect to ship").replace(
        "a game changer", "new"
    )
    return f"{better}\nImpact: {impact}"


def _citation() -> Citation:
    return Citation(
        number=1,
        title="Promised and slipped",
        source="Lecture 13",
        section="Managing",
        quote="A date is a promise.",
        passage=PASSAGE,
    )


def _buttons(review_id: str) -> tuple[Button, ...]:
    forms = {
        "Answer 1 question": "review_answers",
        "Post to a channel…": "review_post",
        "Not a problem…": "review_object",
    }
    return (
        *(
            Button(label=label, action=action, value=review_id, opens_form=True)
            for label, action in forms.items()
        ),
        *_last(review_id),
    )


def _last(review_id: str) -> tuple[Button, ...]:
    return (
        Button(label="Keep my draft", action="review_keep", value=review_id),
        Button(
            label="Delete now",
            action="review_delete",
            value=review_id,
            asks="Delete this draft and its review?",
        ),
    )


def _new_form(contexts: list[str]) -> Form:
    return Form(
        title="Review an update",
        action="review_new",
        fields=(
            Field(name="draft", label="Your draft update", kind="lines", required=True),
            Field(
                name="audience",
                label="Who will read it?",
                kind="choice",
                value="exec",
                options=(
                    Option(value="exec", label="Executives"),
                    Option(value="peer", label="ML"),
                ),
            ),
            Field(
                name="context",
                label="Business context",
                kind="choice",
                options=tuple(Option(value=name, label=name) for name in contexts),
            ),
        ),
        submit="Review",
    )


def _context_form(name: str, metrics: str) -> Form:
    return Form(
        title="Business context",
        action="review_context",
        value=name,
        fields=(
            Field(name="name", label="Team or project", value=name, required=True, length=20),
            Field(name="metrics", label="Metrics", kind="lines", value=metrics),
        ),
        submit="Keep",
    )


def _questions(kept: Kept, review_id: str) -> Form:
    asked = Field(
        name="impact",
        label="What does it change for the business?",
        kind="lines",
        value=kept.answers.get("impact", ""),
        hint="In money or time.",
    )
    return Form(
        title="Only you know",
        action="review_answers",
        value=review_id,
        text="Answer what you can.",
        fields=(asked,),
        submit="Rewrite",
    )


def _objection(kept: Kept, review_id: str) -> Form:
    options = tuple(
        Option(value=str(number), label=mark.title)
        for number, mark in enumerate(_marks(kept.draft))
        if mark.start < mark.end
    )
    which = Field(name="finding", label="Which one?", kind="choice", options=options, required=True)
    return Form(title="Not a problem", action="review_object", value=review_id, fields=(which,))


def _posting(_kept: Kept, review_id: str) -> Form:
    channel = Field(name="channel", label="Channel", kind="channel", required=True)
    return Form(title="Post", action="review_post", value=review_id, fields=(channel,))


_FORMS = {"review_answers": _questions, "review_object": _objection, "review_post": _posting}
