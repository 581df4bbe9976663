"""The limits of an account: data with names, so that `/limits` can show and change each one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import fields, replace

from trading.domain.ids import PersonId


class Limits(Struct, frozen=True):
    """Caps of one account. Money in the account's currency; zero switches a cap off where it says so."""

    order_notional_max: Decimal = Decimal(100_000)
    position_notional_max: Decimal = Decimal(200_000)
    gross_exposure_max: Decimal = Decimal(300_000)
    daily_loss_percent_max: Decimal = Decimal(5)  # of the day's first equity; 0 = off
    orders_per_10_s_max: Decimal = Decimal(10)
    orders_per_minute_max: Decimal = Decimal(100)
    duplicate_window_s: Decimal = Decimal(10)  # 0 = off
    alone_notional_max: Decimal = Decimal(0)  # 0 = off
    price_age_s_max: Decimal = Decimal(0)  # 0 = twice the feed's cadence
    unprotected_s_max: Decimal = Decimal(10)  # 0 = never closed for that, only told


LIVE_CAPS: dict[str, Decimal] = {
    "order_notional_max": Decimal(100),
    "position_notional_max": Decimal(200),
    "gross_exposure_max": Decimal(500),
}
"""What an account with real money begins with, in its currency; its owner raises them one by one."""


class Raise(Struct, frozen=True):
    """A limit that is to allow more from `due` on, and until then is as it was. It comes into force with the
    event that says so, never by the clock alone: a timer that is late keeps the lower limit."""

    name: str
    value: Decimal
    by: PersonId
    at: datetime
    due: datetime


LIMIT_HELP: dict[str, str] = {
    "order_notional_max": "largest notional of one order",
    "position_notional_max": "largest notional of one position, waiting entries included",
    "gross_exposure_max": "largest sum of all positions and waiting entries",
    "alone_notional_max": "largest notional of a position, waiting entries included, that one person opens "
    "without the consent of a second (0: any)",
    "daily_loss_percent_max": "loss of the day, in percent of its first equity, that stops entries",
    "orders_per_10_s_max": "entries in ten seconds",
    "orders_per_minute_max": "entries in a minute",
    "duplicate_window_s": "seconds in which the same order again is asked about",
    "unprotected_s_max": "seconds without the stop of its plan after which a position is closed at market "
    "(0: never, you are told)",
    "price_age_s_max": "oldest price to trade on, in seconds (0: twice the feed's cadence)",
}


def with_limit(limits: Limits, name: str, value: Decimal) -> Limits | None:
    """The limits with one changed; None when there is no limit of that name."""
    if name not in {field.name for field in fields(Limits)}:
        return None
    return replace(limits, **{name: value})


def raise_of(raises: Sequence[Raise], name: str) -> Raise | None:
    """The raise of that limit that waits; None when none does."""
    return next((one for one in raises if one.name == name), None)


OFF_AT_ZERO = frozenset(
    {"alone_notional_max", "daily_loss_percent_max", "duplicate_window_s", "unprotected_s_max"}
)
"""Limits that zero switches off."""


def is_raise(name: str, before: Decimal, after: Decimal) -> bool:
    """Whether more becomes possible. Zero switches some limits off; a shorter duplicate window asks less."""
    if name == "duplicate_window_s":
        return after < before
    if name == "price_age_s_max":
        # Zero stands for twice the feed's cadence, which any number may exceed.
        return after > before or not after
    if name in OFF_AT_ZERO and not (before and after):
        return not after
    return after > before
