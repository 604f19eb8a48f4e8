"""A Slack on loopback: its Web API, files, response URLs and Socket Mode, with faults to order.

It keeps what was said, refuses what Slack would refuse (block limits, unknown channels, pictures
that are not looked over yet), and notes whoever comes back before a Retry-After is over.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from slack_limits import block_problems, too_long, view_problems

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-fake", "xapp-fake", "signing-secret"
TEAM, BOT_USER, BOT_ID = "T1", "UBOT", "BBOT"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of its answer; `acts` says whether Slack acts on it."""

    status: int = 200
    error: str = ""
    retry_after: int = 0
    acts: bool = False
    silent: bool = False


def rate_limited(seconds: int) -> Fault:
    """Answer 429."""
    return Fault(status=429, error="ratelimited", retry_after=seconds)


def refused(code: str) -> Fault:
    """Answer `ok: false`."""
    return Fault(error=code)


BROKEN = Fault(status=500)
BROKEN_AFTER_ACTING = Fault(status=500, acts=True)
SILENT_AFTER_ACTING = Fault(acts=True, silent=True)


@dataclass
class FakeSlack:
    """The workspace; see the module's docstring."""

    channels: set[str] = field(default_factory=lambda: {"C1", "C2", "D1"})
    direct: dict[str, str] = field(default_factory=lambda: {"U1": "D1"})
    people: dict[str, Fields] = field(default_factory=dict[str, Fields])
    may_read_files: bool = True
    looks_over: int = 0
    scopes: str = ""
    keeps_metadata: bool = True
    messages: list[Fields] = field(default_factory=list[Fields])
    whispers: list[Fields] = field(default_factory=list[Fields])
    homes: dict[str, Fields] = field(default_factory=dict[str, Fields])
    dialogs: list[Fields] = field(default_factory=list[Fields])
    prompts: list[Fields] = field(default_factory=list[Fields])
    statuses: list[Fields] = field(default_factory=list[Fields])
    files: dict[str, Fields] = field(default_factory=dict[str, Fields])
    downloads: list[str] = field(default_factory=list[str])
    calls: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    too_early: list[str] = field(default_factory=list[str])
    faults: defaultdict[str, deque[Fault]] = field(
        default_factory=lambda: defaultdict[str, deque[Fault]](deque)
    )
    url: str = ""

    def __post_init__(self) -> None:
        self._closed_until: dict[str, float] = {}
        self._triggers: set[str] = set()
        self._numbers = itertools.count(1)
        self._released = asyncio.Event()
        self.socket = FakeSocket()

    def order(self, method: str, *faults: Fault) -> None:
        """Let the next calls of *method* meet *faults*, one each."""
        self.faults[method].extend(faults)

    def posts(self, channel: str = "C1") -> list[str]:
        """Return the texts that stand in *channel*."""
        return [m["text"] for m in self.messages if m["channel"] == channel]

    def count(self, method: str) -> int:
        """Return how often *method* was called."""
        return sum(name == method for name, _ in self.calls)

    def response_url(self, name: str) -> str:
        """Return a response URL; what is posted there becomes a whisper (or a message)."""
        return f"{self.url}respond/{name}"

    def has_file(self, name: str, content: bytes, filetype: str = "text") -> Fields:
        """Keep a file that somebody shares; return it as it stands in their message."""
        number = f"F{next(self._numbers)}"
        url = f"{self.url}files-pri/{number}/download/{name}"
        self.files[number] = {"id": number, "name": name, "content": content}
        shared = {"id": number, "name": name, "filetype": filetype, "size": len(content)}
        return {**shared, "mode": "hosted", "url_private": url, "url_private_download": url}

    def showing(self) -> dict[str, str]:
        """Return the status that each assistant thread shows."""
        return {said["thread_ts"]: said["status"] for said in self.statuses if said["status"]}

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=20_000_000)
        app.router.add_get("/api/link", self.socket.serve)
        app.router.add_post("/api/respond/{name}", self._respond)
        app.router.add_post("/upload/v1/{file}", self._take_file)
        app.router.add_get("/api/files-pri/{file}/download/{name}", self._give_file)
        app.router.add_route("*", "/api/{method}", self._call)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"

    async def stop(self) -> None:
        """Close the port and every connection."""
        self._released.set()
        await self.socket.drop()
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self._note(method)
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        answer: Fields = {"ok": False, "error": fault.error}
        if fault.acts or fault == Fault():
            answer = self._act(method, request, arguments)
        if fault.silent:
            await self._released.wait()
        return self._answer(method, fault, answer)

    def _note(self, method: str) -> None:
        now = time.monotonic()
        self.calls.append((method, now))
        if now < self._closed_until.get(method, 0):
            self.too_early.append(method)

    def _answer(self, method: str, fault: Fault, answer: Fields) -> web.Response:
        headers = {"x-oauth-scopes": self.scopes} if self.scopes else {}
        if fault.retry_after:
            self._closed_until[method] = time.monotonic() + fault.retry_after
            headers["Retry-After"] = str(fault.retry_after)
        if fault.status >= 500:
            return web.Response(status=fault.status, text="<html>oh</html>")
        return web.json_response(answer, status=fault.status, headers=headers)

    def _act(self, method: str, request: web.Request, arguments: Fields) -> Fields:
        known = {f"Bearer {BOT_TOKEN}", f"Bearer {APP_TOKEN}"}
        if request.headers.get("Authorization") not in known:
            return {"ok": False, "error": "invalid_auth"}
        problem = self._problem(method, arguments)
        if problem:
            return {"ok": False, "error": problem}
        if method == "files.getUploadURLExternal" and request.content_type == "application/json":
            return {"ok": False, "error": "invalid_arguments"}
        act = getattr(self, "_do_" + method.replace(".", "_"))
        answer: Fields = act(arguments)
        return {"ok": "error" not in answer, **answer}

    def _problem(self, method: str, arguments: Fields) -> str:
        channel = arguments.get("channel", arguments.get("channel_id"))
        if channel is not None and channel not in self.channels | set(self.direct):
            return "channel_not_found"
        chunks: list[Fields] = arguments.get("chunks", [])
        chunked = (block for chunk in chunks for block in chunk["blocks"])
        blocks = [*arguments.get("blocks", []), *chunked]
        if too_long(blocks):
            return "msg_blocks_too_long"
        view: Fields | None = arguments.get("view")
        problems = block_problems(blocks) + (view_problems(view) if view else [])
        if problems or self._unknown_picture([*blocks, *(view["blocks"] if view else ())]):
            return "invalid_arguments" if method.startswith("views.") else "invalid_blocks"
        return ""

    def _unknown_picture(self, blocks: list[Fields]) -> bool:
        """Tell whether a block shows a file that Slack has not, or has not looked over yet."""
        pictures = [block["slack_file"]["id"] for block in blocks if block["type"] == "image"]
        if not all(self.files.get(number, {}).get("complete") for number in pictures):
            return True
        waits = bool(pictures) and self.looks_over > 0
        self.looks_over -= waits
        return waits

    def _do_auth_test(self, _: Fields) -> Fields:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID}

    def _do_apps_connections_open(self, _: Fields) -> Fields:
        return {"url": self.url.replace("http:", "ws:") + "link"}

    def _do_chat_postMessage(self, arguments: Fields) -> Fields:  # noqa: N802 - Slack's name
        return self._add(arguments)

    def _do_chat_postEphemeral(self, arguments: Fields) -> Fields:  # noqa: N802
        self.whispers.append(arguments)
        return {"message_ts": self._ts()}

    def _do_chat_update(self, arguments: Fields) -> Fields:
        found = [m for m in self.messages if m["ts"] == arguments["ts"]]
        if not found or found[0]["channel"] != arguments["channel"]:
            return {"error": "message_not_found"}
        found[0].update(arguments)
        return {"ts": arguments["ts"]}

    def _do_users_info(self, arguments: Fields) -> Fields:
        if arguments["user"] not in self.people:
            return {"error": "user_not_found"}
        return {"user": {"id": arguments["user"], **self.people[arguments["user"]]}}

    def _do_chat_startStream(self, arguments: Fields) -> Fields:  # noqa: N802
        added = self._add({"text": "", "blocks": [], "streaming": True, **arguments})
        return self._append(arguments) | added

    def _do_chat_appendStream(self, arguments: Fields) -> Fields:  # noqa: N802
        if not self._message(arguments).get("streaming"):
            return {"error": "message_not_in_streaming_state"}
        return self._append(arguments)

    def _do_chat_stopStream(self, arguments: Fields) -> Fields:  # noqa: N802
        message = self._message(arguments)
        if not message.pop("streaming", False):
            return {"error": "message_not_in_streaming_state"}
        message["blocks"] = [*message["blocks"], *arguments.get("blocks", [])]
        message["metadata"] = arguments.get("metadata", {})
        return {"ts": message["ts"]}

    def _do_conversations_history(self, arguments: Fields) -> Fields:
        return self._page(arguments, [m for m in self.messages if not m.get("thread_ts")])

    def _do_conversations_replies(self, arguments: Fields) -> Fields:
        return self._page(
            arguments, [m for m in self.messages if m.get("thread_ts") == arguments["ts"]]
        )

    def _do_views_publish(self, arguments: Fields) -> Fields:
        self.homes[arguments["user_id"]] = arguments["view"]
        return {}

    def _do_views_open(self, arguments: Fields) -> Fields:
        trigger = arguments["trigger_id"]
        if trigger in self._triggers:
            return {"error": "exchanged_trigger_id"}
        self._triggers.add(trigger)
        self.dialogs.append(arguments["view"])
        return {"view": {**arguments["view"], "id": f"V{next(self._numbers)}", "hash": "1.a"}}

    def _do_conversations_open(self, arguments: Fields) -> Fields:
        user = arguments["users"]
        channel = self.direct.setdefault(user, f"D{next(self._numbers)}")
        self.channels.add(channel)
        return {"channel": {"id": channel}}

    def _do_files_getUploadURLExternal(self, arguments: Fields) -> Fields:  # noqa: N802
        number = f"F{next(self._numbers)}"
        length = int(arguments["length"])
        self.files[number] = {"id": number, "name": arguments["filename"], "length": length}
        return {"upload_url": self.url.replace("/api/", f"/upload/v1/{number}"), "file_id": number}

    def _do_files_completeUploadExternal(self, arguments: Fields) -> Fields:  # noqa: N802
        asked: list[Fields] = arguments["files"]
        if not all("content" in self.files.get(file["id"], {}) for file in asked):
            return {"error": "file_not_found"}
        for file in asked:
            self.files[file["id"]] |= {"complete": True, "title": file["title"]}
        if "channel_id" not in arguments:
            return {"files": [{"id": file["id"]} for file in asked]}
        shared = [{**file, "name": self.files[file["id"]]["name"]} for file in asked]
        self._add({**arguments, "channel": arguments["channel_id"], "text": "", "files": shared})
        return {"files": [{"id": file["id"]} for file in asked]}

    def _do_assistant_threads_setStatus(self, arguments: Fields) -> Fields:  # noqa: N802
        self.statuses.append(arguments)
        return {}

    def _do_assistant_threads_setSuggestedPrompts(self, arguments: Fields) -> Fields:  # noqa: N802
        self.prompts.append(arguments)
        return {}

    def _append(self, arguments: Fields) -> Fields:
        message = self.messages[-1] if "ts" not in arguments else self._message(arguments)
        chunks: list[Fields] = arguments.get("chunks", [])
        message["blocks"] = [*message["blocks"], *(b for c in chunks for b in c["blocks"])]
        return {"ts": message["ts"]}

    def _add(self, arguments: Fields) -> Fields:
        message = {**arguments, "ts": self._ts(), "user": BOT_USER, "bot_id": BOT_ID}
        message["channel"] = self.direct.get(message["channel"], message["channel"])
        self.messages.append(message)
        self.statuses = [
            said for said in self.statuses if said["thread_ts"] != arguments.get("thread_ts")
        ]
        return {"ts": message["ts"], "channel": arguments["channel"]}

    def _message(self, arguments: Fields) -> Fields:
        return next(m for m in self.messages if m["ts"] == arguments["ts"])

    def _ts(self) -> str:
        return f"{2_000_000_000 + next(self._numbers)}.000100"

    def _page(self, arguments: Fields, messages: list[Fields]) -> Fields:
        start, limit = int(arguments.get("cursor") or 0), min(int(arguments["limit"]), 15)
        found = [
            {k: v for k, v in m.items() if k != "metadata" or self.keeps_metadata}
            for m in messages
            if m["channel"] == arguments["channel"] and _since(m["ts"], arguments)
        ]
        following = str(start + limit) if start + limit < len(found) else ""
        return {
            "messages": found[start : start + limit],
            "response_metadata": {"next_cursor": following},
        }

    async def _take_file(self, request: web.Request) -> web.Response:
        self._note("upload")
        fault = self.faults["upload"].popleft() if self.faults["upload"] else Fault()
        file = self.files[request.match_info["file"]]
        content = await request.read()
        if fault == Fault() or fault.acts:
            file["content"] = content
        if fault != Fault() or len(content) != file["length"]:
            return self._answer("upload", fault, {"ok": False})
        return web.Response(text=f"OK - {len(content)}")

    async def _give_file(self, request: web.Request) -> web.Response:
        self._note("download")
        faults = self.faults["download"]
        if faults:
            return self._answer("download", faults.popleft(), {"ok": False})
        known = request.headers.get("Authorization") == f"Bearer {BOT_TOKEN}"
        if not known or not self.may_read_files:
            return web.Response(status=302, headers={"Location": f"{self.url}login"})
        self.downloads.append(request.match_info["file"])
        return web.Response(body=self.files[request.match_info["file"]]["content"])

    async def _respond(self, request: web.Request) -> web.Response:
        self._note("response_url")
        faults = self.faults["response_url"]
        fault = faults.popleft() if faults else Fault()
        message: Fields = await request.json()
        if fault == Fault() and self._unknown_picture(message.get("blocks", [])):
            return web.json_response({"ok": False, "error": "invalid_blocks"}, status=404)
        if fault == Fault() or fault.acts:
            kept = self.messages if message["response_type"] == "in_channel" else self.whispers
            kept.append({**message, "channel": "by response URL"})
        if fault.error and fault.status == 200:
            return web.json_response({"ok": False, "error": fault.error}, status=404)
        return self._answer("response_url", fault, {"ok": True})


