"""The history cache: bars are stored once, whose they are is known, and nothing broken is believed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.history.stage import FIRST_MS, HOUR_MS, MINUTE_MS, candles
from trading.feeds.history.cache import INDEX, Added, HistoryCache
from trading.feeds.history.candles import Candles, Key, frame_name, frame_seconds
from trading.feeds.history.shelf import Run, Silence
from trading.feeds.problems import DataProblem
from trading.strategies.bars import millis

KEY = Key("BTC/USDT", 300)
STEP = 5 * MINUTE_MS


def same(one: Candles, other: Candles) -> bool:
    columns = zip((one.at_ms, *one.prices), (other.at_ms, *other.prices), strict=True)
    return one.decimals == other.decimals and all((a == b).all() for a, b in columns)


def test_what_was_added_is_read_back(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    assert cache.add(KEY, candles(50), "file") == Added(new=50)
    assert same(cache.read(KEY), candles(50))
    part = cache.read(KEY, FIRST_MS + 10 * STEP, FIRST_MS + 20 * STEP)
    assert part.at_ms.tolist() == [FIRST_MS + place * STEP for place in range(10, 20)]


def test_bars_are_stored_once_however_often_they_come(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(50), "one")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.feather")}
    assert cache.add(KEY, candles(50), "two") == Added(same=50)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.feather")} == before


def test_every_stretch_names_its_source(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    cache.add(KEY, candles(30, first_ms=FIRST_MS), "two")
    shelf = cache.shelf(KEY)
    assert shelf is not None
    assert shelf.runs == [
        Run("one", FIRST_MS, FIRST_MS + 9 * STEP, 10),
        Run("two", FIRST_MS + 10 * STEP, FIRST_MS + 29 * STEP, 20),
    ]


def test_a_bar_that_says_something_else_changes_nothing_unless_asked(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    other = candles(10, price=20_000)
    assert cache.add(KEY, other, "two") == Added(differing=10)
    assert same(cache.read(KEY), candles(10))
    assert cache.add(KEY, other, "two", replaces=True) == Added(replaced=10)
    assert same(cache.read(KEY), other)
    shelf = cache.shelf(KEY)
    assert shelf is not None and [run.source for run in shelf.runs] == ["two"]


def test_adjusted_and_raw_stand_apart(tmp_path: Path) -> None:
    cache, adjusted = HistoryCache(tmp_path), Key("SPY", 300, is_adjusted=True)
    cache.add(Key("SPY", 300), candles(10), "one")
    cache.add(adjusted, candles(10, price=5_000), "one")
    assert cache.read(Key("SPY", 300)).open[0] == 10_000
    assert cache.read(adjusted).open[0] == 5_000
    assert [str(shelf.key) for shelf in cache.shelves()] == ["SPY@5m", "SPY@5m adjusted"]


def test_finer_prices_make_the_others_no_coarser(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(5), "one")
    cache.add(KEY, candles(5, first_ms=FIRST_MS + 5 * STEP, price=1_000_001, decimals=4), "two")
    found = cache.read(KEY)
    assert found.decimals == 4
    assert found.open[0] == 1_000_000 and found.open[5] == 1_000_001


def test_years_have_files_of_their_own_and_are_read_as_one(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    first = millis(datetime(2023, 12, 31, 20, tzinfo=UTC))
    cache.add(KEY, candles(20, step_ms=HOUR_MS, first_ms=first), "one")
    shelf = cache.shelf(KEY)
    assert shelf is not None and [one.year for one in shelf.files] == [2023, 2024]
    assert len(shelf.runs) == 1 and shelf.bars == 20
    assert len(cache.read(KEY)) == 20


def test_an_index_that_is_gone_or_broken_is_made_from_the_files(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    before = cache.shelves()
    (tmp_path / INDEX).unlink()
    assert cache.shelves() == before
    (tmp_path / INDEX).write_text("{")
    assert cache.shelves() == before


def test_a_file_that_another_hand_changed_is_told(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    shelf = cache.shelf(KEY)
    assert shelf is not None and cache.broken(shelf) == []
    path = next(tmp_path.rglob("*.feather"))
    path.write_bytes(path.read_bytes()[:-40])
    assert cache.broken(shelf) == [str(path)]
    with pytest.raises(DataProblem, match="is damaged"):
        cache.read(KEY)


def test_a_half_written_file_is_not_taken_for_one(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    path = next(tmp_path.rglob("*.feather"))
    path.with_name(path.name + ".part").write_bytes(b"half")
    (tmp_path / INDEX).unlink()
    assert len(cache.read(KEY)) == 10


def test_what_a_source_had_nothing_of_is_kept(tmp_path: Path) -> None:
    cache, silence = HistoryCache(tmp_path), Silence("one", FIRST_MS, FIRST_MS + STEP)
    cache.add(KEY, candles(10), "one")
    cache.note_silence(KEY, [silence])
    cache.note_silence(KEY, [silence])
    cache.add(KEY, candles(20), "one")
    shelf = cache.shelf(KEY)
    assert shelf is not None and shelf.silences == (silence,)


def test_a_series_can_be_forgotten(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(KEY, candles(10), "one")
    assert cache.drop(KEY) and not cache.drop(KEY)
    assert cache.shelves() == [] and not list(tmp_path.rglob("*.feather"))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=8))
def test_in_whatever_pieces_bars_come_the_whole_is_the_same(pieces: list[tuple[int, int]]) -> None:
    import tempfile

    whole = candles(90)
    with tempfile.TemporaryDirectory() as folder:
        cache = HistoryCache(Path(folder))
        wanted: set[int] = set()
        for begin, count in pieces:
            places = np.arange(begin, min(begin + count, 90))
            wanted |= set(places.tolist())
            cache.add(KEY, whole.taken(places), f"source {begin % 2}")
        assert same(cache.read(KEY), whole.taken(np.array(sorted(wanted), dtype=np.int64)))
        shelf = cache.shelf(KEY)
        assert shelf is not None and sum(run.bars for run in shelf.runs) == len(wanted)


def test_frames_are_named_and_read() -> None:
    for word in ("1m", "5m", "30m", "1h", "4h", "1d", "1w", "45s"):
        assert frame_name(frame_seconds(word)) == word
    assert frame_seconds("5x") == 0 and frame_seconds("") == 0 and frame_seconds("0m") == 0


def test_the_library_is_loaded_with_the_first_file_only() -> None:
    rooms = "trading.feeds.history.importing, trading.backtest.remembered"
    code = f"import sys, {rooms}; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
