"""Planted bugs about what counts no more: a price of before, an old look, a stop that stood elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain.decide import closing, collar, evidence
from trading.engine import stale


@mutant("GAP")
def an_exit_slips_from_a_price_of_before() -> Patch:
    """What is only shown at it is sold by it as well."""

    def shown(d: Any, position: Any) -> Any:
        quote = d.book.marks.get(position.symbol)
        if quote is None:
            return None
        return quote.bid if position.is_long else quote.ask

    with patch.object(collar, "market_of", shown):
        yield


@mutant("FLAT")
def a_panic_is_proven_by_a_look_of_whatever_age() -> Patch:
    """It may have waited for a full disk."""
    with patch.object(closing, "LOOK_LASTS", timedelta(days=1)):
        yield


@mutant("GAP", "I8")
def the_stop_of_an_earlier_life_counts() -> Patch:
    """Whichever stop the venue says was passed, the position leaves."""
    with patch.object(evidence, "is_of_now", lambda d, position, order: True):
        yield


@mutant("GAP")
def a_stop_counts_as_passed_where_it_was_moved_to() -> Patch:
    """The venue has spoken of where it stood before."""

    def its_own(d: Any, position: Any, order: Any) -> bool:
        bracket = d.position(position).bracket
        leg = bracket.leg("sl") if bracket is not None else None
        return leg is not None and leg.order_id == order.order_id

    with patch.object(evidence, "is_of_now", its_own):
        yield


@mutant("X47")
def nobody_asks_for_a_price_that_has_stopped() -> Patch:
    """The stop waits for a price that comes by itself."""
    with patch.object(stale.StalePrices, "due", lambda self: []):
        yield


@mutant("X47")
def what_is_said_when_asked_is_not_acted_on() -> Patch:
    """The answer is read, and nobody hears of it."""

    def made(self: Any, desk: Any, ask: Any, hear: Any, *more: Any, **named: Any) -> None:
        real(self, desk, ask, lambda quote: None, *more, **named)

    real = stale.StalePrices.__init__
    with patch.object(stale.StalePrices, "__init__", made):
        yield
