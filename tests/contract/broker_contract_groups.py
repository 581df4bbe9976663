"""The broker contract: reduce-only, groups, cancel and replace with their races."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.contract.venue_under_test import (
    VenueUnderTest,
    approved,
    buy,
    filled,
    fills,
    held,
    hold,
    place,
    sell,
    status,
)
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    CancelRefused,
    FillReported,
    Rejected,
    Replaced,
    ReplaceRefused,
)

D = Decimal
BRACKET: dict[str, Any] = {"reduce_only": True, "group": "g"}


async def place_group(venue: VenueUnderTest, *orders: Order) -> list[BrokerReport]:
    return list(await venue.broker.submit_group([approved(one) for one in orders]))


async def change(
    venue: VenueUnderTest, name: str, quantity: str, limit: str = "", stop: str = ""
) -> BrokerReport:
    return await venue.broker.replace(
        ClientOrderId(name),
        Quantity(D(quantity)),
        Price(D(limit)) if limit else None,
        Price(D(stop)) if stop else None,
    )


def binds_many(venue: VenueUnderTest) -> bool:
    """Whether groups may have any members, and a part of one leaves the others, smaller."""
    profile = venue.broker.profile
    return profile.native_oco and not profile.group_of_two


class GroupCases:
    """Each case gets a fresh `venue`; groups are asked of venues that promise them."""

    async def test_a_reduce_only_order_without_a_position_is_refused(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        if not venue.broker.profile.reduce_only:
            return
        answer = await place(venue, sell(venue, "r", "1", reduce_only=True))
        assert isinstance(answer, Rejected) and answer.code == "reduce_only"
        assert await held(venue) == 0

    async def test_a_reduce_only_order_closes_and_never_flips(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        answer = await place(venue, sell(venue, "r", "3", reduce_only=True))
        if not venue.broker.profile.reduce_only and not venue.instrument.shortable:
            # Nothing is cut down to what is held; but nothing can be sold that is not held, either.
            assert isinstance(answer, Rejected) and answer.code in ("not_shortable", "insufficient_funds")
            assert await held(venue) == 1
            return
        if not venue.broker.profile.reduce_only:
            # The profile says so, and it is so: nothing here keeps an exit from flipping.
            assert await held(venue) == -2
            return
        reports = await venue.reports()
        assert filled(reports, "r") == 1
        assert await held(venue) == 0
        assert [r.reason for r in reports if isinstance(r, CanceledReported)] == ["reduce_only"]

    async def test_a_waiting_reduce_only_order_ends_with_the_position(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        await place(venue, sell(venue, "r", "1", limit="110", reduce_only=True))
        answer = await place(venue, sell(venue, "close", "1"))
        await venue.quote("111", "112")
        if not venue.broker.profile.reduce_only and not venue.instrument.shortable:
            # What one sell promises, no other may.
            assert isinstance(answer, Rejected) and await held(venue) == 0
            return
        if not venue.broker.profile.reduce_only:
            assert await held(venue) == -1
            assert await status(venue, "r") == "filled"
            return
        assert await held(venue) == 0
        assert await status(venue, "r") == "canceled"

    async def test_a_stop_and_a_target_that_both_fill_close_and_never_flip(
        self, venue: VenueUnderTest
    ) -> None:
        """Without a group, in one spike (X38): only a reduce-only venue lets both of them rest."""
        profile = venue.broker.profile
        if not (profile.native_stop and profile.reduce_only):
            return
        await hold(venue, "2")
        await place(venue, sell(venue, "tp", "2", limit="110", reduce_only=True))
        await place(venue, sell(venue, "sl", "2", stop="90", reduce_only=True))
        await venue.quote("110.5", "111", size="1.5")
        await venue.quote("89", "89.5")
        reports = await venue.reports()
        assert (filled(reports, "tp"), filled(reports, "sl")) == (D("1.5"), D("0.5"))
        assert await held(venue) == 0
        assert [await status(venue, name) for name in ("tp", "sl")] == ["canceled", "canceled"]

    async def test_a_reduce_only_order_may_be_made_smaller_and_keeps_its_price(
        self, venue: VenueUnderTest
    ) -> None:
        """What the desk asks of the others of a pair when one of them has filled (X39)."""
        if not venue.broker.profile.native_stop:
            return
        await hold(venue, "2")
        await place(venue, sell(venue, "sl", "2", stop="90", reduce_only=True))
        answer = await change(venue, "sl", "0.5", stop="90")
        assert isinstance(answer, Replaced) and answer.quantity == D("0.5")
        await venue.quote("89", "89.5")
        assert filled(await venue.reports(), "sl") == D("0.5")
        assert await held(venue) == D("1.5")

    async def test_a_group_is_held_only_where_it_was_promised(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        answers = await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "tp2", "1", limit="120", **BRACKET),
        )
        if binds_many(venue):
            assert all(isinstance(answer, Accepted) for answer in answers)
        else:
            assert all(isinstance(answer, Rejected) and answer.code == "not_supported" for answer in answers)

    async def test_the_first_to_fill_ends_the_others_of_its_group(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.native_oco:
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        await venue.quote("111", "112")
        reports = await venue.reports()
        assert [type(r) for r in reports] == [FillReported, CanceledReported]
        assert isinstance(reports[1], CanceledReported) and reports[1].reason == "oco"
        await venue.quote("80", "81")
        assert await held(venue) == 0

    async def test_the_first_part_of_a_pair_ends_the_other_of_it(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.group_of_two:
            return
        await hold(venue, "1")
        answers = await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        assert all(isinstance(answer, Accepted) for answer in answers)
        await venue.quote("111", "112", size="0.3")
        told = await venue.reports()
        assert [(r.client_order_id, r.reason) for r in told if isinstance(r, CanceledReported)] == [
            ("sl", "oco")
        ]
        assert (await status(venue, "tp"), filled(told, "tp")) == ("working", D("0.3"))
        await venue.quote("80", "81")
        assert await held(venue) == D("0.7")

    async def test_cancelling_one_of_a_pair_ends_both(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.group_of_two:
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        assert isinstance(await venue.broker.cancel(ClientOrderId("tp")), CanceledReported)
        ends = {r.client_order_id: r.reason for r in await venue.reports() if isinstance(r, CanceledReported)}
        assert ends == {"tp": "requested", "sl": "oco"} or ends == {"sl": "oco"}
        assert (await venue.broker.snapshot()).orders == ()

    async def test_a_partial_target_reduces_the_stop_by_as_much(self, venue: VenueUnderTest) -> None:
        if not binds_many(venue):
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        await venue.quote("111", "112", size="0.3")
        (change_told,) = [r for r in await venue.reports() if isinstance(r, Replaced)]
        assert (change_told.client_order_id, change_told.quantity, change_told.reason) == (
            "sl",
            D("0.7"),
            "oco",
        )
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == D("0.7")
        assert await held(venue) == 0

    async def test_targets_that_share_a_position_do_not_end_each_other(self, venue: VenueUnderTest) -> None:
        if not binds_many(venue):
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp1", "0.3", limit="110", **BRACKET),
            sell(venue, "tp2", "0.7", limit="120", **BRACKET),
        )
        await venue.quote("111", "112")
        found = await venue.broker.find(ClientOrderId("tp2"))
        assert found is not None and (found.status, found.quantity) == ("working", D("0.7"))

    async def test_a_group_never_trades_more_than_the_position(self, venue: VenueUnderTest) -> None:
        if not binds_many(venue):
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp1", "0.5", limit="110", **BRACKET),
            sell(venue, "tp2", "1", limit="115", **BRACKET),
            sell(venue, "tp3", "1", limit="120", **BRACKET),
            sell(venue, "sl", "1", stop="95", **BRACKET),
        )
        await venue.quote("130", "131")
        await venue.quote("80", "81")
        assert filled(await venue.reports()) == 1
        assert await held(venue) == 0

    async def test_closing_by_hand_shrinks_the_group(self, venue: VenueUnderTest) -> None:
        if not binds_many(venue):
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        await place(venue, sell(venue, "close", "0.6", reduce_only=True))
        changes = {r.client_order_id: r.quantity for r in await venue.reports() if isinstance(r, Replaced)}
        assert changes == {"tp": D("0.4"), "sl": D("0.4")}

    async def test_one_bad_order_refuses_the_whole_group(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        answers = await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "odd", "1", limit="120.001", **BRACKET),
        )
        assert all(isinstance(answer, Rejected) for answer in answers)
        assert (await venue.broker.snapshot()).orders == ()

    async def test_cancelling_one_member_leaves_the_others(self, venue: VenueUnderTest) -> None:
        if not binds_many(venue):
            return
        await hold(venue, "1")
        await place_group(
            venue,
            sell(venue, "tp", "1", limit="110", **BRACKET),
            sell(venue, "sl", "1", stop="90", **BRACKET),
        )
        await venue.broker.cancel(ClientOrderId("tp"))
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == 1

    async def test_entries_of_one_group_cancel_each_other(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.native_oco:
            return
        await venue.quote("99", "101")
        await place_group(
            venue,
            buy(venue, "dip", "1", limit="90", group="e"),
            buy(venue, "break", "1", stop="110", group="e"),
        )
        await venue.quote("111", "112")
        await venue.quote("88", "89")
        assert await held(venue) == 1
        assert await status(venue, "dip") == "canceled"

    async def test_a_cancelled_order_trades_no_more(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        answer = await venue.broker.cancel(ClientOrderId("b"))
        assert isinstance(answer, CanceledReported) and answer.reason == "requested"
        await venue.quote("93", "94")
        assert not fills(await venue.reports())
        assert await status(venue, "b") == "canceled"

    async def test_cancelling_what_is_not_there_is_refused(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        assert isinstance(await venue.broker.cancel(ClientOrderId("nothing")), CancelRefused)
        await place(venue, buy(venue, "b", "1", limit="95"))
        await venue.broker.cancel(ClientOrderId("b"))
        assert isinstance(await venue.broker.cancel(ClientOrderId("b")), CancelRefused)

    async def test_a_fill_that_wins_the_race_against_its_cancel_stands(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        venue.during_next_request("93", "94")
        answer = await venue.broker.cancel(ClientOrderId("b"))
        assert isinstance(answer, CancelRefused)
        assert filled(await venue.reports(), "b") == 1
        assert (await held(venue), await status(venue, "b")) == (D(1), "filled")

    async def test_cancelling_the_rest_keeps_what_has_filled(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="101"))
        assert isinstance(await venue.broker.cancel(ClientOrderId("b")), CanceledReported)
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None and (found.status, found.filled) == ("canceled", D("0.4"))
        assert await held(venue) == D("0.4")

    async def test_a_changed_order_trades_at_its_new_price_only(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        answer = await change(venue, "b", "1", limit="90")
        assert isinstance(answer, Replaced) and answer.limit_price == 90
        await venue.quote("93", "94")
        assert not fills(await venue.reports())
        await venue.quote("88", "89")
        (fill,) = fills(await venue.reports(), "b")
        assert fill.price == 90

    async def test_a_changed_quantity_counts_what_has_filled(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="101"))
        assert isinstance(await change(venue, "b", "0.6", limit="101"), Replaced)
        await venue.quote("98", "100")
        await venue.quote("98", "100")
        assert filled(await venue.reports(), "b") == D("0.6")
        assert await held(venue) == D("0.6")

    async def test_a_change_below_what_has_filled_is_refused(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="101"))
        assert isinstance(await change(venue, "b", "0.4", limit="101"), ReplaceRefused)
        assert await status(venue, "b") == "working"

    async def test_a_change_off_the_grid_is_refused_and_changes_nothing(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        assert isinstance(await change(venue, "b", "1", limit="94.999"), ReplaceRefused)
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None and found.limit_price == 95

    async def test_a_change_of_what_is_done_is_refused(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1", name="b")
        assert isinstance(await change(venue, "b", "2"), ReplaceRefused)
        assert isinstance(await change(venue, "nothing", "2"), ReplaceRefused)
        assert await held(venue) == 1

    async def test_a_change_to_a_price_that_can_trade_trades(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        await change(venue, "b", "1", limit="102")
        (fill,) = fills(await venue.reports(), "b")
        assert fill.price == 101

    async def test_a_fill_that_wins_the_race_against_a_change_stands(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        venue.during_next_request("93", "94")
        assert isinstance(await change(venue, "b", "1", limit="80"), ReplaceRefused)
        assert filled(await venue.reports(), "b") == 1

    async def test_a_moved_stop_guards_at_its_new_place(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.native_stop:
            return
        await hold(venue, "1")
        await place(venue, sell(venue, "sl", "1", stop="90", reduce_only=True))
        assert isinstance(await change(venue, "sl", "1", stop="98"), Replaced)
        await venue.quote("97", "98")
        (fill,) = fills(await venue.reports(), "sl")
        assert fill.price == 97
