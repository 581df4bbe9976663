"""The certification finds planted bugs in the Binance adapter: each is a mistake that real ones have made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contract import test_binance_faults as faults
from tests.contract import test_binance_orders as orders
from tests.contract import test_binance_stream as stream
from tests.contract.binance_under_test import BinanceUnderTest, binance
from tests.contract.broker_contract import BrokerContract
from tests.contract.venue_under_test import approved
from tests.fakes.binance_faults import Fault
from trading.brokers import binance as adapter
from trading.brokers import binance_errors, binance_line, binance_reports, binance_stream, ccxt_errors
from trading.brokers.binance_lookup import Lookup
from trading.brokers.binance_orders import Change
from trading.brokers.binance_profile import BINANCE_SPOT, BINANCE_SPOT_PAIRS
from trading.brokers.limits import Lane
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire
Patch = pytest.MonkeyPatch
Case = Callable[[BinanceUnderTest], Awaitable[None]]


def retries_a_create(patch: Patch) -> None:
    """Posts again when nobody answers."""
    ask = binance_line.Line.ask

    async def again(self: Any, lane: Lane, door: Any, params: Any) -> Any:
        try:
            return await ask(self, lane, door, params)
        except BrokerSilent:
            return await ask(self, lane, door, params)

    patch.setattr(binance_line.Line, "ask", again)


def takes_a_duplicate_for_refused(patch: Patch) -> None:
    """Has no word of its own for a name that is in use."""
    table = tuple((n, part, "refused" if code == "duplicate" else code, s) for n, part, code, s in _TEXTS)
    patch.setattr(binance_errors, "_BY_TEXT", table)


def takes_silence_for_rejected(patch: Patch) -> None:
    """The worst line that can be written here."""
    judged = binance_errors.judged

    def certain(error: BaseException) -> Any:
        end = judged(error)
        is_unknown = isinstance(end, ccxt_errors.Unknown)
        return ccxt_errors.Refused("refused", "No answer.") if is_unknown else end

    patch.setattr(binance_line, "judged", certain)


def takes_gateways_for_rejected(patch: Patch) -> None:
    """Believes that an error of the server is a refusal."""
    word = ccxt_errors.word_of

    def as_refusal(error: BaseException) -> Any:
        told = word(error)
        if told is not None and told.status >= 500:
            return ccxt_errors.VenueWord(400, -2010, told.text)
        return told

    patch.setattr(binance_errors, "word_of", as_refusal)
    patch.setattr(binance_errors, "is_certain", lambda error: True)


def has_prices_as_floats(patch: Patch) -> None:
    """Lets a price go through a float on its way out."""
    patch.setattr("trading.brokers.binance_orders.plain", lambda value: str(float(value)).removesuffix(".0"))


def calls_a_cancel_by_its_own_name(patch: Patch) -> None:
    """Reads `c` of a cancel's frame, which is the name of the cancel."""
    row_of = binance_reports.row_of_frame

    def by_c(frame: Any) -> Any:
        row, _ = row_of(frame)
        return {**row, "clientOrderId": frame["c"]}, frame["c"]

    patch.setattr(binance_stream, "row_of_frame", by_c)


def tells_fills_twice(patch: Patch) -> None:
    """Does not look at trade ids."""
    numbers = iter(range(10**6))
    patch.setattr(binance_stream.AccountStream, "_key", staticmethod(lambda frame: ("fresh", next(numbers))))


def drops_a_leg(patch: Patch) -> None:
    """Sends the target of a pair and forgets its stop."""

    async def one_by_one(self: Any, items: Any) -> Any:
        answer = await self.submit(_alone(items[0]))
        return [answer, _renamed(answer, items[1].item.client_order_id)]

    patch.setattr(adapter.BinanceBroker, "submit_group", one_by_one)


def turns_the_side(patch: Patch) -> None:
    """Takes `isBuyer` for the other side's word."""
    fill = binance_reports.Teller.fill

    def turned(self: Any, row: Any, *more: Any) -> Any:
        return fill(self, {**row, "isBuyer": not row["isBuyer"]}, *more)

    patch.setattr(binance_reports.Teller, "fill", turned)


def calls_a_failed_question_absent(patch: Patch) -> None:
    """Takes any refusal of a question for the answer that there is nothing."""

    async def absent(self: Any, cid: Any, symbol: str, place: int, lane: Lane) -> Any:
        try:
            return await chain(self, cid, symbol, place, lane)
        except BrokerSilent:
            return None

    chain = Lookup._chain
    patch.setattr(Lookup, "_chain", absent)


