"""What standups and the hypothesis log need from a store, as protocols."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.log_records import Hypothesis, Measurement, Objective, Outcome
from bot.messages import Delivery
from bot.run_records import Run
from bot.standup_records import Absence, CheckIn, Occurrence, Profile, Standup


class Log(Protocol):
    """Objectives, hypotheses, outcomes and business measures of each workspace."""

    async def save_objective(self, objective: Objective) -> Objective | None:
        """Store *objective* as the version after its own number, and return that version.

        A new one has the number 0. None if there is such a version already, because somebody else
        was faster: then nothing is stored.
        """
        ...

    async def objective(self, workspace: str, objective_id: str) -> Objective | None:
        """Return the version in force."""
        ...

    async def objectives(self, workspace: str) -> list[Objective]:
        """Return every objective in force, the one due first first."""
        ...

    async def objective_versions(self, workspace: str, objective_id: str) -> list[Objective]:
        """Return every version, newest first."""
        ...

    async def save_hypothesis(self, hypothesis: Hypothesis) -> Hypothesis | None:
        """Store *hypothesis* as the version after its own number; see `save_objective`."""
        ...

    async def hypothesis(self, workspace: str, hypothesis_id: str) -> Hypothesis | None:
        """Return the version in force."""
        ...

    async def named(self, workspace: str, ids: Sequence[str]) -> list[Hypothesis]:
        """Return the versions in force of the hypotheses of those ids that there are."""
        ...

    async def hypotheses(
        self, workspace: str, objective_id: str = "", owner: str = ""
    ) -> list[Hypothesis]:
        """Return every hypothesis in force, oldest first; of one objective or owner if given."""
        ...

    async def all_versions(self, workspace: str) -> list[Hypothesis]:
        """Return every version of every hypothesis, oldest first."""
        ...

    async def hypothesis_versions(self, workspace: str, hypothesis_id: str) -> list[Hypothesis]:
        """Return every version, newest first."""
        ...

    async def add_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Store *outcomes*; one whose id is known already changes nothing."""
        ...

    async def outcomes(self, workspace: str, hypotheses: Sequence[str] = ()) -> list[Outcome]:
        """Return the outcomes, replaced ones too, oldest first; of some hypotheses if given."""
        ...

    async def add_measurement(self, measurement: Measurement) -> None:
        """Store *measurement*; one whose id is known already changes nothing."""
        ...

    async def measurements(self, workspace: str, objective_id: str = "") -> list[Measurement]:
        """Return the readings, oldest first; of one objective if it is given."""
        ...

    async def forget_person(self, workspace: str, person: str, pseudonym: str = "") -> int:
        """Take *person* out of the log: their name and their words, in every version.

        What they did stays countable: an outcome keeps its result, chance, value and times under a
        pseudonym that is the same for all of theirs here and can't be traced back. A hypothesis
        keeps its claim, because it is the team's, and loses its owner's name and id. With a
        *pseudonym* they go by the same one elsewhere. Returns how many outcomes were theirs.
        """
        ...


