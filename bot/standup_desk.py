"""Standups as a conversation: setting them up, checking in, skipping, being away.

Who may do what: everybody may set up a standup and owns it then; its owner and administrators may
change it; a member's check-in, settings and absences are the member's alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot import log_forms, standup_forms
from bot.errors import (
    LogGone,
    NotAMember,
    NotYourHypothesis,
    NotYourStandup,
    Outdated,
    StandupGone,
)
from bot.log_ports import Log, Standups
from bot.log_records import Hypothesis, Outcome
from bot.messages import (
    Button,
    Delivery,
    Form,
    Message,
    Person,
    Reply,
    Section,
    Submission,
    Venue,
)
from bot.names import readable_id
from bot.ports import Directory
from bot.standup_forms import Asked
from bot.standup_records import (
    Absence,
    CheckIn,
    CheckInState,
    Member,
    Profile,
    Standup,
)
from bot.standups import prompts, reports, schedule
from bot.standups.reports import Occasion

_EXCUSABLE = 100  # of a person's latest check-ins
_LATEST_OCCURRENCES = 10


class AskNow(Protocol):
    """What asks a standup's members at once."""

    async def ask_now(self, standup: Standup) -> int:
        """Ask every member for today's check-in; return how many were asked."""
        ...


class StandupDesk:
    """Takes answers in; sets standups up; says the words that the ticker sends."""

    def __init__(
        self,
        *,
        standups: Standups,
        log: Log,
        directory: Directory,
        admins: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        """Keep in *standups* and *log*; *directory* knows people; *now* gives aware times."""
        self._standups = standups
        self._log = log
        self._directory = directory
        self._admins = admins
        self._now = now

    # -- what the ticker sends

    async def prompts(
        self, standup: Standup, check_ins: Sequence[CheckIn]
    ) -> Mapping[str, Delivery]:
        """See `bot.ticker.Asking.prompts`."""
        if not check_ins:
            return {}
        profiles = await self._standups.profiles(standup.workspace)
        hypotheses = await self._log.hypotheses(standup.workspace)
        bets: dict[str, list[Hypothesis]] = {}
        for hypothesis in filter(_is_open, hypotheses):
            bets.setdefault(hypothesis.owner, []).append(hypothesis)
        asked_about = [h for each in check_ins for h in bets.get(each.person.id, ())]
        latest = await self._latest(standup.workspace, asked_about)
        found: dict[str, Delivery] = {}
        for each in check_ins:
            zone = schedule.home_of(standup, profiles.get(each.person.id))
            reply = _prompt(standup, each, zone, bets.get(each.person.id, ()), latest)
            found[each.key] = prompts.delivery(standup, each, "check-in", reply)
        return found

    async def reminder(self, standup: Standup, check_in: CheckIn) -> Delivery:
        """See `bot.ticker.Asking.reminder`."""
        profiles = await self._standups.profiles(standup.workspace)
        zone = schedule.home_of(standup, profiles.get(check_in.person.id))
        mine, _ = await self._asked_about(standup.workspace, check_in.person.id, check_in)
        reply = Reply(
            text=prompts.reminder_text(standup, check_in, zone),
            buttons=_check_in_buttons(standup, check_in.on, mine),
        )
        return prompts.delivery(standup, check_in, "reminder", reply)

    def apology(self, standup: Standup, missed: Sequence[CheckIn]) -> Delivery:
        """See `bot.ticker.Asking.apology`."""
        key = f"missed:{standup.id}:{max(each.on for each in missed).isoformat()}"
        return prompts.to_owner(standup, key, Reply(text=prompts.apology_text(standup, missed)))

    # -- forms

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if there is none."""
        if message.verb == "standup":
            return await self._new(message)
        if message.press is None:
            return None
        action, value = message.press.action, message.press.value
        match action:
            case standup_forms.NEW:
                kept = await self._changeable(message, value) if value else None
                return await self._new(message, kept)
            case standup_forms.CHECK_IN:
                return await self._check_in_form(message, value)
            case standup_forms.ME:
                return standup_forms.me(await self._profile(message))
            case standup_forms.AWAY:
                return standup_forms.away(await self._today(message))
            case _:
                return None

    async def _new(self, message: Message, kept: Standup | None = None) -> Form:
        known = await self._directory.find(message.place.workspace, message.person.id)
        profile = await self._profile(message)
        zone = profile.zone or known.zone or "UTC"
        return standup_forms.standup(kept, zone, await self._today(message))

    async def _check_in_form(self, message: Message, value: str) -> Form:
        asked, standup = await self._asked(message, value)
        person = message.person.id
        answered = await self._standups.check_in(standup.workspace, standup.id, asked.on, person)
        hypotheses, latest = await self._asked_about(standup.workspace, person, answered)
        return standup_forms.check_in(asked, standup, hypotheses, latest, answered)

    async def problems(self, message: Message) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        form = message.submission
        if form is None:
            return {}
        match form.action:
            case standup_forms.NEW:
                return standup_forms.standup_problems(form.answers, await self._today(message))
            case standup_forms.CHECK_IN:
                return reports.problems(form.answers)
            case standup_forms.ME:
                return standup_forms.me_problems(form.answers)
            case standup_forms.AWAY:
                return standup_forms.away_problems(form.answers)
            case _:
                return {}

    # -- filled-in forms

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says. Raises an input problem."""
        match submission.action:
            case standup_forms.NEW:
                return await self._set_up(message, submission)
            case standup_forms.CHECK_IN:
                return await self._checked_in(message, submission)
            case standup_forms.ME:
                return await self._settled(message, submission)
            case standup_forms.AWAY:
                return await self._away(message, submission)
            case _:
                return None

    async def _set_up(self, message: Message, submission: Submission) -> Reply:
        now, workspace = self._now(), message.place.workspace
        said = standup_forms.standup_from(submission, await self._today(message))
        standup_id, _, version = submission.value.partition("|")
        kept = await self._changeable(message, standup_id) if standup_id else None
        members = await self._members(workspace, said.members, kept)
        written = Standup(
            workspace=workspace,
            id=kept.id if kept else readable_id(said.name, message.id),
            name=said.name,
            place=message.place.model_copy(
                update={"channel": said.channel, "thread": "", "venue": Venue.CHANNEL}
            ),
            owner=kept.owner if kept else await self._named(workspace, message.person),
            members=members,
            days=said.days,
            every_weeks=said.every_weeks,
            starts=said.starts,
            at=said.at,
            zone=said.zone,
            own_zone=said.own_zone,
            country=said.country,
            window=said.window,
            reminder=min(said.reminder, said.window - 1),
            questions=said.questions,
            paused=kept.paused if kept else False,
            version=int(version or 0),
            created_at=kept.created_at if kept else now,
            edited_by=message.person.id,
            edited_at=now,
        )
        saved = await self._standups.save(written)
        if saved is None:
            if kept and not _same_edit(kept, written):
                raise Outdated
            saved = written
        return self._kept(saved, "Kept")

    def _kept(self, standup: Standup, what: str) -> Reply:
        names = ", ".join(member.person.name or member.person.id for member in standup.members)
        return Reply(
            text=f"{what}: “{standup.name}”, {schedule.recurrence(standup)}. I ask {names} and "
            "post a digest when all have answered or their time is over. Register what you bet on "
            "with a hypothesis, so that I can ask about it.",
            buttons=(
                *_standup_buttons(standup),
                Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True),
            ),
            hidden=True,
        )

    async def _members(
        self, workspace: str, people: Sequence[str], kept: Standup | None
    ) -> tuple[Member, ...]:
        """Return the members; who was there before keeps the time of joining."""
        before = {member.person.id: member for member in kept.members} if kept else {}
        return tuple(
            [
                before.get(each)
                or Member(
                    person=await self._named(workspace, Person(id=each)), joined_at=self._now()
                )
                for each in people
            ]
        )

    async def _named(self, workspace: str, person: Person) -> Person:
        known = await self._directory.find(workspace, person.id)
        if known.zone:
            profiles = await self._standups.profiles(workspace)
            if person.id not in profiles:
                profile = Profile(workspace=workspace, person=person.id, zone=known.zone)
                await self._standups.save_profile(profile)
        return Person(id=person.id, name=known.name or person.name or person.id)

    async def _checked_in(self, message: Message, submission: Submission) -> Reply:
        asked, standup = await self._asked(message, submission.value)
        now, person = self._now(), message.person.id
        before = await self._check_in(standup, asked.on, message.person)
        known = {h.id: h for h in await self._log.hypotheses(standup.workspace)}
        occasion = Occasion(standup.workspace, person, message.id, now, asked.on, before.key)
        mentioned = reports.mentioned(submission.answers)
        _check_owned(mentioned, known, person)
        earlier = await self._log.outcomes(standup.workspace, mentioned) if mentioned else []
        outcomes = reports.outcomes(submission.answers, occasion, known, earlier)
        answers = {**before.answers, **standup_forms.own_answers(standup, submission)}
        answered = before.model_copy(
            update={
                "state": CheckInState.ANSWERED,
                "answers": {question: said for question, said in answers.items() if said},
                "answered_at": now,
            }
        )
        await self._standups.settle(answered, event=message.id, outcomes=outcomes)
        by_id = {outcome.id: outcome for outcome in earlier}
        told = [await self._resolve(o, by_id.get(o.replaces), now) for o in outcomes]
        return await self._thanks(message, asked, standup, before, outcomes, told)

    async def _resolve(self, outcome: Outcome, corrected: Outcome | None, now: datetime) -> str:
        """Close the hypothesis that *outcome* decides, or open it if it takes a decision back.

        Returns what the person should know. Where somebody else edits it at the same time, theirs
        is looked at first.
        """
        while hypothesis := await self._log.hypothesis(outcome.workspace, outcome.hypothesis):
            state = _state_after(hypothesis, outcome, corrected)
            if state == hypothesis.state:
                return _told(hypothesis, outcome)
            edit = {"state": state, "edited_by": outcome.person, "edited_at": now}
            if await self._log.save_hypothesis(hypothesis.model_copy(update=edit)):
                closed = "open again" if state == "open" else f"closed as {state}"
                return f"“{hypothesis.claim}” is {closed}."
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
        mine, _ = await self._asked_about(standup.workspace, message.person.id, before)
        buttons = [_page_button(standup, asked.on, mine, asked.page, "Edit")]
        if asked.page + 1 < standup_forms.pages(mine):
            buttons.insert(0, _page_button(standup, asked.on, mine, asked.page + 1, "Next"))
        buttons.append(
            Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True)
        )
        return Reply(text=" ".join(parts), buttons=tuple(buttons), hidden=True)

    async def _settled(self, message: Message, submission: Submission) -> Reply:
        profile = standup_forms.me_from(submission, await self._profile(message))
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
        span = (
            prompts.day(first) if first == last else f"{prompts.day(first)} to {prompts.day(last)}"
        )
        return Reply(
            text=f"Noted: you are away {span}. I don't ask you then, and it never counts as "
            "missed.",
            buttons=(
                Button(
                    label="Take it back",
                    action=standup_forms.RETURN,
                    value=f"{first.isoformat()}|{last.isoformat()}",
                ),
            ),
            hidden=True,
        )

    async def _excuse(self, message: Message, absence: Absence) -> None:
        """Don't wait for what the person was asked already on those days."""
        person = message.person.id
        for each in await self._standups.latest(absence.workspace, person, _EXCUSABLE):
            waited_for = each.state in (CheckInState.ASKED, CheckInState.UNANSWERED)
            if waited_for and absence.first <= each.on <= absence.last:
                away = each.model_copy(update={"state": CheckInState.AWAY})
                await self._standups.settle(away, event=f"{message.id}:{each.key}")

    # -- buttons

    async def press(
        self, message: Message, action: str, value: str, ask_now: AskNow
    ) -> Reply | None:
        """Do what a button says. Raises an input problem."""
        match action:
            case standup_forms.LIST:
                return await self.overview(message)
            case standup_forms.SKIP:
                return await self._skip(message, value)
            case standup_forms.RETURN:
                return await self._back(message, value)
            case standup_forms.RUN:
                return await self._run_now(message, value, ask_now)
            case standup_forms.PAUSE:
                return await self._pause(message, value)
            case standup_forms.REMOVE:
                return await self._remove(message, value)
            case _:
                return None

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

    async def _back(self, message: Message, value: str) -> Reply:
        first, _, last = value.partition("|")
        absence = Absence(
            workspace=message.place.workspace,
            person=message.person.id,
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
        )
        if await self._standups.remove_absence(absence):
            return Reply(text="Taken back: I ask you on those days.", hidden=True)
        return Reply(text="That was taken back already.", hidden=True)

    async def _run_now(self, message: Message, value: str, ask_now: AskNow) -> Reply:
        standup = await self._changeable(message, value)
        asked = await ask_now.ask_now(standup)
        if not asked:
            return Reply(
                text="Nobody is left to ask: everybody was asked today already, is off today or "
                "has quiet hours now.",
                hidden=True,
            )
        people = "1 member" if asked == 1 else f"{asked} members"
        return Reply(text=f"Asking {people} of “{standup.name}” now.", hidden=True)

    async def _pause(self, message: Message, value: str) -> Reply:
        standup = await self._changeable(message, value)
        changed = await self._change(message, standup, paused=not standup.paused)
        said = "Paused" if changed.paused else "Running again"
        return Reply(
            text=f"{said}: “{standup.name}”.", buttons=_standup_buttons(changed), hidden=True
        )

    async def _remove(self, message: Message, value: str) -> Reply:
        standup = await self._changeable(message, value)
        await self._change(message, standup, removed=True)
        return Reply(
            text=f"Removed: “{standup.name}”. Nobody is asked any more; what was logged stays.",
            hidden=True,
        )

    async def _change(self, message: Message, standup: Standup, **changes: object) -> Standup:
        edit = {"edited_by": message.person.id, "edited_at": self._now()}
        saved = await self._standups.save(standup.model_copy(update={**changes, **edit}))
        if saved is None:
            raise Outdated
        return saved

    # -- what there is

    async def overview(self, message: Message) -> Reply:
        """List the workspace's standups, with who is waited for where that is yours to see."""
        standups = await self._standups.all(message.place.workspace)
        new = Button(label="New standup", action=standup_forms.NEW, opens_form=True)
        if not standups:
            return Reply(text="No standup is set up yet.", buttons=(new,), hidden=True)
        sections = [await self._described(message, standup) for standup in standups]
        mine = [s for s in standups if self._may_change(message.person.id, s)]
        buttons = [button for standup in mine for button in _standup_buttons(standup, named=True)]
        return Reply(
            text=f"{len(standups)} standup{'' if len(standups) == 1 else 's'} here.",
            sections=tuple(sections),
            buttons=(*buttons, new),
            hidden=True,
        )

    async def _described(self, message: Message, standup: Standup) -> Section:
        names = ", ".join(member.person.name or member.person.id for member in standup.members)
        lines = [f"{_capital(schedule.recurrence(standup))}. Members: {names}."]
        if standup.paused:
            lines.insert(0, "Paused.")
        if self._may_change(message.person.id, standup):
            lines += await self._waited_for(standup)
        return Section(title=standup.name, text="\n".join(lines))

    async def _waited_for(self, standup: Standup) -> list[str]:
        check_ins = await self._of_latest(standup)
        if not check_ins:
            return []
        answered = sum(each.state == CheckInState.ANSWERED for each in check_ins)
        line = f"{prompts.day(check_ins[0].on)}: {answered} of {len(check_ins)} answered."
        missed = sum(each.state == CheckInState.MISSED_BY_US for each in check_ins)
        if missed:
            line += f" Not asked, because I was down: {missed}."
        silent = [c.person.name or c.person.id for c in check_ins if c.state in _SILENT]
        return [f"{line} Not yet: {', '.join(silent)} (only you see this)." if silent else line]

    async def _of_latest(self, standup: Standup) -> list[CheckIn]:
        """Return the check-ins of the latest occurrence that has begun for anybody."""
        workspace, now = standup.workspace, self._now()
        for each in await self._standups.occurrences(workspace, standup.id, _LATEST_OCCURRENCES):
            found = await self._standups.check_ins(workspace, standup.id, each.on)
            if any(check_in.opens_at <= now for check_in in found):
                return found
        return []

    async def waiting(self, message: Message) -> Reply:
        """Show the person the check-ins that are open, or the next one to answer early."""
        workspace, person = message.place.workspace, message.person
        theirs = [s for s in await self._standups.all(workspace) if _member(s, person.id)]
        if not theirs:
            return Reply(
                text="You are in no standup here, so there is nothing to check in to. The owner of "
                "one can add you.",
                hidden=True,
            )
        buttons: list[Button] = []
        lines: list[str] = []
        for standup in theirs:
            slot = await self._slot(standup, person)
            if slot:
                kept = await self._standups.check_in(workspace, standup.id, slot.on, person.id)
                asked_about, _ = await self._asked_about(workspace, person.id, kept)
                lines.append(await self._when(standup, slot, kept))
                buttons += _check_in_buttons(standup, slot.on, asked_about, named=True)[:-1]
        if not lines:
            lines = [
                "Nothing is due: your standups are paused or have no day to come, or you don't want"
                " to be asked (My settings)."
            ]
        mine = await self._open(workspace, person.id)
        latest = await self._latest(workspace, mine)
        return Reply(
            text="\n".join(lines),
            sections=prompts.bets(mine, latest),
            buttons=(*buttons, *_personal()),
            hidden=True,
        )

    async def _when(self, standup: Standup, slot: schedule.Slot, kept: CheckIn | None) -> str:
        """Say in a line how it stands with a person's check-in."""
        profiles = await self._standups.profiles(standup.workspace)
        zone = schedule.home_of(standup, profiles.get(slot.person.id))
        opens, closes = (prompts.hour(at, zone) for at in (slot.opens, slot.closes))
        if kept and kept.state == CheckInState.ANSWERED:
            how = "answered; you can still edit it"
        elif kept and kept.state == CheckInState.SKIPPED:
            how = "skipped; you can still answer"
        elif slot.opens <= self._now():
            how = f"open until {closes}"
        else:
            opening_day = prompts.day(schedule.local_date(slot.opens, zone))
            how = f"opens {opening_day} at {opens}; you can answer now"
        return f"“{standup.name}”, {prompts.day(slot.on)}: {how}."

    # -- people and their hypotheses

    async def _asked(self, message: Message, value: str) -> tuple[Asked, Standup]:
        """Return what a check-in's form or button is about. Raises StandupGone or NotAMember."""
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
        if _member(standup, message.person.id) is None:
            raise NotAMember(name=standup.name)
        return asked, standup

    async def _check_in(self, standup: Standup, on: date, person: Person) -> CheckIn:
        """Return the person's check-in of that day, or the one that an early answer makes."""
        kept = await self._standups.check_in(standup.workspace, standup.id, on, person.id)
        if kept:
            return kept
        member = _member(standup, person.id) or Member(person=person, joined_at=self._now())
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
        member = _member(standup, person.id)
        if member is None or standup.paused:
            return None
        profiles = await self._standups.profiles(standup.workspace)
        absences = await self._standups.absences(standup.workspace)
        return schedule.next_slot(standup, member, profiles.get(person.id), absences, self._now())

    async def _open(self, workspace: str, person: str) -> list[Hypothesis]:
        found = await self._log.hypotheses(workspace)
        return [h for h in found if h.owner == person and _is_open(h)]

    async def _asked_about(
        self, workspace: str, person: str, kept: CheckIn | None
    ) -> tuple[list[Hypothesis], dict[str, Outcome]]:
        """Return the hypotheses that a check-in asks the person about, and what was said of each.

        Those are the open ones and what was reported with the *kept* check-in itself: so its pages
        stay the same while it is answered, and a decision can be corrected.
        """
        theirs = [h for h in await self._log.hypotheses(workspace) if h.owner == person]
        latest = await self._latest(workspace, theirs, kept.key if kept else "")
        reported = {o.hypothesis for o in latest.values() if kept and o.check_in == kept.key}
        return [h for h in theirs if _is_open(h) or h.id in reported], latest

    async def _latest(
        self, workspace: str, hypotheses: Sequence[Hypothesis], check_in: str = ""
    ) -> dict[str, Outcome]:
        """Return what was said last of each of *hypotheses*, with the *check_in* if it was."""
        if not hypotheses:
            return {}
        found = await self._log.outcomes(workspace, [h.id for h in hypotheses])
        return reports.latest(found, check_in)

    async def _profile(self, message: Message) -> Profile:
        workspace, person = message.place.workspace, message.person.id
        profiles = await self._standups.profiles(workspace)
        if person in profiles:
            return profiles[person]
        known = await self._directory.find(workspace, person)
        return Profile(workspace=workspace, person=person, zone=known.zone)

    async def _today(self, message: Message) -> date:
        profile = await self._profile(message)
        own = schedule.zone_or_none(profile.zone)
        return schedule.local_date(self._now(), own.key if own else "UTC")

    # -- permissions

    async def _changeable(self, message: Message, standup_id: str) -> Standup:
        """Return a standup that the person may change. Raises StandupGone or NotYourStandup."""
        standup = await self._standups.find(message.place.workspace, standup_id)
        if standup is None or standup.removed:
            raise StandupGone
        if not self._may_change(message.person.id, standup):
            raise NotYourStandup(name=standup.name, owner=standup.owner.name or standup.owner.id)
        return standup

    def _may_change(self, person: str, standup: Standup) -> bool:
        return person == standup.owner.id or person in self._admins


