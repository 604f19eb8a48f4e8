"""Every setting of Coach, read from the environment and `.env`, checked at start."""

import os
import re
import socket
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_cache_path, user_data_path
from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsProblem

LOCAL_WORKSPACE = "local"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


class Settings(BaseSettings):
    """What an administrator can set. Each field is the environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    coach_host: str = Field(default="127.0.0.1", description="Address the HTTP server listens on.")
    coach_port: int = Field(default=8080, ge=1, le=65535, description="Port of the HTTP server.")
    coach_web_password: SecretStr | None = Field(
        default=None, description="Password of the web page; required when it is not loopback only."
    )
    coach_web: bool | None = Field(
        default=None,
        description="Serve the web page beside other platforms (default: only without them).",
    )
    coach_data: Path = Field(
        default_factory=lambda: user_data_path("ml-coach", appauthor=False),
        description="Folder for the embedded database, vector store and caches.",
    )
    coach_cache: Path = Field(
        default_factory=lambda: user_cache_path("ml-coach", appauthor=False),
        description="Folder for what can be made anew: the model that reads drafts (130 MB).",
    )
    coach_database_url: str = Field(
        default="",
        repr=False,  # it may hold a password
        description="postgresql://… (default: SQLite in COACH_DATA).",
    )
    coach_chroma_url: str = Field(
        default="", description="http://host:port of a Chroma server (default: embedded)."
    )
    coach_embeddings: str = Field(
        default="builtin", description="builtin, or provider:model for LangChain's init_embeddings."
    )
    coach_model: str = Field(
        default="", description="provider:model for LangChain's init_chat_model; empty: no LLM."
    )
    coach_model_url: str = Field(
        default="", description="Base URL of the model's API, where it is not the vendor's."
    )
    coach_model_key: SecretStr | None = Field(
        default=None, description="API key (default: the vendor's own variable)."
    )
    coach_model_timeout: float = Field(
        default=20.0, gt=0, description="Seconds to wait for one model call."
    )
    coach_model_daily_tokens: int = Field(
        default=500_000,
        ge=0,
        description="Tokens a workspace may use per UTC day; then the built-in engine answers.",
    )
    coach_model_input_price: float = Field(
        default=0.0, ge=0, description="Cost of a million input tokens, for /metrics."
    )
    coach_model_output_price: float = Field(
        default=0.0, ge=0, description="Cost of a million output tokens, for /metrics."
    )
    coach_admins: str = Field(
        default="",
        description="Ids of people who may change every standup and hypothesis, with commas.",
    )
    coach_mlflow_url: str = Field(
        default="", description="Address of the MLflow server whose runs people link as evidence."
    )
    coach_mlflow_token: SecretStr | None = Field(default=None, description="Its access token.")
    coach_mlflow_user: str = Field(default="", description="Or a user that may read runs.")
    coach_mlflow_password: SecretStr | None = Field(
        default=None, description="The password of COACH_MLFLOW_USER."
    )
    coach_workers: int = Field(
        default=8, ge=1, le=256, description="Messages worked on at the same time."
    )
    coach_replica: str = Field(
        default_factory=socket.gethostname,
        description="Name of this process among its replicas; stable over restarts.",
    )
    coach_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level logged."
    )
    coach_log_format: Literal["console", "json"] = Field(
        default="console", description="How log lines are written."
    )

    slack_bot_token: SecretStr | None = Field(default=None, description="Bot token (xoxb-…).")
    slack_app_token: SecretStr | None = Field(
        default=None, description="App-level token (xapp-…): Socket Mode."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Signing secret: events over HTTP."
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Base URL of the Slack Web API."
    )

    teams_app_id: str = Field(
        default="", description="Microsoft App ID (a GUID) of the Azure Bot: Microsoft Teams."
    )
    teams_app_password: SecretStr | None = Field(default=None, description="Its client secret.")
    teams_tenant_id: str = Field(
        default="", description="Its tenant, if the bot is single-tenant (default: multi-tenant)."
    )
    teams_allowed_tenants: str = Field(
        default="",
        description="Tenants that may use Coach, with commas (default: TEAMS_TENANT_ID, or all).",
    )
    teams_cloud: Literal["public", "usgov"] = Field(
        default="public", description="Microsoft's cloud: public, or usgov (GCC High and DoD)."
    )
    teams_local: bool = Field(
        default=False,
        description="Serve Teams without an app id, to this machine alone: the Agents Playground.",
    )

    @field_validator("coach_data", "coach_cache")
    @classmethod
    def _can_be_a_folder(cls, value: Path) -> Path:
        folder = value.expanduser()
        nearest = next(path for path in (folder, *folder.parents) if os.path.exists(path))
        if not nearest.is_dir():
            raise ValueError(f"must be a folder, but {nearest} is a file")
        return folder

    @field_validator("coach_database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # its own words could quote a password
            raise ValueError(
                "is not a database URL such as postgresql://user:password@host/coach"
            ) from None
        kind = url.drivername.partition("+")[0]
        if kind not in _DRIVERS:
            raise ValueError(f"names {kind}; only sqlite:// and postgresql:// are supported")
        return url.set(drivername=_DRIVERS[kind]).render_as_string(hide_password=False)

    @field_validator("coach_chroma_url", "coach_mlflow_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("coach_mlflow_url")
    @classmethod
    def _without_a_user(cls, value: str) -> str:
        if "@" in value:
            raise ValueError("holds a user or password: COACH_MLFLOW_USER and …_PASSWORD take them")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @field_validator("teams_app_id", "teams_tenant_id", "teams_allowed_tenants")
    @classmethod
    def _guids(cls, value: str) -> str:
        for part in filter(None, _parts(value)):
            if not GUID.fullmatch(part):
                raise ValueError(f"must be a GUID, but {part} is none")
        return value.strip().lower()

    @field_validator("coach_model", "coach_embeddings")
    @classmethod
    def _names_a_provider(cls, value: str) -> str:
        if value and value != "builtin" and not all(value.partition(":")):
            raise ValueError(
                "must look like provider:model, for instance anthropic:claude-sonnet-4-5"
            )
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _report_everything(
        cls, values: dict[str, Any], handler: ModelWrapValidatorHandler[Self]
    ) -> Self:
        """Take blanks for unset; check each field and what the fields mean together."""
        given = {name: value for name, value in values.items() if not _is_blank(value)}
        problems: list[str] = []
        try:
            settings = handler(given)
        except ValidationError as error:
            problems = _field_problems(error)
            wrong = {item["loc"][0] for item in error.errors()}
            settings = handler({name: given[name] for name in given.keys() - wrong})
        problems += settings._token_problems() + settings._missing()
        if problems:
            raise ValueError("\n".join(problems))
        return settings

    def _token_problems(self) -> list[str]:
        tokens = (
            ("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-"),
            ("SLACK_APP_TOKEN", self.slack_app_token, "xapp-"),
        )
        return [
            f"{name} must start with {start}"
            for name, token, start in tokens
            if token and not token.get_secret_value().startswith(start)
        ]

    def _missing(self) -> list[str]:
        problems: list[str] = []
        receives = self.slack_app_token or self.slack_signing_secret
        if self.slack_bot_token and not receives:
            problems.append(
                "SLACK_BOT_TOKEN is set: add SLACK_APP_TOKEN (Socket Mode) or "
                "SLACK_SIGNING_SECRET (HTTP)"
            )
        if receives and not self.slack_bot_token:
            problems.append("SLACK_BOT_TOKEN is missing, but another Slack setting is there")
        problems += self._missing_of_teams()
        if self.serves_web and not self.loopback_only and not self.coach_web_password:
            problems.append(
                "COACH_WEB_PASSWORD is missing: without it the web page is served on loopback only "
                "(COACH_HOST=127.0.0.1)"
            )
        return problems

    def _missing_of_teams(self) -> list[str]:
        problems: list[str] = []
        if self.teams_app_id and not self.teams_app_password:
            problems.append("TEAMS_APP_PASSWORD is missing: TEAMS_APP_ID needs its client secret")
        if not self.teams_app_id and (self.teams_app_password or self.teams_tenant_id):
            problems.append("TEAMS_APP_ID is missing, but another Teams setting is there")
        if self.teams_local and self.teams_app_id:
            problems.append("TEAMS_LOCAL is for trying Teams without an app: remove TEAMS_APP_ID")
        if self.teams_local and not self.loopback_only:
            problems.append(
                "TEAMS_LOCAL lets anybody in who reaches Coach: it needs COACH_HOST=127.0.0.1"
            )
        return problems

    @property
    def admins(self) -> frozenset[str]:
        """The platform ids of the administrators."""
        return frozenset(filter(None, _parts(self.coach_admins)))

    @property
    def allowed_tenants(self) -> frozenset[str]:
        """The Teams tenants that may use Coach; empty for all."""
        return frozenset(filter(None, _parts(self.teams_allowed_tenants)))

    @property
    def loopback_only(self) -> bool:
        """Whether only this machine can reach the HTTP server."""
        return self.coach_host in LOOPBACK_HOSTS

    @property
    def slack_configured(self) -> bool:
        """Whether Slack is one of the platforms to serve."""
        return self.slack_bot_token is not None

    @property
    def teams_configured(self) -> bool:
        """Whether Microsoft Teams is one of the platforms to serve."""
        return bool(self.teams_app_id) or self.teams_local

    @property
    def serves_web(self) -> bool:
        """Whether the web page is served: by choice, else when nothing else is configured."""
        if self.coach_web is not None:
            return self.coach_web
        return not (self.slack_configured or self.teams_configured)

    @property
    def database_url(self) -> str:
        """The database's SQLAlchemy URL, asynchronous driver included."""
        return self.coach_database_url or f"sqlite+aiosqlite:///{self.coach_data / 'coach.sqlite3'}"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def read_settings() -> Settings:
    """Read the environment and `.env`.

    Raises `SettingsProblem` with every problem at once, each by the name of its variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsProblem(_sentence(error.errors()[0]["msg"]).splitlines()) from None


def _field_problems(error: ValidationError) -> list[str]:
    return [f"{str(item['loc'][0]).upper()} {_sentence(item['msg'])}" for item in error.errors()]


def _sentence(message: str) -> str:
    """Return a validator's words so that they follow the variable's name."""
    return message.removeprefix("Value error, ").replace("Input should be", "must be", 1)