class Standups(Protocol):
    """Standups with their occurrences and check-ins, and what people said of themselves."""

    async def save(self, standup: Standup) -> Standup | None:
        """Store *standup* as the version after its own number; see `Log.save_objective`."""
        ...

    async def find(self, workspace: str, standup_id: str) -> Standup | None:
        """Return the version in force, also of one that was removed."""
        ...

    async def all(self, workspace: str) -> list[Standup]:
        """Return the workspace's standups in force that are not removed, by name."""
        ...

    async def everywhere(self) -> list[Standup]:
        """Return the standups of all workspaces that are not removed; paused ones too."""
        ...

    async def versions(self, workspace: str, standup_id: str) -> list[Standup]:
        """Return every version, newest first."""
        ...

    async def profiles(self, workspace: str) -> dict[str, Profile]:
        """Return what people said of themselves, by person."""
        ...

    async def save_profile(self, profile: Profile) -> None:
        """Store *profile* in place of the person's earlier one."""
        ...

    async def absences(self, workspace: str) -> list[Absence]:
        """Return who is away when, earliest first."""
        ...

    async def add_absence(self, absence: Absence) -> None:
        """Store *absence*; the same again changes nothing."""
        ...

    async def remove_absence(self, absence: Absence) -> bool:
        """Delete *absence*; False if there is none like it."""
        ...

    async def planned_until(self, workspace: str, standup_id: str) -> datetime | None:
        """Return up to when the standup's check-ins were planned, None for never."""
        ...

    async def plan(
        self,
        standup: Standup,
        until: datetime,
        check_ins: Sequence[CheckIn],
        prompts: Mapping[str, Delivery],
    ) -> list[CheckIn]:
        """Store *check_ins* with what is sent for them, and that all is planned *until* then.

        One transaction. A check-in whose key is known already changes nothing and sends nothing;
        *prompts* are by the check-in's key. An occurrence is stored for each date that has none,
        and closes when its last check-in does (the later of both, where it is there already).
        *until* is kept if it is later than what was kept. Returns the check-ins that were new.
        """
        ...

    async def check_in(
        self, workspace: str, standup_id: str, on: date, person: str
    ) -> CheckIn | None:
        """Return one person's part of an occurrence."""
        ...

    async def check_ins(self, workspace: str, standup_id: str, on: date) -> list[CheckIn]:
        """Return an occurrence's check-ins, by the name of the person."""
        ...

    async def latest(self, workspace: str, person: str, limit: int) -> list[CheckIn]:
        """Return the person's check-ins of all standups, newest first."""
        ...

    async def waiting(self, workspace: str, standup_id: str) -> list[CheckIn]:
        """Return the standup's check-ins that were asked and not answered, of open occurrences."""
        ...

    async def remind(
        self, check_ins: Sequence[CheckIn], reminders: Mapping[str, Delivery]
    ) -> list[CheckIn]:
        """Mark *check_ins* as reminded and store their *reminders* by key, in one transaction.

        Nothing is stored for one that waits no longer or was reminded. Returns the others.
        """
        ...

    async def let_go(self, check_in: CheckIn) -> bool:
        """Wait for *check_in* no longer, because its person left; False unless it still waits."""
        ...

    async def settle(
        self, check_in: CheckIn, *, event: str, outcomes: Sequence[Outcome] = ()
    ) -> bool:
        """Store what became of *check_in*, and *outcomes*, in one transaction.

        *event* is the id of what the person did. Working on the same event again changes nothing
        and returns False. The check-in's `revision` is counted on by the store, its answers'
        versions are kept; where there was no check-in yet (an early answer) it is created, and its
        occurrence with it. A closed occurrence is marked for its digest to be updated.
        """
        ...

    async def answer_versions(
        self, workspace: str, standup_id: str, on: date, person: str
    ) -> list[CheckIn]:
        """Return the check-in as it was after each answer, newest first."""
        ...

    async def occurrences(self, workspace: str, standup_id: str, limit: int) -> list[Occurrence]:
        """Return the standup's occurrences, newest first."""
        ...

    async def unfinished(self, workspace: str, standup_id: str) -> list[Occurrence]:
        """Return the occurrences that are open or whose digest has to be updated, oldest first."""
        ...

    async def publish(self, occurrence: Occurrence, digest: Sequence[Delivery]) -> bool:
        """Close *occurrence* and store *digest*, in one transaction.

        *occurrence* is as it was read; the store counts its `revision` on (by one if there is
        anything to send, else it stays), closes it, and turns its check-ins that still wait into
        unanswered ones. False, and nothing is stored, if its revision or state is not as read.
        """
        ...

    async def forget_person(self, workspace: str, person: str, pseudonym: str = "") -> int:
        """Delete the person's profile and absences, take them out of standups' members and owners.

        Their check-ins lose their words and name and stay under a pseudonym (see
        `Log.forget_person`), so that totals stay right. Returns how many check-ins there were.
        """
        ...


class Runs(Protocol):
    """Training runs that people link to as evidence."""

    async def read(self, address: str) -> Run | None:
        """Return the run at *address*, None if that is no run's address here.

        Raises RunUnreadable.
        """
        ...


class Digests(Protocol):
    """What writes the digests."""

    async def digest(
        self, standup: Standup, occurrence: Occurrence, check_ins: Sequence[CheckIn]
    ) -> Sequence[Delivery]:
        """Return the digest of *occurrence*, to be posted or updated; nothing if there is none."""
        ...
