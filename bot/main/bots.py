"""Bots of a running desk: stepped by prices, by candles of their frames, by what becomes of orders."""

from __future__ import annotations

from bot.main.supervising import Kind, Supervisor
from bot.settings_model import Settings
from trading.candles.candle_clock import Candle, CandleClock
from trading.domain.market import Bar, Quote
from trading.engine.loop import Engine
from trading.feeds.market import Market
from trading.frames import FRAMES
from trading.ports import Clock, MarketEvent
from trading.running.runner import Runner

KNOWN_BARS = 2_000
"""Bars of a market that a candle which is still growing may be made of."""


def build_runner(engine: Engine, market: Market, clock: Clock, candles: CandleClock, *, live: bool) -> Runner:
    """Who runs the bots of this life, woken by the market and by what is written down."""
    names = {span: name for name, span in FRAMES.items()}

    def follow(symbol: str, frame: str) -> None:
        market.want(symbol)
        if frame:
            candles.follow(symbol, FRAMES[frame], market.bars(symbol, KNOWN_BARS))

    runner = Runner(
        engine,
        lambda: engine.book,
        clock,
        market.stale_after_s,
        market.is_open,
        lambda account: engine.outbox.broker(account) is not None,
        live_allowed=live,
        follow=follow,
    )

    def heard(event: MarketEvent) -> None:
        if isinstance(event, Quote):
            runner.wake()
        elif isinstance(event, Bar):
            runner.on_bar(event)

    def closed(candle: Candle) -> None:
        runner.on_bar(candle.bar, names[candle.line[1]])

    market.subscribe(heard)
    candles.listen(closed)
    engine.committed(runner.wake)
    return runner


def add_bots(supervisor: Supervisor, engine: Engine, market: Market, settings: Settings) -> None:
    """Have them run beside the chats. What breaks in here is started anew: nothing is lost with it."""
    candles = CandleClock(engine.clock, market.is_open)
    market.subscribe(candles.heard)
    runner = build_runner(engine, market, engine.clock, candles, live=settings.live)
    for name, part in (("candles", candles.run), ("bots", runner.run)):
        supervisor.add(name, Kind.WATCH, part)
        supervisor.start(name)
