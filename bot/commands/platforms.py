"""Which platforms are configured, built from the settings.

A platform's package is imported only if it is configured: each costs half a second.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.backlog import Backlog
from bot.chart_records import Chart
from bot.commands.demo import demo_week
from bot.messages import Platform
from bot.platforms.serving import Accept, Forms, Problems, no_forms, no_problems
from bot.platforms.web.platform import WebPlatform
from bot.platforms.web.sender import PageSender
from bot.server import Served
from bot.settings import Settings
from bot.shelf import LibraryShelf
from bot.stores.addresses import SqlAddresses
from bot.stores.sent import SqlSent
from bot.wiring import Parts

if TYPE_CHECKING:
    from bot.platforms.slack.platform import SlackPlatform
    from bot.platforms.teams.connector import TeamsConnector
    from bot.platforms.teams.platform import TeamsPlatform


def configured_platforms(parts: Parts, backlog: Backlog) -> list[tuple[str, Served]]:
    """Return the platforms to serve by name; what they send goes out through *backlog*."""
    platforms: list[tuple[str, Served]] = []
    slack = slack_platform(
        parts.settings, backlog.accept, parts.coach.form, parts.coach.problems, _draw
    )
    if slack:
        backlog.add_sender(Platform.SLACK, slack.sender)
        parts.coach.add_attachments(Platform.SLACK, slack.files)
        parts.team.directories.add(slack.directory)
        platforms.append(("slack", slack))
    teams = _teams(parts, backlog)
    if teams:
        backlog.add_sender(Platform.TEAMS, teams.sender)
        parts.coach.add_attachments(Platform.TEAMS, teams.files)
        parts.team.directories.add(teams.directory)
        platforms.append(("teams", teams))
    if parts.settings.serves_web:
        backlog.add_sender(Platform.WEB, PageSender())
        password = parts.settings.coach_web_password
        page = WebPlatform(
            parts.coach.reply,
            LibraryShelf(parts.documents),
            password.get_secret_value() if password else "",
            forms=parts.coach.form,
            problems=parts.coach.problems,
            draw=_draw,
            demo=demo_week,
        )
        parts.team.directories.add(page.directory)
        platforms.append(("web", page))
    return platforms


def slack_platform(
    settings: Settings,
    accept: Accept,
    forms: Forms = no_forms,
    problems: Problems = no_problems,
    draw: Callable[[Chart], bytes] | None = None,
) -> "SlackPlatform | None":
    """Return Slack, or None if it is not configured.

    Its messages go to *accept*; *forms* gives the forms that buttons open, *problems* says what is
    wrong with one that was filled in, *draw* makes a chart a PNG.
    """
    if settings.slack_bot_token is None:
        return None
    from bot.platforms.slack.platform import SlackPlatform  # noqa: PLC0415 - as above

    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    return SlackPlatform(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=app_token.get_secret_value() if app_token else "",
        signing_secret=secret.get_secret_value() if secret else "",
        api_url=settings.slack_api_url,
        accept=accept,
        forms=forms,
        problems=problems,
        draw=draw,
    )


def _teams(parts: Parts, backlog: Backlog) -> "TeamsPlatform | None":
    """Return Microsoft Teams, or None if it is not configured."""
    settings, coach = parts.settings, parts.coach
    if not settings.teams_configured:
        return None
    from bot.platforms.teams.platform import TeamsPlatform  # noqa: PLC0415 - as above

    return TeamsPlatform(
        line=_teams_line(settings),
        addresses=SqlAddresses(parts.database),
        accept=backlog.accept,
        forms=coach.form,
        problems=coach.problems,
        refreshed=coach.refreshed,
        draw=_draw,
        answered=SqlSent(parts.database).event_of,
        loopback=settings.teams_local,
    )


async def teams_problems(settings: Settings) -> list[str]:
    """Return what is wrong with the Teams settings, as Microsoft says, each with how to fix it."""
    from bot.platforms.teams.platform import problems_with  # noqa: PLC0415 - as above

    return await problems_with(_teams_line(settings))


def _teams_line(settings: Settings) -> "TeamsConnector":
    from bot.platforms.teams.clouds import CLOUDS  # noqa: PLC0415 - as above
    from bot.platforms.teams.connector import TeamsConnector  # noqa: PLC0415 - as above

    password = settings.teams_app_password
    return TeamsConnector(
        settings.teams_app_id,
        password.get_secret_value() if password else "",
        settings.teams_tenant_id,
        settings.allowed_tenants,
        loopback=settings.teams_local,
        cloud=CLOUDS[settings.teams_cloud],
    )


def _draw(chart: Chart, *, dark: bool = False) -> bytes:
    from bot.charts import render  # noqa: PLC0415 - loads matplotlib, and only for a chart

    return render(chart, dark=dark)
