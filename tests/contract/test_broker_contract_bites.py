"""The broker contract finds planted bugs: each is a mistake that real adapters have made."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest

from tests.contract.broker_contract import BrokerContract
from tests.contract.bugs_of_what_is_held import HoldsWhatItHeld, ListsWhatItHasAnswered, UnsignedPositions
from tests.contract.paper_under_test import PaperUnderTest, TravellingBroker
from trading.brokers.paper_book import Book
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_ATTACHED, PAPER_BARE, PAPER_FULL
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import (
    BrokerReport,
    CanceledReported,
    CancelRefused,
    FillReported,
    Rejected,
    Replaced,
    ReplaceRefused,
)
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Probe, VenueOrder, VenueProfile

changed = msgspec.structs.replace


class SendsAgain(PaperVenue):
    """Gives a repeated order a new name."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        if self.find(order.client_order_id):
            order = changed(order, client_order_id=ClientOrderId(order.client_order_id + "-again"))
        return super().submit(order, now)


class ForgetsReduceOnly(PaperVenue):
    """Does not pass the flag on."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        return super().submit(changed(order, reduce_only=False), now)


class LosesGroups(PaperVenue):
    """Sends the members one by one, unlinked."""

    def submit_group(self, orders: Sequence[Order], now: datetime) -> list[BrokerReport]:
        return [super(LosesGroups, self).submit(changed(one, group=""), now) for one in orders]


class OneCancelsAll(PaperVenue):
    """The first fill of a group ends every other member whole."""

    def on_market(self, event: Quote | Print | Bar) -> Sequence[BrokerReport]:
        told = list(super().on_market(event))
        if any(isinstance(report, FillReported) for report in told):
            for one in self.snapshot(event.at).orders:
                told.append(self.cancel(one.client_order_id, event.at))
        return told


class GroupsFillFreely(PaperVenue):
    """Leaves the other members as large as they were."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # handed through unchanged

        def no_fit(book: Book, at: datetime) -> None:
            return None

        self._matcher.fit = no_fit  # type: ignore[method-assign]  # the planted bug


class AttachesNothing(PaperVenue):
    """Sends what should hang on the position as an order like any other."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        return super().submit(changed(order, attached=False), now)


class AttachedNeverGrows(GroupsFillFreely):
    """What hangs on the position is as large as the position was when it was placed."""


class AttachedIsResized(PaperVenue):
    """A change gives what is attached the quantity that the change says."""

    def replace(
        self, client_order_id: ClientOrderId, quantity: Quantity, limit_price: Price | None,
        stop_price: Price | None, now: datetime,
    ) -> Replaced | ReplaceRefused:  # fmt: skip
        self._state.open[client_order_id].order = changed(
            self._state.open[client_order_id].order, attached=False
        )
        return super().replace(client_order_id, quantity, limit_price, stop_price, now)


class CancelAlwaysWorks(PaperVenue):
    """Takes a refusal for success."""

    def cancel(self, client_order_id: ClientOrderId, now: datetime) -> CanceledReported | CancelRefused:
        answer = super().cancel(client_order_id, now)
        return CanceledReported(answer.account, client_order_id, "requested", now)


class CancelOnlySaysSo(PaperVenue):
    """Answers before the venue has carried it out."""

    def cancel(self, client_order_id: ClientOrderId, now: datetime) -> CanceledReported | CancelRefused:
        return CanceledReported(self._account, client_order_id, "requested", now)


class ReplaceSendsTheRest(PaperVenue):
    """Takes the total for what is still to fill."""

    def replace(
        self, client_order_id: ClientOrderId, quantity: Quantity, limit_price: Price | None,
        stop_price: Price | None, now: datetime,
    ) -> Replaced | ReplaceRefused:  # fmt: skip
        found = self.find(client_order_id)
        total = Quantity(quantity + found.filled) if found else quantity
        return super().replace(client_order_id, total, limit_price, stop_price, now)


class Renames(PaperVenue):
    """Gives what is changed a new name, says so, and knows our id no more: as a venue may."""

    names_it = True
    new: VenueOrderId | None = None

    def replace(
        self, client_order_id: ClientOrderId, quantity: Quantity, limit_price: Price | None,
        stop_price: Price | None, now: datetime,
    ) -> Replaced | ReplaceRefused:  # fmt: skip
        told = super().replace(client_order_id, quantity, limit_price, stop_price, now)
        self.new = VenueOrderId("N1")
        return (
            changed(told, venue_order_id=self.new) if self.names_it and isinstance(told, Replaced) else told
        )

    def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        found = super().find(client_order_id)
        return changed(found, venue_order_id=self.new) if found and self.new else found

    def history(self, since: datetime) -> list[BrokerReport]:
        new = self.new
        return [
            changed(one, client_order_id=ClientOrderId(new), venue_order_id=new)
            if new and isinstance(one, FillReported)
            else one
            for one in super().history(since)
        ]


class RenamesWithoutAWord(Renames):
    """Keeps the new name to itself."""

    names_it = False


class FindsOpenOrdersOnly(PaperVenue):
    """Asks the list of open orders."""

    def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        found = super().find(client_order_id)
        return found if found and found.status == "working" else None


class NewestFirst(PaperVenue):
    """Hands on history as the venue sorts it."""

    def history(self, since: datetime) -> list[BrokerReport]:
        return super().history(since)[::-1]


class FreshFillIds(PaperVenue):
    """Numbers fills by when they were asked for."""

    asked = 0

    def history(self, since: datetime) -> list[BrokerReport]:
        self.asked += 1
        return [
            changed(one, fill_id=FillId(f"{self.asked}-{at}")) if isinstance(one, FillReported) else one
            for at, one in enumerate(super().history(since))
        ]


class HistoryWithoutEnds(PaperVenue):
    """Knows fills only."""

    def history(self, since: datetime) -> list[BrokerReport]:
        return [one for one in super().history(since) if isinstance(one, FillReported)]


class RoundsPrices(PaperVenue):
    """Quietly puts an order on the grid."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        if order.limit_price is not None:
            order = changed(order, limit_price=Price(round(order.limit_price, 2)))
        return super().submit(order, now)


