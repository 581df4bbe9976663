"""The contract finds planted bugs of an Alpaca adapter: each is a mistake that a real one has made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.contract import test_broker_alpaca as kept
from tests.contract.alpaca_under_test import AlpacaUnderTest
from tests.contract.test_broker_contract_bites import rounds
from trading.brokers.alpaca import AlpacaBroker
from trading.brokers.alpaca_orders import body_of, lane_of
from trading.brokers.alpaca_wire import VenueRefused
from trading.brokers.alpaca_words import WireOrder, read
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    CancelTaken,
    FillReported,
    Rejected,
    Replaced,
    StreamReport,
)
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, VenueOrder, VenueSnapshot

pytestmark = pytest.mark.wire


class PostsAgain(AlpacaBroker):
    """Sends an order again when nobody answers."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerSilent:
            return await super().submit(order)


class TimeOutIsRejection(AlpacaBroker):
    """No answer is taken for a no."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerSilent:
            return self._late(order.item)

    def _late(self, order: Order) -> Rejected:
        return Rejected(
            self.account, order.client_order_id, "timeout", "It took too long.", self._clock.now()
        )


class RefusalIsSilence(AlpacaBroker):
    """A 422 is taken for a broken line."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        answer = await super().submit(order)
        if isinstance(answer, Rejected) and answer.code != "not_supported":
            raise BrokerSilent("HTTP 422")
        return answer


class DuplicateIsRefusal(AlpacaBroker):
    """The text of a 422 is not looked at: that an order exists already counts as a plain no."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        answer = await super().submit(order)
        is_known = isinstance(answer, Rejected) and answer.code == "duplicate"
        return replace(answer, code="refused") if is_known and isinstance(answer, Rejected) else answer


class DuplicateIsAccepted(AlpacaBroker):
    """That an order of the name exists is taken for success."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        answer = await super().submit(order)
        if isinstance(answer, Rejected) and answer.code == "duplicate":
            return Accepted(self.account, answer.client_order_id, VenueOrderId("?"), answer.at)
        return answer


class LosesTheChain(AlpacaBroker):
    """Finds an order by our name and does not look what it was replaced by."""

    async def _newest(self, client_order_id: ClientOrderId) -> WireOrder | None:
        return await self._asking.by_client_id(client_order_id)


class TellsChangesUnderNewNames(AlpacaBroker):
    """Takes the name that the venue gives a changed order for ours."""

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        answer = await super().replace(client_order_id, quantity, limit_price, stop_price)
        return replace(answer, venue_order_id=None) if isinstance(answer, Replaced) else answer

    async def reports(self) -> AsyncIterator[StreamReport]:
        async for report in super().reports():
            if isinstance(report, FillReported):
                order = await self._asking.order(str(report.venue_order_id))
                report = replace(report, client_order_id=ClientOrderId(order.client_order_id))
            yield report


class ChangesTheWhole(AlpacaBroker):
    """Sends the total of a change, although a part of it has filled."""

    async def _changed(
        self, cid: ClientOrderId, order: WireOrder, rest: Decimal, limit: Price | None, stop: Price | None
    ) -> WireOrder:
        return await super()._changed(cid, order, rest + order.filled_qty, limit, stop)


class FillIdsOfTheDay(AlpacaBroker):
    """Calls every fill by when it was heard of, so that what is told twice counts twice."""

    heard = 0

    async def reports(self) -> AsyncIterator[StreamReport]:
        async for report in super().reports():
            self.heard += 1
            fresh = FillId(f"heard-{self.heard}")
            yield replace(report, fill_id=fresh) if isinstance(report, FillReported) else report


class FillsAreCumulative(AlpacaBroker):
    """Takes what the order has filled so far for what it has filled now."""

    async def reports(self) -> AsyncIterator[StreamReport]:
        async for report in super().reports():
            if isinstance(report, FillReported):
                order = await self._asking.order(str(report.venue_order_id))
                report = replace(report, quantity=Quantity(order.filled_qty))
            yield report


