"""Coach itself: a message in, a reply out. Knows no platform, no database and no vendor."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

import structlog

from bot import faults, help_texts, intents, review_forms
from bot.answers.answer import Answer
from bot.errors import CoachError, NotYours, Unavailable
from bot.messages import Button, Form, Message, Place, Platform, Reply, Submission, Turn, Venue
from bot.metrics import Metrics
from bot.ports import Attachments, Conversations
from bot.records import AnswerRecord, Vote
from bot.updates import recognising

_MEMORY = timedelta(hours=12)
_TURNS = 4

log = structlog.get_logger(__name__)


class Answering(Protocol):
    """The answers feature."""

    async def answer(self, question: str, history: Sequence[Turn], workspace: str) -> Answer:
        """Answer *question* in the light of *history* from what *workspace* may see."""
        ...


class Reviewing(Protocol):
    """The reviews of drafts, as a conversation."""

    async def review(self, message: Message, draft: str) -> Reply:
        """Review *draft* for the author of *message*."""
        ...

    async def ask_first(self, message: Message) -> Reply:
        """Ask whether *message* is a draft or a question."""
        ...

    async def question(self, message: Message, review_id: str) -> str:
        """Return the text that turned out to be a question."""
        ...

    async def press(self, message: Message, action: str, review_id: str) -> Reply | None:
        """Do what a button under a review says."""
        ...

    async def show_context(self, message: Message, name: str) -> Reply:
        """Show the business context of that name, or the names there are."""
        ...

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says."""
        ...

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens."""
        ...


class Team(Protocol):
    """Standups and the hypothesis log, as a conversation."""

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens."""
        ...

    async def problems(self, message: Message) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        ...

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says."""
        ...

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Do what a button says."""
        ...

    async def refreshed(self, message: Message) -> Reply | None:
        """Return the reply that a press stands for as it is by now."""
        ...

    async def command(self, message: Message) -> Reply:
        """Answer a command."""
        ...

    async def home(self, message: Message) -> Reply:
        """Show a person what is open for them."""
        ...


