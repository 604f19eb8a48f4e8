"""Putting standups and the hypothesis log together; they need a database and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.log_desk import LogDesk
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
    database: Database, now: Callable[[], datetime], admins: frozenset[str] = frozenset()
) -> TeamParts:
    """Return everything about standups and the log, kept in *database*; *now* gives aware times."""
    log, standups, directories = SqlLog(database), SqlStandups(database, now), Directories()
    telling = Telling(log=log, policies=SqlPolicies(database), scale=likelihoods.phrase, now=now)
    standup_desk = StandupDesk(
        standups=standups, log=log, directory=directories, admins=admins, now=now
    )
    ticker = Ticker(standups=standups, asking=standup_desk, digests=telling, now=now)
    log_desk = LogDesk(log=log, standups=standups, telling=telling, admins=admins, now=now)
    return TeamParts(
        log=log,
        standups=standups,
        telling=telling,
        desk=TeamDesk(standups=standup_desk, log=log_desk, telling=telling, ask_now=ticker),
        ticker=ticker,
        directories=directories,
    )
