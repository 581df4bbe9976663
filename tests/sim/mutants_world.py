"""Planted bugs that only a venue with a character shows: blind retries, storms, frames told twice."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.personality import as_it_is
from tests.sim.planting import Patch, mutant
from trading.brokers.paper import PaperBroker
from trading.domain import reports as rp
from trading.domain.decide import evidence
from trading.domain.decide.deciding import Deciding
from trading.engine import pace, resolve, restraint, ticks
from trading.ports import BrokerSilent


def _retries_where(scope: str) -> Patch:
    """The adapter tries again after silence, below everything that the desk can see."""

    async def stubborn(self: PaperBroker, order: Any) -> Any:
        try:
            return await real(self, order)
        except BrokerSilent:
            if self.profile.cid_scope != scope:
                raise
            return await real(self, order)

    real = PaperBroker.submit
    with patch.object(PaperBroker, "submit", stubborn):
        yield


@mutant("I1")
def blind_retry_where_ids_are_unique_among_open_orders_only() -> Patch:
    """What has filled meanwhile is bought again (Binance, Kraken)."""
    yield from _retries_where("open_only")


@mutant("I1")
def blind_retry_where_ids_mean_nothing() -> Patch:
    """Every try is an order."""
    yield from _retries_where("none")


@mutant("I5")
def blind_retry_where_ids_are_unique_for_ever() -> Patch:
    """The second try is refused as a duplicate, and that is taken for the fate of the first: the venue's
    profile calls it a refusal."""

    def listing(profile: Any, personality: Any) -> Any:
        honest = real(profile, personality)
        return replace(honest, definitive_codes=honest.definitive_codes | {"duplicate"})

    real = as_it_is
    with patch("tests.sim.recipe.as_it_is", listing):
        yield from _retries_where("forever")


@mutant("I2", "I3", "I17", "ASSERT")
def fills_are_recognised_by_all_their_fields() -> Patch:
    """The same fill told with another time or without the venue's order id counts as another one."""

    def exact(d: Deciding, order: Any, report: rp.FillReported) -> None:
        key = (report.fill_id, report.at, report.venue_order_id)
        if report.fill_id in order.fill_ids and key not in seen:
            order = replace(order, fill_ids=())
            d.book.put_order(order)
        seen.add(key)
        real(d, order, report)

    seen: set[Any] = set()
    real = evidence.filled
    with patch.object(evidence, "filled", exact):
        yield


@mutant("I14", "I17")
def questions_without_a_pause() -> Patch:
    """Whoever is not answered asks again at once, for as long as it takes: the venue bans who does that."""

    hasty = property(lambda inquiry: 0.01)
    with (
        patch.object(resolve.Inquiry, "pause_s", hasty),
        patch.object(pace.Pace, "_wait_s", lambda self: 0.0),
    ):
        yield


@mutant("I14")
def a_venue_that_wants_no_requests_is_asked_on() -> Patch:
    """Too many requests are a failed question like any other (X06)."""
    with patch.object(restraint.Restraint, "refused", lambda self, after_s: None):
        yield


@mutant("I14")
def how_long_a_venue_wants_to_be_left_alone_is_not_read() -> Patch:
    """Two seconds of peace, whatever `Retry-After` says."""
    real = restraint.Restraint.refused
    with patch.object(restraint.Restraint, "refused", lambda self, after_s: real(self, None)):
        yield


@mutant("X48", "I6")
def every_price_is_believed() -> Patch:
    """A digit that was lost on the way sells at once."""
    with patch.object(ticks.BadTicks, "is_suspect", lambda self, last, quote: False):
        yield


@mutant("I14")
def all_that_is_in_doubt_is_asked_about_at_the_full_pace() -> Patch:
    """A venue bans for requests, however many orders they are about."""

    async def at_once(self: pace.Pace) -> None:
        return None

    with patch.object(pace.Pace, "turn", at_once):
        yield


@mutant("I14")
def a_start_asks_about_all_that_is_in_doubt_at_once() -> Patch:
    """Before a session begins each order is asked about until it is proven absent, however many there are."""
    with patch.object(pace.Pace, "takes", lambda self: True):
        yield
