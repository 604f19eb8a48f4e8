"""Taking events in through Bolt: translated, stored, and only then acknowledged.

Bolt checks signatures and runs each listener before it answers. A listener that raises, for
instance because the event could not be stored, makes Slack send the event again.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreUnavailable
from bot.messages import Message
from bot.platforms.serving import Accept
from bot.platforms.slack.asides import Asides
from bot.platforms.slack.dialogs import Dialogs
from bot.platforms.slack.events import from_event
from bot.platforms.slack.forms import FORM, WHOLE, from_submission, under_fields
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.interactions import (
    asks_for_form,
    from_action,
    from_command,
    from_shortcut,
    opens_form,
)
from bot.platforms.slack.sources import VIEW_PASSAGE
from bot.platforms.underway import Gate

log = structlog.get_logger(__name__)


class Intake:
    """The incoming side of Slack, whichever way the events come."""

    def __init__(
        self,
        client: AsyncWebClient,
        signing_secret: str,
        accept: Accept,
        dialogs: Dialogs,
        asides: Asides,
    ) -> None:
        """Store through *accept*, open *dialogs*, and leave the rest to *asides*."""
        self._accept = accept
        self._dialogs = dialogs
        self._asides = asides
        self._me: Identity | None = None
        self._gate = Gate()
        self.app = self._bolt(client, signing_secret)

    def open(self, me: Identity) -> None:
        """Take events in, as *me*."""
        self._me = me
        self._gate.open()

    async def close(self) -> None:
        """Take no more events; return when those under way are answered."""
        self._me = None
        await self._gate.close()

    async def handle(self, request: web.Request) -> web.Response:
        """Serve `POST /slack/events`."""
        async with self.working() as open_:
            if not open_:
                return web.Response(status=503)
            answer = await self.app.async_dispatch(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

    def working(self) -> AbstractAsyncContextManager[bool]:
        """Count an event as under way; gives False if none is taken at the moment."""
        return self._gate.passing()

    def _bolt(self, client: AsyncWebClient, signing_secret: str) -> AsyncApp:
        app = AsyncApp(
            logger=quiet_logger(
                "slack_bolt", logging.ERROR
            ),  # its warnings teach how to write apps
            client=client,
            authorize=_Known(),
            signing_secret=signing_secret,
            process_before_response=True,
            ignoring_self_events_enabled=False,  # `events` knows who Coach is
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.use(_Events(self._take))
        app.command("/coach")(self._command_listener())
        app.action(re.compile(""))(self._action_listener())
        app.shortcut(re.compile(""))(self._shortcut_listener())
        app.view(FORM)(self._submission_listener())
        app.error(_not_taken)
        return app

    def _identity(self) -> Identity:
        if self._me is None:
            raise _Closed
        return self._me

    async def _take(self, body: dict[str, Any]) -> None:
        message = from_event(body, self._identity())
        if message:
            await self._accept(message)
            self._asides.show_at_work(message)

    def _command_listener(self) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
        async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
            message = from_command(body, self._identity())
            if asks_for_form(message):
                said = await self._dialogs.show_form(body["trigger_id"], message)
            else:
                # Slack never repeats a command, so the person has to hear that it is lost.
                said = await self._accepted_or_why_not(message)
            await (ack(text=said, response_type="ephemeral") if said else ack())

        return on_command

    def _action_listener(self) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
        async def on_action(ack: AsyncAck, body: dict[str, Any]) -> None:
            action = body["actions"][0]
            message = from_action(body, self._identity())
            if action["action_id"] == VIEW_PASSAGE:
                await self._dialogs.show_passage(body["trigger_id"], action["value"])
            elif message and opens_form(action):
                sentence = await self._dialogs.show_form(body["trigger_id"], message)
                self._asides.tell(Handle.read(message.handle), sentence, message.person.id)
            elif message:
                await self._accept(message)
            await ack()

        return on_action

    def _shortcut_listener(self) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
        async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
            message = from_shortcut(body, self._identity())
            if message:
                await self._accept(message)
            await ack()

        return on_shortcut

    def _submission_listener(self) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
        async def on_submission(ack: AsyncAck, body: dict[str, Any]) -> None:
            filled = from_submission(body, self._identity())
            problems = await self._dialogs.problems_in(filled)
            if not problems:
                sentence = await self._accepted_or_why_not(filled)
                problems = {WHOLE: sentence} if sentence else {}
            if problems:  # the form stays open, with all that was written into it
                await ack(response_action="errors", errors=under_fields(body, problems))
            else:
                await ack()

        return on_submission

    async def _accepted_or_why_not(self, message: Message) -> str:
        """Store *message*; return a sentence for the person if that can't be done."""
        try:
            await self._accept(message)
        except StoreUnavailable as error:
            return error.sentence
        return ""


class Socket(AsyncSocketModeHandler):
    """Socket Mode: an envelope is acknowledged when its event is stored, else Slack repeats it."""

    def __init__(self, intake: Intake, client: AsyncWebClient, app_token: str, ping: float) -> None:
        """Feed *intake*; connect through *client*, and look after that every *ping* seconds."""
        super().__init__(
            intake.app,
            app_token,
            logger=quiet_logger("slack_sdk.socket_mode"),
            web_client=client,
            ping_interval=ping,
        )
        self._intake = intake

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        """Take one envelope in."""
        async with self._intake.working() as open_:
            if open_:
                await super().handle(client, req)

    async def open(self) -> None:
        """Connect. Raises SlackApiError if the app token is refused."""
        # Bolt alone would try a refused token again and again.
        self.client.wss_uri = await self.client.issue_new_wss_url()
        await self.connect_async()


class _Closed(Exception):
    """Coach is starting or stopping; Slack has to send the event again."""


class _Events(AsyncMiddleware):
    """Events go no further than here: matching a listener costs as much as storing them."""

    def __init__(self, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        if req.body.get("type") != "event_callback":
            return await next()
        await self._take(req.body)
        return BoltResponse(status=200)


class _Known(AsyncAuthorize):
    """Every request is from the one workspace whose token Coach has: nothing to look up."""

    async def __call__(self, **_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)


async def _not_taken(error: Exception) -> BoltResponse:
    # Only the kind of error: its text may quote what someone wrote.
    log.warning("event_not_taken", error=type(error).__name__)
    return BoltResponse(status=503, body=json.dumps({"error": "try again"}))


def quiet_logger(name: str, level: int = logging.INFO) -> logging.Logger:
    """Return a vendor's logger that never logs payloads, which it does at DEBUG."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    return logger
