"""Putting standups and the hypothesis log together; they need a database and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.check_in_desk import CheckInDesk
from bot.evidence_desk import EvidenceDesk
from bot.log_desk import LogDesk
from bot.log_ports import Runs
from bot.members import People
from bot.personal_desk import PersonalDesk
from bot.ports import Directory, Known
from bot.standup_desk import StandupDesk
from bot.stores.database import Database
from bot.stores.log import SqlLog
from bot.stores.reviews import SqlPolicies
from bot.stores.standups import SqlStandups
from bot.team_desk import TeamDesk
from bot.telling import Telling
from bot.ticker import Ticker
from bot.updates import likelihoods


@dataclass(frozen=True)
class TeamParts:
    """What standups and the log are made of."""

    log: SqlLog
    standups: SqlStandups
    telling: Telling
    desk: TeamDesk
    ticker: Ticker
    directories: "Directories"


class Directories:
    """The people of every platform, each as its own directory knows them."""

    def __init__(self) -> None:
        """Know nobody until a platform is added."""
        self._known: list[Directory] = []

    def add(self, directory: Directory) -> None:
        """Ask *directory* too."""
        self._known.append(directory)

    async def find(self, workspace: str, person: str) -> Known:
        """See `bot.ports.Directory.find`; the first that knows the person says."""
        for directory in self._known:
            known = await directory.find(workspace, person)
            if known.name or known.zone:
                return known
        return Known()


def open_team(
    database: Database,
    now: Callable[[], datetime],
    admins: frozenset[str] = frozenset(),
    runs: Runs | None = None,
) -> TeamParts:
    """Return everything about standups and the log, kept in *database*; *now* gives aware times.

    *runs* are those that people may link to as evidence.
    """
    log, standups, directories = SqlLog(database), SqlStandups(database, now), Directories()
    people = People(standups=standups, directory=directories, now=now)
    telling = Telling(log=log, policies=SqlPolicies(database), scale=likelihoods.phrase, now=now)
    evidence = EvidenceDesk(log=log, standups=standups, runs=runs, now=now)
    check_ins = CheckInDesk(standups=standups, log=log, people=people, evidence=evidence, now=now)
    ticker = Ticker(standups=standups, asking=check_ins, digests=telling, now=now)
    desk = TeamDesk(
        standups=StandupDesk(
            standups=standups,
            people=people,
            asking=ticker,
            digests=telling,
            admins=admins,
            now=now,
        ),
        check_ins=check_ins,
        personal=PersonalDesk(standups=standups, people=people, now=now),
        evidence=evidence,
        log=LogDesk(
            log=log, standups=standups, people=people, telling=telling, admins=admins, now=now
        ),
        telling=telling,
    )
    return TeamParts(log, standups, telling, desk, ticker, directories)
