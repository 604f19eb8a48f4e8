"""A team that talks with Coach: real stores, the whole of Coach, a clock that tests move."""

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot import log_forms, standup_forms
from bot.answers.answering import AnswerFeature
from bot.coach import Coach
from bot.log_ports import Log, Standups
from bot.log_records import Hypothesis, Objective, Outcome
from bot.messages import (
    Button,
    Delivery,
    Form,
    Message,
    Person,
    Place,
    Platform,
    Press,
    Reply,
    Submission,
    Venue,
    Verb,
)
from bot.metrics import Metrics
from bot.ports import Known
from bot.review_desk import ReviewDesk
from bot.standup_forms import Asked
from bot.standup_records import CheckIn, CheckInState, Standup
from bot.standups.reports import field_name
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlOutbox
from bot.stores.repositories import SqlConversations
from bot.stores.reviews import SqlContexts, SqlObjections, SqlPolicies, SqlReviews
from bot.team_wiring import open_team
from bot.updates.reviewing import ReviewFeature
from knowledge.library import Library
from tests.conftest import Clock

WORKSPACE = "T1"
ADMIN = "root"
MONDAY = date(2026, 3, 2)
ASKED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REMINDED = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
OVER = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
DAY = timedelta(days=1)

_EVENTS = count(1)


class Where(TypedDict, total=False):
    """Where and as which event something is said, if not as ever."""

    workspace: str
    event_id: str


class Names:
    """A directory that knows everybody by their id with a capital letter."""

    def __init__(self) -> None:
        self.zone = ""

    async def find(self, workspace: str, person: str) -> Known:
        """See `bot.ports.Directory.find`."""
        del workspace
        return Known(name=person.capitalize(), zone=self.zone)


@dataclass(frozen=True)
class Engines:
    """What Coach is made of besides its stores."""

    library: Library
    reviews: ReviewFeature


