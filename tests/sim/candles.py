"""The market's bars as its exchange keeps them: made from every price, and told to whoever listens."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from trading.domain.market import Bar, Quote
from trading.domain.money import Price

if TYPE_CHECKING:
    from tests.sim.world import World

BAR = timedelta(seconds=5)
LOOKS_S = 0.5
PAST = {"BTC/USD": Decimal(7_000), "MES": Decimal(2_600)}
PAST_BARS = 120
"""So many bars of before the day: the market wavered by a thousandth."""
TURN = 24
BARS_MAX = 2_000


class Bars:
    """Five seconds each, of every symbol; a stretch without a price has none."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, list[Bar]] = {}
        self._grows: dict[str, Bar] = {}
        self._seen_at: dict[str, datetime] = {}
        if world.recipe.profiles:
            began = world.clock.now()
            for symbol, price in PAST.items():
                self._known[symbol] = [_of_before(symbol, price, began, n) for n in range(PAST_BARS, 0, -1)]
            self._look_later()

    def known(self, symbol: str) -> list[Bar]:
        """All that have closed, oldest first."""
        return self._known.get(symbol, [])[-BARS_MAX:]

    def _look_later(self) -> None:
        self._world.later(LOOKS_S, self._look)

    def _look(self) -> None:
        """A price that has come since the last look, and bars that are over."""
        if self._world.is_frozen:
            return
        now = self._world.clock.now()
        for symbol, bar in list(self._grows.items()):
            if now >= bar.ends_at:
                self._close(self._grows.pop(symbol))
        for quote in self._world.quotes.values():
            if self._seen_at.get(quote.symbol) != quote.at:
                self._seen_at[quote.symbol] = quote.at
                self._take(quote, now)
        self._look_later()

    def _take(self, quote: Quote, now: datetime) -> None:
        price = Price(quote.mid)
        bar = self._grows.get(quote.symbol)
        if bar is None:
            at = now - (now - datetime(1970, 1, 1, tzinfo=now.tzinfo)) % BAR
            self._grows[quote.symbol] = Bar(
                quote.symbol, at, at + BAR, price, price, price, price, source="walk"
            )
            return
        self._grows[quote.symbol] = Bar(
            bar.symbol,
            bar.at,
            bar.ends_at,
            bar.open,
            max(bar.high, price),
            min(bar.low, price),
            price,
            source="walk",
        )

    def _close(self, bar: Bar) -> None:
        self._known.setdefault(bar.symbol, []).append(bar)
        self._world.note("barred", {"symbol": bar.symbol, "ends_at": bar.ends_at})
        process = self._world.process
        if process.candles is not None and process.is_ready and not process.is_dead:
            process.candles.heard(bar)


def _of_before(symbol: str, price: Decimal, began: datetime, count: int) -> Bar:
    """The bar that began so many bars before the day: up for a while, then down."""
    way = abs(count % TURN - TURN // 2) - TURN // 4
    close = Price(price + price * way / TURN / 500)
    return Bar(
        symbol, began - count * BAR, began - (count - 1) * BAR, close, close, close, close, source="walk"
    )
