"""Alpaca's stream of updates: broken, doubled, out of order, or taken away; what it missed is in history."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.alpaca_under_test import ACCOUNT, AlpacaUnderTest
from tests.contract.venue_under_test import buy, fills, place, sell
from tests.fakes.alpaca_server import KEY, SECRET
from trading.brokers.alpaca import AlpacaBroker
from trading.brokers.alpaca_profile import AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys
from trading.domain.reports import LinkAlive, LinkBack, Rejected
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire


@pytest.fixture
async def venue() -> AsyncIterator[AlpacaUnderTest]:
    venue = await AlpacaUnderTest(AlpacaMarket.SHARES).begin()
    await venue.quote("99", "101")
    yield venue
    await venue.end()


async def test_a_stream_that_is_ended_raises_and_the_next_one_says_that_it_is_back(
    venue: AlpacaUnderTest,
) -> None:
    began = venue.now()
    await venue.server.stream.kick()
    with pytest.raises(BrokerSilent, match="ended the stream"):
        await venue.listening
    await place(venue, buy(venue, "b", "1"))
    again = aiter(venue.broker.reports())
    assert isinstance(await anext(again), LinkBack)
    await venue.server.stream.mark()
    assert isinstance(await anext(again), LinkAlive)
    assert [one.client_order_id for one in fills(await venue.broker.history(began))] == ["b"]
    await again.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_a_second_session_ends_the_first_and_none_is_begun_against_it(venue: AlpacaUnderTest) -> None:
    other = AlpacaBroker(
        ACCOUNT,
        venue.market,
        AlpacaSite("paper", venue.server.rest, venue.server.socket),
        AlpacaKeys(KEY, SECRET),
        venue.clock,
    )
    theirs = aiter(other.reports())
    assert isinstance(await anext(theirs), LinkAlive)
    with pytest.raises(BrokerSilent):
        await venue.listening
    assert venue.server.stream.sessions == 2, "who was sent away does not knock again by itself"
    await theirs.aclose()  # type: ignore[attr-defined]  # an async generator
    await other.close()


async def test_updates_out_of_order_add_up_to_the_same_fills(venue: AlpacaUnderTest) -> None:
    began = venue.now()
    venue.server.faults.swaps = True
    await place(venue, buy(venue, "b", "1", limit="101"))
    for _ in range(3):
        await place(venue, sell(venue, f"s{venue.heard}", "1"))
        await place(venue, buy(venue, f"b{venue.heard}", "1"))
    told = {one.fill_id: one for one in fills(await venue.reports())}
    known = {one.fill_id: one for one in fills(await venue.broker.history(began))}
    assert told == known and len(known) == 7


async def test_an_update_that_is_dropped_is_in_history_under_the_same_name(venue: AlpacaUnderTest) -> None:
    began = venue.now()
    venue.server.faults.drops = 1
    await place(venue, buy(venue, "b", "1"))
    assert len(fills(await venue.reports())) == 1
    venue.server.faults.drops = 2
    await place(venue, buy(venue, "c", "1"))
    assert not fills(await venue.reports())
    assert [one.client_order_id for one in fills(await venue.broker.history(began))] == ["b", "c"]


async def test_frames_may_be_text_too(venue: AlpacaUnderTest) -> None:
    venue.server.stream.is_binary = False
    await place(venue, buy(venue, "b", "1"))
    assert len(fills(await venue.reports())) == 1


async def test_a_frame_that_cannot_be_read_ends_the_stream(venue: AlpacaUnderTest) -> None:
    await venue.server.stream.send({"stream": "trade_updates", "data": {"event": "fill"}})
    with pytest.raises(BrokerSilent, match="cannot be read"):
        await venue.listening


async def test_what_is_refused_after_it_was_taken_is_told(venue: AlpacaUnderTest) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    order = venue.server.exchange.by_cid["b"]
    order.status = "rejected"
    venue.server.exchange._event("rejected", order)
    (told,) = await venue.reports()
    assert isinstance(told, Rejected) and told.client_order_id == "b"
    assert told.code in venue.broker.profile.definitive_codes


async def test_an_order_for_the_day_ends_with_it(venue: AlpacaUnderTest) -> None:
    began = venue.now()
    await place(venue, buy(venue, "b", "1", limit="95"))
    venue.server.exchange.by_cid["b"].tif = "day"
    venue.server.exchange.expire()
    (told,) = await venue.reports()
    assert type(told).__name__ == "ExpiredReported"
    assert await venue.broker.history(began) == [told]


async def test_an_update_without_an_instant_of_its_own_is_heard(venue: AlpacaUnderTest) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    told = venue.server.exchange.by_cid["b"].told() | {"status": "expired"}
    await venue.server.stream.send({"stream": "trade_updates", "data": {"event": "expired", "order": told}})
    (heard,) = await venue.reports()
    assert type(heard).__name__ == "ExpiredReported" and heard.at == venue.now()
