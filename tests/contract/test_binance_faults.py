"""What the Binance adapter makes of every way in which a request can end (protocols: ccxt, chapter 5)."""

from __future__ import annotations

import pytest

from tests.contract.binance_under_test import MARKET, BinanceUnderTest
from tests.contract.venue_under_test import approved, buy, fills, held, hold, place, sell, status
from tests.fakes.binance_faults import Fault
from trading.domain.ids import ClientOrderId
from trading.domain.reports import Accepted, CancelRefused, Rejected
from trading.ports import BrokerBusy, BrokerSilent

pytestmark = pytest.mark.wire

UNCLEAR = (
    Fault.LOST, Fault.UNSAID, Fault.CUT, Fault.HANG, Fault.UNKNOWN, Fault.TIMEOUT, Fault.GATEWAY,
    Fault.GARBLED, Fault.EMPTY,
)  # fmt: skip


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_end_is_silence_and_one_post_and_find_knows_better(
    spot: BinanceUnderTest, fault: Fault
) -> None:
    await spot.quote("99", "101")
    spot.server.faults.plan(fault)
    if fault is Fault.HANG:
        spot.broker._line.deadline_s = 0.2
    with pytest.raises(BrokerSilent) as silent:
        await place(spot, buy(spot, "b", "1", limit="95"))
    spot.broker._line.deadline_s = 10.0
    assert not isinstance(silent.value, BrokerBusy)
    assert spot.server.count("POST", "order") == 1
    assert await status(spot, "b") == ("absent" if fault is Fault.LOST else "working")


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.CLOCK, "clock"), (Fault.KEY, "key"), (Fault.MAINTENANCE, "market_closed")],
)
async def test_a_coded_refusal_is_certain_and_leaves_nothing(
    spot: BinanceUnderTest, fault: Fault, code: str
) -> None:
    await spot.quote("99", "101")
    spot.server.faults.plan(fault)
    answer = await place(spot, buy(spot, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == code
    assert code in spot.broker.profile.definitive_codes
    assert await status(spot, "b") == "absent"


async def test_a_connection_that_is_refused_has_sent_nothing_and_says_so(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await spot.server.stop()
    with pytest.raises(BrokerSilent):
        await spot.broker.find(ClientOrderId("b"))  # on the connection that has just died
    answer = await place(spot, buy(spot, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == "venue_unavailable"
    assert "venue_unavailable" in spot.broker.profile.definitive_codes
    with pytest.raises(BrokerSilent):
        await spot.broker.find(ClientOrderId("b"))
    await spot.server.start()
    assert await status(spot, "b") == "absent"
    assert isinstance(await place(spot, buy(spot, "b", "1", limit="95")), Accepted)


async def test_a_ban_silences_every_request_of_the_account_until_it_is_over(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    spot.server.faults.retry_after_s = 120
    spot.server.faults.plan(Fault.BANNED)
    with pytest.raises(BrokerBusy) as busy:
        await place(spot, buy(spot, "b", "1", limit="95"))
    assert busy.value.after_s == 120
    asked = len(spot.server.asked)
    for _ in range(3):
        with pytest.raises(BrokerBusy):
            await spot.broker.snapshot()
    assert len(spot.server.asked) == asked
    await spot.let_pass(120)
    assert isinstance(await place(spot, buy(spot, "b", "1", limit="95")), Accepted)


async def test_a_clock_that_is_off_is_set_by_the_venues_before_the_next_request(
    spot: BinanceUnderTest,
) -> None:
    await spot.quote("99", "101")
    spot.server.skew_ms = 60_000
    answer = await place(spot, buy(spot, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == "clock"
    assert isinstance(await place(spot, buy(spot, "again", "1", limit="95")), Accepted)
    assert spot.server.count("GET", "time") == 1


async def test_a_duplicate_means_that_the_order_exists(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    another = spot.connected()
    try:
        answer = await another.submit(approved(buy(spot, "b", "1", limit="95")))
    finally:
        await another.close()
    assert isinstance(answer, Rejected) and answer.code == "duplicate"
    assert answer.code not in spot.broker.profile.definitive_codes
    assert len([row for row in spot.server.engine.rows if row.is_open]) == 1


async def test_a_lagging_query_proves_nothing_and_the_next_one_finds_it(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.invisible = 1
    assert await status(spot, "b") == "absent"
    assert spot.broker.profile.visibility_s > 0
    assert await status(spot, "b") == "working"


async def test_a_question_that_fails_is_no_answer(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    for fault in (Fault.KEY, Fault.GATEWAY, Fault.GARBLED, Fault.CLOCK):
        spot.server.faults.plan(fault)
        with pytest.raises(BrokerSilent):
            await spot.broker.find(ClientOrderId("b"))
    spot.server.faults.only = "account"
    spot.server.faults.plan(Fault.GATEWAY)
    with pytest.raises(BrokerSilent):
        await spot.broker.snapshot()


async def test_an_order_of_an_unknown_market_is_not_called_absent(spot: BinanceUnderTest) -> None:
    stranger = spot.connected(symbols=())
    try:
        with pytest.raises(BrokerSilent):
            await stranger.find(ClientOrderId("b"))
    finally:
        await stranger.close()


async def test_a_cancel_that_is_lost_is_sent_once(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.faults.plan(Fault.UNSAID)
    with pytest.raises(BrokerSilent):
        await spot.broker.cancel(ClientOrderId("b"))
    assert spot.server.count("DELETE", "order") == 1
    assert await status(spot, "b") == "canceled"
    assert isinstance(await spot.broker.cancel(ClientOrderId("b")), CancelRefused)


async def test_a_stop_that_the_market_has_passed_is_refused_by_its_name(spot: BinanceUnderTest) -> None:
    await hold(spot, "1")
    answer = await place(spot, sell(spot, "sl", "1", stop="120"))
    assert isinstance(answer, Rejected) and answer.code == "stop_passed"
    assert answer.code in spot.broker.profile.definitive_codes


async def test_a_key_that_was_revoked_is_a_refusal_after_it_has_worked(spot: BinanceUnderTest) -> None:
    await hold(spot, "1")
    spot.server.faults.plan(Fault.KEY)
    answer = await place(spot, sell(spot, "s", "1"))
    assert isinstance(answer, Rejected) and answer.code == "key"
    assert await held(spot) == 1


async def test_filters_that_have_changed_are_read_again(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    spot.server.engine.symbols[MARKET].tick *= 10
    answer = await place(spot, buy(spot, "fine", "1", limit="95.01"))
    assert isinstance(answer, Rejected) and answer.code == "tick"
    sent = spot.server.count("POST", "order")
    answer = await place(spot, buy(spot, "again", "1", limit="95.01"))
    assert isinstance(answer, Rejected) and answer.code == "tick"
    assert spot.server.count("POST", "order") == sent
    assert isinstance(await place(spot, buy(spot, "round", "1", limit="95.10")), Accepted)


async def test_a_symbol_that_is_suspended_stops_no_other(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    spot.server.engine.symbols[MARKET].status = "BREAK"
    answer = await place(spot, buy(spot, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == "market_closed"
    spot.server.quote("ETHUSD", "9", "10")
    assert isinstance(await place(spot, buy(spot, "e", "1", symbol="ETH/USD")), Accepted)
    assert [fill.symbol for fill in fills(await spot.reports())] == ["ETH/USD"]


async def test_less_than_the_venue_trades_is_refused_and_stays_held(spot: BinanceUnderTest) -> None:
    await hold(spot, "1")
    await place(spot, sell(spot, "most", "0.999"))
    answer = await place(spot, sell(spot, "dust", "0.001", limit="99"))
    assert isinstance(answer, Rejected) and answer.code == "notional_min"
    assert str(await held(spot)) == "0.001"
