"""Every setting with its type, bounds and default: one list, for reading, checking and docs alike.

The sources are read by settings.py and not by pydantic-settings: a misspelt name must be found there, and the
start has no 60 ms to give away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.settings_complaint import PREFIX, Complaint, shown

DESK_FILE = "desk.db"

_FEED = re.compile(r"replay|ccxt:[a-z0-9_]+")
_POSTGRES = re.compile(r"postgres(ql)?(\+asyncpg)?://")
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,253}(/[A-Za-z0-9._~/\-]{0,512})?")
_LOOPBACK_URL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(/|$)")
_SOCKET_URL = re.compile(r"wss?" + _URL.pattern.removeprefix("https?"))
_LISTEN = re.compile(r"(?P<host>[A-Za-z0-9.\-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):(?P<port>\d{1,5})")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./:_-]{0,99}")
OPINION_SOURCES = frozenset({"grok", "perplexity", "openai"})
"""Who can be asked for opinions."""
_PORT_MAX = 65_535
_MASTER_KEY = re.compile(r"[0-9a-fA-F]{64}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_DATABASES = ("postgresql://", "sqlite://")
_SWITCH = {
    "on": True,
    "true": True,
    "yes": True,
    "1": True,
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}


def _switch(value: object) -> object:
    return _SWITCH.get(str(value).strip().lower(), value)


def _feed(value: str) -> str:
    if not _FEED.fullmatch(value):
        raise ValueError(value)
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError) as error:
        raise ValueError(value) from error
    return value


def _database(value: SecretStr) -> SecretStr:
    """`postgres://` and the drivers' spellings mean the same; the store chooses its driver."""
    url = _POSTGRES.sub("postgresql://", value.get_secret_value().strip())
    if url and not url.startswith(_DATABASES):
        raise ValueError("scheme")
    return SecretStr(url)


def _listen(value: object) -> object:
    """`host:port`; a bare port means loopback."""
    text = str(value).strip()
    if text.isascii() and text.isdigit():
        text = f"127.0.0.1:{text}"
    match = _LISTEN.fullmatch(text)
    if match is None or int(match["port"]) > _PORT_MAX:
        raise ValueError(text)
    return text


def _address(value: str) -> str:
    """Where a Bot API server answers; a bot's token is appended, so nothing may stand behind the path."""
    url = value.strip().rstrip("/")
    if not _URL.fullmatch(url):
        raise ValueError(value)
    return url


def _gateway(value: str) -> str:
    """Where a gateway answers; empty asks Discord."""
    url = value.strip().rstrip("/")
    if url and not _SOCKET_URL.fullmatch(url):
        raise ValueError(value)
    return url


def _webhook(value: str) -> str:
    url = value.strip()
    if url and not _URL.fullmatch(url):
        raise ValueError(value)
    return url


def _key_page(value: str) -> str:
    """Where people reach the page for keys: by https, or on this machine."""
    url = value.strip().rstrip("/")
    if url and not (_URL.fullmatch(url) and (url.startswith("https://") or _LOOPBACK_URL.match(url))):
        raise ValueError(value)
    return url


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("letters")
    return value


def _master_key(value: SecretStr) -> SecretStr:
    lines = value.get_secret_value().splitlines()
    words = " ".join(line for line in lines if not line.lstrip().startswith("#")).replace(",", " ").split()
    if not words or not all(_MASTER_KEY.fullmatch(word) for word in words):
        raise ValueError("digits")
    return value


def _model(value: str) -> str:
    if not _MODEL.fullmatch(value):
        raise ValueError(value)
    return value


def _asked(value: object) -> object:
    """Names with commas between, each once, in the order in which they are asked."""
    names = tuple(one for one in str(value).lower().replace(",", " ").split() if one)
    if not names or len(set(names)) != len(names) or not set(names) <= OPINION_SOURCES:
        raise ValueError(value)
    return ",".join(names)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


_BasisPoints = Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)]
_Sum = Annotated[Decimal, Field(ge=0, le=10**12, allow_inf_nan=False)]