class ForgetsPostOnly(PaperVenue):
    """Does not pass the flag on."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        return super().submit(changed(order, post_only=False), now)


class SilenceIsRejection(TravellingBroker):
    """The worst line that can be written here."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerSilent:
            item = order.item
            return Rejected(item.account, item.client_order_id, "timeout", "No answer.", self._clock.now())


class SilenceIsRetried(TravellingBroker):
    """Sends again when nobody answers, under another name."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerSilent:
            return await super().submit(order)


class KnocksOn(TravellingBroker):
    """Too many requests: waits a moment, and tries again by itself."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        try:
            return await super().submit(order)
        except BrokerBusy:
            return await super().submit(order)


class EndsBeforeFills(TravellingBroker):
    """Two streams, read in the wrong order."""

    def drain(self) -> list[BrokerReport]:
        return sorted(super().drain(), key=lambda report: isinstance(report, FillReported))


class FeesForgotten(TravellingBroker):
    """Reads price and quantity of a fill and nothing else."""

    def drain(self) -> list[BrokerReport]:
        return [
            changed(one, fee=Decimal(0)) if isinstance(one, FillReported) else one for one in super().drain()
        ]


class ClaimsTooMuch(TravellingBroker):
    """A profile copied from another venue."""

    @property
    def profile(self) -> VenueProfile:
        return PAPER_FULL


class CallsDuplicatesRefusals(TravellingBroker):
    """Lists "used before" among what proves that nothing was taken."""

    @property
    def profile(self) -> VenueProfile:
        return changed(PAPER_FULL, definitive_codes=PAPER_FULL.definitive_codes | {"duplicate"})


class ListsNothing(TravellingBroker):
    """Has a profile without a single code, so that every refusal would be looked up."""

    @property
    def profile(self) -> VenueProfile:
        return changed(PAPER_FULL, definitive_codes=frozenset())


class MayWithdraw(TravellingBroker):
    """Does not look at what the key may do."""

    async def probe(self) -> Probe:
        return Probe(environment="", may_trade=True, may_withdraw=True)


