"""Settings: one table of name, default and help, from the environment or a TOML file."""

import os
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from topicwire import home
from topicwire.errors import ConfigError, nearest
from topicwire.ingest import links
from topicwire.veil import veiled, veiled_database

PREFIX = "TOPICWIRE_"


class Settings(BaseSettings):
    """All settings; each is `TOPICWIRE_<NAME>` in the environment or `<name>` in the file.

    What is given as an argument wins over the environment: who names a database means that one.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field(
        default_factory=home.database_url,
        description="where the database is; SQLite by default",
    )
    catalogue: Path = Field(
        default_factory=home.catalogue,
        description="the folder of sources, topics and concepts",
    )
    base_url: str = Field(
        default="",
        description="the public address of the site; by default the address listened on",
    )
    listen: str = Field(
        default="127.0.0.1:8080", description="host:port that the server listens on"
    )
    contact: str = Field(
        default="",
        description="a URL or e-mail address for publishers, in User-Agent and on the about page",
    )
    allow_private: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="hosts, host:port or networks inside your own network that sources may be on",
    )
    allow_files: bool = Field(
        default=False, description="whether sources may be files of the catalogue (the samples)"
    )
    log: Literal["console", "json"] = Field(default="console", description="how log lines look")
    metrics_listen: str = Field(
        default="",
        description="host:port at which a process serves its metrics, instead of the site's /metrics",
    )
    min_interval: int = Field(
        default=3600,
        ge=0,
        le=31_622_400,
        description="shortest time between two polls of a source, in seconds",
    )
    host_spacing: float = Field(
        default=1.0,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="shortest time between two requests to a host, in seconds",
    )
    connections: int = Field(
        default=100, ge=1, le=10_000, description="most requests under way at once"
    )
    workers: int = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1),
        ge=1,
        le=1000,
        description="processes that parse feeds",
    )
    push: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="whether hubs are asked to tell us of new entries; auto: when base_url is set",
    )
    hub: str = Field(
        default="builtin",
        description="who tells subscribers of new entries (WebSub): builtin, the address of a hub, or off",
    )
    rate_limit: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="most requests a minute of one address or token; 0: no limit",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.0/8", "::1/128"),
        description="networks of proxies that say in X-Forwarded-For who asks; they have no limit",
    )
    site: Path | None = Field(
        default=None,
        description="a folder into which the daemon writes the site as static files; none by default",
    )
    keep_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="days that entries are kept which nobody needs any more; 0: for ever",
    )
    similarity: bool = Field(
        default=True,
        description="whether texts are compared by meaning, where topicwire[similarity] is installed",
    )
    parse_seconds: float = Field(
        default=10.0,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="longest time that reading one feed may take, in seconds",
    )

    second_reader_url: str = Field(
        default="",
        description="the address, up to and including /v1, of a second reader; none by default",
    )
    second_reader_model: str = Field(
        default="",
        validate_default=True,
        description="the model that the second reader answers with",
    )
    second_reader_key: SecretStr = Field(
        default=SecretStr(""), description="the key that the second reader's server asks for"
    )
    second_reader_seconds: float = Field(
        default=30.0,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="longest wait for an answer of the second reader",
    )
    second_reader_budget: int = Field(
        default=100,
        ge=0,
        le=100_000,
        description="questions a day that a topic may ask the second reader",
    )

    @field_validator("allow_private", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("site", mode="before")
    @classmethod
    def _folder(cls, value: object) -> object:
        return None if value == "" else value  # not the folder that the daemon was started in

    @field_validator("listen", "metrics_listen")
    @classmethod
    def _host_port(cls, value: str, info: ValidationInfo) -> str:
        host, port = host_and_port(value)
        if not value and info.field_name == "metrics_listen":
            return value
        if not host or not 0 <= port <= 65535:  # noqa: PLR2004 (the port range of TCP)
            message = "write host:port, for example 127.0.0.1:8080 or [::1]:8080"
            raise ValueError(message)
        return value

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.strip():
            return ""
        address = _for_everybody(value)
        if address is None or "?" in value:
            message = (
                "write an absolute address without blanks, user, query and fragment, "
                "for example https://wire.example.org"
            )
            raise ValueError(message)
        return address.rstrip("/")

    @field_validator("hub")
    @classmethod
    def _hub(cls, value: str) -> str:
        if value.strip() in {"builtin", "off"}:
            return value.strip()
        address = _for_everybody(value)
        if address is None:
            message = (
                "write builtin, off, or a hub's address without blanks, user and fragment: "
                "https://hub.example.org/"
            )
            raise ValueError(message)
        return address

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError:
                message = f"{each} is no network; write for example 10.0.0.0/8 or 192.0.2.7"
                raise ValueError(message) from None
        return value

    @field_validator("second_reader_url")
    @classmethod
    def _base_address(cls, value: str) -> str:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        if value and (not usable or parts.query or parts.fragment):
            message = "write an address up to and including /v1: http://127.0.0.1:11434/v1"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("second_reader_model")
    @classmethod
    def _named(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("second_reader_url") and not value.strip():
            message = "second_reader_url is set; name the model that is to answer there"
            raise ValueError(message)
        return value.strip()

    @field_validator("second_reader_key")
    @classmethod
    def _printable(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()):
            message = "it holds what a header cannot; copy the key anew"
            raise ValueError(message)
        return SecretStr(key)

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that the server listens on."""
        return host_and_port(self.listen)

    @property
    def is_shared(self) -> bool:
        """Whether processes on many hosts may share the database: whether it is PostgreSQL."""
        return self.database_url.startswith("postgres")

    @property
    def is_pushed(self) -> bool:
        """Whether hubs are asked to tell us of new entries, which they do at the public address."""
        return self.push == "on" or (self.push == "auto" and bool(self.base_url))

    @property
    def public_url(self) -> str:
        """The address that rendered documents name, without a slash at its end."""
        return self.base_url or f"http://{self.listen}"


