"""Standups and the hypothesis log behind one door: which desk a form, button or command is for."""

from collections.abc import Sequence
from typing import Protocol

from bot import help_texts, log_forms, standup_forms
from bot.check_in_desk import CheckInDesk
from bot.evidence_desk import EvidenceDesk
from bot.log_desk import LogDesk, Telling
from bot.messages import Button, Form, Message, Reply, Section, Submission
from bot.personal_desk import PersonalDesk
from bot.standup_desk import StandupDesk


class Desk(Protocol):
    """Where some forms and buttons belong."""

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if it is another desk's."""
        ...

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        ...

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says; None if it is another desk's. Raises an input problem."""
        ...

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Do what a button says; None if it is another desk's. Raises an input problem."""
        ...


class TeamDesk:
    """Everything about standups, objectives and hypotheses."""

    def __init__(
        self,
        *,
        standups: StandupDesk,
        check_ins: CheckInDesk,
        personal: PersonalDesk,
        evidence: EvidenceDesk,
        log: LogDesk,
        telling: Telling,
    ) -> None:
        """Hand each matter to the desk that it belongs to; *telling* shows the portfolio."""
        self._standups = standups
        self._check_ins = check_ins
        self._log = log
        self._telling = telling
        self._desks: tuple[Desk, ...] = (check_ins, standups, personal, log, evidence)

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if there is none."""
        for desk in self._desks:
            if form := await desk.form(message):
                return form
        return None

    async def problems(self, message: Message) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        found: dict[str, str] = {}
        if message.submission:
            for desk in self._desks:
                found |= await desk.problems(message, message.submission)
        return found

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says. Raises an input problem."""
        problems = await self.problems(message)
        if problems:  # a platform may not have asked first
            return Reply(text=" ".join(dict.fromkeys(problems.values())), hidden=message.hidden)
        for desk in self._desks:
            if reply := await desk.submit(message, submission):
                return reply
        return None

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Do what a button says. Raises an input problem."""
        if action == standup_forms.HOME:
            return await self.home(message)
        for desk in self._desks:
            if reply := await desk.press(message, action, value):
                return reply
        return None

    async def refreshed(self, message: Message) -> Reply | None:
        """Return a reply as it is by now; None if it never changes. Raises an input problem."""
        return await self._check_ins.refreshed(message)

    async def command(self, message: Message) -> Reply:
        """Answer a command that comes with words, or opens no form here."""
        match message.verb:
            case "standup":
                return await self._standups.overview(message)
            case "checkin":
                return await self._check_ins.waiting(message)
            case "hypothesis":
                return await self._log.show_hypotheses(message)
            case "objective":
                return await self._telling.portfolio(message.place.workspace)
            case _:
                return await self._log.show_odds(message, message.text.strip())

    async def home(self, message: Message) -> Reply:
        """Show a person what is open for them, the portfolio, and what else there is."""
        mine = await self._check_ins.waiting(message)
        portfolio = await self._telling.portfolio(message.place.workspace)
        is_new = not (mine.sections or portfolio.sections)
        return Reply(
            text=help_texts.HELP.text,
            chart=portfolio.chart,
            sections=(
                Section(title="Your check-ins", text=mine.text),
                *mine.sections,
                Section(title="The team's bets", text=portfolio.text),
                *portfolio.sections,
                *(help_texts.HELP.sections if is_new else _ASK_FOR_HELP),
            ),
            citations=portfolio.citations,
            buttons=_once((*mine.buttons, *portfolio.buttons, *_MORE)),
            suggestions=help_texts.HELP.suggestions,
        )


_ASK_FOR_HELP = (Section(title="More", text="Write help to me for examples of all that I can do."),)
_MORE = (
    Button(label="Standups", action=standup_forms.LIST),
    Button(label="Hypotheses", action=log_forms.HYPOTHESES),
    Button(label="New standup", action=standup_forms.NEW, opens_form=True),
    Button(label="New objective", action=log_forms.OBJECTIVE, opens_form=True),
)


def _once(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Leave out a button that does what an earlier one does."""
    return tuple({(b.action, b.value): b for b in reversed(buttons)}.values())[::-1]