_SILENT = (CheckInState.ASKED, CheckInState.UNANSWERED)


def _is_open(hypothesis: Hypothesis) -> bool:
    return hypothesis.state == "open"


def _member(standup: Standup, person: str) -> Member | None:
    return next((member for member in standup.members if member.person.id == person), None)


def _check_owned(mentioned: Sequence[str], known: Mapping[str, Hypothesis], person: str) -> None:
    """Raise LogGone or NotYourHypothesis if one of those *mentioned* is not the person's."""
    for name in mentioned:
        hypothesis = known.get(name)
        if hypothesis is None:
            raise LogGone
        if hypothesis.owner != person:
            owner = hypothesis.owner_name or hypothesis.owner or "a former member"
            raise NotYourHypothesis(owner=owner)


def _state_after(hypothesis: Hypothesis, outcome: Outcome, corrected: Outcome | None) -> str:
    """Return the state that *outcome* brings *hypothesis* into.

    What was decided stays so, unless *corrected*, in whose place it comes, is what decided it.
    """
    taken_back = corrected and reports.closes(corrected) and hypothesis.state == corrected.result
    if not _is_open(hypothesis) and not taken_back:
        return hypothesis.state
    return outcome.result.value if reports.closes(outcome) else "open"


def _told(hypothesis: Hypothesis, outcome: Outcome) -> str:
    """Say what the person should know of a *hypothesis* whose state *outcome* left as it was."""
    if _is_open(hypothesis):
        return ""
    if hypothesis.state == outcome.result:
        return f"“{hypothesis.claim}” is closed as {hypothesis.state}."
    return (
        f"“{hypothesis.claim}” was closed meanwhile as {hypothesis.state}. I kept your report; it "
        "does not reopen it."
    )