def host_and_port(listen: str) -> tuple[str, int]:
    """Split `host:port`, brackets of an IPv6 address removed; port -1 when it is no number."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port) if port.isdecimal() else -1


def _for_everybody(value: str) -> str | None:
    """Return an address as every document names it, in ASCII; None where it cannot stand there."""
    given = value.strip()
    address = links.url(given) if given.isprintable() and " " not in given else None
    if address is None:
        return None
    parts = urlsplit(given)
    return None if "@" in parts.netloc or "#" in given else address


def load(path: Path | None = None) -> Settings:
    """Return the settings from the environment and, below it, the TOML file at `path`.

    Raises:
        ConfigError: the file cannot be read, or a setting is unknown or wrong.
    """
    values = _read(path) if path is not None else {}
    below = {name: value for name, value in values.items() if not _is_in_environment(name)}
    try:
        return Settings(**below)
    except ValidationError as error:
        raise ConfigError("\n".join(_problem(each, path) for each in error.errors())) from error


def origin(name: str, path: Path | None = None) -> str:
    """Return where the setting's value comes from: environment, the file, or default."""
    if _is_in_environment(name):
        return "environment"
    if path is not None and name in _read(path):
        return str(path)
    return "default"


def is_secret(name: str, value: str = "") -> bool:
    """Whether the setting's value is shown to nobody: a key, or an address with a password."""
    return Settings.model_fields[name].annotation is SecretStr or shown(name, value) != value


def shown(name: str, value: str) -> str:
    """Return a setting's value as anybody may see it: an address without the secrets in it."""
    return veiled_database(value) if name == "database_url" else veiled(value)


def _is_in_environment(name: str) -> bool:
    return PREFIX + name.upper() in os.environ


def unknown_names() -> tuple[str, ...]:
    """Return the names in the environment that look like settings but are none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {PREFIX + "CONFIG"}
    return tuple(sorted(n for n in os.environ if n.startswith(PREFIX) and n not in known))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"the settings file {path} cannot be read: {error.strerror}; check --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the settings file {path} is not TOML: {error}") from error


def _problem(error: Any, path: Path | None) -> str:
    name = str(error["loc"][0])
    where = f"in {path}" if origin(name, path) == str(path) else f"{PREFIX}{name.upper()}"
    if error["type"] == "extra_forbidden":
        near = nearest(name, Settings.model_fields, most=1)
        hint = f"did you mean {near}?" if near else "topicwire doctor lists the settings"
        return f"setting {name} {where} is unknown; {hint}"
    return f"setting {name} ({where}): {error['msg'].removeprefix('Value error, ')}"
