"""Files of prices: exact numbers, one sentence for each thing that can be wrong."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.feeds.stage import MIDNIGHT_MS, TRADE_HEADER, minute_rows, written
from trading.domain.market import Bar, Print, Quote
from trading.feeds.files import open_series
from trading.feeds.problems import DataProblem
from trading.feeds.reading import SeriesKind

MIDNIGHT = datetime(2018, 4, 4, tzinfo=UTC)
M = MIDNIGHT_MS
QUOTE_HEADER = "ts,bid_o,bid_h,bid_l,bid_c,ask_o,ask_h,ask_l,ask_c"
SIZED_HEADER = "ts,bid_o,bid_h,bid_l,bid_c,bid_size,ask_o,ask_h,ask_l,ask_c,ask_size"


@pytest.mark.parametrize("name", ["BTC_USD.csv", "BTC_USD.csv.gz"])
def test_trade_bars_are_exact_and_know_when_they_end(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, TRADE_HEADER, f"{M},7424.91,7424.91,7422,7422.10,7.14319709", "")
    series = open_series(path)
    assert (series.symbol, series.kind, series.cadence_s) == ("BTC/USD", SeriesKind.TRADE_BARS, 60)
    assert series.instrument.tick_size == Decimal("0.01")
    (bar,) = series.bars()
    assert bar == Bar(
        "BTC/USD",
        MIDNIGHT,
        MIDNIGHT + timedelta(minutes=1),
        *(Decimal(text) for text in ("7424.91", "7424.91", "7422", "7422.10", "7.14319709")),  # type: ignore[arg-type]  # prices are decimals
    )
    assert str(bar.close) == "7422.10"


def test_the_cadence_is_the_most_frequent_step(tmp_path: Path) -> None:
    rows = minute_rows(10)
    path = written(tmp_path, "ES_1m.csv", TRADE_HEADER, *rows[:3], *rows[6:])
    series = open_series(path)
    bars = list(series.bars())
    assert series.cadence_s == 60
    assert [bar.ends_at - bar.at for bar in bars] == [timedelta(minutes=1)] * 7
    assert (series.tally.gaps, series.tally.missing, series.tally.longest_s) == (1, 3, 180)
    assert series.notes() == ["ES_1m.csv: 1 gap, 3 bars missing, the longest 3.0 min."]


def test_daily_bars_are_the_new_york_session_of_their_date(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "SPY.csv",
        "date,open,high,low,close,volume",
        "2020-01-03,322,324,321,323,1000",
        "2020-07-01,309,312,308,310,1000",
    )
    series = open_series(path)
    winter, summer = series.bars()
    assert winter.at == datetime(2020, 1, 3, 14, 30, tzinfo=UTC)
    assert winter.ends_at == datetime(2020, 1, 3, 21, 0, tzinfo=UTC)
    assert summer.at == datetime(2020, 7, 1, 13, 30, tzinfo=UTC)
    assert series.cadence_s == 86_400
    assert series.tally.gaps == 1


def test_quote_bars_give_bid_as_the_bar_and_ask_beside_it(tmp_path: Path) -> None:
    plain = written(tmp_path, "EURUSD_1h.csv", QUOTE_HEADER, f"{M},1.1,1.3,1,1.2,1.2,1.4,1.1,1.3")
    sized = written(tmp_path, "BTC_USD_q.csv", SIZED_HEADER, f"{M},1.1,1.3,1,1.2,5,1.2,1.4,1.1,1.3,")
    (bar,) = open_series(plain).bars()
    assert (bar.open, bar.ask_open, bar.volume, bar.bid_size) == (
        Decimal("1.1"),
        Decimal("1.2"),
        None,
        None,
    )
    (bar,) = open_series(sized).bars()
    assert (bar.close, bar.ask_close, bar.bid_size, bar.ask_size) == (
        Decimal("1.2"),
        Decimal("1.3"),
        Decimal(5),
        None,
    )


def test_prints_are_taken_once_for_each_trade_id(tmp_path: Path) -> None:
    row = f"{M + 278},553,39432.48,0.000263,True"
    path = written(
        tmp_path,
        "BTC_USDT_trades.csv",
        "ts,trade_id,price,quantity,buyer_maker",
        row,
        row,
        f"{M + 278},554,39432.48,0.1,False",
    )
    series = open_series(path)
    events = list(series)
    assert events[0] == Print(
        "BTC/USDT",
        Decimal("39432.48"),  # type: ignore[arg-type]  # prices are decimals
        Decimal("0.000263"),  # type: ignore[arg-type]  # quantities are decimals
        MIDNIGHT + timedelta(milliseconds=278),
    )
    assert (len(events), series.tally.duplicates) == (2, 1)


def test_a_side_that_a_row_does_not_quote_keeps_its_last_quote(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "AIG_quotes.csv",
        "ts,bid,bid_size,ask,ask_size,exch",
        f"{M},48.76,500,0,0,Q",
        f"{M},0,0,48.87,100,P",
        f"{M + 1},48.80,200,0,0,P",
        f"{M + 2},48.90,200,0,0,P",
        f"{M + 2},48.90,200,0,0,P",
    )
    series = open_series(path)
    quotes = [event for event in series if isinstance(event, Quote)]
    assert [(str(q.bid), str(q.ask), str(q.bid_size), str(q.ask_size)) for q in quotes] == [
        ("48.76", "48.87", "500", "100"),
        ("48.80", "48.87", "200", "100"),
    ]
    assert (series.tally.crossed, series.tally.duplicates) == (1, 1)
    assert any("crossed" in note for note in series.notes())


def test_rows_that_are_repeated_are_skipped_and_counted(tmp_path: Path) -> None:
    rows = minute_rows(3)
    path = written(tmp_path, "BTC_USD.csv", TRADE_HEADER, rows[0], rows[0], *rows[1:], rows[2])
    series = open_series(path)
    assert len(list(series.bars())) == 3
    assert series.notes() == ["BTC_USD.csv: 2 repeated rows skipped."]
    assert len(list(series.bars())) == 3
    assert series.tally.duplicates == 2


def test_an_empty_volume_is_an_unknown_one(tmp_path: Path) -> None:
    path = written(tmp_path, "XRP_USDT_mark.csv", TRADE_HEADER, f"{M},1,1,1,1,", f"{M + 60_000},1,1,1,1,")
    assert [bar.volume for bar in open_series(path).bars()] == [None, None]


def test_lines_of_windows_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "BTC_USD.csv"
    path.write_bytes(("\ufeff" + "\r\n".join([TRADE_HEADER, *minute_rows(2), "", ""])).encode())
    assert len(list(open_series(path).bars())) == 2


BAD_ROWS = {
    "nan": ("price", f"{M + 60_000},nan,101,99,100,1", "price nan"),
    "infinite": ("price", f"{M + 60_000},100,Infinity,99,100,1", "price Infinity"),
    "negative": ("price", f"{M + 60_000},-100,101,99,100,1", "price -100"),
    "zero": ("price", f"{M + 60_000},100,101,0,100,1", "price 0"),
    "word": ("price", f"{M + 60_000},100,101,ninety,100,1", "price ninety"),
    "high below low": ("high_low", f"{M + 60_000},100,98,99,100,1", "high 98 below its low 99"),
    "open outside": ("high_low", f"{M + 60_000},105,101,99,100,1", "open 105 outside of 99 to 101"),
    "close outside": ("high_low", f"{M + 60_000},100,101,99,98,1", "close 98 outside of 99 to 101"),
    "negative volume": ("row", f"{M + 60_000},100,101,99,100,-1", "volume or size -1"),
    "nan volume": ("row", f"{M + 60_000},100,101,99,100,NaN", "volume or size NaN"),
    "columns": ("row", f"{M + 60_000},100,101", "3 columns instead of 6"),
    "hole": ("row", f"{M + 60_000},100,,99,100,1", "nothing in column 3"),
    "instant": ("row", "yesterday,100,101,99,100,1", "ts is yesterday"),
    "older": ("order", f"{M - 60_000},100,101,99,100,1", "older than the line before"),
    "conflict": ("conflict", f"{M},100,101,99,100.5,77", "repeats the line before it"),
    "overlap": ("overlap", f"{M + 30_000},100,101,99,100,1", "begins inside the bar before it"),
}


@pytest.mark.parametrize("case", list(BAD_ROWS))
def test_a_bad_row_is_named_with_file_line_and_cure(tmp_path: Path, case: str) -> None:
    code, row, words = BAD_ROWS[case]
    tail = minute_rows(6, M + 120_000)
    path = written(tmp_path, "BTC_USD.csv", TRADE_HEADER, minute_rows(1)[0], row, *tail)
    with pytest.raises(DataProblem) as caught:
        list(open_series(path))
    assert caught.value.code == code
    assert words in caught.value.sentence
    assert "BTC_USD.csv line 3" in caught.value.sentence
    assert caught.value.sentence.endswith(".")
    assert caught.value.sentence.count(". ") == 0


def test_the_line_number_is_right_far_down_in_a_file(tmp_path: Path) -> None:
    rows = minute_rows(9_000)
    rows[8_500] = rows[8_500].replace(",", ",x", 1)
    path = written(tmp_path, "BTC_USD.csv.gz", TRADE_HEADER, *rows)
    with pytest.raises(DataProblem, match="line 8502 "):
        list(open_series(path))


def test_seconds_instead_of_milliseconds_are_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, "BTC_USD.csv", TRADE_HEADER, f"{M // 1000},1,1,1,1,1")
    with pytest.raises(DataProblem, match="epoch milliseconds"):
        open_series(path)


def test_bad_rows_of_ticks_are_named_too(tmp_path: Path) -> None:
    header = "ts,trade_id,price,quantity,buyer_maker"
    first = f"{M},1,100,1,True"
    for row, words in (
        (f"{M},2,100,0,True", "quantity above 0"),
        (f"{M - 1},2,100,1,True", "older than"),
        (f"{M},1,101,1,True", "repeats the line before"),
    ):
        with pytest.raises(DataProblem, match=words):
            list(open_series(written(tmp_path, "BTC_USD_t.csv", header, first, row)))
    with pytest.raises(DataProblem, match="line 3 has the price -1"):
        list(open_series(written(tmp_path, "EURUSD.csv", "ts,bid,ask", f"{M},1,2", f"{M},-1,2")))
    with pytest.raises(DataProblem, match="older than"):
        list(open_series(written(tmp_path, "EURUSD.csv", "ts,bid,ask", f"{M},1,2", f"{M - 5},1,2")))


def test_files_that_are_no_prices_are_refused_with_a_cure(tmp_path: Path) -> None:
    good = [TRADE_HEADER, *minute_rows(2)]
    plain_text = tmp_path / "BTC_USD_plain.csv.gz"
    plain_text.write_text("\n".join(good))
    torn = tmp_path / "BTC_USD_torn.csv.gz"
    torn.write_bytes(gzip.compress("\n".join(good).encode())[:-12])
    picture = tmp_path / "BTC_USD.csv"
    picture.write_bytes(b"\x89PNG\r\n\xff\xfe")
    cases = {
        tmp_path / "missing.csv": ("unreadable", "No such file"),
        tmp_path: ("unreadable", "directory"),
        plain_text: ("not_gzip", "rename it to BTC_USD_plain.csv"),
        torn: ("unreadable", "damaged"),
        picture: ("unreadable", "no text file"),
        written(tmp_path, "A.csv"): ("empty", "no rows"),
        written(tmp_path, "A.csv.gz"): ("empty", "no rows"),
        written(tmp_path, "B.csv", TRADE_HEADER): ("empty", "no rows"),
        written(tmp_path, "C.csv", "time,price", "1,2"): ("header", "no header that I know"),
        written(tmp_path, "D.csv", "x" * 5_000): ("unreadable", "more than 4096 characters"),
        written(tmp_path, "AAPL_factors.csv", "date,price_factor,split_factor,reference_price", "1"): (
            "not_prices",
            "split and dividend factors",
        ),
        written(tmp_path, "XRP_USDT_perp_funding_8h.csv", TRADE_HEADER, f"{M},0.0001,0,0,0,0"): (
            "not_prices",
            "funding rates",
        ),
        written(tmp_path, "2021.csv", *good): ("symbol", "--symbol BTC/USDT"),
    }
    for path, (code, words) in cases.items():
        with pytest.raises(DataProblem) as caught:
            list(open_series(path))
        assert caught.value.code == code, path
        assert words in caught.value.sentence


def test_a_named_symbol_wins_over_the_file_name(tmp_path: Path) -> None:
    path = written(tmp_path, "2021.csv", TRADE_HEADER, *minute_rows(2))
    series = open_series(path, symbol="eth/usd")
    assert series.symbol == series.instrument.symbol == "ETH/USD"
