"""The Kraken adapter keeps the broker contract over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.broker_contract import BrokerContract
from tests.contract.kraken_under_test import KrakenUnderTest, kraken
from tests.contract.venue_under_test import VenueUnderTest, buy, place, status
from trading.domain.order import TimeInForce
from trading.domain.reports import Rejected

pytestmark = pytest.mark.wire


class TestKrakenSpot(BrokerContract):
    @pytest.fixture
    async def venue(self) -> AsyncIterator[KrakenUnderTest]:
        async with kraken() as made:
            yield made

    async def test_fok_fills_whole_or_not_at_all(self, venue: VenueUnderTest) -> None:
        """Not here: refused, with a sentence."""
        await venue.quote("99", "101", size="0.4")
        answer = await place(venue, buy(venue, "big", "1", limit="101", time_in_force=TimeInForce.FOK))
        assert isinstance(answer, Rejected) and answer.code == "not_supported"
        assert answer.code in venue.broker.profile.definitive_codes and answer.reason.endswith(".")
        assert await status(venue, "big") == "absent"
