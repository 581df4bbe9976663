"""What the desk under the knife and the local venue say to each other: JSON over loopback HTTP."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT
from trading.brokers.profile import PAPER_FULL
from trading.domain.ids import ClientOrderId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport
from trading.ports import VenueOrder, VenueSnapshot

PROFILE = replace(PAPER_FULL, fence_s=0.5)
"""A request may lie in the server for a moment after its sender has died."""


class Submit(Struct, frozen=True, tag=True):
    """One order, or the orders of a group."""

    orders: tuple[Order, ...]


class Cancel(Struct, frozen=True, tag=True):
    """End an order."""

    client_order_id: ClientOrderId


class Change(Struct, frozen=True, tag=True):
    """Change an order; `quantity` is the total."""

    client_order_id: ClientOrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None


class Find(Struct, frozen=True, tag=True):
    """What became of an order?"""

    client_order_id: ClientOrderId


class History(Struct, frozen=True, tag=True):
    """Fills and ends since then."""

    since: datetime


class Look(Struct, frozen=True, tag=True):
    """Positions, open orders, cash."""


Request = Submit | Cancel | Change | Find | History | Look


class Answer(Struct, frozen=True):
    """What the venue says; each request has its part of it."""

    reports: tuple[BrokerReport, ...] = ()
    found: VenueOrder | None = None
    snapshot: VenueSnapshot | None = None


class News(Struct, frozen=True):
    """What happened since a place in the stream: reports in order, and the newest quotes."""

    place: int
    reports: tuple[BrokerReport, ...] = ()
    quotes: tuple[Quote, ...] = ()


PRICES = "prices"
"""The file in which the venue writes its prices down, for the judge: one bar a line."""
REQUEST = msgspec.json.Decoder(Request)
ANSWER = msgspec.json.Decoder(Answer)
NEWS = msgspec.json.Decoder(News)
encode = msgspec.json.encode

__all__ = ["ACCOUNT", "ANSWER", "NEWS", "PRICES", "PROFILE", "REQUEST", "encode"]
