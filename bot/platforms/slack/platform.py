"""The Slack platform as a whole: built from settings, started, checked and stopped."""

import time
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsProblem, Unavailable
from bot.platforms.serving import Accept, Forms, Problems, no_forms, no_problems
from bot.platforms.slack.api import Api, Interrupted, new_session
from bot.platforms.slack.asides import Asides
from bot.platforms.slack.checks import (
    app_token_refused,
    bot_token_refused,
    check_app_token,
    check_bot_token,
)
from bot.platforms.slack.dialogs import Dialogs
from bot.platforms.slack.directory import SlackDirectory
from bot.platforms.slack.files import SlackFiles
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.intake import Intake, Socket, quiet_logger
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.pictures import Draw, Pictures
from bot.platforms.slack.sender import SlackSender
from bot.platforms.slack.uploads import Uploads
from bot.ports import Sender

EVENTS_PATH = "/slack/events"
SLACK_API = "https://slack.com/api/"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Timing:
    """All in seconds.

    `pace` is between two messages in a channel, `call` the most that a call may take, `settle`
    passes before a doubtful delivery is looked up, `ping` between two looks at the Socket Mode
    connection; `dialog` is for opening or checking one, for which Slack allows three, and `person`
    for looking somebody up; `picture` is how long Slack takes at first to get a picture ready.
    """

    pace: float = 1.0
    call: float = 10.0
    settle: float = 2.0
    ping: float = 5.0
    dialog: float = 2.5
    person: float = 1.0
    picture: float = 0.5


class SlackPlatform:
    """Slack, both ways."""

    def __init__(
        self,
        *,
        bot_token: str,
        accept: Accept,
        forms: Forms = no_forms,
        problems: Problems = no_problems,
        draw: Draw | None = None,
        app_token: str = "",
        signing_secret: str = "",
        api_url: str = SLACK_API,
        timing: Timing | None = None,
    ) -> None:
        """Store events through *accept*; show the forms that *forms* gives for a press or command.

        *problems* are asked for what is wrong with a filled-in form, by field, before it is taken
        in. *draw* draws charts as PNGs, in a thread; without it they are told in words.
        *app_token* brings events by Socket Mode, *signing_secret* by HTTP; both may be given.
        """
        self._timing = timing or Timing()
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._client = _client(api_url, bot_token, self._timing.call)
        self._api = Api(self._client, time.monotonic)
        # Bolt copies its client for each request: one without a token leaks none.
        bolt_client = _client(api_url, "", self._timing.call)
        self._files = SlackFiles(self._api)
        self._asides = Asides(self._api)
        self._directory = SlackDirectory(self._api, time.monotonic, self._timing.person)
        dialogs = Dialogs(self._api, forms, problems, self._timing.dialog)
        self._intake = Intake(bolt_client, signing_secret, accept, dialogs, self._asides)
        self._socket: Socket | None = None
        self._me: Identity | None = None
        uploads = Uploads(self._api)
        # All in all fewer attempts than a response URL may be used for.
        waits = [self._timing.picture * times for times in (1, 2, 4, 0)]
        self._sender = SlackSender(
            api=self._api,
            me=self._identity,
            pace=Pace(self._timing.pace, time.monotonic),
            asides=self._asides,
            uploads=uploads,
            pictures=Pictures(uploads, draw, waits),
            settle=self._timing.settle,
        )

    @property
    def sender(self) -> Sender:
        """The outgoing side; usable between `start` and `stop`."""
        return self._sender

    @property
    def files(self) -> SlackFiles:
        """What reads the files that come with messages; usable between `start` and `stop`."""
        return self._files

    @property
    def directory(self) -> SlackDirectory:
        """The people of the workspace; usable between `start` and `stop`."""
        return self._directory

    def add_routes(self, app: web.Application) -> None:
        """Serve `POST /slack/events`, if there is a signing secret to check requests with."""
        if self._signing_secret:
            app.router.add_post(EVENTS_PATH, self._intake.handle)

    async def start(self) -> None:
        """Learn who Coach is, and take events in.

        Raises SettingsProblem if Slack refuses a token, Unavailable if it does not answer.
        """
        self._client.session = new_session(self._timing.call)
        try:
            self._me = await self._introduce()
            self._intake.open(self._me)
            await self._open_socket()
        except BaseException:
            await self.stop()
            raise

    async def close_intake(self) -> None:
        """Take no more events; return when those under way are stored and acknowledged."""
        await self._intake.close()
        if self._socket:
            await self._socket.close_async()
            self._socket = None

    async def stop(self) -> None:
        """Take no more events, finish those under way, and let go of every connection.

        To have waiting replies sent first: `close_intake`, stop the backlog, `stop`.
        """
        await self.close_intake()
        await self._asides.close()
        if self._client.session:
            await self._client.session.close()
            self._client.session = None

    async def check(self) -> list[str]:
        """Return what is wrong with the set-up, each with how to fix it; needs no `start`."""
        problems = await check_bot_token(self._client)
        if self._app_token:
            problems += await check_app_token(self._client, self._app_token)
        return problems

    async def _introduce(self) -> Identity:
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            raise SettingsProblem([bot_token_refused(error)]) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error
        return Identity.model_validate(answer.data)

    async def _open_socket(self) -> None:
        if not self._app_token:
            return
        self._socket = Socket(self._intake, self._client, self._app_token, self._timing.ping)
        try:
            await self._socket.open()
        except SlackApiError as error:
            raise SettingsProblem([app_token_refused(error)]) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error

    def _identity(self) -> Identity:
        if self._me is None:
            raise Interrupted("not started")
        return self._me


def _client(api_url: str, token: str, timeout: float) -> AsyncWebClient:
    return AsyncWebClient(
        token=token or None,
        base_url=api_url,
        timeout=round(timeout),
        logger=quiet_logger("slack_sdk"),
        retry_handlers=[],  # its own would repeat a post whose answer was lost, and double it
    )
