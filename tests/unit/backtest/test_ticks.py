"""Bars as whole numbers."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backtest.stage import COIN, FUTURE, flat, ticks
from trading.backtest import reading
from trading.backtest.reading import bundled_ticks, read_ticks
from trading.backtest.ticks import OffGrid, as_floats, in_ticks, ticks_of
from trading.feeds.bundle import manifest
from trading.feeds.files import open_series
from trading.feeds.problems import DataProblem

HEAD = "ts,open,high,low,close,volume\n"


def _file(folder: Path, rows: list[str], name: str = "SOL_USDT-1m.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(row + "\n" for row in rows))
    return path


def _row(minute: int, o: str, h: str, lo: str, cl: str, volume: str = "5") -> str:
    return f"{1_700_000_040_000 + minute * 60_000},{o},{h},{lo},{cl},{volume}"


@given(
    st.lists(st.integers(1, 10**13), min_size=1, max_size=20),
    st.sampled_from(["0.01", "0.25", "0.00001", "1", "0.00000001"]),
)
def test_a_price_in_ticks_is_the_float_that_its_text_is(numbers: list[int], tick: str) -> None:
    size = Decimal(tick)
    floats = as_floats(np.array(numbers, dtype=np.int64), size)
    assert floats.tolist() == [float(number * size) for number in numbers]


def test_a_price_between_two_ticks_is_no_price() -> None:
    assert in_ticks(Decimal("4100.25"), FUTURE.tick_size) == 16401
    with pytest.raises(OffGrid) as off:
        in_ticks(Decimal("4100.30"), FUTURE.tick_size)
    assert off.value.price == Decimal("4100.30")


def test_bars_come_back_as_they_were() -> None:
    made = ticks(
        [(100, 120, 90, 110), (110, 111, 109, 110)], asks=[(101, 122, 91, 112), (111, 113, 110, 112)]
    )
    bars = list(made.bars())
    assert bars[0].open == Decimal("1.00")
    assert bars[0].ask_high == Decimal("1.22")
    assert bars[0].volume is None
    again = ticks_of(COIN, bars)
    assert all((one == other).all() for one, other in zip(again.bid, made.bid, strict=True))
    assert all((one == other).all() for one, other in zip(again.ask, made.ask, strict=True))
    assert again.at_ms.tolist() == made.at_ms.tolist()
    assert again.frame_s == 60


def test_what_is_not_known_of_volume_counts_as_nothing_for_indicators() -> None:
    assert ticks([flat(100)]).columns().volume.tolist() == [0.0]


def test_a_view_of_the_first_bars_copies_nothing() -> None:
    made = ticks([flat(100), flat(101), flat(102)])
    part = made.upto(2)
    assert len(part) == 2
    assert np.shares_memory(part.bid.close, made.bid.close)
    assert part.is_one_price


def test_a_plain_file_is_read_by_columns_as_row_by_row(tmp_path: Path) -> None:
    rows = [_row(0, "101.5", "102", "100.25", "101"), _row(1, "101", "101.07", "100.9", "101"), ""]
    rows.append(_row(5, "99.01", "99.01", "98", "98.7", "0"))
    path = _file(tmp_path, rows)
    with gzip.open(tmp_path / "SOL_USDT-2.csv.gz", "wt") as packed:
        packed.write(path.read_text())
    slow = reading._by_rows(open_series(path), path.name)
    # A blank line is no plain file; without it both ways must say the same.
    assert reading._by_columns(open_series(path)) is None
    path.write_text(path.read_text().replace("\n\n", "\n"))
    fast = reading._by_columns(open_series(path))
    assert fast is not None
    for one, other in zip(
        (*fast.bid, fast.at_ms, fast.volume), (*slow.bid, slow.at_ms, slow.volume), strict=True
    ):
        assert one.tolist() == other.tolist()
    assert fast.notes == slow.notes == ("SOL_USDT-1m.csv: 1 gap, 3 bars missing, the longest 3.0 min.",)
    assert read_ticks(tmp_path / "SOL_USDT-2.csv.gz").bid.close.tolist() == slow.bid.close.tolist()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([_row(0, "101", "100", "99", "100")], "high_low"),
        ([_row(1, "100", "100", "100", "100"), _row(0, "100", "100", "100", "100")], "order"),
        ([_row(0, "100", "100", "100", "x")], "price"),
        ([_row(0, "100", "100", "100", "100", "-1")], "row"),
        ([_row(0, "0", "0", "0", "0")], "price"),
        (["12,100,100,100,100,1"], "row"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_in_the_readers_words(
    tmp_path: Path, rows: list[str], code: str
) -> None:
    with pytest.raises(DataProblem) as problem:
        read_ticks(_file(tmp_path, rows))
    assert problem.value.code == code


def test_prices_finer_than_the_known_tick_are_counted_finer_and_that_is_said(tmp_path: Path) -> None:
    path = _file(tmp_path, [_row(1000, "15.125", "15.2", "15.1", "15.1875")], "XYZ_1m.csv")
    found = read_ticks(path)
    assert found.instrument.tick_size == Decimal("0.0001")
    assert found.bid.close.tolist() == [151_875]
    assert found.notes == (
        "XYZ_1m.csv: prices are finer than the tick of 0.01 that XYZ has here; counted in steps of 0.0001.",
    )


def test_a_future_off_its_tick_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, [_row(0, "1650.1", "1650.1", "1650.1", "1650.1")], "ES_1m.csv")
    with pytest.raises(DataProblem) as problem:
        read_ticks(path)
    assert problem.value.code == "tick"
    assert problem.value.sentence.startswith("ES_1m.csv has the price 1650.1, and ES moves in steps of 0.25")


def test_a_file_of_closed_hours_has_nothing_to_play(tmp_path: Path) -> None:
    with pytest.raises(DataProblem) as problem:
        read_ticks(_file(tmp_path, [_row(0, "15", "15", "15", "15")], "XYZ_1m.csv"))
    assert problem.value.code == "closed"


def test_prints_are_no_bars(tmp_path: Path) -> None:
    path = tmp_path / "BTC_USDT_trades.csv"
    path.write_text("ts,trade_id,price,quantity,buyer_maker\n1700000000000,1,100,1,true\n")
    with pytest.raises(DataProblem) as problem:
        read_ticks(path)
    assert problem.value.code == "not_bars"


def test_every_bundled_series_can_be_played() -> None:
    found = {one.symbol: one for one in bundled_ticks()}
    assert set(found) == {entry.symbol for entry in manifest()}
    assert not found["EUR/USD"].is_one_price
    assert found["SPY"].is_one_price
    # Before half past nine and after four nothing trades here.
    apple = found["AAPL"]
    assert "AAPL: " in apple.notes[-1]
    assert len(apple) == 2 * 390
