"""The certification finds planted bugs in the Kraken adapter: each is a mistake that real ones have made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contract import test_kraken_faults as faults
from tests.contract.broker_contract import BrokerContract
from tests.contract.kraken_under_test import KrakenUnderTest, kraken
from tests.fakes.binance_faults import Fault
from trading.brokers import (
    ccxt_errors,
    kraken_asking,
    kraken_errors,
    kraken_line,
    kraken_orders,
    kraken_reports,
    kraken_stream,
    limits,
)
from trading.brokers import kraken as adapter
from trading.brokers.limits import Lane
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire
Patch = pytest.MonkeyPatch
Case = Callable[[KrakenUnderTest], Awaitable[None]]


def posts_again_at_kraken(patch: Patch) -> None:
    """Posts again when nobody answers."""
    ask = kraken_line.Line.ask

    async def again(self: Any, lane: Lane, door: Any, params: Any) -> Any:
        try:
            return await ask(self, lane, door, params)
        except BrokerSilent:
            return await ask(self, lane, door, params)

    patch.setattr(kraken_line.Line, "ask", again)


def takes_unavailable_for_refused(patch: Patch) -> None:
    """Believes that everything Kraken calls an error is a refusal."""
    meaning = kraken_errors._meaning

    def certain(text: str) -> Any:
        end = meaning(text)
        return ccxt_errors.Refused("refused", "No.", 1) if isinstance(end, ccxt_errors.Unknown) else end

    patch.setattr(kraken_errors, "_meaning", certain)


def has_no_word_for_a_name_in_use(patch: Patch) -> None:
    """A name that is in use is a refusal like any other."""
    patch.setattr(kraken_errors, "_NAME_IN_USE", ())
    table = (("eorder:", "refused", "Kraken refuses this order."), *kraken_errors._BY_TEXT)
    patch.setattr(kraken_errors, "_BY_TEXT", table)


def asks_for_what_waits_only(patch: Patch) -> None:
    """Looks for an order among those that wait, and calls it absent when it is done."""
    patch.setattr(kraken_asking, "CLOSED_ORDERS", replace(kraken_line.CLOSED_ORDERS, path="OpenOrders"))

    async def newest(self: Any, cid: Any, lane: Lane) -> Any:
        await self._line.load_markets(lane)
        name = kraken_orders.wire_name(cid)
        rows = (await self.asked(lane, kraken_line.OPEN_ORDERS, {"cl_ord_id": name}))["open"]
        return next(iter(rows.items()), None)

    patch.setattr(kraken_asking.Asking, "newest", newest)


def reads_one_page(patch: Patch) -> None:
    """Takes the first page of the past for all of it."""

    async def first(self: Any, door: Any, key: str, params: Any) -> Any:
        return (await self.asked(Lane.QUERY, door, params))[key]

    patch.setattr(kraken_asking.Asking, "_pages", first)


def tells_krakens_fills_twice(patch: Patch) -> None:
    """Does not look at the ids of executions."""
    numbers = iter(range(10**6))
    patch.setattr(kraken_stream.AccountStream, "_key", lambda self, frame: ("fresh", next(numbers)))


def names_a_fill_by_its_number(patch: Patch) -> None:
    """Calls a fill of the stream otherwise than the past does."""
    fill = kraken_reports.Teller.frame_fill

    def numbered(self: Any, frame: Any, name: str) -> Any:
        return replace(fill(self, frame, name), fill_id=str(frame["trade_id"]))

    patch.setattr(kraken_reports.Teller, "frame_fill", numbered)


def sends_our_letters_as_they_are(patch: Patch) -> None:
    """Sends a name of 26 letters, which Kraken does not take."""
    patch.setattr(kraken_orders, "wire_name", lambda cid: cid)
    patch.setattr(kraken_asking, "wire_name", lambda cid: cid)
    patch.setattr(adapter, "wire_name", lambda cid: cid)
    patch.setattr(kraken_orders, "can_be_said", lambda cid: True)


def trusts_its_own_clock(patch: Patch) -> None:
    """Never reads Kraken's clock again."""

    async def kept(self: Any, lane: Lane) -> None:
        self.is_skewed = False

    patch.setattr(kraken_line.Line, "set_clock", kept)


def overlooks_the_right_to_withdraw(patch: Patch) -> None:
    """Reads only whether the key may trade."""
    patch.setattr(adapter, "rights_problem", lambda told: ("", ""))