def changes_without_looking(patch: Patch) -> None:
    """Cancels and replaces whatever has filled meanwhile."""
    params = Change.exchange_params

    def free(self: Any, name: str) -> Any:
        return {**params(self, name), "cancelRestrictions": ""}

    patch.setattr(Change, "exchange_params", free)


def forgets_the_fee_in_units(patch: Patch) -> None:
    """Counts every fee in the quote currency."""

    async def fees(self: Any, trade: Any, instrument: Any) -> Any:
        return Decimal(trade["commission"]), Decimal(0)

    patch.setattr("trading.brokers.binance_history.History.fees", fees)


def knocks_on_during_a_ban(patch: Patch) -> None:
    """Goes on asking."""
    patch.setattr("trading.brokers.limits.Budget.hold", lambda self, after_s, is_ban=False: None)


def ends_a_changed_order(patch: Patch) -> None:
    """Tells the cancel that is a part of a change as the order's end."""

    class Blind(dict[str, Any]):
        def __contains__(self, name: object) -> bool:
            return False

    made = binance_stream.AccountStream.__init__

    def blind(self: Any, *more: Any) -> None:
        made(self, *more)
        self.exchanging = Blind()

    patch.setattr(binance_stream.AccountStream, "__init__", blind)


_TEXTS = binance_errors._BY_TEXT


def _alone(item: Any) -> Any:
    return approved(replace(item.item, group=""))


def _renamed(answer: Any, name: Any) -> Any:
    return replace(answer, client_order_id=name)


def of_contract(name: str) -> Case:
    """A case of the broker contract."""
    case: Callable[..., Awaitable[None]] = getattr(BrokerContract(), name)
    return case


async def _unclear(spot: BinanceUnderTest) -> None:
    await faults.test_an_unclear_end_is_silence_and_one_post_and_find_knows_better(spot, Fault.UNSAID)


async def _overloaded(spot: BinanceUnderTest) -> None:
    await faults.test_an_unclear_end_is_silence_and_one_post_and_find_knows_better(spot, Fault.UNKNOWN)


async def _pair(_: BinanceUnderTest) -> None:
    await orders.test_a_pair_is_sent_as_one_list_with_both_of_its_legs()


BITES: list[tuple[Callable[[Patch], None], Case]] = [
    (retries_a_create, _unclear),
    (retries_a_create, faults.test_a_cancel_that_is_lost_is_sent_once),
    (takes_a_duplicate_for_refused, faults.test_a_duplicate_means_that_the_order_exists),
    (
        takes_silence_for_rejected,
        of_contract("test_an_answer_that_was_lost_is_silence_and_find_knows_better"),
    ),
    (takes_silence_for_rejected, _unclear),
    (takes_gateways_for_rejected, _overloaded),
    (has_prices_as_floats, orders.test_a_coin_of_eight_decimals_keeps_all_of_them),
    (calls_a_cancel_by_its_own_name, stream.test_a_cancel_is_told_of_the_order_and_not_of_the_cancel),
    (tells_fills_twice, stream.test_a_fill_that_comes_twice_is_told_once),
    (drops_a_leg, _pair),
    (turns_the_side, stream.test_a_fill_says_symbol_side_price_and_fee),
    (calls_a_failed_question_absent, faults.test_a_question_that_fails_is_no_answer),
    (changes_without_looking, orders.test_a_fill_between_look_and_change_leaves_the_order_as_it_is),
    (forgets_the_fee_in_units, orders.test_a_fee_in_units_leaves_less_than_was_bought),
    (knocks_on_during_a_ban, faults.test_a_ban_silences_every_request_of_the_account_until_it_is_over),
    (ends_a_changed_order, orders.test_a_change_whose_answer_was_lost_is_found_as_changed),
]


async def fails(case: Case) -> bool:
    """Whether the case finds something wrong; the stage is always torn down."""
    async with binance(BINANCE_SPOT) as spot:
        try:
            await case(spot)
        except (AssertionError, BrokerSilent, pytest.fail.Exception):
            return True
    return False


@pytest.mark.parametrize(
    ("bug", "case"), BITES, ids=[f"{place}-{bug.__name__}" for place, (bug, _) in enumerate(BITES)]
)
async def test_a_planted_bug_makes_its_case_fail(
    bug: Callable[[Patch], None], case: Case, monkeypatch: Patch
) -> None:
    bug(monkeypatch)
    assert await fails(case)
    monkeypatch.undo()
    assert not await fails(case)


def test_the_pairs_differ_in_groups_alone() -> None:
    assert replace(BINANCE_SPOT_PAIRS, venue="binance", native_oco=False, group_of_two=False) == BINANCE_SPOT
