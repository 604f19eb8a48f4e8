"""Standups as a conversation: setting them up, changing them, and who is waited for.

Everybody may set up a standup and owns it then; its owner and administrators may change it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot import log_forms, standup_forms
from bot.errors import NotAMember, NotYourStandup, Outdated, StandupGone
from bot.log_ports import Digests, Standups
from bot.members import People, member_of
from bot.messages import (
    Button,
    Form,
    Message,
    Person,
    Reply,
    Section,
    Submission,
    Venue,
)
from bot.names import readable_id
from bot.standup_records import CheckIn, CheckInState, Member, Occurrence, Standup
from bot.standups import prompts, schedule

_LATEST_OCCURRENCES = 10
_NAMED = 20
_SILENT = (CheckInState.ASKED, CheckInState.UNANSWERED)


class AskNow(Protocol):
    """What asks a standup's members at once."""

    async def ask_now(self, standup: Standup) -> int:
        """Ask every member for today's check-in; return how many were asked."""
        ...


class StandupDesk:
    """Sets standups up, changes them and shows how they stand."""

    def __init__(
        self,
        *,
        standups: Standups,
        people: People,
        asking: AskNow,
        digests: Digests,
        admins: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        """Keep in *standups*; *people* knows who is who; *now* gives aware times."""
        self._standups = standups
        self._people = people
        self._asking = asking
        self._digests = digests
        self._admins = admins
        self._now = now

    # -- forms

    async def form(self, message: Message) -> Form | None:
        """Return the form that a button or a bare command opens; None if there is none."""
        if message.verb == "standup":
            return await self._new(message)
        if message.press is None or message.press.action != standup_forms.NEW:
            return None
        value = message.press.value
        return await self._new(message, await self._changeable(message, value) if value else None)

    async def _new(self, message: Message, kept: Standup | None = None) -> Form:
        zone = (await self._people.profile(message)).zone or "UTC"
        return standup_forms.standup(kept, zone, await self._people.today(message))

    async def problems(self, message: Message, submission: Submission) -> dict[str, str]:
        """Return a sentence for each field of a filled-in form that can't be used."""
        if submission.action != standup_forms.NEW:
            return {}
        today = await self._people.today(message)
        return standup_forms.standup_problems(submission.answers, today)

    # -- filled-in forms

    async def submit(self, message: Message, submission: Submission) -> Reply | None:
        """Do what a filled-in form says. Raises an input problem."""
        if submission.action != standup_forms.NEW:
            return None
        return await self._set_up(message, submission)

    async def _set_up(self, message: Message, submission: Submission) -> Reply:
        now, workspace = self._now(), message.place.workspace
        said = standup_forms.standup_from(submission, await self._people.today(message))
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
            owner=kept.owner if kept else await self._people.named(workspace, message.person),
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
        return _kept(saved)

    async def _members(
        self, workspace: str, people: Sequence[str], kept: Standup | None
    ) -> tuple[Member, ...]:
        """Return the members; who was there before keeps the time of joining."""
        before = {member.person.id: member for member in kept.members} if kept else {}
        new = [Person(id=each) for each in people if each not in before]
        named = {each.id: each for each in await self._people.all_named(workspace, new)}
        return tuple(
            before.get(each) or Member(person=named[each], joined_at=self._now()) for each in people
        )

    # -- buttons

    async def press(self, message: Message, action: str, value: str) -> Reply | None:
        """Do what a button says. Raises an input problem."""
        match action:
            case standup_forms.LIST:
                return await self.overview(message)
            case standup_forms.DIGEST:
                return await self._latest_digest(message, value)
            case standup_forms.RUN:
                return await self._run_now(message, value)
            case standup_forms.PAUSE:
                return await self._pause(message, value)
            case standup_forms.REMOVE:
                return await self._remove(message, value)
            case standup_forms.RESTORE:
                return await self._restore(message, value)
            case _:
                return None

    async def _run_now(self, message: Message, value: str) -> Reply:
        standup = await self._changeable(message, value)
        asked = await self._asking.ask_now(standup)
        if not asked:
            return Reply(
                text="Nobody is left to ask: everybody was asked today already, is off today or "
                "has quiet hours now.",
                hidden=True,
            )
        people = "1 member" if asked == 1 else f"{asked} members"
        return Reply(text=f"Asking {people} of “{standup.name}” now.", hidden=True)

    async def _pause(self, message: Message, value: str) -> Reply:
        standup_id, _, wanted = value.partition("|")
        changed = await self._changeable(message, standup_id)
        paused = wanted == standup_forms.ON if wanted else not changed.paused
        if changed.paused != paused:
            changed = await self._change(message, changed, paused=paused)
        said = "Paused" if changed.paused else "Running again"
        return Reply(
            text=f"{said}: “{changed.name}”.", buttons=_standup_buttons(changed), hidden=True
        )

    async def _remove(self, message: Message, value: str) -> Reply:
        standup = await self._changeable(message, value, removed=True)
        if not standup.removed:
            await self._change(message, standup, removed=True)
        return Reply(
            text=f"Removed: “{standup.name}”. Nobody is asked any more; what was logged stays.",
            buttons=(
                Button(label="Bring it back", action=standup_forms.RESTORE, value=standup.id),
            ),
            hidden=True,
        )

    async def _restore(self, message: Message, value: str) -> Reply:
        standup = await self._changeable(message, value, removed=True)
        restored = await self._change(message, standup, removed=False)
        return Reply(
            text=f"Back: “{standup.name}”.", buttons=_standup_buttons(restored), hidden=True
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
        buttons = [
            Button(
                label=f"Latest digest of “{standup.name}”",
                action=standup_forms.DIGEST,
                value=standup.id,
            )
            for standup in standups
            if self._sees_digests(message.person.id, standup) and await self._published(standup)
        ]
        buttons += [button for standup in mine for button in _standup_buttons(standup, named=True)]
        return Reply(
            text=f"{len(standups)} standup{'' if len(standups) == 1 else 's'} here.",
            sections=tuple(sections),
            buttons=(*buttons, new),
            hidden=True,
        )

    async def _described(self, message: Message, standup: Standup) -> Section:
        lines = [f"{_capital(schedule.recurrence(standup))}. Members: {_names(standup)}."]
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
        silent = [each.person for each in check_ins if each.state in _SILENT]
        return [f"{line} Not yet: {_listed(silent)} (only you see this)." if silent else line]

    async def _of_latest(self, standup: Standup) -> list[CheckIn]:
        """Return the check-ins of the latest occurrence that has begun for anybody."""
        workspace, now = standup.workspace, self._now()
        for each in await self._standups.occurrences(workspace, standup.id, _LATEST_OCCURRENCES):
            found = await self._standups.check_ins(workspace, standup.id, each.on)
            if any(check_in.opens_at <= now for check_in in found):
                return found
        return []

    async def _published(self, standup: Standup) -> Occurrence | None:
        """Return the latest occurrence that has a digest."""
        workspace = standup.workspace
        found = await self._standups.occurrences(workspace, standup.id, _LATEST_OCCURRENCES)
        return next((each for each in found if each.revision), None)

    async def _latest_digest(self, message: Message, value: str) -> Reply:
        """Show the digest that was posted last, as it is by now."""
        standup = await self._standups.find(message.place.workspace, value)
        occurrence = await self._published(standup) if standup else None
        if standup is None or occurrence is None:
            raise StandupGone
        if not self._sees_digests(message.person.id, standup):
            raise NotAMember(name=standup.name)
        check_ins = await self._standups.check_ins(standup.workspace, standup.id, occurrence.on)
        digest = await self._digests.digest(standup, occurrence, check_ins)
        if not digest:
            return Reply(text="Its answers were taken back, so it says nothing.", hidden=True)
        return digest[0].reply.model_copy(update={"hidden": True})

    # -- permissions

    async def _changeable(
        self, message: Message, standup_id: str, *, removed: bool = False
    ) -> Standup:
        """Return a standup that the person may change. Raises StandupGone or NotYourStandup."""
        standup = await self._standups.find(message.place.workspace, standup_id)
        if standup is None or (standup.removed and not removed):
            raise StandupGone
        if not self._may_change(message.person.id, standup):
            raise NotYourStandup(name=standup.name, owner=standup.owner.name or standup.owner.id)
        return standup

    def _sees_digests(self, person: str, standup: Standup) -> bool:
        """Tell whether the digests are for *person*: the channel may be closed to others."""
        return self._may_change(person, standup) or member_of(standup, person) is not None

    def _may_change(self, person: str, standup: Standup) -> bool:
        return person == standup.owner.id or person in self._admins


def _kept(standup: Standup) -> Reply:
    return Reply(
        text=f"Kept: “{standup.name}”, {schedule.recurrence(standup)}. I ask {_names(standup)} "
        "and post a digest when all have answered or their time is over. Register what you bet on "
        "with a hypothesis, so that I can ask about it.",
        buttons=(
            *_standup_buttons(standup),
            Button(label="Add a hypothesis", action=log_forms.HYPOTHESIS, opens_form=True),
        ),
        hidden=True,
    )


def _same_edit(kept: Standup, written: Standup) -> bool:
    """Tell whether *kept* is what working on the same event before made of it."""
    aside = {"version", "edited_at", "members"}
    return kept.model_dump(exclude=aside) == written.model_dump(exclude=aside)


def _names(standup: Standup) -> str:
    return _listed([member.person for member in standup.members])


def _listed(people: Sequence[Person]) -> str:
    names = [person.name or person.id for person in people[:_NAMED]]
    more = [f"{len(people) - _NAMED} more"] if len(people) > _NAMED else []
    return ", ".join((*names, *more))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _standup_buttons(standup: Standup, *, named: bool = False) -> tuple[Button, ...]:
    which = f" “{standup.name}”" if named else ""
    return (
        Button(label=f"Edit{which}", action=standup_forms.NEW, value=standup.id, opens_form=True),
        Button(label=f"Run{which} now", action=standup_forms.RUN, value=standup.id),
        Button(
            label=f"{'Resume' if standup.paused else 'Pause'}{which}",
            action=standup_forms.PAUSE,
            value=f"{standup.id}|{standup_forms.OFF if standup.paused else standup_forms.ON}",
        ),
        Button(
            label=f"Remove{which}",
            action=standup_forms.REMOVE,
            value=standup.id,
            asks=f"Remove “{standup.name}”? Nobody is asked any more; what was logged stays.",
        ),
    )
