"""A difference counts when two looks see it and nothing moved between them, also nothing that moved back."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain.money import Quantity
from trading.engine.drift import DriftWatch, standing
from trading.ports import VenueSnapshot

D = Decimal
QUIET_S = 15.0


def seen(desk: PureDesk, watch: DriftWatch, at_s: float, held: str) -> list[Decimal]:
    """The differences that count after a look at which the venue held so much."""
    positions = {desk.instrument.symbol: Quantity(D(held))}
    found = VenueSnapshot(desk.now, positions, (), D(0))
    told, _ = watch.looked(desk.book, PAPER, standing(desk.book, PAPER), found, at_s)
    return [one.held - one.booked for one in told]


def desk_at_rest() -> PureDesk:
    desk = PureDesk()
    desk.price("6700")
    return desk


def test_what_two_looks_see_counts_where_nothing_was_ever_traded() -> None:
    desk, watch = desk_at_rest(), DriftWatch(QUIET_S)
    assert seen(desk, watch, 8, "0.1") == []
    assert seen(desk, watch, 16, "0.1") == [D("0.1")]


def test_a_fill_that_another_has_taken_back_between_two_looks_is_no_quiet() -> None:
    """The second answer is from before the sale: the venue's positions lag behind its fills (X44)."""
    desk, watch = desk_at_rest(), DriftWatch(QUIET_S)
    desk.buy("0.1")
    entry = desk.open_role("entry")
    assert seen(desk, watch, 8, "0.1") == []
    desk.fill(entry)
    desk.close("100")
    desk.fill(desk.open_role("close"))
    assert seen(desk, watch, 16, "0.1") == []
    assert seen(desk, watch, 24, "0.1") == [], "it is eight seconds ago"
    assert seen(desk, watch, 32, "0.1") == []
    assert seen(desk, watch, 40, "0.1") == [D("0.1")]


def test_an_order_that_has_filled_nothing_moves_nothing() -> None:
    desk, watch = desk_at_rest(), DriftWatch(QUIET_S)
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"))
    desk.close("100")
    desk.fill(desk.open_role("close"))
    assert seen(desk, watch, 8, "0") == []
    desk.buy("0.2")
    assert seen(desk, watch, 16, "0.1") == []
    assert seen(desk, watch, 24, "0.1") == [D("0.1")]
