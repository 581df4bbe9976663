"""Keep the orders that guard a position in step with its bracket. The one place that places exits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.bracket import at_break_even, build, done
from trading.domain.decide.deciding import Deciding
from trading.domain.instrument import Instrument
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position
from trading.domain.risk import Approved

ROLES = {
    LegKind.TARGET: Role.TARGET,
    LegKind.STOP: Role.STOP,
    LegKind.TRAIL: Role.TRAIL,
    LegKind.TIME: Role.TIME,
}


def exit_side(position: Position) -> Side:
    """The side that reduces the position."""
    return Side.SELL if position.quantity > 0 else Side.BUY


def sync(
    d: Deciding,
    position: Position,
    reason: str,
    *,
    fresh_targets: bool = False,
    fresh_stop: bool = False,
    anchored: bool = False,
    reopened: bool = False,
    finished: str = "",
    guard: Guard | None = None,
) -> None:
    """Bring bracket and resting exits in line with what is held and wanted.

    Args:
        fresh_targets: the plan has other targets: which of the old ones filled does not count.
        fresh_stop: a person moved the stop: what break-even did to the old one does not count.
        anchored: the entry price moved (an entry filled): what 1 R means is counted anew.
        reopened: it was flat before: nothing of the bracket of its earlier life counts.
        finished: the name of a target that has just filled completely.
        guard: who shall watch; None keeps who does (a new plan asks the venue again).
    """
    position = d.position(position)
    if not position.is_open:
        return
    instrument = d.instrument_of(position)
    before = position.bracket
    if reopened and before is not None:
        before = Bracket(risk_per_unit=before.risk_per_unit)
    if finished and before is not None:
        before = done(before, finished)
    if guard is None:
        venue = d.account(position.account).guards_exits
        kept = before.guard if before and before.legs and not (fresh_targets or fresh_stop) else None
        guard = kept if kept in (Guard.VENUE, Guard.BOT) else (Guard.VENUE if venue else Guard.BOT)
    if fresh_stop and before is not None:
        before = replace(before, is_break_even=False)
    # Without a stop, what 1 R was is all that targets in R have left to stand on.
    recounts = ((fresh_stop and fresh_targets) or anchored) and position.plan.stop is not None
    sketch = replace(position, bracket=before)
    bracket = build(sketch, instrument, guard, keep_progress=not fresh_targets, recounts=recounts)
    if _reached_break_even(bracket):
        bracket = at_break_even(bracket, position, instrument)
    if fresh_targets and before is not None:
        bracket = _served_by_old_orders(bracket, before)
    if bracket != position.bracket and (bracket.legs or position.bracket is not None):
        d.emit(ev.BracketSet(position.account, position.position_id, bracket, reason, d.now))
    _sync_orders(d, d.position(position), instrument)
    check_cover(d, position)


def _reached_break_even(bracket: Bracket) -> bool:
    if bracket.break_even_after is None or bracket.is_break_even:
        return False
    if bracket.break_even_after == 0:
        return True
    leg = bracket.leg(f"tp{bracket.break_even_after}")
    return leg is not None and leg.is_done


def _served_by_old_orders(bracket: Bracket, before: Bracket) -> Bracket:
    """A new plan takes over the resting orders of legs with the same name: they are changed, not
    canceled and placed anew, so that nothing is naked in between."""
    legs = []
    for leg in bracket.legs:
        old = before.leg(leg.name)
        served = old is not None and old.order_id is not None and not old.is_done
        legs.append(replace(leg, order_id=old.order_id) if old is not None and served else leg)
    return replace(bracket, legs=tuple(legs))


def _sync_orders(d: Deciding, position: Position, instrument: Instrument) -> None:
    bracket = position.bracket
    if bracket is None:
        return
    wanted = {leg.order_id for leg in bracket.legs if leg.order_id and not leg.is_done}
    keep = wanted if bracket.guard is Guard.VENUE else set()
    for order in d.exits_in_flight(position):
        resting_leg = order.role in (Role.TARGET, Role.STOP, Role.TRAIL) and order.group
        if resting_leg and order.order_id not in keep:
            d.ask_cancel(order, "bracket")
    if bracket.guard is not Guard.VENUE:
        return
    new: list[Approved[Order]] = []
    for leg in bracket.legs:
        if leg.is_done or leg.kind is LegKind.TIME:
            continue
        serving = d.book.order(leg.order_id) if leg.order_id else None
        if serving is not None and serving.is_open:
            _adjust(d, serving, leg)
        elif leg.quantity > 0:
            new.append(_place(d, d.position(position), leg, bracket.group))
    if new:
        d.then(fx.Submit(position.account, tuple(new)))


def _adjust(d: Deciding, order: Order, leg: Leg) -> None:
    # A market exit that serves a leg is on its way: it fills, it is never changed.
    if order.status is OrderStatus.IN_DOUBT or order.type is OrderType.MARKET:
        return
    if leg.quantity <= 0:
        d.ask_cancel(order, "resize")
        return
    limit = leg.price if leg.kind is LegKind.TARGET else None
    stop = leg.price if leg.kind is LegKind.STOP else order.stop_price
    moved = (order.limit_price, order.stop_price) != (limit, stop)
    total = Quantity(order.filled + leg.quantity)
    # The venue reduces the members of a group itself when one of them fills; only targets are
    # re-shared by us, and growth (an entry that went on filling) is ours to ask for.
    shrinks = total < order.quantity
    if moved or (total != order.quantity and (leg.kind is LegKind.TARGET or not shrinks)):
        d.ask_replace(order, total, limit, stop, "bracket")


def _place(d: Deciding, position: Position, leg: Leg, group: str) -> Approved[Order]:
    more: dict[str, Any] = {"group": group, "tag": position.tag}
    match leg.kind:
        case LegKind.TARGET:
            kind = OrderType.LIMIT
            more |= {"limit_price": leg.price, "leg": int(leg.name.removeprefix("tp"))}
        case LegKind.STOP:
            kind = OrderType.STOP
            more |= {"stop_price": leg.price}
        case _:
            kind = OrderType.TRAILING_STOP
            more |= {
                "trail_distance": leg.trail_distance,
                "trail_percent": leg.trail_percent,
                "activation_price": leg.activation_price,
            }
    order = d.new_order(position, ROLES[leg.kind], exit_side(position), kind, leg.quantity, **more)
    return d.intend(order, leg.name)


def exit_now(d: Deciding, position: Position, role: Role, cause: str, most: Decimal | None = None) -> bool:
    """Send a market exit for what is held (at most `most`).

    Under a venue-enforced group the exit joins the group; otherwise it takes only what no other exit
    has spoken for. Returns whether an order went out.
    """
    position = d.position(position)
    bracket = position.bracket
    grouped = bracket is not None and bracket.guard is Guard.VENUE
    free = _free_in_group(d, position) if grouped else d.free_to_exit(position)
    quantity = Quantity(min(free, most) if most is not None else free)
    if quantity <= 0:
        return False
    leg = int(cause[2:]) if cause.startswith("tp") and cause[2:].isdigit() else 0
    order = d.new_order(
        position,
        role,
        exit_side(position),
        OrderType.MARKET,
        quantity,
        group=bracket.group if grouped and bracket else "",
        leg=leg,
        tag=position.tag,
    )
    d.then(fx.Submit(position.account, (d.intend(order, cause),)))
    return True


def _free_in_group(d: Deciding, position: Position) -> Quantity:
    """Inside a group resting legs do not count, but market exits that are on their way do."""
    spoken = sum((o.remaining for o in d.exits_in_flight(position) if o.type is OrderType.MARKET), ZERO)
    return Quantity(max(abs(position.quantity) - spoken, ZERO))


def check_cover(d: Deciding, position: Position) -> None:
    """Note when a position that should have a stop has none standing, and when it has one again."""
    position = d.position(position)
    plan = position.plan
    always = plan.trail is not None and plan.trail.activation is None
    if not position.is_open or (plan.stop is None and not always):
        return
    covered = _is_covered(d, position)
    if covered and position.uncovered_since is not None:
        seconds = seconds_between(position.uncovered_since, d.now)
        d.emit(ev.PositionCovered(position.account, position.position_id, seconds, d.now))
    elif not covered and position.uncovered_since is None:
        d.emit(ev.PositionUncovered(position.account, position.position_id, "no stop stands", d.now))


def _is_covered(d: Deciding, position: Position) -> bool:
    bracket = position.bracket
    if bracket is None:
        return False
    # A trail that waits for its activation price protects nothing yet.
    stops = [
        leg
        for leg in bracket.legs
        if leg.kind is LegKind.STOP or (leg.kind is LegKind.TRAIL and leg.activation_price is None)
    ]
    if bracket.guard is Guard.BOT:
        return bool(stops)
    standing = (OrderStatus.WORKING, OrderStatus.PARTIAL)
    for leg in stops:
        served = d.book.order(leg.order_id) if leg.order_id else None
        if served and served.status in standing and served.remaining >= abs(position.quantity):
            return True
    return False
