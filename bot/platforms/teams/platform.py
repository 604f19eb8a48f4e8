"""Microsoft Teams as a whole: started, checked and stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.delivery import TryLater
from bot.errors import SettingsProblem, Unavailable
from bot.messages import Message, Reply
from bot.platforms.serving import Accept, Forms, Problems, no_forms, no_problems
from bot.platforms.teams.asides import Asides
from bot.platforms.teams.book import Book
from bot.platforms.teams.dialogs import Dialogs, Refreshed
from bot.platforms.teams.directory import Choices, TeamsDirectory
from bot.platforms.teams.door import Door
from bot.platforms.teams.files import TeamsFiles
from bot.platforms.teams.intake import Answered, Intake
from bot.platforms.teams.pictures import Draw, Pictures
from bot.platforms.teams.rosters import Rosters
from bot.platforms.teams.routes import Routes
from bot.platforms.teams.sender import TeamsSender
from bot.platforms.teams.tokens import NeedsAdmin
from bot.platforms.teams.wire import Line
from bot.ports import Addresses, Sender

REFUSED = (
    "TEAMS_APP_ID and TEAMS_APP_PASSWORD are refused by Microsoft: copy the app id and a client "
    "secret that has not expired from the app registration of your Azure Bot again; for a "
    "single-tenant bot also check TEAMS_TENANT_ID"
)
SILENT = (
    "Microsoft's sign-in does not answer: check the network and the proxy, and whether this "
    "machine may reach login.microsoftonline.com (login.microsoftonline.us for usgov)"
)


@dataclass(frozen=True)
class Timing:
    """All in seconds.

    `dialog` is for getting a form or checking one, for which Teams allows five in all; `choices`
    for finding out what a form can offer, `person` for looking somebody up, and `chat` for getting
    hold of a private chat.
    """

    dialog: float = 2.0
    choices: float = 0.8
    person: float = 1.0
    chat: float = 3.0


class Connected(Line, Protocol):
    """A line that can be tried and let go of."""

    async def sign_in(self) -> None:
        """Get a token. Raises NeedsAdmin if Microsoft refuses the app, TryLater if it is silent."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


async def nothing_anew(_: Message) -> Reply | None:
    """Show nothing anew."""
    return None


class TeamsPlatform:
    """Teams, both ways."""

    def __init__(
        self,
        *,
        line: Connected,
        addresses: Addresses,
        accept: Accept,
        forms: Forms = no_forms,
        problems: Problems = no_problems,
        refreshed: Refreshed = nothing_anew,
        draw: Draw | None = None,
        answered: Answered | None = None,
        loopback: bool = False,
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Store activities from *line* through *accept*; show the forms that *forms* gives.

        *problems* are asked for what is wrong with a filled-in form, by field, before it is taken
        in, and *refreshed* for a card as it is by now. Where everybody is reached is kept in
        *addresses*. *draw* draws charts as PNGs, in a thread; without it they are told in words.
        With *answered*, which tells what event Teams' message answers, answers have Teams' own
        thumbs. Only without authentication may Coach fetch files from this machine (*loopback*).
        """
        timing = timing or Timing()
        self._line = line
        self._files = TeamsFiles(loopback=loopback)
        self._asides = Asides(line)
        book = Book(addresses, clock)
        routes = Routes(line, book)
        rosters = Rosters(line, book, clock)
        self._directory = TeamsDirectory(book, rosters, clock, timing.person)
        self._sender = TeamsSender(
            line, routes, rosters, Pictures(draw), feedback_loop=bool(answered)
        )
        dialogs = Dialogs(
            accept=accept,
            forms=forms,
            problems=problems,
            refreshed=refreshed,
            choices=Choices(book, rosters, timing.choices),
            seconds=timing.dialog,
        )
        intake = Intake(
            line=line,
            book=book,
            routes=routes,
            rosters=rosters,
            accept=accept,
            dialogs=dialogs,
            asides=self._asides,
            answered=answered,
            person_seconds=timing.person,
            chat_seconds=timing.chat,
        )
        self._door = Door(line, intake.handle, local=loopback)

    @property
    def sender(self) -> Sender:
        """The outgoing side; usable between `start` and `stop`."""
        return self._sender

    @property
    def files(self) -> TeamsFiles:
        """What reads the files that come with messages; usable between `start` and `stop`."""
        return self._files

    @property
    def directory(self) -> TeamsDirectory:
        """The people of the tenants; usable between `start` and `stop`."""
        return self._directory

    def add_routes(self, app: web.Application) -> None:
        """Serve `POST /api/messages`; until `start` it is answered with 503."""
        self._door.add_routes(app)

    async def start(self) -> None:
        """Sign in, and take activities in.

        Raises SettingsProblem if Microsoft refuses the app, Unavailable if it does not answer.
        """
        try:
            await self._line.sign_in()
        except NeedsAdmin:
            raise SettingsProblem([REFUSED]) from None
        except TryLater as error:
            raise Unavailable from error
        self._door.open()

    async def close_intake(self) -> None:
        """Take no more activities; return when those under way are stored and answered."""
        await self._door.close()

    async def stop(self) -> None:
        """Take no more activities, finish those under way, and let go of every connection.

        To have waiting replies sent first: `close_intake`, stop the backlog, `stop`.
        """
        await self.close_intake()
        await self._asides.close()
        await self._files.close()
        await self._line.close()


async def problems_with(line: Connected) -> list[str]:
    """Return what is wrong with the set-up of *line*, each with how to fix it, and let go of it."""
    try:
        await line.sign_in()
    except NeedsAdmin:
        return [REFUSED]
    except TryLater:
        return [SILENT]
    finally:
        await line.close()
    return []
