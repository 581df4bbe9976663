"""The Binance adapter keeps the broker contract over the wire, and groups also with pairs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.binance_under_test import BinanceUnderTest, binance
from tests.contract.broker_contract import BrokerContract
from tests.contract.broker_contract_groups import GroupCases
from trading.brokers.binance_profile import BINANCE_SPOT, BINANCE_SPOT_PAIRS

pytestmark = pytest.mark.wire


class TestBinanceSpot(BrokerContract):
    @pytest.fixture
    async def venue(self) -> AsyncIterator[BinanceUnderTest]:
        async with binance(BINANCE_SPOT) as made:
            yield made


class TestBinanceSpotPairs(GroupCases):
    """Only what is different there."""

    @pytest.fixture
    async def venue(self) -> AsyncIterator[BinanceUnderTest]:
        async with binance(BINANCE_SPOT_PAIRS) as made:
            yield made
