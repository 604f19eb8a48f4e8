"""The web page as one of Coach's platforms: its routes on the shared server."""

import time
from collections.abc import Awaitable, Callable
from re import compile as pattern
from secrets import token_hex

from aiohttp import web
from pydantic import BaseModel

from bot.chart_records import Chart
from bot.draft_files import LARGEST
from bot.messages import Message, Reply
from bot.platforms.serving import Forms, Problems, no_problems
from bot.platforms.web.charts import CHART_LIMIT, Charts, Drawing
from bot.platforms.web.demo import Demo, DemoWeek
from bot.platforms.web.exchanges import Exchanges
from bot.platforms.web.files import read_file
from bot.platforms.web.gate import (
    BYTES,
    DRAFT_LIMIT,
    MESSAGE_LIMIT,
    SESSION_COOKIE,
    Gate,
    Handler,
    read_body,
)
from bot.platforms.web.inbound import LogIn, Said, message_from, parse
from bot.platforms.web.library import LibraryView
from bot.platforms.web.pages import asset_response, page_response, read_assets, read_page
from bot.platforms.web.people import Members, holder_of
from bot.platforms.web.refusals import FieldsRefused, Refused
from bot.platforms.web.sessions import SESSION_SECONDS, Sessions, Throttle

PERSON_COOKIE = "coach_person"

_PERSON = pattern(r"[0-9a-f]{32}")
_PERSON_SECONDS = 365 * 24 * 3600
_NO_CHANNELS = "This page has no channels: posting works in Slack and Teams. Copy the text instead."


