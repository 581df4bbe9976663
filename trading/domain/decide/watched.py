"""Exits that we watch ourselves: a price was touched, a trail rose, a timer rang."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.bracket import entry_price_of, trail_stop
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.dust import revived
from trading.domain.decide.gaps import gapped
from trading.domain.decide.legs import ROLES, exit_now, is_enforced, stands_surely, unspoken
from trading.domain.decide.swap import can_make_room, make_room
from trading.domain.dust import DUST
from trading.domain.money import ZERO, Price
from trading.domain.order import NOTHING_LEFT, Order, OrderStatus, Role
from trading.domain.position import Guard, Leg, LegKind, Position

AGAIN_AFTER = timedelta(seconds=2)
"""How long an exit rests that the venue has refused."""

DOUBLED_MAX = 2
"""So often that is doubled while each try is refused because nothing is there to be reduced: a venue is
looked at as often as that, so that the next try knows more than the one before."""


def price_touched(d: Deciding, report: rp.PriceTouched) -> None:
    """A watched level was reached: exit, unless it was overtaken meanwhile."""
    position = d.book.position(report.position_id)
    if position is None or not position.is_open:
        return
    if report.leg == DUST:
        revived(d, position)
        return
    if position.bracket is None:
        return
    leg = position.bracket.leg(report.leg)
    if leg is None or leg.is_done or position.bracket.guard is Guard.NONE:
        return
    if position.gap is not None and leg.kind is LegKind.STOP:
        return  # it sleeps until a person has answered
    # The first price after the desk was away says what was jumped over, and no later one does.
    if d.cannot_leave(position) or (report.away_s is None and _is_in_vain(d, position)):
        return
    if position.bracket.rests(leg):
        # Of a stop at the venue we only take over what may not be there.
        if leg.kind is not LegKind.STOP or stands_surely(d.book, leg):
            return
    elif _is_served(d, position, leg) or _was_just_refused(d, leg):
        return
    price = report.quote.bid if position.is_long else report.quote.ask
    if not _reaches(position, leg, price, d.instrument_of(position).tick_size):
        return
    if leg.kind is LegKind.STOP and gapped(d, position, leg, report.away_s):
        return
    was_passed = leg.kind is LegKind.TARGET and report.away_s is not None
    takes_limits = d.account(position.account).exits.immediate
    at_least = leg.price if was_passed and takes_limits else None
    trigger(d, position, leg, price, report.quote.source, at_least)


def _reaches(position: Position, leg: Leg, price: Price, tick_size: Decimal) -> bool:
    """Whether `price` is still at or beyond the leg's level (it may have been moved since the watch). Where a
    trail stands is rounded to a tick when it is written down, and watched exactly."""
    if leg.price is None:
        return False
    slack = tick_size if leg.kind is LegKind.TRAIL else ZERO
    upward = position.is_long == (leg.kind is LegKind.TARGET)
    return price >= leg.price - slack if upward else price <= leg.price + slack


def _is_served(d: Deciding, position: Position, leg: Leg) -> bool:
    order = d.book.order(leg.order_id) if leg.order_id else None
    return order is not None and order.is_open


def _was_just_refused(d: Deciding, leg: Leg) -> bool:
    """Whether the venue has refused this leg's exit a moment ago (a halted market): the same again at every
    tick would be refused as well."""
    order = d.book.order(leg.order_id) if leg.order_id else None
    if order is None or order.status is not OrderStatus.REJECTED or order.intended_at is None:
        return False
    # A refusal that seems to lie ahead was before the clock was set back: nobody knows how long ago.
    return order.leaves_now and timedelta() <= d.now - order.intended_at < AGAIN_AFTER


def seems_gone(d: Deciding, order: Order, code: str) -> None:
    """An exit of what the book holds was refused. Where the venue says that it holds nothing of it, book and
    venue may differ: it is asked at once what it holds, and not by the same exit every other moment."""
    if code == NOTHING_LEFT and not order.is_entry:
        d.then(fx.Compare(order.account))


def _is_in_vain(d: Deciding, position: Position) -> bool:
    """Whether the venue has said a moment ago that it holds nothing of what the book still holds: the same
    again would be refused as well. What is filled meanwhile ends the pause."""
    vain = position.vain
    if vain is None or vain.quantity != position.quantity:
        return False
    pause = AGAIN_AFTER * (1 << min(vain.times - 1, DOUBLED_MAX))
    return timedelta() <= d.now - vain.at < pause


def trigger(
    d: Deciding, position: Position, leg: Leg, price: Price, source: str, at_least: Price | None = None
) -> None:
    """Send the exit, or make room for it first (RULINGS 16). `at_least`: of a target that was passed while
    the desk was away, which is first asked for; where room must be made it goes at market."""
    assert position.bracket is not None
    role = ROLES[leg.kind]
    if is_enforced(position):
        if unspoken(d, position) > 0:
            _note(d, position, leg, price, source)
            exit_now(d, position, role, leg.name, leg.quantity, at_least=at_least)
        return
    free = d.free_to_exit(position)
    if position.bracket.guard is Guard.STOP and free < leg.quantity:
        if can_make_room(d, position, role):
            _note(d, position, leg, price, source)
            make_room(d, position, role, leg.name, leg.quantity)
        return
    resting = [o for o in d.exits_in_flight(position) if not o.leaves_now]
    if leg.kind is not LegKind.TARGET and resting:
        # Nothing else may hold what the stop must sell: cancel, confirm, place.
        if all(o.is_canceling for o in resting):
            return
        _note(d, position, leg, price, source)
        for order in resting:
            d.ask_cancel(order, leg.name)
        if d.free_to_exit(position) <= 0:
            return
    elif free <= 0:
        return
    else:
        _note(d, position, leg, price, source)
    exit_now(d, position, role, leg.name, leg.quantity, at_least=at_least)


def _note(d: Deciding, position: Position, leg: Leg, price: Price, source: str) -> None:
    d.emit(ev.ExitTriggered(position.account, position.position_id, leg.name, price, source, d.now))


def trail_rose(d: Deciding, report: rp.TrailRose) -> None:
    """Write the new best price down before any stop moves."""
    position = d.book.position(report.position_id)
    if position is None or not position.is_open or position.bracket is None:
        return
    leg = position.bracket.leg("trail")
    best = position.bracket.best_price
    if leg is None or leg.is_done:
        return
    if best is not None and (report.best_price <= best if position.is_long else report.best_price >= best):
        return
    stop = trail_stop(leg, report.best_price, d.instrument_of(position), position.is_long)
    d.emit(ev.TrailMoved(position.account, position.position_id, report.best_price, stop, d.now))


def time_came(d: Deciding, report: rp.TimeCame) -> None:
    """A position's time is over."""
    position = d.book.position(report.position_id) if report.position_id else None
    if position is None or position.bracket is None:
        return
    exit_at = position.bracket.exit_at
    if not position.is_open or exit_at is None or d.now < exit_at:
        return
    quote = d.book.marks.get(position.symbol)
    price = quote.mid if quote else Price(entry_price_of(position, d.instrument_of(position)))
    leg = position.bracket.leg("time")
    if leg is None or leg.is_done:
        return
    if any(o.role is Role.TIME for o in d.exits_in_flight(position)) or d.cannot_leave(position):
        return
    if _is_in_vain(d, position):
        return
    for order in d.book.orders_of(position):
        if order.is_entry:
            d.ask_cancel(order, "time")
    trigger(d, position, leg, price, "clock")
