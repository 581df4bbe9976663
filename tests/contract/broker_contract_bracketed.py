"""The broker contract: an entry that carries its exits in one order, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.broker_contract_attached import size_of
from tests.contract.broker_contract_groups import change
from tests.contract.venue_under_test import (
    VenueUnderTest,
    approved,
    buy,
    filled,
    fills,
    held,
    place,
    sell,
    status,
)
from trading.domain.ids import ClientOrderId
from trading.domain.reports import Accepted, BrokerReport, CanceledReported, Rejected, Replaced
from trading.ports import BrokerSilent

D = Decimal
ALONG: dict[str, Any] = {"reduce_only": True, "parent": ClientOrderId("b"), "group": "g"}


async def send(venue: VenueUnderTest, quantity: str = "1", limit: str = "100") -> Sequence[BrokerReport]:
    """A purchase at a limit (none: at market) with a stop at 90 and a target at 110."""
    orders = (
        buy(venue, "b", quantity, limit=limit),
        sell(venue, "sl", quantity, stop="90", **ALONG),
        sell(venue, "tp", quantity, limit="110", **ALONG),
    )
    return await venue.broker.submit_group([approved(one) for one in orders])


def takes_them(venue: VenueUnderTest) -> bool:
    return bool(venue.broker.profile.bracket_trigger)


def grows(venue: VenueUnderTest) -> bool:
    return venue.broker.profile.bracket_trigger == "partial"


async def both(venue: VenueUnderTest) -> list[str]:
    return [await status(venue, name) for name in ("sl", "tp")]


class BracketedCases:
    """Each case gets a fresh `venue`; entries carry exits where the profile says that they can."""

    async def test_an_entry_carries_exits_only_where_that_was_promised(self, venue: VenueUnderTest) -> None:
        await venue.quote("104", "105")
        answers = await send(venue)
        if takes_them(venue):
            assert all(isinstance(one, Accepted) for one in answers)
            assert [one.client_order_id for one in answers] == ["b", "sl", "tp"]
        else:
            assert all(isinstance(one, Rejected) for one in answers)
            assert await status(venue, "b") == "absent"
        exits = venue.broker.profile.exits
        assert exits.bracket is takes_them(venue) and exits.bracket_grows is grows(venue)

    async def test_exits_sleep_until_their_entry_fills(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        await send(venue)
        await venue.quote("111", "112")
        await venue.quote("104", "105")
        assert not fills(await venue.reports()) and await held(venue) == 0
        assert await both(venue) == ["working", "working"]

    async def test_a_whole_fill_wakes_both_and_the_first_ends_the_other(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("99", "100")
        await send(venue, limit="")
        told = [r for r in await venue.reports() if isinstance(r, Replaced)]
        assert {(r.client_order_id, r.quantity, r.reason) for r in told} == {
            ("sl", D(1), "bracket"),
            ("tp", D(1), "bracket"),
        }
        await venue.quote("111", "112")
        assert filled(await venue.reports(), "tp") == 1
        assert await both(venue) == ["canceled", "filled"] and await held(venue) == 0

    async def test_a_part_of_an_entry_wakes_as_the_profile_says(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("99", "100", size="0.4")
        await send(venue)
        told = [r.quantity for r in await venue.reports() if isinstance(r, Replaced)]
        assert told == ([D("0.4"), D("0.4")] if grows(venue) else [])
        await venue.quote("98", "99", size="0.6")
        told = [r.quantity for r in await venue.reports() if isinstance(r, Replaced)]
        assert told == [1, 1]
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == 1 and await held(venue) == 0

    async def test_a_part_is_guarded_at_once_or_not_before_the_last(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("99", "100", size="0.4")
        await send(venue)
        await venue.reports()
        await venue.quote("111", "112", size="3")
        assert filled(await venue.reports(), "tp") == (D("0.4") if grows(venue) else 0)

    async def test_exits_go_with_an_entry_that_is_canceled_unfilled(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        await send(venue)
        ended = await venue.broker.cancel(ClientOrderId("b"))
        assert isinstance(ended, CanceledReported) and ended.client_order_id == "b"
        told = {r.client_order_id: r.reason for r in await venue.reports() if isinstance(r, CanceledReported)}
        assert told == {"sl": "parent", "tp": "parent"}
        assert await both(venue) == ["canceled", "canceled"]
        assert {r.client_order_id for r in await venue.broker.history(venue.now())} == {"b", "sl", "tp"}

    async def test_exits_of_an_entry_that_ends_in_part_do_as_the_profile_says(
        self, venue: VenueUnderTest
    ) -> None:
        """Those that wake with the last fill never do (X40)."""
        if not takes_them(venue):
            return
        await venue.quote("99", "100", size="0.4")
        await send(venue)
        await venue.broker.cancel(ClientOrderId("b"))
        assert await both(venue) == (["working", "working"] if grows(venue) else ["canceled", "canceled"])
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == (D("0.4") if grows(venue) else 0)

    async def test_an_exit_that_sleeps_is_moved_in_its_place(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        await send(venue)
        answer = await change(venue, "sl", "0.3", stop="95")
        assert isinstance(answer, Replaced) and answer.quantity == 1 and answer.stop_price == 95
        await venue.quote("98", "99")
        await venue.reports()
        await venue.quote("94", "94.5")
        assert filled(await venue.reports(), "sl") == 1 and await held(venue) == 0

    async def test_an_exit_that_sleeps_can_be_canceled_alone(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        await send(venue)
        await venue.broker.cancel(ClientOrderId("tp"))
        await venue.quote("98", "99")
        assert await held(venue) == 1 and await both(venue) == ["working", "canceled"]
        await venue.quote("89", "90")
        assert await held(venue) == 0

    async def test_a_price_beyond_an_exit_that_wakes_fills_it(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        await send(venue)
        await venue.quote("85", "86")
        reports = await venue.reports()
        assert [r.client_order_id for r in fills(reports)] == ["b", "sl"]
        assert await held(venue) == 0 and await both(venue) == ["filled", "canceled"]

    async def test_a_part_closed_by_hand_makes_awake_exits_smaller(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("99", "100")
        await send(venue, limit="")
        await place(venue, sell(venue, "hand", "0.6", reduce_only=True))
        assert [await size_of(venue, name) for name in ("sl", "tp")] == [D("0.4"), D("0.4")]

    async def test_one_that_cannot_be_taken_is_taken_by_none(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        orders = (
            buy(venue, "b", "1", limit="100"),
            sell(venue, "sl", "1", stop="90.001", **ALONG),
            sell(venue, "tp", "1", limit="110", **ALONG),
        )
        answers = await venue.broker.submit_group([approved(one) for one in orders])
        assert all(isinstance(one, Rejected) for one in answers)
        assert [await status(venue, name) for name in ("b", "sl", "tp")] == ["absent"] * 3

    async def test_an_exit_without_its_entry_is_not_taken(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "100")
        answer = await place(venue, sell(venue, "sl", "1", stop="90", **ALONG))
        assert isinstance(answer, Rejected) and await status(venue, "sl") == "absent"

    async def test_a_bracket_whose_answer_was_lost_is_found_whole(self, venue: VenueUnderTest) -> None:
        if not takes_them(venue):
            return
        await venue.quote("104", "105")
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await send(venue)
        assert [await status(venue, name) for name in ("b", "sl", "tp")] == ["working"] * 3
