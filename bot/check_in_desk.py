"""Checking in as a conversation: what the ticker sends, the form, what came of it, skipping.

A check-in is the member's alone: nobody answers for another.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from bot import bets, log_forms, standup_forms
from bot.bets import Bets
from bot.errors import LogGone, NoCheckInThen, NotAMember, NotYourHypothesis, StandupGone
from bot.log_ports import Log, Standups
from bot.log_records import Hypothesis, Outcome
from bot.members import People, member_of
from bot.messages import Button, Delivery, Form, Message, Person, Press, Reply, Submission
from bot.standup_forms import Asked
from bot.standup_records import Absence, CheckIn, CheckInState, Member, Standup
from bot.standups import prompts, reports, schedule
from bot.standups.reports import Occasion

_LATE = timedelta(days=7)  # that long an answer of somebody who was not asked is taken
_LATEST = 50  # of a person's check-ins; who is in more standups than that sees the newest
_ANSWERABLE = (CheckInState.ASKED, CheckInState.ANSWERED, CheckInState.SKIPPED)


class Evidence(Protocol):
    """What reads the evidence that reports link to."""

    async def proposals(
        self, outcomes: Sequence[Outcome], hypotheses: Mapping[str, Hypothesis]
    ) -> tuple[list[str], list[Button]]:
        """Return what it says of *outcomes*, and buttons to record it."""
        ...


class CheckInDesk:
    """Says the words that the ticker sends, and takes answers in."""

    def __init__(
        self,
        *,
        standups: Standups,
        log: Log,
        people: People,
        evidence: Evidence,
        now: Callable[[], datetime],
    ) -> None:
        """Keep in *standups* and *log*; *people* knows who is who; *now* gives aware times.

        *evidence* reads what reports link to.
        """
        self._standups = standups
        self._log = log
        self._people = people
        self._evidence = evidence
        self._now = now

    # -- what the ticker sends

    async def prompts(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        """See `bot.ticker.Asking.prompts`."""
        return await self._to_each(standup, check_ins, "check-in", _prompt)

    async def reminders(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        """See `bot.ticker.Asking.reminders`."""
        return await self._to_each(standup, check_ins, "reminder", _reminder)

    async def _to_each(
        self, standup: Standup, check_ins: Sequence[CheckIn], what: str, write: "_Write"
    ) -> Mapping[str, Delivery]:
        """Return what to *write* to the member of each check-in, by its key."""
        if not check_ins:
            return {}
        profiles = await self._standups.profiles(standup.workspace)
        owners = [each.person.id for each in check_ins]
        theirs = await bets.open_bets(self._log, standup.workspace, owners)
        found: dict[str, Delivery] = {}
        for each in check_ins:
            zone = schedule.home_of(standup, profiles.get(each.person.id))
            reply = write(standup, each, zone, theirs.get(each.person.id, Bets()))
            found[each.key] = prompts.delivery(standup, each, what, reply)
        return found

    def apology(self, standup: Standup, missed: Sequence[CheckIn]) -> Delivery:
        """See `bot.ticker.Asking.apology`."""
        latest = max(each.opens_at for each in missed)
        key = f"missed:{standup.id}:{latest:%Y-%m-%dT%H:%M}"
        return prompts.to_owner(standup, key, Reply(text=prompts.apology_text(standup, missed)))

    # -- the form

    async def form(self, message: Message) -> Form | None:
        """Return a check-in's form if *message* asks for it."""
        if message.press is None or message.press.action != standup_forms.CHECK_IN:
            return None
        asked, standup = await self._asked(message, message.press.value)
        person = message.person.id
        answered = await self._standups.check_in(standup.workspace, standup.id, asked.on, person)
        about = await bets.asked_about(self._log, standup.workspace, person, answered)
        return standup_forms.check_in(asked, standup, about.hypotheses, about.latest, answered)

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        del message
        if submission.action != standup_forms.CHECK_IN:
            return {}
        own = standup_forms.own_answer_problems(submission.answers)
        return reports.problems(submission.answers) | own

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Take a check-in's answers in. Raises an input problem."""
        if submission.action != standup_forms.CHECK_IN:
            return None
        return await self._checked_in(message, submission)

    async def _checked_in(self, message: Message, submission: Submission) -> Reply:
        asked, standup = await self._asked(message, submission.value)
        now, person = self._now(), message.person.id
        before = await self._check_in(standup, asked.on, message.person)
        mentioned = reports.mentioned(submission.answers)
        known = await self._hypotheses(standup.workspace, mentioned)
        occasion = Occasion(standup.workspace, person, message.id, now, asked.on, before.key)
        _check_owned(mentioned, known, person)
        earlier = await self._log.outcomes(standup.workspace, mentioned) if mentioned else []
        outcomes = reports.outcomes(submission.answers, occasion, known, earlier)
        shown = await self._as_shown(standup, asked)
        answers = {**before.answers, **standup_forms.own_answers(shown, submission)}
        answered = before.model_copy(
            update={
                "state": CheckInState.ANSWERED,
                "answers": {question: said for question, said in answers.items() if said},
                "answered_at": now,
            }
        )
        await self._standups.settle(answered, event=message.id, outcomes=outcomes)
        by_id = {outcome.id: outcome for outcome in earlier}
        said = [*outcomes, *_said_before(mentioned, earlier, outcomes, before.key, known)]
        told = [
            await self._resolve(known[o.hypothesis], o, by_id.get(o.replaces), now) for o in said
        ]
        found, records = await self._evidence.proposals(outcomes, known)
        thanks = await self._thanks(message, asked, standup, before, outcomes, [*told, *found])
        return thanks.model_copy(update={"buttons": (*records, *thanks.buttons)})

    async def _as_shown(self, standup: Standup, asked: Asked) -> Standup:
        """Return the version of *standup* whose questions the form asked."""
        if asked.version in (0, standup.version):
            return standup
        versions = await self._standups.versions(standup.workspace, standup.id)
        return next((each for each in versions if each.version == asked.version), standup)

    async def _hypotheses(self, workspace: str, names: Sequence[str]) -> dict[str, Hypothesis]:
        return {each.id: each for each in await self._log.named(workspace, names)}

    async def _resolve(
        self, known: Hypothesis, outcome: Outcome, corrected: Outcome | None, now: datetime
    ) -> str:
        """Close the hypothesis that *outcome* decides, or open it if it takes a decision back.

        Returns what the person should know. It is *known* as it was just now; where somebody else
        edits it at the same time, theirs is looked at first.
        """
        hypothesis: Hypothesis | None = known
        while hypothesis:
            state = _state_after(hypothesis, outcome, corrected)
            if state == hypothesis.state:
                return _told(hypothesis, outcome)
            edit = {"state": state, "edited_by": outcome.person, "edited_at": now}
            if await self._log.save_hypothesis(hypothesis.model_copy(update=edit)):
                closed = "open again" if state == "open" else f"closed as {state}"
                return f"“{hypothesis.claim}” is {closed}."
            hypothesis = await self._log.hypothesis(outcome.workspace, outcome.hypothesis)
        return ""

    async def _thanks(
        self,
        message: Message,
        asked: Asked,
        standup: Standup,
        before: CheckIn,
        outcomes: Sequence[Outcome],
        told: Sequence[str],
    ) -> Reply:
        count = len(outcomes)
        reported = f": {count} report{'' if count == 1 else 's'} logged" if count else ", noted"
        parts = [f"Got it{reported} for “{standup.name}”, {prompts.day(asked.on)}."]
        parts += [sentence for sentence in told if sentence]
        if standup.removed:
            parts.append("The standup was removed meanwhile: no digest has this, but the log does.")
        elif self._now() > before.closes_at:
            parts.append("Late is fine: I add it to the digest.")
        about = await bets.asked_about(self._log, standup.workspace, message.person.id, before)
        pages = standup_forms.pages(about.hypotheses)
        buttons = [_page_button(asked, pages, "Edit")]
        if asked.page + 1 < pages:
            following = Asked(standup.id, asked.on, asked.page + 1)
            buttons.insert(0, _page_button(following, pages, "Next"))
        buttons.append(
            Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True)
        )
        return Reply(text=" ".join(parts), buttons=tuple(buttons), hidden=True)

    # -- buttons and commands

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Skip a check-in. Raises an input problem."""
        return await self._skip(message, value) if action == standup_forms.SKIP else None

    async def _skip(self, message: Message, value: str) -> Reply:
        asked, standup = await self._asked(message, value)
        before = await self._check_in(standup, asked.on, message.person)
        if before.state == CheckInState.ANSWERED:
            return Reply(
                text="You have answered already; that stays. Edit it if you like.", hidden=True
            )
        skipped = before.model_copy(update={"state": CheckInState.SKIPPED})
        await self._standups.settle(skipped, event=message.id)
        return Reply(text=f"Skipped for {prompts.day(asked.on)}. Nobody is told.", hidden=True)

    async def refreshed(self, message: Message) -> Reply | None:
        """Return what asked for a check-in as it is by now; None if *message* wants another."""
        if message.press is None or message.press.action != standup_forms.CHECK_IN:
            return None
        asked, standup = await self._asked(message, message.press.value)
        check_in = await self._check_in(standup, asked.on, message.person)
        workspace, person = standup.workspace, message.person.id
        mine = await bets.asked_about(self._log, workspace, person, check_in)
        if check_in.state == CheckInState.ASKED and self._now() < check_in.closes_at:
            return _prompt(standup, check_in, await self._people.home(standup, person), mine)
        pages = standup_forms.pages(mine.hypotheses)
        label = "Edit" if check_in.state == CheckInState.ANSWERED else "Check in"
        return Reply(
            text=await self._when(standup, check_in),
            sections=prompts.said(check_in, mine.hypotheses, mine.latest),
            buttons=tuple(
                _page_button(Asked(standup.id, asked.on, n), pages, label) for n in range(pages)
            ),
            refresh=message.press,
            hidden=True,
        )

    async def waiting(self, message: Message) -> Reply:
        """Show the person the check-ins that are open, or the next one to answer early."""
        workspace, person = message.place.workspace, message.person
        theirs = [s for s in await self._standups.all(workspace) if member_of(s, person.id)]
        if not theirs:
            return Reply(
                text="You are in no standup here, so there is nothing to check in to. The owner of "
                "one can add you.",
                hidden=True,
            )
        buttons: list[Button] = []
        lines: list[str] = []
        latest = await self._standups.latest(workspace, person.id, _LATEST)
        for standup in theirs:
            for each in await self._current(standup, person, latest):
                asked = await bets.asked_about(self._log, workspace, person.id, each)
                lines.append(await self._when(standup, each))
                offered = _buttons(standup, each.on, asked, named=True)
                buttons += offered if each.state == CheckInState.ASKED else offered[:-1]
        if not lines:
            lines = [
                "Nothing is due: your standups are paused or have no day to come, or you don't want"
                " to be asked (My settings)."
            ]
        away = await self._absences(message)
        lines += [f"You are away {prompts.span(each.first, each.last)}." for each in away]
        buttons += [standup_forms.back_button(each) for each in away]
        mine = (await bets.open_bets(self._log, workspace, [person.id])).get(person.id, Bets())
        return Reply(
            text="\n".join(lines),
            sections=prompts.bets(mine.hypotheses, mine.latest, mine.chances),
            buttons=(*buttons, *_personal()),
            hidden=True,
        )

    async def _absences(self, message: Message) -> list[Absence]:
        """Return the absences of the person that are not over."""
        today = await self._people.today(message)
        every = await self._standups.absences(message.place.workspace)
        return [a for a in every if a.person == message.person.id and a.last >= today]

    async def _current(
        self, standup: Standup, person: Person, latest: Sequence[CheckIn]
    ) -> list[CheckIn]:
        """Return what the person can answer in time: what is open for them, else what is next.

        Somebody may be asked at another time than the schedule's: what was sent tells.
        """
        now = self._now()
        sent = [
            each
            for each in latest
            if each.standup == standup.id
            and each.opens_at <= now < each.closes_at
            and each.state in _ANSWERABLE
        ]
        slot = None if sent else await self._slot(standup, person)
        return [await self._check_in(standup, slot.on, person)] if slot else sent

    async def _when(self, standup: Standup, check_in: CheckIn) -> str:
        """Say in a line how it stands with a person's check-in."""
        zone = await self._people.home(standup, check_in.person.id)
        opens, closes = (prompts.hour(at, zone) for at in (check_in.opens_at, check_in.closes_at))
        if check_in.state == CheckInState.ANSWERED:
            how = "answered; you can still edit it"
        elif check_in.closes_at <= self._now():
            how = f"closed at {closes}; a late answer is added to the digest"
        elif check_in.state == CheckInState.SKIPPED:
            how = "skipped; you can still answer"
        elif check_in.opens_at <= self._now():
            how = f"open until {closes}"
        else:
            opening_day = prompts.day(schedule.local_date(check_in.opens_at, zone))
            how = f"opens {opening_day} at {opens}; you can answer now"
        return f"“{standup.name}”, {prompts.day(check_in.on)}: {how}."

    # -- which check-in

    async def _asked(self, message: Message, value: str) -> tuple[Asked, Standup]:
        """Return what a check-in's form or button is about.

        Raises StandupGone, NotAMember or NoCheckInThen.
        """
        asked = Asked.read(value)
        standup = (
            await self._standups.find(message.place.workspace, asked.standup) if asked else None
        )
        if asked is None or standup is None:
            raise StandupGone
        was_asked = await self._standups.check_in(
            standup.workspace, standup.id, asked.on, message.person.id
        )
        if was_asked:  # what they have to say is kept, whatever became of the standup
            return asked, standup
        if standup.removed:
            raise StandupGone
        member = member_of(standup, message.person.id)
        if member is None:
            raise NotAMember(name=standup.name)
        if not await self._is_answerable(standup, member, asked.on):
            raise NoCheckInThen(name=standup.name, day=prompts.day(asked.on))
        return asked, standup

    async def _is_answerable(self, standup: Standup, member: Member, on: date) -> bool:
        """Tell whether somebody who was not asked may answer for a day: lately, or the next one."""
        today = self._now().astimezone(UTC).date()
        slot = await self._slot(standup, member.person)
        last = max(slot.on, today) if slot else today
        return on in schedule.dates(standup, today - _LATE, last)

    async def _check_in(self, standup: Standup, on: date, person: Person) -> CheckIn:
        """Return the person's check-in of that day, or the one that an early answer makes."""
        kept = await self._standups.check_in(standup.workspace, standup.id, on, person.id)
        if kept:
            return kept
        member = member_of(standup, person.id) or Member(person=person, joined_at=self._now())
        profiles = await self._standups.profiles(standup.workspace)
        slot = schedule.slot(standup, member, profiles.get(person.id), on)
        return CheckIn(
            workspace=standup.workspace,
            standup=standup.id,
            on=on,
            person=member.person,
            opens_at=slot.opens,
            reminds_at=slot.reminds,
            closes_at=slot.closes,
        )

    async def _slot(self, standup: Standup, person: Person) -> schedule.Slot | None:
        member = member_of(standup, person.id)
        if member is None or standup.paused:
            return None
        profiles = await self._standups.profiles(standup.workspace)
        absences = await self._standups.absences(standup.workspace)
        return schedule.next_slot(standup, member, profiles.get(person.id), absences, self._now())


