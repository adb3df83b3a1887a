"""The settings of an installation, read once from the environment; what is malformed stops the start."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from api.errors import SettingsError

PREFIX: Final = "PLACET_"
# Read by the tests, not by the service.
OF_THE_TESTS: Final = frozenset({"PLACET_TEST_POSTGRES_URL"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_OWN_ACCOUNT = re.compile(r"([a-z][a-z0-9_]{0,30}):([^\s,:][^\s,]{0,199})")


@dataclass(frozen=True, slots=True)
class PlatformSecrets:
    """What the social platforms and this installation share, each None where the platform is not connected."""

    meta_app_secret: str | None = None
    meta_verify_token: str | None = None
    x_consumer_secret: str | None = None
    mastodon_webhook_secret: str | None = None
    websub_secret: str | None = None

    def __repr__(self) -> str:
        return "PlatformSecrets(<redacted>)"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account of the company itself on a platform, such as `x:150001`."""

    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Secrets and addresses with passwords are not in its `repr`."""

    database_url: str = field(default="sqlite:///var/placet.db", repr=False)
    key_file: Path = Path("var/keys.json")
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    group: str = "main"
    var: Path = Path("var")
    test_clock: bool = False
    platform_secrets: PlatformSecrets = PlatformSecrets()
    own_accounts: frozenset[OwnAccount] = frozenset()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings; raise SettingsError, naming the variable, for an unknown or malformed one."""
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
        if unknown := set(given) - set(_FIELDS) - set(_SECRETS) - OF_THE_TESTS:
            raise SettingsError(f"unknown setting: {', '.join(sorted(unknown))}")
        fields = {name: _read(variable, given) for variable, (name, _) in _FIELDS.items() if variable in given}
        secrets = {name: _secret(variable, given) for variable, name in _SECRETS.items() if variable in given}
        settings = cls(**fields, platform_secrets=PlatformSecrets(**secrets))
        settings._check_base_url()
        return settings

    @property
    def is_local(self) -> bool:
        """Say whether the base URL leads to this machine only."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def log_origin(self) -> str:
        """The name of the group's audit log (LOG.md section 6)."""
        return f"placet/{self.group}/1"

    def _check_base_url(self) -> None:
        if self.is_local:
            return
        if self.test_clock:
            raise SettingsError("PLACET_TEST_CLOCK: only for a base URL that is a loopback address")
        if urlsplit(self.base_url).scheme != "https":
            raise SettingsError("PLACET_BASE_URL: https is needed beyond this machine")


def _read(variable: str, given: Mapping[str, str]) -> Any:
    try:
        return _FIELDS[variable][1](given[variable])
    except ValueError as error:
        # `from None`: the reader's own message may quote the value.
        raise SettingsError(f"{variable}: {error}") from None


def _secret(variable: str, given: Mapping[str, str]) -> str:
    value = given[variable]
    if not value or value != value.strip():
        raise SettingsError(f"{variable}: empty, or with spaces around it")
    return value


def _database_url(text: str) -> str:
    if text.startswith("sqlite:///") and text not in ("sqlite:///", "sqlite:///:memory:"):
        return text
    if text.startswith(("postgresql://", "postgresql+psycopg://")):
        # The driver is named, because SQLAlchemy's choice for the short form changed between versions.
        return "postgresql+psycopg://" + text.partition("://")[2]
    raise ValueError("not sqlite:///FILE and not postgresql+psycopg://...")


def _base_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not http(s)://HOST[:PORT]")
    if parts.username or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise ValueError("only scheme, host and port")
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("not smtp(s)://[USER:PASSWORD@]HOST[:PORT]")
    return text


def _split(text: str) -> Any:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (raises for a port that is none)
    except ValueError:
        raise ValueError("not a URL") from None
    return parts


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError("small letters, digits and hyphens only, at most 63")
    return text


def _path(text: str) -> Path:
    if not text or "\x00" in text:
        raise ValueError("not a path")
    return Path(text)


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("not 0 or 1")
    return text == "1"


def _own_accounts(text: str) -> frozenset[OwnAccount]:
    matches = [_OWN_ACCOUNT.fullmatch(item.strip()) for item in text.split(",")]
    if not all(matches):
        raise ValueError("not a list such as x:1500,facebook:1000")
    return frozenset(OwnAccount(match[1], match[2]) for match in matches if match)


_FIELDS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "PLACET_DATABASE_URL": ("database_url", _database_url),
    "PLACET_KEY_FILE": ("key_file", _path),
    "PLACET_BASE_URL": ("base_url", _base_url),
    "PLACET_SMTP_URL": ("smtp_url", _smtp_url),
    "PLACET_GROUP": ("group", _slug),
    "PLACET_VAR": ("var", _path),
    "PLACET_TEST_CLOCK": ("test_clock", _switch),
    "PLACET_OWN_ACCOUNTS": ("own_accounts", _own_accounts),
}
_SECRETS: Final = {
    "PLACET_META_APP_SECRET": "meta_app_secret",
    "PLACET_META_VERIFY_TOKEN": "meta_verify_token",
    "PLACET_X_CONSUMER_SECRET": "x_consumer_secret",
    "PLACET_MASTODON_WEBHOOK_SECRET": "mastodon_webhook_secret",
    "PLACET_WEBSUB_SECRET": "websub_secret",
}
