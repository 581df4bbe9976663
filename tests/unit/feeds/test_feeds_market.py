"""The market over feeds: who owns a symbol, who is told, what a lost feed does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import Price, Quantity
from trading.entropy import SeededEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.feed import FeedStatus, MarketEvent, Sink
from trading.feeds.market import Market
from trading.feeds.problems import FeedLost
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)


def quote(seconds: float, bid: int, ask: int = 0, symbol: str = "BTC/USD") -> Quote:
    at = START + timedelta(seconds=seconds)
    return Quote(symbol, Price(Decimal(bid)), Price(Decimal(ask or bid + 1)), at)


class ScriptedFeed:
    """Says quotes at given seconds; a `FeedLost` in the script breaks the link there."""

    gives_bars = False

    def __init__(
        self,
        name: str,
        clock: VirtualClock,
        script: Sequence[tuple[float, Quote | FeedLost]],
        symbol: str = "BTC/USD",
    ) -> None:
        self.name = name
        self.clock = clock
        self.script = list(script)
        self.runs: list[float] = []
        self.wanted: list[str] = []
        self._instruments = (instrument_for(symbol),)

    def instruments(self) -> Sequence[Instrument]:
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        self.wanted.append(symbol)

    def stale_after_s(self, symbol: str) -> float:
        return 4.0

    def is_open(self, symbol: str, at: datetime) -> bool:
        return True

    def note(self, symbol: str) -> str:
        return "DEMO" if self.name == "demo" else ""

    async def run(self, sink: Sink) -> None:
        self.runs.append(self.clock.elapsed_s())
        while self.script:
            after, said = self.script.pop(0)
            await self.clock.sleep_s(after)
            if isinstance(said, FeedLost):
                raise said
            sink.take(said)


def test_minutes_are_built_from_quotes_and_told_before_the_quote_that_ends_them() -> None:
    async def main(loop: VirtualLoop) -> list[MarketEvent]:
        clock = VirtualClock(loop, START)
        said = [quote(0, 100), quote(20, 105), quote(40, 95), quote(59, 99), quote(185, 120), quote(30, 1)]
        feed = ScriptedFeed("live", clock, [(1, one) for one in said])
        market = Market([feed], clock, SeededEntropy(1))
        heard: list[MarketEvent] = []
        market.subscribe(heard.append)
        await market.run()
        assert list(market.bars("BTC/USD", 9)) == [event for event in heard if isinstance(event, Bar)]
        return heard

    heard = run(main)
    assert [type(event).__name__ for event in heard] == [*["Quote"] * 4, "Bar", "Quote", "Quote"]
    bar = heard[4]
    assert isinstance(bar, Bar)
    assert [bar.open, bar.high, bar.low, bar.close] == [100, 105, 95, 99]
    assert [bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close] == [101, 106, 96, 100]
    assert (bar.at, bar.ends_at) == (START, START + timedelta(minutes=1))


def test_a_lost_feed_is_said_once_and_tried_again_ever_later() -> None:
    async def main(loop: VirtualLoop) -> tuple[list[FeedStatus], list[float], str, str]:
        clock = VirtualClock(loop, START)
        lost = FeedLost("kraken cannot be reached: check the network.")
        feed = ScriptedFeed("live", clock, [(1, quote(0, 100)), *[(0.0, lost)] * 5, (1, quote(99, 101))])
        market = Market([feed], clock, SeededEntropy(1))
        heard: list[FeedStatus] = []
        market.subscribe_status(heard.append)
        running = asyncio.ensure_future(market.run())
        await clock.sleep_s(3)
        note = market.note("BTC/USD")
        assert market.status()[0].said == lost.sentence
        await running
        return heard, feed.runs, note, market.note("BTC/USD")

    heard, runs, note, later = run(main)
    assert [(one.alive, one.ended) for one in heard] == [(False, False), (True, False), (False, True)]
    assert note == "feed lost since 12:00 UTC"
    assert later == ""
    pauses = [later - earlier for earlier, later in itertools.pairwise(runs)]
    assert len(runs) == 6
    assert all(pause <= 30 for pause in pauses)
    assert pauses[-1] > pauses[0]


def test_a_feed_that_is_lost_for_good_is_not_tried_again() -> None:
    async def main(loop: VirtualLoop) -> tuple[list[float], str, bool]:
        clock = VirtualClock(loop, START)
        feed = ScriptedFeed("demo", clock, [(0, FeedLost("No such exchange: say kraken.", final=True))])
        market = Market([feed], clock, SeededEntropy(1))
        await market.run()
        return feed.runs, market.note("BTC/USD"), market.status()[0].alive

    assert run(main) == ([0.0], "DEMO, feed lost since 12:00 UTC", False)


def test_the_first_feed_that_knows_a_symbol_owns_it() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        one, two = ScriptedFeed("one", clock, []), ScriptedFeed("demo", clock, [])
        other = ScriptedFeed("three", clock, [], symbol="BTC/USDT")
        market = Market([one, two, other], clock, SeededEntropy(1))
        assert market.note("BTC/USD") == ""
        assert [found.symbol for found in market.search("btc")] == ["BTC/USD", "BTC/USDT"]
        assert market.last("BTC/USD") is None
        assert (one.wanted, two.wanted) == (["BTC/USD"], [])

    run(main)


def test_two_feeds_never_mix_their_prices_of_one_symbol() -> None:
    async def main(loop: VirtualLoop) -> list[int]:
        clock = VirtualClock(loop, START)
        one = ScriptedFeed("one", clock, [(1, quote(1, 100)), (2, quote(3, 101))])
        two = ScriptedFeed("two", clock, [(2, quote(2, 7)), (2, quote(4, 8))])
        market = Market([one, two], clock, SeededEntropy(1))
        heard: list[int] = []
        market.subscribe(lambda event: heard.append(int(event.bid)) if isinstance(event, Quote) else None)
        await market.run()
        return heard

    assert run(main) == [100, 101]


def test_what_is_recalled_wakes_nobody_and_never_replaces_what_is_newer() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        market = Market([ScriptedFeed("live", clock, [])], clock, SeededEntropy(1), bars_max=3)
        heard: list[MarketEvent] = []
        cancel = market.subscribe(heard.append)
        price = Price(Decimal(5))
        bars = [
            Bar("BTC/USD", START + timedelta(minutes=n), START + timedelta(minutes=n + 1), *(price,) * 4)
            for n in range(5)
        ]
        market.take(bars[3])
        market.take(quote(600, 100))
        market.recall("BTC/USD", [*bars[:3], bars[3]], quote(1, 1))
        last = market.last("BTC/USD")
        assert last is not None
        assert last.bid == 100
        assert list(market.bars("BTC/USD", 9)) == bars[1:4]
        assert len(heard) == 2
        cancel()
        market.take(Print("BTC/USD", price, Quantity(price), START))
        assert len(heard) == 2
        assert market.status()[0].age_s == 0

    run(main)


def test_a_bar_without_quotes_moves_the_last_price() -> None:
    async def main(loop: VirtualLoop) -> Quote | None:
        clock = VirtualClock(loop, START)
        market = Market([ScriptedFeed("live", clock, [])], clock, SeededEntropy(1))
        five, six = Price(Decimal(5)), Price(Decimal(6))
        ends = START + timedelta(minutes=1)
        market.take(Bar("BTC/USD", START, ends, five, six, five, six, None, six, six, five, five))
        return market.last("BTC/USD")

    last = run(main)
    assert last is not None
    assert [last.bid, last.ask] == [5, 6]
    assert last.at == START + timedelta(minutes=1)
