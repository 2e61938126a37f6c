"""Settings: the environment and a .env file, read once into one frozen object."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

CHANNELS = r"^\s*([CG][A-Z0-9]+(\s*,\s*[CG][A-Z0-9]+)*)?\s*$"  # ids with commas between
_MODEL = re.compile(r"[a-z][a-z0-9_-]*:\S+")
DEFAULT_MODEL = "openai:gpt-5-mini"


def content_folder() -> Path:
    """Where knowledge/ and prompts/ lie: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_content"
    return inside if inside.is_dir() else package.parent


class Settings(BaseSettings):
    """What can be configured; see the table in the README."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    data: Path | None = Field(default=None, validation_alias="TUNEWISE_DATA")
    retention_days: int = Field(default=180, ge=1, le=3650, validation_alias="TUNEWISE_RETENTION_DAYS")
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field(
        default="https://slack.com/api/", validation_alias="SLACK_API_URL", pattern=r"^https?://.+/$"
    )
    slack_channels: str = Field(default="", validation_alias="TUNEWISE_SLACK_CHANNELS", pattern=CHANNELS)
    slack_mention_only: bool = Field(default=False, validation_alias="TUNEWISE_SLACK_MENTION_ONLY")
    slack_connect: bool = Field(default=False, validation_alias="TUNEWISE_SLACK_CONNECT")
    slack_model: bool = Field(default=True, validation_alias="TUNEWISE_SLACK_MODEL")
    token: SecretStr | None = Field(default=None, validation_alias="TUNEWISE_TOKEN")
    rate_user: int = Field(default=30, ge=1, validation_alias="TUNEWISE_RATE_USER")
    rate_workspace: int = Field(default=300, ge=1, validation_alias="TUNEWISE_RATE_WORKSPACE")
    backlog: int = Field(default=100, ge=1, validation_alias="TUNEWISE_BACKLOG")
    concurrency: int = Field(default=10, ge=1, le=500, validation_alias="TUNEWISE_CONCURRENCY")
    takeover: float = Field(default=10.0, ge=1.0, le=300.0, validation_alias="TUNEWISE_TAKEOVER")
    attempts: int = Field(default=6, ge=1, le=100, validation_alias="TUNEWISE_ATTEMPTS")

    # A language model, beside the embedded language; without any of the first three there is none.
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    model: str | None = Field(default=None, validation_alias="TUNEWISE_MODEL")
    model_output: Literal["json_schema", "function_calling"] | None = Field(
        default=None, validation_alias="TUNEWISE_MODEL_OUTPUT"
    )
    model_seconds: float = Field(default=20, gt=0, le=300, validation_alias="TUNEWISE_MODEL_SECONDS")
    model_prices: str | None = Field(default=None, validation_alias="TUNEWISE_MODEL_PRICES")
    turn_tokens: int = Field(default=12_000, ge=0, validation_alias="TUNEWISE_TURN_TOKENS")
    day_tokens: int = Field(default=1_000_000, ge=0, validation_alias="TUNEWISE_DAY_TOKENS")
    embedder: str | None = Field(default=None, validation_alias="TUNEWISE_EMBEDDER")

    @field_validator("model", "embedder")
    @classmethod
    def _provider_and_name(cls, value: str | None) -> str | None:
        if value is not None and not _MODEL.fullmatch(value):
            raise ValueError(f"write it as provider:name, such as {DEFAULT_MODEL}")
        return value

    @field_validator("openai_base_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^\s/]", value):
            raise ValueError("write the address of a server, such as http://127.0.0.1:8080/v1")
        return value

    @field_validator("model_prices")
    @classmethod
    def _three_prices(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d+(\.\d+)?(,\d+(\.\d+)?){2}", value.replace(" ", "")):
            raise ValueError(
                "write the dollars for a million tokens of input, cached input and output, such as 0.25,0.025,2"
            )
        return value

    @property
    def model_name(self) -> str | None:
        """The model as provider:name, or None where none is configured."""
        if self.model is not None:
            return self.model
        return DEFAULT_MODEL if self.openai_api_key is not None or self.openai_base_url is not None else None

    @property
    def data_folder(self) -> Path:
        """The folder of the embedded store: TUNEWISE_DATA, else the user's own data folder."""
        if self.data is not None:
            return self.data.expanduser()
        base = os.environ.get("XDG_DATA_HOME")
        return (Path(base) if base else Path.home() / ".local" / "share") / "tunewise"


def read_settings(model: str | None = None) -> Settings:
    """The settings, with another model where one is given. Raises SettingsError naming the variable that cannot be used."""
    try:
        return Settings(TUNEWISE_MODEL=model) if model else Settings()
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text; mend it or take it away.") from None
    except ValidationError as error:
        first = error.errors()[0]
        wrong = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"The setting {first['loc'][0]} cannot be used: {wrong}.") from None
