"""Who gets through to the page's handlers, and the headers that every response carries.

The server is shared with other platforms, so handlers are wrapped one by one; a middleware would
also see their requests.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web

from bot.errors import CoachError
from bot.platforms.web.refusals import Refused
from bot.platforms.web.sessions import Sessions

SESSION_COOKIE = "coach_session"
BODY_LIMIT = 256 * 1024

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Handler = Callable[[web.Request], Awaitable[web.Response]]

log = structlog.get_logger(__name__)


class Gate:
    """Lets requests through to handlers, or turns them away with a sentence."""

    def __init__(self, sessions: Sessions | None) -> None:
        """Ask for a session where there are *sessions*; without, serve this machine alone."""
        self._sessions = sessions

    def public(self, handler: Handler) -> Handler:
        """Wrap a handler that everybody may reach, logged in or not."""

        async def handle(request: web.Request) -> web.Response:
            response = await self._outcome(handler, request)
            response.headers.update(_HEADERS)
            response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
            return response

        return handle

    def private(self, handler: Handler) -> Handler:
        """Wrap a handler that needs a session where there is a password."""

        async def handle(request: web.Request) -> web.Response:
            if not self.knows(request):
                raise Refused(401, "Your session has ended. Log in again; what you wrote is kept.")
            return await handler(request)

        return self.public(handle)

    def knows(self, request: web.Request) -> bool:
        """Tell whether *request* may see what is private."""
        token = request.cookies.get(SESSION_COOKIE, "")
        return self._sessions is None or self._sessions.valid(token)

    async def _outcome(self, handler: Handler, request: web.Request) -> web.Response:
        try:
            self._check(request)
            return await handler(request)
        except Refused as refusal:
            return refusal.response()
        except CoachError as error:
            return Refused(503, error.sentence).response()
        except Exception:
            log.exception("web_request_failed", path=request.path)
            return Refused(500, "Something went wrong on my side. Please try again.").response()

    def _check(self, request: web.Request) -> None:
        if self._sessions is None:
            _check_on_this_machine(request)
        if request.method == hdrs.METH_POST:
            _check_sent_by_the_page(request)


def _check_on_this_machine(request: web.Request) -> None:
    """Refuse other names for this machine: that is how a foreign page would rebind its own."""
    if not _is_loopback(_host_name(request.host)):
        raise Refused(
            403,
            "Without a password the page is only for this machine: open it as http://127.0.0.1 "
            "or http://localhost with the port of Coach, or set COACH_WEB_PASSWORD.",
        )


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _check_sent_by_the_page(request: web.Request) -> None:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get(hdrs.ORIGIN)
    if site not in ("same-origin", "none") or not _is_own(origin, request.host):
        raise Refused(
            403,
            "That was sent by another site, so I did nothing. If Coach stands behind a proxy, "
            "let the proxy pass the Host header on.",
        )
    if request.content_type != "application/json":
        raise Refused(415, "Send JSON, with the header Content-Type: application/json.")


def _is_own(origin: str | None, host: str) -> bool:
    return origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


async def read_body(request: web.Request) -> bytes:
    """Return the request's body. Raises Refused when it is longer than 256 KiB."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Refused(
                413, "That is too long: I can take 256 KiB at a time. Send a shorter part of it."
            )
    return bytes(body)
