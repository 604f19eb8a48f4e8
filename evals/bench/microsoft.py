"""Microsoft's cloud as far as benchmarks need it: keys, tokens, signed activities, agreement."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.platforms.teams.clouds import PUBLIC, Cloud

APP_ID, TENANT = "11111111-2222-3333-4444-555555555555", "99999999-8888-7777-6666-555555555555"
PERSONAL, PERSON = "a:personal", "29:person"
_HOUR = 3_600


class AgreeableMicrosoft:
    """A connector that takes every message, and signs what it posts; `taken` counts messages."""

    def __init__(self) -> None:
        """Make a key to sign with."""
        self._key = rsa.generate_private_key(65537, 2048)
        self.taken = 0
        self.url = ""

    @property
    def service_url(self) -> str:
        """Where activities say that they are answered."""
        return f"{self.url}/teams/"

    @property
    def cloud(self) -> Cloud:
        """What a connector has to know of this cloud."""
        login, openid = f"{self.url}/", f"{self.url}/openid"
        return replace(PUBLIC, login_url=login, openid_url=openid)

    def activity(self, number: int) -> dict[str, Any]:
        """Return a question in a private chat; each *number* is another one."""
        return {
            "type": "message",
            "id": f"activity-{number}",
            "text": "Who should own data labelling?",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": PERSON, "aadObjectId": TENANT, "name": "Ana"},
            "recipient": {"id": f"28:{APP_ID}", "name": "Coach"},
            "conversation": {"conversationType": "personal", "id": PERSONAL, "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
        }

    def authorization(self) -> str:
        """Return the header by which Microsoft vouches for an activity, for an hour."""
        now = int(time.time())
        claims = {
            "iss": PUBLIC.issuer,
            "aud": APP_ID,
            "nbf": now,
            "exp": now + _HOUR,
            "serviceurl": self.service_url,
        }
        return f"Bearer {jwt.encode(claims, self._key, 'RS256', {'kid': 'key'})}"

    @asynccontextmanager
    async def served(self) -> AsyncGenerator["AgreeableMicrosoft"]:
        """Listen on a free port of loopback."""
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _openid(self, _request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _request: web.Request) -> web.Response:
        key: dict[str, Any] = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        published = {**key, "kid": "key", "alg": "RS256", "endorsements": ["msteams"]}
        return web.json_response({"keys": [published]})

    async def _token(self, _request: web.Request) -> web.Response:
        return web.json_response({"access_token": "made-up", "expires_in": _HOUR})

    async def _take(self, _request: web.Request) -> web.Response:
        self.taken += 1
        return web.json_response({"id": f"message-{self.taken}"}, status=201)
