"""Signals from outside: a source of one person, what it may do, how its words are believed and read.

A signal is believed when it proves the source's secret (in the body, or as an HMAC over time, nonce and
body), names a time that is not a minute old, and was not heard before. What it says is an order line, or the
fields that charting services fill in. What becomes of it is decided elsewhere, by the rules of a typed line.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import DecodeError, Struct, ValidationError, json

from trading.domain.ids import AccountId, PersonId
from trading.domain.money import ZERO
from trading.ports import Place, Registers

SUBJECT = "signal"
"""What secrets of sources are called in the vault, and their records in the registers."""
PLATFORM = "signal"
BODY_MAX = 8_192
STALE_S = 60
AHEAD_S = 10
"""Clocks disagree about seconds."""
NONCES_KEPT = 200
LOG_KEPT = 10
NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}")
TIMESTAMP, NONCE, SIGNATURE = "X-Signal-Timestamp", "X-Signal-Nonce", "X-Signal-Signature"
_NONCE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_STATES = ("", "flat", "long", "short")
_ACTIONS = ("buy", "sell", "short", "cover", "close")


class Shadow(Struct, frozen=True):
    """What a source in dry-run holds, as far as it would: never an order."""

    is_long: bool
    price: Decimal
    at: datetime


class Score(Struct, frozen=True):
    """How a source has done: signals heard, those that would have passed every check, round trips of its
    shadow, how many of them won, and what all of them made in percent, fees of both sides taken off."""

    heard: int = 0
    passed: int = 0
    trips: int = 0
    wins: int = 0
    percent: Decimal = ZERO


class Heard(Struct, frozen=True):
    """One signal and what became of it: `code` is a key of the catalogue behind `signal.did.`"""

    at: datetime
    line: str
    code: str
    why: str = ""


class Source(Struct, frozen=True):
    """Whoever sends signals for one person. `most`: the notional up to which an entry of it may trade;
    `size`: of an entry that names none. It is in dry-run until `is_live`."""

    source_id: str
    name: str
    person: PersonId
    account: AccountId
    made_at: datetime
    is_live: bool = False
    most: Decimal = ZERO
    size: str = ""
    score: Score = Score()
    shadows: dict[str, Shadow] = {}
    nonces: tuple[str, ...] = ()
    log: tuple[Heard, ...] = ()


class Signal(Struct, frozen=True):
    """What was said, without the secret. `line` is an order line, else the fields are set; `before` and
    `after`: what the source believes to hold before and after it (flat, long, short)."""

    source_id: str
    nonce: str
    at: datetime
    line: str = ""
    action: str = ""
    symbol: str = ""
    size: str = ""
    tp: str = ""
    sl: str = ""
    before: str = ""
    after: str = ""

    @property
    def said(self) -> str:
        """In one line, for people."""
        if self.line:
            return self.line
        parts = [self.action, self.symbol, self.size]
        parts += [f"tp {self.tp}" if self.tp else "", f"sl {self.sl}" if self.sl else ""]
        return " ".join(part for part in parts if part)


class NotBelieved(Exception):
    """A signal that is not taken. `status` is for the web, `code` for its answer; neither says more about a
    secret than that it was not proven."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


_encode = json.Encoder(decimal_format="string").encode
_SOURCE = json.Decoder(Source)


# ---------------------------------------------------------------- kept


def place_of(source: Source) -> Place:
    """Where its secret is sealed."""
    return Place(source.person, SUBJECT, source.source_id)


async def sources_of(registers: Registers, person: PersonId) -> dict[str, Source]:
    """A person's, by name."""
    kept = await registers.settings(person)
    prefix = f"{SUBJECT}:"
    found = [_SOURCE.decode(text) for name, text in kept.items() if name.startswith(prefix)]
    return {one.name: one for one in found}


async def keep(registers: Registers, source: Source) -> None:
    """Write it down. Raises JournalUnavailable."""
    await registers.put_setting(source.person, f"{SUBJECT}:{source.name}", _encode(source).decode())


