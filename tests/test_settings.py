"""Settings: where they come from, and what is said about those that are wrong."""

from pathlib import Path
from traceback import format_exception

import pytest

from bot.errors import SettingsProblem
from bot.settings import Settings, read_settings

SECRET = "hunter2-very-secret"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings of whoever runs the tests out."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as caught:
        read_settings()
    return caught.value.problems


def test_without_any_setting_the_web_page_is_served_on_loopback() -> None:
    settings = read_settings()
    assert (settings.coach_host, settings.coach_port) == ("127.0.0.1", 8080)
    assert settings.serves_web
    assert settings.loopback_only
    assert not settings.slack_configured
    assert settings.database_url == f"sqlite+aiosqlite:///{settings.coach_data}/coach.sqlite3"


def test_all_problems_are_listed_at_once_by_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(
        monkeypatch,
        COACH_PORT="eighty",
        COACH_WORKERS="0",
        COACH_WEB="maybe",
        COACH_LOG_LEVEL="LOUD",
        COACH_DATABASE_URL="mysql://host/coach",
        COACH_CHROMA_URL="chroma:8000",
        COACH_MODEL="gpt",
        COACH_HOST="0.0.0.0",
        SLACK_APP_TOKEN="xoxb-1",
    )
    assert sorted(problem.partition(" ")[0] for problem in found) == [
        "COACH_CHROMA_URL",
        "COACH_DATABASE_URL",
        "COACH_LOG_LEVEL",
        "COACH_MODEL",
        "COACH_PORT",
        "COACH_WEB",
        "COACH_WEB_PASSWORD",
        "COACH_WORKERS",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
    ]


def test_the_message_is_a_list_that_a_person_can_work_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COACH_PORT", "70000")
    monkeypatch.setenv("COACH_MODEL", "gpt")
    with pytest.raises(SettingsProblem) as caught:
        read_settings()
    assert caught.value.sentence.splitlines() == [
        "Coach is not set up correctly:",
        "  - COACH_PORT must be less than or equal to 65535",
        "  - COACH_MODEL must look like provider:model, for instance anthropic:claude-sonnet-4-5",
    ]
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_is_unset(monkeypatch: pytest.MonkeyPatch, name: str, blank: str) -> None:
    expected = read_settings()
    monkeypatch.setenv(name.upper(), blank)
    assert read_settings() == expected


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////var/coach.db", "sqlite+aiosqlite:////var/coach.db"),
        ("postgresql://u:p@db:5433/coach", "postgresql+psycopg://u:p@db:5433/coach"),
        ("postgres://u@db/coach", "postgresql+psycopg://u@db/coach"),
        ("postgresql+asyncpg://db/coach", "postgresql+psycopg://db/coach"),
        ("postgresql://u:p%40ss@db/coach", "postgresql+psycopg://u:p%40ss@db/coach"),
    ],
)
def test_a_database_url_gets_the_driver_that_coach_uses(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("COACH_DATABASE_URL", given)
    assert read_settings().database_url == used


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://host/coach", "only sqlite:// and postgresql://"),
        ("coach.db", "is not a database URL"),
        (f"postgresql://coach:{SECRET}", "is not a database URL"),
        (f"postgresql://coach:{SECRET}@host:port/db", "is not a database URL"),
    ],
)
def test_a_database_url_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, word: str
) -> None:
    [problem] = problems(monkeypatch, COACH_DATABASE_URL=url)
    assert word in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        (
            {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"},
            ["SLACK_BOT_TOKEN must start with xoxb-", "SLACK_APP_TOKEN must start with xapp-"],
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            [
                "SLACK_BOT_TOKEN is set: add SLACK_APP_TOKEN (Socket Mode) or "
                "SLACK_SIGNING_SECRET (HTTP)"
            ],
        ),
        (
            {"SLACK_SIGNING_SECRET": "0123"},
            ["SLACK_BOT_TOKEN is missing, but another Slack setting is there"],
        ),
    ],
)
def test_slack_settings_have_to_fit_together(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], found: list[str]
) -> None:
    assert problems(monkeypatch, **variables) == found