class WebPlatform:
    """Serves the page and answers what it posts."""

    def __init__(
        self,
        reply: Callable[[Message], Awaitable[Reply | None]],
        library: LibraryView,
        password: str = "",
        workspace: str = "local",
        *,
        forms: Forms,
        problems: Problems = no_problems,
        draw: Drawing | None = None,
        demo: Callable[[], Awaitable[DemoWeek]] | None = None,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        """Answer with *reply*, open *forms* and show *library*, all for *workspace*.

        *problems* says what is wrong with a filled-in form before it is answered. Without *draw*
        charts are shown in words; without *demo* there is no demo team. Without a *password* only
        requests to a loopback name are served. *seconds* gives the time since the epoch.
        """
        self._exchanges = Exchanges(self._checked)
        self._reply = reply
        self._forms = forms
        self._problems = problems
        self._charts = Charts(draw) if draw else None
        self._demo = Demo(demo) if demo else None
        self._members = Members()
        self._library = library
        self._workspace = workspace
        self._sessions = Sessions(password, seconds) if password else None
        self._throttle = Throttle(seconds)
        self._gate = Gate(self._sessions)
        self._assets = read_assets()
        self._page = read_page(
            "index.html", login="yes" if password else "no", demo="yes" if demo else "no"
        )
        self._login_page = read_page("login.html")

    @property
    def directory(self) -> Members:
        """The people whose names were written on the page; fits `bot.ports.Directory`."""
        return self._members

    def add_routes(self, app: web.Application) -> None:
        """Add the page's routes: `/`, `/static/…` and `/web/…`."""
        public, private = self._gate.public, self._gate.private
        app.add_routes(
            [
                web.get("/", public(self._show_page)),
                web.get("/static/{name}", public(self._show_asset)),
                web.get("/web/login", public(self._show_login)),
                web.post("/web/login", public(self._log_in)),
                web.post("/web/logout", public(self._log_out)),
                web.post("/web/messages", private(self._taking(MESSAGE_LIMIT))),
                web.post("/web/reviews", private(self._taking(DRAFT_LIMIT))),
                web.post("/web/forms", private(self._open_form)),
                web.post("/web/charts", private(self._draw_chart)),
                web.post("/web/files", private(self._read_file, BYTES)),
                web.get("/web/demo", private(self._show_demo)),
                web.get("/web/library", private(self._show_library)),
            ]
        )

    async def start(self) -> None:
        """Do nothing: the page has no work of its own."""

    async def stop(self) -> None:
        """Finish the answers that are under way."""
        if self._demo:
            await self._demo.stop()
        await self._exchanges.finish()

    async def _show_page(self, request: web.Request) -> web.Response:
        return page_response(self._page) if self._gate.knows(request) else _go_to("/web/login")

    async def _show_asset(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise Refused(404, "There is no such file.")
        return asset_response(asset, request)

    async def _show_login(self, request: web.Request) -> web.Response:
        return _go_to("/") if self._gate.knows(request) else page_response(self._login_page)

    async def _log_in(self, request: web.Request) -> web.Response:
        attempt = parse(LogIn, await read_body(request))
        if self._sessions is None:
            raise Refused(404, "There is no password to log in with.")
        self._check_password(self._sessions, attempt.password, request.remote or "")
        response = web.Response(status=204)
        _set_cookie(request, response, SESSION_COOKIE, self._sessions.issue(), SESSION_SECONDS)
        return response

    def _check_password(self, sessions: Sessions, password: str, address: str) -> None:
        if wait := self._throttle.wait(address):
            raise Refused(
                429,
                f"Too many wrong passwords. Wait {wait} seconds, then try again.",
                {"Retry-After": str(wait)},
            )
        if not sessions.opens(password):
            self._throttle.failed(address)
            raise Refused(403, "That is not the password. Try again.")
        self._throttle.passed(address)

    async def _log_out(self, request: web.Request) -> web.Response:
        response = web.Response(status=204)
        for cookie in (SESSION_COOKIE, PERSON_COOKIE):
            response.del_cookie(cookie)
        return response

    def _taking(self, limit: int) -> Handler:
        """Return a handler that answers messages of up to *limit* bytes."""

        async def say(request: web.Request) -> web.Response:
            message, cookie = await self._message(request, limit)
            response = _reply_response(await self._exchanges.answer(message))
            _set_cookie(request, response, PERSON_COOKIE, cookie, _PERSON_SECONDS)
            return response

        return say

    async def _open_form(self, request: web.Request) -> web.Response:
        message, cookie = await self._message(request, MESSAGE_LIMIT)
        form = await self._forms(message)
        if form is None:
            raise Refused(404, "I no longer know what that button was for. Reload the page.")
        response = _json_response(self._members.named(form))
        _set_cookie(request, response, PERSON_COOKIE, cookie, _PERSON_SECONDS)
        return response

    async def _message(self, request: web.Request, limit: int) -> tuple[Message, str]:
        """Return what was posted and the cookie of who posted it."""
        said = parse(Said, await read_body(request, limit))
        self._members.listed(said.submission.named() if said.submission else [])
        if said.name:
            self._members.met(said.name, said.zone)
        cookie = _person_cookie(request)
        return message_from(said, holder_of(cookie), self._workspace), cookie

    async def _checked(self, message: Message) -> Reply | None:
        """Answer *message*. Raises FieldsRefused for a form that can't be taken in."""
        if message.submission and (problems := await self._problems(message)):
            raise FieldsRefused(problems)
        return await self._reply(message)

    async def _draw_chart(self, request: web.Request) -> web.Response:
        chart = parse(Chart, await read_body(request, CHART_LIMIT))
        if self._charts is None:
            raise Refused(404, "I can't draw charts here.")
        image = await self._charts.png(chart, dark=request.query.get("dark") == "1")
        return web.Response(body=image, content_type="image/png")

    async def _show_demo(self, request: web.Request) -> web.Response:
        if self._demo is None:
            raise Refused(404, "There is no demo team here.")
        return _json_response(await self._demo.week())

    async def _read_file(self, request: web.Request) -> web.Response:
        name = request.headers.get("X-File-Name", "")
        return _json_response(await read_file(name, await read_body(request, LARGEST)))

    async def _show_library(self, request: web.Request) -> web.Response:
        return _json_response(await self._library.shelf(self._workspace))


def _go_to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _reply_response(reply: Reply | None) -> web.Response:
    if reply is None:
        return web.Response(status=204)
    if reply.posts_to:
        raise Refused(409, _NO_CHANNELS)
    return _json_response(reply)


def _json_response(content: BaseModel) -> web.Response:
    return web.Response(text=content.model_dump_json(), content_type="application/json")


def _person_cookie(request: web.Request) -> str:
    """Return the browser's cookie, or a new one if it has none that we could have made."""
    cookie = request.cookies.get(PERSON_COOKIE, "")
    return cookie if _PERSON.fullmatch(cookie) else token_hex(16)


def _set_cookie(
    request: web.Request, response: web.Response, name: str, value: str, seconds: int
) -> None:
    # A proxy that ends TLS says so; whoever forges that header only harms their own cookie.
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    # The session is Lax, so that a link from a chat opens the page instead of the login.
    samesite = "Lax" if name == SESSION_COOKIE else "Strict"
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite=samesite, secure=secure
    )
