"""Pullback: buy a dip inside an uptrend, with a stop and a target measured in average true ranges."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trading.indicators.arrays import atr, ema, rsi
from trading.parameters import Parameter, Settings
from trading.strategies.bars import Columns
from trading.strategies.ruling import Reading, Rule, explained, permitted, planned
from trading.strategies.strategy import Context, Plan, Scorecard

_D = Decimal


class Pullback:
    """Buys when the fast average lies above the slow one and RSI has fallen below a level; long only."""

    name = "pullback"
    version = 1
    summary = "Buys a dip inside an uptrend; stop and target in average true ranges from that close."
    parameters = (
        Parameter("fast", "int", 50, _D(2), _D(500), meaning="bars of the fast average"),
        Parameter("slow", "int", 200, _D(3), _D(2000), meaning="bars of the slow average", above="fast"),
        Parameter("rsi_length", "int", 14, _D(2), _D(200), meaning="bars of RSI"),
        Parameter("rsi_below", "decimal", _D(40), _D(1), _D(99), meaning="RSI below which a dip is one"),
        Parameter("atr_length", "int", 14, _D(1), _D(200), meaning="bars of the average true range"),
        Parameter("stop_atr", "decimal", _D(2), _D("0.1"), _D(50), meaning="stop below the close, in ranges"),
        Parameter(
            "target_atr", "decimal", _D(3), _D("0.1"), _D(100), meaning="target above the close, in ranges"
        ),
    )

    def warm_up(self, settings: Settings) -> int:
        """The slow average, RSI and the range must all be there, and none of them at its very first value."""
        return int(max(settings["slow"], settings["rsi_length"] + 1, settings["atr_length"] + 1))

    def plan(self, bars: Columns, settings: Settings, context: Context) -> Plan:
        """What to do after each bar."""
        return planned(self._read(bars, settings, context))

    def explain(self, bars: Columns, settings: Settings, context: Context, index: int) -> Scorecard:
        """What each rule said at one bar."""
        return explained(self.name, self.version, bars, self._read(bars, settings, context), index)

    def _read(self, bars: Columns, settings: Settings, context: Context) -> Reading:
        first = self.warm_up(settings)
        fast, slow = ema(bars.close, settings["fast"]), ema(bars.close, settings["slow"])
        strength = rsi(bars.close, settings["rsi_length"])
        reach = atr(bars.high, bars.low, bars.close, settings["atr_length"])
        below = float(settings["rsi_below"])
        side = np.ones(len(bars), dtype=np.int8)
        rules = (
            *permitted(bars, side, context, first),
            Rule("trend", fast > slow, {"fast": fast, "slow": slow}),
            Rule("dip", strength < below, {"rsi": strength, "below": below}),
        )
        return Reading(
            first,
            side,
            rules,
            np.zeros(len(bars), dtype=np.bool_),
            bars.close - float(settings["stop_atr"]) * reach,
            bars.close + float(settings["target_atr"]) * reach,
        )
