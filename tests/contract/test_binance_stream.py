"""The Binance adapter's stream: each fill once, whose order it was, and a break that is noticed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.binance_under_test import MARKET, BinanceUnderTest
from tests.contract.venue_under_test import buy, filled, fills, hold, place, sell
from tests.fakes.binance_faults import Fault
from tests.fakes.binance_server import until
from trading.domain.ids import ClientOrderId
from trading.domain.order import Side, TimeInForce
from trading.domain.reports import Accepted, CanceledReported, LinkAlive, LinkBack
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire
D = Decimal


def ends(reports: object) -> list[tuple[str, str]]:
    assert isinstance(reports, list)
    return [(one.client_order_id, one.reason) for one in reports if isinstance(one, CanceledReported)]


async def in_parts(spot: BinanceUnderTest) -> None:
    """Fill an order in three parts."""
    await spot.quote("99", "101", size="0.4")
    await place(spot, buy(spot, "b", "1", limit="101"))
    for _ in range(2):
        await spot.quote("98", "100", size="0.4")


async def test_a_fill_that_comes_twice_is_told_once(spot: BinanceUnderTest) -> None:
    spot.repeat_fills()
    await in_parts(spot)
    told = fills(await spot.reports())
    assert [fill.quantity for fill in told] == [D("0.4"), D("0.4"), D("0.2")]


async def test_a_fill_whose_frame_was_lost_is_in_the_history(spot: BinanceUnderTest) -> None:
    began = spot.now()
    await spot.quote("99", "101")
    spot.server.streams.lost = 2
    await place(spot, buy(spot, "b", "1"))
    assert not fills(await spot.reports())
    assert filled(await spot.broker.history(began), "b") == 1


async def test_frames_out_of_order_tell_the_same_fills(spot: BinanceUnderTest) -> None:
    began = spot.now()
    spot.server.streams.is_holding = True
    await in_parts(spot)
    spot.server.streams.let_go(lambda held: held[::-1])
    told = fills(await spot.reports())
    assert sorted(told, key=lambda fill: fill.fill_id) == fills(await spot.broker.history(began))
    assert filled(told) == 1


async def test_a_fill_says_symbol_side_price_and_fee(spot: BinanceUnderTest) -> None:
    await hold(spot, "2")
    await place(spot, sell(spot, "s", "1"))
    (fill,) = fills(await spot.reports())
    assert (fill.symbol, fill.side, fill.quantity, fill.price) == ("BTC/USD", Side.SELL, D(1), D("99.99"))
    assert (fill.fee, fill.fee_base) == (D("0.09999"), D(0))


async def test_a_stream_that_is_closed_is_begun_anew_and_says_so(spot: BinanceUnderTest) -> None:
    await spot.server.streams.close()
    await until(lambda: spot.server.streams.subscriptions == 2)
    assert spot.broke == 1
    await hold(spot, "1", name="after")
    await until(lambda: sum(isinstance(one, LinkBack) for one in spot.heard) == 2)


async def test_a_stream_that_is_cut_without_a_word_is_begun_anew(spot: BinanceUnderTest) -> None:
    await spot.server.streams.close(0)
    await until(lambda: spot.server.streams.subscriptions == 2)
    assert spot.broke == 1


async def test_a_subscription_that_is_terminated_is_begun_anew(spot: BinanceUnderTest) -> None:
    spot.server.streams.terminate()
    await until(lambda: spot.server.streams.subscriptions == 2)
    assert spot.broke == 1


async def test_what_happened_while_the_stream_was_gone_is_in_the_history(spot: BinanceUnderTest) -> None:
    began = spot.now()
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    await spot.server.streams.close()
    await spot.quote("93", "94")
    await until(lambda: spot.server.streams.subscriptions == 2)
    assert filled(await spot.broker.history(began), "b") == 1
    assert not fills(await spot.reports())


async def test_a_subscription_that_is_refused_is_silence(spot: BinanceUnderTest) -> None:
    spot.server.streams.refuses = "the key"
    another = spot.connected()
    try:
        with pytest.raises(BrokerSilent):
            await anext(aiter(another.reports()))
    finally:
        await another.close()


async def test_an_order_is_accepted_by_the_stream_when_the_answer_was_lost(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    spot.server.faults.plan(Fault.UNSAID)
    with pytest.raises(BrokerSilent):
        await place(spot, buy(spot, "b", "1", limit="95"))
    await spot.told()
    assert [one.client_order_id for one in spot.heard if isinstance(one, Accepted)] == ["b"]


async def test_a_cancel_is_told_of_the_order_and_not_of_the_cancel(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    await spot.broker.cancel(ClientOrderId("b"))
    assert ends(await spot.reports()) == [("b", "requested")]


async def test_a_cancel_by_another_hand_is_told_without_a_reason(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.engine.cancel({"symbol": MARKET, "origClientOrderId": "b", "cancelNewClientOrderId": "web_1"})
    assert ends(await spot.reports()) == [("b", "unsaid")]


async def test_an_order_that_the_venue_ends_by_itself_says_so(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.engine.end(spot.server.engine.rows[-1], "EXPIRED_IN_MATCH")
    assert ends(await spot.reports()) == [("b", "venue")]


async def test_what_ioc_and_fok_leave_is_told_by_their_names(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101", size="0.4")
    for name, kind in (("f", TimeInForce.FOK), ("i", TimeInForce.IOC)):
        await place(spot, buy(spot, name, "1", limit="101", time_in_force=kind))
    assert ends(await spot.reports()) == [("f", "fok"), ("i", "ioc")]


async def test_an_order_of_another_hand_is_told_under_its_own_name(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    spot.server.engine.place(
        {"symbol": MARKET, "side": "BUY", "type": "MARKET", "quantity": "1", "newClientOrderId": "web_abc"}
    )
    (fill,) = fills(await spot.reports())
    assert (fill.client_order_id, fill.symbol, fill.side) == ("web_abc", "BTC/USD", Side.BUY)


async def test_the_line_says_that_it_is_alive(spot: BinanceUnderTest) -> None:
    before = sum(isinstance(one, LinkAlive) for one in spot.heard)
    (await spot.broker._line.wire()).on_pulse()
    await until(lambda: sum(isinstance(one, LinkAlive) for one in spot.heard) == before + 1)
    assert 0 < spot.broker.profile.stream_silent_s < 60


async def test_a_late_fill_after_a_cancel_is_told(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    row = spot.server.engine.rows[-1]
    await spot.broker.cancel(ClientOrderId("b"))
    spot.server.engine.fill(row, D(95), D("0.5"), is_maker=True)
    reports = await spot.reports()
    assert (ends(reports), filled(reports, "b")) == ([("b", "requested")], D("0.5"))
