"""Exits that go to the venue with their entry, in one order: they sleep there until it fills (C-6).

What belongs here: which go along, whether they are awake, what becomes of them while nothing is held yet.
Once awake they are legs like any other (`legs.py`).
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.apply import leg_name
from trading.domain.bracket import build
from trading.domain.decide.deciding import Deciding
from trading.domain.ladder import GROUPED, holds
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order, OrderStatus, OrderType, Role
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position
from trading.domain.risk import Approved

_STANDING = (OrderStatus.WORKING, OrderStatus.PARTIAL)


def exits_along(d: Deciding, entry: Order, bracket: Bracket) -> tuple[Approved[Order], ...]:
    """Write down the exits that go along with an entry that was written down."""
    position = d.position_of(entry)
    legs = [leg for leg in bracket.legs if leg.kind in (LegKind.STOP, LegKind.TARGET)]
    return tuple(_along(d, entry, leg, f"{position.position_id}/oco") for leg in legs)


def _along(d: Deciding, entry: Order, leg: Leg, group: str) -> Approved[Order]:
    is_target = leg.kind is LegKind.TARGET
    terms: dict[str, Any] = {"limit_price": leg.price, "leg": 1} if is_target else {"stop_price": leg.price}
    order = d.new_order(
        d.position_of(entry),
        Role.TARGET if is_target else Role.STOP,
        entry.side.opposite,
        OrderType.LIMIT if is_target else OrderType.STOP,
        entry.quantity,
        parent=entry.client_order_id,
        group=group,
        tag=entry.tag,
        **terms,
    )
    return d.intend(order, leg.name)


def entry_of(d: Deciding, order: Order) -> Order | None:
    """The entry with which an exit went to the venue, if it did."""
    return d.book.order_of_client_id(order.parent) if order.parent else None


def is_asleep(d: Deciding, order: Order) -> bool:
    """Whether an exit waits for its entry to fill: for its first part, or for all of it."""
    entry = entry_of(d, order)
    if entry is None:
        return False
    if d.account(order.account).exits.bracket_grows:
        return not entry.filled
    return entry.status is not OrderStatus.FILLED


def may_wake(d: Deciding, order: Order) -> bool:
    """Whether an exit rightly waits at the venue although nothing is held: its entry may still fill."""
    entry = entry_of(d, order)
    return entry is not None and entry.is_open


def of_entry(d: Deciding, entry: Order) -> list[Order]:
    """The open exits that went to the venue with an entry."""
    if not entry.is_entry:
        return []
    found = d.book.orders_of(d.position_of(entry))
    return [one for one in found if one.parent == entry.client_order_id]


def awake(d: Deciding, position: Position) -> dict[str, Order]:
    """By leg the exits that came with the entry, guard what is held, and are wanted."""
    return {
        leg_name(one): one
        for one in d.exits_in_flight(position)
        if one.parent and not one.is_canceling and not is_asleep(d, one)
    }


def is_bracketed(d: Deciding, position: Position) -> bool:
    """Whether all that is to rest of a position's exits came with its entry."""
    if not holds(Guard.BRACKET, d.account(position.account).exits, position.plan):
        return False
    wanted = {"sl", "tp1"} if position.plan.targets else {"sl"}
    return wanted <= set(awake(d, position))


def served_by_entry(d: Deciding, bracket: Bracket, position: Position) -> Bracket:
    """The bracket whose legs are served by what came with the entry, where nothing else serves them."""
    found = awake(d, position)
    if not found:
        return bracket
    legs = []
    for leg in bracket.legs:
        order = found.get(leg.name)
        is_free = leg.order_id is None and order is not None
        legs.append(replace(leg, order_id=order.order_id) if is_free and order is not None else leg)
    return replace(bracket, legs=tuple(legs))


def is_sized_by_entry(d: Deciding, order: Order, position: Position) -> bool:
    """Whether the venue itself keeps an exit as large as what is held: its entry has brought all of that."""
    entry = entry_of(d, order)
    return entry is not None and not is_asleep(d, order) and entry.filled >= d.in_lots(position)


