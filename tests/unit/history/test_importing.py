"""Files as people have them become candles, and what is wrong with them is said with what to do."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from msgspec import json
from pyarrow import feather, parquet

from tests.unit.history.stage import FIRST, FIRST_MS, MINUTE_MS, NOW, csv_file, row
from trading.feeds.history.candles import Key
from trading.feeds.history.findings import Weight
from trading.feeds.history.importing import Imported, Wish, imported, name_of
from trading.feeds.problems import DataProblem

STEP = 5 * MINUTE_MS


def look(path: Path, **said: object) -> Imported:
    return imported(path, Wish(**said), NOW)  # type: ignore[arg-type]  # names of fields, spelled by the tests


def codes(found: Imported) -> dict[str, int]:
    return {one.code: one.count for one in found.checked.findings}


def table(count: int, stamp: pa.DataType) -> pa.Table:
    at = FIRST_MS + STEP * np.arange(count, dtype=np.int64)
    price = np.array([100.5 + place / 100 for place in range(count)])
    return pa.table(
        {
            "date": pa.array(at, pa.timestamp("ms", "UTC")).cast(stamp),
            "open": price,
            "high": price + 1,
            "low": price - 1,
            "close": price,
            "volume": np.full(count, 3.25),
        }
    )


@pytest.mark.parametrize("stamp", [pa.timestamp("ns", "UTC"), pa.timestamp("ms", "UTC")])
def test_feather_as_freqtrade_writes_it(tmp_path: Path, stamp: pa.DataType) -> None:
    path = tmp_path / "BTC_USDT-5m.feather"
    feather.write_feather(table(40, stamp), str(path), compression="lz4", compression_level=9)
    found = look(path)
    assert found.checked.key == Key("BTC/USDT", 300)
    assert found.checked.kept == 40 and found.checked.decimals == 2 and codes(found) == {}
    assert found.candles.at_ms[0] == FIRST_MS and found.candles.open[:2].tolist() == [10_050, 10_051]
    assert found.candles.volume[0] == 3.25


def test_parquet_and_futures_of_freqtrade(tmp_path: Path) -> None:
    path = tmp_path / "ETH_USDT_USDT-5m-futures.parquet"
    parquet.write_table(table(40, pa.timestamp("ms", "UTC")), path)
    assert look(path).checked.key == Key("ETH/PERP", 300)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("BTC_USDT_USDT-8h-funding_rate.feather", "funding"),
        ("BTC_USDT_USDT-1h-mark.feather", "mark prices"),
        ("BTC_USDT-trades.feather", "single trades"),
    ],
)
def test_what_is_no_candle_is_refused_by_its_name(tmp_path: Path, name: str, what: str) -> None:
    path = tmp_path / name
    feather.write_feather(table(4, pa.timestamp("ms", "UTC")), str(path))
    with pytest.raises(DataProblem, match=what):
        look(path)


@pytest.mark.parametrize("name", ["SOL_USDT-5m.json", "SOL_USDT-5m.json.gz"])
def test_json_lists_of_candles_are_read(tmp_path: Path, name: str) -> None:
    rows = [[FIRST_MS + STEP * place, 20.5, 21.0, 20.0, 20.75, 8.0] for place in range(10)]
    raw = json.encode(rows)
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)
    found = look(tmp_path / name)
    assert found.checked.key == Key("SOL/USDT", 300) and found.checked.kept == 10
    assert found.candles.close[0] == 2075


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("ts,open,high,low,close,volume", "{ms},1.5,2,1,1.5,3"),
        ("time,open,high,low,close,Volume", "{s},1.5,2,1,1.5,3"),
        ("Date;Open;High;Low;Close;Volume USDT", "{iso};1.5;2;1;1.5;3"),
        ("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>", "{day}\t{clock}\t1.5\t2\t1\t1.5\t3"),
        ("", "{us},1.5,2,1,1.5,3,{us},5,9"),
        ("unix,date,symbol,open,high,low,close,Volume BTC", "{s},{iso},BTCUSD,1.5,2,1,1.5,3"),
    ],
)
def test_text_of_many_programs_says_the_same(tmp_path: Path, head: str, line: str) -> None:
    lines = []
    for place in range(6):
        at = FIRST + timedelta(minutes=5 * place)
        ms = FIRST_MS + STEP * place
        values = {"ms": ms, "s": ms // 1000, "us": ms * 1000, "iso": at.isoformat()}
        lines.append(line.format(**values, day=f"{at:%Y.%m.%d}", clock=f"{at:%H:%M}"))
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines, head))
    assert found.candles.at_ms.tolist() == [FIRST_MS + STEP * place for place in range(6)]
    assert found.checked.key == Key("BTC/USD", 300)
    assert (found.candles.open[0], found.candles.low[0], found.candles.decimals) == (15, 10, 1)
    assert found.candles.volume[0] == 3


def test_repeated_rows_go_and_unsorted_ones_are_sorted(tmp_path: Path) -> None:
    lines = [row(0), row(2), row(1), row(2), row(3)]
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines))
    assert found.candles.at_ms.tolist() == [FIRST_MS + STEP * place for place in range(4)]
    assert codes(found) == {"disorder": 1, "repeated": 1}
    assert next(one for one in found.checked.findings if one.code == "disorder").where == ("4",)


def test_the_newest_first_is_turned_round(tmp_path: Path) -> None:
    found = look(csv_file(tmp_path / "BTC_USD.csv", [row(place) for place in range(5, -1, -1)]))
    assert found.candles.at_ms[0] == FIRST_MS and "newest_first" in codes(found)


def test_rows_that_disagree_wait_for_a_person(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(0), row(1), row(1, price="99.5"), row(2)])
    assert look(path).checked.is_stopped
    assert look(path, keeps="first").candles.open.tolist() == [1005, 1005, 1005]
    last = look(path, keeps="last")
    assert last.candles.open.tolist() == [1005, 995, 1005] and not last.checked.is_stopped


def test_impossible_candles_are_left_out_and_too_many_of_them_stop(tmp_path: Path) -> None:
    good = [row(place) for place in range(300)]
    bad = [f"{FIRST_MS + 300 * STEP},5,4,6,5,1", f"{FIRST_MS + 301 * STEP},0,4,0,3,1"]
    found = look(csv_file(tmp_path / "BTC_USD.csv", [*good, *bad]))
    assert codes(found)["impossible"] == 2 and found.checked.kept == 300 and not found.checked.is_stopped
    path = csv_file(tmp_path / "ETH_USD.csv", [*good[:20], *bad])
    assert look(path).checked.is_stopped
    assert not look(path, leaves_impossible=True).checked.is_stopped


def test_words_where_numbers_belong_are_rows_left_out(tmp_path: Path) -> None:
    lines = [*(row(place) for place in range(200)), "soon,1,2,1,1,1", f"{FIRST_MS + 200 * STEP},n/a,2,1,1,1"]
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines))
    assert codes(found) == {"stamp": 1, "impossible": 1} and found.checked.kept == 200


def test_gaps_are_counted_in_bars(tmp_path: Path) -> None:
    lines = [row(place) for place in range(20) if place not in (5, 6, 7, 12)]
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines))
    hole = next(one for one in found.checked.findings if one.code == "holes")
    assert hole.count == 2 and hole.facts["missing"] == "4" and hole.weight is Weight.WARN
    assert hole.where[0] == "2024-03-01 00:25 (3)"


def test_a_candle_that_still_grows_is_left_out(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(place) for place in range(4)])
    now = FIRST + timedelta(minutes=17)
    found = imported(path, Wish(), now)
    assert found.checked.kept == 3 and "growing" in codes(found)


def test_stamps_of_ends_are_noticed(tmp_path: Path) -> None:
    lines = [f"{FIRST_MS + STEP * place + 299_000},1,1,1,1,1" for place in range(10)]
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines))
    off = next(one for one in found.checked.findings if one.code == "off_grid")
    assert off.count == 10 and off.facts["seconds"] == "299"


def test_two_lengths_in_one_file_stop(tmp_path: Path) -> None:
    lines = [*(row(place) for place in range(10)), f"{FIRST_MS + 9 * STEP + MINUTE_MS},1,1,1,1,1"]
    assert look(csv_file(tmp_path / "BTC_USD.csv", lines)).checked.is_stopped


def test_a_slip_and_a_split_are_told_apart_from_a_bad_day(tmp_path: Path) -> None:
    prices = [100.0] * 10 + [60.0] + [100.0] * 10
    lines = [f"{FIRST_MS + STEP * place},{p},{p},{p},{p},1" for place, p in enumerate(prices)]
    assert codes(look(csv_file(tmp_path / "BTC_USD.csv", lines)))["spike"] == 1
    days = ["2014-06-05,647,650,640,648,1", "2014-06-06,648,651,644,645,1", "2014-06-09,92.7,93,91,93.5,1"]
    head = "Date,Open,High,Low,Close,Adj Close,Volume"
    days = [day.replace(",1", ",50,1") if day.endswith(",1") else day for day in days]
    days = ["2014-06-06,648,651,644,645,88,1", "2014-06-09,92.7,94,91,93.5,90,1"]
    found = look(csv_file(tmp_path / "AAPL.csv", days, head), frame_s=86_400)
    assert {"split", "adjusted_beside"} <= codes(found).keys()


def test_adjusted_prices_are_rounded_and_say_so(tmp_path: Path) -> None:
    lines = [f"{FIRST_MS + STEP * place},{1 / 3},{1 / 3},{1 / 3},{1 / 3},1" for place in range(5)]
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines), is_adjusted=True)
    assert found.candles.decimals == 8 and found.candles.open[0] == 33_333_333
    assert codes(found)["rounded"] == 5 and found.checked.key.is_adjusted


def test_a_file_without_columns_of_prices_says_which_are_missing(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", ["1,2"], "ts,price")
    with pytest.raises(DataProblem, match="no column for open, high, low, close"):
        look(path)


def test_a_lone_candle_needs_a_length(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(0)])
    with pytest.raises(DataProblem, match="say --frame"):
        look(path)
    assert look(path, frame_s=300).checked.kept == 1
    assert look(csv_file(tmp_path / "BTC_USD-5m.csv", [row(0)])).checked.key.frame_s == 300


def test_names_of_files_are_symbols() -> None:
    assert name_of(Path("BTC_USDT-5m.feather")) == "BTC/USDT"
    assert name_of(Path("BTC_USDT_USDT-1h-futures.feather")) == "BTC/PERP"
    assert name_of(Path("SPY.parquet")) == "SPY"


# ---------------------------------------------------------------- on whose clock


def local_lines(zone: str, begin: datetime, hours: int) -> list[str]:
    at, found = begin.astimezone(UTC), []
    for _ in range(hours * 4):
        local = at.astimezone(ZoneInfo(zone))
        found.append(f"{local:%Y-%m-%d %H:%M},1.5,2,1,1.5,1")
        at += timedelta(minutes=15)
    return found


HEAD = "date,open,high,low,close,volume"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Europe/London"])
def test_a_local_clock_shows_by_the_hour_that_is_missing(tmp_path: Path, zone: str) -> None:
    begin = datetime(2024, 3, 8, tzinfo=UTC)
    found = look(csv_file(tmp_path / "BTC_USD.csv", local_lines(zone, begin, 26 * 24), HEAD))
    assert (found.checked.zone.zone, found.checked.zone.how) == (zone, "clock")
    assert codes(found) == {} and found.candles.at_ms[0] == int(begin.timestamp() * 1000)


def test_an_hour_that_a_clock_shows_twice_is_two_hours(tmp_path: Path) -> None:
    begin = datetime(2024, 10, 26, tzinfo=UTC)
    lines = local_lines("Europe/Berlin", begin, 48)
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines, HEAD), zone="Europe/Berlin")
    assert found.checked.kept == 48 * 4 and codes(found) == {}


def test_without_a_sign_utc_is_assumed_and_said(tmp_path: Path) -> None:
    lines = local_lines("UTC", datetime(2024, 1, 10, tzinfo=UTC), 30)
    found = look(csv_file(tmp_path / "BTC_USD.csv", lines, HEAD))
    assert found.checked.zone.zone == "UTC" and "zone_unsure" in codes(found)


def test_a_stock_shows_its_clock_by_the_hours_in_which_it_trades(tmp_path: Path) -> None:
    lines = []
    for day in (4, 5, 6, 7):
        for minute in range(9 * 60 + 30, 16 * 60, 5):
            lines.append(f"2024-03-{day:02} {minute // 60:02}:{minute % 60:02},50,51,49,50,1000")
    found = look(csv_file(tmp_path / "SPY.csv", lines, HEAD))
    assert (found.checked.zone.zone, found.checked.zone.how) == ("America/New_York", "hours")
    assert codes(found) == {}


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", local_lines("UTC", FIRST, 2), HEAD)
    with pytest.raises(DataProblem, match="no time zone Europe/Atlantis"):
        look(path, zone="Europe/Atlantis")
