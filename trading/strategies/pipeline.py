"""The seven-rule pipeline: trend, session, zone, momentum, trigger, risk; the seventh rule is an opinion from
outside, which may hold a candidate back or make it smaller, and nothing else (opinion.py)."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import numpy as np

from trading.indicators.arrays import Values
from trading.indicators.streams import Spec
from trading.parameters import Parameter, Settings
from trading.strategies.hours import DAYS, MarketHours
from trading.strategies.ruling import Flags, Reading, Rule, Ruled, Sides, permitted, shifted, toward
from trading.strategies.series import Series
from trading.strategies.strategy import Context

_D = Decimal
PATTERNS = ("engulfing", "hammer", "shooting_star", "morning_star", "evening_star")
"""Candle patterns that may trigger."""


class Pipeline(Ruled):
    """Enters with the trend, near the zone that carries it, when momentum and a trigger agree."""

    name = "pipeline"
    version = 1
    summary = (
        "Seven rules: trend, session, zone, momentum, trigger, risk, and an opinion that may only hold back."
    )
    parameters = (
        Parameter(
            "trend_frame_s", "int", 0, _D(0), _D(604_800), meaning="seconds of the trend's bars; 0: its own"
        ),
        Parameter("fast", "int", 50, _D(2), _D(500), meaning="bars of the trend's fast average"),
        Parameter("slow", "int", 200, _D(3), _D(2000), meaning="bars of its slow average", above="fast"),
        Parameter("zone", "zone", "UTC", meaning="the market's clock"),
        Parameter("days", "choice", "daily", choices=DAYS, meaning="days on which it may enter"),
        Parameter("opens", "time", time(0), meaning="from when it may enter"),
        Parameter("closes", "time", time(0), meaning="until when; the same as opens: all day"),
        Parameter("swing_reach", "int", 5, _D(1), _D(50), meaning="bars on either side of a swing"),
        Parameter("swing_most", "int", 40, _D(2), _D(500), meaning="swings that are kept"),
        Parameter("near_atr", "decimal", _D(2), _D("0.1"), _D(50), meaning="farthest zone behind, in ranges"),
        Parameter("room_atr", "decimal", _D(1), _D(0), _D(50), meaning="nearest zone ahead, in ranges"),
        Parameter("rsi_length", "int", 14, _D(2), _D(200), meaning="bars of RSI"),
        Parameter(
            "rsi_from", "decimal", _D(45), _D(0), _D(99), meaning="least RSI of a buy; a short: 100 less"
        ),
        Parameter("rsi_to", "decimal", _D(70), _D(1), _D(100), meaning="most RSI of a buy", above="rsi_from"),
        Parameter(
            "trigger",
            "choice",
            "either",
            choices=("reclaim", "pattern", "either"),
            meaning="what triggers: the average is reclaimed, a candle pattern, or either",
        ),
        Parameter("reclaim", "int", 20, _D(2), _D(500), meaning="bars of the average that is reclaimed"),
        Parameter("atr_length", "int", 14, _D(1), _D(200), meaning="bars of the average true range"),
        Parameter("stop_atr", "decimal", _D(2), _D("0.1"), _D(50), meaning="stop from the close, in ranges"),
        Parameter("target_atr", "decimal", _D(3), _D("0.1"), _D(100), meaning="target, in ranges"),
        Parameter("stop_least", "decimal", _D("0.05"), _D(0), _D(50), meaning="closest stop, percent"),
        Parameter(
            "stop_most",
            "decimal",
            _D(8),
            _D("0.1"),
            _D(100),
            meaning="widest stop, percent",
            above="stop_least",
        ),
        Parameter("risk", "decimal", _D("0.5"), _D("0.01"), _D(10), meaning="lost at the stop, percent"),
        Parameter(
            "exposure_most",
            "decimal",
            _D(300),
            _D(1),
            _D(5000),
            meaning="largest position, percent of equity",
        ),
    )

    def warm_up(self, settings: Settings) -> int:
        """All indicators of its own frame must have a value, also one bar before."""
        trend = 0 if settings["trend_frame_s"] else settings["slow"]
        lengths = (settings["rsi_length"] + 1, settings["atr_length"] + 1, settings["reclaim"])
        return int(max(trend, *lengths, 2 * settings["swing_reach"] + 1, 13))

    def frames(self, settings: Settings) -> tuple[int, ...]:
        """That of its trend."""
        return (settings["trend_frame_s"],) if settings["trend_frame_s"] else ()

    def memory(self, settings: Settings, frame_s: int) -> int:
        """A reclaim and a turn of the trend take the bar before."""
        return 2

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""
        close = series.bars.close
        fast, slow = _trend(series, settings)
        side = (fast > slow).astype(np.int8) - (fast < slow).astype(np.int8)
        (reach,) = series.values(Spec("atr", (settings["atr_length"],)))
        distance = float(settings["stop_atr"]) * reach
        return Reading(
            side,
            (
                *permitted(series, side, context, self.warm_up(settings)),
                Rule("trend", side != 0, {"fast": fast, "slow": slow}),
                _session(series, settings),
                _zone(series, side, reach, settings),
                _momentum(series, side, settings),
                _trigger(series, side, settings),
                _risk(close, distance, settings),
            ),
            (side != _before(side)) & (_before(side) != 0),
            close - side * distance,
            close + side * float(settings["target_atr"]) * reach,
        )


def _trend(series: Series, settings: Settings) -> tuple[Values, Values]:
    """Both averages, as of the last bar of the trend's frame that had closed when a bar closed."""
    frame_s = settings["trend_frame_s"]
    specs = [Spec("ema", (settings[name],)) for name in ("fast", "slow")]
    if not frame_s or frame_s == series.bars.frame_s:
        (fast,), (slow,) = (series.values(spec) for spec in specs)
        return fast, slow
    longer = series.longer(frame_s)
    nothing = np.full_like(series.bars.close, np.nan)
    if longer is None:
        return nothing, nothing
    (fast,), (slow,) = (longer.values(spec) for spec in specs)
    if not len(fast):
        return nothing, nothing
    after = series.bars.closes_ms()
    at = np.searchsorted(longer.bars.closes_ms().ravel(), after.ravel(), side="right") - 1
    known = (at >= 0).reshape(after.shape)
    return np.where(known, fast[np.maximum(at, 0)], np.nan), np.where(known, slow[np.maximum(at, 0)], np.nan)