def follow_plan(d: Deciding, position: Position, price: Price | None = None) -> None:
    """Bring exits that sleep in line with the plan, or with their entry, before anything has filled: in their
    place where they still fit it, otherwise they go, and what is wanted is placed when the entry fills.
    `price`: what the entry is about to be changed to. Only what would be too near there goes ahead of it; the
    rest follows when it has moved, or goes back when it has not."""
    if position.is_open:
        return
    for entry in [one for one in d.book.orders_of(position) if one.is_entry]:
        sleeping = of_entry(d, entry)
        if not sleeping:
            continue
        sketch = _sketch(d, entry, position, price)
        for order in sleeping:
            leg = sketch.leg(leg_name(order))
            known = order.stop_price or order.limit_price
            if leg is None or leg.quantity != abs(entry.quantity):
                d.ask_cancel(order, "bracket")
            elif leg.price is not None and leg.price != known and _goes_now(order, leg.price, known, price):
                limit, stop = (None, leg.price) if leg.kind is LegKind.STOP else (leg.price, None)
                d.ask_replace(order, order.quantity, limit, stop, "bracket")


def _goes_now(order: Order, level: Price, known: Price | None, price: Price | None) -> bool:
    """Whether an exit is moved at once: unless its entry is about to move, and it would come nearer."""
    is_below = (order.role is Role.STOP) == (order.side.sign < 0)
    return price is None or known is None or ((level < known) if is_below else (level > known))


def _sketch(d: Deciding, entry: Order, position: Position, price: Price | None) -> Bracket:
    """What would guard an entry that fills whole at the price that it waits for."""
    instrument = d.instrument_of(position)
    at = price or entry.limit_price or entry.stop_price or entry.reference_price
    assert at is not None, "an entry has been judged at a price"
    sign, quantity = entry.side.sign, entry.quantity
    sketch = replace(
        position,
        quantity=Quantity(sign * quantity),
        cost=sign * instrument.notional(at, quantity).value,
        bracket=None,
    )
    return build(sketch, instrument, Guard.BRACKET, keep_progress=False)


def beyond_exits(d: Deciding, entry: Order, price: Price | None) -> ev.Refusal | None:
    """Why an entry cannot be moved there: exits that go along would lie on its wrong side until they have
    followed, and one of them would close everything as it fills."""
    for order in of_entry(d, entry) if price is not None and entry.is_entry else ():
        level = order.stop_price or order.limit_price
        is_below = (order.role is Role.STOP) == (entry.side.sign > 0)
        if price is None or level is None or ((level < price) if is_below else (level > price)):
            continue
        text = (
            f"The exits that went to the venue with #{entry.number} stand at {plain(level)}, beyond that "
            f"price: /cancel #{entry.number} and order anew."
        )
        return ev.Refusal("exits_beyond", text, "price", plain(level))
    return None


def is_too_early(d: Deciding, order: Order, quantity: Quantity) -> bool:
    """Whether an exit is said to have filled before the fills of its entry are known: those are asked for
    now, and its own is told again."""
    entry = entry_of(d, order)
    if entry is None or not entry.is_open or abs(d.position_of(order).quantity) >= quantity:
        return False
    d.then(fx.Resolve(order.account, entry.client_order_id))
    return True


def ends_with(d: Deciding, position: Position, order: Order) -> bool:
    """Whether the venue ends the order itself when its position is closed: a member of its group, or what is
    attached. Asking would only be refused. One that is still on its way is neither yet: it could meet the
    next position in the symbol."""
    grouped = position.bracket is not None and position.bracket.guard in GROUPED
    is_bound = order.attached or (grouped and bool(order.group) and not is_asleep(d, order))
    return is_bound and not order.is_entry and order.status in _STANDING


def entry_over(d: Deciding, entry: Order) -> None:
    """An entry has ended: what slept behind it has, too. The venue is asked, should nobody tell."""
    for order in of_entry(d, entry):
        if order.status in _STANDING and is_asleep(d, order):
            d.then(fx.Resolve(order.account, order.client_order_id))
