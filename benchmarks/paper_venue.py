"""What a bar costs at the paper venue with ten brackets open, beside the floor: ten comparisons in a loop.

Run: python -m benchmarks.paper_venue
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter

from trading.brokers.paper_venue import PaperVenue
from trading.domain.ids import AccountId, ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.entropy import SeededEntropy

D = Decimal
BARS = 20_000
BRACKETS = 10
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def listed(symbol: str) -> Instrument:
    return Instrument(symbol, InstrumentKind.SPOT, symbol, "USD", D("0.01"), D("0.001"))


def bars(symbol: str, rising: bool) -> list[Bar]:
    made = []
    for at in range(1, BARS + 1):
        level = D(100) + (D(at) / 1000 if rising else D(at % 7) / 100)
        o, h, lo, c = (Price(level + D(x) / 100) for x in (0, 2, -2, 1))
        made.append(Bar(symbol, BEGAN + at * MINUTE, BEGAN + (at + 1) * MINUTE, o, h, lo, c, Quantity(D(10))))
    return made


def bracketed(symbols: list[str]) -> PaperVenue:
    account = AccountId("bench")
    venue = PaperVenue(account, listed, SeededEntropy(1), cash=D(1_000_000), waits_for_open=True)

    def order(
        symbol: str, leg: str, kind: OrderType, limit: str = "", stop: str = "", trail: str = ""
    ) -> Order:
        name = f"{symbol}/{leg}"
        is_entry = kind is OrderType.MARKET
        return Order(
            OrderId(name), ClientOrderId(name), account, PositionId(symbol), symbol,
            Side.BUY if is_entry else Side.SELL, kind, Quantity(D(1)), Role.ENTRY,
            limit_price=Price(D(limit)) if limit else None, stop_price=Price(D(stop)) if stop else None,
            trail_distance=D(trail) if trail else None, reduce_only=not is_entry,
            group="" if is_entry else symbol,
        )  # fmt: skip

    for symbol in symbols:
        venue.submit(order(symbol, "entry", OrderType.MARKET), BEGAN)
        flat = Price(D(100))
        venue.on_bar_open(Bar(symbol, BEGAN, BEGAN + MINUTE, flat, flat, flat, flat))
        venue.submit_group(
            [
                order(symbol, "tp", OrderType.LIMIT, limit="200"),
                order(symbol, "sl", OrderType.STOP, stop="50"),
                order(symbol, "trail", OrderType.TRAILING_STOP, trail="30"),
            ],
            BEGAN,
        )
    return venue


def main() -> None:
    levels = [(D(50), D(200))] * BRACKETS
    one = bars("S0", rising=False)
    began = perf_counter()
    for bar in one:
        for stop, target in levels:
            if bar.low <= stop or bar.high >= target:
                raise AssertionError
    print(f"floor, {BRACKETS} comparisons a bar: {(perf_counter() - began) / BARS * 1e6:.2f} µs a bar")
    for name, rising in (("nothing touched", False), ("a new high each bar", True)):
        symbols = [f"S{at}" for at in range(BRACKETS)]
        venue, played = bracketed(symbols), bars("S0", rising)
        began = perf_counter()
        for bar in played:
            venue.on_bar_open(bar)
            venue.on_bar_close(bar)
        spent = (perf_counter() - began) / BARS * 1e6
        print(f"open + close, {BRACKETS} brackets, {name}: {spent:.2f} µs a bar (≤ 5)")


if __name__ == "__main__":
    main()
