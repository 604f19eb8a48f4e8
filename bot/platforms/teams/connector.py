"""The line to Microsoft's cloud on its Bot Framework SDK: the one module that imports it.

The SDK checks the tokens of what comes in and runs the turn; activities pass by it as plain JSON,
since its models drop every field that they do not know. Decision 0001 says when to move on from it,
and that is a change of this module alone.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
import structlog
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationAccount
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
    JwtTokenExtractor,
    UserTokenClient,
    VerifyOptions,
)
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult

from bot.platforms.teams.clouds import PUBLIC, Cloud, is_service_url
from bot.platforms.teams.envelope import workspace_of
from bot.platforms.teams.keys import Keys, KeysUnavailable
from bot.platforms.teams.pace import CONVERSATION, TENANT, Backoff, Pace
from bot.platforms.teams.payloads import part, text
from bot.platforms.teams.rest import Rest, address_of
from bot.platforms.teams.tokens import App, Tokens
from bot.platforms.teams.wire import (
    Answer,
    ChannelName,
    Handle,
    Member,
    NotAdmitted,
    Payload,
    Refused,
)
from bot.ports import Address

_CHANNEL = "msteams"
_SKEW_SECONDS = 300
_CONNECT_SECONDS = 5.0
_KEYS_SECONDS = 5.0  # Teams waits 10 s for the whole answer
_MOST_PAGES = 200
_PAGE = "500"
_READING_PATIENCE = 30.0

log = structlog.get_logger(__name__)


class TeamsConnector:
    """Teams, both ways: admits what Microsoft posts, and calls Microsoft's REST API."""

    def __init__(
        self,
        app_id: str,
        app_password: str,
        tenant: str = "",
        allowed_tenants: frozenset[str] = frozenset(),
        *,
        loopback: bool = False,
        cloud: Cloud = PUBLIC,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Be the app *app_id*, of one *tenant* (its id) if given, else of any.

        Activities of tenants other than *allowed_tenants* (by default the one *tenant*, or all)
        are refused. Where Coach listens to this machine alone, *loopback* says so: only then it may
        have no app id, which means that nobody is asked who they are. *timeout* is seconds a call.
        """
        if not app_id and not loopback:
            raise ValueError("Without an app id anybody could post: only on loopback.")
        if not app_id:
            log.warning("teams_without_authentication", listens_to="this machine alone")
        self._cloud = cloud
        self._loopback = loopback
        self._timeout = timeout
        self._bot = f"28:{app_id}"
        self._http: aiohttp.ClientSession | None = None
        self._backoff = Backoff(clock, random.random)
        self._writing = Pace(CONVERSATION, clock)
        # Nobody could begin again in the middle of a long list.
        self._reading = Pace(CONVERSATION, clock, patience=_READING_PATIENCE)
        self._by_tenant = Pace(TENANT, clock, patience=timeout)
        token_url = f"{cloud.login_url}{tenant or cloud.home_tenant}/oauth2/v2.0/token"
        app = App(app_id, app_password, token_url, cloud.scope)
        self._tokens = Tokens(app, self._session, clock)
        self._rest = Rest(self._session, self._tokens, self._backoff)
        keys = Keys(cloud.openid_url, self._session, clock, _KEYS_SECONDS)
        self._gate = _Gate(app_id, cloud, keys, self._rest, loopback=loopback)
        self._turns = _Turns(self._gate)
        self._tenants = {t.lower() for t in allowed_tenants or {tenant} if t}

    async def close(self) -> None:
        """Let go of every connection."""
        if self._http:
            await self._http.close()
            self._http = None

    async def sign_in(self) -> None:
        """Get a token. Raises NeedsAdmin if Microsoft refuses the app, TryLater if it is silent."""
        await self._tokens.get()

    async def take_in(self, authorization: str, activity: Payload, handle: Handle) -> Answer:
        """Check who posted *activity* and give it to *handle*.

        Raises NotAdmitted, KeysUnavailable (Microsoft's keys can't be had: it should post again),
        and whatever *handle* raises.
        """
        envelope = _envelope(activity)
        admitted = await self._gate.authenticate_request(envelope, authorization)
        if self._tenants and workspace_of(activity).lower() not in self._tenants:
            log.warning("teams_tenant_refused", see="TEAMS_ALLOWED_TENANTS")
            return Answer(403)
        return await self._turns.take(admitted, envelope, activity, handle)

    async def send(self, address: Address, activity: Payload, thread: str = "") -> str:
        """Post *activity* and return its id; in a channel as a reply in *thread* if given."""
        where = _conversation(address, thread)
        body = self._outgoing(address, where, activity)
        path = "conversations", where, "activities"
        return _id(await self._call("send", "POST", address, path, body))

    async def start_thread(self, address: Address, activity: Payload) -> str:
        """Post *activity* as a new thread of a channel and return its id."""
        body = {
            "isGroup": True,
            "bot": {"id": address.bot or self._bot},
            "tenantId": address.workspace,
            "channelData": {
                "channel": {"id": address.id},
                "tenant": {"id": address.workspace},
            },
            "activity": activity,
        }
        answer = await self._call("start_thread", "POST", address, ("conversations",), body)
        return str(answer.get("activityId") or _id(answer).partition(";messageid=")[2])

    async def update(
        self, address: Address, activity_id: str, activity: Payload, thread: str = ""
    ) -> None:
        """Put *activity* in the place of the one of that id."""
        where = _conversation(address, thread)
        body = {**self._outgoing(address, where, activity), "id": activity_id}
        path = "conversations", where, "activities", activity_id
        await self._call("update", "PUT", address, path, body)

    async def open(self, address: Address) -> str:
        """Open the private conversation with the person at *address*; return its id."""
        body = {
            "isGroup": False,
            "bot": {"id": address.bot or self._bot},
            "members": [{"id": address.member or address.id}],
            "tenantId": address.workspace,
            "channelData": {"tenant": {"id": address.workspace}},
        }
        return _id(await self._call("open", "POST", address, ("conversations",), body))

    async def members(self, address: Address) -> Sequence[Member]:
        """Return who is in the conversation at *address*."""
        path = "conversations", _conversation(address), "pagedmembers"
        found: list[Member] = []
        following: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            query = "?" + urlencode({"pageSize": _PAGE} | following)
            page = await self._call("members", "GET", address, path, query=query)
            found += map(_member, _objects(page, "members"))
            if not page.get("continuationToken"):
                break
            following = {"continuationToken": str(page["continuationToken"])}
        return found

    async def channels(self, address: Address) -> Sequence[ChannelName]:
        """Return the channels of the team that *address* is in."""
        path = "teams", address.team or address.id, "conversations"
        answer = await self._call("channels", "GET", address, path)
        # Teams gives no name for the channel that every team has.
        return [
            ChannelName(_id(found), str(found.get("name") or "General"))
            for found in _objects(answer, "conversations")
        ]

    async def _call(
        self,
        what: str,
        verb: str,
        address: Address,
        path: Sequence[str],
        body: Payload | None = None,
        query: str = "",
    ) -> dict[str, Any]:
        # Addresses were stored, and Coach's token goes with the call: better look twice.
        if not is_service_url(address.service_url, self._cloud, loopback=self._loopback):
            raise Refused(what, 0, "NotMicrosoftsServiceUrl")
        about = address.conversation or address.id
        self._backoff.check(about)
        pace = self._reading if body is None else self._writing
        await asyncio.sleep(max(pace.turn(about), self._by_tenant.turn(address.workspace)))
        url = address_of(address.service_url, *path, query=query)
        return await self._rest.call(what, verb, url, about, body)

    def _outgoing(self, address: Address, where: str, activity: Payload) -> dict[str, Any]:
        envelope = {
            "from": {"id": address.bot or self._bot},
            "conversation": {"id": where, "tenantId": address.workspace},
        }
        return {**envelope, **activity}

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=_CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._http


class _Gate(BotFrameworkAuthentication):
    """Tells whether Microsoft's connector for Teams posted an activity, for this app.

    The SDK's own way in also admits emulators and other bots, lets tokens without an expiry and
    keys without endorsements pass, and fails with all sorts of errors; what is taken from it is
    the check of the signature, the times, the issuer, and the channel that a key is endorsed for.
    """

    def __init__(
        self, app_id: str, cloud: Cloud, keys: Keys, rest: Rest, *, loopback: bool
    ) -> None:
        self._app_id = app_id
        self._cloud = cloud
        self._loopback = loopback
        self._connectors = _Connectors(rest)
        options = VerifyOptions(
            issuer=[cloud.issuer],
            audience="",  # looked at below
            clock_tolerance=_SKEW_SECONDS,
            ignore_expiration=False,
        )
        self._tokens = JwtTokenExtractor(
            options, cloud.openid_url, AuthenticationConstants.ALLOWED_SIGNING_ALGORITHMS
        )
        self._tokens.open_id_metadata = keys  # pyright: ignore[reportAttributeAccessIssue] - what it needs of them is `get`

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        """Return who posted *activity*. Raises NotAdmitted or KeysUnavailable."""
        service_url: object = activity.service_url
        if not is_service_url(service_url, self._cloud, loopback=self._loopback):
            raise NotAdmitted("the service URL is not Microsoft's")
        result = AuthenticateRequestResult()
        result.claims_identity = await self._identity(activity, auth_header)
        result.connector_factory = self._connectors
        result.audience = self._cloud.scope
        return result

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        """Admit nobody: Coach streams nothing."""
        raise NotAdmitted("streaming")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Return what calls Teams."""
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> UserTokenClient:
        """Return none: nobody signs in to anything through Coach."""
        return cast("UserTokenClient", None)

    async def _identity(self, activity: Activity, auth_header: str) -> ClaimsIdentity:
        if not self._app_id:
            return ClaimsIdentity({}, True, AuthenticationConstants.ANONYMOUS_AUTH_TYPE)
        if activity.channel_id != _CHANNEL:
            raise NotAdmitted("not from Teams")
        try:
            identity = await self._tokens.get_identity_from_auth_header(auth_header, _CHANNEL)
        except KeysUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the SDK has one of its own for every bad token
            raise NotAdmitted(type(error).__name__) from None
        self._check(cast("ClaimsIdentity | None", identity), activity)
        return identity

    def _check(self, identity: ClaimsIdentity | None, activity: Activity) -> None:
        claims = cast("dict[str, object]", identity.claims) if identity else {}
        if claims.get(AuthenticationConstants.ISSUER_CLAIM) != self._cloud.issuer:
            raise NotAdmitted("no token, or not Microsoft's")
        if claims.get(AuthenticationConstants.AUDIENCE_CLAIM) != self._app_id:
            raise NotAdmitted("a token for another app")
        if claims.get(AuthenticationConstants.SERVICE_URL_CLAIM) != activity.service_url:
            raise NotAdmitted("a token for another service URL")
        if "exp" not in claims:
            raise NotAdmitted("a token that never ends")


class _Connectors(ConnectorFactory):
    """What the SDK asks for clients; it only hands them on to the turn, which uses none."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def create(self, service_url: str, audience: str) -> Any:
        """Return the client for all service URLs."""
        return self._rest


class _Turns(CloudAdapterBase):
    """The SDK's turn around each activity that comes in."""

    async def take(
        self,
        admitted: AuthenticateRequestResult,
        envelope: Activity,
        activity: Payload,
        handle: Handle,
    ) -> Answer:
        """Give *activity* to *handle* in a turn; return what it answers."""

        async def turn(context: TurnContext) -> None:
            said = await handle(activity)
            if envelope.type == ActivityTypes.invoke:
                answer = InvokeResponse(status=200, body=cast("object", said))
                state = cast("dict[str, Activity]", context.turn_state)
                state[self._INVOKE_RESPONSE_KEY] = Activity(
                    type=ActivityTypes.invoke_response, value=answer
                )

        answered = await self.process_activity(admitted, envelope, turn)
        return (
            Answer(answered.status, cast("Payload | None", answered.body)) if answered else Answer()
        )


def _envelope(activity: Payload) -> Activity:
    """Return of *activity* what the SDK needs to know, whatever else may be wrong with it."""
    return Activity(
        type=text(activity, "type"),
        id=text(activity, "id"),
        channel_id=text(activity, "channelId"),
        service_url=text(activity, "serviceUrl"),
        conversation=ConversationAccount(id=text(part(activity, "conversation"), "id")),
    )


def _conversation(address: Address, thread: str = "") -> str:
    """Return where to post. Raises Refused if that has to be opened first."""
    conversation = address.conversation or (address.id if address.kind != "person" else "")
    if not conversation:
        raise Refused("send", 0, "NotOpened")
    in_thread = thread and address.kind == "channel"
    return f"{conversation};messageid={thread}" if in_thread else conversation


def _member(fields: Payload) -> Member:
    object_id = text(fields, "aadObjectId") or text(fields, "objectId")
    return Member(text(fields, "id"), object_id, text(fields, "name"))


def _objects(answer: Payload, name: str) -> list[Payload]:
    listed: object = answer.get(name)
    return cast("list[Payload]", listed) if isinstance(listed, list) else []


def _id(answer: Payload) -> str:
    return text(answer, "id")
