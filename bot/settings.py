"""Settings: the environment and a .env file, read once into one frozen object."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

CHANNELS = r"^\s*([CG][A-Z0-9]+(\s*,\s*[CG][A-Z0-9]+)*)?\s*$"  # ids with commas between


def content_folder() -> Path:
    """Where knowledge/ lies: inside an installed package, or beside it in a checkout."""
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

    @property
    def data_folder(self) -> Path:
        """The folder of the embedded store: TUNEWISE_DATA, else the user's own data folder."""
        if self.data is not None:
            return self.data.expanduser()
        base = os.environ.get("XDG_DATA_HOME")
        return (Path(base) if base else Path.home() / ".local" / "share") / "tunewise"


def read_settings() -> Settings:
    """The settings. Raises SettingsError naming the variable that cannot be used."""
    try:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text; mend it or take it away.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"The setting {first['loc'][0]} cannot be used: {first['msg']}.") from None
