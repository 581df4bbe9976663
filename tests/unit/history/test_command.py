"""`openoutcry history`, and backtests that read from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec import json

from bot.cli import main
from bot.cli_exits import Exit
from tests.unit.history.stage import candles, csv_file, row
from trading.backtest.reading import read_ticks
from trading.backtest.remembered import remembered_ticks
from trading.feeds.history.cache import FOLDER, HistoryCache
from trading.feeds.history.candles import Key
from trading.feeds.problems import DataProblem


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, str]:
    code = main([*words, "--home", str(home)])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_file_goes_in_and_is_listed_checked_and_forgotten(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(place) for place in range(30) if place != 7])
    code, told = run(capsys, home, "history", "import", str(path))
    assert code == Exit.OK and "Stored 29 new bars; 0 were there already." in told
    assert "1 candles are missing in 1 gap" in told
    assert "BTC/USD@5m" in run(capsys, home, "history", "list")[1]
    code, told = run(capsys, home, "history", "check", "BTC/USD@5m")
    assert code == Exit.OK and "29 bars from BTC_USD.csv" in told
    again = run(capsys, home, "history", "import", str(path))[1]
    assert "Stored 0 new bars; 29 were there already." in again
    assert run(capsys, home, "history", "forget", "BTC/USD@5m")[1] == "Deleted BTC/USD@5m: 29 bars.\n"
    assert "is empty" in run(capsys, home, "history", "list")[1]


def test_a_file_that_is_stopped_stores_nothing_and_exits_as_wrong_data(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(0), row(1), row(1, price="99.5"), row(2)])
    code, told = run(capsys, home, "history", "import", str(path))
    assert code == Exit.DATA and "say --keep first or --keep last" in told and "Nothing was stored" in told
    code, told = run(capsys, home, "history", "import", str(path), "--keep", "last", "--look")
    assert code == Exit.OK and "Only looked at" in told
    assert HistoryCache(home / FOLDER).shelves() == []
    assert run(capsys, home, "history", "import", str(path), "--keep", "last")[0] == Exit.OK


def test_what_is_wrong_with_a_line_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (("check", "BTC/USD"), "say symbol and frame"),
        (("check", "BTC/USD@5m"), "The history has no BTC/USD@5m"),
        (("fill", "BTC/USD@5m"), "is no source"),
        (("fill", "BTC/USD@5m", "--from", "ccxt:kraken"), "say from which day on"),
        (("fill", "SPY@1d", "--adjusted"), "Exchanges give raw prices"),
    ):
        code, told = run(capsys, home, "history", *words)
        assert code == Exit.USAGE and said in told


def test_a_changed_file_is_told_and_exits_as_wrong_data(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = HistoryCache(home / FOLDER)
    cache.add(Key("BTC/USD", 300), candles(10), "one")
    path = next(home.rglob("*.feather"))
    path.write_bytes(path.read_bytes() + b"x")
    code, told = run(capsys, home, "history", "check")
    assert code == Exit.DATA and "is gone or was changed" in told


def test_reports_are_json_when_asked(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(place) for place in range(30)])
    found = json.decode(run(capsys, home, "history", "import", str(path), "--json")[1])
    assert found[0]["checked"]["kept"] == 30 and found[0]["added"]["new"] == 30
    assert json.decode(run(capsys, home, "history", "list", "--json")[1])[0]["key"]["symbol"] == "BTC/USD"
    assert json.decode(run(capsys, home, "history", "check", "--json")[1])[0]["broken"] == []


# ---------------------------------------------------------------- played


def test_the_history_plays_exactly_what_the_file_would(home: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "BTC_USD.csv", [row(place, price=f"{100 + place / 8}") for place in range(50)])
    from_file = read_ticks(path)
    cache = HistoryCache(home / FOLDER)
    assert main(["history", "import", str(path), "--home", str(home)]) == Exit.OK
    kept = remembered_ticks(cache, Key("BTC/USD", 300))
    assert kept.instrument.tick_size <= from_file.instrument.tick_size
    for ours, theirs in zip(kept.bid, from_file.bid, strict=True):
        assert [kept.price(one) for one in ours] == [from_file.price(one) for one in theirs]
    assert (kept.at_ms == from_file.at_ms).all() and (kept.ends_ms == from_file.ends_ms).all()


def test_the_bundled_days_of_a_stock_keep_their_session(home: Path, tmp_path: Path) -> None:
    lines = ["2020-03-30,255.7,262.43,253.25,261.65,1", "2020-03-31,260.56,263.33,256.22,257.75,1"]
    path = csv_file(tmp_path / "SPY.csv", lines, "date,open,high,low,close,volume")
    from_file = read_ticks(path)
    assert main(["history", "import", str(path), "--home", str(home)]) == Exit.OK
    kept = remembered_ticks(HistoryCache(home / FOLDER), Key("SPY", 86_400))
    assert (kept.at_ms == from_file.at_ms).all() and (kept.ends_ms == from_file.ends_ms).all()


def test_prices_off_the_grid_of_a_contract_are_refused(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    cache.add(Key("ES", 300), candles(10, price=500_001), "one")
    with pytest.raises(DataProblem, match=r"no whole number of 0\.25"):
        remembered_ticks(cache, Key("ES", 300))
    with pytest.raises(DataProblem, match="holds no bars"):
        remembered_ticks(cache, Key("NQ", 300))


def test_a_backtest_reads_by_symbol_and_frame_and_cuts_out_its_days(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = HistoryCache(home / FOLDER)
    wave = candles(3_000)
    swing = (np.sin(np.arange(3_000) / 20) * 400).astype(np.int64)
    for column in wave.prices:
        column += swing
    cache.add(Key("BTC/USD", 300), wave, "one")
    words = (
        "backtest",
        "BTC/USD@5m",
        "--strategy",
        "mean_reversion",
        "--json",
        "--shuffles",
        "0",
        "--unchecked",
    )
    code, told = run(capsys, home, *words)
    assert code == Exit.OK
    report = json.decode(told)
    assert report["series"][0]["bars"] == 3_000
    code, told = run(capsys, home, *words, "--since", "2024-03-04", "--until", "2024-03-08")
    assert code == Exit.OK and json.decode(told)["series"][0]["bars"] == 4 * 288
    code, told = run(capsys, home, *words, "--since", "2030-01-01")
    assert code == Exit.DATA and "holds no bars" in told


def test_a_symbol_alone_is_enough_when_the_history_has_one_series(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = HistoryCache(home / FOLDER)
    cache.add(Key("SOL/USD", 300), candles(500), "one")
    words = ("backtest", "SOL/USD", "--strategy", "pullback", "--json", "--shuffles", "0")
    assert run(capsys, home, *words)[0] == Exit.OK
    cache.add(Key("SOL/USD", 60), candles(500, step_ms=60_000), "one")
    code, told = run(capsys, home, *words)
    assert code == Exit.USAGE and "say which" in told
    assert run(capsys, home, *words, "--frame", "1m")[0] == Exit.OK
