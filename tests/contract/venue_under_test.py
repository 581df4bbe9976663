"""What an adapter brings to the broker contract: itself, a market to move, a line that can be cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from trading.domain.events import GateDecision
from trading.domain.ids import AccountId, ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import BrokerReport, FillReported
from trading.domain.risk import Approved, approve
from trading.ports import Broker

GATE = GateDecision("gate-1", None, None, "test", 1)


class VenueUnderTest(Protocol):
    """A fresh account with 10,000 in cash and no position. Tick 0.01, lot 0.001, minimum notional 5."""

    account: AccountId
    instrument: Instrument
    cash: Decimal

    @property
    def broker(self) -> Broker: ...

    async def quote(self, bid: str, ask: str, size: str | None = None) -> None:
        """The venue's market stands there from now on, `size` deep on both sides (None = deep)."""
        ...

    async def reports(self) -> list[BrokerReport]:
        """What the stream told since the last call."""
        ...

    async def let_pass(self, seconds: float) -> None:
        """Time without a price."""
        ...

    def now(self) -> datetime: ...

    def lose_request(self) -> None:
        """The next request never arrives."""

    def lose_answer(self) -> None:
        """The next request is carried out and nobody hears of it."""

    def crowd(self, after_s: float | None) -> None:
        """The next request is one too many; the venue says for how long it wants none."""

    def delay_answer(self) -> None:
        """The next answer comes late."""

    def repeat_fills(self) -> None:
        """The stream tells every fill twice."""

    def during_next_request(self, bid: str, ask: str) -> None:
        """The market moves there while the next request travels."""


def order(
    venue: VenueUnderTest, name: str, side: Side, quantity: str, limit: str = "", stop: str = "", **more: Any
) -> Order:
    """An order by its prices: none = market, both = stop-limit; `trail` makes a trailing stop."""
    kind = OrderType.MARKET
    if limit:
        kind = OrderType.STOP_LIMIT if stop else OrderType.LIMIT
    elif stop:
        kind = OrderType.STOP
    trail = more.pop("trail", "")
    if trail:
        kind = OrderType.TRAILING_STOP
    return Order(
        order_id=OrderId(name),
        client_order_id=ClientOrderId(name),
        account=venue.account,
        position_id=PositionId("position-1"),
        symbol=more.pop("symbol", venue.instrument.symbol),
        side=side,
        type=kind,
        quantity=Quantity(Decimal(quantity)),
        role=Role.CLOSE if more.get("reduce_only") else Role.ENTRY,
        limit_price=Price(Decimal(limit)) if limit else None,
        stop_price=Price(Decimal(stop)) if stop else None,
        trail_distance=Decimal(trail) if trail else None,
        **more,
    )


def buy(
    venue: VenueUnderTest, name: str, quantity: str, limit: str = "", stop: str = "", **more: Any
) -> Order:
    return order(venue, name, Side.BUY, quantity, limit, stop, **more)


def sell(
    venue: VenueUnderTest, name: str, quantity: str, limit: str = "", stop: str = "", **more: Any
) -> Order:
    return order(venue, name, Side.SELL, quantity, limit, stop, **more)


def approved(item: Order) -> Approved[Order]:
    return approve(item, GATE)


async def place(venue: VenueUnderTest, item: Order) -> BrokerReport:
    return await venue.broker.submit(approved(item))


async def hold(venue: VenueUnderTest, quantity: str, name: str = "entry") -> None:
    """Get a long position at 100 and take its reports away."""
    await venue.quote("99.99", "100")
    await place(venue, buy(venue, name, quantity))
    await venue.reports()


def fills(reports: Sequence[BrokerReport], name: str = "") -> list[FillReported]:
    return [r for r in reports if isinstance(r, FillReported) and name in ("", r.client_order_id)]


def filled(reports: Sequence[BrokerReport], name: str = "") -> Decimal:
    return sum((fill.quantity for fill in fills(reports, name)), Decimal(0))


async def held(venue: VenueUnderTest) -> Decimal:
    snapshot = await venue.broker.snapshot()
    return snapshot.positions.get(venue.instrument.symbol, Quantity(Decimal(0)))


async def status(venue: VenueUnderTest, name: str) -> str:
    found = await venue.broker.find(ClientOrderId(name))
    return found.status if found else "absent"