def changes_by_cancel_and_new(patch: Patch) -> None:
    """Counts what has filled out of the new quantity."""
    params = kraken_orders.Change.params

    def rest(self: Any, order_id: str) -> Any:
        return {**params(self, order_id), "order_qty": str(self._quantity - self._filled)}

    patch.setattr(kraken_orders.Change, "params", rest)


def forgets_which_order_was_at_once(patch: Patch) -> None:
    """Has no memory of what does not wait."""
    patch.setattr(kraken_stream.AccountStream, "note_at_once", lambda self, cid: None)


def keeps_an_old_token(patch: Patch) -> None:
    """Subscribes with the token of before."""
    kept: list[str] = []
    subscribed = kraken_stream.AccountStream.subscribed

    async def old(self: Any, wire: Any) -> None:
        if not kept:
            told = await self._line.ask(Lane.QUERY, kraken_line.TOKEN, {})
            kept.append(told["token"])
        await wire.subscribe(kept[0])

    assert subscribed is not old
    patch.setattr(kraken_stream.AccountStream, "subscribed", old)


def counts_no_calls(patch: Patch) -> None:
    """Asks as often as it likes."""
    patch.setattr(limits.Budget, "_may", lambda self, lane, weight: self._free > 0)


def has_krakens_prices_as_floats(patch: Patch) -> None:
    """Lets numbers go through floats that have lost their last digit."""
    patch.setattr(kraken_orders, "plain", lambda value: str(float(value) + 1e-9))


def of_contract(name: str) -> Case:
    """A case of the broker contract."""
    case: Callable[..., Awaitable[None]] = getattr(BrokerContract(), name)
    return case


async def _unclear(sea: KrakenUnderTest) -> None:
    await faults.test_an_unclear_end_at_kraken_is_silence_and_one_post(sea, Fault.UNSAID)


async def _unavailable(sea: KrakenUnderTest) -> None:
    await faults.test_an_unclear_end_at_kraken_is_silence_and_one_post(sea, Fault.UNKNOWN)


BITES: list[tuple[Callable[[Patch], None], Case]] = [
    (posts_again_at_kraken, _unclear),
    (takes_unavailable_for_refused, _unavailable),
    (has_no_word_for_a_name_in_use, faults.test_a_name_in_use_at_kraken_means_that_the_order_exists),
    (asks_for_what_waits_only, of_contract("test_a_done_order_is_found_with_what_it_filled")),
    (reads_one_page, faults.test_a_history_of_many_pages_at_kraken_loses_nothing),
    (tells_krakens_fills_twice, faults.test_a_fill_of_kraken_is_told_once_and_has_one_name_everywhere),
    (names_a_fill_by_its_number, faults.test_a_fill_of_kraken_is_told_once_and_has_one_name_everywhere),
    (
        sends_our_letters_as_they_are,
        faults.test_an_order_under_one_of_our_ids_is_found_changed_and_canceled,
    ),
    (trusts_its_own_clock, faults.test_an_order_says_until_when_it_may_travel_by_krakens_clock),
    (
        overlooks_the_right_to_withdraw,
        faults.test_a_key_of_kraken_that_may_withdraw_opens_nothing_and_still_closes,
    ),
    (
        changes_by_cancel_and_new,
        faults.test_a_change_at_kraken_is_one_step_and_counts_what_fills_meanwhile,
    ),
    (
        forgets_which_order_was_at_once,
        faults.test_what_ioc_leaves_and_what_another_hand_cancels_are_told_apart,
    ),
    (keeps_an_old_token, faults.test_krakens_stream_is_begun_anew_with_a_fresh_token),
    (
        counts_no_calls,
        faults.test_one_request_after_the_other_and_orders_cost_nothing_of_krakens_counter,
    ),
    (has_krakens_prices_as_floats, of_contract("test_a_waiting_order_is_found_with_its_prices")),
]


async def fails(case: Case) -> bool:
    """Whether the case finds something wrong; the stage is always torn down."""
    async with kraken() as sea:
        try:
            await case(sea)
        except (AssertionError, BrokerSilent, LookupError, ValueError, pytest.fail.Exception):
            return True
    return False


@pytest.mark.parametrize(("bug", "case"), BITES, ids=[bug.__name__ for bug, _ in BITES])
async def test_a_bug_planted_in_the_kraken_adapter_makes_its_case_fail(
    bug: Callable[[Patch], None], case: Case, monkeypatch: Patch
) -> None:
    bug(monkeypatch)
    assert await fails(case)
    monkeypatch.undo()
    assert not await fails(case)


def test_no_bug_is_planted_twice() -> None:
    names = [bug.__name__ for bug, _ in BITES]
    assert len(names) == len(set(names)) and Decimal(len(names)) >= 12
