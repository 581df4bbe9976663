"""Trend following: enter a breakout of a channel in the trend's direction, trail, leave when it turns."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trading.indicators.streams import Spec
from trading.parameters import Parameter, Settings
from trading.strategies.ruling import Reading, Rule, Ruled, crossed, permitted, shifted, toward
from trading.strategies.series import Series
from trading.strategies.strategy import Context

_D = Decimal


class TrendFollowing(Ruled):
    """Buys a close above the channel of the bars before while the averages point up, shorts the mirror."""

    name = "trend_following"
    version = 1
    summary = "Enters a breakout in the direction of the trend, trails it, and leaves when the averages turn."
    parameters = (
        Parameter("fast", "int", 20, _D(2), _D(500), meaning="bars of the fast average"),
        Parameter("slow", "int", 60, _D(3), _D(2000), meaning="bars of the slow average", above="fast"),
        Parameter("channel", "int", 20, _D(2), _D(500), meaning="bars of the channel"),
        Parameter("adx_length", "int", 14, _D(2), _D(200), meaning="bars of ADX"),
        Parameter("adx_least", "decimal", _D(20), _D(0), _D(99), meaning="ADX that makes a trend"),
        Parameter("atr_length", "int", 14, _D(1), _D(200), meaning="bars of the average true range"),
        Parameter("stop_atr", "decimal", _D(2), _D("0.1"), _D(50), meaning="stop from the close, in ranges"),
        Parameter(
            "trail_atr", "decimal", _D(3), _D("0.1"), _D(50), meaning="distance of the trail, in ranges"
        ),
    )

    def warm_up(self, settings: Settings) -> int:
        """All its indicators must have a value, also one bar before."""
        return int(
            max(
                settings["slow"],
                settings["channel"],
                2 * settings["adx_length"],
                settings["atr_length"] + 1,
            )
        )

    def memory(self, settings: Settings, frame_s: int) -> int:
        """The channel is that of the bar before."""
        return 2

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""
        close = series.bars.close
        (fast,), (slow,) = (series.values(Spec("ema", (settings[name],))) for name in ("fast", "slow"))
        upper, _, lower = series.values(Spec("donchian", (settings["channel"],)))
        (strength,) = series.values(Spec("adx", (settings["adx_length"],)))
        (reach,) = series.values(Spec("atr", (settings["atr_length"],)))
        ceiling, floor = shifted(upper), shifted(lower)
        least = float(settings["adx_least"])
        side = (fast > slow).astype(np.int8) - (fast < slow).astype(np.int8)
        breakout = toward(side, close > ceiling, close < floor)
        return Reading(
            side,
            (
                *permitted(series, side, context, self.warm_up(settings)),
                Rule("trend", side != 0, {"fast": fast, "slow": slow}),
                Rule("breakout", breakout, {"close": close, "ceiling": ceiling, "floor": floor}),
                Rule("strength", strength >= least, {"adx": strength, "least": least}),
            ),
            crossed(fast, slow),
            close - side * float(settings["stop_atr"]) * reach,
            np.full_like(close, np.nan),
            float(settings["trail_atr"]) * reach,
        )
