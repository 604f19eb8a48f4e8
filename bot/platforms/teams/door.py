"""Where Microsoft posts activities: `POST /api/messages`, on the one HTTP server."""

import asyncio

import structlog
from aiohttp import web

from bot.platforms.teams.bounded import parsed
from bot.platforms.teams.clouds import is_loopback
from bot.platforms.teams.wire import Answer, Handle, Line, NotAdmitted, Payload
from bot.platforms.underway import Gate

MESSAGES_PATH = "/api/messages"

_MOST_BYTES = 1024 * 1024  # Teams itself sends less than a quarter of that
_BODY_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Door:
    """Takes activities in over HTTP; what is not answered with 2xx, Teams posts again."""

    def __init__(self, line: Line, handle: Handle, *, local: bool = False) -> None:
        """Give every activity that *line* admits to *handle*.

        A *local* door admits without a token, so it answers to this machine's own names alone: a
        page that somebody looks at here could have its own name lead to this machine.
        """
        self._line = line
        self._handle = handle
        self._local = local
        self._gate = Gate()

    def add_routes(self, app: web.Application) -> None:
        """Serve `POST /api/messages`."""
        app.router.add_post(MESSAGES_PATH, self.serve)

    def open(self) -> None:
        """Take activities in."""
        self._gate.open()

    async def close(self) -> None:
        """Take no more activities; return when those under way are answered."""
        await self._gate.close()

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one posted activity."""
        async with self._gate.passing() as is_open:
            if not is_open:
                return web.Response(status=503)
            if self._local and not is_loopback(request.url.host or ""):
                return web.Response(status=403)
            try:
                activity = await _activity_in(request)
            except TimeoutError:
                return web.Response(status=408)
            except ValueError:
                return web.Response(status=400)
            return _response(await self._taken_in(request, activity))

    async def _taken_in(self, request: web.Request, activity: Payload) -> Answer:
        authorization = request.headers.get("Authorization", "")
        try:
            return await self._line.take_in(authorization, activity, self._handle)
        except NotAdmitted as error:
            # Its text names what is wrong with a token, never anything of the token itself.
            log.warning("activity_refused", reason=str(error))
            return Answer(401)
        except Exception as error:  # noqa: BLE001 - whatever it is, Teams has to post it again
            # Only the kind of error: its text may quote what someone wrote.
            log.warning("activity_not_taken", error=type(error).__name__)
            return Answer(503)


async def _activity_in(request: web.Request) -> Payload:
    """Return the JSON object in the body. Raises ValueError, TimeoutError, or a 413 or 415."""
    # A page in somebody's browser can post anything but this to a Coach on the same machine.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    async with asyncio.timeout(_BODY_SECONDS):
        return parsed(await _body(request))


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(_MOST_BYTES, len(body))
    return bytes(body)


def _response(answer: Answer) -> web.Response:
    if answer.body is not None:
        return web.json_response(answer.body, status=answer.status)
    headers = {"WWW-Authenticate": "Bearer"} if answer.status == 401 else {}
    return web.Response(status=answer.status, headers=headers)
