"""A venue that gives an order a new name when it is changed: its older names are known for good (X27)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec import json
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.book import AccountPart, Book
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.naming import our_id
from trading.domain.order import Order, OrderStatus, OrderType, Side
from trading.engine.resolve import reports_of
from trading.ports import VenueOrder

D = Decimal
NEW = VenueOrderId("V2")


def waiting() -> tuple[PureDesk, Order]:
    """A buy that rests, called V-… by the venue."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.3", order_type=OrderType.LIMIT, limit=at("6600"))
    order = desk.open_role("entry")
    desk.accept(order)
    return desk, desk.order(order)


def asked_to_change(desk: PureDesk, order: Order) -> Order:
    desk.do(cm.ModifyOrder, order_id=order.order_id, limit_price=Price(D("6500")), seen=desk.seen())
    return desk.order(order)


def replaced(desk: PureDesk, order: Order, name: VenueOrderId = NEW, limit: str = "6500") -> Order:
    desk.tell(
        rp.Replaced(PAPER, order.client_order_id, order.quantity, Price(D(limit)), None, "", desk.now, name)
    )
    return desk.order(order)


def fill_of(desk: PureDesk, name: str, fill_id: str = "X1", side: Side = Side.BUY) -> rp.FillReported:
    """As a venue tells it that has forgotten our id."""
    return rp.FillReported(
        PAPER,
        ClientOrderId(name),
        FillId(fill_id),
        Quantity(D("0.1")),
        Price(D("6500")),
        D(0),
        rp.Liquidity.MAKER,
        desk.now,
        VenueOrderId(name),
        BTC.symbol,
        side,
    )


def test_a_change_gives_a_new_name_and_the_old_one_is_kept() -> None:
    desk, order = waiting()
    old = order.venue_order_id
    now = replaced(desk, asked_to_change(desk, order))
    assert (now.venue_order_id, now.older_venue_ids) == (NEW, (old,))
    again = replaced(desk, now, VenueOrderId("V3"))
    assert again.venue_names == (old, NEW, "V3")
    assert replaced(desk, again, VenueOrderId("V3")).older_venue_ids == (old, NEW)


def test_fills_that_name_any_of_its_names_find_the_order() -> None:
    desk, order = waiting()
    assert order.venue_order_id is not None
    replaced(desk, asked_to_change(desk, order))
    desk.tell(fill_of(desk, order.venue_order_id, "X1"))
    desk.tell(fill_of(desk, NEW, "X2"))
    assert desk.order(order).filled == D("0.2")
    assert not [one for one in desk.orders if one.is_foreign]
    desk.tell(replace(fill_of(desk, "V9", "X3"), is_sought=True))
    assert desk.order(order).filled == D("0.2")
    assert desk.position.quantity == D("0.3"), "another hand's"


def test_a_fill_that_is_booked_is_no_other_hands_under_a_name_that_nobody_has_heard_of() -> None:
    """Seed 28464: the answer with the stop's first name was lost, and a change gave it another one."""
    desk, order = waiting()
    desk.tell(replace(fill_of(desk, order.client_order_id), venue_order_id=None))
    again = fill_of(desk, "never heard of")
    assert not desk.tell(again).events
    desk.wait(61)
    assert not desk.tell(again).events, "however old it is"
    assert desk.position.quantity == desk.order(order).filled == D("0.1")
    desk.tell(fill_of(desk, "H1", side=Side.SELL))
    assert desk.position.quantity == 0, "the other side of that trade is another hand's"
    desk.tell(fill_of(desk, "H2", "X2"))
    assert desk.position.quantity == D("0.1") and desk.order(order).filled == D("0.1")


def test_the_names_outlive_a_restart() -> None:
    desk, order = waiting()
    assert order.venue_order_id is not None
    replaced(desk, asked_to_change(desk, order))
    book = Book()
    book.restore(json.decode(json.encode(desk.book.part(PAPER)), type=AccountPart))
    found = book.order_of_venue_id(PAPER, order.venue_order_id)
    assert found is not None and found.order_id == order.order_id


def test_the_end_of_a_name_that_a_change_has_superseded_ends_nothing() -> None:
    desk, order = waiting()
    replaced(desk, asked_to_change(desk, order))
    end = rp.CanceledReported(PAPER, ClientOrderId("any"), "replaced", desk.now, None, order.venue_order_id)
    desk.tell(end)
    assert desk.status(order) is OrderStatus.WORKING
    desk.tell(replace(end, venue_order_id=NEW, reason="venue"))
    assert desk.status(order) is OrderStatus.CANCELED


def test_an_end_while_a_change_is_on_its_way_is_asked_about() -> None:
    desk, order = waiting()
    asked_to_change(desk, order)
    name = order.venue_order_id
    end = rp.CanceledReported(PAPER, order.client_order_id, "replaced", desk.now, None, name)
    made = desk.tell(end)
    assert desk.status(order) is OrderStatus.WORKING
    assert made.effects == [fx.Resolve(PAPER, order.client_order_id)]


