"""Microsoft's cloud on loopback, as a Teams bot sees it, with faults to order.

It publishes signing keys (OpenID configuration and key set), gives tokens for client credentials,
takes what the connector's REST API takes, keeps it, and notes whoever comes back before a
Retry-After is over. It also posts activities to a bot, with signed tokens.

    async with FakeTeams() as teams:
        answer = await teams.post(door_url, teams.activity("How do I start?"))
        assert teams.texts() == ["..."]
"""

import asyncio
import itertools
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from tokens import CHANNEL, SigningKey, signed, signing_key

from bot.platforms.teams.clouds import PUBLIC, Cloud

APP_ID, APP_PASSWORD = "11111111-aaaa-4aaa-8aaa-000000000001", "app-password"
TENANT = "22222222-bbbb-4bbb-8bbb-000000000002"
BOT = f"28:{APP_ID}"
PERSON, PERSON_OBJECT = "29:person-1", "33333333-cccc-4ccc-8ccc-000000000003"
PERSONAL = "a:personal-1"
GROUP = "19:group-1@thread.v2"
ROOM = "19:channel-1@thread.tacv2"
TEAM = "19:team-1@thread.tacv2"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"

Fields = dict[str, Any]
Act = Callable[[], Fields]


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of its answer; `acts` says whether Teams acts on it.

    `drops` closes the connection without an answer; `silent` keeps it open without one.
    """

    status: int = 200
    code: str = ""
    retry_after: str = ""
    acts: bool = False
    drops: bool = False
    silent: bool = False


def throttled(seconds: float | None = None, status: int = 429) -> Fault:
    """Answer *status*, with a Retry-After if there are *seconds*."""
    return Fault(status, "Throttled", "" if seconds is None else f"{seconds:g}")


def refused(status: int, code: str) -> Fault:
    """Answer *status* with Microsoft's word for why."""
    return Fault(status, code)


BROKEN = Fault(500, "ServiceError")
DROPPED_AFTER_ACTING = Fault(acts=True, drops=True)
SILENT_AFTER_ACTING = Fault(acts=True, silent=True)
SILENT = Fault(silent=True)


@dataclass(frozen=True)
class Sent:
    """A message that stands in a conversation (`thread`: the id of the message it answers)."""

    how: str  # "send", "update" or "thread"
    id: str
    conversation: str
    thread: str
    activity: Fields

    @property
    def text(self) -> str:
        return str(self.activity.get("text", ""))


@dataclass(frozen=True)
class Posted:
    """What a bot answered to an activity."""

    status: int
    body: Any = None


