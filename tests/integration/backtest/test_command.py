"""`openoutcry backtest` and `openoutcry sweep` as they are typed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli_exits import Exit
from trading.feeds.bundle import FOLDER

SPY = str(FOLDER / "SPY.csv.gz")
PNG = b"\x89PNG\r\n\x1a\n"


def test_a_backtest_is_told_as_card_picture_page_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    png, html = tmp_path / "out.png", tmp_path / "out.html"
    files = ["--png", str(png), "--html", str(html)]
    assert main(["backtest", SPY, "--strategy", "pullback", "--set", "fast=20", *files]) == Exit.OK
    told = capsys.readouterr().out
    assert "Backtest of pullback" in told
    assert "5,849 bars of SPY, 1998-01-02 to 2021-03-31" in told
    assert "Buy and hold       +306.47%" in told
    assert "Looks ahead           no" in told
    assert png.read_bytes().startswith(PNG)
    page = html.read_text()
    assert "<title>Backtest of pullback</title>" in page
    assert "data:image/png;base64," in page
    assert "<script" not in page
    assert "http" not in page
    assert main(["backtest", SPY, "--strategy", "pullback", "--set", "fast=20", "--json"]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert report["engine"] == "fast"
    assert report["settings"]["fast"] == "20"
    assert len(report["fills"]) == 2 * report["trips"] + report["still_held"]
    assert Decimal(report["net"]) == pytest.approx(
        sum(Decimal(one["net"]) for one in report["by_month"]), abs=Decimal("0.5")
    )


def test_both_engines_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for engine in ("fast", "event"):
        line = ["backtest", "EUR/USD", "--strategy", "pullback", "--engine", engine, "--json", "--touch"]
        assert main(line) == Exit.OK
        said.append(json.loads(capsys.readouterr().out))
    assert said[0]["fills"] == said[1]["fills"]
    assert len(said[0]["fills"]) > 100
    del said[0]["engine"], said[1]["engine"]
    assert said[0] == said[1]


def test_a_share_of_the_volume_is_played_by_the_event_engine(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["backtest", "ES", "--strategy", "pullback", "--size", "40c", "--cash", "10000000", "--json"]
    assert main([*line, "--volume", "1"]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert report["engine"] == "event"
    entries = [Decimal(fill["quantity"]) for fill in report["fills"] if fill["why"] == "entry"]
    assert min(entries) < 40


def test_several_symbols_share_the_capital(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "SPY", "BTC/USD", "--strategy", "pullback", "--json"]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert [one["symbol"] for one in report["series"]] == ["SPY", "BTC/USD"]
    assert report["size"] == "47%"
    assert {one["name"] for one in report["by_symbol"]} <= {"SPY", "BTC/USD"}


def test_a_bot_is_played_by_its_own_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["backtest", "BTC/USD", "--bot", "grid", "--set", "range_percent=4"]
    assert main([*line, "--png", str(tmp_path / "out.png")]) == Exit.OK
    assert "Backtest of grid" in capsys.readouterr().out
    assert main([*line, "--json"]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert report["engine"] == "bot"
    assert report["size"] == "10000"
    assert {fill["why"] for fill in report["fills"]} <= {"entry", "tp1", "sl", "signal"}
    assert len(report["fills"]) > 20


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("backtest SPY --strategy pulback", "There is no “pulback”: did you mean pullback?"),
        ("backtest SPY --bot grip", "There is no “grip”: did you mean grid?"),
        ("backtest SPY --strategy pullback --bot grid", "not allowed with"),
        (
            "backtest nothing.csv --strategy pullback",
            "nothing.csv is no file, the history",
        ),
        ("backtest SPY --strategy pullback --set fast", "fast is no setting: say key=value"),
        ("backtest SPY --strategy pullback --set fast=900", "fast is at most 500, not 900."),
        ("backtest SPY --strategy pullback --size 1x", "1x is no size"),
        ("backtest SPY SPY --strategy pullback", "SPY comes twice"),
        ("backtest SPY --strategy pullback --engine fast --volume 5", "the event engine's"),
        ("backtest SPY --strategy pullback --volume 101", "at most 100"),
        ("sweep SPY --strategy pullback", "A sweep needs something to vary"),
        ("sweep SPY --strategy pullback --over fast=9..1", "from one number up to another"),
        ("sweep SPY --strategy pullback --over fast=2..500 --over slow=3..2000", "are the most"),
        ("sweep SPY --strategy pullback --over fast=400,500", "No combination of these values"),
    ],
)
def test_what_is_wrong_is_one_sentence(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == Exit.USAGE
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not said.out


def test_a_sweep_is_told_as_table_map_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    png = tmp_path / "map.png"
    line = ["sweep", "EUR/USD", "--strategy", "pullback", "--over", "fast=10,30", "--over", "rsi_below=35,40"]
    assert main([*line, "--png", str(png), "--walk", "2"]) == Exit.OK
    told = capsys.readouterr().out
    assert "4 sets over 6,168 bars" in told
    assert "A suggestion only: nothing was switched on." in told
    assert png.read_bytes().startswith(PNG)
    assert main([*line, "--json", "--random", "3", "--inside", "100"]) == Exit.OK
    found = json.loads(capsys.readouterr().out)
    assert len(found["summary"]["sets"]) == 3
    assert found["summary"]["sets"][0]["outside"] is None


def test_progress_is_told_line_by_line_for_whoever_started_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "ES", "--strategy", "pullback", "--progress"]) == Exit.OK
    lines = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    assert lines[0] == {"done": 1, "of": 4}
    assert lines[-1] == {"done": 4, "of": 4}


def test_a_sweep_that_is_ended_leaves_no_process(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "bot", "sweep", SPY, "--strategy", "pullback", "--progress", "--cores", "2"]
    line += ["--over", "fast=10..100", "--over", "rsi_below=20..50"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.cwd(), start_new_session=True
    ) as running:
        assert running.stderr is not None
        assert b"done" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        # The pipe ends only when nobody holds it any more: the workers inherit it.
        running.communicate(timeout=60)
    assert running.returncode == Exit.INTERRUPTED
