"""What should be done after it was written down. Effects carry no choices."""

from __future__ import annotations

from dataclasses import dataclass

from trading.domain.ids import AccountId, ClientOrderId, OrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.risk import Approved


@dataclass(frozen=True, slots=True)
class Submit:
    """Send these orders: one, or the members of one venue-enforced group."""

    account: AccountId
    orders: tuple[Approved[Order], ...]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ask the venue to end an order."""

    account: AccountId
    order_id: OrderId
    client_order_id: ClientOrderId


@dataclass(frozen=True, slots=True)
class Replace:
    """Ask the venue to change a working order; `quantity` is the total, fills included."""

    account: AccountId
    order_id: OrderId
    client_order_id: ClientOrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None


@dataclass(frozen=True, slots=True)
class Resolve:
    """Find out what became of an order that is in doubt."""

    account: AccountId
    client_order_id: ClientOrderId


@dataclass(frozen=True, slots=True)
class CheckFlat:
    """Ask the venue what the account still holds."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class Compare:
    """Hold the venue's positions and open orders against the book."""

    account: AccountId


Effect = Submit | Cancel | Replace | Resolve | CheckFlat | Compare
