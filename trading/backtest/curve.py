"""What an account was worth at each close: for pictures, and for falls that a closed result does not show.

Floats: a curve is looked at, nothing is paid from it. What the round trips made is summed exactly elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trading.backtest.results import Held, Run, Trip
from trading.backtest.ticks import Floats, Ints, Ticks, as_floats

POINTS_MAX = 1_200
"""More than a picture has pixels for."""


class Curve(NamedTuple):
    """`value` at `at_ms`, the close of each bar of all symbols."""

    at_ms: Ints
    value: Floats


class Fallen(NamedTuple):
    """The deepest fall of a curve: in money, in percent of the highest value before it, and how long the
    longest stretch below a high lasted."""

    depth: float
    percent: float
    longest_ms: int


def curve_of(run: Run, series: Sequence[Ticks]) -> Curve:
    """The account at every close; before the first bar it is its cash."""
    at_ms = np.unique(np.concatenate([ticks.ends_ms for ticks in series]))
    value = np.full(len(at_ms), float(run.cash))
    for ticks in series:
        trips = [trip for trip in run.trips if trip.symbol == ticks.symbol]
        held = next((one for one in run.held if one.symbol == ticks.symbol), None)
        own = _of_symbol(ticks, trips, held)
        place = np.searchsorted(ticks.ends_ms, at_ms, "right") - 1
        value += np.where(place >= 0, own[np.maximum(place, 0)], 0.0)
    return Curve(at_ms, value)


def _of_symbol(ticks: Ticks, trips: Sequence[Trip], held: Held | None) -> Floats:
    """What the symbol has made by each of its closes, what is held at its price then."""
    steps = np.zeros(len(ticks))
    floating = np.zeros(len(ticks))
    close = as_floats(ticks.bid.close, ticks.instrument.tick_size)
    ask = close if ticks.is_one_price else as_floats(ticks.ask.close, ticks.instrument.tick_size)
    multiplier = float(ticks.instrument.multiplier)
    ends = ticks.ends_ms

    def hold(is_long: bool, quantity: float, price: float, fee: float, begin: int, end: int) -> None:
        side = close if is_long else ask
        sign = 1.0 if is_long else -1.0
        floating[begin:end] += sign * (side[begin:end] - price) * quantity * multiplier - fee

    begins = np.searchsorted(ticks.at_ms, [trip.entered_ms for trip in trips], "left")
    lefts = np.searchsorted(ends, [trip.left_ms for trip in trips], "left")
    for trip, begin, left in zip(trips, begins.tolist(), lefts.tolist(), strict=True):
        steps[min(left, len(steps) - 1)] += float(trip.net)
        hold(trip.is_long, float(trip.quantity), float(trip.entry_price), float(trip.fees) / 2, begin, left)
    if held is not None:
        begin = int(np.searchsorted(ticks.at_ms, held.entered_ms, "left"))
        hold(held.is_long, float(held.quantity), float(held.entry_price), float(held.fees), begin, len(ticks))
    return np.cumsum(steps) + floating


def fallen(curve: Curve, start: float) -> Fallen:
    """The deepest and the longest fall, from the cash at the beginning on."""
    if not len(curve.value):
        return Fallen(0.0, 0.0, 0)
    peaks = np.maximum(np.maximum.accumulate(curve.value), start)
    below = peaks - curve.value
    percent = float((below / peaks).max()) * 100 if float(peaks.min()) > 0 else 100.0
    at_peak = np.flatnonzero(below <= 0)
    marks = np.concatenate(([0], at_peak, [len(below) - 1]))
    longest = int(np.diff(curve.at_ms[marks]).max()) if len(marks) > 1 else 0
    return Fallen(float(below.max()), percent, longest)


def thinned(curve: Curve, most: int = POINTS_MAX) -> Curve:
    """The curve with at most so many points: of each stretch its lowest, its highest and its last one."""
    count = len(curve.at_ms)
    if count <= most:
        return curve
    stretches = np.array_split(np.arange(count), most // 3)
    kept = {0}
    for stretch in stretches:
        values = curve.value[stretch]
        kept |= {int(stretch[values.argmin()]), int(stretch[values.argmax()]), int(stretch[-1])}
    places = np.array(sorted(kept))
    return Curve(curve.at_ms[places], curve.value[places])


def held_curve(series: Sequence[Ticks], cash: float, fee_bps: float) -> Curve:
    """Every symbol bought at its first open for an equal part of the cash, and never sold before its end."""
    at_ms = np.unique(np.concatenate([ticks.ends_ms for ticks in series]))
    value = np.zeros(len(at_ms))
    part, fee = cash / len(series), fee_bps / 10_000
    for ticks in series:
        size = ticks.instrument.tick_size
        paid = float(ticks.price(int(ticks.ask.open[0]))) * (1 + fee)
        close = as_floats(ticks.bid.close, size)
        own = part * close / paid
        own[-1] *= 1 - fee
        place = np.searchsorted(ticks.ends_ms, at_ms, "right") - 1
        value += np.where(place >= 0, own[np.maximum(place, 0)], part)
    return Curve(at_ms, value)
