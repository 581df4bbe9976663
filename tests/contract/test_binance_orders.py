"""The Binance adapter's orders: exact on the wire, changed without filling twice, found after a restart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.binance_under_test import MARKET, BinanceUnderTest, binance
from tests.contract.broker_contract_groups import BRACKET, change, place_group
from tests.contract.venue_under_test import approved, buy, filled, fills, held, hold, place, sell, status
from tests.fakes.binance_faults import Fault
from tests.fakes.binance_rows import Listed
from trading.brokers.binance_profile import BINANCE_SPOT_PAIRS
from trading.brokers.ccxt_wire import Credentials
from trading.domain.ids import ClientOrderId
from trading.domain.order import Order
from trading.domain.reports import (
    Accepted,
    CanceledReported,
    CancelRefused,
    Rejected,
    Replaced,
    ReplaceRefused,
)
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire
D = Decimal


def sent(spot: BinanceUnderTest, path: str = "order", method: str = "POST") -> dict[str, str]:
    """The newest request of that kind."""
    found = [params for how, what, params in spot.server.asked if (how, what) == (method, path)]
    assert found, "nothing of the kind was sent"
    return found[-1]


async def test_numbers_go_out_as_exact_texts(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "0.123", limit="95.10"))
    params = sent(spot)
    assert (params["quantity"], params["price"], params["side"]) == ("0.123", "95.1", "BUY")
    assert (params["newClientOrderId"], params["newOrderRespType"]) == ("b", "FULL")
    assert float(params["recvWindow"]) / 1000 < spot.broker.profile.fence_s
    row = spot.server.engine.rows[-1]
    assert (row.quantity, row.price) == (D("0.123"), D("95.10"))


async def test_a_coin_of_eight_decimals_keeps_all_of_them(spot: BinanceUnderTest) -> None:
    tiny = Listed("SHIBUSD", "SHIB", "USD", tick=D("0.00000001"), lot=D(1), notional=D(1))
    spot.server.engine.list_symbol(tiny)
    spot.server.quote("SHIBUSD", "0.00001233", "0.00001235")
    shib = spot.connected(symbols=("SHIB/USD",))
    try:
        item = buy(spot, "b", "123457", limit="0.00001234", symbol="SHIB/USD")
        assert isinstance(await shib.submit(approved(item)), Accepted)
    finally:
        await shib.close()
    assert (sent(spot)["price"], sent(spot)["quantity"]) == ("0.00001234", "123457")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"limit": "95"}, {"type": "LIMIT", "timeInForce": "GTC", "price": "95"}),
        ({"limit": "95", "post_only": True}, {"type": "LIMIT_MAKER", "price": "95"}),
        ({"stop": "105"}, {"type": "STOP_LOSS", "stopPrice": "105"}),
        ({"limit": "106", "stop": "105"}, {"type": "STOP_LOSS_LIMIT", "price": "106", "stopPrice": "105"}),
        ({}, {"type": "MARKET"}),
    ],
)
async def test_each_kind_of_order_is_sent_as_binance_calls_it(
    spot: BinanceUnderTest, order: dict[str, Any], expected: dict[str, str]
) -> None:
    await spot.quote("99", "101")
    assert isinstance(await place(spot, buy(spot, "b", "1", **order)), Accepted)
    params = sent(spot)
    assert expected.items() <= params.items()
    assert {"price", "stopPrice"} & set(params) == {"price", "stopPrice"} & set(expected)


async def test_a_name_that_binance_does_not_take_is_refused_before_it_is_sent(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    for name in ("a b", "x" * 33, "chain_2", "ü"):
        answer = await place(spot, buy(spot, name, "1", limit="95"))
        assert isinstance(answer, Rejected) and answer.code == "form"
    assert spot.server.count("POST", "order") == 0


async def test_a_smaller_quantity_is_changed_in_place(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    taken = await place(spot, buy(spot, "b", "1", limit="95"))
    changed = await change(spot, "b", "0.6", limit="95")
    assert isinstance(taken, Accepted) and isinstance(changed, Replaced)
    assert changed.venue_order_id == taken.venue_order_id
    assert sent(spot, "order/amend/keepPriority", "PUT")["newClientOrderId"] == "b"
    assert spot.server.count("POST", "order/cancelReplace") == 0


async def test_another_price_is_asked_for_only_if_nothing_has_filled(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    assert isinstance(await change(spot, "b", "1", limit="94"), Replaced)
    params = sent(spot, "order/cancelReplace")
    assert (params["cancelRestrictions"], params["cancelReplaceMode"]) == ("ONLY_NEW", "STOP_ON_FAILURE")
    assert params["newClientOrderId"] == "b_2"


async def test_the_price_of_a_part_filled_order_is_not_changed(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101", size="0.4")
    await place(spot, buy(spot, "b", "1", limit="101"))
    answer = await change(spot, "b", "1", limit="100")
    assert isinstance(answer, ReplaceRefused) and "cancel" in answer.reason
    assert await status(spot, "b") == "working"


async def test_a_fill_between_look_and_change_leaves_the_order_as_it_is(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    look = spot.server.engine.cancel_replace

    def filled_first(params: Any) -> Any:
        spot.server.quote(MARKET, "93", "94", "0.4")
        return look(params)

    spot.server.engine.cancel_replace = filled_first  # type: ignore[method-assign]  # the market moves
    assert isinstance(await change(spot, "b", "1", limit="90"), ReplaceRefused)
    found = await spot.broker.find(ClientOrderId("b"))
    assert found is not None and (found.status, found.filled, found.limit_price) == (
        "working",
        D("0.4"),
        D(95),
    )


async def test_an_order_that_is_ended_and_not_changed_is_told_as_ended(spot: BinanceUnderTest) -> None:
    await hold(spot, "1")
    await place(spot, sell(spot, "sl", "1", stop="90"))
    # The new place of the stop is one that the market has passed: its second step fails.
    assert isinstance(await change(spot, "sl", "1", stop="120"), ReplaceRefused)
    told = [one for one in await spot.reports() if isinstance(one, CanceledReported)]
    assert [one.client_order_id for one in told] == ["sl"]
    assert await status(spot, "sl") == "canceled"


async def test_a_change_whose_answer_was_lost_is_found_as_changed(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.faults.only = "cancelReplace"
    spot.server.faults.plan(Fault.UNSAID)
    with pytest.raises(BrokerSilent):
        await change(spot, "b", "1", limit="94")
    told = await spot.reports()
    assert not [one for one in told if isinstance(one, CanceledReported)]
    assert [one.limit_price for one in told if isinstance(one, Replaced)] == [D(94)]
    found = await spot.broker.find(ClientOrderId("b"))
    assert found is not None and (found.status, found.limit_price) == ("working", D(94))
    assert len(found.older_venue_ids) == 1


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.LOST])
async def test_a_change_that_never_was_hides_no_later_end(spot: BinanceUnderTest, fault: Fault) -> None:
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    spot.server.faults.only = "cancelReplace"
    spot.server.faults.plan(fault)
    with pytest.raises(BrokerSilent):
        await change(spot, "b", "1", limit="94")
    await spot.let_pass(5)
    assert await status(spot, "b") == "working"
    spot.server.engine.cancel({"symbol": MARKET, "origClientOrderId": "b"})
    told = [one for one in await spot.reports() if isinstance(one, CanceledReported)]
    assert [(one.client_order_id, one.reason) for one in told] == [("b", "unsaid")]


async def test_a_session_that_remembers_nothing_finds_the_newest_of_a_chain(spot: BinanceUnderTest) -> None:
    began = spot.now()
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1", limit="95"))
    await change(spot, "b", "1", limit="94")
    await change(spot, "b", "1", limit="93")
    fresh = spot.connected()
    try:
        found = await fresh.find(ClientOrderId("b"))
        assert found is not None and (found.limit_price, len(found.older_venue_ids)) == (D(93), 2)
        # What was changed has not ended, whatever the venue calls the orders before.
        assert not [one for one in await fresh.history(began) if isinstance(one, CanceledReported)]
        assert isinstance(await fresh.cancel(ClientOrderId("b")), CanceledReported)
    finally:
        await fresh.close()
    assert (await spot.broker.snapshot()).orders == ()


async def test_a_session_that_remembers_nothing_tells_the_same_history(spot: BinanceUnderTest) -> None:
    began = spot.now()
    await hold(spot, "1")
    await place(spot, buy(spot, "b", "1", limit="95"))
    await spot.broker.cancel(ClientOrderId("b"))
    fresh = spot.connected()
    try:
        known, told = await spot.broker.history(began), await fresh.history(began)
    finally:
        await fresh.close()
    assert fills(told) == fills(known)
    assert [type(one) for one in told] == [type(one) for one in known]


async def test_a_fee_in_units_leaves_less_than_was_bought(spot: BinanceUnderTest) -> None:
    spot.server.engine.commission = "received"
    began = spot.now()
    await spot.quote("99", "101")
    await place(spot, buy(spot, "b", "1"))
    (fill,) = fills(await spot.reports())
    assert (fill.quantity, fill.fee, fill.fee_base) == (D(1), D(0), D("0.001"))
    assert await held(spot) == D("0.999")
    assert fills(await spot.broker.history(began)) == [fill]
    # Only what is there can be sold, and the steps decide how much of it.
    assert isinstance(await place(spot, sell(spot, "all", "1")), Rejected)
    assert isinstance(await place(spot, sell(spot, "free", "0.999")), Accepted)


async def test_a_fee_in_a_third_asset_counts_at_the_price_of_its_minute(spot: BinanceUnderTest) -> None:
    spot.server.engine.list_symbol(Listed("BNBUSD", "BNB", "USD"))
    spot.server.engine.balances["BNB"] = D(5)
    spot.server.engine.commission, spot.server.engine.commission_price = "BNB", D(500)
    await spot.quote("99", "101")
    minute = int(spot.now().timestamp()) // 60 * 60_000
    spot.server.candles = [[minute, "500.00", "600", "400", "550", "1", minute + 59_999]]
    began = spot.now()
    payer = spot.connected()
    try:
        await payer.submit(approved(buy(spot, "b", "1")))
        (fill,) = fills(await payer.history(began))
    finally:
        await payer.close()
    assert (fill.fee, fill.fee_base) == (D("0.101"), D(0))


async def test_a_history_of_many_pages_loses_nothing(spot: BinanceUnderTest, monkeypatch: Any) -> None:
    monkeypatch.setattr("trading.brokers.binance_history.PAGE", 3)
    began = spot.now()
    for number in range(8):
        await spot.quote("99", "101")
        await place(spot, buy(spot, f"b{number}", "0.1"))
    told = fills(await spot.broker.history(began))
    assert [one.client_order_id for one in told] == [f"b{number}" for number in range(8)]


async def test_the_snapshot_knows_of_what_others_have_placed(spot: BinanceUnderTest) -> None:
    spot.server.engine.balances["ETH"] = D(2)
    spot.server.quote("ETHUSD", "9", "10")
    spot.server.engine.place(
        {"symbol": "ETHUSD", "side": "SELL", "type": "LIMIT", "quantity": "1", "price": "12"}
    )
    snapshot = await spot.broker.snapshot()
    assert {symbol: str(held) for symbol, held in snapshot.positions.items()} == {"ETH/USD": "2"}
    assert [(one.symbol, str(one.quantity)) for one in snapshot.orders] == [("ETH/USD", "1")]
    assert snapshot.cash == spot.cash


async def test_a_key_that_may_withdraw_opens_nothing_and_still_closes(spot: BinanceUnderTest) -> None:
    await hold(spot, "1")
    spot.server.rights["enableWithdrawals"] = True
    probe = await spot.broker.probe()
    assert probe.may_withdraw and "withdraw" in probe.note
    answer = await place(spot, buy(spot, "b", "1"))
    assert isinstance(answer, Rejected) and answer.code == "key_rights"
    assert isinstance(await place(spot, sell(spot, "s", "1", reduce_only=True)), Accepted)


async def test_the_probe_notes_a_key_that_works_from_everywhere(spot: BinanceUnderTest) -> None:
    assert (await spot.broker.probe()).note == ""
    spot.server.rights["ipRestrict"] = False
    assert "every address" in (await spot.broker.probe()).note


async def test_a_key_that_may_not_trade_says_so(spot: BinanceUnderTest) -> None:
    spot.server.rights["enableSpotAndMarginTrading"] = False
    assert not (await spot.broker.probe()).may_trade
    spot.server.faults.plan(Fault.KEY)
    probe = await spot.broker.probe()
    assert not probe.may_trade and probe.note.endswith(".")


async def test_a_pair_is_sent_as_one_list_with_both_of_its_legs() -> None:
    async with binance(BINANCE_SPOT_PAIRS) as spot:
        await hold(spot, "1")
        legs = sell(spot, "tp", "1", limit="110", **BRACKET), sell(spot, "sl", "1", stop="90", **BRACKET)
        answers = await place_group(spot, *legs)
        assert all(isinstance(one, Accepted) for one in answers)
        params = sent(spot, "orderList/oco")
        assert (params["aboveType"], params["abovePrice"], params["aboveClientOrderId"]) == (
            "LIMIT_MAKER",
            "110",
            "tp",
        )
        assert (params["belowType"], params["belowStopPrice"], params["belowClientOrderId"]) == (
            "STOP_LOSS",
            "90",
            "sl",
        )
        assert {one.client_order_id for one in (await spot.broker.snapshot()).orders} == {"tp", "sl"}


async def test_what_binance_cannot_bind_together_is_refused_whole() -> None:
    async with binance(BINANCE_SPOT_PAIRS) as spot:
        await hold(spot, "1")

        def leg(name: str, quantity: str = "1", limit: str = "", stop: str = "", **more: Any) -> Order:
            return sell(spot, name, quantity, limit, stop, **BRACKET | more)

        for legs in (
            (leg("a", limit="110"), leg("b", limit="120"), leg("c", stop="90")),
            (leg("a", "0.5", limit="110"), leg("b", stop="90")),
            (leg("a", limit="110"),),
            (leg("a", limit="110"), leg("a", stop="90")),
        ):
            answers = await place_group(spot, *legs)
            assert all(isinstance(one, Rejected) and one.reason.endswith(".") for one in answers)
        assert isinstance(await place(spot, leg("alone", limit="110")), Rejected)
        assert spot.server.count("POST", "orderList/oco") == spot.server.count("POST", "order") - 1 == 0


async def test_a_pair_whose_answer_was_lost_is_silence_for_both() -> None:
    async with binance(BINANCE_SPOT_PAIRS) as spot:
        await hold(spot, "1")
        spot.server.faults.plan(Fault.UNSAID)
        with pytest.raises(BrokerSilent):
            await place_group(
                spot,
                sell(spot, "tp", "1", limit="110", **BRACKET),
                sell(spot, "sl", "1", stop="90", **BRACKET),
            )
        assert (await status(spot, "tp"), await status(spot, "sl")) == ("working", "working")


async def test_cancelling_what_nobody_knows_is_refused_without_a_guess(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101")
    answer = await spot.broker.cancel(ClientOrderId("nobody"))
    assert isinstance(answer, CancelRefused) and answer.reason == "unknown"
    assert spot.server.count("DELETE", "order") == 0


async def test_a_restarted_session_takes_the_books_word_for_the_market(spot: BinanceUnderTest) -> None:
    spot.server.quote("ETHUSD", "9", "10")
    await place(spot, buy(spot, "e", "1", limit="8", symbol="ETH/USD"))
    fresh = spot.connected(symbols=(), symbol_of=lambda _: "ETH/USD")
    try:
        found = await fresh.find(ClientOrderId("e"))
    finally:
        await fresh.close()
    assert found is not None and found.symbol == "ETH/USD"


async def test_a_fill_that_adds_up_is_counted_in_the_snapshot(spot: BinanceUnderTest) -> None:
    await spot.quote("99", "101", size="0.4")
    await place(spot, buy(spot, "b", "1", limit="101"))
    await spot.quote("98", "100")
    assert filled(await spot.reports(), "b") == await held(spot) == 1


def test_credentials_never_show_themselves() -> None:
    shown = repr(Credentials("the-key", "the-secret"))
    assert "the-key" not in shown and "the-secret" not in shown
