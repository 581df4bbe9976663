"""Profiles of automatic trading, put together on a desk that runs: their clock of candles, their store, their
opinions; begun once everything that hears of their orders is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.conversation.handling import Tools
from bot.main.loading import load_strategies
from bot.main.past import reader_of
from bot.main.supervising import Kind, Supervisor
from trading.candles.candle_clock import CandleClock
from trading.feeds.market import Market
from trading.profiles.parts import Parts
from trading.profiles.profile import ProfileStore
from trading.profiles.profile_desk import ProfileDesk
from trading.telemetry import MUTE, Telemetry


async def with_profiles(
    tools: Tools,
    store: ProfileStore,
    market: Market,
    supervisor: Supervisor,
    home: Path,
    telemetry: Telemetry = MUTE,
) -> Tools:
    """The tools of a conversation with its profiles, which trade from the supervisor's start on. Raises
    JournalUnavailable."""
    candles = CandleClock(tools.clock, market.is_open)
    market.subscribe(candles.heard)
    parts = Parts(
        tools.desk,
        tools.book,
        tools.market,
        tools.ledger,
        tools.registers,
        store,
        tools.clock,
        candles,
        market.want,
        lambda symbol, span: market.older(symbol, span) or (),
        tools.opinion,
        reader_of(home, telemetry),
    )
    desk = ProfileDesk(parts, telemetry, load_strategies)
    await desk.load()
    supervisor.add("profiles", Kind.SCHEDULER, desk.run)
    return replace(tools, profiles=desk, load_strategies=load_strategies)
