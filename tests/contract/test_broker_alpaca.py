"""The Alpaca adapter keeps the broker contract, against a local server that speaks the wire.

What Alpaca has not, it must refuse with a sentence: those cases of the contract stand here as refusals.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.alpaca_under_test import AlpacaUnderTest
from tests.contract.broker_contract import BrokerContract
from tests.contract.venue_under_test import VenueUnderTest, buy, fills, held, hold, order, place, sell, status
from trading.brokers.alpaca_profile import AlpacaMarket
from trading.domain.ids import ClientOrderId
from trading.domain.order import Side, TimeInForce
from trading.domain.reports import Accepted, Rejected

D = Decimal
pytestmark = pytest.mark.wire


async def refused(venue: VenueUnderTest, name: str, quantity: str, code: str, **more: Any) -> None:
    """The order is refused with a sentence, and nothing of it is there."""
    answer = await place(venue, buy(venue, name, quantity, **more))
    assert isinstance(answer, Rejected) and answer.code == code
    assert code in venue.broker.profile.definitive_codes
    assert answer.reason.endswith(".") and " " in answer.reason
    assert await status(venue, name) == "absent"


class AlpacaContract(BrokerContract):
    """The contract, as far as Alpaca can keep it."""

    market: AlpacaMarket

    @pytest.fixture
    async def venue(self) -> AsyncIterator[AlpacaUnderTest]:
        venue = await AlpacaUnderTest(self.market).begin()
        yield venue
        await venue.end()

    async def test_a_post_only_order_that_would_take_is_refused(self, venue: VenueUnderTest) -> None:
        await venue.quote("99", "101")
        await refused(venue, "po", "1", "not_supported", limit="101", post_only=True)

    async def test_a_post_only_order_that_waits_becomes_a_maker(self, venue: VenueUnderTest) -> None:
        """Not here: it is refused too, and the same order without the word becomes one."""
        await venue.quote("99", "101")
        await refused(venue, "po", "1", "not_supported", limit="100", post_only=True)
        await place(venue, buy(venue, "b", "1", limit="100"))
        await venue.quote("98", "99")
        (fill,) = fills(await venue.reports())
        assert fill.liquidity.value == "maker"

    async def test_an_order_with_an_end_expires_and_trades_no_more(self, venue: VenueUnderTest) -> None:
        """Not here: an end of its own is refused."""
        await venue.quote("99", "101")
        end = venue.now() + timedelta(seconds=60)
        more: dict[str, Any] = {"time_in_force": TimeInForce.GTD, "expires_at": end}
        await refused(venue, "gtd", "1", "not_supported", limit="95", **more)

    async def test_cash_moves_by_price_quantity_and_fee(self, venue: VenueUnderTest) -> None:
        """Shares trade without a fee, and of coins none is told with a fill."""
        await venue.quote("99", "101")
        await place(venue, buy(venue, "b", "2"))
        await place(venue, sell(venue, "s", "1"))
        bought, sold = fills(await venue.reports())
        assert bought.fee == sold.fee == 0
        assert (await venue.broker.snapshot()).cash == venue.cash - 202 + 99

    async def test_a_reduce_only_order_closes_and_never_flips(self, venue: VenueUnderTest) -> None:
        """The flag is unknown here, and the venue keeps every sale to what is held and free."""
        await hold(venue, "1")
        answer = await place(venue, sell(venue, "r", "3", reduce_only=True))
        assert isinstance(answer, Rejected) and answer.code == "quantity_held"
        assert await held(venue) == 1

    async def test_a_waiting_reduce_only_order_ends_with_the_position(self, venue: VenueUnderTest) -> None:
        """What one order is to sell no other may: the second is refused as long as the first waits (X57)."""
        await hold(venue, "1")
        await place(venue, sell(venue, "r", "1", limit="110", reduce_only=True))
        answer = await place(venue, sell(venue, "close", "1"))
        assert isinstance(answer, Rejected) and answer.code == "quantity_held"
        await venue.broker.cancel(ClientOrderId("r"))
        assert isinstance(await place(venue, sell(venue, "again", "1")), Accepted)
        assert await held(venue) == 0


class TestCoins(AlpacaContract):
    market = AlpacaMarket.COINS

    async def test_fok_fills_whole_or_not_at_all(self, venue: VenueUnderTest) -> None:
        """Not here: refused."""
        await venue.quote("99", "101", size="0.4")
        await refused(venue, "big", "1", "not_supported", limit="101", time_in_force=TimeInForce.FOK)

    async def test_a_short_is_told_as_a_negative_position(self, venue: VenueUnderTest) -> None:
        """Not here: coins that nobody has cannot be sold."""
        await venue.quote("99", "101")
        answer = await place(venue, order(venue, "short", Side.SELL, "1"))
        assert isinstance(answer, Rejected) and answer.code == "quantity_held"
        assert await held(venue) == 0


class TestShares(AlpacaContract):
    market = AlpacaMarket.SHARES

    @pytest.mark.parametrize(
        ("quantity", "limit", "symbol", "code"),
        [
            ("1", "90.001", "AAPL", "tick"),
            ("1.0005", "90", "AAPL", "lot"),
            ("0", "90", "AAPL", "lot"),
            ("1", "90", "NO/SUCH", "unknown_symbol"),
            ("1", "90", "BTC/USD", "unknown_symbol"),
            ("1000", "90", "AAPL", "insufficient_funds"),
        ],
    )
    async def test_what_cannot_be_traded_is_refused_with_a_code_and_leaves_nothing(
        self, venue: VenueUnderTest, quantity: str, limit: str, symbol: str, code: str
    ) -> None:
        """There is no least notional for whole shares."""
        await venue.quote("99", "101")
        await refused(venue, "bad", quantity, code, limit=limit, symbol=symbol)
        snapshot = await venue.broker.snapshot()
        assert (snapshot.orders, snapshot.positions, snapshot.cash) == ((), {}, venue.cash)

    async def test_the_profile_says_what_a_stop_will_meet(self, venue: VenueUnderTest) -> None:
        """One after the other: each holds the shares."""
        await hold(venue, "1")
        for name, item in (
            ("stop", sell(venue, "stop", "1", stop="90", reduce_only=True)),
            ("trail", sell(venue, "trail", "1", trail="5", reduce_only=True)),
        ):
            assert isinstance(await place(venue, item), Accepted), name
            await venue.broker.cancel(ClientOrderId(name))