def _before(side: Sides) -> Sides:
    found = np.zeros_like(side)
    found[1:] = side[:-1]
    return found


def _session(series: Series, settings: Settings) -> Rule:
    hours = MarketHours(settings["zone"], settings["opens"], settings["closes"], settings["days"])
    return Rule("session", hours.is_open(series.bars.closes_ms()), {})


def _zone(series: Series, side: Sides, reach: Values, settings: Settings) -> Rule:
    """The zone behind must be near enough to carry it, the one ahead far enough to leave room."""
    close = series.bars.close
    support, _, resistance, _ = series.values(
        Spec("zones", (settings["swing_reach"], settings["swing_most"]))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (close - support) / reach
        below = (resistance - close) / reach
    near, room = np.where(side > 0, above, below), np.where(side > 0, below, above)
    near_most, room_least = float(settings["near_atr"]), float(settings["room_atr"])
    passed = (near <= near_most) & ((room >= room_least) | np.isnan(room))
    return Rule(
        "zone",
        passed & (side != 0),
        {
            "support": support,
            "resistance": resistance,
            "near": near,
            "near_most": near_most,
            "room": room,
            "room_least": room_least,
        },
    )


def _momentum(series: Series, side: Sides, settings: Settings) -> Rule:
    (strength,) = series.values(Spec("rsi", (settings["rsi_length"],)))
    least, most = float(settings["rsi_from"]), float(settings["rsi_to"])
    mirrored = 100 - strength
    up, down = (strength >= least) & (strength <= most), (mirrored >= least) & (mirrored <= most)
    return Rule("momentum", toward(side, up, down), {"rsi": strength, "from": least, "to": most})


def _trigger(series: Series, side: Sides, settings: Settings) -> Rule:
    close = series.bars.close
    (average,) = series.values(Spec("ema", (settings["reclaim"],)))
    earlier, past = shifted(close), shifted(average)
    up, down = (close > average) & (earlier <= past), (close < average) & (earlier >= past)
    reclaimed = toward(side, up, down)
    patterns = np.zeros_like(close)
    for name in PATTERNS:
        (sign,) = series.values(Spec("candle", (name,)))
        patterns = np.where(patterns == 0, np.nan_to_num(sign), patterns)
    shown: Flags = (patterns == side) & (side != 0)
    passed = {"reclaim": reclaimed, "pattern": shown, "either": reclaimed | shown}[settings["trigger"]]
    return Rule(
        "trigger",
        passed,
        {
            "close": close,
            "average": average,
            "earlier": earlier,
            "average_earlier": past,
            "pattern": patterns,
        },
    )


def _risk(close: Values, distance: Values, settings: Settings) -> Rule:
    """The stop must be neither noise nor far, and the position that risks its share not too large."""
    least, most = float(settings["stop_least"]), float(settings["stop_most"])
    exposure_most = float(settings["exposure_most"])
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = distance / close * 100
        exposure = float(settings["risk"]) / percent * 100
    passed = (percent >= least) & (percent <= most) & (exposure <= exposure_most)
    return Rule(
        "risk",
        passed,
        {
            "stop_percent": percent,
            "least": least,
            "most": most,
            "exposure": exposure,
            "exposure_most": exposure_most,
        },
    )
