"""What must be known before the database opens: the environment."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import platformdirs
from pydantic import ByteSize, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.environment import Variable

_PREFIX = "DESKHAND_"
# What would do, for those whose type says too little.
_WANTED = {
    "port": "give a number from 0 to 65535, 0 for a free one",
    "model_memory": "give a size such as 5g",
}
# Who signs in, in an address: postgresql://desk:secret@host/desk.
_PASSWORD = re.compile(r"(?<=://)[^/]*@")
_CHECKOUT = Path(__file__).resolve().parents[1]


class InvalidEnvironmentError(Exception):
    """An environment variable has no usable value; the text names it and says what would do."""


def default_data_dir() -> Path:
    """Return where data are kept when nothing is set: in a checkout its `data/`, else the user's.

    The image sets DESKHAND_DATA_DIR to /data.
    """
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "data"
    return Path(platformdirs.user_data_dir("deskhand", appauthor=False))


def system_zone() -> str:
    """Return the system's IANA zone name, "UTC" where it cannot be told."""
    name = os.environ.get("TZ", "")
    if not name:
        link = Path("/etc/localtime")
        target = str(link.resolve()) if link.exists() else ""
        _, _, name = target.partition("zoneinfo/")
    return name if name in available_timezones() else "UTC"


class Settings(BaseSettings):
    """The environment's settings; each can also come from a file named by `<NAME>_FILE`.

    Attributes:
        database_url: SQLAlchemy URL; "" means SQLite in the data directory.
        ollama_url: Where Ollama is; several hosts with commas between them.
        ollama_pull_url: Another Ollama on the same models, which downloads them; "": each its own.
        model_memory: What Ollama may have where it is given less than the computer has; 0: unknown.
        page_url: Where people open the page where that is elsewhere, as behind a reverse proxy. The
            page answers to its name, and makes links and cookies as it says.
        forwarded_by: Addresses or networks, with commas between them, of a reverse proxy that says
            who asks for the page; "*": whoever connects is it. "": there is none.
        chroma_url: A Chroma server; "" means embedded.
        model, embed_model, timezone: First values only, until the page has set them.
        metrics_token: Who shows it may read /metrics; "": who asks from this machine.
        slack_bot_token, slack_app_token, discord_bot_token: Win over those of the page; "" leaves
            them to it. Their variables have no prefix.
        slack_api_url, discord_api_url, discord_gateway_url, discord_cdn_url: Other servers that
            speak these protocols; "" for the platforms' own.
        proxy_url: A forward proxy through which the platforms are reached; "": directly.
        way_out_log: Where that proxy writes what left, as deploy/squid.conf has it.
        way_out_open: A folder where it looks to which platforms it may let through; None: to all.
        web_proxy_url: A forward proxy through which pages of the web are fetched; it has to refuse
            what is not on the public web. "": directly.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        frozen=True,
        extra="ignore",
        # Compose files pass on what is not set as empty.
        env_ignore_empty=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str = ""
    ollama_url: str = "http://127.0.0.1:11434"
    ollama_pull_url: str = ""
    model_memory: ByteSize = ByteSize(0)
    chroma_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65_535)
    page_url: str = ""
    forwarded_by: str = ""
    model: str = "qwen3:4b-instruct"
    embed_model: str = "builtin"
    timezone: str = Field(default_factory=system_zone)
    metrics_token: str = Field(default="", repr=False)
    slack_bot_token: str = Field(default="", validation_alias="SLACK_BOT_TOKEN", repr=False)
    slack_app_token: str = Field(default="", validation_alias="SLACK_APP_TOKEN", repr=False)
    discord_bot_token: str = Field(default="", validation_alias="DISCORD_BOT_TOKEN", repr=False)
    slack_api_url: str = ""
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    discord_cdn_url: str = ""
    proxy_url: str = ""
    way_out_log: Path | None = None
    way_out_open: Path | None = None
    web_proxy_url: str = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("give an IANA name such as Europe/Dublin") from error
        return value

    @field_validator("ollama_url")
    @classmethod
    def _web_addresses(cls, value: str) -> str:
        addresses = [each.strip().rstrip("/") for each in value.split(",")]
        for address in addresses:
            if not _is_web_address(address):
                which = f", unlike {address!r}" if len(addresses) > 1 else ""
                raise ValueError(
                    f"give an address that begins with http:// or https://{which};"
                    " several have commas between them"
                )
        return ",".join(dict.fromkeys(addresses))

    @field_validator("ollama_pull_url", "chroma_url", "proxy_url", "web_proxy_url", "page_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("give an address that begins with http:// or https://")
        return value.rstrip("/")

    @field_validator("page_url")
    @classmethod
    def _of_a_whole_site(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (not parts.hostname or parts.path or parts.query or parts.username):
            raise ValueError("give a name of its own and no folder, such as https://desk.example")
        return value.lower()

    @field_validator("forwarded_by")
    @classmethod
    def _addresses(cls, value: str) -> str:
        if value not in {"", "*"}:
            for each in value.split(","):
                try:
                    ip_network(each.strip())
                except ValueError as error:
                    raise ValueError(
                        "give addresses or networks, such as 127.0.0.1 or 172.18.0.0/16, with"
                        " commas between them"
                    ) from error
        return value

    @property
    def ollama_urls(self) -> list[str]:
        """Return where each Ollama host is, at least one."""
        return self.ollama_url.split(",")

    @property
    def tokens(self) -> dict[str, str]:
        """Return the platforms' tokens that the environment gives, by the setting's name."""
        names = ("slack_bot_token", "slack_app_token", "discord_bot_token")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Return every variable with what it holds, without secrets and passwords."""
        return tuple(
            Variable(
                field,
                _variable(field),
                _shown(getattr(self, field)) if info.repr else "",
                given=field in self.model_fields_set,
                secret=not info.repr,
            )
            for field, info in type(self).model_fields.items()
        )

    @property
    def url(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'deskhand.db'}"


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets, or a port, that make no address
        return False


def load() -> Settings:
    """Read the environment.

    Raises:
        InvalidEnvironmentError: A value cannot be used; the sentence names the variable.
    """
    try:
        return Settings(**_from_files())  # type: ignore[arg-type]  # pydantic reads the text
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        told = _WANTED.get(field, first["msg"].removeprefix("Value error, "))
        raise InvalidEnvironmentError(f"{_variable(field)} cannot be used: {told}.") from error


def _shown(value: object) -> str:
    """Return a value as people write it, without a password in it; "" for none."""
    if isinstance(value, ByteSize):
        return value.human_readable() if value else ""
    return "" if value is None else _PASSWORD.sub("…@", str(value))


def _variable(field: str) -> str:
    """Return the environment variable that gives a setting."""
    known = Settings.model_fields.get(field)
    if known is None:
        return field  # A name of its own, by which pydantic's errors call it too.
    return str(known.validation_alias or f"{_PREFIX}{field.upper()}")


def _from_files() -> dict[str, str]:
    """Return values from the files that `<NAME>_FILE` variables name."""
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        variable = _variable(field)
        name = f"{variable}_FILE"
        path = os.environ.get(name)
        if not path or os.environ.get(variable):
            continue
        alias = Settings.model_fields[field].validation_alias
        try:
            values[str(alias or field)] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidEnvironmentError(
                f"{name} names a file that cannot be read: {path}."
            ) from error
    return values
