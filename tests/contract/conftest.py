"""What the contract suites share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.binance_under_test import BinanceUnderTest, binance
from tests.fakes.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
async def spot() -> AsyncIterator[BinanceUnderTest]:
    """A fresh account at the local Binance, with the adapter connected."""
    async with binance() as made:
        yield made
