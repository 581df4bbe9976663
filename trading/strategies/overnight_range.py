"""Overnight range: the first close outside of the night's range in the morning, on the exchange's clock."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trading.indicators.arrays import Values
from trading.parameters import Parameter, Settings
from trading.strategies.bars import Columns
from trading.strategies.hours import (
    DAY_MS,
    DAYS,
    MINUTE_MS,
    ends_early,
    local_ms,
    minute_of,
    opens_on,
    utc_ms,
)
from trading.strategies.ruling import Flags, Reading, Rule, Ruled, Sides, permitted
from trading.strategies.series import Series
from trading.strategies.strategy import Context

_D = Decimal
_DAY_MINUTES = 24 * 60
_CLEARING = 15
"""Minutes before an early close at which it leaves."""


class _Night(NamedTuple):
    """The night before each bar's local day: its highest and lowest price, how many bars it has."""

    high: Values
    low: Values
    bars: Values


class OvernightRange(Ruled):
    """Buys the first close above the night's range, shorts the first below, and leaves before the end."""

    name = "overnight_range"
    version = 1
    summary = "Enters the first close outside of the night's range and leaves before the day's session ends."
    parameters = (
        Parameter("zone", "zone", "America/New_York", meaning="the exchange's clock"),
        Parameter("days", "choice", "weekdays", choices=DAYS, meaning="days on which it may enter"),
        Parameter("night_begins", "time", time(18), meaning="when the night begins, the evening before"),
        Parameter("opens", "time", time(9, 30), meaning="when the night ends and the session begins"),
        Parameter("until", "time", time(12), meaning="last close that may enter", above="opens"),
        Parameter("leaves", "time", time(15, 45), meaning="when it leaves", above="until"),
        Parameter("bars_least", "int", 6, _D(1), _D(2000), meaning="bars that a night needs"),
        Parameter(
            "width_least",
            "decimal",
            _D("0.1"),
            _D(0),
            _D(50),
            meaning="narrowest range, percent of the close",
        ),
        Parameter(
            "width_most",
            "decimal",
            _D(5),
            _D("0.01"),
            _D(100),
            meaning="widest range, percent of the close",
            above="width_least",
        ),
        Parameter(
            "stop",
            "choice",
            "middle",
            choices=("middle", "far"),
            meaning="stop: the range's middle or far end",
        ),
        Parameter(
            "target_ranges", "decimal", _D(1), _D("0.1"), _D(20), meaning="target from the close, in ranges"
        ),
    )

    def warm_up(self, settings: Settings) -> int:
        """One bar before the night, so that it is whole, and the night."""
        return int(settings["bars_least"]) + 1

    def memory(self, settings: Settings, frame_s: int) -> int:
        """From before the night until the last close that may enter; clocks may be put back by an hour."""
        begins, until = minute_of(settings["night_begins"]), minute_of(settings["until"])
        span = until - begins + (0 if begins < minute_of(settings["opens"]) else _DAY_MINUTES)
        return (span + 60) * 60 // frame_s + 3

    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""
        bars = series.bars
        close = bars.close
        local = local_ms(bars.at_ms, settings["zone"])
        day, minute = local // DAY_MS, (local % DAY_MS) // MINUTE_MS
        night = _night(bars, day, minute, settings)
        ends = minute + (bars.frame_s * 1000 + MINUTE_MS - 1) // MINUTE_MS
        last = np.minimum(minute_of(settings["until"]), ends_early(day, settings["days"]))
        is_session = (minute >= minute_of(settings["opens"])) & (ends <= last)
        side = (is_session & (close > night.high)).astype(np.int8) - (
            is_session & (close < night.low)
        ).astype(np.int8)
        earlier = _earlier(side, day)
        width = night.high - night.low
        share = width / close * 100
        least, most = float(settings["width_least"]), float(settings["width_most"])
        stop = (night.high + night.low) / 2
        if settings["stop"] == "far":
            stop = np.where(side > 0, night.low, night.high)
        return Reading(
            side,
            (
                *permitted(series, side, context, self.warm_up(settings)),
                Rule(
                    "session",
                    is_session & opens_on(day, settings["days"]),
                    {"minute": minute.astype(np.float64), "last": last.astype(np.float64)},
                ),
                Rule("range", night.bars >= settings["bars_least"], {"bars": night.bars}),
                Rule(
                    "width",
                    (share >= least) & (share <= most),
                    {"percent": share, "least": least, "most": most},
                ),
                Rule("break", side != 0, {"close": close, "high": night.high, "low": night.low}),
                Rule("first", earlier == 0, {"earlier": earlier}),
            ),
            np.zeros_like(close, dtype=np.bool_),
            stop,
            close + side * float(settings["target_ranges"]) * width,
            exit_by_ms=_leaves(day, settings),
        )


def _night(bars: Columns, day: NDArray[np.int64], minute: NDArray[np.int64], settings: Settings) -> _Night:
    begins, opens = minute_of(settings["night_begins"]), minute_of(settings["opens"])
    if begins < opens:
        inside, belongs = (minute >= begins) & (minute < opens), day
    else:
        inside, belongs = (minute >= begins) | (minute < opens), day + (minute >= begins)
    inside, belongs, day = inside.ravel(), belongs.ravel(), day.ravel()
    nothing = np.full_like(bars.high, np.nan)
    found = _Night(nothing, nothing.copy(), np.zeros_like(bars.high))
    places = np.flatnonzero(inside)
    # Of a night that begins with the first bar in view nobody knows whether it began earlier.
    if not len(places):
        return found
    of_night = belongs[places]
    starts = np.flatnonzero(np.concatenate([[True], of_night[1:] != of_night[:-1]]))
    nights = of_night[starts]
    counts = np.diff(np.append(starts, len(places))).astype(np.float64)
    high = np.maximum.reduceat(bars.high[places], starts, axis=0)
    low = np.minimum.reduceat(bars.low[places], starts, axis=0)
    if places[0] == 0:
        counts[0], high[0], low[0] = 0.0, np.nan, np.nan
    # A bar of the night itself does not know the whole of it yet.
    asks = np.flatnonzero(~inside)
    at = np.searchsorted(nights, day[asks])
    known = (at < len(nights)) & (nights[np.minimum(at, len(nights) - 1)] == day[asks])
    asks, at = asks[known], at[known]
    found.high[asks], found.low[asks] = high[at], low[at]
    found.bars[asks] = counts[at].reshape(-1, *(1,) * (bars.high.ndim - 1))
    return found


def _earlier(side: Sides, day: NDArray[np.int64]) -> Values:
    """How many closes outside of the range came before on the same day."""
    if not len(side):
        return np.zeros(side.shape)
    outside: Flags = side != 0
    before: NDArray[np.int64] = np.cumsum(outside, axis=0) - outside
    days = day.ravel()
    begins = np.flatnonzero(np.concatenate([[True], days[1:] != days[:-1]]))
    lengths = np.diff(np.append(begins, len(days)))
    return (before - np.repeat(before[begins], lengths, axis=0)).astype(np.float64)


def _leaves(day: NDArray[np.int64], settings: Settings) -> NDArray[np.int64]:
    days, place = np.unique(day, return_inverse=True)
    minutes = np.minimum(minute_of(settings["leaves"]), ends_early(days, settings["days"]) - _CLEARING)
    instants = [
        utc_ms(int(one), int(minute), settings["zone"]) for one, minute in zip(days, minutes, strict=True)
    ]
    return np.array(instants, dtype=np.int64)[place]
