"""What the Kraken adapter makes of every way in which a request can end, and of names, clocks and keys."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tests.contract.kraken_under_test import PAIR, KrakenUnderTest, kraken
from tests.contract.venue_under_test import approved, buy, filled, fills, held, hold, place, sell, status
from tests.fakes.binance_faults import Fault
from trading.brokers.kraken_line import budget_of
from trading.brokers.kraken_orders import our_name, wire_name
from trading.domain.ids import AccountId, ClientOrderId, client_order_id
from trading.domain.order import Role, TimeInForce
from trading.domain.reports import Accepted, CanceledReported, CancelRefused, Rejected, Replaced
from trading.ports import BrokerBusy, BrokerSilent

pytestmark = pytest.mark.wire
D = Decimal
UNCLEAR = (
    Fault.LOST, Fault.UNSAID, Fault.CUT, Fault.HANG, Fault.UNKNOWN, Fault.TIMEOUT, Fault.GATEWAY,
    Fault.GARBLED, Fault.EMPTY,
)  # fmt: skip


@pytest.fixture
async def sea() -> AsyncIterator[KrakenUnderTest]:
    async with kraken() as made:
        yield made


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_end_at_kraken_is_silence_and_one_post(sea: KrakenUnderTest, fault: Fault) -> None:
    await sea.quote("99", "101")
    sea.server.faults.plan(fault)
    if fault is Fault.HANG:
        sea.broker._line.deadline_s = 0.2
    with pytest.raises(BrokerSilent) as silent:
        await place(sea, buy(sea, "b", "1", limit="95"))
    sea.broker._line.deadline_s = 10.0
    assert not isinstance(silent.value, BrokerBusy)
    assert sea.server.count("AddOrder") == 1
    assert await status(sea, "b") == ("absent" if fault is Fault.LOST else "working")


@pytest.mark.parametrize(("fault", "code"), [(Fault.KEY, "key"), (Fault.MAINTENANCE, "market_closed")])
async def test_krakens_own_no_is_certain_and_leaves_nothing(
    sea: KrakenUnderTest, fault: Fault, code: str
) -> None:
    await sea.quote("99", "101")
    sea.server.faults.plan(fault)
    answer = await place(sea, buy(sea, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == code
    assert code in sea.broker.profile.definitive_codes
    assert await status(sea, "b") == "absent"


async def test_a_request_that_another_overtook_is_no_word_about_the_order(sea: KrakenUnderTest) -> None:
    await hold(sea, "1")
    sea.server.faults.plan(Fault.CLOCK)
    with pytest.raises(BrokerBusy) as busy:
        await place(sea, sell(sea, "s", "1", reduce_only=True))
    assert busy.value.is_ours, "the venue need not be left alone for that"
    assert isinstance(await place(sea, sell(sea, "s", "1", reduce_only=True)), Accepted)


async def test_kraken_cannot_be_reached_and_nothing_was_sent(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    await sea.server.stop()
    with pytest.raises(BrokerSilent):
        await sea.broker.find(ClientOrderId("b"))  # on the connection that has just died
    answer = await place(sea, buy(sea, "b", "1", limit="95"))
    assert isinstance(answer, Rejected) and answer.code == "venue_unavailable"
    await sea.server.start()
    assert isinstance(await place(sea, buy(sea, "b", "1", limit="95")), Accepted)


async def test_a_name_in_use_at_kraken_means_that_the_order_exists(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    await place(sea, buy(sea, "b", "1", limit="95"))
    another = sea.connected()
    try:
        answer = await another.submit(approved(buy(sea, "b", "1", limit="95")))
    finally:
        await another.close()
    assert isinstance(answer, Rejected) and answer.code == "duplicate"
    assert answer.code not in sea.broker.profile.definitive_codes


async def test_a_failed_question_to_kraken_is_no_answer(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    await place(sea, buy(sea, "b", "1", limit="95"))
    for fault in (Fault.KEY, Fault.GATEWAY, Fault.GARBLED, Fault.UNKNOWN):
        sea.server.faults.plan(fault)
        with pytest.raises(BrokerSilent):
            await sea.broker.find(ClientOrderId("b"))


async def test_a_question_to_kraken_that_lags_proves_nothing(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    await place(sea, buy(sea, "b", "1", limit="95"))
    sea.server.invisible = 2
    assert await status(sea, "b") == "absent"
    assert sea.broker.profile.visibility_s > 0
    assert await status(sea, "b") == "working"


def test_our_ids_are_uuids_at_kraken_and_come_back_as_they_were() -> None:
    for attempt in range(50):
        cid = client_order_id(b"k" * 32, AccountId("sea"), "cause", "entry-1", attempt)
        name = wire_name(cid)
        assert str(uuid.UUID(name)) == name and our_name(name) == cid
    assert our_name("O00001-LOCAL-KRAKEN") == "O00001-LOCAL-KRAKEN"
    assert wire_name(ClientOrderId("short-1")) == "short-1"


async def test_an_order_under_one_of_our_ids_is_found_changed_and_canceled(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    cid = client_order_id(b"k" * 32, sea.account, "cause", "entry-1", 1)
    await place(sea, buy(sea, cid, "1", limit="95"))
    assert sea.server.engine.orders[0].name == wire_name(cid)
    assert await status(sea, cid) == "working"
    again = await sea.broker.cancel(cid)
    assert isinstance(again, CanceledReported) and again.client_order_id == cid


async def test_an_order_says_until_when_it_may_travel_by_krakens_clock(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101")
    sea.server.skew_ms = 90_000
    with pytest.raises(BrokerSilent):
        await place(sea, buy(sea, "late", "1", limit="95"))
    assert await status(sea, "late") == "absent"
    assert isinstance(await place(sea, buy(sea, "b", "1", limit="95")), Accepted)
    assert sea.broker.profile.fence_s >= 5


async def test_a_key_of_kraken_that_may_withdraw_opens_nothing_and_still_closes(sea: KrakenUnderTest) -> None:
    await hold(sea, "1")
    sea.server.rights.append("withdraw-funds")
    probe = await sea.broker.probe()
    assert probe.may_withdraw and probe.code == "withdraws"
    answer = await place(sea, buy(sea, "b", "1"))
    assert isinstance(answer, Rejected) and answer.code == "key_rights"
    closing = sell(sea, "s", "1", reduce_only=True)
    assert closing.role is Role.CLOSE and isinstance(await place(sea, closing), Accepted)


async def test_a_change_at_kraken_is_one_step_and_counts_what_fills_meanwhile(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101", size="0.4")
    await place(sea, buy(sea, "b", "1", limit="101"))
    answer = await sea.broker.replace(ClientOrderId("b"), buy(sea, "x", "0.7").quantity, None, None)
    assert not isinstance(answer, Replaced), "a limit order keeps its limit"
    limit = buy(sea, "x", "1", limit="100").limit_price
    answer = await sea.broker.replace(ClientOrderId("b"), buy(sea, "x", "0.7").quantity, limit, None)
    assert isinstance(answer, Replaced) and sea.server.count("AmendOrder") == 1
    await sea.quote("98", "99")
    assert filled(await sea.reports(), "b") == D("0.7")
    assert sea.server.count("AddOrder") == 1 and sea.server.count("CancelOrder") == 0


async def test_a_stop_that_has_been_passed_trades_at_once_at_kraken(sea: KrakenUnderTest) -> None:
    await hold(sea, "1")
    assert isinstance(await place(sea, sell(sea, "sl", "1", stop="120")), Accepted)
    assert filled(await sea.reports(), "sl") == 1 and await held(sea) == 0


async def test_what_ioc_leaves_and_what_another_hand_cancels_are_told_apart(sea: KrakenUnderTest) -> None:
    await sea.quote("99", "101", size="0.4")
    await place(sea, buy(sea, "i", "1", limit="101", time_in_force=TimeInForce.IOC))
    await place(sea, buy(sea, "b", "1", limit="95"))
    sea.server.engine.cancel({"cl_ord_id": "b"})
    ends = [(r.client_order_id, r.reason) for r in await sea.reports() if isinstance(r, CanceledReported)]
    assert ends == [("i", "ioc"), ("b", "unsaid")]


async def test_a_fill_of_kraken_is_told_once_and_has_one_name_everywhere(sea: KrakenUnderTest) -> None:
    began = sea.now()
    sea.repeat_fills()
    await sea.quote("99", "101")
    await place(sea, buy(sea, "b", "1"))
    (told,) = fills(await sea.reports())
    assert [told] == fills(await sea.broker.history(began))
    assert (told.fee, told.fee_base) == (D("0.101"), D(0))


async def test_krakens_stream_is_begun_anew_with_a_fresh_token(sea: KrakenUnderTest) -> None:
    began = sea.now()
    await sea.quote("99", "101")
    await place(sea, buy(sea, "b", "1", limit="95"))
    await sea.server.streams.close()
    await sea.quote("93", "94")
    while sea.server.streams.subscriptions < 2:
        await sea.clock_sleep()
    assert len(sea.server.streams.tokens) == 2 and sea.broke >= 1
    assert filled(await sea.broker.history(began), "b") == 1


async def test_a_token_that_kraken_refuses_is_silence(sea: KrakenUnderTest) -> None:
    sea.server.streams.refuses = "ESession:Invalid session"
    another = sea.connected()
    try:
        with pytest.raises(BrokerSilent):
            await anext(aiter(another.reports()))
    finally:
        await another.close()


async def test_a_history_of_many_pages_at_kraken_loses_nothing(sea: KrakenUnderTest) -> None:
    began = sea.now()
    await sea.quote("99", "101", size="0.001")
    await place(sea, buy(sea, "b", "0.12", limit="101"))
    for _ in range(119):
        sea.server.quote(PAIR, "99", "101", "0.001")
    sea.connected_names_forgotten()
    told = fills(await sea.broker.history(began))
    assert len(told) == 120 and filled(told, "b") == D("0.12")


async def test_one_request_after_the_other_and_orders_cost_nothing_of_krakens_counter(
    sea: KrakenUnderTest,
) -> None:
    other = sea.connected(budget=budget_of(sea.clock))
    try:
        await sea.quote("99", "101")
        asked = sea.server.count("OpenOrders")
        with pytest.raises(BrokerBusy) as busy:
            for _ in range(20):
                await other.snapshot()
        assert busy.value.is_ours and sea.server.count("OpenOrders") - asked < 10
        answer = await other.submit(approved(buy(sea, "b", "1", limit="95")))
        assert isinstance(answer, Accepted)
        assert isinstance(await other.cancel(ClientOrderId("b")), CanceledReported | CancelRefused)
    finally:
        await other.close()
