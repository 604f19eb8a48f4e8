"""Set-up: tokens, scopes, and the app manifest that asks for them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, refused
from running import HASTY

from bot.errors import SettingsProblem, Unavailable
from bot.messages import Message
from bot.platforms.slack.identity import SCOPES
from bot.platforms.slack.interactions import REVIEW_UPDATE
from bot.platforms.slack.platform import EVENTS_PATH, SlackPlatform

DOCS = Path(__file__).parents[3] / "docs"
NOWHERE = "http://127.0.0.1:9/api/"


async def test_a_good_set_up_has_no_problems(slack: FakeSlack) -> None:
    slack.scopes = ",".join(SCOPES)
    assert await platform(slack.url).check() == []


async def test_each_missing_scope_is_named_with_its_use(slack: FakeSlack) -> None:
    slack.scopes = ",".join(scope for scope in SCOPES if scope not in ("commands", "im:history"))
    problems = await platform(slack.url).check()
    assert len(problems) == 2
    assert "commands is missing (to offer /coach and the message shortcut)" in problems[0]


async def test_refused_tokens_are_named_with_what_to_do(slack: FakeSlack) -> None:
    slack.order("auth.test", refused("token_revoked"))
    slack.order("apps.connections.open", refused("not_allowed_token_type"))
    bot_token, app_token = await platform(slack.url).check()
    assert "SLACK_BOT_TOKEN is refused by Slack (token_revoked)" in bot_token
    assert "SLACK_APP_TOKEN is refused by Slack (not_allowed_token_type)" in app_token


async def test_a_silent_slack_is_a_problem_with_the_network() -> None:
    problems = await platform(NOWHERE).check()
    assert all("Slack does not answer at" in problem for problem in problems)


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_coach_does_not_start_on_a_refused_token(slack: FakeSlack, method: str) -> None:
    slack.order(method, refused("invalid_auth"))
    with pytest.raises(SettingsProblem, match="invalid_auth"):
        await platform(slack.url).start()


async def test_coach_does_not_start_without_slack() -> None:
    with pytest.raises(Unavailable):
        await platform(NOWHERE).start()


def test_the_manifest_asks_for_what_the_code_needs_and_no_more() -> None:
    manifest: dict[str, Any] = yaml.safe_load((DOCS / "slack-manifest.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert "user" not in manifest["oauth_config"]["scopes"]
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert events == sorted(
        ["app_home_opened", "app_mention", "assistant_thread_started", "message.im"]
    )
    [shortcut] = manifest["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", REVIEW_UPDATE)
    assert len(shortcut["name"]) <= 24
    [command] = manifest["features"]["slash_commands"]
    assert command["command"] == "/coach"
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]


def test_the_guide_explains_every_scope_and_the_address() -> None:
    guide = (DOCS / "slack.md").read_text()
    assert [scope for scope in SCOPES if f"`{scope}`" not in guide] == []
    assert EVENTS_PATH in guide


def platform(url: str) -> SlackPlatform:
    async def accept(_: Message) -> None:
        """Take anything."""

    return SlackPlatform(
        bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=url, accept=accept, timing=HASTY
    )
