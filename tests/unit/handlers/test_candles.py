"""From minutes to candles: the same prices in fewer strokes, and nothing where nothing was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.frames import FRAMES, frame_named, looks_like_frame
from bot.conversation.painting import DAY
from bot.handlers.candles import (
    CANDLES_MAX,
    candles_of,
    fitting_frame,
    swing_of,
    with_quote,
)
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.frames import frames_of, span_of

START = datetime(2018, 4, 4, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def bar(
    minute: float, o: int, h: int, low: int, c: int, volume: int | None = 1, span: timedelta = MINUTE
) -> Bar:
    at = START + timedelta(minutes=minute)
    opens, high, lowest, close = (Price(Decimal(one)) for one in (o, h, low, c))
    traded = Quantity(Decimal(volume)) if volume is not None else None
    return Bar("BTC/USD", at, at + span, opens, high, lowest, close, traded)


def quote(minute: float, price: int) -> Quote:
    value = Price(Decimal(price))
    return Quote("BTC/USD", value, Price(value + 1), START + timedelta(minutes=minute))


def test_five_minutes_become_one_candle() -> None:
    bars = [bar(i, 100 + i, 110 + i, 90 - i, 101 + i, i) for i in range(10)]
    first, second = candles_of(bars, 5 * MINUTE)
    assert (first.at, first.ends_at) == (START, START + 5 * MINUTE)
    assert [first.open, first.high, first.low, first.close, first.volume] == [100, 114, 86, 105, 10]
    assert second.at == START + 5 * MINUTE and second.open == 105 and second.close == 110


def test_a_stretch_without_bars_has_no_candle() -> None:
    found = candles_of([bar(0, 1, 1, 1, 1), bar(31, 2, 2, 2, 2)], 5 * MINUTE)
    assert [candle.at for candle in found] == [START, START + 30 * MINUTE]


def test_a_candle_whose_beginning_is_not_known_is_left_out_unless_it_is_alone() -> None:
    assert [c.open for c in candles_of([bar(3, 1, 1, 1, 1), bar(5, 2, 2, 2, 2)], 5 * MINUTE)] == [2]
    assert [c.open for c in candles_of([bar(3, 1, 1, 1, 1)], 5 * MINUTE)] == [1]


def test_bars_that_begin_between_the_minutes_stay_what_they_are() -> None:
    # A replay lays the past over today to the second.
    bars = [bar(i + 0.3, i, i, i, i) for i in range(7)]
    assert [candle.at for candle in candles_of(bars, MINUTE)] == [one.at for one in bars]
    assert [candle.open for candle in candles_of(bars, 5 * MINUTE)] == [0, 5]


def test_unknown_volume_is_not_zero() -> None:
    (found,) = candles_of([bar(0, 1, 1, 1, 1, None), bar(1, 1, 1, 1, 1, None)], 5 * MINUTE)
    assert found.volume is None
    (found,) = candles_of([bar(0, 1, 1, 1, 1, None), bar(1, 1, 1, 1, 1, 7)], 5 * MINUTE)
    assert found.volume == 7


def test_no_bars_give_no_candles() -> None:
    assert candles_of([], MINUTE) == []


minutes = st.lists(st.integers(0, 3000), unique=True, min_size=1, max_size=80).map(sorted)


@given(minutes=minutes, frame=st.sampled_from(list(FRAMES)), seed=st.integers(1, 99))
def test_candles_of_any_frame_keep_the_prices(minutes: list[int], frame: str, seed: int) -> None:
    bars = [bar(m, *_four(m * seed), volume=m % 9) for m in minutes]
    span = FRAMES[frame]
    found = candles_of(bars, span)
    left_out = [one for one in bars if one.at < found[0].at]
    if left_out:
        assert left_out[-1].at - left_out[0].at < span, "only the first candle may be left out"
        assert (left_out[0].at - datetime(2018, 4, 4, tzinfo=UTC)) % span, "and only without its beginning"
    assert all(earlier.ends_at <= later.at for earlier, later in pairwise(found))
    assert all(candle.ends_at - candle.at == span for candle in found)
    for candle in found:
        mine = [one for one in bars if candle.at <= one.at < candle.ends_at]
        assert mine, "no candle without a bar"
        assert candle.open == mine[0].open and candle.close == mine[-1].close
        assert candle.high == max(one.high for one in mine) and candle.low == min(one.low for one in mine)
        assert candle.volume == sum(one.volume or 0 for one in mine)


def _four(number: int) -> tuple[int, int, int, int]:
    opens, closes = 100 + number % 17, 100 + number % 13
    return opens, max(opens, closes) + number % 5, min(opens, closes) - number % 7, closes


# ---------------------------------------------------------------- frames


@pytest.mark.parametrize(
    ("count", "frame"), [(1, "1m"), (120, "1m"), (121, "5m"), (600, "5m"), (1500, "15m")]
)
def test_without_a_frame_the_whole_past_is_shown(count: int, frame: str) -> None:
    bars = [bar(i, 1, 1, 1, 1) for i in range(count)]
    assert fitting_frame(bars, frames_of(span_of(bars))) == frame
    assert len(candles_of(bars, FRAMES[frame])) <= CANDLES_MAX


@pytest.mark.parametrize(
    ("word", "frame"),
    [
        *(("1m", "1m"), ("60min", "1h"), ("1hour", "1h"), ("240m", "4h"), ("H4", "4h"), ("m15", "15m")),
        *(("24h", "1d"), ("daily", "1d"), ("D1", "1d"), ("7m", ""), ("1w", ""), ("0m", ""), ("30s", "")),
        *(("99999m", ""), ("m7", "")),
    ],
)
def test_people_write_time_frames_in_many_ways(word: str, frame: str) -> None:
    assert frame_named(word) == frame


def test_a_symbol_is_no_time_frame() -> None:
    for word in ("btc", "1inch", "m2", "h2o", "d", "1", "100", "es", "5mm"):
        assert not looks_like_frame(word), word
    for word in ("1m", "7m", "2w", "3mo", "h4", "daily", "30s"):
        assert looks_like_frame(word), word


# ---------------------------------------------------------------- the newest price


def test_the_newest_price_moves_the_last_candle() -> None:
    candles = candles_of([bar(i, 100, 101, 99, 100) for i in range(7)], 5 * MINUTE)
    last = with_quote(candles, quote(7.5, 120), START + 7 * MINUTE)[-1]
    assert last.at == START + 5 * MINUTE
    assert [last.open, last.high, last.low, last.close] == [100, 120, 99, 120]


def test_the_newest_price_begins_a_candle_of_its_own_after_the_last() -> None:
    candles = candles_of([bar(0, 100, 101, 99, 100)], MINUTE)
    found = with_quote(candles, quote(63.5, 120), START + MINUTE)
    assert [candle.at for candle in found] == [START, START + 63 * MINUTE]
    assert found[1].open == found[1].close == 120 and found[1].volume is None


def test_a_price_that_is_older_than_the_bars_changes_nothing() -> None:
    candles = candles_of([bar(0, 100, 101, 99, 100)], MINUTE)
    assert with_quote(candles, quote(0.5, 500), START + MINUTE) == candles
    assert with_quote(candles, quote(1, 500), START + MINUTE) == candles
    assert with_quote(candles, None, START + MINUTE) == candles


# ---------------------------------------------------------------- 24 hours


def test_the_change_counts_from_the_price_of_24_hours_ago() -> None:
    bars = [bar(i, 100 + i, 100 + i, 100 + i, 100 + i) for i in range(1500)]
    swing = swing_of(bars, None)
    assert swing is not None and swing.span == DAY
    # The bar that ended exactly 24 hours before the last one did: number 59.
    assert swing.percent == Decimal(1599 - 159) / 159 * 100
    assert swing.high == 1599 and swing.low == 160


def test_a_shorter_past_says_how_short_it_is() -> None:
    swing = swing_of([bar(i, 100, 110, 90, 105) for i in range(60)], quote(61, 120))
    assert swing is not None
    assert swing.span == 61 * MINUTE
    assert [swing.percent, swing.high, swing.low] == [20, 120, 90]


def test_a_change_of_nothing_is_none() -> None:
    assert swing_of([], quote(0, 1)) is None
    assert swing_of([bar(0, 0, 0, 0, 0)], None) is None


def test_a_market_that_is_closed_keeps_its_last_day() -> None:
    bars = [bar(0, 100, 101, 99, 100, span=DAY), bar(1440, 100, 120, 98, 110, span=DAY)]
    swing = swing_of(bars, None)
    assert swing is not None and swing.span == DAY and swing.percent == 10
