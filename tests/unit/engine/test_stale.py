"""A price that has stopped is asked for each second while a stop depends on it, and on nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.fakes.pit import START
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.engine.stale import ASKS_MAX, StalePrices
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
BTC = "BTC/USD"


class Watched:
    def __init__(self, symbol: str) -> None:
        self.symbol = symbol


class Scene:
    """A desk that watches stops in these symbols, and a source that says what it is told to."""

    def __init__(self, loop: VirtualLoop, *symbols: str, stale_after_s: float = 0.0) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.book: Any = self
        self.triggers: Any = self
        self.marks: dict[str, Quote] = {}
        self.symbols = list(symbols)
        self.asked: list[tuple[float, str]] = []
        self.heard: list[Quote] = []
        self.says: dict[str, Quote | None] = {}
        self.hangs_s = 0.0
        self.is_open = True
        desk: Any = self
        self.prices = StalePrices(
            desk, self.ask, self.hear, lambda symbol: stale_after_s, lambda symbol, at: self.is_open
        )

    def stops(self) -> list[tuple[Any, None]]:
        return [(Watched(symbol), None) for symbol in self.symbols]

    async def ask(self, symbol: str) -> Quote | None:
        self.asked.append((self.loop.time(), symbol))
        await self.clock.sleep_s(self.hangs_s)
        return self.says.get(symbol)

    def hear(self, quote: Quote) -> None:
        self.heard.append(quote)
        self.marks[quote.symbol] = quote

    def quote(self, symbol: str = BTC, price: str = "7000", **more: Any) -> Quote:
        quote = Quote(symbol, Price(D(price)), Price(D(price)), self.clock.now(), source="test")
        return replace(quote, **more)


def played(act: Any, *symbols: str, seconds: float, **more: Any) -> Scene:
    async def main(loop: VirtualLoop) -> Scene:
        scene = Scene(loop, *symbols, **more)
        task = asyncio.create_task(scene.prices.run())
        await act(scene)
        await scene.clock.sleep_s(seconds - loop.time())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return scene

    return run(main)


async def known(scene: Scene) -> None:
    scene.marks[BTC] = scene.quote()


def test_a_price_that_stands_for_longer_than_it_may_is_asked_for_each_second() -> None:
    scene = played(known, BTC, seconds=10.5)
    # Heard at the first look, after one second; stopped when it has stood for more than five.
    assert [at for at, _ in scene.asked] == [7.0, 8.0, 9.0, 10.0]
    assert scene.heard == []


def test_a_feed_that_speaks_slowly_by_nature_is_given_its_time() -> None:
    scene = played(known, BTC, seconds=22, stale_after_s=19.0)
    assert [at for at, _ in scene.asked] == [21.0]


def test_a_price_that_comes_by_itself_is_not_asked_for() -> None:
    async def act(scene: Scene) -> None:
        for _ in range(20):
            scene.marks[BTC] = scene.quote()
            await scene.clock.sleep_s(1)

    assert played(act, BTC, seconds=20).asked == []


def test_where_no_stop_depends_on_the_price_nobody_asks() -> None:
    assert played(known, seconds=30).asked == []


def test_a_market_that_is_closed_has_no_price_to_miss() -> None:
    async def act(scene: Scene) -> None:
        await known(scene)
        scene.is_open = False

    assert played(act, BTC, seconds=30).asked == []


def test_an_answer_that_is_younger_is_heard_and_ends_the_asking() -> None:
    async def act(scene: Scene) -> None:
        await known(scene)
        await scene.clock.sleep_s(6.5)
        scene.says[BTC] = scene.quote(price="6900")

    scene = played(act, BTC, seconds=11)
    assert [quote.bid for quote in scene.heard] == [6900]
    assert [at for at, _ in scene.asked] == [7.0]


def test_an_answer_that_is_no_younger_is_no_price_of_now() -> None:
    async def act(scene: Scene) -> None:
        await known(scene)
        scene.says[BTC] = scene.marks[BTC]

    scene = played(act, BTC, seconds=10.5)
    assert scene.heard == [] and len(scene.asked) == 4


def test_what_is_known_only_from_before_the_start_is_asked_for_at_once() -> None:
    async def before(scene: Scene) -> None:
        scene.marks[BTC] = scene.quote(is_of_before=True)

    async def nothing(scene: Scene) -> None:
        pass

    assert [at for at, _ in played(before, BTC, seconds=2.5).asked] == [1.0, 2.0]
    assert [at for at, _ in played(nothing, BTC, seconds=2.5).asked] == [1.0, 2.0]


def test_a_clock_that_is_set_makes_no_price_older_or_younger() -> None:
    async def act(scene: Scene) -> None:
        await known(scene)
        await scene.clock.sleep_s(2)
        scene.clock.jump(timedelta(hours=1))
        await scene.clock.sleep_s(3)
        scene.clock.jump(timedelta(hours=-2))

    assert [at for at, _ in played(act, BTC, seconds=8.5).asked] == [7.0, 8.0]


def test_a_source_that_hangs_is_asked_again_when_its_time_is_over() -> None:
    async def act(scene: Scene) -> None:
        await known(scene)
        scene.hangs_s = 60

    assert [at for at, _ in played(act, BTC, seconds=14.5).asked] == [7.0, 10.0, 13.0]


def test_a_source_is_asked_so_many_questions_at_once_and_no_more() -> None:
    names = [f"C{number}/USD" for number in range(ASKS_MAX + 3)]

    async def act(scene: Scene) -> None:
        scene.hangs_s = 60

    scene = played(act, *names, seconds=3.5)
    assert [name for _, name in scene.asked] == names[:ASKS_MAX]
