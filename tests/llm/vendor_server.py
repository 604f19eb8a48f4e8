"""A local server that speaks the model vendors' protocols, with faults on demand.

OpenAI's chat completions and responses, Anthropic's messages, Ollama's chat, as far as LangChain's
clients use them. It plays a script, one step a request, the last step for ever.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

READ, WRITTEN = 90, 10


@dataclass(frozen=True)
class Say:
    """Answer with this form, or with this raw text in place of one; uncounted if asked."""

    form: dict[str, Any] | str
    counted: bool = True
    cut_off: bool = False


@dataclass(frozen=True)
class Refuse:
    """Decline in the vendor's own way."""


@dataclass(frozen=True)
class Fail:
    """Answer with an HTTP error."""

    status: int
    headers: dict[str, str] = field(default_factory=dict[str, str])
    message: str = "failed"


@dataclass(frozen=True)
class Garbage:
    """Answer 200 with a body that is no JSON."""


@dataclass(frozen=True)
class Reset:
    """Close the connection without an answer."""


@dataclass(frozen=True)
class Hang:
    """Never answer."""


Step = Say | Refuse | Fail | Garbage | Reset | Hang


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class VendorServer:
    """A running server; `requests` are what it was sent."""

    address: str = ""
    script: Sequence[Step] = ()
    requests: list[Request] = field(default_factory=list[Request])
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        body = await request.json()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Request(request.path, headers, body))
        match step:
            case Fail(status, extra, message):
                error = {"error": {"message": message, "type": "x", "code": None}}
                return _json(error, status=status, headers=extra)
            case Garbage():
                return web.Response(text="<html>", content_type="application/json", headers=_CLOSE)
            case Reset():
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case Hang():
                await self._until_the_client_leaves(request)
                return web.Response()
            case Say() | Refuse():
                return _PROTOCOLS[request.path](step, body)

    async def _until_the_client_leaves(self, request: web.Request) -> None:
        while request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.01)
        self.hung_up.set()


@asynccontextmanager
async def vendor_server() -> AsyncGenerator[VendorServer]:
    """Run a server on a free port."""
    server = VendorServer()
    app = web.Application()
    app.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.address = f"http://{host}:{port}"
    yield server
    await runner.cleanup()


# Clients keep connections for reuse and have no way to be closed: let none stay open after a test.
_CLOSE = {"Connection": "close"}


def _json(
    body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.json_response(body, status=status, headers=_CLOSE | (headers or {}))


def _written(step: Say) -> str:
    return step.form if isinstance(step.form, str) else json.dumps(step.form)


def _chat_completions(step: Say | Refuse, body: dict[str, Any]) -> web.Response:
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
    if isinstance(step, Refuse):
        message["refusal"] = "I can't help with that."
    elif "tools" in body:
        function = {"name": body["tools"][0]["function"]["name"], "arguments": _written(step)}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    else:
        message["content"] = _written(step)
    reply: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": _finish(step, "length"), "message": message}],
    }
    if isinstance(step, Refuse) or step.counted:
        total = READ + WRITTEN
        reply["usage"] = {
            "prompt_tokens": READ, "completion_tokens": WRITTEN, "total_tokens": total
        }  # fmt: skip
    return _json(reply)


def _finish(step: Say | Refuse, cut_off: str, otherwise: str = "stop") -> str:
    return cut_off if isinstance(step, Say) and step.cut_off else otherwise


def _responses(step: Say | Refuse, body: dict[str, Any]) -> web.Response:
    content: dict[str, Any] = (
        {"type": "refusal", "refusal": "I can't help with that."}
        if isinstance(step, Refuse)
        else {"type": "output_text", "text": _written(step), "annotations": []}
    )
    item = {
        "type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
        "content": [content],
    }  # fmt: skip
    if isinstance(step, Say) and body.get("tools"):
        item = {
            "type": "function_call", "id": "fc_1", "call_id": "call_1", "status": "completed",
            "name": body["tools"][0]["name"], "arguments": _written(step),
        }  # fmt: skip
    return _json(
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "status": _finish(step, "incomplete", "completed"),
            "model": body["model"],
            "output": [item],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": READ,
                "output_tokens": WRITTEN,
                "total_tokens": READ + WRITTEN,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens_details": {"reasoning_tokens": 0},
            },
        }
    )


def _messages(step: Say | Refuse, body: dict[str, Any]) -> web.Response:
    content: list[dict[str, Any]] = []
    if isinstance(step, Say):
        content = [{"type": "text", "text": _written(step)}]
        if "tools" in body:
            form = step.form if isinstance(step.form, dict) else {"text": step.form}
            name = body["tools"][0]["name"]
            content = [{"type": "tool_use", "id": "toolu_1", "name": name, "input": form}]
    stopped = "refusal" if isinstance(step, Refuse) else _finish(step, "max_tokens", "end_turn")
    return _json(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": stopped,
            "stop_sequence": None,
            "usage": {"input_tokens": READ, "output_tokens": WRITTEN},
        }
    )


def _ollama(step: Say | Refuse, body: dict[str, Any]) -> web.Response:
    """Answer in two lines, as Ollama streams: the text, then the counts."""
    text = "I can't help with that." if isinstance(step, Refuse) else _written(step)
    start = {"model": body["model"], "created_at": "2026-03-02T09:00:00Z"}
    first = {**start, "message": {"role": "assistant", "content": text}, "done": False}
    last: dict[str, Any] = {
        **start,
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": _finish(step, "length"),
    }
    if isinstance(step, Refuse) or step.counted:
        last |= {"prompt_eval_count": READ, "eval_count": WRITTEN}
    lines = "".join(json.dumps(line) + "\n" for line in (first, last))
    return web.Response(text=lines, content_type="application/x-ndjson", headers=_CLOSE)


_PROTOCOLS = {
    "/v1/chat/completions": _chat_completions,
    "/v1/responses": _responses,
    "/v1/messages": _messages,
    "/api/chat": _ollama,
}
