"""A paper venue on bars, and the words to write its tests in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from trading.brokers.fills import FillRules
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.tape import Tape
from trading.domain.ids import AccountId, ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument, InstrumentKind, Session, SessionSpan
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import BrokerReport, CanceledReported, FillReported, Replaced, StreamReport
from trading.entropy import SeededEntropy

D = Decimal
T0 = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = AccountId("paper-1")


def spot(**more: Any) -> Instrument:
    facts: dict[str, Any] = {"tick_size": D("0.01"), "lot_size": D("0.001"), **more}
    return Instrument("BTC/USD", InstrumentKind.SPOT, "BTC", "USD", **facts)


def future(**more: Any) -> Instrument:
    facts: dict[str, Any] = {"multiplier": D(50), "margin_fraction": D("0.1"), **more}
    return Instrument("ES", InstrumentKind.FUTURE, "ES", "USD", D("0.25"), D(1), **facts)


def always_closed() -> Session:
    """Open for a quarter of an hour, far from the tests' noon on a Monday."""

    return Session("UTC", (SessionSpan(3, time(3), time(3, 15)),))


def venue_on_bars(
    instrument: Instrument | None = None, *, tape: Tape | None = None, cash: str = "10000", **rules: Any
) -> PaperVenue:
    traded = instrument or spot()
    return PaperVenue(
        ACCOUNT,
        lambda symbol: traded if symbol == traded.symbol else None,
        SeededEntropy(7),
        cash=D(cash),
        rules=FillRules(**rules),
        waits_for_open=True,
        tape=tape,
    )


def bar(minute: int, opened: str, high: str, low: str, closed: str, volume: str = "10", **more: Any) -> Bar:
    o, h, lo, c = (Price(D(text)) for text in (opened, high, low, closed))
    symbol = more.pop("symbol", "BTC/USD")
    start = T0 + minute * MINUTE
    return Bar(symbol, start, start + MINUTE, o, h, lo, c, Quantity(D(volume)), **more)


def order(
    name: str,
    side: Side,
    quantity: str,
    *,
    limit: str = "",
    stop: str = "",
    trail: str = "",
    symbol: str = "BTC/USD",
    **more: Any,
) -> Order:
    kind = OrderType.LIMIT if limit else OrderType.MARKET
    if stop and not trail:
        kind = OrderType.STOP_LIMIT if limit else OrderType.STOP
    if trail:
        kind = OrderType.TRAILING_STOP
    return Order(
        OrderId(name),
        ClientOrderId(name),
        ACCOUNT,
        PositionId("position-1"),
        symbol,
        side,
        kind,
        Quantity(D(quantity)),
        Role.ENTRY,
        limit_price=Price(D(limit)) if limit else None,
        stop_price=Price(D(stop)) if stop else None,
        trail_distance=D(trail) if trail else None,
        **more,
    )


def buy(name: str, quantity: str, **more: Any) -> Order:
    return order(name, Side.BUY, quantity, **more)


def sell(name: str, quantity: str, **more: Any) -> Order:
    return order(name, Side.SELL, quantity, **more)


def exit_of(name: str, quantity: str, **more: Any) -> Order:
    """A member of the bracket of a long position."""
    return sell(name, quantity, reduce_only=True, group="bracket", **more)


def play(venue: PaperVenue, *bars: Bar) -> list[BrokerReport]:
    """Open and close each bar."""
    return [report for one in bars for report in (*venue.on_bar_open(one), *venue.on_bar_close(one))]


def held_from_100(venue: PaperVenue, quantity: str = "1") -> None:
    """A long position bought at the open of minute 0."""
    venue.submit(buy("entry", quantity), T0)
    assert told(play(venue, bar(0, "100", "100", "100", "100"))) == [f"entry {quantity}@100 12:00"]


def told(reports: Sequence[StreamReport]) -> list[str]:
    """Reports in short: `tp 1@110 12:02`, `sl canceled oco`, `sl becomes 0.7`."""
    lines = []
    for one in reports:
        match one:
            case FillReported():
                lines.append(f"{one.client_order_id} {one.quantity}@{one.price} {one.at:%H:%M}")
            case CanceledReported():
                lines.append(f"{one.client_order_id} canceled {one.reason}")
            case Replaced():
                lines.append(f"{one.client_order_id} becomes {one.quantity}")
            case _:
                lines.append(f"{getattr(one, 'client_order_id', '')} {type(one).__name__}")
    return lines
