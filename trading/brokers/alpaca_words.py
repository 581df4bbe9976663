"""What Alpaca says, as values: the shapes of its answers, numbers exact, without what nobody reads."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, TypeVar

import msgspec
from msgspec import Struct, field

from trading.domain.money import ZERO
from trading.ports import BrokerSilent

T = TypeVar("T")
ENDED: Final = {"filled": "filled", "canceled": "canceled", "expired": "expired", "rejected": "rejected"}
"""Statuses after which nothing of an order waits any more; `replaced` goes on under another id."""
REPLACED: Final = "replaced"


class WireHead(Struct, frozen=True, kw_only=True):
    """As much of an order as tells whether it concerns us: others (of options, of many legs) have other
    shapes, and must not make a whole list unreadable."""

    id: str
    asset_class: str | None = None
    created_at: datetime | None = None
    submitted_at: datetime | None = None

    @property
    def began_at(self) -> datetime | None:
        """By what lists of orders are sorted and cut."""
        return self.submitted_at or self.created_at


class WireOrder(Struct, frozen=True, kw_only=True):
    """One order object (protocols: alpaca, 2). `filled_qty` counts this id only, not what it has replaced."""

    id: str
    client_order_id: str
    symbol: str
    side: str
    type: str
    status: str
    time_in_force: str = ""
    qty: Decimal | None = None
    filled_qty: Decimal = ZERO
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    updated_at: datetime | None = None
    canceled_at: datetime | None = None
    expired_at: datetime | None = None
    failed_at: datetime | None = None
    replaced_by: str | None = None
    replaces: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing of it waits any more, under this id or another."""
        return self.status in ENDED

    @property
    def ended_at(self) -> datetime | None:
        """When it ended otherwise than by filling."""
        return self.canceled_at or self.expired_at or self.failed_at or self.updated_at


class WireFill(Struct, frozen=True, kw_only=True):
    """One activity of the kind FILL. `cum_qty`: what its order had filled with it."""

    id: str
    order_id: str
    price: Decimal
    qty: Decimal
    cum_qty: Decimal
    transaction_time: datetime


class WireUpdate(Struct, frozen=True, kw_only=True):
    """One trade update. `price` and `qty` are of this execution, what is in `order` of all of them."""

    event: str
    order: msgspec.Raw
    timestamp: datetime | None = None  # of older updates only some have it
    price: Decimal | None = None
    qty: Decimal | None = None


class WirePosition(Struct, frozen=True, kw_only=True):
    """One position; coins come without the slash here (`BTCUSD`)."""

    symbol: str
    qty: Decimal
    side: str
    asset_class: str


class WireAccount(Struct, frozen=True, kw_only=True):
    """The account, as far as it says whether one may trade."""

    status: str
    cash: Decimal
    trading_blocked: bool = False
    account_blocked: bool = False
    trade_suspended_by_user: bool = False


class WireAsset(Struct, frozen=True, kw_only=True):
    """One row of the list of what can be traded."""

    symbol: str
    kind: str = field(name="class")
    tradable: bool
    fractionable: bool
    shortable: bool
    name: str = ""
    min_order_size: Decimal | None = None
    min_trade_increment: Decimal | None = None
    price_increment: Decimal | None = None


class WireDay(Struct, frozen=True, kw_only=True):
    """One day of the calendar on which shares trade, in New York's time (`09:30`)."""

    date: date
    open_text: str = field(name="open")
    close_text: str = field(name="close")

    @property
    def open(self) -> time:
        """When trading begins."""
        return time.fromisoformat(self.open_text)

    @property
    def close(self) -> time:
        """When it ends; on a short day earlier."""
        return time.fromisoformat(self.close_text)


def order_of(body: bytes | msgspec.Raw, asset_class: str) -> WireOrder | None:
    """The order, None when it is of another kind than that."""
    return read(WireOrder, body) if read(WireHead, body).asset_class == asset_class else None


def read(shape: type[T], body: bytes | msgspec.Raw) -> T:
    """The body in that shape. What cannot be read is as good as unsaid (RELIABILITY X12)."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise BrokerSilent("Alpaca has answered something that cannot be read.") from error