def _same_edit(kept: Standup, written: Standup) -> bool:
    """Tell whether *kept* is what working on the same event before made of it."""
    aside = {"version", "edited_at", "members"}
    return kept.model_dump(exclude=aside) == written.model_dump(exclude=aside)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _prompt(
    standup: Standup,
    check_in: CheckIn,
    zone: str,
    mine: Sequence[Hypothesis],
    latest: Mapping[str, Outcome],
) -> Reply:
    return Reply(
        text=prompts.text(standup, check_in, zone),
        sections=prompts.bets(mine, latest),
        buttons=(*_check_in_buttons(standup, check_in.on, mine), *_personal()),
    )


def _check_in_buttons(
    standup: Standup, on: date, mine: Sequence[Hypothesis], *, named: bool = False
) -> tuple[Button, ...]:
    label = f"Check in: {standup.name}" if named else "Check in"
    pages = range(standup_forms.pages(mine))
    return (
        *(_page_button(standup, on, mine, page, label) for page in pages),
        Button(label="Skip", action=standup_forms.SKIP, value=str(Asked(standup.id, on))),
    )


def _page_button(
    standup: Standup, on: date, mine: Sequence[Hypothesis], page: int, label: str
) -> Button:
    of = f" ({page + 1} of {standup_forms.pages(mine)})" if standup_forms.pages(mine) > 1 else ""
    value = str(Asked(standup.id, on, page))
    return Button(label=f"{label}{of}", action=standup_forms.CHECK_IN, value=value, opens_form=True)


def _personal() -> tuple[Button, ...]:
    return (
        Button(label="I'm away…", action=standup_forms.AWAY, opens_form=True),
        Button(label="My settings", action=standup_forms.ME, opens_form=True),
    )


def _standup_buttons(standup: Standup, *, named: bool = False) -> tuple[Button, ...]:
    which = f" “{standup.name}”" if named else ""
    return (
        Button(label=f"Edit{which}", action=standup_forms.NEW, value=standup.id, opens_form=True),
        Button(label=f"Run{which} now", action=standup_forms.RUN, value=standup.id),
        Button(
            label=f"{'Resume' if standup.paused else 'Pause'}{which}",
            action=standup_forms.PAUSE,
            value=standup.id,
        ),
        Button(
            label=f"Remove{which}",
            action=standup_forms.REMOVE,
            value=standup.id,
            asks=f"Remove “{standup.name}”? Nobody is asked any more; what was logged stays.",
        ),
    )