@dataclass
class FakeTeams:
    """The cloud; see the module's docstring.

    Calls are named send, update, create, members, channels, token, openid and keys. `refusals` are
    of a conversation, a channel or a member. `requires_token` is off for a bot without an app id.
    """

    keys: list[SigningKey] = field(default_factory=lambda: [signing_key(1)])
    sent: list[Sent] = field(default_factory=list[Sent])
    opened: list[Fields] = field(default_factory=list[Fields])
    created: list[Fields] = field(default_factory=list[Fields])
    calls: list[tuple[str, str, float]] = field(default_factory=list[tuple[str, str, float]])
    too_early: list[str] = field(default_factory=list[str])
    refusals: dict[str, Fault] = field(default_factory=dict[str, Fault])
    members: dict[str, list[Fields]] = field(default_factory=dict[str, list[Fields]])
    team_channels: dict[str, list[Fields]] = field(default_factory=dict[str, list[Fields]])
    faults: defaultdict[str, deque[Fault]] = field(
        default_factory=lambda: defaultdict[str, deque[Fault]](deque)
    )
    page: int = 500
    requires_token: bool = True
    token_seconds: int = 3600
    url: str = ""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._valid: set[str] = set()
        self._closed_until: dict[str, float] = {}
        self._released = asyncio.Event()
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def service_url(self) -> str:
        """Where the connector's REST API is, as activities say it."""
        return f"{self.url}/emea/"

    @property
    def openid_url(self) -> str:
        """Where the OpenID configuration is."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def login_url(self) -> str:
        """What a tenant's token endpoint begins with."""
        return f"{self.url}/login/"

    @property
    def cloud(self) -> Cloud:
        """The cloud to give to a connector, which also has to be told of loopback."""
        return replace(PUBLIC, login_url=self.login_url, openid_url=self.openid_url)

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=1_000_000)
        add = app.router.add_route
        add("GET", "/v1/.well-known/openidconfiguration", self._openid)
        add("GET", "/v1/.well-known/keys", self._keys)
        add("POST", "/login/{tenant}/oauth2/v2.0/token", self._token)
        base = "/emea/v3/conversations"
        add("POST", base, self._create)
        add("POST", base + "/{conversation}/activities", self._send)
        add("POST", base + "/{conversation}/activities/{activity}", self._send)
        add("PUT", base + "/{conversation}/activities/{activity}", self._update)
        add("GET", base + "/{conversation}/pagedmembers", self._members)
        add("GET", "/emea/v3/teams/{team}/conversations", self._channels)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close the port and every connection."""
        self._released.set()
        await self._runner.cleanup()

    # What tests order and ask

    def order(self, name: str, *faults: Fault) -> None:
        """Let the next calls of that name meet *faults*, one each."""
        self.faults[name].extend(faults)

    def release(self) -> None:
        """Let calls that were kept waiting go on."""
        self._released.set()

    def revoke(self) -> None:
        """Let no token that was given so far be good any more."""
        self._valid.clear()

    def rotate(self, *, keep: bool = False) -> SigningKey:
        """Publish a new key, instead of those before or beside them; tokens use it from now on."""
        key = signing_key(len(self.keys) + 1, f"rotated-{next(self._numbers)}")
        self.keys = [key, *(self.keys if keep else ())]
        return key

    def count(self, name: str) -> int:
        """Return how often a call of that name came in."""
        return sum(called == name for called, _, _ in self.calls)

    def texts(self, conversation: str = PERSONAL) -> list[str]:
        """Return the texts that were sent to *conversation*."""
        return [s.text for s in self.sent if s.conversation == conversation]

    async def until_sent(self, how_many: int, seconds: float = 10.0) -> list[Sent]:
        """Wait until that many messages were taken; return them all."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.sent) >= how_many)
        return self.sent

    # Activities and their tokens

    def claims(self, **changed: object) -> Fields:
        """Return the claims of a good token, with *changed* ones; None drops one."""
        now = int(time.time())
        claims: Fields = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": self.service_url,
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, **changed: object) -> str:
        """Return a token that the connector would send, with *changed* claims; None drops one."""
        return signed(self.claims(**changed), self.keys[0])

    def activity(self, text: str = "hello", **changed: object) -> Fields:
        """Return a message from PERSON in their personal chat, with *changed* fields."""
        return {
            "type": "message",
            "id": f"{1_700_000_000_000 + next(self._numbers)}",
            "timestamp": "2026-03-02T09:00:00.000Z",
            "channelId": CHANNEL,
            "serviceUrl": self.service_url,
            "from": {"id": PERSON, "name": "Ada", "aadObjectId": PERSON_OBJECT},
            "conversation": {
                "id": PERSONAL,
                "conversationType": "personal",
                "tenantId": TENANT,
            },
            "recipient": {"id": BOT, "name": "Coach"},
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
            "textFormat": "plain",
            "locale": "en-GB",
            **changed,
        }

    def in_channel(self, text: str, thread: str = "", **changed: object) -> Fields:
        """Return a message that mentions Coach in ROOM, in *thread* or as the start of one."""
        made = self.activity(f"<at>Coach</at> {text}")
        root = thread or str(made["id"])
        mention = {"type": "mention", "mentioned": {"id": BOT, "name": "Coach"}}
        return {
            **made,
            "conversation": {
                "id": f"{ROOM};messageid={root}",
                "conversationType": "channel",
                "isGroup": True,
                "tenantId": TENANT,
            },
            "entities": [{**mention, "text": "<at>Coach</at>"}],
            "channelData": {
                "tenant": {"id": TENANT},
                "team": {"id": TEAM, "name": "Team One"},
                "channel": {"id": ROOM, "name": "General"},
                "teamsChannelId": ROOM,
                "teamsTeamId": TEAM,
            },
            **changed,
        }

    def invoke(self, name: str, value: Mapping[str, object], **changed: object) -> Fields:
        """Return an invoke of that name by PERSON in their personal chat."""
        said = self.activity()
        del said["text"], said["textFormat"]
        return {**said, "type": "invoke", "name": name, "value": dict(value), **changed}

    async def post(
        self, url: str, activity: Mapping[str, object], authorization: str | None = None
    ) -> Posted:
        """Post *activity* to the bot at *url*, with a good token unless another is given."""
        said = f"Bearer {self.token()}" if authorization is None else authorization
        headers = {"Authorization": said} if said else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=dict(activity), headers=headers) as answer,
        ):
            text = await answer.text()
            return Posted(answer.status, await answer.json() if text else None)

    # What the cloud serves

    async def _openid(self, request: web.Request) -> web.StreamResponse:
        document = {
            "issuer": ISSUER,
            "jwks_uri": f"{self.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return await self._answer("openid", request, "", lambda: document)

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(
            "keys", request, "", lambda: {"keys": [key.published() for key in self.keys]}
        )

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post())
        expected = {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": APP_PASSWORD,
            "scope": SCOPE,
        }
        if form != expected and not self.faults["token"]:
            self.order("token", Fault(401, "invalid_client"))
        return await self._answer("token", request, request.match_info["tenant"], self._given)

    def _given(self) -> Fields:
        token = f"token-{next(self._numbers)}"
        self._valid.add(token)
        return {"token_type": "Bearer", "expires_in": self.token_seconds, "access_token": token}

    async def _send(self, request: web.Request) -> web.StreamResponse:
        whole = unquote(request.match_info["conversation"])
        activity: Fields = await request.json()
        conversation, _, thread = whole.partition(";messageid=")

        def act() -> Fields:
            return self._keep("send", conversation, thread, activity)

        return await self._connector("send", request, conversation, act)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        whole = unquote(request.match_info["conversation"])
        number = unquote(request.match_info["activity"])
        activity: Fields = await request.json()
        conversation, _, thread = whole.partition(";messageid=")

        def act() -> Fields:
            return self._keep("update", conversation, thread, activity, number)

        return await self._connector("update", request, conversation, act)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body: Fields = await request.json()
        members: Sequence[Fields] = body.get("members", ())
        channel: str = body.get("channelData", {}).get("channel", {}).get("id", "")

        def act() -> Fields:
            self.created.append(body)
            if channel:
                kept = self._keep("thread", channel, "", body["activity"])
                return {"id": f"{channel};messageid={kept['id']}", "activityId": kept["id"]}
            self.opened.append(body)
            return {"id": f"a:{members[0]['id']}"}

        return await self._connector("create", request, channel or members[0]["id"], act, 201)

    async def _members(self, request: web.Request) -> web.StreamResponse:
        conversation = unquote(request.match_info["conversation"])
        start = int(request.query.get("continuationToken") or 0)
        size = min(self.page, int(request.query.get("pageSize") or self.page))
        found = self.members.get(conversation, [])
        page: Fields = {"members": found[start : start + size]}
        if start + size < len(found):
            page["continuationToken"] = str(start + size)
        return await self._connector("members", request, conversation, lambda: page)

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        team = unquote(request.match_info["team"])
        found: Fields = {"conversations": self.team_channels.get(team, [])}
        return await self._connector("channels", request, team, lambda: found)

    def _keep(
        self, how: str, conversation: str, thread: str, activity: Fields, number: str = ""
    ) -> Fields:
        made = number or f"{1_800_000_000_000 + next(self._numbers)}"
        self.sent.append(Sent(how, made, conversation, thread, activity))
        return {"id": made}

    async def _connector(
        self,
        name: str,
        request: web.Request,
        where: str,
        act: Act,
        status: int = 200,
    ) -> web.StreamResponse:
        """Answer a call of the connector's API, if who calls may and *where* allows it."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.requires_token and given not in self._valid:
            self.calls.append((name, where, time.monotonic()))
            return _error(401, "Unauthorized")
        if where in self.refusals and not self.faults[name]:
            self.order(name, self.refusals[where])
        return await self._answer(name, request, where, act, status)

    async def _answer(
        self, name: str, request: web.Request, where: str, act: Act, status: int = 200
    ) -> web.StreamResponse:
        """Answer *request* with what *act* returns, unless a fault was ordered."""
        now = time.monotonic()
        self.calls.append((name, where, now))
        if now < self._closed_until.get(where, 0.0):
            self.too_early.append(where)
        fault = self.faults[name].popleft() if self.faults[name] else Fault()
        answer = act() if fault.acts or fault in (Fault(), SILENT) else {}
        async with self._changed:
            self._changed.notify_all()
        if fault.silent:
            await self._released.wait()
        if fault.drops and request.transport:
            request.transport.close()
        if fault.status != 200:
            return self._fault(fault, where)
        return web.json_response(answer, status=status)

    def _fault(self, fault: Fault, where: str) -> web.Response:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if 300 <= fault.status < 400:
            headers["Location"] = self.openid_url  # where every GET is answered with 200
        if fault.retry_after.replace(".", "").isdigit():
            self._closed_until[where] = time.monotonic() + float(fault.retry_after)
        return _error(fault.status, fault.code, headers)


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"code": code, "message": f"The {code} of the fake."}}
    return web.json_response(body, status=status, headers=headers)
