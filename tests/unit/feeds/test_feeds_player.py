"""The past played as a live feed: aligned, honest about its age, inside the bars that were."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.stage import MIDNIGHT_MS, TRADE_HEADER, Ear, StandingClock, minute_rows, written
from trading.domain.market import Bar, Quote
from trading.domain.measure import Indicator
from trading.domain.money import Price
from trading.entropy import SeededEntropy
from trading.feeds.bundle import FOLDER, bundled_tapes, manifest, tape_of
from trading.feeds.catalogue import instrument_for
from trading.feeds.files import open_series
from trading.feeds.market import Market
from trading.feeds.paths import path
from trading.feeds.player import FRAME_HISTORY, HISTORY, Player
from trading.feeds.tapes import DAY, WEEK, Tape, lay
from trading.frames import FRAMES
from trading.gauge import Gauge
from trading.virtual_time import VirtualClock, VirtualLoop, run

THURSDAY = datetime(2026, 11, 19, 15, 0, 20, tzinfo=UTC)
MIDNIGHT = datetime(2018, 4, 4, tzinfo=UTC)


def test_bundled_files_are_those_that_the_manifest_names() -> None:
    entries = manifest()
    assert {entry.file for entry in entries} == {file.name for file in FOLDER.glob("*.csv.gz")}
    for entry in entries:
        assert hashlib.sha256(entry.path.read_bytes()).hexdigest() == entry.sha256, entry.file
        assert entry.licence == "Apache-2.0"
        assert entry.source.startswith("QuantConnect/Lean@")


def test_the_manifest_says_of_each_file_what_opening_it_says() -> None:
    for entry in manifest():
        opened, promised = open_series(entry.path), entry.series()
        bars = list(promised.bars())
        assert (opened.symbol, opened.kind, opened.cadence_s, opened.first_at, opened.instrument) == (
            promised.symbol,
            promised.kind,
            promised.cadence_s,
            promised.first_at,
            promised.instrument,
        )
        assert (bars[0].at, bars[-1].ends_at, len(bars)) == (entry.first_at, entry.ends_at, entry.rows)


def test_the_bundle_has_the_markets_that_the_desk_opens_with() -> None:
    tapes = {tape.series.symbol: tape for tape in bundled_tapes()}
    assert list(tapes) == ["BTC/USD", "ES", "ESH4", "EUR/USD", "SPY", "AAPL"]
    assert tapes["BTC/USD"].period == 2 * DAY
    assert tapes["ES"].period == WEEK
    assert tapes["EUR/USD"].period is None
    assert tapes["SPY"].period is None


@given(
    st.integers(0, 12 * 366 * 86_400).map(lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
)
def test_a_tape_lies_on_the_same_time_of_day_and_weekday(now: datetime) -> None:
    for tape in bundled_tapes():
        laid = lay(tape, now)
        original = laid.original(now)
        assert original.time() == now.time()
        assert tape.first_at <= original < tape.ends_at + WEEK
        if not tape.never_closes:
            assert original.weekday() == now.weekday()
        if tape.period is None:
            assert tape.ends_at - original >= timedelta(days=28)
        assert laid.live(laid.position(now + DAY)) == now + DAY


def _moved(tape: Tape, start: datetime, seconds: float, speed: float = 1.0) -> tuple[Ear, Player]:
    ear = Ear()

    async def main(loop: VirtualLoop) -> Player:
        clock = VirtualClock(loop, start)
        player = Player([tape], clock, speed=speed)
        playing = asyncio.ensure_future(player.run(ear))
        await clock.sleep_s(seconds)
        playing.cancel()
        return player

    return ear, run(main)


def test_at_the_start_there_is_a_price_and_a_past() -> None:
    for tape in bundled_tapes():
        symbol = tape.series.symbol
        clock, ear = StandingClock(THURSDAY), Ear()
        player = Player([tape], clock)
        player.want(symbol, ear)
        quote, bars = ear.quotes[symbol], ear.bars[symbol]
        assert quote is not None
        assert THURSDAY - timedelta(seconds=30) < quote.at <= THURSDAY
        # The thin contract has no 1,500 minutes before this instant; it gives what there are.
        assert len(bars) == HISTORY or (symbol == "ESH4" and len(bars) > 1000)
        assert all(bar.ends_at <= THURSDAY for bar in bars)
        assert player.is_open(symbol, THURSDAY)
        assert player.note(symbol).startswith("REPLAY 20")
        ear.bars.clear()
        player.want(symbol, ear)
        assert not ear.bars


def test_prices_move_every_ten_seconds_and_bars_end_on_time() -> None:
    (tape,) = bundled_tapes(["BTC/USD"])
    ear, player = _moved(tape, THURSDAY, 101)
    assert player.note("BTC/USD").startswith("REPLAY 2018-04-05 15:0")
    quotes = [event for event in ear.events if isinstance(event, Quote)]
    bars = [event for event in ear.events if isinstance(event, Bar)]
    assert [quote.at.second for quote in quotes] == [30, 40, 50, 0, 10, 20, 30, 40, 50, 0]
    assert [bar.ends_at for bar in bars] == [
        THURSDAY.replace(minute=1, second=0),
        THURSDAY.replace(minute=2, second=0),
    ]
    original = THURSDAY.replace(year=2018, month=4, day=5, second=0)
    known = {bar.at: bar for bar in tape.series if isinstance(bar, Bar)}
    assert bars[0].close == known[original].close
    assert bars[0].volume == known[original].volume is not None
    assert all(event.source == "replay" for event in ear.events)


def test_a_market_that_never_closes_begins_anew_and_goes_on() -> None:
    (tape,) = bundled_tapes(["BTC/USD"])
    seam = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert lay(tape, seam).original(seam) == tape.first_at
    ear, player = _moved(tape, seam - timedelta(minutes=5), 601)
    bars = [event for event in ear.events if isinstance(event, Bar)]
    assert bars[-1].at == seam + timedelta(minutes=4)
    assert player.note("BTC/USD").startswith("REPLAY 2018-04-04 00:0")
    assert all(earlier.ends_at <= later.at for earlier, later in itertools.pairwise(bars))


def test_a_market_with_sessions_is_closed_on_the_weekend() -> None:
    saturday = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    for tape in bundled_tapes(["ES", "SPY", "EUR/USD"]):
        player = Player([tape], StandingClock(saturday))
        assert not player.is_open(tape.series.symbol, saturday)
        assert player.is_open(tape.series.symbol, saturday - timedelta(days=2))


def test_a_feed_that_ends_says_so_and_falls_silent(tmp_path: Path) -> None:
    rows = minute_rows(10)
    series = open_series(written(tmp_path, "SPY_1m.csv", TRADE_HEADER, *rows))
    tape = tape_of(series)
    assert not tape.loop
    ear, player = _moved(tape, datetime(2026, 11, 18, 0, 8, 5, tzinfo=UTC), 600)
    assert [event.at.minute for event in ear.events if isinstance(event, Bar)] == [8, 9]
    assert player.note("SPY") == "REPLAY 2018-04-04 00:10 UTC, feed ended"


def test_a_short_series_that_never_closes_loops_unless_told_not_to(tmp_path: Path) -> None:
    series = open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(3)))
    assert tape_of(series).period == DAY
    assert tape_of(series, loop=False).period is None
    ticks = open_series(written(tmp_path, "ETH_USD.csv", "ts,bid,ask", f"{MIDNIGHT_MS},1,2"))
    assert tape_of(ticks).ends_at == MIDNIGHT


def test_ticks_are_played_when_they_came(tmp_path: Path) -> None:
    header = "ts,trade_id,price,quantity,buyer_maker"
    rows = [f"{MIDNIGHT_MS + 5_000 * n},{n},{100 + n},1,True" for n in range(5)]
    tape = tape_of(open_series(written(tmp_path, "BTC_USD_trades.csv", header, *rows)))
    ear, _ = _moved(tape, datetime(2026, 11, 18, 0, 0, 7, tzinfo=UTC), 60)
    first = ear.quotes["BTC/USD"]
    assert first is not None
    assert first.bid == 101
    assert [(type(event).__name__, event.at.second) for event in ear.events] == [
        (name, second) for second in (10, 15, 20) for name in ("Quote", "Print")
    ]


def test_speed_shortens_bars_and_staleness() -> None:
    (tape,) = bundled_tapes(["ES"])
    ear, player = _moved(tape, THURSDAY, 10, speed=60)
    bars = [event for event in ear.events if isinstance(event, Bar)]
    assert len(bars) == 10
    assert all((bar.ends_at - bar.at).total_seconds() == 1 for bar in bars)
    assert player.stale_after_s("ES") == 10
    assert Player([tape], StandingClock(THURSDAY)).stale_after_s("ES") == 120
    assert player.note("ES").startswith("REPLAY 2013-10-10 15:10")


def test_after_a_long_sleep_only_the_newest_price_is_said() -> None:
    (tape,) = bundled_tapes(["BTC/USD"])
    ear = Ear()

    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, THURSDAY)
        playing = asyncio.ensure_future(Player([tape], clock).run(ear))
        await clock.sleep_s(5)
        clock.jump(timedelta(hours=1))
        await clock.sleep_s(1)
        playing.cancel()

    run(main)
    quotes = [event for event in ear.events if isinstance(event, Quote)]
    assert len(quotes) == 1
    assert THURSDAY + timedelta(hours=1) - quotes[0].at < timedelta(seconds=11)
    assert len([event for event in ear.events if isinstance(event, Bar)]) == 60


def test_a_damaged_file_ends_its_feed_with_its_sentence(tmp_path: Path) -> None:
    series = open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(5)))
    tape = tape_of(series)
    written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(2), "broken")
    player, ear = Player([tape], StandingClock(datetime(2026, 1, 7, tzinfo=UTC))), Ear()
    player.want("BTC/USD", ear)
    assert "line 4 has 1 columns" in player.note("BTC/USD")


prices = st.integers(1, 400).map(lambda ticks: Decimal(ticks) / 4)


@given(st.lists(prices, min_size=4, max_size=4), st.lists(prices, min_size=4, max_size=4), st.integers(1, 40))
def test_a_path_meets_all_prices_of_its_bar_and_leaves_them_never(
    bid: list[Decimal], ask: list[Decimal], points: int
) -> None:
    def side(values: list[Decimal]) -> tuple[Price, Price, Price, Price]:
        return Price(values[0]), Price(max(values)), Price(min(values)), Price(values[3])

    bar = Bar("ES", MIDNIGHT, MIDNIGHT + timedelta(minutes=1), *side(bid))
    quotes = list(path(bar, instrument_for("ES"), points))
    said = [quote.bid for quote in quotes]
    assert all(bar.low <= price <= bar.high for price in said)
    assert (said[0], said[-1]) == (bar.open, bar.close)
    assert {bar.high, bar.low} <= set(said)
    assert all(price % Decimal("0.25") == 0 for price in said)
    assert all(quote.bid == quote.ask for quote in quotes)
    assert bar.at == quotes[0].at
    assert quotes[-1].at < bar.ends_at
    both = Bar("ES", bar.at, bar.ends_at, *side(bid), None, *side(ask))
    pairs = [(quote.bid, quote.ask) for quote in path(both, instrument_for("ES"), points)]
    assert all(low <= high for low, high in pairs)
    assert pairs[0] == tuple(sorted((bid[0], ask[0])))
    assert pairs[-1] == tuple(sorted((bid[3], ask[3])))


@pytest.mark.parametrize(("open_price", "first"), [("99", "98"), ("101", "102")])
def test_the_nearer_extreme_comes_first(open_price: str, first: str) -> None:
    o, h, lo, cl = (Price(Decimal(text)) for text in (open_price, "102", "98", "100"))
    bar = Bar("ES", MIDNIGHT, MIDNIGHT + timedelta(minutes=1), o, h, lo, cl)
    said = [str(quote.bid) for quote in path(bar, instrument_for("ES"), 4)]
    assert said[1] == first


# ---------------------------------------------------------------- longer frames


@pytest.mark.parametrize(
    ("symbol", "frame"), [("BTC/USD", "1h"), ("ES", "15m"), ("EUR/USD", "4h"), ("SPY", "1d")]
)
def test_what_was_played_before_is_given_in_longer_frames(symbol: str, frame: str) -> None:
    (tape,) = bundled_tapes([symbol])
    span = FRAMES[frame]
    found = Player([tape], StandingClock(THURSDAY)).older(symbol, span)
    assert len(found) == FRAME_HISTORY or (symbol == "ES" and len(found) > 400)
    assert all(one.ends_at <= other.at for one, other in pairwise(found))
    assert found[-1].ends_at <= THURSDAY and {one.ends_at - one.at for one in found} == {span}
    if tape.period is None:
        return  # one that ends is laid anew at each start, so that enough of it is left
    # A desk that began three days before has played the same.
    before = THURSDAY - timedelta(days=3)
    earlier = Player([tape], StandingClock(before)).older(symbol, span)
    common = {one.at: one for one in earlier}
    assert [one for one in found if one.at in common] == [one for one in earlier if one.at >= found[0].at]
    assert Player([tape], StandingClock(THURSDAY), speed=60).older(symbol, span) == ()
    assert Player([tape], StandingClock(THURSDAY)).older("XYZ", span) == ()


@pytest.mark.parametrize(("symbol", "frame_s"), [("BTC/USD", 3_600), ("BTC/USD", 900), ("ES", 3_600)])
def test_an_indicator_says_after_a_restart_what_it_says_without_one(symbol: str, frame_s: int) -> None:
    """RULINGS 20: the anchor is written down; the bars from it on are found again."""
    (tape,) = bundled_tapes([symbol])
    rsi = Indicator("rsi", (14,), frame_s)

    async def said(clock: VirtualClock, market: Market, gauge: Gauge, anchor: datetime | None) -> Any:
        reading = gauge.reading(symbol, rsi, anchor)
        assert reading is not None
        return reading

    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, THURSDAY)

        def desk() -> tuple[Market, Gauge]:
            market = Market([Player([tape], clock)], clock, SeededEntropy(1))
            return market, Gauge(market, clock, market.older, market.follows)

        market, gauge = desk()
        playing = asyncio.create_task(market.run())
        await clock.sleep_s(1)
        first = await said(clock, market, gauge, None)
        assert first.anchored_at is not None
        for hours in (7, 23, 30):
            # The last time nobody looks for longer than minutes are remembered.
            for _ in range(hours if hours < 30 else 1):
                await clock.sleep_s(3_600 * (1 if hours < 30 else hours))
                await said(clock, market, gauge, first.anchored_at)
            without = await said(clock, market, gauge, first.anchored_at)
            again, fresh = desk()
            running = asyncio.create_task(again.run())
            await clock.sleep_s(0.001)
            after = await said(clock, again, fresh, first.anchored_at)
            assert after == without, hours
            running.cancel()
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)

    run(main)