class Office:
    """A workspace whose people talk with Coach, and what Coach sent them."""

    def __init__(self, database: Database, engines: Engines, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.parts = open_team(database, clock, frozenset({ADMIN}))
        self.directory = Names()
        self.parts.directories.add(self.directory)
        self.log: Log = self.parts.log
        self.standups: Standups = self.parts.standups
        self.coach = self._coach(engines)
        self.sent: list[Delivery] = []
        self._outbox = SqlOutbox(database, "one", clock)

    def _coach(self, engines: Engines) -> Coach:
        database, clock = self.database, self.clock
        return Coach(
            answering=AnswerFeature(engines.library),
            reviewing=ReviewDesk(
                feature=engines.reviews,
                reviews=SqlReviews(database),
                contexts=SqlContexts(database),
                objections=SqlObjections(database),
                policies=SqlPolicies(database),
                tracking=self.parts.telling,
                now=clock,
            ),
            team=self.parts.desk,
            conversations=SqlConversations(database),
            metrics=Metrics(),
            now=clock,
        )

    # -- what people do

    async def says(self, person: str, verb: Verb, text: str = "", **where: Unpack[Where]) -> Reply:
        """Let *person* give a command with words."""
        return await self.replies(message(person, verb=verb, text=text, **where))

    async def presses(self, person: str, button: Button, **where: Unpack[Where]) -> Reply:
        """Let *person* press a button."""
        return await self.replies(pressed(person, button, **where))

    async def opens(self, person: str, button: Button, **where: Unpack[Where]) -> Form:
        """Let *person* open the form of a button."""
        return await self._form(pressed(person, button, **where))

    async def opens_command(self, person: str, verb: Verb, **where: Unpack[Where]) -> Form:
        """Let *person* give a command without words."""
        return await self._form(message(person, verb=verb, **where))

    async def _form(self, asked: Message) -> Form:
        form = await self.coach.form(asked)
        assert form is not None
        return form

    async def sends(
        self,
        person: str,
        form: Form,
        answers: Mapping[str, str] | None = None,
        **where: Unpack[Where],
    ) -> Reply:
        """Let *person* send a form in which nothing is wrong."""
        sent = filled_in(person, form, answers or {}, **where)
        assert await self.coach.problems(sent) == {}
        return await self.replies(sent)

    async def problems(self, person: str, form: Form, answers: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with a form as *person* filled it in.

        A platform that does not ask first gets the same sentences as a reply.
        """
        sent = filled_in(person, form, answers)
        found = await self.coach.problems(sent)
        reply = await self.replies(sent) if found else None
        assert reply is None or all(sentence in reply.text for sentence in found.values())
        return found

    async def tells_what_is_wrong(
        self,
        person: str,
        form: Form,
        fine: Mapping[str, str],
        wrong: Sequence[tuple[str, str]],
    ) -> None:
        """Check that each of the *wrong* answers is told at its field, and in short."""
        for field, answer in wrong:
            found = await self.problems(person, form, {**fine, field: answer})
            assert set(found) == {field}, f"{field}: {answer[:80]}"
            assert found[field].endswith(".")
            assert len(found[field]) < 150, "it does not repeat what was written"

    async def replies(self, said: Message) -> Reply:
        """Return the reply to *said*, which went well or was refused with a sentence."""
        reply = await self.coach.reply(said)
        assert reply is not None
        assert not reply.reference, f"something went wrong inside: {reply.text}"
        return reply

    # -- whole steps

    async def sets_up(
        self, person: str = "ada", members: Sequence[str] = ("ada", "bo"), **answers: str
    ) -> Standup:
        """Let *person* set a standup up; return it as it is kept."""
        form = await self.opens_command(person, "standup")
        known = {one.id for one in await self.standups.all(WORKSPACE)}
        chosen = {"name": "Search", "channel": "C1", "members": "\n".join(members), **answers}
        await self.sends(person, form, chosen)
        [new] = [one for one in await self.standups.all(WORKSPACE) if one.id not in known]
        return new

    async def aims(self, person: str = "ada", **answers: str) -> Objective:
        """Let *person* add an objective; return it as it is kept."""
        form = await self.opens_command(person, "objective")
        chosen = {
            "name": "Fewer customers leave",
            "measure": "monthly churn",
            "target": "at most 4 %",
            "due": "2026-12-31",
            **answers,
        }
        known = {one.id for one in await self.log.objectives(WORKSPACE)}
        await self.sends(person, form, chosen)
        [new] = [one for one in await self.log.objectives(WORKSPACE) if one.id not in known]
        return new

    async def bets(self, person: str, claim: str, **answers: str) -> Hypothesis:
        """Let *person* register a hypothesis; return it as it is kept."""
        form = await self.opens_command(person, "hypothesis")
        known = {one.id for one in await self.log.hypotheses(WORKSPACE)}
        chosen = {"claim": claim, "prior": "40", "resolve_by": "2026-06-30", **answers}
        await self.sends(person, form, chosen)
        [new] = [one for one in await self.log.hypotheses(WORKSPACE) if one.id not in known]
        return new

    async def checks_in(
        self, person: str, asked: Asked, answers: Mapping[str, str], *, event_id: str = ""
    ) -> Reply:
        """Let *person* open the form of a check-in, and send it."""
        return await self.sends(
            person, await self.check_in_form(person, asked), answers, event_id=event_id
        )

    async def check_in_form(self, person: str, asked: Asked) -> Form:
        """Let *person* open the form of a check-in."""
        return await self.opens(person, check_in_button(asked))

    async def at(self, time: datetime) -> list[Delivery]:
        """Let it be *time*; return what Coach sends of itself then."""
        self.clock.time = time
        await self.parts.ticker.tick()
        new: list[Delivery] = []
        while deliveries := await self._outbox.claim(100):
            for each in deliveries:
                new.append(each)
                await self._outbox.sent(each.key, f"message-{len(self.sent) + len(new)}")
        self.sent += new
        return new

    # -- how it stands

    async def standup(self, standup: Standup) -> Standup:
        """Return *standup* as it is now."""
        kept = await self.standups.find(standup.workspace, standup.id)
        assert kept is not None
        return kept

    async def hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        """Return *hypothesis* as it is now."""
        kept = await self.log.hypothesis(hypothesis.workspace, hypothesis.id)
        assert kept is not None
        return kept

    async def outcomes(self, hypothesis: Hypothesis) -> list[Outcome]:
        """Return everything that was reported of *hypothesis*."""
        return await self.log.outcomes(hypothesis.workspace, [hypothesis.id])

    async def check_in(self, asked: Asked, person: str) -> CheckIn | None:
        """Return the check-in of *person*, if there is one."""
        return await self.standups.check_in(WORKSPACE, asked.standup, asked.on, person)

    async def state(self, asked: Asked, person: str) -> CheckInState | None:
        """Return what became of the check-in of *person*, if there is one."""
        kept = await self.check_in(asked, person)
        return kept.state if kept else None


@asynccontextmanager
async def open_office(folder: Path, engines: Engines, clock: Clock) -> AsyncGenerator[Office]:
    """Open an office on a new SQLite file in *folder*."""
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'coach.sqlite3'}")
    try:
        yield Office(database, engines, clock)
    finally:
        await database.close()


@contextmanager
def statements(database: Database) -> Generator[list[str]]:
    """Yield the statements that are carried out from now on."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        seen.append(text)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@contextmanager
def failing(database: Database, statement: str, *, nth: int = 1) -> Generator[None]:
    """Let the *nth* statement that begins with *statement* fail, as if the database went away."""
    seen: list[str] = []

    def fail(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith(statement):
            seen.append(text)
            if len(seen) == nth:
                raise OperationalError(text, None, OSError("the disk is gone for a moment"))

    event.listen(database.engine.sync_engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", fail)
        assert len(seen) >= nth, "nothing failed"


# -- messages


def message(
    person: str,
    *,
    event_id: str = "",
    text: str = "",
    verb: Verb = "",
    workspace: str = WORKSPACE,
    press: Press | None = None,
    submission: Submission | None = None,
    home: bool = False,
) -> Message:
    """Return what *person* did in a private conversation."""
    return Message(
        id=event_id or f"event-{next(_EVENTS)}",
        place=Place(
            platform=Platform.SLACK, workspace=workspace, channel=f"D-{person}", venue=Venue.PRIVATE
        ),
        person=Person(id=person, name=person.capitalize()),
        text=text,
        verb=verb,
        press=press,
        submission=submission,
        opened=home,
        home=home,
        hidden=True,
    )


def pressed(person: str, button: Button, **where: Unpack[Where]) -> Message:
    """Return the message of a press on *button*."""
    return message(person, press=Press(action=button.action, value=button.value), **where)


def filled_in(
    person: str, form: Form, answers: Mapping[str, str], **where: Unpack[Where]
) -> Message:
    """Return the message of *form* sent with *answers*; what they don't name keeps its value."""
    assert set(answers) <= {field.name for field in form.fields}, "the form asks for nothing else"
    given = {field.name: field.value for field in form.fields} | dict(answers)
    submission = Submission(action=form.action, value=form.value, answers=given)
    return message(person, submission=submission, **where)


# -- buttons and fields


def check_in_button(asked: Asked) -> Button:
    """Return the button that opens the form of a check-in, as a prompt has it."""
    action = standup_forms.CHECK_IN
    return Button(label="Check in", action=action, value=str(asked), opens_form=True)


def standup_button(action: str, standup: Standup) -> Button:
    """Return a button about *standup*, as lists have it."""
    return Button(label="Button", action=action, value=standup.id)


def bet_button(action: str, hypothesis: Hypothesis) -> Button:
    """Return a button about *hypothesis*, as lists have it."""
    return Button(label="Button", action=action, value=hypothesis.id)


def edit_button(objective: Objective) -> Button:
    """Return the button that opens the form of *objective*."""
    return Button(label="Edit", action=log_forms.OBJECTIVE, value=objective.id, opens_form=True)


def button(reply: Reply, label: str) -> Button:
    """Return the button of *reply* that reads *label*."""
    return next(each for each in reply.buttons if each.label == label)


def labels(reply: Reply) -> list[str]:
    """Return what the buttons of *reply* read."""
    return [each.label for each in reply.buttons]


def values(form: Form) -> dict[str, str]:
    """Return what stands in the fields of *form*."""
    return {field.name: field.value for field in form.fields}


def about(hypothesis: Hypothesis, **answers: str) -> dict[str, str]:
    """Return the fields of a check-in that are about *hypothesis*, filled in with *answers*."""
    return {field_name(part, hypothesis.id): said for part, said in answers.items()}


def everything(reply: Reply) -> str:
    """Return all that is read in *reply*."""
    return "\n".join((reply.text, *(f"{each.title}\n{each.text}" for each in reply.sections)))


def of_sort(sent: Sequence[Delivery], what: str) -> list[Delivery]:
    """Return the deliveries of a sort: `check-in`, `reminder`, `digest` or `missed`."""
    return [each for each in sent if f":{what}:" in each.key]


def asked_people(sent: Sequence[Delivery]) -> list[str]:
    """Return who is asked in *sent*, in the order of the alphabet."""
    return sorted(each.person.id for each in of_sort(sent, "check-in"))
