"""A late fill has turned a position round, and an entry that goes the other way is not answered yet: what
that may have taken out already is not sold a second time."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ladder import ExitSupport

D = Decimal


def turned(
    exits: ExitPlan | None = None, *, against: str = "0.2", support: ExitSupport | None = None
) -> PureDesk:
    """Flat, then short of `against` by an entry in doubt; 0.1 more of the old entry has filled."""
    desk = PureDesk(exits=support)
    desk.price("6700")
    desk.buy("0.3")
    entry = desk.open_role("entry")
    desk.fill(entry)
    desk.close()
    desk.fill(desk.open_role("close"))
    desk.buy(against, long=False, exits=exits or ExitPlan())
    desk.silence(desk.open_role("entry"))
    desk.fill(entry, "0.1")
    assert desk.position.quantity == D("0.1")
    return desk


def test_a_close_waits_for_the_entry_in_doubt_that_may_have_closed_it() -> None:
    desk = turned()
    entry = desk.open_role("entry")
    desk.close()
    assert desk.sent == ["cancel entry-1"]
    desk.cancel(entry)
    assert desk.sent == ["sell market 0.1"]


def test_what_the_entry_in_doubt_cannot_have_closed_goes_at_once() -> None:
    desk = turned(against="0.04")
    desk.close()
    assert desk.sent == ["cancel entry-1", "sell market 0.06"]


def test_a_part_that_may_be_gone_is_not_sold_and_the_refusal_says_why() -> None:
    desk = turned()
    desk.close("50")
    assert desk.refused == ["exits_exceed_position"]
    assert desk.sentence == (
        "An order in BTC/USD that goes the other way is not answered yet, and may have closed 0.2 of it: "
        "at most 0 is free (/doubt, /orders)."
    )


def test_a_stop_makes_no_room_for_what_may_be_gone() -> None:
    desk = turned(plan("2%", stop="1%"), support=ExitSupport(stop=True))
    stop = desk.open_role("stop")
    desk.accept(stop)
    assert stop.quantity == D("0.1")
    desk.close("50")
    assert desk.sent == [] and desk.refused == ["exits_exceed_position"]
    desk.touched("tp1", "6900")
    assert desk.sent == []


def test_a_stop_makes_room_for_what_is_surely_there_and_no_more() -> None:
    desk = turned(plan("2%", stop="1%"), against="0.04", support=ExitSupport(stop=True))
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.close(sized=Size(SizeKind.BASE, D("0.07")))
    assert desk.refused == ["exits_exceed_position"]
    desk.close(sized=Size(SizeKind.BASE, D("0.06")))
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.06", "sell stop 0.04 stop 6633"]


def test_an_overshoot_is_traded_back_once_the_entry_in_doubt_is_known() -> None:
    desk = holding()
    desk.buy("0.2")
    entry = desk.open_role("entry")
    desk.silence(entry)
    desk.close("99")
    desk.fill(desk.open_role("close"), "0.4")
    assert desk.position.quantity == D("-0.1")
    assert desk.sent == ["cancel entry-2"], "the entry may have bought it back already"
    desk.cancel(entry)
    assert desk.sent == ["buy market 0.1"]


def test_an_overshoot_that_the_entry_has_bought_back_leaves_nothing_to_trade() -> None:
    desk = holding()
    desk.buy("0.1")
    entry = desk.open_role("entry")
    desk.silence(entry)
    desk.close("99")
    desk.fill(desk.open_role("close"), "0.4")
    desk.fill(entry)
    assert not desk.position.is_open
    assert not [order for order in desk.orders if not order.is_entry]


def test_an_overshoot_whose_exit_is_refused_is_traded_back_until_it_is_gone() -> None:
    desk = holding()
    desk.close()
    desk.fill(desk.open_role("close"), "0.4", price="6710")
    desk.reject(desk.open_role("flatten"), "halted")
    assert desk.sent[0] == "buy market 0.1"
    desk.reject(desk.open_role("flatten"), "halted")
    assert "buy market 0.1" not in desk.sent, "after a pause, with the venue's next answer"
    desk.tell(rp.FlatChecked(PAPER, "paper", 1, 0, desk.now))
    assert desk.sent[0] == "buy market 0.1"
    desk.fill(desk.open_role("flatten"))
    assert not desk.position.is_open


def test_an_overshoot_that_the_venue_did_not_hold_is_traded_back_when_it_does() -> None:
    """Its fill was told late, and until the next look the difference that it explains stands in the way."""
    desk = holding()
    desk.close()
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.1"), D("0.3"), (), desk.now, desk.now))
    desk.fill(desk.open_role("close"), "0.4", price="6710")
    assert desk.sent == [], "the venue is known to hold nothing of a short"
    desk.tell(rp.DriftGone(PAPER, "BTC/USD", desk.now))
    assert desk.sent == ["buy market 0.1"]


def test_each_part_of_an_overshoot_is_flattened() -> None:
    """An exit that was told late, part by part, after another one had closed the position (seed 840189)."""
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    target, stop = desk.open_role("target"), desk.open_role("stop")
    desk.fill(target, price="6834")
    desk.fill(stop, "0.1", price="6633")
    assert "buy market 0.1" in desk.sent
    desk.fill(stop, "0.2", price="6633")
    assert desk.position.quantity == D("-0.3")
    assert "buy market 0.2" in desk.sent
    for order in desk.orders:
        desk.fill(order, price="6640")
    assert not desk.position.is_open and desk.orders == []
