"""What a replay promises (RULINGS 27), checked against the rows of the price file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.cli_exits import Exit
from tests.architecture.source import ROOT
from tests.journeys.test_examples import BTC_QUOTES, bar_at, rows_of

ES = "trading/feeds/bundled/ES_1m_201310.csv.gz"
SPY = "trading/feeds/bundled/SPY.csv.gz"
D = Decimal


@pytest.fixture(autouse=True)
def at_the_top_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def replayed(
    script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    path = tmp_path / "script.chat"
    path.write_text(script, encoding="utf-8")
    code = main(["replay", *more, "--chat", str(path)])
    told = capsys.readouterr()
    return code, told.out, told.err


def report(script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    code, out, _ = replayed(script, tmp_path, capsys, *more, "--json", "--yes")
    assert code == Exit.OK
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("profile", ["full", "bare"])
def test_a_long_is_bought_at_the_next_open_and_sold_by_pencil(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "2018-04-04T01:00:00Z /buy BTC 0.1btc\n2018-04-04T01:10:01Z /close BTC 40%\n"
    until = ("--until", "2018-04-04T01:20Z", "--profile", profile)
    told = report(script, tmp_path, capsys, BTC_QUOTES, *until)
    rows = rows_of(BTC_QUOTES)
    # The bar that begins at the very instant of the line is the first with ts >= T.
    bought, sold = bar_at(rows, "2018-04-04T01:00Z")["ask_o"], bar_at(rows, "2018-04-04T01:11Z")["bid_o"]
    facts = [(f["at"], f["side"], D(f["quantity"]), D(f["price"]), D(f["fee"])) for f in told["fills"]]
    assert sorted(facts) == [
        ("2018-04-04T01:00:00Z", "buy", D("0.1"), bought, D("0.1") * bought / 1000),
        ("2018-04-04T01:11:00Z", "sell", D("0.04"), sold, D("0.04") * sold / 1000),
    ]
    last = bar_at(rows, "2018-04-04T01:19Z")
    mark = (last["bid_c"] + last["ask_c"]) / 2
    fees = sum(fee for *_, fee in facts)
    equity = 10_000 + D("0.04") * (sold - bought) + D("0.06") * (mark - bought) - fees
    assert D(told["equity"]["equity"]) == equity
    assert sum(D(booking["value"]) for booking in told["bookings"]) == 0


@pytest.mark.parametrize("profile", ["full", "bare"])
def test_a_short_future_is_counted_by_its_multiplier(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "2013-10-08T14:00:30Z /short ES 1c\n2013-10-08T15:00:30Z /cover ES\n"
    until = ("--until", "2013-10-08T15:10Z", "--profile", profile, "--latency-ms", "45000")
    told = report(script, tmp_path, capsys, ES, *until)
    rows = rows_of(ES)
    # 30 s past the minute and 45 s of latency: the first bar with ts >= T + latency is two minutes on.
    sold, bought = bar_at(rows, "2013-10-08T14:02Z")["open"], bar_at(rows, "2013-10-08T15:02Z")["open"]
    facts = sorted((f["at"], f["side"], D(f["price"]), D(f["fee"])) for f in told["fills"])
    assert facts == [
        ("2013-10-08T14:02:00Z", "sell", sold, sold * 50 / 1000),
        ("2013-10-08T15:02:00Z", "buy", bought, bought * 50 / 1000),
    ]
    assert D(told["equity"]["equity"]) == 10_000 + (sold - bought) * 50 - (sold + bought) * 50 / 1000
    assert sum(D(booking["value"]) for booking in told["bookings"]) == 0


@pytest.mark.parametrize("profile", ["full", "bare"])
def test_a_stop_that_is_jumped_over_sells_at_the_open_that_knows(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "2018-04-04T01:00:30Z /buy BTC 0.1btc sl 7365\n"
    until = ("--until", "2018-04-04T02:00Z", "--profile", profile, "--fee-bps", "0")
    told = report(script, tmp_path, capsys, BTC_QUOTES, *until)
    stop = D(7365)
    rows = rows_of(BTC_QUOTES)
    since = datetime(2018, 4, 4, 1, 1, tzinfo=UTC).timestamp() * 1000
    n, hit = next(
        (n, row) for n, row in enumerate(rows) if int(row["ts"]) >= since and D(row["bid_l"]) <= stop
    )
    # The venue's own stop sells at the open that jumped over it. A desk that watches hears of the bar
    # when it has closed, and sells at the open of the next.
    filled = hit if profile == "full" else rows[n + 1]
    assert D(hit["bid_o"]) < stop
    at = datetime.fromtimestamp(int(filled["ts"]) / 1000, UTC)
    sold = next(f for f in told["fills"] if f["side"] == "sell")
    assert sold["at"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"
    assert D(sold["price"]) == D(filled["bid_o"])


def test_a_press_to_nowhere_ends_with_what_was_said_so_far(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "2018-04-04T01:00:00Z /buy BTC 1000 sl 7500\n2018-04-04T01:00:05Z [Buy]\n"
    code, out, err = replayed(script, tmp_path, capsys, BTC_QUOTES)
    assert code == Exit.USAGE
    assert "A stop of a long belongs below the entry" in out
    assert err.count("\n") == 1 and "the script presses [Buy], but no card has such a button" in err


def test_daily_prices_say_that_orders_wait_for_the_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A Saturday.
    script = "2020-03-07T15:00Z /price SPY\n"
    code, out, _ = replayed(script, tmp_path, capsys, SPY, "--until", "2020-03-07T16:00Z")
    assert code == Exit.OK
    assert "closed orders wait for the open, 2020-03-09 13:30 UTC" in out


def test_a_panic_over_a_weekend_waits_for_the_market_to_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "2018-03-02T15:30Z /buy EUR/USD 2000\n2018-03-03T12:00Z /panic now\n"
    until = ("--until", "2018-03-05T12:00Z")
    told = report(script, tmp_path, capsys, "trading/feeds/bundled/EURUSD_1h_quote_bars.csv.gz", *until)
    # It opens at 22:00: the order that goes out then gets the first open that there is.
    assert not told["positions"]
    sold = next(fill for fill in told["fills"] if fill["side"] == "sell")
    assert sold["at"] in ("2018-03-04T22:00:00Z", "2018-03-04T23:00:00Z")
    refused = [order for order in told["orders"] if order["status"] == "rejected"]
    assert 1 <= len(refused) <= 3, "a closed market is not asked again and again"


def test_a_close_of_a_closed_market_says_what_waits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = (
        "2018-03-02T15:30Z /buy EUR/USD 2000\n2018-03-02T15:30Z [Buy]\n"
        "2018-03-03T12:00Z /close EUR/USD\n2018-03-03T12:01Z /close EUR/USD @ 1.23152\n"
        "2018-03-03T12:01Z [Close]\n2018-03-05T12:00Z /positions\n"
    )
    prices = "trading/feeds/bundled/EURUSD_1h_quote_bars.csv.gz"
    code, out, _ = replayed(script, tmp_path, capsys, prices, "--until", "2018-03-05T12:00Z")
    assert code == Exit.OK
    said = " ".join(out.split())
    assert (
        "EUR/USD opens 2018-03-04 22:00 UTC: until then a market order is refused, and a limit waits: "
        "/close EUR/USD @ 1.23152" in said
    )
    assert "sold 1,624 EUR/USD at 1.23152" in said and "You hold nothing" in said


@pytest.mark.parametrize("profile", ["full", "bare"])
def test_a_stub_quote_before_the_session_stops_nobody_out(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quotes = "trading/feeds/bundled/AAPL_quote_bars.csv.gz"
    stub = bar_at(rows_of(quotes), "2014-06-06T08:00Z")
    assert stub["bid_o"] == 1, "the first bid of that morning, hours before the session"
    script = "2014-06-05T14:00Z /buy AAPL 10 units sl 1%\n"
    told = report(script, tmp_path, capsys, quotes, "--profile", profile, "--until", "2014-06-06T13:45Z")
    assert [fill["side"] for fill in told["fills"]] == ["buy"]
    assert D(told["positions"][0]["quantity"]) == 10
    assert not [order for order in told["orders"] if order["status"] == "rejected"]


def test_what_yesterday_lost_is_not_shown_as_todays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = (
        "2018-04-04T01:00Z /buy BTC 1000\n2018-04-04T01:00Z [Buy]\n"
        "2018-04-04T12:00Z /close BTC\n2018-04-04T12:00Z [Close]\n"
        "2018-04-05T01:00Z /balance\n2018-04-05T01:00Z /risk\n2018-04-05T01:00Z /status\n"
    )
    code, out, _ = replayed(script, tmp_path, capsys, BTC_QUOTES, "--until", "2018-04-05T02:00Z")
    assert code == Exit.OK
    lines = [" ".join(line.split()) for line in out.splitlines() if line.strip().startswith("Today")]
    assert lines[-3:] == ["Today $0.00 (0%)"] * 3
