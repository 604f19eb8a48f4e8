"""Forms and cards that are shown within the seconds that Teams allows for an invoke."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.errors import CoachError, StoreUnavailable, Unavailable
from bot.messages import Field, Form, Message, Press, Reply, Submission, Venue
from bot.platforms.serving import Accept, Forms, Problems
from bot.platforms.teams import cards
from bot.platforms.teams.asides import TROUBLE
from bot.platforms.teams.buttons import COACH
from bot.platforms.teams.directory import Choices
from bot.platforms.teams.elements import action_rows, adaptive, attachment, submit, words
from bot.platforms.teams.forms import OPENED_BY, PEOPLE, WHOLE, FormTooLarge
from bot.platforms.teams.forms import card as form_card
from bot.platforms.teams.payloads import part, strings
from bot.platforms.teams.surfaces import Surface, nothing_new
from bot.platforms.teams.wire import Payload

Refreshed = Callable[[Message], Awaitable[Reply | None]]

_GONE = "There is nothing to fill in here any more: what it was about has been deleted."
_NOT_OPENED = "The form did not open in time. Please try again."
_NOT_CHECKED = "I could not check this in time, so nothing is sent yet. Please send it again."
_NOT_REFRESHED = "I could not look this up in time. Please try again."
_RECEIVED = "Received."
_LONGEST_ANSWER = 10_000

log = structlog.get_logger(__name__)


class Dialogs:
    """Shows forms to whoever just pressed something, and takes them in."""

    def __init__(
        self,
        *,
        accept: Accept,
        forms: Forms,
        problems: Problems,
        refreshed: Refreshed,
        choices: Choices,
        seconds: float,
    ) -> None:
        """Show what *forms* gives with *choices* in it; *accept* what has no *problems*.

        Each may take *seconds*: Teams gives five for a dialog. *refreshed* gives cards anew.
        """
        self._accept = accept
        self._forms = forms
        self._problems = problems
        self._refreshed = refreshed
        self._choices = choices
        self._seconds = seconds

    async def show(self, asked: Message, surface: Surface) -> Payload:
        """Return the form for *asked*, or a sentence for the person if that can't be done."""
        try:
            async with asyncio.timeout(self._seconds):
                form = await self._forms(asked)
                if form is None:
                    return surface.says(_GONE)
                card = await self._card(form, asked, dialog=surface.is_dialog)
                return surface.shows(card, form.title)
        except CoachError as error:
            return surface.says(error.sentence)
        except (*TROUBLE, FormTooLarge) as problem:
            log.warning("form_not_shown", problem=type(problem).__name__)
            return surface.says(_NOT_OPENED)

    async def message_with(self, asked: Message) -> Payload | None:
        """Return a message with the form for *asked* in it, or with what opens it as a dialog.

        None if there is none to be had now.
        """
        if asked.place.venue == Venue.CHANNEL:
            return _opener(asked)
        try:
            async with asyncio.timeout(self._seconds):
                form = await self._forms(asked)
                if form is None:
                    return None
                card = await self._card(form, asked, dialog=False)
        except Unavailable:
            return None
        except CoachError as error:
            return _message(cards.notice(error.sentence), error.sentence)
        except (*TROUBLE, FormTooLarge) as problem:
            log.warning("form_not_shown", problem=type(problem).__name__)
            return None
        return _message(card, form.title)

    async def take_in(
        self, filled: Message, data: Payload, surface: Surface, member: str
    ) -> Payload | None:
        """Take a filled-in form in, or return it with what is wrong; None closes a dialog.

        *data* came with it; *member* is who filled it in, as the conversation knows them.
        """
        filled = await self._by_object(filled, data)
        problems = await self._problems_in(filled)
        if not problems:
            sentence = await self.accepted_or_why_not(filled)
            problems = {WHOLE: sentence} if sentence else {}
        if problems:
            return await self._again(filled, data, problems, surface)
        if surface.is_dialog:
            return None
        return surface.shows(await self._received(filled, member), "Received")

    async def refresh(self, message: Message, surface: Surface, member: str) -> Payload:
        """Return the card for *message* as it is by now; while nobody knows, the old one stays."""
        try:
            reply = await self._anew(message)
        except Unavailable as error:
            return nothing_new(503, "Unavailable", error.sentence)
        except CoachError as error:
            return surface.shows(cards.notice(error.sentence), "")
        except TROUBLE:
            return nothing_new(503, "Unavailable", _NOT_REFRESHED)
        if reply is None:
            return nothing_new(404, "NothingNew", _GONE)
        return surface.shows(_anew(reply, message, member), "")

    async def accepted_or_why_not(self, message: Message) -> str:
        """Store *message*; return a sentence for the person if that can't be done."""
        try:
            await self._accept(message)
        except StoreUnavailable as error:
            return error.sentence
        return ""

    async def _by_object(self, filled: Message, data: Payload) -> Message:
        """Return *filled* with its people named as Coach names them, as far as that is known."""
        submission = filled.submission or Submission(action="")
        fields = set(strings(part(data, COACH).get(PEOPLE))) & submission.answers.keys()
        if not fields:
            return filled
        named = {name: submission.answers[name].split("\n") for name in fields}
        people = [one for each in named.values() for one in each if one]
        try:
            async with asyncio.timeout(self._seconds):
                objects = await self._choices.objects(filled.place.workspace, people)
        except (StoreUnavailable, *TROUBLE) as problem:
            log.info("people_not_looked_up", problem=type(problem).__name__)
            return filled
        told = {
            name: "\n".join(objects.get(one, one) for one in each) for name, each in named.items()
        }
        answers = {**submission.answers, **told}
        return filled.model_copy(
            update={"submission": submission.model_copy(update={"answers": answers})}
        )

    async def _anew(self, message: Message) -> Reply | None:
        async with asyncio.timeout(self._seconds):
            return await self._refreshed(message)

    async def _problems_in(self, filled: Message) -> Mapping[str, str]:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._problems(filled)
        except CoachError as error:
            return {WHOLE: error.sentence}
        except TimeoutError:
            log.warning("form_not_checked", event_id=filled.id)
            return {WHOLE: _NOT_CHECKED}

    async def _received(self, filled: Message, member: str) -> Payload:
        """Say that a form arrived, on a card that shows what came of it if that can be shown."""
        press = _press_of(filled.submission)
        asked = filled.model_copy(update={"submission": None, "press": press})
        try:
            reply = await self._anew(asked)
        except (CoachError, *TROUBLE):
            reply = None
        refresh = press if reply and reply.refresh else None
        return _anew(Reply(text=_RECEIVED, refresh=refresh), asked, member)

    async def _again(
        self, filled: Message, data: Payload, problems: Mapping[str, str], surface: Surface
    ) -> Payload:
        """Show the form again: with all that was entered, and each problem at its field."""
        submission = filled.submission or Submission(action="")
        asked = _as_opened(filled, data)
        try:
            async with asyncio.timeout(self._seconds):
                form = await self._forms(asked) or _bare(submission)
                # What was changed elsewhere since then must still be noticed when it is sent.
                form = form.model_copy(update={"value": submission.value})
                card = await self._card(
                    form, asked, dialog=surface.is_dialog, problems=problems, filled=submission
                )
        except (CoachError, FormTooLarge, *TROUBLE):
            form = _bare(submission)
            card = form_card(form, asked, problems=problems, dialog=surface.is_dialog)
        return surface.shows(card, form.title)

    async def _card(
        self,
        form: Form,
        asked: Message,
        *,
        dialog: bool,
        problems: Mapping[str, str] | None = None,
        filled: Submission | None = None,
    ) -> Payload:
        return form_card(
            form,
            asked,
            problems=problems,
            entered=filled.answers if filled else None,
            channels=await self._choices.channels(form, asked),
            people=await self._choices.people(form, asked),
            dialog=dialog,
        )


