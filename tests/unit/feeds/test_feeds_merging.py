"""Market steps in the order in which the world heard of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.stage import MIDNIGHT_MS, TRADE_HEADER, Ear, minute_rows, written
from trading.domain.market import Bar, Quote
from trading.domain.money import Price
from trading.feeds.catalogue import instrument_for
from trading.feeds.files import open_series
from trading.feeds.merging import CLOSE, OPEN, TICK, joined, merge
from trading.feeds.replaying import FileFeed

MIDNIGHT = datetime(2018, 4, 4, tzinfo=UTC)


def test_one_series_opens_and_closes_its_bars_in_turn(tmp_path: Path) -> None:
    series = open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(3)))
    steps = [(int((at - MIDNIGHT).total_seconds()), phase) for at, phase, _ in merge(series)]
    assert steps == [(0, OPEN), (60, CLOSE), (60, OPEN), (120, CLOSE), (120, OPEN), (180, CLOSE)]


def test_at_one_instant_closes_come_first_then_ticks_then_opens(tmp_path: Path) -> None:
    bars = open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(2)))
    more = open_series(written(tmp_path, "ETH_USD.csv", TRADE_HEADER, *minute_rows(2)))
    ticks = open_series(
        written(tmp_path, "EURUSD.csv", "ts,bid,ask", f"{MIDNIGHT_MS},1,2", f"{MIDNIGHT_MS + 60_000},1,3")
    )
    heard = [
        (int((at - MIDNIGHT).total_seconds()), phase, event.symbol)
        for at, phase, event in merge(bars, more, ticks)
    ]
    assert heard == [
        (0, TICK, "EUR/USD"),
        (0, OPEN, "BTC/USD"),
        (0, OPEN, "ETH/USD"),
        (60, CLOSE, "BTC/USD"),
        (60, CLOSE, "ETH/USD"),
        (60, TICK, "EUR/USD"),
        (60, OPEN, "BTC/USD"),
        (60, OPEN, "ETH/USD"),
        (120, CLOSE, "BTC/USD"),
        (120, CLOSE, "ETH/USD"),
    ]


class Made:
    """A series out of a list."""

    def __init__(self, starts: list[int], length: int) -> None:
        self.symbol, self.cadence_s = "BTC/USD", length
        self.instrument = instrument_for(self.symbol)
        self._events = [
            Bar(
                self.symbol,
                MIDNIGHT + timedelta(seconds=start * length),
                MIDNIGHT + timedelta(seconds=(start + 1) * length),
                *(Price(Decimal(1)),) * 4,
            )
            for start in sorted(set(starts))
        ]

    def __iter__(self):  # type: ignore[no-untyped-def]  # a list's iterator
        return iter(self._events)

    def notes(self) -> list[str]:
        return []


@given(st.lists(st.tuples(st.lists(st.integers(0, 50)), st.integers(1, 7)), max_size=5))
def test_any_series_merge_in_order_and_lose_nothing(made: list[tuple[list[int], int]]) -> None:
    series = [Made(starts, length) for starts, length in made]
    steps = list(merge(*series))
    assert [step[:2] for step in steps] == sorted(step[:2] for step in steps)
    assert len(steps) == 2 * sum(len(set(starts)) for starts, _ in made)


def test_trade_bars_lend_their_volume_to_quote_bars(tmp_path: Path) -> None:
    header = "ts,bid_o,bid_h,bid_l,bid_c,ask_o,ask_h,ask_l,ask_c"
    quote_rows = [f"{MIDNIGHT_MS + 60_000 * n},1,1,1,1,2,2,2,2" for n in (0, 1, 3)]
    quotes = open_series(written(tmp_path, "BTC_USD_quote.csv", header, *quote_rows))
    rows = minute_rows(4)
    trades = open_series(written(tmp_path, "BTC_USD_trade.csv", TRADE_HEADER, rows[0], *rows[2:]))
    other = open_series(written(tmp_path, "ETH_USD.csv", TRADE_HEADER, *rows))
    made = joined([trades, other, quotes])
    assert [one.symbol for one in made] == ["ETH/USD", "BTC/USD"]
    assert [event.volume for event in made[1] if isinstance(event, Bar)] == [Decimal(1), None, Decimal(4)]


def test_a_file_feed_says_opens_as_quotes_and_ends_as_bars(tmp_path: Path) -> None:
    feed = FileFeed([open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(1)))])
    ear = Ear()
    for step in feed.steps():
        feed.tell(ear, step)
    opened, ended = ear.events
    assert isinstance(opened, Quote)
    assert opened.bid == opened.ask == 100
    assert opened.at == MIDNIGHT
    assert isinstance(ended, Bar)
    assert ended.ends_at == MIDNIGHT + timedelta(minutes=1)
    assert feed.notes() == []


def test_prints_alone_are_also_told_as_bid_and_ask(tmp_path: Path) -> None:
    header = "ts,trade_id,price,quantity,buyer_maker"
    prints = open_series(written(tmp_path, "BTC_USD_t.csv", header, f"{MIDNIGHT_MS},1,100,1,True"))
    bars = open_series(written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(1)))
    for series, told in (([prints], ["Quote", "Print"]), ([prints, bars], ["Print", "Quote", "Bar"])):
        ear, feed = Ear(), FileFeed(series)
        for step in feed.steps():
            feed.tell(ear, step)
        assert [type(event).__name__ for event in ear.events] == told
