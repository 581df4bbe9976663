"""Every indicator of the table: one bar at a time says what the whole array says, bit for bit."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.strategies.drawn import same, walk
from trading.indicators.arrays import CANDLES, NotFinite
from trading.indicators.streams import KINDS, Row, Spec, Stream, computed
from trading.strategies.bars import Columns

Column = Callable[[str], Any]

SHAPES: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "ema": st.tuples(st.integers(1, 60)),
    "sma": st.tuples(st.integers(1, 60)),
    "rsi": st.tuples(st.integers(2, 40)),
    "atr": st.tuples(st.integers(1, 40)),
    "adx": st.tuples(st.integers(2, 30)),
    "bollinger": st.tuples(st.integers(2, 40), st.sampled_from([1.0, 2.0, 2.5])),
    "macd": st.tuples(st.integers(2, 15), st.integers(16, 40), st.integers(1, 12)),
    "donchian": st.tuples(st.integers(2, 40)),
    "candle": st.tuples(st.sampled_from(sorted(CANDLES))),
    "vwap": st.just(()),
    "pivots": st.just(()),
    "swings": st.tuples(st.integers(1, 9)),
    "zones": st.tuples(st.integers(1, 6), st.integers(1, 20), st.sampled_from([0.0, 0.002, 0.02])),
}


def columns_of(bars: Columns) -> Column:
    """Columns by name; a session is a quarter of a day."""
    session = bars.at_ms // 21_600_000
    return lambda name: session if name == "session" else getattr(bars, name)


def rows_of(bars: Columns) -> list[Row]:
    """The same bars, one by one."""
    read = columns_of(bars)
    return [Row(*values) for values in zip(*(read(name).tolist() for name in Row._fields), strict=True)]


def drawn(seed: int, count: int) -> Columns:
    """A walk with holes; some stand still for a while, some trade nothing."""
    bars = walk(count, seed, holes=0.1, swing=0.02 if seed % 3 else 0.002)
    if seed % 4 == 0:
        for column in (bars.open, bars.high, bars.low, bars.close):
            column[count // 3 : count // 2] = bars.close[count // 3]
        bars.volume[count // 3 : count // 2] = 0
    return bars


def test_every_indicator_of_the_table_is_tried() -> None:
    assert set(SHAPES) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**32), count=st.integers(1, 260))
def test_one_bar_at_a_time_says_what_the_whole_array_says(
    name: str, data: st.DataObject, seed: int, count: int
) -> None:
    spec = Spec(name, data.draw(SHAPES[name]))
    bars = drawn(seed, count)
    whole = computed(spec, columns_of(bars))
    stream = Stream(spec)
    said = [stream.update(row) for row in rows_of(bars)]
    assert len(whole) == len(KINDS[name].outputs) and len(stream) == count
    for column, values in zip(whole, zip(*said, strict=True), strict=True):
        assert same(column, np.array(values, dtype=np.float64))


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=15, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**32), seen=st.integers(0, 120))
def test_a_stream_that_is_opened_on_stored_bars_goes_on_as_if_it_had_seen_them(
    name: str, data: st.DataObject, seed: int, seen: int
) -> None:
    spec = Spec(name, data.draw(SHAPES[name]))
    bars = drawn(seed, 120)
    rows = rows_of(bars)
    told, reopened = Stream(spec), Stream.opened(spec, columns_of(bars.upto(seen)))
    for row in rows[:seen]:
        told.update(row)
    assert repr(reopened.values) == repr(told.values) and len(reopened) == len(told) == seen
    for row in rows[seen:]:
        assert repr(reopened.update(row)) == repr(told.update(row))


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=10, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**32), cut=st.integers(0, 150))
def test_no_indicator_knows_a_later_bar(name: str, data: st.DataObject, seed: int, cut: int) -> None:
    spec = Spec(name, data.draw(SHAPES[name]))
    bars = drawn(seed, 150)
    whole = computed(spec, columns_of(bars))
    for column, early in zip(whole, computed(spec, columns_of(bars.upto(cut))), strict=True):
        assert same(column[:cut].copy(), early)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"vwap", "pivots", "swings", "zones"}))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_warm_up_is_as_long_as_the_table_says(name: str, data: st.DataObject) -> None:
    arguments = data.draw(SHAPES[name])
    lookback = KINDS[name].lookback(*arguments)
    for column in computed(Spec(name, arguments), columns_of(walk(200, 5))):
        assert np.isnan(column[:lookback]).all() and np.isfinite(column[lookback:]).all()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_peek_leaves_the_stream_as_it_was(name: str) -> None:
    arguments = {"candle": ("engulfing",), "swings": (2,)}.get(name, ())
    rows = rows_of(walk(120, 8))
    stream, untouched = Stream(Spec(name, arguments)), Stream(Spec(name, arguments))
    for row in rows[:-1]:
        peeked = stream.peek(row)
        assert repr(peeked) == repr(stream.copy().update(row)) == repr(untouched.update(row))
        assert repr(stream.update(row)) == repr(peeked)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_number_that_is_none_is_refused_and_changes_nothing(name: str) -> None:
    arguments = {"candle": ("engulfing",), "swings": (2,)}.get(name, ())
    bars = walk(100, 3)
    rows = rows_of(bars)
    spoiled, plain = Stream(Spec(name, arguments)), Stream(Spec(name, arguments))
    for index, row in enumerate(rows):
        if index in (1, 60):
            bad = row._replace(high=math.nan, close=math.inf)
            with pytest.raises(NotFinite, match=f"Bar {index} holds (nan|inf): an indicator takes finite"):
                spoiled.update(bad)
        assert repr(spoiled.update(row)) == repr(plain.update(row))
    bars.close[40] = bars.high[40] = math.nan
    with pytest.raises(NotFinite, match="Bar 40 holds nan"):
        computed(Spec(name, arguments), columns_of(bars))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("ema", (0,)), ("rsi", (1,)), ("macd", (26, 12, 9)), ("donchian", (1,)), ("swings", (0,))],
)
def test_a_length_that_cannot_be_is_refused(name: str, arguments: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least"):
        computed(Spec(name, arguments), columns_of(walk(50)))
