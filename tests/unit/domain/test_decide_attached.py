"""Exits that hang on the position: placed once, never resized, and the next rung when the venue has none."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_swap import holding
from tests.unit.domain.test_exit_levels import level, target
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.exits import Trail
from trading.domain.ladder import ExitSupport
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.position import Guard
from trading.domain.request import RequestKind

D = Decimal
ATTACHED = ExitSupport(stop=True, trailing=True, attached=True, reduce_only=True)
LIKE_SPOT = ExitSupport(stop=True, attached=True)


def hung(*targets: str, stop: str = "1%", trail: str = "", support: ExitSupport = ATTACHED) -> PureDesk:
    """0.3 BTC bought at 6,700, what guards them standing."""
    return holding(plan(*(targets or ("2%",)), stop=stop, trail=trail), support=support)


def resized(desk: PureDesk, order: Order, quantity: str) -> None:
    """The venue has kept it to the position, and says so."""
    now = desk.order(order)
    size = Quantity(D(quantity))
    report = rp.Replaced(
        now.account, now.client_order_id, size, now.limit_price, now.stop_price, "attached", desk.now
    )
    desk.tell(report)


def test_stop_and_target_hang_on_the_position_and_are_sent_one_by_one() -> None:
    desk = hung()
    assert (desk.bracket.guard, desk.bracket.watched) == (Guard.ATTACHED, ())
    assert [(o.type.value, o.quantity, o.group, o.attached, o.reduce_only) for o in desk.orders] == [
        ("stop", D("0.3"), "", True, True),
        ("limit", D("0.3"), "", True, True),
    ]
    assert [len(e.orders) for e in desk.effects if isinstance(e, fx.Submit)] == [1, 1, 1]
    assert desk.position.uncovered_since is None


def test_an_addition_moves_their_prices_and_leaves_their_size_to_the_venue() -> None:
    desk = hung()
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6800")
    assert desk.sent == ["replace exit-2 0.3 stop 6657.75", "replace exit-3 0.3 limit 6859.5"]
    assert desk.position.uncovered_since is None, "the venue keeps the stop as large as what is held"


def test_an_addition_asks_for_nothing_where_prices_stay() -> None:
    desk = hung("7000", stop="6600")
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6700")
    assert desk.sent == []
    resized(desk, desk.open_role("stop"), "0.4")
    assert desk.sent == []
    assert desk.open_role("stop").quantity == D("0.4")


def test_a_part_that_is_closed_by_hand_asks_for_no_change() -> None:
    desk = hung()
    desk.close("50")
    assert desk.sent == ["sell market 0.15"]
    desk.fill(desk.open_role("close"))
    assert desk.sent == []
    resized(desk, desk.open_role("stop"), "0.15")
    assert (desk.sent, desk.position.uncovered_since) == ([], None)
    assert [o.role.value for o in desk.orders] == ["stop", "target"]


def test_they_end_with_the_position_and_nobody_asks_for_it() -> None:
    desk = hung()
    desk.fill(desk.open_role("target"), "0.1", price="6834")
    assert desk.sent == []
    desk.fill(desk.open_role("target"), price="6834")
    assert not desk.position.is_open
    assert desk.sent == []
    desk.cancel(desk.open_role("stop"), "reduce_only")
    assert desk.orders == []


def test_one_that_is_still_on_its_way_is_asked_to_end_with_the_position() -> None:
    """It could meet the next position in the symbol, and hang on that."""
    desk = PureDesk(exits=ATTACHED)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    desk.fill(desk.orders[0], price="6700")
    desk.accept(desk.open_role("target"))
    desk.fill(desk.open_role("target"), price="6834")
    assert desk.sent == ["cancel exit-2"]


def test_another_stop_is_another_price_and_nothing_else() -> None:
    desk = hung()
    desk.exits(stop=level("6650"))
    assert desk.sent == ["replace exit-2 0.3 stop 6650"]


def test_a_change_on_its_way_is_not_answered_by_what_the_venue_does_by_itself() -> None:
    desk = hung()
    stop = desk.open_role("stop")
    desk.exits(stop=level("6650"))
    resized(desk, stop, "0.3")
    asked = desk.order(stop).request(RequestKind.REPLACE)
    assert asked is not None and asked.status.is_open


def test_a_target_for_a_share_takes_the_next_rung_and_the_stop_stays_as_it_is() -> None:
    desk = hung()
    desk.exits(targets=(target("1%"), target("3%")))
    assert desk.bracket.guard is Guard.PAIR
    assert desk.sent == ["cancel exit-3", "sell limit 0.15 limit 6767", "sell limit 0.15 limit 6901"]
    fresh = [o for o in desk.orders if o.role.value == "target" and not o.is_canceling]
    assert [o.attached for o in fresh] == [False, False]
    stop = desk.open_role("stop")
    assert stop.attached
    desk.accept(*fresh)
    desk.fill(fresh[0], price="6767")
    assert desk.sent == [], "the venue makes the stop smaller"
    assert desk.position.uncovered_since is None


def unheard(support: ExitSupport = ATTACHED) -> tuple[PureDesk, Order, Order]:
    """Stop and target are on their way."""
    desk = PureDesk(exits=support)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    desk.fill(desk.orders[0], price="6700")
    return desk, desk.open_role("stop"), desk.open_role("target")


def test_a_refused_stop_takes_the_next_rung() -> None:
    desk, stop, tp = unheard()
    desk.reject(stop, "stop_refused")
    assert desk.bracket.guard is Guard.PAIR
    again = desk.open_role("stop")
    assert (again.type, again.attached) == (OrderType.STOP, False), "not a stop-limit yet"
    desk.reject(tp, "stop_refused")
    assert desk.bracket.guard is Guard.PAIR
    assert not desk.open_role("target").attached
    desk.reject(again, "stop_refused")
    assert desk.open_role("stop").type is OrderType.STOP_LIMIT
    desk.reject(desk.open_role("stop"), "stop_refused")
    assert desk.bracket.guard.value == "bot"


def test_where_one_order_holds_everything_the_target_goes_before_the_stop_comes() -> None:
    desk, stop, tp = unheard(LIKE_SPOT)
    desk.accept(tp)
    desk.reject(stop, "stop_refused")
    assert (desk.bracket.guard, desk.sent) == (Guard.STOP, ["cancel exit-3"])
    desk.cancel(tp)
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_refusal_that_comes_late_climbs_no_rung() -> None:
    desk, stop, tp = unheard()
    for _ in range(3):
        desk.reject(stop, "stop_refused")
        stop = next((o for o in desk.orders if o.role.value == "stop"), stop)
    assert desk.bracket.guard is Guard.BOT
    desk.reject(tp, "stop_refused")
    assert (desk.bracket.guard, desk.sent) == (Guard.BOT, [])


def test_what_the_venue_takes_away_at_once_takes_the_next_rung() -> None:
    desk = hung()
    desk.cancel(desk.open_role("stop"), "venue")
    assert desk.bracket.guard is Guard.PAIR
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_trail_hangs_on_the_position_beside_the_stop() -> None:
    desk = hung(trail="2%")
    assert [(o.type.value, o.attached) for o in desk.orders] == [
        ("stop", True),
        ("limit", True),
        ("trailing_stop", True),
    ]
    desk.exits(trail=Trail(level("1%")))
    assert desk.bracket.guard is Guard.ATTACHED


def test_a_close_at_a_price_rests_beside_them() -> None:
    desk = hung()
    desk.close("100", order_type=OrderType.LIMIT, limit=at("6900"))
    close = desk.open_role("close")
    assert (close.group, close.attached, close.reduce_only) == ("", False, True)
    desk.accept(close)
    desk.fill(desk.open_role("stop"), price="6633")
    assert desk.sent == ["cancel exit-4"]


def test_a_flatten_leaves_them_standing_until_it_is_flat() -> None:
    desk = hung()
    desk.close("100")
    assert desk.sent == ["sell market 0.3"]


def test_a_fill_of_all_that_was_known_is_not_the_end_of_it_while_something_is_held() -> None:
    """It had grown at the venue, and the word of that is late: the venue is asked, and it goes on."""
    desk = hung("7000", stop="6600")
    tp = desk.open_role("target")
    desk.buy("0.2")
    desk.fill(desk.open_role("entry"), price="6700")
    desk.fill(tp, "0.3", price="7000")
    assert desk.status(tp) is OrderStatus.FILLED
    assert "resolve" in desk.sent
    assert desk.bracket.targets[0].is_done is False
    second = desk.open_role("target")
    resized(desk, tp, "0.5")
    assert desk.status(tp) is OrderStatus.PARTIAL
    assert desk.sent == ["cancel exit-3"], "another one stands for it by now"
    desk.accept(second)
    desk.fill(tp, "0.2", price="7000")
    assert not desk.position.is_open


def test_a_word_of_growth_that_is_older_than_the_last_fill_revives_nothing() -> None:
    desk = hung("7000", stop="6600")
    tp = desk.open_role("target")
    desk.fill(tp, price="7000")
    resized(desk, tp, "0.3")
    assert desk.status(tp) is OrderStatus.FILLED
    stop = desk.open_role("stop")
    desk.cancel(stop, "reduce_only")
    resized(desk, stop, "0.3")
    assert desk.status(stop) is OrderStatus.CANCELED


def test_a_restart_leaves_them_as_they_stand() -> None:
    desk = hung()
    desk.restart()
    assert desk.sent == []
    assert desk.bracket.guard is Guard.ATTACHED
