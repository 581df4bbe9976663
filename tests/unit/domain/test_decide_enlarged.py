"""An order that a change may have enlarged: it is not full before as much has filled as it may stand for."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_pair import PAIR
from tests.unit.domain.test_decide_swap import holding
from tests.unit.domain.test_exit_levels import level
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.decide.legs import stands_surely
from trading.domain.ids import VenueOrderId
from trading.domain.ladder import ExitSupport
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.request import RequestKind

D = Decimal
S = OrderStatus
ALONE = ExitSupport(stop=True)


def enlarged(support: ExitSupport = ALONE, *targets: str) -> tuple[PureDesk, Order]:
    """0.3 with its stop, and 0.2 more, for which the stop is asked to grow."""
    desk = holding(plan(*targets, stop="1%"), support=support)
    desk.buy("0.2", exits=plan(*targets, stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    assert "replace exit-2 0.5 stop 6633" in desk.sent
    return desk, desk.open_role("stop")


def unanswered(desk: PureDesk, order: Order) -> None:
    """The answer to the change is lost."""
    desk.tell(rp.Silent(PAPER, order.client_order_id, "lost", desk.now, RequestKind.REPLACE))


def is_there(desk: PureDesk, order: Order) -> None:
    """The venue was asked, and knows the order as it was."""
    desk.tell(rp.Accepted(PAPER, order.client_order_id, VenueOrderId("V1"), desk.now))


def test_a_stop_that_may_have_grown_is_not_full_when_as_much_has_filled_as_before() -> None:
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.fill(stop, "0.3", price="6630")
    assert desk.status(stop) is S.PARTIAL
    assert desk.order(stop).remaining_at_most == D("0.2")
    # No second stop for what it may still sell, and no other wish, which would put the venue's answer off.
    assert desk.sent == []


def test_what_such_a_stop_may_still_sell_is_not_sold_by_another_exit() -> None:
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.fill(stop, "0.3", price="6630")
    desk.close()
    assert desk.sent == ["cancel exit-2"]
    desk.fill(stop, "0.2", price="6630")
    assert desk.status(stop) is S.FILLED
    assert desk.position.quantity == 0


def test_a_change_that_was_not_carried_out_leaves_the_stop_full_and_the_rest_gets_another() -> None:
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.fill(stop, "0.3", price="6630")
    unanswered(desk, stop)
    is_there(desk, stop)
    assert desk.status(stop) is S.FILLED
    assert desk.order(stop).requests == ()
    assert desk.sent == ["sell stop 0.2 stop 6633"]


def test_a_refused_change_says_so_too() -> None:
    desk, stop = enlarged()
    desk.fill(stop, "0.3", price="6630")
    assert desk.status(stop) is S.PARTIAL
    desk.tell(rp.ReplaceRefused(PAPER, stop.client_order_id, "it has filled", desk.now))
    assert desk.status(stop) is S.FILLED
    assert desk.sent[0] == "sell stop 0.2 stop 6633"


def test_a_change_that_was_carried_out_leaves_the_rest_to_the_stop() -> None:
    desk, stop = enlarged()
    desk.fill(stop, "0.3", price="6630")
    terms = (Quantity(D("0.5")), None, stop.stop_price, "")
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, *terms, desk.now))
    assert (desk.status(stop), desk.order(stop).remaining) == (S.PARTIAL, D("0.2"))
    assert desk.sent == []


def test_nothing_comes_after_a_stop_that_sold_all_of_it_before_its_change_was_refused() -> None:
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.fill(stop, "0.3", price="6630")
    desk.fill(desk.open_role("stop"), "0.1", price="6630")
    assert desk.status(stop) is S.PARTIAL
    desk.fill(stop, "0.1", price="6630")
    assert desk.position.quantity == 0
    assert desk.status(stop) is S.FILLED


def test_a_target_that_has_not_grown_is_done() -> None:
    desk, _ = enlarged(PAIR, "2%")
    target = desk.open_role("target")
    desk.fill(target, "0.3", price="6834")
    assert desk.status(target) is S.PARTIAL
    desk.tell(rp.ReplaceRefused(PAPER, target.client_order_id, "it has filled", desk.now))
    assert desk.status(target) is S.FILLED
    (leg,) = [one for one in desk.bracket.legs if one.name == "tp1"]
    assert leg.is_done


def test_a_change_that_is_refused_when_nothing_is_held_any_more_places_nothing() -> None:
    desk, stop = enlarged(PAIR, "2%")
    desk.fill(stop, "0.3", price="6630")
    desk.fill(desk.open_role("target"), "0.2", price="6834")
    assert (desk.position.quantity, desk.status(stop)) == (D(0), S.PARTIAL)
    desk.tell(rp.ReplaceRefused(PAPER, stop.client_order_id, "it has filled", desk.now))
    assert desk.status(stop) is S.FILLED
    assert not any(one.startswith("sell") for one in desk.sent)


def test_such_a_stop_is_watched_by_the_desk_as_well() -> None:
    desk, stop = enlarged()
    unanswered(desk, stop)
    (leg,) = [one for one in desk.bracket.legs if one.name == "sl"]
    assert stands_surely(desk.book, leg)
    desk.fill(stop, "0.3", price="6630")
    (leg,) = [one for one in desk.bracket.legs if one.name == "sl"]
    assert not stands_surely(desk.book, leg)


def test_that_the_second_wish_is_refused_says_nothing_of_the_first() -> None:
    """The first was carried out before the desk went away, and all of it had filled (seed 96885)."""
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.restart()
    change = desk.order(stop).request(RequestKind.REPLACE)
    assert change is not None and change.attempt == 2
    desk.tell(rp.ReplaceRefused(PAPER, stop.client_order_id, "it has filled", desk.now))
    assert desk.order(stop).remaining_at_most == D("0.5")
    desk.close()
    assert not any(one.role.value == "close" for one in desk.orders)
    is_there(desk, stop)
    again = desk.order(stop).request(RequestKind.REPLACE)
    assert again is None or again.attempt == 1, "what it is now is known"


def test_who_moves_such_a_stop_does_not_put_its_answer_off() -> None:
    """It has sold what it was known to be for; each wish would have the venue asked anew (seed 115294)."""
    desk, stop = enlarged()
    unanswered(desk, stop)
    desk.fill(stop, "0.3", price="6640")
    desk.exits(stop=level("6600"))
    assert "ReplaceRequested" not in desk.said
    assert not any(one.startswith("replace") for one in desk.sent)
    is_there(desk, stop)
    assert desk.status(stop) is S.FILLED
    assert desk.sent == ["sell stop 0.2 stop 6600"]


def test_a_person_cannot_change_a_full_entry_that_may_have_grown() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.do(cm.ModifyOrder, order_id=entry.order_id, quantity=Quantity(D("0.2")), seen=desk.seen())
    assert desk.sent == ["replace entry-1 0.2 limit 6600"]
    unanswered(desk, entry)
    desk.fill(entry, "0.1", price="6600")
    assert (desk.status(entry), desk.order(entry).remaining) == (S.PARTIAL, D(0))
    desk.do(cm.ModifyOrder, order_id=entry.order_id, quantity=Quantity(D("0.3")), seen=desk.seen())
    assert desk.refused == ["change_on_its_way"]
    assert desk.sent == []