class FloatPrices(AlpacaBroker):
    """Sends binary fractions."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        item = order.item
        if item.limit_price is None:
            return await super().submit(order)
        body = body_of(item, self._market) | {"limit_price": float(item.limit_price) * 1.1 / 1.1}
        try:
            taken = read(WireOrder, await self._wire.ask("POST", "orders", lane_of(item), body=body))
        except VenueRefused as refused:
            return Rejected(self.account, item.client_order_id, "tick", str(refused), self._clock.now())
        return Accepted(self.account, item.client_order_id, VenueOrderId(taken.id), self._clock.now())


class NoAnswerToCancelIsAnEnd(AlpacaBroker):
    """Takes a 204 for the end of an order, and a refusal, too."""

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        answer = await super().cancel(client_order_id)
        return CanceledReported(self.account, client_order_id, "requested", answer.at)


class CancelsSomeTime(AlpacaBroker):
    """Never looks what came of a cancel."""

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        answer = await super().cancel(client_order_id)
        return CancelTaken(self.account, client_order_id, answer.at)


class KnocksOn(AlpacaBroker):
    """One request too many: tries the next moment."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerBusy:
            return await super().submit(order)


class FindsOpenOrdersOnly(AlpacaBroker):
    """Looks for an order among those that wait."""

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        found = await super().find(client_order_id)
        return found if found is not None and found.status == "working" else None


class SidesForgotten(AlpacaBroker):
    """Reads how much is held and not which way."""

    async def snapshot(self) -> VenueSnapshot:
        seen = await super().snapshot()
        return replace(seen, positions={name: Quantity(abs(held)) for name, held in seen.positions.items()})


class HistoryOfFills(AlpacaBroker):
    """Reads activities only, and so never learns how an order has ended."""

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        return [one for one in await super().history(since) if isinstance(one, FillReported)]


class DropsPostOnly(AlpacaBroker):
    """Sends what the venue does not know without it, and says nothing."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        return await super().submit(_without(order))


def _without(order: Approved[Order]) -> Approved[Order]:
    order.item = replace(order.item, post_only=False)
    return order


BUGS: list[tuple[type[AlpacaBroker], str]] = [
    (PostsAgain, "test_a_request_that_was_lost_is_silence_and_nothing_was_placed"),
    (TimeOutIsRejection, "test_an_answer_that_was_lost_is_silence_and_find_knows_better"),
    (RefusalIsSilence, "test_what_cannot_be_traded_is_refused_with_a_code_and_leaves_nothing"),
    (DuplicateIsRefusal, "test_a_used_id_proves_no_absence"),
    (DuplicateIsAccepted, "test_a_second_submit_with_the_same_client_id_buys_nothing"),
    (LosesTheChain, "test_a_changed_order_is_told_under_a_name_that_we_know"),
    (TellsChangesUnderNewNames, "test_a_changed_order_is_told_under_a_name_that_we_know"),
    (ChangesTheWhole, "test_a_changed_quantity_counts_what_has_filled"),
    (FillIdsOfTheDay, "test_a_fill_told_twice_has_one_id"),
    (FillsAreCumulative, "test_thin_size_fills_in_parts_that_add_up"),
    (FloatPrices, "test_a_waiting_order_is_found_with_its_prices"),
    (NoAnswerToCancelIsAnEnd, "test_a_fill_that_wins_the_race_against_its_cancel_stands"),
    (CancelsSomeTime, "test_a_cancelled_order_trades_no_more"),
    (KnocksOn, "test_one_request_too_many_is_not_carried_out_and_says_for_how_long"),
    (FindsOpenOrdersOnly, "test_a_done_order_is_found_with_what_it_filled"),
    (SidesForgotten, "test_a_short_is_told_as_a_negative_position"),
    (HistoryOfFills, "test_history_knows_how_orders_ended"),
    (DropsPostOnly, "test_a_post_only_order_that_would_take_is_refused"),
]


async def fails(name: str, broker_type: type[AlpacaBroker]) -> bool:
    """Whether the contract's case finds something wrong."""
    cases = kept.TestShares() if broker_type is SidesForgotten else kept.TestCoins()
    case: Callable[..., Awaitable[None]] = getattr(cases, name)
    for parameters in rounds(name):
        venue = await AlpacaUnderTest(cases.market, broker_type).begin()
        try:
            await case(venue, **parameters)
        except (AssertionError, BrokerSilent, ValueError, pytest.fail.Exception):
            return True
        finally:
            await venue.end()
    return False


@pytest.mark.parametrize(("bug", "case"), BUGS, ids=[bug.__name__ for bug, _ in BUGS])
async def test_the_contract_finds_a_planted_bug(bug: type[AlpacaBroker], case: str) -> None:
    assert await fails(case, bug)
