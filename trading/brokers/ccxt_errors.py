"""What a request at an exchange of ccxt can end in; which words mean what stands with each venue."""

from __future__ import annotations

import socket
from typing import Any, Final

import aiohttp
from msgspec import Struct

CERTAIN_CLASSES: Final = (
    "AuthenticationError",
    "ArgumentsRequired",
    "BadRequest",
    "OperationRejected",
    "InsufficientFunds",
    "InvalidAddress",
    "InvalidOrder",
    "NotSupported",
    "InvalidNonce",
)
DUPLICATE: Final = "duplicate"


class VenueWord(Struct, frozen=True):
    """What the venue itself has answered: HTTP status, its code, its text, and how long it wants silence."""

    status: int
    code: int | None
    text: str
    after_s: float | None = None
    data: Any = None  # what it says besides, of a request in two steps


class Refused(Struct, frozen=True):
    """Certainly not placed (or, `duplicate`, certainly there): a stable code and a sentence. `number` is not
    zero where the venue itself has said it."""

    code: str
    sentence: str
    number: int = 0


class Busy(Struct, frozen=True):
    """Refused before anything was done: too many requests."""

    after_s: float | None
    is_ban: bool
    is_ours: bool = False  # said of how we asked and not of how often: nobody need wait


class Unknown(Struct, frozen=True):
    """Nobody knows."""

    sentence: str


def word_of(error: BaseException) -> VenueWord | None:
    """What the venue answered, when it answered with JSON at all."""
    word = getattr(error, "venue_word", None)
    return word if isinstance(word, VenueWord) else None


def was_never_sent(error: BaseException) -> bool:
    """Whether the connection failed before a byte was written: refused, or the name was not found. ccxt has
    the same class for a connection that broke later; only its cause tells them apart."""
    cause = error.__cause__
    return isinstance(cause, aiohttp.ClientConnectorError | socket.gaierror)


def is_certain(error: BaseException) -> bool:
    """Whether ccxt's class for it stands for a refusal."""
    return any(one.__name__ in CERTAIN_CLASSES for one in type(error).__mro__)


def wait_of(headers: dict[str, str]) -> float | None:
    """For how long the venue wants to hear nothing, None when it does not say."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and value.replace(".", "", 1).isdigit():
            return float(value)
    return None
