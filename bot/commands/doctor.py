"""`coach doctor`: is everything set up, and if not, what to do."""

import tempfile
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.util import find_spec

import aiohttp

from bot.clock import now
from bot.commands.console import out, start_quietly
from bot.commands.platforms import slack_platform, teams_problems
from bot.errors import CoachError
from bot.messages import Message
from bot.settings import Settings
from bot.stores.database import open_database
from knowledge.embeddings import MiniLM
from knowledge.vectors import VectorStore, VectorStoreUnavailable

_MAX_SKEW_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One thing examined; `fix` says what to do if it is not `fine`."""

    subject: str
    fine: bool
    detail: str
    fix: str = ""


async def examine() -> bool:
    """Print a line for each thing examined; return whether all of it is fine."""
    settings = start_quietly()  # its SettingsProblem already lists every problem with the settings
    findings = [Finding("settings", fine=True, detail="complete and consistent")]
    findings += [await check(settings) for check in (_data, _database, _vectors, _model)]
    findings += await _slack(settings)
    findings += await _teams(settings)
    for finding in findings:
        mark, style = ("ok  ", "green") if finding.fine else ("FIX ", "red")
        out.print(f"{mark} {finding.subject}: {finding.detail}", style=style)
        if not finding.fine:
            out.print(f"     {finding.fix}")
    return all(finding.fine for finding in findings)


async def _data(settings: Settings) -> Finding:
    folder = settings.coach_data
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "Set COACH_DATA to a folder that this user may write to."
        return Finding("data folder", fine=False, detail=f"{folder}: {error.strerror}", fix=fix)
    return Finding("data folder", fine=True, detail=str(folder))


async def _database(settings: Settings) -> Finding:
    kind = settings.database_url.partition("+")[0]
    try:
        database = await open_database(settings.database_url)
    except (CoachError, OSError) as error:
        reason = str(error.__cause__ or error).partition("\n")[0]
        fix = "Check COACH_DATABASE_URL: host, port, name, user, password, and that it is running."
        return Finding("database", fine=False, detail=f"{kind}: {reason}", fix=fix)
    await database.close()
    return Finding("database", fine=True, detail=f"{kind}, tables up to date")


async def _vectors(settings: Settings) -> Finding:
    where = settings.coach_chroma_url or "embedded Chroma"
    try:
        folder = settings.coach_data / "chroma"
        store = VectorStore(MiniLM(), folder=folder, url=settings.coach_chroma_url)
        store.ping()
    except VectorStoreUnavailable as error:
        fix = "Start the Chroma server or correct COACH_CHROMA_URL; leave it empty to embed Chroma."
        return Finding("vector store", fine=False, detail=str(error), fix=fix)
    return Finding("vector store", fine=True, detail=where)


async def _model(settings: Settings) -> Finding:
    if not settings.coach_model:
        return Finding("language model", fine=True, detail="none: the built-in engine answers")
    provider = settings.coach_model.partition(":")[0]
    package = f"langchain_{provider}"
    if find_spec(package) is None:
        fix = f"Install what LangChain needs for it: pip install {package.replace('_', '-')}"
        return Finding("language model", fine=False, detail=f"{package} is missing", fix=fix)
    return Finding("language model", fine=True, detail=settings.coach_model)


async def _slack(settings: Settings) -> list[Finding]:
    platform = slack_platform(settings, _refuse)
    if platform is None:
        return [Finding("Slack", fine=True, detail="not configured")]
    problems = await platform.check()
    if not problems:
        return [
            Finding("Slack", fine=True, detail="tokens and scopes work"),
            await _clock(settings),
        ]
    return [Finding("Slack", fine=False, detail="not usable yet", fix=fix) for fix in problems]


async def _teams(settings: Settings) -> list[Finding]:
    if not settings.teams_configured:
        return [Finding("Microsoft Teams", fine=True, detail="not configured")]
    if settings.teams_local:
        detail = "without authentication, for the Agents Playground on this computer"
        return [Finding("Microsoft Teams", fine=True, detail=detail)]
    problems = await teams_problems(settings)
    if not problems:
        return [Finding("Microsoft Teams", fine=True, detail="app id and secret work")]
    return [
        Finding("Microsoft Teams", fine=False, detail="not usable yet", fix=fix) for fix in problems
    ]


async def _refuse(_message: Message) -> None:
    """Take no messages: the doctor only looks."""


async def _clock(settings: Settings) -> Finding:
    """Compare this machine's clock with Slack's: signatures are good for five minutes."""
    async with aiohttp.ClientSession() as session, session.get(settings.slack_api_url) as response:
        told = response.headers.get("Date", "")
    if not told:
        return Finding("clock", fine=True, detail="Slack names no time to compare with")
    seconds = abs((now() - parsedate_to_datetime(told)).total_seconds())
    detail = f"{seconds:.0f} s from Slack's"
    fix = "Set this machine's clock (NTP): Slack's signatures are only good for five minutes."
    return Finding("clock", fine=seconds < _MAX_SKEW_SECONDS, detail=detail, fix=fix)