@pytest.mark.parametrize("receiving", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_slack_takes_a_bot_token_and_either_way_to_receive(
    monkeypatch: pytest.MonkeyPatch, receiving: str
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv(receiving, "xapp-1")
    settings = read_settings()
    assert settings.slack_configured
    assert not settings.serves_web, "with another platform the page is there only by choice"


APP = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"TEAMS_APP_ID": "coach"}, ["TEAMS_APP_ID must be a GUID, but coach is none"]),
        (
            {"TEAMS_APP_ID": APP},
            ["TEAMS_APP_PASSWORD is missing: TEAMS_APP_ID needs its client secret"],
        ),
        (
            {"TEAMS_APP_PASSWORD": SECRET},
            ["TEAMS_APP_ID is missing, but another Teams setting is there"],
        ),
        (
            {"TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": SECRET, "TEAMS_LOCAL": "true"},
            ["TEAMS_LOCAL is for trying Teams without an app: remove TEAMS_APP_ID"],
        ),
        (
            {"TEAMS_LOCAL": "true", "COACH_HOST": "0.0.0.0"},
            ["TEAMS_LOCAL lets anybody in who reaches Coach: it needs COACH_HOST=127.0.0.1"],
        ),
        (
            {
                "TEAMS_APP_ID": APP,
                "TEAMS_APP_PASSWORD": SECRET,
                "TEAMS_ALLOWED_TENANTS": f"{APP}, ours",
            },
            ["TEAMS_ALLOWED_TENANTS must be a GUID, but ours is none"],
        ),
    ],
)
def test_teams_settings_have_to_fit_together(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], found: list[str]
) -> None:
    assert problems(monkeypatch, **variables) == found


def test_teams_takes_an_app_with_its_secret_and_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    other = APP.replace("1", "A")
    monkeypatch.setenv("TEAMS_APP_ID", APP)
    monkeypatch.setenv("TEAMS_APP_PASSWORD", SECRET)
    monkeypatch.setenv("TEAMS_ALLOWED_TENANTS", f"{APP}, {other}")
    settings = read_settings()
    assert settings.teams_configured
    assert settings.allowed_tenants == {APP, other.lower()}
    assert not settings.serves_web


def test_teams_without_an_app_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_LOCAL", "true")
    settings = read_settings()
    assert settings.teams_configured
    assert settings.loopback_only


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "coach.example"])
def test_the_web_page_off_loopback_needs_a_password(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    [problem] = problems(monkeypatch, COACH_HOST=host)
    assert problem.startswith("COACH_WEB_PASSWORD is missing")
    monkeypatch.setenv("COACH_WEB_PASSWORD", SECRET)
    assert read_settings().coach_host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_loopback_the_web_page_needs_no_password(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("COACH_HOST", host)
    assert read_settings().coach_web_password is None


def test_without_the_web_page_any_address_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOST", "0.0.0.0")
    monkeypatch.setenv("COACH_WEB", "false")
    assert not read_settings().serves_web


def test_an_env_file_is_read_and_the_environment_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text('COACH_PORT=9001\nCOACH_WORKERS="3"\nELSEWHERE=1\n')
    monkeypatch.setenv("COACH_WORKERS", "5")
    settings = read_settings()
    assert (settings.coach_port, settings.coach_workers) == (9001, 5)


def test_a_problem_in_an_env_file_is_named_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("COACH_PORT=none\n")
    found = problems(monkeypatch, COACH_WORKERS="none")
    assert [problem.partition(" ")[0] for problem in found] == ["COACH_PORT", "COACH_WORKERS"]


def test_the_data_folder_can_not_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        assert problems(monkeypatch, COACH_DATA=str(path)) == [
            f"COACH_DATA must be a folder, but {file} is a file"
        ]


def test_the_data_folder_may_be_below_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COACH_DATA", "~/coach")
    assert read_settings().coach_data == tmp_path / "coach"


def test_no_secret_shows_in_any_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": f"bot-{SECRET}",
        "SLACK_APP_TOKEN": f"app-{SECRET}",
        "SLACK_SIGNING_SECRET": SECRET,
        "COACH_WEB_PASSWORD": SECRET,
        "COACH_MODEL_KEY": SECRET,
        "COACH_DATABASE_URL": f"oracle://u:{SECRET}@host/db",
        "COACH_PORT": "x",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as caught:
        read_settings()
    assert SECRET not in "".join(format_exception(caught.value))
    with pytest.raises(ValueError, match="COACH_PORT") as raw:
        Settings()
    assert SECRET not in str(raw.value)


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COACH_WEB_PASSWORD", "COACH_MODEL_KEY", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    monkeypatch.setenv("COACH_DATABASE_URL", f"postgresql://coach:{SECRET}@host/coach")
    assert SECRET not in repr(read_settings())
