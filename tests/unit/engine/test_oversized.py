"""A member of a group that stands for more than is held is asked about, and made smaller by us."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from trading.domain import reports as rp
from trading.domain.money import Quantity
from trading.engine.drift import oversized

D = Decimal


def enlarged(guards: bool = True) -> PureDesk:
    """0.3 BTC, its stop standing for 0.5: we had asked for that while a fill was not known."""
    desk = holding(guards=guards, exits=plan("2%", stop="1%"))
    stop = desk.open_role("stop")
    terms = (Quantity(D("0.5")), None, stop.stop_price)
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, *terms, "oco", desk.now))
    return desk


def test_a_stop_of_a_group_that_is_larger_than_what_is_held_is_asked_about() -> None:
    desk = enlarged()
    stop = desk.open_role("stop")
    assert oversized(desk.book, PAPER) == [stop.client_order_id]
    assert desk.sent == [], "a group is made smaller by its venue, unless that has said that the order stands"
    desk.accept(stop)
    assert desk.sent == ["replace exit-2 0.3 stop 6633"]
    terms = (Quantity(D("0.3")), None, stop.stop_price)
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, *terms, "", desk.now))
    assert oversized(desk.book, PAPER) == []


def test_a_stop_of_a_group_that_fits_is_not_asked_about() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    assert oversized(desk.book, PAPER) == []
    desk.accept(desk.open_role("stop"))
    assert desk.sent == []