def _as_opened(filled: Message, data: Payload) -> Message:
    """Return what had opened the form that *filled* is, by the *data* that it carried."""
    opened = part(part(data, COACH), OPENED_BY)
    submission = filled.submission or Submission(action="")
    action = str(opened.get("action") or ("" if opened.get("verb") else submission.action))
    value = str(opened.get("value") or "")
    press = {"action": action, "value": value} if action else None
    whole = {
        **filled.model_dump(exclude={"submission"}),
        "press": press,
        "verb": str(opened.get("verb") or ""),
    }
    try:
        return Message.model_validate(whole)
    except ValueError:  # a verb that there is none of
        return filled.model_copy(update={"submission": None, "press": _press_of(submission)})


def _press_of(submission: Submission | None) -> Press:
    return (
        Press(action=submission.action, value=submission.value) if submission else Press(action="")
    )


def _bare(submission: Submission) -> Form:
    """Return a form with what was entered: the real one can't be had, and nothing may be lost."""
    fields = tuple(
        Field(
            name=name,
            label=name.replace("_", " ").capitalize() or "?",
            kind="lines",
            value=text,
            length=_LONGEST_ANSWER,
        )
        for name, text in submission.answers.items()
    )
    title, value = "Not sent yet", submission.value
    return Form(title=title, action=submission.action, value=value, fields=fields)


def _opener(asked: Message) -> Payload:
    """Return a message with a button that opens the form for *asked*, for whoever presses it."""
    at = {**cards.known_place(asked.place, hidden=asked.hidden).get("at", {}), "verb": asked.verb}
    data = {"msteams": {"type": "task/fetch"}, COACH: {"do": "form", "at": at}}
    text = "This needs a few answers from you."
    body = [*words(text), *action_rows([[submit("Open the form", data)]])]
    return _message(adaptive(body, text), text)


def _message(card: Payload, summary: str) -> Payload:
    return {"type": "message", "summary": summary[:200], "attachments": [attachment(card)]}


def _anew(reply: Reply, message: Message, member: str) -> Payload:
    private = message.place.venue != Venue.CHANNEL
    return cards.card(reply, person_member=member, private=private)
