"""What a bot hears: prices, closed bars, what became of its orders, its own clock, and what it was told."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trading.domain.market import Bar
from trading.domain.money import ZERO, Price, Quantity
from trading.parameters import Settings

Wish = Literal["finish", "close", "leave", "resume"]
"""How a person ends a bot: `finish` opens nothing more and lets what is held end by its own exits, `close`
sells it now, `leave` keeps it with its guard alone; `resume` takes an end or an error back."""


class PriceSeen(Struct, frozen=True, tag=True):
    """The best bid and ask at `at`. One that is older than what was seen before changes nothing."""

    bid: Price
    ask: Price
    at: datetime


class BarClosed(Struct, frozen=True, tag=True):
    """A bar has ended, of the bot's own instrument or of the one that it is compared with."""

    bar: Bar


class OrderTaken(Struct, frozen=True, tag=True):
    """The venue works the order of that tag."""

    tag: str
    at: datetime


class OrderRefused(Struct, frozen=True, tag=True):
    """The order was not taken, by our risk or by the venue, and nothing of it can trade."""

    tag: str
    sentence: str
    at: datetime
    code: str = ""


class OrderFilled(Struct, frozen=True, tag=True):
    """A part or the whole of an order has traded. `fill_id` is the venue's: the same one is booked once.

    `quantity` in base units, `fee` in the currency of settlement, `fee_base` the units that a purchase left
    with the venue.
    """

    tag: str
    fill_id: str
    price: Price
    quantity: Quantity
    fee: Decimal
    at: datetime
    fee_base: Decimal = ZERO


class OrderEnded(Struct, frozen=True, tag=True):
    """The venue holds the order no more. `filled`: all that it ever traded, when the venue says so; fills
    up to it may still be on their way. `is_ours`: no venue wanted it to end (nothing was held any more, or it
    never arrived), so that the same may be wanted again at once."""

    tag: str
    at: datetime
    filled: Quantity | None = None
    is_ours: bool = False


class Woken(Struct, frozen=True, tag=True):
    """Time has passed."""

    at: datetime


class Edited(Struct, frozen=True, tag=True):
    """A person has changed the bot's settings, which were checked."""

    settings: Settings
    at: datetime


class Told(Struct, frozen=True, tag=True):
    """A person's word."""

    wish: Wish
    at: datetime


OrderEvent = OrderTaken | OrderRefused | OrderFilled | OrderEnded
BotEvent = (
    PriceSeen | BarClosed | OrderTaken | OrderRefused | OrderFilled | OrderEnded | Woken | Told | Edited
)
