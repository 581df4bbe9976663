"""The broker contract: exits that hang on the position, and an entry that ends with a part of it filled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.contract.broker_contract_groups import change
from tests.contract.venue_under_test import (
    VenueUnderTest,
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
from trading.domain.money import Quantity
from trading.domain.reports import Accepted, CanceledReported, Rejected, Replaced

D = Decimal
ATTACHED: dict[str, Any] = {"reduce_only": True, "attached": True}


async def size_of(venue: VenueUnderTest, name: str) -> Quantity:
    found = await venue.broker.find(ClientOrderId(name))
    assert found is not None
    return Quantity(found.quantity - found.filled)


async def attach(venue: VenueUnderTest, quantity: str = "1") -> None:
    """A stop at 90 and a target at 110."""
    await place(venue, sell(venue, "sl", quantity, stop="90", **ATTACHED))
    await place(venue, sell(venue, "tp", quantity, limit="110", **ATTACHED))


class AttachedCases:
    """Each case gets a fresh `venue`; exits are attached where the profile says that they can be."""

    async def test_an_exit_is_attached_only_where_that_was_promised(self, venue: VenueUnderTest) -> None:
        profile = venue.broker.profile
        await hold(venue, "1")
        answer = await place(venue, sell(venue, "tp", "1", limit="110", **ATTACHED))
        if profile.attached_exits:
            assert isinstance(answer, Accepted)
        else:
            assert isinstance(answer, Rejected) and answer.code == "not_supported"
        assert profile.exits.attached is (profile.attached_exits and profile.native_stop)

    async def test_nothing_is_attached_where_nothing_is_held(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await venue.quote("99", "101")
        answer = await place(venue, sell(venue, "sl", "1", stop="90", **ATTACHED))
        assert isinstance(answer, Rejected) and answer.code == "reduce_only"

    async def test_an_attached_exit_stands_for_all_whatever_it_says(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await attach(venue, "0.4")
        assert [await size_of(venue, name) for name in ("sl", "tp")] == [1, 1]
        told = {r.client_order_id: r.quantity for r in await venue.reports() if isinstance(r, Replaced)}
        assert told == {"sl": 1, "tp": 1}
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == 1
        assert await held(venue) == 0

    async def test_an_attached_exit_grows_with_a_second_fill(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await venue.quote("99", "100", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="100"))
        await attach(venue, "0.4")
        await venue.reports()
        await venue.quote("98", "99", size="0.6")
        told = [r for r in await venue.reports() if isinstance(r, Replaced)]
        assert [(str(r.client_order_id), r.quantity, r.reason) for r in told] == [
            ("sl", D(1), "attached"),
            ("tp", D(1), "attached"),
        ]
        await venue.quote("111", "112")
        assert filled(await venue.reports(), "tp") == 1
        assert await held(venue) == 0

    async def test_an_attached_exit_shrinks_when_a_part_is_closed_by_hand(
        self, venue: VenueUnderTest
    ) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await attach(venue)
        await place(venue, sell(venue, "hand", "0.6"))
        assert [await size_of(venue, name) for name in ("sl", "tp")] == [D("0.4"), D("0.4")]
        await venue.quote("89", "90")
        assert filled(await venue.reports(), "sl") == D("0.4")
        assert await held(venue) == 0

    async def test_a_part_of_an_attached_target_makes_the_stop_smaller(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await attach(venue)
        await venue.quote("111", "112", size="0.3")
        assert [await size_of(venue, name) for name in ("sl", "tp")] == [D("0.7"), D("0.7")]
        await venue.quote("89", "90")
        reports = await venue.reports()
        assert (filled(reports, "tp"), filled(reports, "sl")) == (D("0.3"), D("0.7"))

    async def test_attached_exits_are_gone_when_the_position_is(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await attach(venue)
        await place(venue, sell(venue, "hand", "1"))
        ended = [r.client_order_id for r in await venue.reports() if isinstance(r, CanceledReported)]
        assert sorted(ended) == ["sl", "tp"]
        await hold(venue, "1", name="again")
        await venue.quote("80", "81")
        assert await held(venue) == 1, "what guarded the last position guards nothing of this one"

    async def test_attached_exits_are_gone_when_a_hand_turns_it_round(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits or not venue.instrument.shortable:
            return
        await hold(venue, "1")
        await attach(venue)
        await place(venue, sell(venue, "hand", "2"))
        assert [await status(venue, name) for name in ("sl", "tp")] == ["canceled", "canceled"]
        assert await held(venue) == -1

    async def test_a_change_of_an_attached_exit_moves_its_price_alone(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await attach(venue)
        answer = await change(venue, "sl", "0.3", stop="95")
        assert isinstance(answer, Replaced) and answer.quantity == 1 and answer.stop_price == 95
        await venue.quote("94", "95")
        assert filled(await venue.reports(), "sl") == 1
        assert await held(venue) == 0

    async def test_an_attached_stop_stands_beside_a_target_for_a_part(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.attached_exits:
            return
        await hold(venue, "1")
        await place(venue, sell(venue, "sl", "1", stop="90", **ATTACHED))
        await place(venue, sell(venue, "half", "0.5", limit="110", reduce_only=True))
        await venue.quote("111", "112")
        assert filled(await venue.reports(), "half") == D("0.5")
        assert await size_of(venue, "sl") == D("0.5")

    async def test_what_has_filled_of_an_entry_that_ends_can_be_guarded(self, venue: VenueUnderTest) -> None:
        """Where brackets wait for a whole entry their legs would never come (X40): exits for a part stand
        beside an entry that still waits, and go on to stand when it is canceled."""
        profile = venue.broker.profile
        if not profile.native_stop:
            return
        await venue.quote("99", "100", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="100"))
        answer = await place(venue, sell(venue, "sl", "0.4", stop="90", reduce_only=profile.reduce_only))
        assert isinstance(answer, Accepted)
        ended = await venue.broker.cancel(ClientOrderId("b"))
        assert isinstance(ended, CanceledReported) and ended.filled == D("0.4")
        assert await status(venue, "sl") == "working"
        await venue.quote("89", "90")
        assert [fill.client_order_id for fill in fills(await venue.reports())] == ["b", "sl"]
        assert await held(venue) == 0
