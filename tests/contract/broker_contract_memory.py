"""The broker contract: what the venue remembers and tells, silence, and whether its profile is true."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

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
from trading.domain.money import Price, Quantity
from trading.domain.reports import Accepted, CanceledReported, FillReported, Rejected, Replaced
from trading.ports import BrokerBusy, BrokerSilent

D = Decimal


class MemoryCases:
    """Each case gets a fresh `venue`."""

    async def test_an_order_that_never_was_is_not_found(self, venue: VenueUnderTest) -> None:
        assert await venue.broker.find(ClientOrderId("nobody")) is None

    async def test_a_waiting_order_is_found_with_its_prices(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None
        assert (found.status, found.symbol, found.quantity, found.filled, found.limit_price) == (
            "working", venue.instrument.symbol, D(1), D(0), D(95),
        )  # fmt: skip

    async def test_a_done_order_is_found_with_what_it_filled(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1", name="b")
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None and (found.status, found.filled) == ("filled", D(1))

    async def test_history_tells_the_same_fills_as_the_stream_oldest_first(
        self, venue: VenueUnderTest
    ) -> None:
        began = venue.now()
        for name in ("one", "two", "three"):
            await venue.quote("99", "101")
            await place(venue, buy(venue, name, "1"))
        told = fills(await venue.reports())
        assert fills(await venue.broker.history(began)) == told
        assert [fill.client_order_id for fill in told] == ["one", "two", "three"]
        assert [fill.at for fill in told] == sorted(fill.at for fill in told)

    async def test_a_changed_order_is_told_under_a_name_that_we_know(self, venue: VenueUnderTest) -> None:
        began = venue.now()
        await venue.quote("99", "101")
        taken = await place(venue, buy(venue, "b", "1", limit="95"))
        changed = await venue.broker.replace(ClientOrderId("b"), Quantity(D(2)), Price(D(96)), None)
        assert isinstance(taken, Accepted) and isinstance(changed, Replaced)
        newest = changed.venue_order_id or taken.venue_order_id
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None and found.venue_order_id == newest
        await venue.quote("94", "95")
        told = fills([*await venue.reports(), *await venue.broker.history(began)])
        assert told
        for fill in told:
            assert fill.client_order_id == "b" or fill.venue_order_id in (taken.venue_order_id, newest)

    async def test_history_asked_twice_gives_the_same_fill_ids(self, venue: VenueUnderTest) -> None:
        began = venue.now()
        await hold(venue, "1")
        first, again = await venue.broker.history(began), await venue.broker.history(began)
        assert first == again and len(fills(first)) == 1

    async def test_history_since_later_leaves_out_what_was_earlier(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        await venue.let_pass(10)
        assert not await venue.broker.history(venue.now())

    async def test_history_knows_how_orders_ended(self, venue: VenueUnderTest) -> None:
        began = venue.now()
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        await venue.broker.cancel(ClientOrderId("b"))
        ends = [r for r in await venue.broker.history(began) if isinstance(r, CanceledReported)]
        assert [end.client_order_id for end in ends] == ["b"]

    async def test_the_snapshot_has_open_orders_only(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1", name="done")
        await place(venue, buy(venue, "open", "1", limit="95"))
        await place(venue, buy(venue, "ended", "1", limit="94"))
        await venue.broker.cancel(ClientOrderId("ended"))
        snapshot = await venue.broker.snapshot()
        assert [one.client_order_id for one in snapshot.orders] == ["open"]

    async def test_the_snapshot_holds_what_the_fills_add_up_to(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "3"))
        await place(venue, sell(venue, "s", "1"))
        reports = await venue.reports()
        kept = sum(one.fee_base for one in fills(reports))  # as the venue's fee (X30)
        assert await held(venue) == filled(reports, "b") - filled(reports, "s") - kept
        assert filled(reports, "b") - filled(reports, "s") == 2

    async def test_a_position_that_is_closed_is_not_in_the_snapshot(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        await place(venue, sell(venue, "s", "1"))
        assert (await venue.broker.snapshot()).positions == {}

    async def test_a_request_that_was_lost_is_silence_and_nothing_was_placed(
        self, venue: VenueUnderTest
    ) -> None:
        await venue.quote("99", "101")
        venue.lose_request()
        with pytest.raises(BrokerSilent):
            await place(venue, buy(venue, "b", "1"))
        assert await status(venue, "b") == "absent"
        assert await held(venue) == 0

    async def test_an_answer_that_was_lost_is_silence_and_find_knows_better(
        self, venue: VenueUnderTest
    ) -> None:
        await venue.quote("99", "101")
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await place(venue, buy(venue, "b", "1"))
        assert await status(venue, "b") == "filled"
        assert filled(await venue.broker.history(venue.now() - timedelta(minutes=1)), "b") == 1

    async def test_what_is_held_tells_of_an_exit_whose_answer_was_lost(self, venue: VenueUnderTest) -> None:
        await hold(venue, "2")
        before = await held(venue)
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await place(venue, sell(venue, "s", "1"))
        assert await held(venue) == before - 1

    async def test_the_list_tells_of_an_exit_that_waits_and_whose_answer_was_lost(
        self, venue: VenueUnderTest
    ) -> None:
        await hold(venue, "1")
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await place(venue, sell(venue, "s", "0.5", limit="120"))
        (waiting,) = (await venue.broker.snapshot()).orders
        assert (waiting.client_order_id, waiting.quantity, waiting.filled) == ("s", D("0.5"), D(0))

    @pytest.mark.parametrize(("after_s",), [(30.0,), (None,)])
    async def test_one_request_too_many_is_not_carried_out_and_says_for_how_long(
        self, venue: VenueUnderTest, after_s: float | None
    ) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "waits", "1", limit="95"))
        venue.crowd(after_s)
        with pytest.raises(BrokerBusy) as busy:
            await place(venue, buy(venue, "b", "1"))
        assert busy.value.after_s == after_s
        quiet_s = after_s or 5.0  # an adapter may keep quiet by itself for so long
        await venue.let_pass(quiet_s)
        assert await status(venue, "b") == "absent"
        venue.crowd(after_s)
        with pytest.raises(BrokerBusy):
            await venue.broker.cancel(ClientOrderId("waits"))
        await venue.let_pass(quiet_s)
        assert await status(venue, "waits") == "working"
        venue.crowd(after_s)
        with pytest.raises(BrokerBusy):
            await venue.broker.snapshot()

    async def test_sending_again_after_silence_buys_nothing_more(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await place(venue, buy(venue, "b", "1"))
        answer = await place(venue, buy(venue, "b", "1"))
        assert isinstance(answer, Rejected) and answer.code == "duplicate"
        assert await held(venue) == 1

    async def test_a_cancel_whose_answer_was_lost_has_happened(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        venue.lose_answer()
        with pytest.raises(BrokerSilent):
            await venue.broker.cancel(ClientOrderId("b"))
        assert await status(venue, "b") == "canceled"

    async def test_a_late_answer_is_still_an_answer(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        venue.delay_answer()
        assert isinstance(await place(venue, buy(venue, "b", "1")), Accepted)
        assert await held(venue) == 1

    async def test_a_fill_told_twice_has_one_id(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        venue.repeat_fills()
        await place(venue, buy(venue, "b", "1"))
        told = fills(await venue.reports())
        # An adapter may keep the second one to itself; if it tells it, then under the same id.
        assert len(told) in (1, 2) and len({fill.fill_id for fill in told}) == 1
        assert await held(venue) == 1

    async def test_the_stream_tells_a_fill_before_the_end_that_it_caused(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        if not venue.broker.profile.reduce_only:
            return
        await place(venue, sell(venue, "rest", "1", limit="110", reduce_only=True))
        await place(venue, sell(venue, "close", "1", reduce_only=True))
        assert [type(r) for r in await venue.reports()] == [FillReported, CanceledReported]

    async def test_every_report_names_the_account_and_an_instant(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        answer = await place(venue, buy(venue, "b", "1"))
        for report in (answer, *await venue.reports()):
            assert report.account == venue.account
            assert report.at.utcoffset() == timedelta(0)

    async def test_the_profile_says_what_a_stop_will_meet(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        profile = venue.broker.profile
        for name, promised, item in (
            ("stop", profile.native_stop, sell(venue, "stop", "1", stop="90", reduce_only=True)),
            ("trail", profile.native_trailing, sell(venue, "trail", "1", trail="5", reduce_only=True)),
        ):
            answer = await place(venue, item)
            assert isinstance(answer, Accepted) == promised, name
            if not promised:
                assert isinstance(answer, Rejected) and answer.code == "not_supported"

    async def test_the_probe_says_where_the_credentials_point(self, venue: VenueUnderTest) -> None:
        probe = await venue.broker.probe()
        assert probe.environment in ("paper", "live")
        assert probe.may_trade and not probe.may_withdraw
