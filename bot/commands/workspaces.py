"""Which workspace a command is about."""

from typing import Any

from bot.errors import SettingsProblem
from bot.settings import LOCAL_WORKSPACE, Settings


async def chosen_workspace(settings: Settings, named: str) -> str:
    """Return the workspace *named*, else the configured Slack team, else the local one.

    Raises SettingsProblem if Slack is configured but does not say which team it is.
    """
    if named or settings.slack_bot_token is None:
        return named or LOCAL_WORKSPACE
    from slack_sdk.errors import SlackApiError  # noqa: PLC0415 - slow, and only with Slack
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415 - as above

    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url
    )
    try:
        answer: Any = await client.auth_test()
    except (SlackApiError, OSError) as error:
        raise SettingsProblem(
            [f"SLACK_BOT_TOKEN: Slack did not say which team it is for ({error}); "
             "name the team with --workspace"]
        ) from error  # fmt: skip
    return str(answer["team_id"])