class Settings(BaseModel):
    """What the operator decided. Secrets print as stars; sums are exact decimals in US dollars."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    live: Annotated[bool, BeforeValidator(_switch)] = False
    feed: Annotated[str, BeforeValidator(_lower), AfterValidator(_feed)] = "replay"
    profile: Annotated[
        Literal["bracketed", "bracketed-whole", "full", "attached", "pair", "stops", "bare"],
        BeforeValidator(_lower),
    ] = "full"
    cash: Annotated[_Sum, Field(gt=0)] = Decimal(10_000)
    fee_bps: _BasisPoints = Decimal(10)
    slippage_bps: _BasisPoints = Decimal(0)
    latency_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    one_tap: _Sum = Decimal(0)
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    language: Annotated[Literal["", "en", "de"], BeforeValidator(_lower)] = ""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    limit_raise_hours: Annotated[int, Field(ge=0, le=720)] = 24
    memory_mb: Annotated[int, Field(ge=100, le=1_000_000)] = 1000
    master_key: Annotated[SecretStr, AfterValidator(_master_key)] = SecretStr("")
    database_url: Annotated[SecretStr, AfterValidator(_database)] = SecretStr("")
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_base_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org"
    telegram_webhook_url: Annotated[str, AfterValidator(_webhook)] = ""
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] = SecretStr("")
    signals_url: Annotated[str, AfterValidator(_webhook)] = ""
    telegram_poll_timeout: Annotated[int, Field(ge=1, le=50)] = 25
    listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8080"
    keys_url: Annotated[str, AfterValidator(_key_page)] = ""
    discord_bot_token: SecretStr = SecretStr("")
    discord_api_base_url: Annotated[str, AfterValidator(_address)] = "https://discord.com/api/v10"
    discord_gateway_url: Annotated[str, AfterValidator(_gateway)] = ""
    binance_base_url: Annotated[str, AfterValidator(_webhook)] = ""
    kraken_base_url: Annotated[str, AfterValidator(_webhook)] = ""
    alpaca_base_url: Annotated[str, AfterValidator(_webhook)] = ""
    xai_api_key: SecretStr = SecretStr("")
    xai_base_url: Annotated[str, AfterValidator(_address)] = "https://api.x.ai/v1"
    xai_model: Annotated[str, AfterValidator(_model)] = "grok-4.3"
    perplexity_api_key: SecretStr = SecretStr("")
    perplexity_base_url: Annotated[str, AfterValidator(_address)] = "https://api.perplexity.ai/v1"
    perplexity_model: Annotated[str, AfterValidator(_model)] = "perplexity/sonar"
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: Annotated[str, AfterValidator(_address)] = "https://api.openai.com/v1"
    openai_model: Annotated[str, AfterValidator(_model)] = "gpt-5.4-mini"
    opinion_order: Annotated[str, BeforeValidator(_asked)] = "grok,perplexity,openai"
    opinion_money: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)] = Decimal(1)
    opinion_calls: Annotated[int, Field(ge=0, le=10_000)] = 100
    opinion_deadline_s: Annotated[int, Field(ge=1, le=120)] = 25

    @property
    def store_url(self) -> str:
        """Where the journal stands: DATABASE_URL, else a SQLite file in the data folder. Holds a password."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home.absolute() / DESK_FILE}"

    @property
    def serves_web(self) -> bool:
        """Whether somebody wants the web server: Telegram has a token, or an address of it was set."""
        named = bool(self.keys_url or self.signals_url) or "listen" in self.model_fields_set
        return named or bool(self.telegram_bot_token.get_secret_value())

    @property
    def key_page(self) -> str:
        """The address of the page for keys; empty where it cannot be reached."""
        if self.keys_url:
            return self.keys_url if urlsplit(self.keys_url).path else f"{self.keys_url}/keys"
        host, port = self.listen_address
        is_here = host in ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104 - compared, not bound
        return f"http://127.0.0.1:{port}/keys" if self.serves_web and is_here else ""

    @property
    def raise_cools(self) -> timedelta:
        """How long a limit that is raised cools off."""
        return timedelta(hours=self.limit_raise_hours)

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port of the web server (webhook, health, metrics)."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def has_phone(self) -> bool:
        """Whether people can reach the desk by a chat platform, and not only at its terminal."""
        tokens = (self.telegram_bot_token, self.discord_bot_token)
        return any(token.get_secret_value() for token in tokens)


OTHER_NAMES = {
    "database_url": "DATABASE_URL",
    "telegram_bot_token": "TELEGRAM_BOT_TOKEN",
    "telegram_api_base_url": "TELEGRAM_API_BASE_URL",
    "telegram_webhook_url": "TELEGRAM_WEBHOOK_URL",
    "telegram_webhook_secret": "TELEGRAM_WEBHOOK_SECRET",
    "discord_bot_token": "DISCORD_BOT_TOKEN",
    "discord_api_base_url": "DISCORD_API_BASE_URL",
    "discord_gateway_url": "DISCORD_GATEWAY_URL",
    "xai_api_key": "XAI_API_KEY",
    "perplexity_api_key": "PERPLEXITY_API_KEY",
    "openai_api_key": "OPENAI_API_KEY",
    "log_level": "LOG_LEVEL",
}
"""Settings that the world knows by a name without our prefix; both are read."""


SEALED = "***"
"""Stands where a secret is set."""


def names() -> dict[str, str]:
    """Environment name -> field, for every setting."""
    ours = {PREFIX + name.upper(): name for name in Settings.model_fields}
    return ours | {env: name for name, env in OTHER_NAMES.items()}


def secret_names() -> list[str]:
    """Every environment name of a secret; each may be given as a file too (settings_secrets.py)."""
    kinds = Settings.model_fields
    return [name for name, field in names().items() if isinstance(kinds[field].default, SecretStr)]


def told_settings(settings: Settings) -> tuple[tuple[str, str, bool], ...]:
    """Each setting for people: its environment name, its value, and whether it is another than the usual. Of
    a secret only that it is there."""
    found = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        is_own = field.is_required() or value != field.default
        if isinstance(value, SecretStr):
            text = SEALED if value.get_secret_value() else ""
        else:
            text = ("on" if value else "off") if isinstance(value, bool) else str(value)
        found.append((OTHER_NAMES.get(name, PREFIX + name.upper()), text, is_own))
    return tuple(found)


def validated(given: Mapping[str, Any]) -> tuple[Settings | None, list[Complaint]]:
    """The settings, or a complaint for every field that cannot be used. Secrets are never repeated."""
    try:
        return Settings(**given), []
    except ValidationError as error:
        return None, [_complaint(str(one["loc"][0]), given) for one in error.errors(include_input=False)]


def _complaint(name: str, given: Mapping[str, Any]) -> Complaint:
    setting = OTHER_NAMES.get(name, PREFIX + name.upper())
    if Settings.model_fields[name].annotation is SecretStr:
        return Complaint(setting, f"wrong.{name}", {})
    return Complaint(setting, f"wrong.{name}", {"value": shown(given[name])})
