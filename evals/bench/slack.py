"""Slack as far as benchmarks need it: signed mentions, and an API that takes every answer."""

import json
import time
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
