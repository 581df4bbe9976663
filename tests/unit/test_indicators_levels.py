"""Sessions, swings and zones, worked by hand."""

import math

import numpy as np
from numpy.typing import NDArray

from trading.indicators.arrays import candle, donchian, ema
from trading.indicators.levels import pivots, swings, vwap, zones

NAN = math.nan


def column(*values: float) -> NDArray[np.float64]:
    """A column of prices."""
    return np.array(values, dtype=np.float64)


def alike(found: NDArray[np.float64], *expected: float) -> bool:
    """Equal within what a float holds; NaN where NaN is meant."""
    return bool(np.allclose(found, column(*expected), rtol=1e-12, equal_nan=True))


def test_vwap_begins_anew_with_each_session_and_weighs_with_volume() -> None:
    flat = column(10, 11, 20, 30, 40, 7)
    session = np.array([1, 1, 2, 2, 2, 9])
    volume = column(1, 1, 3, 1, 0, 0)
    # The first session may have begun earlier; (20 * 3 + 30) / 4 = 22.5; nothing traded in the last one.
    assert alike(vwap(flat, flat, flat, volume, session), NAN, NAN, 20, 22.5, 22.5, NAN)


def test_vwap_takes_the_third_of_high_low_and_close() -> None:
    found = vwap(column(9, 12), column(3, 6), column(6, 9), column(1, 2), np.array([1, 2]))
    assert alike(found, NAN, 9)


def test_pivots_are_those_of_the_whole_session_before() -> None:
    high, low = column(9, 12, 14, 11, 13, 20), column(8, 10, 11, 9, 10, 19)
    close, session = column(8, 11, 13, 10, 12, 19), np.array([1, 2, 2, 3, 3, 4])
    middle, above, below, far_above, far_below = pivots(high, low, close, session)
    # Session 2: high 14, low 10, close 13: P = 37 / 3; session 3: high 13, low 9, close 12: P = 34 / 3.
    assert alike(middle, NAN, NAN, NAN, 37 / 3, 37 / 3, 34 / 3)
    assert alike(above, NAN, NAN, NAN, 74 / 3 - 10, 74 / 3 - 10, 68 / 3 - 9)
    assert alike(below, NAN, NAN, NAN, 74 / 3 - 14, 74 / 3 - 14, 68 / 3 - 13)
    assert alike(far_above, NAN, NAN, NAN, 37 / 3 + 4, 37 / 3 + 4, 34 / 3 + 4)
    assert alike(far_below, NAN, NAN, NAN, 37 / 3 - 4, 37 / 3 - 4, 34 / 3 - 4)


def test_a_swing_is_known_only_once_it_is_confirmed_and_the_first_of_equals_counts() -> None:
    high = column(1, 2, 5, 5, 3, 2, 4, 3)
    tops, bottoms = swings(high, high - 1, 2)
    # 5 at index 2 is confirmed at 4; its equal at 3 is not above what came before; 2 - 1 at 5 is a low, at 7.
    assert alike(tops, NAN, NAN, NAN, NAN, 5, NAN, NAN, NAN)
    assert alike(bottoms, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 1)


def test_zones_lie_on_either_side_of_the_close_and_count_their_touches() -> None:
    # Tops of 10, 10.01 and 14, bottoms of 8, 9.5: reach 1.
    high = column(9, 10, 9, 10.01, 10, 14, 11, 12)
    low = column(8.5, 9, 8, 9.9, 9.5, 13, 10.5, 11)
    close = column(9, 9.5, 8.5, 10, 9.9, 13.5, 11, 11.5)
    support, support_touches, resistance, resistance_touches = zones(high, low, close, 1, 40, 0.002)
    assert alike(support, NAN, NAN, NAN, 10, 8, 10.01, 10.01, 10.5)
    assert alike(support_touches, NAN, NAN, NAN, 1, 1, 2, 2, 1)
    assert alike(resistance, NAN, NAN, 10, 10, 10, NAN, 14, 14)
    assert alike(resistance_touches, NAN, NAN, 1, 1, 2, NAN, 1, 1)


def test_the_oldest_swings_are_forgotten() -> None:
    high = column(1, 9, 1, 5, 1, 3, 1)
    low = high - 0.5
    _, _, kept, _ = zones(high, low, low, 1, 40, 0.0)
    _, _, short, _ = zones(high, low, low, 1, 1, 0.0)
    # 9 stands above at once; with room for one swing only, the low at 2 has taken its place.
    assert alike(kept[2:4], 9, 9) and alike(short[2:4], 9, NAN)
    support, _, resistance, _ = zones(high, low, low + 3, 1, 2, 0.0)
    assert alike(resistance[-1:], NAN) and alike(support[-1:], 3)


def test_the_channel_holds_this_bar_too() -> None:
    upper, middle, lower = donchian(column(3, 5, 4, 2), column(1, 2, 3, 0), 3)
    assert alike(upper, NAN, NAN, 5, 5) and alike(lower, NAN, NAN, 1, 0) and alike(middle, NAN, NAN, 3, 2.5)


def test_an_average_of_one_bar_is_the_bar() -> None:
    assert alike(ema(column(3, 1, 2), 1), 3, 1, 2)
    assert alike(ema(column(3, 1, 2), 3), NAN, NAN, 2)


def test_an_engulfing_bar_speaks_for_its_own_side() -> None:
    opened = column(10.4, 10.2, 10, 9.8, 9.4, 10.1)
    close = column(10.2, 10, 9.8, 9.5, 10, 9.3)
    found = candle(
        opened, np.maximum(opened, close) + 0.1, np.minimum(opened, close) - 0.1, close, "engulfing"
    )
    assert alike(found, NAN, NAN, 0, 0, 1, -1)