class Coach:
    """Turns every message into a useful reply."""

    def __init__(
        self,
        *,
        answering: Answering,
        reviewing: Reviewing,
        team: Team,
        conversations: Conversations,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        """Answer with *answering*, review with *reviewing*, remember in *conversations*.

        *team* has the standups and the log; *now* gives aware times.
        """
        self._answering = answering
        self._reviewing = reviewing
        self._team = team
        self._conversations = conversations
        self._metrics = metrics
        self._now = now
        self._attachments: dict[Platform, Attachments] = {}

    def add_attachments(self, platform: Platform, attachments: Attachments) -> None:
        """Have files that come with *platform*'s messages read by *attachments*."""
        self._attachments[platform] = attachments

    async def reply(self, message: Message) -> Reply | None:
        """Return what to say to *message*, or None where silence is right.

        Never raises: a problem becomes a sentence that says what to do next.
        """
        try:
            return await self._reply(message)
        except CoachError as error:
            reference = uuid4().hex[:8] if isinstance(error, Unavailable) else ""
            log.info(
                "refused",
                error=type(error).__name__,
                event_id=message.id,
                reference=reference,
                cause=faults.told(error.__cause__),
            )
            return Reply(text=error.sentence, hidden=_alone(message), reference=reference)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person hears of it
            reference = uuid4().hex[:8]
            fault = faults.told(error)
            log.error("reply_failed", reference=reference, event_id=message.id, fault=fault)  # noqa: TRY400 - its words could be the draft's
            return Reply(
                text=f"Something went wrong on my side. Please try again; if it happens twice, "
                f"tell your administrator the reference {reference}.",
                hidden=_alone(message),
                reference=reference,
            )

    async def form(self, message: Message) -> Form | None:
        """Return the form to show for *message*: a pressed button or a command without text.

        None if there is none. Raises CoachError, whose sentence is for the person.
        """
        try:
            return await self._reviewing.form(message) or await self._team.form(message)
        except CoachError:
            raise
        except Exception as error:
            log.error("form_failed", event_id=message.id, fault=faults.told(error))  # noqa: TRY400
            raise Unavailable from error

    async def refreshed(self, message: Message) -> Reply | None:
        """Return a reply as it is by now, for the press that is its `refresh`.

        None if there is nothing new to show. Raises CoachError, whose sentence is for the person.
        """
        try:
            return await self._team.refreshed(message)
        except CoachError:
            raise
        except Exception as error:
            log.error("refresh_failed", event_id=message.id, fault=faults.told(error))  # noqa: TRY400
            raise Unavailable from error

    async def problems(self, message: Message) -> dict[str, str]:
        """Return a sentence for each field of the form in *message* that can't be used.

        For a platform that can show them beside the fields, before it takes the form in. Raises
        CoachError, whose sentence is for the person.
        """
        try:
            return await self._team.problems(message)
        except CoachError:
            raise
        except Exception as error:
            log.error("check_failed", event_id=message.id, fault=faults.told(error))  # noqa: TRY400
            raise Unavailable from error

    async def _reply(self, message: Message) -> Reply | None:
        message = await self._with_file(message)
        match intents.understand(message):
            case intents.Ask(text):
                return await self._read(message, text)
            case intents.Review() | intents.ShowContext() as wanted:
                return await self._about_reviews(message, wanted)
            case intents.Submitted() | intents.Pressed() as done:
                return await self._acted(message, done)
            case intents.OfTeam() | intents.Home() as wanted:
                return await self._about_team(message, wanted)
            case intents.Opinion() | intents.Share() as about:
                return await self._about_answer(message, about)
            case small:
                return _small_talk(message, small)

    async def _with_file(self, message: Message) -> Message:
        """Put the text of a file that came with *message* in the place of its words."""
        reader = self._attachments.get(message.place.platform)
        text = await reader.read(message) if reader else ""
        return message.model_copy(update={"text": text, "verb": "review"}) if text else message

    async def _read(self, message: Message, text: str) -> Reply:
        """Review what is a draft, answer what is a question, ask where it could be either."""
        if message.place.venue == Venue.CHANNEL or message.verb == "ask":
            return await self._answer(message, text)
        match recognising.sort(text):
            case recognising.Sort.DRAFT:
                return await self._reviewing.review(message, recognising.requested(text) or text)
            case recognising.Sort.UNSURE:
                return await self._reviewing.ask_first(message)
            case recognising.Sort.QUESTION:
                return await self._answer(message, text)

    async def _about_reviews(
        self, message: Message, wanted: intents.Review | intents.ShowContext
    ) -> Reply:
        match wanted:
            case intents.Review(draft):
                return await self._reviewing.review(message, recognising.without_request(draft))
            case intents.ShowContext(name):
                return await self._reviewing.show_context(message, name)

    async def _about_team(self, message: Message, wanted: intents.OfTeam | intents.Home) -> Reply:
        match wanted:
            case intents.OfTeam():
                return _as_asked(await self._team.command(message), message)
            case intents.Home():
                return _as_asked(await self._team.home(message), message)

    async def _acted(
        self, message: Message, done: intents.Submitted | intents.Pressed
    ) -> Reply | None:
        match done:
            case intents.Submitted(submission):
                of_reviews = submission.action.startswith(intents.OF_REVIEWS)
                desk = self._reviewing if of_reviews else self._team
                return await desk.submit(message, submission)
            case intents.Pressed(action, value):
                return await self._pressed(message, action, value)

    async def _about_answer(
        self, message: Message, about: intents.Opinion | intents.Share
    ) -> Reply | None:
        match about:
            case intents.Opinion():
                return await self._note(message, about)
            case intents.Share(answer_id):
                return await self._share(message, answer_id)

    async def _pressed(self, message: Message, action: str, value: str) -> Reply | None:
        if action == review_forms.ANSWER_INSTEAD:
            return await self._answer(message, await self._reviewing.question(message, value))
        desk = self._reviewing if action.startswith(intents.OF_REVIEWS) else self._team
        reply = await desk.press(message, action, value)
        # What was pressed where only its person sees it is answered for them alone too; but what
        # they chose to post is for everybody.
        alone = message.hidden and reply is not None and not reply.posts_to
        return reply.model_copy(update={"hidden": True}) if reply and alone else reply

    async def _answer(self, message: Message, question: str) -> Reply:
        place = message.place
        history = await self._conversations.history(place, self._now() - _MEMORY, _TURNS)
        answer = await self._answering.answer(question, history, place.workspace)
        outcome = "abstained" if answer.abstained else "answered"
        self._metrics.answers.labels(answer.engine, outcome).inc()
        record = AnswerRecord(
            id=message.id,
            place=place,
            person=message.person,
            question=question,
            text=answer.text,
            citations=answer.citations,
            abstained=answer.abstained,
            hidden=message.hidden,
            engine=answer.engine,
            fallback=answer.fallback,
            asked_at=self._now(),
        )
        await self._conversations.record(record)
        return _reply_from(record, answer.topics)

    async def _note(self, message: Message, opinion: intents.Opinion) -> Reply | None:
        workspace = message.place.workspace
        if await self._conversations.answer(workspace, opinion.answer_id) is None:
            return None
        vote = Vote(
            answer_id=opinion.answer_id,
            person=message.person.id,
            helpful=opinion.helpful,
            at=self._now(),
            words=opinion.words,
        )
        await self._conversations.vote(workspace, vote)
        return help_texts.NOTED_HELPFUL if opinion.helpful else help_texts.NOTED_NOT_HELPFUL

    async def _share(self, message: Message, answer_id: str) -> Reply | None:
        record = await self._conversations.answer(message.place.workspace, answer_id)
        if record is None:
            return None
        if record.person.id != message.person.id or not _same_channel(record.place, message.place):
            raise NotYours
        shared = _reply_from(record.model_copy(update={"hidden": False}), ())
        return shared.model_copy(
            update={"text": f"Shared from a private question: “{record.question}”\n\n{shared.text}"}
        )


def _alone(message: Message) -> bool:
    """Tell whether a problem with *message* concerns its person alone: others saw no question."""
    acted = bool(message.press or message.submission)
    return message.hidden or (acted and message.place.venue == Venue.CHANNEL)


def _small_talk(message: Message, small: intents.SmallTalk) -> Reply | None:
    """Answer what asks for nothing that has to be looked up."""
    match small:
        case intents.Courtesy(thanks=True):
            in_channel = message.place.venue == Venue.CHANNEL
            return None if in_channel else _as_asked(help_texts.THANKS, message)
        case intents.Nothing():
            return None if message.press else _as_asked(help_texts.NO_WORDS, message)
        case _:
            return _as_asked(help_texts.HELP, message)


def _as_asked(reply: Reply, message: Message) -> Reply:
    """Hide a ready-made reply where the message asked for that."""
    return reply.model_copy(update={"hidden": message.hidden})


def _same_channel(one: Place, other: Place) -> bool:
    return one.channel == other.channel


def _reply_from(record: AnswerRecord, topics: Sequence[str]) -> Reply:
    buttons = [
        Button(label="Helpful", action=intents.HELPFUL, value=record.id),
        Button(label="Not helpful", action=intents.NOT_HELPFUL, value=record.id),
    ]
    if record.hidden and record.place.venue == Venue.CHANNEL:
        buttons.append(
            Button(label="Share with the channel", action=intents.SHARE, value=record.id)
        )
    return Reply(
        text=record.text,
        citations=record.citations,
        buttons=tuple(buttons),
        suggestions=tuple(topics),
        hidden=record.hidden,
        by_model=record.engine == "llm",
    )
