"""The paper venue behind its port: latency, the stream of reports, live prices that grow old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.contract.paper_under_test import ACCOUNT, BTC, HandClock
from tests.contract.venue_under_test import approved
from tests.unit.brokers.paper_stage import buy, sell, told
from trading.brokers.fills import LIVE_RULES, FillRules
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_STOPS
from trading.domain.ids import ClientOrderId
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import Price, Quantity
from trading.domain.reports import Accepted, Rejected, Replaced, ReplaceRefused, StreamReport
from trading.entropy import SeededEntropy
from trading.ports import BrokerSilent

D = Decimal


def broker(clock: HandClock, rules: FillRules = LIVE_RULES, reports_max: int = 100) -> PaperBroker:
    venue = PaperVenue(
        ACCOUNT, lambda symbol: BTC if symbol == BTC.symbol else None, SeededEntropy(1), rules=rules
    )
    return PaperBroker(ACCOUNT, venue, clock, reports_max=reports_max)


def quote(clock: HandClock, bid: str, ask: str) -> Quote:
    return Quote(BTC.symbol, Price(D(bid)), Price(D(ask)), clock.now())


async def test_an_order_takes_its_latency_and_then_trades_at_the_price_of_that_moment() -> None:
    clock = HandClock()
    paper = broker(clock, FillRules(latency_s=2))
    paper.on_market(quote(clock, "99", "100"))
    await paper.submit(approved(buy("b", "1")))
    assert told(paper.drain()) == ["b 1@100 12:00"]
    assert clock.now() == HandClock().now() + timedelta(seconds=2)


async def test_an_old_price_fills_nothing_until_a_new_one_comes() -> None:
    clock = HandClock()
    paper = broker(clock)
    paper.on_market(quote(clock, "99", "100"))
    clock.time += timedelta(minutes=10)
    await paper.submit(approved(buy("b", "1")))
    assert paper.drain() == []
    paper.on_market(quote(clock, "104", "105"))
    assert told(paper.drain()) == ["b 1@105 12:10"]


async def test_a_print_fills_what_it_trades_through() -> None:
    clock = HandClock()
    paper = broker(clock)
    paper.on_market(quote(clock, "99", "100"))
    await paper.submit(approved(buy("b", "1", limit="95")))
    paper.on_market(Print(BTC.symbol, Price(D(94)), Quantity(D(5)), clock.now()))
    assert told(paper.drain()) == ["b 1@95 12:00"]


async def test_a_whole_bar_is_its_open_and_then_its_range() -> None:
    clock = HandClock()
    paper = broker(clock)
    await paper.submit(approved(buy("b", "1")))
    await paper.submit(approved(buy("dip", "1", limit="95")))
    o, h, lo, c = (Price(D(text)) for text in ("100", "101", "94", "96"))
    paper.on_market(Bar(BTC.symbol, clock.now(), clock.now() + timedelta(minutes=1), o, h, lo, c))
    assert told(paper.drain()) == ["b 1@100 12:00", "dip 1@95 12:01"]


async def test_the_stream_waits_for_what_happens_and_tells_it() -> None:
    clock = HandClock()
    paper = broker(clock)
    heard: list[StreamReport] = []

    async def listen() -> None:
        async for report in paper.reports():
            heard.append(report)
            if len(heard) == 2:
                return

    listener = asyncio.create_task(listen())
    await asyncio.sleep(0)
    paper.on_market(quote(clock, "99", "100"))
    await paper.submit(approved(buy("b", "1")))
    await paper.submit(approved(sell("s", "1")))
    await listener
    assert told(heard) == ["b 1@100 12:00", "s 1@99 12:00"]


async def test_a_stream_that_nobody_reads_ends_in_silence_and_history_has_the_rest() -> None:
    clock = HandClock()
    began = clock.now()
    paper = broker(clock, reports_max=2)
    paper.on_market(quote(clock, "99", "100"))
    for name in ("a", "b", "c"):
        await paper.submit(approved(buy(name, "1")))
    heard = []
    with pytest.raises(BrokerSilent, match="history"):
        async for report in paper.reports():
            heard.append(report)
    assert len(heard) == 2
    assert len(await paper.history(began)) == 3


async def test_a_market_order_without_any_price_waits_for_the_first() -> None:
    clock = HandClock()
    paper = broker(clock)
    await paper.submit(approved(buy("b", "1")))
    assert paper.has_work(BTC.symbol)
    paper.on_market(quote(clock, "99", "100"))
    assert told(paper.drain()) == ["b 1@100 12:00"]


def spot(clock: HandClock) -> PaperVenue:
    """A spot venue: single stops, nothing binds orders together, nothing can be sold short."""
    instrument = replace(BTC, shortable=False)
    venue = PaperVenue(ACCOUNT, lambda symbol: instrument, SeededEntropy(1), profile=PAPER_STOPS)
    venue.on_quote(quote(clock, "99", "100"))
    venue.submit(buy("b", "2"), clock.now())
    return venue


def test_what_one_resting_sell_has_locked_no_other_may_promise() -> None:
    clock = HandClock()
    venue = spot(clock)
    stop = sell("sl", "1.5", stop="90", reduce_only=True)
    assert isinstance(venue.submit(stop, clock.now()), Accepted)
    refused = venue.submit(sell("tp", "1", limit="110", reduce_only=True), clock.now())
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.reason) == (
        "not_shortable",
        "BTC/USD cannot be sold short here; 0.5 is held.",
    )
    assert isinstance(venue.submit(sell("tp2", "0.5", limit="110", reduce_only=True), clock.now()), Accepted)


def test_a_resting_sell_grows_only_into_what_is_free() -> None:
    clock = HandClock()
    venue = spot(clock)
    venue.submit(sell("sl", "1.5", stop="90", reduce_only=True), clock.now())
    stop = Price(D(90))
    cid = ClientOrderId("sl")
    assert isinstance(venue.replace(cid, Quantity(D("2.001")), None, stop, clock.now()), ReplaceRefused)
    assert isinstance(venue.replace(cid, Quantity(D(2)), None, stop, clock.now()), Replaced)


def test_where_nothing_reduces_the_minimum_binds_exits_too() -> None:
    clock = HandClock()
    refused = spot(clock).submit(sell("crumb", "0.001", limit="110", reduce_only=True), clock.now())
    assert isinstance(refused, Rejected) and refused.code == "notional_min"
