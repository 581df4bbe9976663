"""The paper venue keeps the broker contract, in both profiles."""

from __future__ import annotations

import pytest

from tests.contract.broker_contract import BrokerContract
from tests.contract.paper_under_test import PaperUnderTest
from trading.brokers.profile import PAPER_BARE, PAPER_FULL


class TestPaperFull(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_FULL)


class TestPaperBare(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_BARE)
