"""Every setting, its default and one sentence of help; read once in `cli` and handed down as values.

Sources, strongest first: command line, `CHIPWIRE_*` environment, a TOML file (`CHIPWIRE_CONFIG`, else chipwire.toml
in the user's configuration folder when it is there). An unknown name is refused, with the nearest known one.
"""

import difflib
import json
import os
import re
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import tomli
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from chipwire.domain.base import RetentionDays
from chipwire.errors import ConfigError

PREFIX = "CHIPWIRE_"
_PACKAGE = Path(__file__).parent


def data_dir() -> Path:
    """The folder of reviewed TOML: inside the wheel when installed, data/ of the checkout otherwise."""
    packed = _PACKAGE / "_data"
    return packed if packed.is_dir() else _PACKAGE.parents[1] / "data"


def default_store() -> Path:
    """data/chipwire.db in a checkout, the user's data folder when installed."""
    installed = (_PACKAGE / "_data").is_dir()
    return (Path(platformdirs.user_data_dir("chipwire", appauthor=False)) if installed else data_dir()) / "chipwire.db"


def _parted(value: Any) -> Any:
    """A list as the environment has it: words parted by commas, or JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError(f"it begins like a JSON list and is none: {error}") from error
    return [part.strip() for part in value.split(",") if part.strip()]


_Parted = (NoDecode, BeforeValidator(_parted))


class Settings(BaseSettings):
    """All of it; field descriptions are the settings table of the README (held to it by a test)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    store: Path = Field(default_factory=default_store, description="Path of the SQLite store.")
    database_url: SecretStr | None = Field(
        None, description="Store on PostgreSQL instead: postgresql+psycopg://user:password@host/name."
    )
    data: Path = Field(
        default_factory=data_dir, description="Folder with feeds.toml, companies.toml, topics.toml and lexicons."
    )
    host: str = Field("127.0.0.1", description="Address that the web server binds.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the web server binds.")
    base_url: str | None = Field(
        None, description="Public address of this service, in letters, feeds, WebSub; default: host and port."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_json: bool = Field(False, description="Log JSON lines instead of readable ones.")

    contact: str = Field(
        "https://chipwire.example/contact", description="Contact address or page sent in the User-Agent."
    )
    interval_minutes: int = Field(60, ge=1, description="Interval of a feed before anything is known about it.")
    min_interval_minutes: int = Field(10, ge=1, description="No feed is asked more often than this.")
    max_interval_minutes: int = Field(1440, ge=1, description="No healthy feed is asked less often than this.")
    fetch_timeout: float = Field(20.0, gt=0, description="Total seconds for one fetch, redirects and body included.")
    connect_timeout: float = Field(10.0, gt=0, description="Seconds to connect.")
    max_body_mib: int = Field(15, ge=1, description="Largest body after decompression, MiB.")
    host_pause: float = Field(5.0, ge=0, description="Seconds between two requests to one registrable domain.")
    concurrency: int = Field(32, ge=1, description="Fetches in flight over all hosts.")
    workers: int = Field(1, ge=1, description="Parse worker processes.")
    allow_private: bool = Field(False, description="Let outgoing requests reach private networks.")
    proxy: SecretStr | None = Field(
        None,
        description="HTTP proxy to fetch and call through: http://user:password@host:3128; private feeds go without.",
    )
    websub: bool = Field(False, description="Subscribe to hubs (needs a base_url that hubs can reach).")

    retention_days: RetentionDays = Field(
        0,
        description="Days after which items are pruned, at least 15; 0 keeps everything; a feed may have its own.",
    )

    token: SecretStr | None = Field(None, description="Write token; made at first start and kept beside the store.")
    read_token: bool = Field(False, description="Ask for a token on reads too.")
    secret: SecretStr | None = Field(None, description="Signing key of links and cursors; made at first start.")
    former_secrets: Annotated[list[SecretStr], *_Parted] = Field(
        default_factory=list, description="Signing keys of the past, parted by commas: links in old letters stay valid."
    )
    trusted_proxies: Annotated[list[str], *_Parted] = Field(
        default_factory=list, description="Addresses or networks, parted by commas, whose forwarded headers count."
    )
    cors_origins: Annotated[list[str], *_Parted] = Field(
        default_factory=list, description="Origins, parted by commas, that browsers may read the API from."
    )
    rate_limit: int = Field(600, ge=0, description="Requests per minute and client; 0 switches the limit off.")

    smtp_host: str | None = Field(None, description="Mail server; without it digests are queued, not sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is secured.")
    smtp_user: str | None = Field(None, description="User name at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_ca_file: Path | None = Field(None, description="Certificate authority to trust instead of the system's.")
    mail_from: str = Field("chipwire <digest@localhost.localdomain>", description="Sender of the digest.")
    mail_domain: str | None = Field(None, description="Domain of Message-IDs; default: that of mail_from.")
    bounce_address: str | None = Field(None, description="Envelope sender; default: the address in mail_from.")
    dkim_domain: str | None = Field(None, description="DKIM domain (d=).")
    dkim_selector: str | None = Field(None, description="DKIM selector (s=).")
    dkim_key_file: Path | None = Field(None, description="DKIM private key, PEM.")
    receipt_address: str | None = Field(None, description="Second recipient whose mailbox proves delivery.")
    imap_host: str | None = Field(None, description="IMAP server of the receipt and bounce mailboxes.")
    imap_port: int = Field(993, ge=1, le=65535, description="Port of the IMAP server.")
    imap_security: Literal["tls", "none"] = Field("tls", description="How the IMAP connection is secured.")
    imap_user: str | None = Field(None, description="User name of the receipt mailbox.")
    imap_password: SecretStr | None = Field(None, description="Password of the receipt mailbox.")
    ambiguous: Literal["resend", "hold"] = Field(
        "hold", description="What to do with a letter whose fate is unknown and no receipt mailbox is set."
    )

    @property
    def here(self) -> str:
        """The address to type on this machine, without a slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  (nothing is bound)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def public(self) -> str:
        """Where readers find this service: `base_url`, else `here`; without a slash at its end."""
        return self.base_url.rstrip("/") if self.base_url else self.here

    @field_validator("max_interval_minutes")
    @classmethod
    def _most_is_not_less(cls, minutes: int, others: ValidationInfo) -> int:
        if minutes < (least := others.data.get("min_interval_minutes", minutes)):
            raise ValueError(f"{minutes} is less than min_interval_minutes, {least}")
        return minutes

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
            raise ValueError(f"{url!r} is not an address such as https://news.example.org")
        return url

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not re.fullmatch(r"http://([^\s/?#@]+@)?[^\s/?#@:]+:\d{1,5}/?", url.get_secret_value()):
            raise ValueError("this is not the address of an HTTP proxy such as http://proxy.example.org:3128")
        return url

    @field_validator("mail_from", "bounce_address", "receipt_address")
    @classmethod
    def _is_a_mailbox(cls, written: str | None) -> str | None:
        if written is not None and not re.fullmatch(r"[^\s@]+@[^\s@]+", parseaddr(written)[1]):
            raise ValueError(f"{written!r} is not a mail address such as chipwire <digest@example.org>")
        return written

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: list[str]) -> list[str]:
        for one in proxies:
            try:
                one == "*" or ip_network(one, strict=False)
            except ValueError:
                raise ValueError(f"{one!r} is not an address or a network such as 10.0.0.0/8") from None
        return proxies

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: list[str]) -> list[str]:
        for one in origins:
            if one != "*" and not re.fullmatch(r"https?://[^\s/?#]+", one):
                raise ValueError(f"{one!r} is not an origin such as https://desk.example.org")
        return origins

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings


def load(**given: Any) -> Settings:
    """Settings from the given values, the environment and the TOML file; ConfigError names what is wrong and where."""
    for name in os.environ:
        if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG":
            _refuse_unknown(name[len(PREFIX) :].lower(), name, "the environment", PREFIX)
    path = _config_file()
    values = _read_toml(path) if path else {}
    fixed = {name for name in values if PREFIX + name.upper() in os.environ}
    merged = {k: v for k, v in values.items() if k not in fixed} | {k: v for k, v in given.items() if v is not None}
    try:
        return Settings(**merged)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        mend = f"set {PREFIX}{place.upper()}" + (f" or mend {path}" if path else "")
        raise ConfigError(f"setting {place}: {first['msg'].removeprefix('Value error, ')} ({mend})") from error


def _config_file() -> Path | None:
    if named := os.environ.get(PREFIX + "CONFIG"):
        if not Path(named).is_file():
            raise ConfigError(f"{PREFIX}CONFIG names {named}, which is not a file")
        return Path(named)
    usual = Path(platformdirs.user_config_dir("chipwire", appauthor=False)) / "chipwire.toml"
    return usual if usual.is_file() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        values = tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for name in values:
        _refuse_unknown(name, name, str(path))
    return values


def _refuse_unknown(name: str, written: str, where: str, prefix: str = "") -> None:
    if name in Settings.model_fields:
        return
    near = difflib.get_close_matches(name, Settings.model_fields, 1)
    hint = (
        f"did you mean {prefix}{near[0].upper() if prefix else near[0]}?" if near else "`chipwire settings` lists all"
    )
    raise ConfigError(f"unknown setting {written} in {where}; {hint}")
