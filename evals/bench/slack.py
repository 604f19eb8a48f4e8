"""Slack as far as benchmarks need it: signed mentions, and an API that takes every answer."""

import json
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

BOT_TOKEN, SIGNING_SECRET = "xoxb-made-up", "made-up-signing-secret"
TEAM, BOT_USER = "T1", "UBOT"

_verifier = SignatureVerifier(SIGNING_SECRET)


def mention(event_id: str, *, channel: str, ts: str, text: str) -> str:
    """Return the body that brings a mention of Coach in *channel*, said at *ts*."""
    event = {
        "type": "app_mention",
        "user": "U1",
        "channel": channel,
        "ts": ts,
        "event_ts": ts,
        "text": f"<@{BOT_USER}> {text}",
    }
    wrapping = {"type": "event_callback", "team_id": TEAM, "event_id": event_id}
    return json.dumps({**wrapping, "event": event})


def signed(body: str) -> dict[str, str]:
    """Return the headers by which Slack vouches for *body*, for the next five minutes."""
    timestamp = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": _verifier.generate_signature(timestamp=timestamp, body=body) or "",
    }


class AgreeableSlack:
    """A Web API that says yes; `posts` counts the messages it took."""

    def __init__(self) -> None:
        """Take nothing yet."""
        self.posts = 0
        self.url = ""

    @asynccontextmanager
    async def served(self) -> AsyncGenerator["AgreeableSlack"]:
        """Listen on a free port of loopback; `url` is the API's base."""
        app = web.Application()
        app.router.add_post("/api/auth.test", self._introduce)
        app.router.add_post("/api/chat.postMessage", self._post)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _introduce(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"ok": True, "team_id": TEAM, "user_id": BOT_USER, "bot_id": "BBOT"}
        )

    async def _post(self, _request: web.Request) -> web.Response:
        self.posts += 1
        return web.json_response({"ok": True, "ts": f"{2_000_000_000 + self.posts}.000100"})


class LimitedSlack(AgreeableSlack):
    """A Web API that takes so many messages a second and asks for patience with all others.

    `taken` counts them by their key. `too_early` counts messages that came again before the time
    that Retry-After had named.
    """

    def __init__(self, permitted: int) -> None:
        """Take *permitted* messages in each second."""
        super().__init__()
        self.taken: Counter[str] = Counter()
        self.refused = 0
        self.too_early = 0
        self._permitted = permitted
        self._in_this_second: Counter[int] = Counter()
        self._not_before: dict[str, float] = {}

    async def _post(self, request: web.Request) -> web.Response:
        key: str = (await request.json())["metadata"]["event_payload"]["key"]
        now = time.monotonic()
        self.too_early += now < self._not_before.get(key, now)
        self._in_this_second[int(now)] += 1
        if self._in_this_second[int(now)] > self._permitted:
            self.refused += 1
            self._not_before[key] = now + 1
            limited = {"ok": False, "error": "ratelimited"}
            return web.json_response(limited, status=429, headers={"Retry-After": "1"})
        self.taken[key] += 1
        return await super()._post(request)
