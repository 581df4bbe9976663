"""Figures of what stands without its guard: stops that only a price carries out, positions without a stop."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.main.unguarded import unprotected, unwatched
from tests.unit.domain.test_bracket import plan
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.market import Quote
from trading.domain.money import Price


class Market:
    """A market of which a test says everything."""

    def __init__(self) -> None:
        self.quote: Quote | None = None
        self.is_listed = self.is_trading = True

    def instrument(self, symbol: str) -> Any:
        return symbol if self.is_listed else None

    def is_open(self, symbol: str, at: datetime) -> bool:
        return self.is_listed and self.is_trading

    def last(self, symbol: str) -> Quote | None:
        return self.quote

    def stale_after_s(self, symbol: str) -> float:
        return 30.0 if self.is_listed else 0.0


def ages(pit: MarkedPit, market: Market) -> list[tuple[str, float, float]]:
    found = unwatched(pit.engine.triggers, market, pit.clock, 0.0)  # type: ignore[arg-type]  # what is asked of it
    return [(one.symbol, one.age_s, one.bound_s) for one in found]


def test_a_stop_that_the_desk_watches_is_as_old_as_its_newest_price() -> None:
    async def scene(pit: MarkedPit) -> None:
        market = Market()
        await pit.buy("1000", exits=plan("2%", stop="1%", trail="5%"))
        at = pit.clock.now()
        market.quote = Quote("BTC/USD", Price(Decimal(6700)), Price(Decimal(6700)), at)
        await pit.clock.sleep_s(40)
        # One line for stop and trail together.
        assert ages(pit, market) == [("BTC/USD", 40.0, 30.0)]
        market.is_trading = False
        assert ages(pit, market) == []
        # A symbol that no feed knows has no hours: its stop is not watched, whatever the time.
        market.is_listed, market.quote = False, None
        ((_, age_s, bound_s),) = ages(pit, market)
        assert age_s == pit.clock.elapsed_s() >= 40.0 and bound_s == 5.0

    in_marked_pit(scene, bare=True)


def test_a_stop_at_the_venue_needs_no_price_of_ours() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        assert ages(pit, Market()) == []

    in_marked_pit(scene)


def test_time_without_a_stop_counts_while_it_lasts() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        book = pit.engine.book
        (before,) = unprotected(book, pit.clock.now())
        (account,) = book.accounts
        (position,) = book.live_positions(account)
        apply(book, ev.PositionUncovered(account, position.position_id, "test", pit.clock.now()))
        (found,) = unprotected(book, pit.clock.now() + timedelta(seconds=7))
        assert found.symbols == ("BTC/USD",)
        assert found.total_s == before.total_s + 7 and found.worst_s == 7
        # A clock that was set back makes nothing negative.
        (found,) = unprotected(book, pit.clock.now() - timedelta(hours=1))
        assert found.total_s == before.total_s

    in_marked_pit(scene)
