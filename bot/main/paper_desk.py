"""The prices and the paper venue of a running desk, from its settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.cli_options import RunOptions
from bot.main.supervising import Kind
from bot.main.wiring import PAPER, paper_rules, replay_feed
from bot.settings_model import Settings
from trading.brokers.fills import LIVE_RULES
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_PROFILES
from trading.brokers.tape import FileTape
from trading.domain.market import Print, Quote
from trading.engine.loop import Engine
from trading.engine.risk_watch import RiskWatch
from trading.engine.stale import StalePrices
from trading.feeds.feed import Feed
from trading.feeds.market import Market
from trading.ports import Clock, Entropy, MarketEvent

TAPE = "paper.tape"
WAKE_S = 1.0


class PaperDesk:
    """Feed, market and paper broker of one life of the desk."""

    def __init__(self, settings: Settings, options: RunOptions, clock: Clock, entropy: Entropy) -> None:
        self._clock = clock
        self.feed: Feed = _price_feed(settings, options, clock, entropy)
        self.market = Market([self.feed], clock, entropy)
        self.venue = PaperVenue(
            PAPER,
            self.market.instrument,
            entropy,
            cash=settings.cash,
            profile=PAPER_PROFILES[settings.profile],
            rules=paper_rules(LIVE_RULES, settings),
            tape=FileTape(settings.home / TAPE),
            is_open=self.market.is_open,
        )
        self.broker = PaperBroker(PAPER, self.venue, clock)

    async def run_market(self, on_quote: Callable[[Quote], None]) -> None:
        """Hear prices for ever: the venue first, then whoever else wants quotes."""

        def heard(event: MarketEvent) -> None:
            if isinstance(event, Quote | Print):
                self.broker.on_market(event)
            if isinstance(event, Quote):
                on_quote(event)

        self.market.subscribe(heard)
        await self.market.run()
        # All feeds have ended, and said so: the desk goes on without new prices.
        await asyncio.Event().wait()

    async def run_clock(self) -> None:
        """Let the venue see that time goes by."""
        while True:
            await self._clock.sleep_s(WAKE_S)
            self.broker.wake()

    def close(self) -> None:
        """Close the venue's tape."""
        self.venue.close()


def add_price_watches(
    add: Callable[[str, Kind, Callable[[], Awaitable[None]]], None], engine: Engine, market: Market
) -> None:
    """Looks at what the day has lost, by prices that may be believed; and asks the feeds for prices that have
    stopped while a stop depends on them, whose answers are heard by all."""
    add("risk-watch", Kind.CORE, RiskWatch(engine, market.stale_after_s).run)
    asks = StalePrices(engine, market.ask, market.take, market.stale_after_s, market.is_open)
    add("stale-prices", Kind.FEED, asks.run)


def _price_feed(settings: Settings, options: RunOptions, clock: Clock, entropy: Entropy) -> Feed:
    kind, _, exchange = settings.feed.partition(":")
    if kind == "ccxt":
        from trading.feeds.ccxt_public import CcxtFeed

        return CcxtFeed(exchange, clock, entropy)
    return replay_feed(clock, loop=options.loop, speed=float(options.speed))
