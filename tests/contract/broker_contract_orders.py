"""The broker contract: orders, answers, refusals, prices of fills."""

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
    order,
    place,
    sell,
    status,
)
from trading.domain.ids import ClientOrderId
from trading.domain.order import Side, TimeInForce
from trading.domain.reports import Accepted, CanceledReported, ExpiredReported, Liquidity, Rejected

D = Decimal


class OrderCases:
    """Each case gets a fresh `venue`."""

    async def test_a_market_order_is_accepted_and_fills_at_the_touch(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        assert isinstance(await place(venue, buy(venue, "b", "1")), Accepted)
        (bought,) = fills(await venue.reports(), "b")
        await place(venue, sell(venue, "s", "1"))
        (sold,) = fills(await venue.reports(), "s")
        assert (bought.price, bought.quantity, sold.price) == (D(101), D(1), D(99))
        assert bought.liquidity is sold.liquidity is Liquidity.TAKER

    async def test_the_answer_carries_both_order_ids(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        answer = await place(venue, buy(venue, "mine", "1", limit="90"))
        assert isinstance(answer, Accepted)
        found = await venue.broker.find(ClientOrderId("mine"))
        assert answer.client_order_id == "mine"
        assert found is not None and found.venue_order_id == answer.venue_order_id != ""

    async def test_a_second_submit_with_the_same_client_id_buys_nothing(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1", name="same")
        answer = await place(venue, buy(venue, "same", "1"))
        assert isinstance(answer, Rejected) and answer.code == "duplicate"
        assert await held(venue) == 1
        assert await status(venue, "same") == "filled"

    async def test_a_used_id_proves_no_absence(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1", name="same")
        answer = await place(venue, buy(venue, "same", "1"))
        if isinstance(answer, Rejected):
            assert answer.code not in venue.broker.profile.definitive_codes

    async def test_a_duplicate_of_a_waiting_order_leaves_it_as_it_was(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "same", "1", limit="90"))
        assert isinstance(await place(venue, buy(venue, "same", "2", limit="91")), Rejected)
        found = await venue.broker.find(ClientOrderId("same"))
        assert found is not None and (found.quantity, found.limit_price) == (D(1), D(90))

    @pytest.mark.parametrize(
        ("quantity", "limit", "symbol", "code"),
        [
            ("1", "90.001", "BTC/USD", "tick"),
            ("1.0005", "90", "BTC/USD", "lot"),
            ("0", "90", "BTC/USD", "lot"),
            ("0.01", "90", "BTC/USD", "notional_min"),
            ("1", "90", "NO/SUCH", "unknown_symbol"),
            ("1000", "90", "BTC/USD", "insufficient_funds"),
        ],
    )
    async def test_what_cannot_be_traded_is_refused_with_a_code_and_leaves_nothing(
        self, venue: VenueUnderTest, quantity: str, limit: str, symbol: str, code: str
    ) -> None:
        await venue.quote("99", "101")
        answer = await place(venue, buy(venue, "bad", quantity, limit=limit, symbol=symbol))
        assert isinstance(answer, Rejected) and answer.code == code
        assert code in venue.broker.profile.definitive_codes
        assert answer.reason.endswith(".") and " " in answer.reason
        assert await status(venue, "bad") == "absent"
        snapshot = await venue.broker.snapshot()
        assert (snapshot.orders, snapshot.positions, snapshot.cash) == ((), {}, venue.cash)

    async def test_a_waiting_limit_does_not_trade_away_from_its_price(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        await place(venue, sell(venue, "s", "1", limit="105"))
        await venue.quote("96", "98")
        await venue.quote("102", "104")
        assert not fills(await venue.reports())

    async def test_a_waiting_limit_trades_at_its_price_when_traded_through(
        self, venue: VenueUnderTest
    ) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="95"))
        await venue.quote("93", "94")
        (fill,) = fills(await venue.reports(), "b")
        assert (fill.price, fill.liquidity) == (D(95), Liquidity.MAKER)

    async def test_a_waiting_sell_limit_trades_at_its_price_too(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        await place(venue, sell(venue, "s", "1", limit="105"))
        await venue.quote("106", "107")
        (fill,) = fills(await venue.reports(), "s")
        assert fill.price == 105

    async def test_a_limit_that_can_trade_at_once_gets_the_better_price(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "1", limit="103"))
        (fill,) = fills(await venue.reports(), "b")
        assert (fill.price, fill.liquidity) == (D(101), Liquidity.TAKER)

    async def test_a_stop_waits_for_its_price_and_a_gap_fills_beyond_it(self, venue: VenueUnderTest) -> None:
        await hold(venue, "1")
        answer = await place(venue, sell(venue, "stop", "1", stop="95"))
        if not venue.broker.profile.native_stop:
            assert isinstance(answer, Rejected) and answer.code == "not_supported"
            return
        await venue.quote("95.01", "95.02")
        assert not fills(await venue.reports())
        await venue.quote("90", "90.01")
        (fill,) = fills(await venue.reports(), "stop")
        assert fill.price == 90

    async def test_a_buy_stop_waits_above_the_market(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.native_stop:
            return
        await venue.quote("99", "100")
        await place(venue, buy(venue, "stop", "1", stop="105"))
        await venue.quote("104", "104.99")
        assert not fills(await venue.reports())
        await venue.quote("105", "105.50")
        (fill,) = fills(await venue.reports(), "stop")
        assert fill.price == D("105.50")

    async def test_a_stop_limit_never_trades_beyond_its_limit(self, venue: VenueUnderTest) -> None:
        if not venue.broker.profile.native_stop:
            return
        await hold(venue, "1")
        await place(venue, sell(venue, "sl", "1", limit="94", stop="95"))
        await venue.quote("90", "90.01")
        assert not fills(await venue.reports())
        await venue.quote("94.50", "94.60")
        (fill,) = fills(await venue.reports(), "sl")
        assert fill.price >= 94

    async def test_a_trailing_stop_follows_the_best_price_and_never_steps_back(
        self, venue: VenueUnderTest
    ) -> None:
        await hold(venue, "1")
        answer = await place(venue, sell(venue, "trail", "1", trail="5"))
        if not venue.broker.profile.native_trailing:
            assert isinstance(answer, Rejected) and answer.code == "not_supported"
            return
        for bid in ("100", "110", "106"):
            await venue.quote(bid, "111")
        assert not fills(await venue.reports())
        await venue.quote("105", "111")
        (fill,) = fills(await venue.reports(), "trail")
        assert fill.price == 105

    async def test_what_ioc_cannot_fill_at_once_is_ended(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "ioc", "1", limit="101", time_in_force=TimeInForce.IOC))
        reports = await venue.reports()
        assert filled(reports, "ioc") == D("0.4")
        assert [r.reason for r in reports if isinstance(r, CanceledReported)] == ["ioc"]

    async def test_fok_fills_whole_or_not_at_all(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "big", "1", limit="101", time_in_force=TimeInForce.FOK))
        await place(venue, buy(venue, "small", "0.4", limit="101", time_in_force=TimeInForce.FOK))
        reports = await venue.reports()
        assert (filled(reports, "big"), filled(reports, "small")) == (D(0), D("0.4"))
        assert await status(venue, "big") == "canceled"

    async def test_a_post_only_order_that_would_take_is_refused(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        answer = await place(venue, buy(venue, "po", "1", limit="101", post_only=True))
        assert isinstance(answer, Rejected) and answer.code == "post_only_would_take"
        assert await held(venue) == 0

    async def test_a_post_only_order_that_waits_becomes_a_maker(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        assert isinstance(await place(venue, buy(venue, "po", "1", limit="100", post_only=True)), Accepted)
        await venue.quote("98", "99")
        (fill,) = fills(await venue.reports(), "po")
        assert fill.liquidity is Liquidity.MAKER

    async def test_an_order_with_an_end_expires_and_trades_no_more(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        end = venue.now() + timedelta(seconds=60)
        gtd = buy(venue, "gtd", "1", limit="95", time_in_force=TimeInForce.GTD, expires_at=end)
        answer = await place(venue, gtd)
        if not venue.broker.profile.takes_ends:
            assert isinstance(answer, Rejected) and answer.code == "not_supported"
            assert await status(venue, "gtd") == "absent"
            return
        await venue.let_pass(61)
        assert [type(r) for r in await venue.reports()] == [ExpiredReported]
        await venue.quote("93", "94")
        assert not await venue.reports()
        assert await status(venue, "gtd") == "expired"

    async def test_thin_size_fills_in_parts_that_add_up(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101", size="0.4")
        await place(venue, buy(venue, "b", "1", limit="101"))
        found = await venue.broker.find(ClientOrderId("b"))
        assert found is not None and (found.status, found.filled) == ("working", D("0.4"))
        for _ in range(3):
            await venue.quote("98", "100", size="0.4")
        reports = await venue.reports()
        assert filled(reports, "b") == 1
        assert len({fill.fill_id for fill in fills(reports)}) == len(fills(reports)) > 1

    async def test_cash_moves_by_price_quantity_and_fee(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "2"))
        await place(venue, sell(venue, "s", "1"))
        bought, sold = fills(await venue.reports())
        assert bought.fee > 0 and sold.fee > 0
        snapshot = await venue.broker.snapshot()
        assert snapshot.cash == venue.cash - 202 + 99 - bought.fee - sold.fee

    async def test_a_short_is_told_as_a_negative_position(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        answer = await place(venue, order(venue, "short", Side.SELL, "1"))
        if not venue.instrument.shortable:
            assert isinstance(answer, Rejected) and answer.code in ("not_shortable", "insufficient_funds")
            assert await held(venue) == 0
            return
        assert await held(venue) == -1

    async def test_money_that_waits_in_one_order_cannot_be_spent_by_another(
        self, venue: VenueUnderTest
    ) -> None:
        await venue.quote("99", "101")
        await place(venue, buy(venue, "first", "90", limit="90"))
        answer = await place(venue, buy(venue, "second", "90", limit="90"))
        assert isinstance(answer, Rejected) and answer.code == "insufficient_funds"
