"""Mean reversion: enter against a close outside Bollinger's bands in a market without a trend, leave at the
middle."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trading.indicators.streams import Spec
from trading.parameters import Parameter, Settings
from trading.strategies.ruling import Reading, Rule, Ruled, crossed, permitted, toward
from trading.strategies.series import Series
from trading.strategies.strategy import Context

_D = Decimal


class MeanReversion(Ruled):
    """Buys below the lower band when RSI is low and ADX small, sells short above the upper one."""

    name = "mean_reversion"
    version = 1
    summary = (
        "Enters against a close outside Bollinger's bands where no trend is, and leaves at their middle."
    )
    parameters = (
        Parameter("length", "int", 20, _D(5), _D(500), meaning="bars of the bands"),
        Parameter("deviations", "decimal", _D(2), _D("0.5"), _D(5), _D("0.1"), meaning="width of the bands"),
        Parameter("rsi_length", "int", 14, _D(2), _D(200), meaning="bars of RSI"),
        Parameter(
            "rsi_low",
            "decimal",
            _D(30),
            _D(1),
            _D(50),
            meaning="RSI at most for a buy; 100 less it for a short",
        ),
        Parameter("adx_length", "int", 14, _D(2), _D(200), meaning="bars of ADX"),
        Parameter("adx_most", "decimal", _D(25), _D(1), _D(100), meaning="ADX above which a trend is on"),
        Parameter("atr_length", "int", 14, _D(1), _D(200), meaning="bars of the average true range"),
        Parameter(
            "stop_atr", "decimal", _D("2.5"), _D("0.1"), _D(50), meaning="stop from the close, in ranges"
        ),
        Parameter("hold_bars", "int", 40, _D(1), _D(5000), meaning="bars after which it leaves anyway"),
    )

    def warm_up(self, settings: Settings) -> int:
        """All its indicators must have a value, also one bar before."""
        return int(
            max(
                settings["length"],
                settings["rsi_length"] + 1,
                2 * settings["adx_length"],
                settings["atr_length"] + 1,
            )
        )

    def memory(self, settings: Settings, frame_s: int) -> int:
        """A crossing takes the bar before."""
        return 2

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""
        bars = series.bars
        close = bars.close
        upper, middle, lower = series.values(
            Spec("bollinger", (settings["length"], float(settings["deviations"])))
        )
        (strength,) = series.values(Spec("rsi", (settings["rsi_length"],)))
        (trend,) = series.values(Spec("adx", (settings["adx_length"],)))
        (reach,) = series.values(Spec("atr", (settings["atr_length"],)))
        low, most = float(settings["rsi_low"]), float(settings["adx_most"])
        side = (close < lower).astype(np.int8) - (close > upper).astype(np.int8)
        stretch = Rule("stretch", side != 0, {"close": close, "lower": lower, "upper": upper})
        momentum = toward(side, strength <= low, strength >= 100 - low)
        return Reading(
            side,
            (
                *permitted(series, side, context, self.warm_up(settings)),
                stretch,
                Rule("momentum", momentum, {"rsi": strength, "low": low, "high": 100 - low}),
                Rule("calm", trend <= most, {"adx": trend, "most": most}),
            ),
            crossed(close, middle),
            close - side * float(settings["stop_atr"]) * reach,
            np.full_like(close, np.nan),
            exit_by_ms=bars.closes_ms() + settings["hold_bars"] * bars.frame_s * 1000,
        )
