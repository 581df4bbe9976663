"""Where only one resting order may hold a position: cancel the stop, have it confirmed, send the exit, put
the stop back when nothing came of it. Written down first: a crash leaves no gap that nobody closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import check_cover, exit_now, sync
from trading.domain.decide.waiting import PATIENCE, is_over
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role
from trading.domain.position import Position, Swap
from trading.domain.reports import Wait


def in_the_way(d: Deciding, position: Position, role: Role) -> list[Order]:
    """The resting exits that hold what an exit of this role is to sell. What a person has placed by hand
    makes room for what must be out, not for a target."""
    resting = [o for o in d.exits_in_flight(position) if not o.leaves_now]
    must_be_out = role in (Role.STOP, Role.TRAIL, Role.TIME)
    return resting if must_be_out else [o for o in resting if o.is_leg]


def can_make_room(d: Deciding, position: Position, role: Role) -> bool:
    """Whether a swap may begin: one at a time, only when something can be canceled, and when what rests is
    all that is in the way."""
    is_all = d.may_be_gone(position) < abs(position.quantity)
    return position.swap is None and is_all and bool(in_the_way(d, position, role))


def make_room(d: Deciding, position: Position, role: Role, cause: str, quantity: Quantity) -> bool:
    """Begin a swap. False when there is no room to be made for so much."""
    barring = in_the_way(d, position, role)
    freed = min(
        d.free_to_exit(position) + sum(order.remaining_at_most for order in barring),
        abs(position.quantity) - d.may_be_gone(position),
    )
    if not can_make_room(d, position, role) or (role is Role.CLOSE and freed < quantity):
        return False
    cancels = tuple(order.order_id for order in barring)
    d.emit(ev.SwapBegun(position.account, position.position_id, cancels, role, cause, quantity, d.now))
    for order in barring:
        d.ask_cancel(order, cause, is_new=True)
    return True


def step(d: Deciding, position: Position, *, is_late: bool = False) -> None:
    """Go on with a swap as far as evidence allows. `is_late`: its exit has had its time."""
    position = d.position(position)
    swap = position.swap
    if swap is None or not position.is_open:
        return
    sent = d.book.order(swap.exit_id) if swap.exit_id else None
    if sent is None:
        found = [d.book.order(order_id) for order_id in swap.cancels]
        barring = [order for order in found if order is not None and order.is_open]
        for order in barring:
            d.ask_cancel(order, swap.cause)  # once more, when the last wish was lost or refused
        if not barring:
            _send(d, position, swap)
    elif not sent.is_open:
        _end(d, position, "filled" if sent.status is OrderStatus.FILLED else "unfilled")
    elif is_late or d.now >= _patient_until(sent, swap):
        d.ask_cancel(sent, "swap")


def _send(d: Deciding, position: Position, swap: Swap) -> None:
    is_old = not timedelta() <= d.now - swap.at <= PATIENCE
    if swap.role is Role.TARGET and is_old and not _is_reached(d, position, swap):
        # The desk was down, or the cancel took long, or nobody knows (the clock was set back): the stop
        # before anything else.
        _end(d, position, "left")
    elif exit_now(d, position, swap.role, swap.cause, swap.quantity):
        sync(d, position, "resize")
    else:
        _end(d, position, "nothing")


def _is_reached(d: Deciding, position: Position, swap: Swap) -> bool:
    leg = position.bracket.leg(swap.cause) if position.bracket else None
    quote = d.book.marks.get(position.symbol)
    if leg is None or leg.price is None or quote is None or quote.is_of_before:
        return False
    return quote.bid >= leg.price if position.is_long else quote.ask <= leg.price


def _end(d: Deciding, position: Position, outcome: str) -> None:
    d.emit(ev.SwapEnded(position.account, position.position_id, outcome, d.now))
    sync(d, position, "resize")


def _patient_until(sent: Order, swap: Swap) -> datetime:
    return (sent.intended_at or swap.at) + PATIENCE


def looked(d: Deciding, report: rp.TimeCame) -> None:
    """A look at a position whose time has come: a swap goes on, a gap is told."""
    position = d.book.position(report.position_id) if report.position_id else None
    if position is not None and position.is_open:
        step(d, position, is_late=is_over(d.book, position, report, Wait.EXIT))
        position = d.position(position)
        check_cover(d, position, is_room_over=is_over(d.book, position, report, Wait.ROOM))


def is_plain_close(order: Order, position: Position) -> bool:
    """Whether a person asked for it and waits for nothing else; every other exit comes again by itself."""
    return order.role is Role.CLOSE and order.type is OrderType.MARKET and position.swap is None