def _check_owned(mentioned: Sequence[str], known: Mapping[str, Hypothesis], person: str) -> None:
    """Raise LogGone or NotYourHypothesis if one of those *mentioned* is not the person's."""
    for name in mentioned:
        hypothesis = known.get(name)
        if hypothesis is None:
            raise LogGone
        if hypothesis.owner != person:
            owner = hypothesis.owner_name or hypothesis.owner or "a former member"
            raise NotYourHypothesis(owner=owner)


def _said_before(
    mentioned: Sequence[str],
    earlier: Sequence[Outcome],
    new: Sequence[Outcome],
    check_in: str,
    known: Mapping[str, Hypothesis],
) -> list[Outcome]:
    """Return what was said the same with the *check_in* before, unless it was edited since.

    What it decides may not have been carried out: then Coach stopped halfway.
    """
    standing = reports.latest(earlier, check_in)
    said = {outcome.hypothesis for outcome in new}
    again = [standing[name] for name in mentioned if name in standing and name not in said]
    return [
        outcome
        for outcome in again
        if outcome.check_in == check_in and known[outcome.hypothesis].edited_at <= outcome.at
    ]


def _state_after(hypothesis: Hypothesis, outcome: Outcome, corrected: Outcome | None) -> str:
    """Return the state that *outcome* brings *hypothesis* into.

    What was decided stays so, unless *corrected*, in whose place it comes, is what decided it.
    """
    taken_back = corrected and reports.closes(corrected) and hypothesis.state == corrected.result
    if hypothesis.state != "open" and not taken_back:
        return hypothesis.state
    return outcome.result.value if reports.closes(outcome) else "open"


