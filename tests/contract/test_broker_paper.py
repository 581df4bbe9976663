"""The paper venue keeps the broker contract, in every profile."""

from __future__ import annotations

import pytest

from tests.contract.broker_contract import BrokerContract
from tests.contract.paper_under_test import PaperUnderTest
from trading.brokers.profile import PAPER_BARE, PAPER_FULL, PAPER_PAIR, PAPER_STOPS


class TestPaperFull(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_FULL)


class TestPaperBare(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_BARE)


class TestPaperPair(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_PAIR)


class TestPaperStops(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_STOPS)
