"""Who gets through to the page's handlers, and the headers that every response carries.

The server is shared with other platforms, so handlers are wrapped one by one; a middleware would
also see their requests.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web

from bot.errors import CoachError, InputProblem
from bot.platforms.web.refusals import Refused
from bot.platforms.web.sessions import Sessions

SESSION_COOKIE = "coach_session"
JSON, BYTES = "application/json", "application/octet-stream"

_KIB = 1024
MESSAGE_LIMIT = 256 * _KIB
# 150,000 characters of four bytes each, and what JSON adds to them.
DRAFT_LIMIT = 1024 * _KIB

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",  # charts: posted for, so they have no address of their own
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

    def public(self, handler: Handler, takes: str = JSON) -> Handler:
        """Wrap a handler that everybody may reach, logged in or not; it *takes* that type."""

        async def handle(request: web.Request) -> web.Response:
            response = await self._outcome(handler, request, takes)
            response.headers.update(_HEADERS)
            response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
            return response

        return handle

    def private(self, handler: Handler, takes: str = JSON) -> Handler:
        """Wrap a handler that needs a session where there is a password.

        What is posted to it has the content type *takes*.
        """

        async def handle(request: web.Request) -> web.Response:
            if not self.knows(request):
                raise Refused(401, "Your session has ended. Log in again; what you wrote is kept.")
            return await handler(request)

        return self.public(handle, takes)

    def knows(self, request: web.Request) -> bool:
        """Tell whether *request* may see what is private."""
        token = request.cookies.get(SESSION_COOKIE, "")
        return self._sessions is None or self._sessions.valid(token)

    async def _outcome(self, handler: Handler, request: web.Request, takes: str) -> web.Response:
        try:
            self._check(request, takes)
            return await handler(request)
        except Refused as refusal:
            return refusal.response()
        except CoachError as error:
            status = 422 if isinstance(error, InputProblem) else 503
            return Refused(status, error.sentence).response()
        except Exception:
            log.exception("web_request_failed", path=request.path)
            return Refused(500, "Something went wrong on my side. Please try again.").response()

    def _check(self, request: web.Request, takes: str) -> None:
        if self._sessions is None:
            _check_on_this_machine(request)
        if request.method == hdrs.METH_POST:
            _check_sent_by_the_page(request, takes)


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


def _check_sent_by_the_page(request: web.Request, takes: str) -> None:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get(hdrs.ORIGIN)
    if site not in ("same-origin", "none") or not _is_own(origin, request.host):
        raise Refused(
            403,
            "That was sent by another site, so I did nothing. If Coach stands behind a proxy, "
            "let the proxy pass the Host header on.",
        )
    # Forms of other sites can send neither type without the browser asking here first.
    if request.content_type != takes:
        raise Refused(415, f"Send that with the header Content-Type: {takes}.")


def _is_own(origin: str | None, host: str) -> bool:
    return origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


async def read_body(request: web.Request, limit: int = MESSAGE_LIMIT) -> bytes:
    """Return the request's body. Raises Refused when it is longer than *limit* bytes."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise Refused(
                413,
                f"That is too long: I can take {limit // _KIB} KiB at a time. "
                "Send a shorter part of it.",
            )
    return bytes(body)