async def announce(registers: Registers, source: Source) -> None:
    """From now on its address leads to it. Raises JournalUnavailable."""
    await keep(registers, source)
    await registers.put_meta(f"{SUBJECT}:{source.source_id}", f"{source.person} {source.name}")


async def forget(registers: Registers, source: Source) -> None:
    """Its address leads nowhere any more. Raises JournalUnavailable."""
    await registers.put_meta(f"{SUBJECT}:{source.source_id}", "")
    await registers.put_setting(source.person, f"{SUBJECT}:{source.name}", None)


async def source_at(registers: Registers, source_id: str) -> Source | None:
    """Whose address that is."""
    person, _, name = (await registers.meta(f"{SUBJECT}:{source_id}") or "").rpartition(" ")
    if not person:
        return None
    found = (await sources_of(registers, PersonId(person))).get(name)
    return found if found is not None and found.source_id == source_id else None


# ---------------------------------------------------------------- believed and read


def signature_of(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """What a sender that can sign puts into its header: HMAC-SHA256 over `timestamp.nonce.body`, in hex."""
    return hmac.new(secret.encode(), f"{timestamp}.{nonce}.".encode() + body, sha256).hexdigest()


def believed(source_id: str, secret: str, body: bytes, headers: Mapping[str, str], now: datetime) -> Signal:
    """The signal in a request. Raises NotBelieved."""
    signed = headers.get(SIGNATURE, "")
    stamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
    if signed:
        wanted = signature_of(secret, stamp, nonce, body)
        if not hmac.compare_digest(signed.removeprefix("sha256=").encode(), wanted.encode()):
            raise NotBelieved(401, "secret")
    fields = _fields(body)
    given = str(fields.get("secret", ""))
    if not signed and not hmac.compare_digest(given.encode(), secret.encode()):
        raise NotBelieved(401, "secret")
    at = _instant(stamp or fields.get("at") or fields.get("time") or "")
    if at is None:
        raise NotBelieved(400, "time")
    if is_stale(at, now):
        raise NotBelieved(409, "stale")
    nonce = nonce or _text(fields, "id") or _text(fields, "nonce")
    if not _NONCE.fullmatch(nonce):
        # A body holds its own time: the same one again is the same signal.
        nonce = sha256(nonce.encode() if nonce else body).hexdigest()[:32]
    signal = Signal(
        source_id,
        nonce,
        at,
        _text(fields, "line"),
        _action(fields),
        (_text(fields, "symbol") or _text(fields, "ticker")).upper(),
        _text(fields, "size"),
        _text(fields, "tp"),
        _text(fields, "sl"),
        _state(fields, "before", "prev_market_position"),
        _state(fields, "after", "market_position"),
    )
    if not signal.line and not (signal.action and signal.symbol):
        raise NotBelieved(400, "line")
    return signal


def is_stale(at: datetime, now: datetime) -> bool:
    """Whether it is too old, or from a clock that is wrong."""
    return not -timedelta(seconds=AHEAD_S) <= now - at <= timedelta(seconds=STALE_S)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        return json.decode(body, type=dict[str, Any])
    except (DecodeError, ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise NotBelieved(400, "json") from error


def _text(fields: Mapping[str, Any], name: str) -> str:
    """A field of one line; a number as it was written."""
    value = fields.get(name, "")
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise NotBelieved(400, "field")
    text = str(value).strip()
    if len(text) > 200 or not (text.isprintable() or not text):
        raise NotBelieved(400, "field")
    return text


def _action(fields: Mapping[str, Any]) -> str:
    action = _text(fields, "action").lower()
    if action and action not in _ACTIONS:
        raise NotBelieved(400, "action")
    return action


def _state(fields: Mapping[str, Any], *names: str) -> str:
    found = next((text for name in names if (text := _text(fields, name).lower())), "")
    if found not in _STATES:
        raise NotBelieved(400, "state")
    return found


def _instant(value: object) -> datetime | None:
    """ISO 8601 with its zone, or epoch seconds or milliseconds."""
    text = str(value).strip()
    try:
        if re.fullmatch(r"\d{9,13}", text):
            number = int(text)
            return datetime.fromtimestamp(number / (1000 if number > 10**11 else 1), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None
