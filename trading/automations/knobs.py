"""Settings that several bots have, and short ways to write a setting down."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from trading.parameters import Parameter


def decimal(name: str, default: str, lowest: str, highest: str | None, meaning: str) -> Parameter:
    """A number; None: nothing bounds it above."""
    top = None if highest is None else Decimal(highest)
    return Parameter(name, "decimal", Decimal(default), Decimal(lowest), top, meaning=meaning)


def whole(name: str, default: int, lowest: int, highest: int, meaning: str) -> Parameter:
    """A whole number."""
    return Parameter(name, "int", default, Decimal(lowest), Decimal(highest), meaning=meaning)


def choice(name: str, default: str, choices: tuple[str, ...], meaning: str) -> Parameter:
    """One of some words."""
    return Parameter(name, "choice", default, choices=choices, meaning=meaning)


def flag(name: str, default: bool, meaning: str) -> Parameter:
    """Yes or no."""
    return Parameter(name, "flag", default, meaning=meaning)


FEE: Final = decimal("fee_percent", "0.1", "0", "5", "what the venue takes of each fill, in percent")
SLIP: Final = decimal(
    "slip_percent",
    "0.1",
    "0",
    "5",
    "how much worse than the price an entry that fills at once may be, in percent",
)
REST: Final = whole("rest_minutes", 0, 0, 100_000, "minutes of rest after each deal")
LOSSES: Final = whole("losses_max", 0, 0, 1000, "losing deals in a row after which it stops itself; 0: never")
