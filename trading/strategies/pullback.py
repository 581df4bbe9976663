"""Pullback: buy a dip inside an uptrend, with a stop and a target measured in average true ranges."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trading.indicators.streams import Spec
from trading.parameters import Parameter, Settings
from trading.strategies.ruling import Reading, Rule, Ruled, permitted
from trading.strategies.series import Series
from trading.strategies.strategy import Context

_D = Decimal


class Pullback(Ruled):
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

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""
        close = series.bars.close
        (fast,), (slow,) = (series.values(Spec("ema", (settings[name],))) for name in ("fast", "slow"))
        (strength,) = series.values(Spec("rsi", (settings["rsi_length"],)))
        (reach,) = series.values(Spec("atr", (settings["atr_length"],)))
        below = float(settings["rsi_below"])
        side = np.ones_like(close, dtype=np.int8)
        return Reading(
            side,
            (
                *permitted(series, side, context, self.warm_up(settings)),
                Rule("trend", fast > slow, {"fast": fast, "slow": slow}),
                Rule("dip", strength < below, {"rsi": strength, "below": below}),
            ),
            np.zeros_like(close, dtype=np.bool_),
            close - float(settings["stop_atr"]) * reach,
            close + float(settings["target_atr"]) * reach,
        )