def test_an_end_without_a_change_on_its_way_is_the_end() -> None:
    desk, order = waiting()
    name = order.venue_order_id
    desk.tell(rp.CanceledReported(PAPER, order.client_order_id, "venue", desk.now, None, name))
    assert desk.status(order) is OrderStatus.CANCELED


def test_an_unknown_fill_waits_while_an_order_may_have_a_new_name() -> None:
    desk, order = waiting()
    asked_to_change(desk, order)
    made = desk.tell(fill_of(desk, NEW))
    assert not made.events and made.effects == [fx.Compare(PAPER)], "a look asks what the order is called"
    assert desk.tell(fill_of(desk, "hand", side=Side.SELL)).events, "not of that side: another hand"
    replaced(desk, order)
    desk.tell(fill_of(desk, NEW, "X2"))
    assert desk.order(order).filled == D("0.1")


def test_an_unknown_fill_waits_after_a_refused_change_and_for_a_name_between_two_that_are_known() -> None:
    """Seed 867: of the change before the refused one nobody had heard."""
    desk, order = waiting()
    asked_to_change(desk, order)
    desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "filled", desk.now))
    assert not desk.tell(fill_of(desk, NEW)).events
    replaced(desk, asked_to_change(desk, order), VenueOrderId("V3"))
    assert not desk.tell(fill_of(desk, NEW)).events


def test_an_unknown_fill_that_the_venue_was_asked_about_is_another_hands() -> None:
    desk, order = waiting()
    asked_to_change(desk, order)
    hand = replace(fill_of(desk, "hand"), is_sought=True)
    assert "OrderAdopted" in [type(one).__name__ for one in desk.tell(hand).events]
    assert desk.order(order).filled == 0


def test_a_name_that_a_person_has_given_is_one_of_the_chain() -> None:
    desk, order = waiting()
    now = desk.order(order).renamed(VenueOrderId("pasted"))
    assert now.older_venue_ids == (order.venue_order_id,)
    assert now.renamed(None) is now and now.renamed(VenueOrderId("pasted")) is now
    first = replace(order, venue_order_id=None).renamed(NEW)
    assert (first.venue_order_id, first.older_venue_ids) == (NEW, ())
    assert replace(first, venue_order_id=None, older_venue_ids=(NEW,)).venue_names == (NEW,)


def test_only_names_are_looked_up_that_say_something() -> None:
    desk, order = waiting()
    replaced(desk, asked_to_change(desk, order))
    mine, other = order.client_order_id, ClientOrderId("other")
    assert our_id(desk.book, PAPER, mine, NEW) == mine
    assert our_id(desk.book, PAPER, other, NEW) == mine
    assert our_id(desk.book, PAPER, other, "") == other
    assert our_id(desk.book, PAPER, other, None) == other


def test_the_history_of_a_changed_order_holds_an_end_that_is_none() -> None:
    desk, order = waiting()
    old = order.venue_order_id
    end = rp.CanceledReported(PAPER, order.client_order_id, "replaced", desk.now, None, old)
    size, limit = order.quantity, order.limit_price
    found = VenueOrder(order.client_order_id, NEW, BTC.symbol, "working", size, Quantity(D(0)), limit)
    made = reports_of(order, found, [end], _Clock(desk))  # type: ignore[arg-type]  # only asked for the time
    assert [type(one).__name__ for one in made] == ["Replaced", "Accepted"]
    for report in made:
        desk.tell(report)
    now = desk.order(order)
    assert (now.status, now.venue_order_id, now.older_venue_ids) == (OrderStatus.WORKING, NEW, (old,))
    # Nothing is found any more: the end of the newest name counts, of an older one it does not.
    assert not reports_of(now, None, [end], _Clock(desk))  # type: ignore[arg-type]  # as above
    (last,) = reports_of(now, None, [replace(end, venue_order_id=NEW)], _Clock(desk))  # type: ignore[arg-type]  # as above
    assert isinstance(last, rp.CanceledReported)


def test_exits_of_a_changed_stop_find_their_leg() -> None:
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    desk.accept(*desk.orders)
    stop = desk.open_role("stop")
    desk.exits(stop=plan(stop="2%").stop)
    now = desk.order(stop)
    terms = (now.quantity, None, Price(D("6566")))
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, *terms, "", desk.now, NEW))
    desk.now += timedelta(seconds=1)
    told = replace(fill_of(desk, NEW, side=Side.SELL), quantity=now.quantity)
    desk.tell(told)
    assert desk.status(stop) is OrderStatus.FILLED
    assert not desk.position.is_open


class _Clock:
    def __init__(self, desk: PureDesk) -> None:
        self.now = lambda: desk.now
