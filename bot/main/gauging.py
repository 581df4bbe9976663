"""What is measured of prices beside the engine: indicators with their alerts, and how far prices went."""

from __future__ import annotations

from bot.main.shutting import ShutDown, Step
from bot.main.supervising import Kind, Supervisor
from trading.engine.alert_rounds import AlertRounds
from trading.engine.loop import Engine
from trading.extremes import Extremes
from trading.feeds.market import Market
from trading.gauge import Gauge
from trading.ports import Clock, Registers


class Gauging:
    """The measures of a running desk; `begin` has them listen and adds their tasks.

    Args:
        engine: with its book loaded.
        registers: where paths of prices are kept.
    """

    def __init__(self, engine: Engine, market: Market, registers: Registers, clock: Clock) -> None:
        self._engine = engine
        self._market = market
        self.gauge = Gauge(market, clock, market.older, market.follows)
        self.rounds = AlertRounds(engine, self.gauge.reading, market.stale_after_s)
        self.paths = Extremes(market, registers, clock, lambda: engine.book)

    async def begin(self, supervisor: Supervisor, shut: ShutDown) -> Gauging:
        """Listen from now on. Raises JournalUnavailable when the paths of before cannot be read."""
        await self.paths.load()
        self._market.subscribe(self.paths.hear)
        self._engine.committed(self.paths.committed)
        supervisor.add("alert-rounds", Kind.CORE, self.rounds.run)
        supervisor.add("price-paths", Kind.WATCH, self.paths.run)
        shut.add(Step.FRONTS, self.paths.write)
        return self
