"""Alpaca on a bad line: what is certain, what is silence; and the rules of the house."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contract.alpaca_under_test import ACCOUNT, AlpacaUnderTest
from tests.contract.paper_under_test import HandClock
from tests.contract.venue_under_test import approved, buy, fills, held, hold, place, sell, status
from tests.fakes.alpaca_faults import Fault
from tests.fakes.alpaca_server import KEY, SECRET
from tests.fakes.alpaca_words import Resting, asset
from trading.brokers.alpaca import AlpacaBroker
from trading.brokers.alpaca_profile import LIVE, PAPER, AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys, Unreachable, WrongKey
from trading.brokers.limits import Budget, Lane
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Role, TimeInForce
from trading.domain.reports import (
    Accepted,
    CanceledReported,
    CancelTaken,
    Rejected,
    Replaced,
)
from trading.ports import BrokerSilent

D = Decimal
pytestmark = pytest.mark.wire
PATIENCE_S = 0.2


@pytest.fixture
async def venue() -> AsyncIterator[AlpacaUnderTest]:
    venue = await AlpacaUnderTest(AlpacaMarket.SHARES, deadline_s=PATIENCE_S).begin()
    await venue.quote("99", "101")
    yield venue
    await venue.end()


def posts(venue: AlpacaUnderTest) -> int:
    """How many orders were sent."""
    return venue.server.asked.count("POST /v2/orders")


@pytest.mark.parametrize(
    ("fault", "fate"),
    [
        (Fault.LOST, "absent"),
        (Fault.CUT, "filled"),
        (Fault.HALF, "filled"),
        (Fault.HANG, "filled"),
        (Fault.DOWN, "absent"),
        (Fault.TAKEN_504, "filled"),
        (Fault.ODD, "filled"),
    ],
)
async def test_whatever_happens_to_an_order_on_its_way_is_silence_and_it_is_sent_once(
    venue: AlpacaUnderTest, fault: Fault, fate: str
) -> None:
    venue.server.faults.plan.append(fault)
    with pytest.raises(BrokerSilent) as silent:
        await place(venue, buy(venue, "b", "1"))
    assert not isinstance(silent.value, Unreachable)
    assert posts(venue) == 1
    assert await status(venue, "b") == fate


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.CUT, Fault.HALF, Fault.HANG, Fault.TAKEN_504])
async def test_a_cancel_that_nobody_answers_is_silence_and_it_is_sent_once(
    venue: AlpacaUnderTest, fault: Fault
) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    venue.server.faults.plan.append(fault)
    with pytest.raises(BrokerSilent):
        await venue.broker.cancel(ClientOrderId("b"))
    assert sum(one.startswith("DELETE") for one in venue.server.asked) == 1
    assert await status(venue, "b") == ("working" if fault is Fault.LOST else "canceled")


async def test_where_nobody_listens_an_order_is_refused_for_certain_and_a_question_is_silence(
    venue: AlpacaUnderTest,
) -> None:
    await venue.server.stop()
    answer = await place(venue, buy(venue, "b", "1"))
    assert isinstance(answer, Rejected) and answer.code == "venue_unavailable"
    assert answer.code in venue.broker.profile.definitive_codes
    with pytest.raises(Unreachable):
        await venue.broker.find(ClientOrderId("b"))


async def test_an_order_that_questions_do_not_show_yet_is_not_called_refused(venue: AlpacaUnderTest) -> None:
    assert isinstance(await place(venue, buy(venue, "b", "1")), Accepted)
    venue.server.faults.lag = 1
    assert await status(venue, "b") == "absent", "None proves nothing: the profile says for how long"
    assert await status(venue, "b") == "filled"
    assert venue.broker.profile.visibility_s > 0


async def test_a_cancel_that_takes_its_time_is_taken_and_no_end(venue: AlpacaUnderTest) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    venue.server.exchange.cancels_slowly = True
    assert isinstance(await venue.broker.cancel(ClientOrderId("b")), CancelTaken)
    assert await status(venue, "b") == "working"


async def test_a_cancel_whose_look_afterwards_fails_was_taken_nevertheless(venue: AlpacaUnderTest) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    venue.server.faults.plan.append(Fault.LATE)
    venue.server.faults.plan.append(Fault.DOWN)
    assert isinstance(await venue.broker.cancel(ClientOrderId("b")), CancelTaken)
    assert await status(venue, "b") == "canceled"


async def test_what_fills_while_a_change_travels_is_taken_back_from_the_new_order(
    venue: AlpacaUnderTest,
) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    answered = venue.server.exchange.replace

    def fills_first(order: object, body: object) -> object:
        venue.server.exchange.replace = answered  # type: ignore[method-assign]  # only this once
        venue.show("93", "94", size="0.4")
        return answered(order, body)  # type: ignore[arg-type]  # handed through

    venue.server.exchange.replace = fills_first  # type: ignore[method-assign, assignment]  # the race
    answer = await venue.broker.replace(ClientOrderId("b"), Quantity(D(2)), Price(D(96)), None)
    assert isinstance(answer, Replaced) and answer.quantity == 2
    found = await venue.broker.find(ClientOrderId("b"))
    assert found is not None and (found.quantity, found.filled) == (D(2), D("0.4"))
    assert len(found.venue_names) == 3
    await venue.quote("93", "94")
    assert await held(venue) == 2


async def test_an_order_that_another_hand_has_changed_is_told_and_can_be_canceled(
    venue: AlpacaUnderTest,
) -> None:
    await place(venue, buy(venue, "b", "1", limit="95"))
    old = venue.server.exchange.by_cid["b"]
    new = venue.server.exchange.replace(old, {"qty": "3000", "limit_price": "90"})
    (told,) = await venue.reports()
    assert isinstance(told, Replaced) and told.client_order_id == "b"
    assert (told.quantity, told.limit_price, told.venue_order_id) == (D(3), D(90), new.id)
    newer = venue.server.exchange.replace(new, {"qty": "4000", "limit_price": "91"})
    assert isinstance(await venue.broker.cancel(ClientOrderId("b")), CanceledReported)
    assert newer.status == "canceled"


async def test_a_key_that_is_refused_is_no_silence_for_an_order_and_no_answer_for_a_question(
    venue: AlpacaUnderTest,
) -> None:
    site = AlpacaSite("paper", venue.server.rest, venue.server.socket)
    revoked = AlpacaBroker(ACCOUNT, venue.market, site, AlpacaKeys("PKOLD", SECRET), venue.clock)
    with pytest.raises(BrokerSilent):
        await revoked.snapshot()
    seen = await revoked.probe()
    assert not seen.may_trade and "unauthorized" in seen.note
    revoked._instruments = venue.alpaca._instruments
    answer = await revoked.submit(approved(buy(venue, "b", "1")))
    assert isinstance(answer, Rejected) and answer.code == "key_refused"
    with pytest.raises(BrokerSilent, match="refuses the key"):
        await anext(aiter(revoked.reports()))
    await revoked.close()


async def test_an_account_that_may_not_trade_says_so(venue: AlpacaUnderTest) -> None:
    venue.server.account |= {"trading_blocked": True}
    assert not (await venue.broker.probe()).may_trade


@pytest.mark.parametrize(("site", "key"), [(PAPER, "AKLIVE"), (LIVE, "PKPAPER"), (LIVE, "whatever")])
def test_a_key_of_the_other_environment_is_refused_before_anything_is_sent(
    site: AlpacaSite, key: str
) -> None:
    with pytest.raises(WrongKey, match="begin with"):
        AlpacaBroker(ACCOUNT, AlpacaMarket.SHARES, site, AlpacaKeys(key, "s"), HandClock())


def test_keys_are_never_printed() -> None:
    assert SECRET not in f"{AlpacaKeys(KEY, SECRET)!r}" and KEY not in str(AlpacaKeys(KEY, SECRET))


def test_the_room_of_brokers_does_not_load_it() -> None:
    script = "import sys, trading.brokers, trading.brokers.profile; print('aiohttp' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


# ---------------------------------------------------------------- rules of the house


async def test_day_trading_that_is_refused_is_refused_for_certain(venue: AlpacaUnderTest) -> None:
    venue.server.exchange.is_day_trader = True
    answer = await place(venue, buy(venue, "b", "1"))
    assert isinstance(answer, Rejected) and answer.code == "day_trading"


async def test_history_reads_all_pages(venue: AlpacaUnderTest) -> None:
    began = venue.now()
    await hold(venue, "1")
    venue.clock.time += timedelta(seconds=1)
    for number in range(103):
        venue.server.exchange.submit(
            {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day",
             "client_order_id": f"n{number}"}
        )  # fmt: skip
    await venue.reports()
    told = fills(await venue.broker.history(began))
    assert len(told) == len({one.fill_id for one in told}) == 104


async def test_parts_of_shares_go_for_the_day_and_never_as_stops() -> None:
    venue = await AlpacaUnderTest(AlpacaMarket.PARTS).begin()
    await venue.quote("99", "101")
    broker = venue.alpaca
    taken = await broker.submit(approved(buy(venue, "b", "0.5")))
    assert isinstance(taken, Accepted)
    assert (await broker.snapshot()).positions == {"AAPL": D("0.5")}
    stop = await broker.submit(approved(sell(venue, "s", "0.5", stop="90")))
    assert isinstance(stop, Rejected) and stop.code == "not_supported"
    for_good = await broker.submit(approved(buy(venue, "g", "0.5", limit="95")))
    assert isinstance(for_good, Rejected) and for_good.code == "not_supported"
    day: dict[str, Any] = {"limit": "95", "time_in_force": TimeInForce.DAY}
    assert isinstance(await broker.submit(approved(buy(venue, "d", "0.5", **day))), Accepted)
    small = await broker.submit(approved(buy(venue, "c", "0.01", **day)))
    assert isinstance(small, Rejected) and small.code == "notional_min"
    assert not broker.profile.native_stop
    await venue.end()


async def test_requests_wait_in_the_lane_that_their_purpose_has(
    venue: AlpacaUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Lane] = []
    turn = Budget.turn

    def noted(budget: Budget, lane: Lane, weight: int = 1) -> AbstractAsyncContextManager[None]:
        taken.append(lane)
        return turn(budget, lane, weight)

    monkeypatch.setattr(Budget, "turn", noted)
    await hold(venue, "2")
    await place(venue, sell(venue, "x", "1", reduce_only=True))
    await place(venue, buy(venue, "b", "1", limit="95"))
    await venue.broker.cancel(ClientOrderId("b"))
    assert [one for one in taken if one is not Lane.QUERY] == [Lane.ENTRY, Lane.EXIT, Lane.ENTRY, Lane.CANCEL]


async def test_entries_leave_a_part_of_the_budget_to_what_protects(venue: AlpacaUnderTest) -> None:
    await hold(venue, "1")
    for number in range(200):
        venue.alpaca._wire._budget._patience_s = 0.01
        end = await venue.alpaca.submit(approved(buy(venue, f"n{number}", "1", limit="95")))
        if isinstance(end, Rejected):
            break
    else:
        pytest.fail("200 entries found room")
    assert "othing was sent" in end.reason
    sent = posts(venue)
    assert sent < 150
    stop = replace(sell(venue, "s", "1", stop="90"), role=Role.STOP)
    assert isinstance(await place(venue, stop), Accepted)
    assert posts(venue) == sent + 1


async def test_orders_of_other_kinds_do_not_make_the_rest_unreadable(venue: AlpacaUnderTest) -> None:
    class ManyLegs(Resting):
        def told(self, nested: bool = True) -> dict[str, Any]:
            return super().told(nested) | dict.fromkeys(("symbol", "side", "type", "asset_class", "qty"))

    body = {"side": "buy", "type": "limit", "time_in_force": "day", "qty": "1", "limit_price": "1"}
    strange = ManyLegs(body, asset("AAPL  261218C00200000", "us_option"), "strange", venue.now())
    venue.server.exchange.orders[strange.id] = strange
    began = venue.now()
    await place(venue, buy(venue, "b", "1", limit="95"))
    venue.server.exchange._event("new", strange)
    assert not await venue.reports()
    assert [one.client_order_id for one in (await venue.broker.snapshot()).orders] == ["b"]
    assert await venue.broker.history(began) == []


async def test_coins_are_refused_on_the_live_side_as_long_as_their_fees_are_untold() -> None:
    site = AlpacaSite("live", "http://127.0.0.1:9", "ws://127.0.0.1:9/stream")
    broker = AlpacaBroker(ACCOUNT, AlpacaMarket.COINS, site, AlpacaKeys("AKLIVE", SECRET), HandClock())
    venue = await AlpacaUnderTest(AlpacaMarket.COINS).begin()
    answer = await broker.submit(approved(buy(venue, "b", "1")))
    assert isinstance(answer, Rejected) and answer.code == "not_supported" and "fees" in answer.reason
    await broker.close()
    await venue.end()


async def test_a_change_of_nothing_is_answered_and_never_sent(venue: AlpacaUnderTest) -> None:
    taken = await place(venue, buy(venue, "b", "1", limit="95"))
    answer = await venue.broker.replace(ClientOrderId("b"), Quantity(D(1)), Price(D(95)), None)
    assert isinstance(taken, Accepted) and isinstance(answer, Replaced)
    assert (answer.venue_order_id, answer.limit_price) == (taken.venue_order_id, D(95))
    assert not any(one.startswith("PATCH") for one in venue.server.asked)
