"""What `coach doctor` asks of Slack: do the tokens work, and may Coach do what it has to?"""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.api import headers_of, refusal
from bot.platforms.slack.identity import SCOPES

_SCOPES_HEADER = "x-oauth-scopes"


async def check_bot_token(client: AsyncWebClient) -> list[str]:
    """Return what is wrong with the bot token, each with what to do about it."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return [bot_token_refused(error)]
    except (aiohttp.ClientError, TimeoutError) as error:
        return [unreachable(client, error)]
    headers = headers_of(answer)
    if _SCOPES_HEADER not in headers:
        return []
    granted = {scope.strip() for scope in headers[_SCOPES_HEADER].split(",")}
    return [
        f"Slack scope {scope} is missing ({purpose}): add it under OAuth & Permissions, Bot Token "
        "Scopes, and reinstall the app"
        for scope, purpose in SCOPES.items()
        if scope not in granted
    ]


async def check_app_token(client: AsyncWebClient, app_token: str) -> list[str]:
    """Return what is wrong with the app-level token, each with what to do about it."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return [app_token_refused(error)]
    except (aiohttp.ClientError, TimeoutError) as error:
        return [unreachable(client, error)]
    return []


def bot_token_refused(error: SlackApiError) -> str:
    """Say why the bot token does not work, and what to do."""
    return (
        f"SLACK_BOT_TOKEN is refused by Slack ({_code(error)}): copy the Bot User OAuth Token from "
        "OAuth & Permissions again; if it was revoked, reinstall the app"
    )


def app_token_refused(error: SlackApiError) -> str:
    """Say why the app-level token does not work, and what to do."""
    return (
        f"SLACK_APP_TOKEN is refused by Slack ({_code(error)}): under Basic Information, App-Level "
        "Tokens, create one with connections:write, and switch Socket Mode on"
    )


def unreachable(client: AsyncWebClient, error: Exception) -> str:
    """Say that Slack does not answer."""
    return (
        f"Slack does not answer at {client.base_url} ({type(error).__name__}): check the network, "
        "the proxy and SLACK_API_URL"
    )


def _code(error: SlackApiError) -> str:
    status, code = refusal(error)
    return code or f"status {status}"
