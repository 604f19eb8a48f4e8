"""A person's own settings and absences as a conversation; they are nobody else's to change."""

from collections.abc import Callable
from datetime import date, datetime

from bot import standup_forms
from bot.log_ports import Standups
from bot.members import People
from bot.messages import Form, Message, Reply, Submission
from bot.standup_records import Absence, CheckInState
from bot.standups import prompts

_EXCUSABLE = 100  # of a person's latest check-ins


class PersonalDesk:
    """Keeps zones, quiet hours and days off."""

    def __init__(self, *, standups: Standups, people: People, now: Callable[[], datetime]) -> None:
        """Keep in *standups*; *people* knows who is who; *now* gives aware times."""
        self._standups = standups
        self._people = people
        self._now = now

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button opens; None if it is none of these."""
        match message.press and message.press.action:
            case standup_forms.ME:
                return standup_forms.me(await self._people.profile(message))
            case standup_forms.AWAY:
                return standup_forms.away(await self._people.today(message))
            case _:
                return None

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        del message
        match submission.action:
            case standup_forms.ME:
                return standup_forms.me_problems(submission.answers)
            case standup_forms.AWAY:
                return standup_forms.away_problems(submission.answers)
            case _:
                return {}

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Keep what a filled-in form says."""
        match submission.action:
            case standup_forms.ME:
                return await self._settled(message, submission)
            case standup_forms.AWAY:
                return await self._away(message, submission)
            case _:
                return None

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Take an absence back."""
        return await self._back(message, value) if action == standup_forms.RETURN else None

    async def _settled(self, message: Message, submission: Submission) -> Reply:
        profile = standup_forms.me_from(submission, await self._people.profile(message))
        await self._standups.save_profile(profile)
        said = "I don't ask you until you say so." if profile.muted else "Kept."
        return Reply(text=said, hidden=True)

    async def _away(self, message: Message, submission: Submission) -> Reply:
        first, last = standup_forms.away_from(submission)
        absence = Absence(
            workspace=message.place.workspace, person=message.person.id, first=first, last=last
        )
        await self._standups.add_absence(absence)
        await self._excuse(message, absence)
        return Reply(
            text=f"Noted: you are away {prompts.span(first, last)}. I don't ask you then, and it "
            "never counts as missed.",
            buttons=(standup_forms.back_button(absence, "Take it back"),),
            hidden=True,
        )

    async def _excuse(self, message: Message, absence: Absence) -> None:
        """Don't wait for what the person was asked already on those days."""
        person = message.person.id
        for each in await self._standups.latest(absence.workspace, person, _EXCUSABLE):
            waited_for = each.state in (CheckInState.ASKED, CheckInState.UNANSWERED)
            if waited_for and absence.covers(each.on):
                away = each.model_copy(update={"state": CheckInState.AWAY})
                await self._standups.settle(away, event=f"{message.id}:{each.key}")

    async def _back(self, message: Message, value: str) -> Reply:
        first, _, last = value.partition("|")
        absence = Absence(
            workspace=message.place.workspace,
            person=message.person.id,
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
        )
        if await self._standups.remove_absence(absence):
            await self._expect(message, absence)
            return Reply(text="Taken back: I ask you on those days.", hidden=True)
        return Reply(text="That was taken back already.", hidden=True)

    async def _expect(self, message: Message, absence: Absence) -> None:
        """Wait again for what the person can still answer in time, unless they are away anyway."""
        every = await self._standups.absences(absence.workspace)
        others = [each for each in every if each.person == absence.person]
        for each in await self._standups.latest(absence.workspace, absence.person, _EXCUSABLE):
            excused = each.state == CheckInState.AWAY and absence.covers(each.on)
            away_anyway = any(other.covers(each.on) for other in others)
            if excused and not away_anyway and each.closes_at > self._now():
                asked = each.model_copy(update={"state": CheckInState.ASKED})
                await self._standups.settle(asked, event=f"{message.id}:{each.key}")
