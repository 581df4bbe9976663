"""Prices that the stream keeps to itself: the market moves, the venue sees it, and who asks is told (X47)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tests.sim.personality import Spell
from trading.domain.market import Quote
from trading.engine.stale import StalePrices

if TYPE_CHECKING:
    from tests.sim.process import Process
    from tests.sim.world import World
    from trading.engine.loop import Engine

SAYS_NOTHING = 0.15
"""How often a question about a price gets no answer."""


class Hushed:
    """The newest price of each symbol, told or not; draws of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("asked for prices")
        self._newest: dict[str, Quote] = {}

    def move(self, quote: Quote) -> None:
        """The market moves, and the stream does not say so."""
        world = self._world
        self._newest[quote.symbol] = quote
        world.note("unheard", quote)
        if world.moods.is_on(Spell.HALTED):
            return
        if world.process.is_dead or not world.process.is_ready or world.broker is None:
            world.venue.on_quote(quote)
        else:
            world.broker.inner.on_market(quote)

    async def ask(self, process: Process, symbol: str) -> Quote | None:
        """The price of now, as the venue says when it is asked."""
        process.hook("price")
        self._world.note("asks", {"symbol": symbol})
        await self._world.clock.sleep_s(self._world.recipe.rules.latency_s or 0.05)
        process.must_live("price's answer")
        known = [one for one in (self._newest.get(symbol), self._world.quotes.get(symbol)) if one is not None]
        if not known or (self._world.has_trouble and self._draw.fraction() < SAYS_NOTHING):
            return None
        quote = replace(max(known, key=lambda one: one.at), at=self._world.clock.now())
        self._world.note("answered", {"symbol": symbol, "bid": quote.bid, "ask": quote.ask})
        return quote

    def watch(self, process: Process, engine: Engine) -> None:
        """A life of the desk asks for prices that have stopped."""
        if not self._world.recipe.polls:
            return

        def hear(quote: Quote) -> None:
            self._world.note("quote", quote)
            engine.on_quote(quote)

        def ask(symbol: str) -> Awaitable[Quote | None]:
            return self.ask(process, symbol)

        asks = StalePrices(engine, ask, hear, lambda symbol: 5.0, lambda symbol, at: True)
        process.spawn(asks.run(), "prices")