def _told(hypothesis: Hypothesis, outcome: Outcome) -> str:
    """Say what the person should know of a *hypothesis* whose state *outcome* left as it was."""
    if hypothesis.state == "open":
        return ""
    if hypothesis.state == outcome.result:
        return f"“{hypothesis.claim}” is closed as {hypothesis.state}."
    return (
        f"“{hypothesis.claim}” was closed meanwhile as {hypothesis.state}. I kept your report; it "
        "does not reopen it."
    )


def _prompt(standup: Standup, check_in: CheckIn, zone: str, mine: Bets) -> Reply:
    return Reply(
        text=prompts.text(standup, check_in, zone),
        sections=prompts.bets(mine.hypotheses, mine.latest, mine.chances),
        buttons=(*_buttons(standup, check_in.on, mine), *_personal()),
        refresh=Press(action=standup_forms.CHECK_IN, value=str(Asked(standup.id, check_in.on))),
    )


def _reminder(standup: Standup, check_in: CheckIn, zone: str, mine: Bets) -> Reply:
    return Reply(
        text=prompts.reminder_text(standup, check_in, zone),
        buttons=_buttons(standup, check_in.on, mine),
    )


_Write = Callable[[Standup, CheckIn, str, Bets], Reply]


def _buttons(standup: Standup, on: date, mine: Bets, *, named: bool = False) -> tuple[Button, ...]:
    """Return a button for each page of the check-in's form, and one to skip it."""
    label, skip = (f"{verb}: {standup.name}" if named else verb for verb in ("Check in", "Skip"))
    pages = standup_forms.pages(mine.hypotheses)
    return (
        *(_page_button(Asked(standup.id, on, n), pages, label) for n in range(pages)),
        Button(label=skip, action=standup_forms.SKIP, value=str(Asked(standup.id, on))),
    )


def _page_button(asked: Asked, pages: int, label: str) -> Button:
    of = f" ({asked.page + 1} of {pages})" if pages > 1 else ""
    action = standup_forms.CHECK_IN
    return Button(label=f"{label}{of}", action=action, value=str(asked), opens_form=True)


def _personal() -> tuple[Button, ...]:
    return (
        Button(label="I'm away…", action=standup_forms.AWAY, opens_form=True),
        Button(label="My settings", action=standup_forms.ME, opens_form=True),
    )
