"""The paper venue keeps the broker contract, in every profile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.broker_contract import BrokerContract
from tests.contract.paper_under_test import PaperUnderTest
from tests.contract.venue_under_test import buy, fills, held, place, sell
from trading.brokers.fills import FillRules
from trading.brokers.profile import (
    PAPER_ATTACHED,
    PAPER_BARE,
    PAPER_BRACKETED,
    PAPER_BRACKETED_WHOLE,
    PAPER_FULL,
    PAPER_PAIR,
    PAPER_STOPS,
)


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


class TestPaperAttached(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_ATTACHED)


class TestPaperBracketed(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_BRACKETED)


class TestPaperBracketedWhole(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_BRACKETED_WHOLE)


class TestPaperStops(BrokerContract):
    @pytest.fixture
    def venue(self) -> PaperUnderTest:
        return PaperUnderTest(PAPER_STOPS)


async def test_a_fee_in_units_is_told_with_its_fill_and_never_arrives() -> None:
    rules = FillRules(touch_share=Decimal(1), fee_in_base=True)
    venue = PaperUnderTest(PAPER_STOPS, rules=rules)
    await venue.quote("99", "101")
    await place(venue, buy(venue, "b", "2"))
    await place(venue, sell(venue, "s", "1"))
    bought, sold = fills(await venue.reports())
    assert bought.quantity == 2 and bought.fee == 0 and bought.fee_base == Decimal("0.002")
    # What is sold brings money, and pays with it.
    assert sold.fee_base == 0 and sold.fee > 0
    assert await held(venue) == Decimal("0.998")
    assert (await venue.broker.snapshot()).cash == venue.cash - 202 + 99 - sold.fee