class FakeSocket:
    """Socket Mode's side of Slack: an envelope is sent again until it is acknowledged."""

    def __init__(self) -> None:
        self.connections = 0
        self.acknowledged: list[str] = []
        self.answers: list[Fields] = []
        self.sent = 0
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, tuple[str, Fields]] = {}
        self._numbers = itertools.count(1)

    @property
    def unacknowledged(self) -> int:
        """How many payloads wait for their acknowledgement."""
        return len(self._waiting)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self._open.append(socket)
        await socket.send_json({"type": "hello"})
        await self.repeat()
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                self._acknowledge(json.loads(frame.data))
        return socket

    async def send(self, kind: str, payload: Fields) -> None:
        """Send *payload* as an envelope of *kind* (events_api, slash_commands, interactive)."""
        envelope = f"envelope-{next(self._numbers)}"
        self._waiting[envelope] = (kind, payload)
        await self._transmit(envelope)

    async def repeat(self) -> None:
        """Send everything again that is not acknowledged."""
        for envelope in list(self._waiting):
            await self._transmit(envelope)

    async def refresh(self) -> None:
        """Ask for a new connection, as Slack does every few hours."""
        await self._open[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def drop(self) -> None:
        """Close every connection from this side."""
        for socket in self._open:
            await socket.close()
        self._open.clear()

    async def _transmit(self, envelope: str) -> None:
        kind, payload = self._waiting[envelope]
        if not self._open or self._open[-1].closed:
            return
        self.sent += 1
        frame = {"type": kind, "envelope_id": envelope, "payload": payload}
        try:
            await self._open[-1].send_json({**frame, "accepts_response_payload": True})
        except ConnectionError:
            self._open.clear()

    def _acknowledge(self, said: Fields) -> None:
        if self._waiting.pop(said["envelope_id"], None):
            self.acknowledged.append(said["envelope_id"])
            self.answers += [said["payload"]] if said.get("payload") else []


def _since(ts: str, arguments: Fields) -> bool:
    oldest: str = arguments.get("oldest", "")
    return ts > oldest or (bool(arguments.get("inclusive")) and ts == oldest)


async def _arguments(request: web.Request) -> Fields:
    if request.content_type == "application/json":
        found: Fields = await request.json()
        return found
    fields: Mapping[str, Any] = {**request.query, **await request.post()}
    return dict(fields)