BUGS: list[tuple[type, str]] = [
    (SendsAgain, "test_a_second_submit_with_the_same_client_id_buys_nothing"),
    (CallsDuplicatesRefusals, "test_a_used_id_proves_no_absence"),
    (ListsNothing, "test_what_cannot_be_traded_is_refused_with_a_code_and_leaves_nothing"),
    (ForgetsReduceOnly, "test_a_reduce_only_order_closes_and_never_flips"),
    (LosesGroups, "test_the_first_to_fill_ends_the_others_of_its_group"),
    (OneCancelsAll, "test_targets_that_share_a_position_do_not_end_each_other"),
    (GroupsFillFreely, "test_a_partial_target_reduces_the_stop_by_as_much"),
    (AttachesNothing, "test_an_attached_exit_stands_for_all_whatever_it_says"),
    (AttachedNeverGrows, "test_an_attached_exit_grows_with_a_second_fill"),
    (AttachedIsResized, "test_a_change_of_an_attached_exit_moves_its_price_alone"),
    (CancelAlwaysWorks, "test_a_fill_that_wins_the_race_against_its_cancel_stands"),
    (CancelOnlySaysSo, "test_a_cancelled_order_trades_no_more"),
    (ReplaceSendsTheRest, "test_a_changed_quantity_counts_what_has_filled"),
    (RenamesWithoutAWord, "test_a_changed_order_is_told_under_a_name_that_we_know"),
    (FindsOpenOrdersOnly, "test_a_done_order_is_found_with_what_it_filled"),
    (NewestFirst, "test_history_tells_the_same_fills_as_the_stream_oldest_first"),
    (FreshFillIds, "test_history_asked_twice_gives_the_same_fill_ids"),
    (HistoryWithoutEnds, "test_history_knows_how_orders_ended"),
    (UnsignedPositions, "test_a_short_is_told_as_a_negative_position"),
    (HoldsWhatItHeld, "test_what_is_held_tells_of_an_exit_whose_answer_was_lost"),
    (ListsWhatItHasAnswered, "test_the_list_tells_of_an_exit_that_waits_and_whose_answer_was_lost"),
    (RoundsPrices, "test_what_cannot_be_traded_is_refused_with_a_code_and_leaves_nothing"),
    (ForgetsPostOnly, "test_a_post_only_order_that_would_take_is_refused"),
    (SilenceIsRejection, "test_an_answer_that_was_lost_is_silence_and_find_knows_better"),
    (SilenceIsRetried, "test_a_request_that_was_lost_is_silence_and_nothing_was_placed"),
    (KnocksOn, "test_one_request_too_many_is_not_carried_out_and_says_for_how_long"),
    (EndsBeforeFills, "test_the_stream_tells_a_fill_before_the_end_that_it_caused"),
    (FeesForgotten, "test_cash_moves_by_price_quantity_and_fee"),
    (ClaimsTooMuch, "test_the_profile_says_what_a_stop_will_meet"),
    (MayWithdraw, "test_the_probe_says_where_the_credentials_point"),
]


def rounds(name: str) -> Iterator[dict[str, str]]:
    """The parameters with which a case is run."""
    marks = [
        mark
        for mark in getattr(getattr(BrokerContract, name), "pytestmark", [])
        if mark.name == "parametrize"
    ]
    if not marks:
        yield {}
    for mark in marks:
        names, table = mark.args
        for values in table:
            yield dict(zip(names, values, strict=True))


async def fails(name: str, venue_of: Callable[[], PaperUnderTest]) -> bool:
    """Whether the contract's case finds something wrong."""
    for parameters in rounds(name):
        case: Callable[..., Awaitable[None]] = getattr(BrokerContract(), name)
        try:
            await case(venue_of(), **parameters)
        except (AssertionError, BrokerSilent, ValueError, IndexError, pytest.fail.Exception):
            return True
    return False


@pytest.mark.parametrize(("bug", "case"), BUGS, ids=[bug.__name__ for bug, _ in BUGS])
async def test_the_contract_finds_a_planted_bug(bug: type, case: str) -> None:
    fair = PAPER_ATTACHED if bug.__name__.startswith("Attach") else PAPER_FULL
    profile = PAPER_BARE if bug is ClaimsTooMuch else fair

    def venue() -> PaperUnderTest:
        if issubclass(bug, PaperVenue):
            return PaperUnderTest(profile, venue_type=bug)
        assert issubclass(bug, TravellingBroker)
        return PaperUnderTest(profile, broker_type=bug)

    assert await fails(case, venue)
    assert not await fails(case, lambda: PaperUnderTest(fair))


async def test_a_venue_may_rename_what_it_says_it_renames() -> None:
    case = "test_a_changed_order_is_told_under_a_name_that_we_know"
    assert not await fails(case, lambda: PaperUnderTest(PAPER_FULL, venue_type=Renames))


def test_the_contract_has_enough_cases_with_names_that_say_what_they_ask() -> None:
    names = [
        name for name, _ in inspect.getmembers(BrokerContract, inspect.isfunction) if name.startswith("test_")
    ]
    assert len(names) >= 60
    assert all(name.count("_") >= 4 for name in names)
