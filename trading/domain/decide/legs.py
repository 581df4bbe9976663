"""Keep the orders that guard a position in step with its bracket. The one place that places exits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.book import Book
from trading.domain.bracket import at_break_even, build, done, limit_behind
from trading.domain.decide.bracketed import (
    follow_plan,
    is_bracketed,
    is_sized_by_entry,
    served_by_entry,
)
from trading.domain.decide.collar import or_better, terms_of
from trading.domain.decide.deciding import Deciding, reduces
from trading.domain.decide.rung import rung_of
from trading.domain.dust import TOO_SMALL
from trading.domain.ladder import ENFORCED, GROUPED, holds, watched_legs
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import NOT_FREE, STOP_PASSED, THROTTLED, Order, OrderStatus, OrderType, Role, Side
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
    is_settled: bool = False,
) -> None:
    """Bring bracket and resting exits in line with what is held and wanted.

    Args:
        fresh_targets: the plan has other targets: which of the old ones filled does not count.
        fresh_stop: a person moved the stop: what break-even did to the old one does not count.
        anchored: the entry price moved (an entry filled): what 1 R means is counted anew.
        reopened: it was flat before: nothing of the bracket of its earlier life counts.
        finished: the name of a target that has just filled completely.
        is_settled: the venue has answered what we asked: a leg that is too large is ours to reduce.
        guard: who shall watch; None keeps who does (a new plan asks the venue again).
    """
    position = d.position(position)
    if not position.is_open:
        follow_plan(d, position)
        return
    instrument = d.instrument_of(position)
    before = position.bracket
    if reopened and before is not None:
        before = Bracket(risk_per_unit=before.risk_per_unit)
    if finished and before is not None:
        before = done(before, finished)
    if guard is None:
        guard = _guard(d, position, before, asks_anew=fresh_targets or fresh_stop)
    if fresh_stop and before is not None:
        before = replace(before, is_break_even=False)
    # Without a stop, what 1 R was is all that targets in R have left to stand on.
    recounts = ((fresh_stop and fresh_targets) or anchored) and position.plan.stop is not None
    sketch = replace(position, bracket=before)
    bracket = build(
        sketch,
        instrument,
        guard,
        keep_progress=not fresh_targets,
        recounts=recounts,
        keeps_stop=not (fresh_stop or anchored),
    )
    if _reached_break_even(bracket):
        bracket = at_break_even(bracket, position, instrument)
    if fresh_targets and before is not None:
        bracket = _served_by_old_orders(bracket, before)
    bracket = served_by_entry(d, _without_too_large(d, bracket, position), position)
    watched = watched_legs(bracket, d.account(position.account).exits)
    if position.gap is not None and "sl" not in watched:
        watched += ("sl",)  # it sleeps, and must not reach the venue
    if position.pulled is not None:
        # Placed again they would be canceled again: that is asked first, and until then their levels hold.
        watched += tuple(name for name in position.pulled.legs if name not in watched)
    bracket = replace(bracket, watched=watched)
    if bracket != position.bracket and (bracket.legs or position.bracket is not None):
        d.emit(ev.BracketSet(position.account, position.position_id, bracket, reason, d.now))
    _sync_orders(d, d.position(position), is_settled)
    check_cover(d, position)


def _guard(d: Deciding, position: Position, before: Bracket | None, *, asks_anew: bool) -> Guard:
    """Who guards: who did, as long as the venue can hold the plan so (orders of two rungs together would
    bind nothing). Where the desk watches, a new plan asks the ladder again."""
    support = d.account(position.account).exits
    kept = before.guard if before is not None and before.legs else Guard.NONE
    if kept in (Guard.NONE, Guard.BRACKET):
        # What came with the entry guards as long as it is all there; a rung that was left is left for good.
        return Guard.BRACKET if is_bracketed(d, position) else rung_of(d, position)
    if (kept is Guard.BOT and not asks_anew) or (
        kept is not Guard.BOT and holds(kept, support, position.plan)
    ):
        return kept
    return rung_of(d, position)


def is_enforced(position: Position) -> bool:
    """Whether the venue lets no exit go beyond the position, whatever rests."""
    return position.bracket is not None and position.bracket.guard in ENFORCED


def is_pair(position: Position) -> bool:
    """Whether reduce-only orders without a group guard it; what is attached to it is that, too."""
    return position.bracket is not None and position.bracket.guard in (Guard.PAIR, Guard.ATTACHED)


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


def _without_too_large(d: Deciding, bracket: Bracket, position: Position) -> Bracket:
    """What is attached stands for all that is held: a target for a share is served by a new order."""
    if bracket.guard is Guard.ATTACHED:
        return bracket
    legs = []
    for leg in bracket.legs:
        order = d.book.order(leg.order_id) if leg.kind is LegKind.TARGET and leg.order_id else None
        is_larger = order is not None and order.attached and leg.quantity < d.in_lots(position)
        legs.append(replace(leg, order_id=None) if is_larger else leg)
    return replace(bracket, legs=tuple(legs))


def _sync_orders(d: Deciding, position: Position, is_settled: bool) -> None:
    bracket = position.bracket
    if bracket is None:
        return
    resting = [leg for leg in bracket.legs if bracket.rests(leg) and not leg.is_done]
    wanted = {leg.order_id for leg in resting}
    unwanted = [o for o in d.exits_in_flight(position) if o.is_leg and o.order_id not in wanted]
    is_still = d.is_dust(position) or (bracket.guard is Guard.STOP and _is_making_room(d, position))
    for order in unwanted:
        # What came with an entry is in nobody's way: what takes its place is placed first.
        if is_still or not order.parent:
            d.ask_cancel(order, "bracket")
    if is_still:
        return
    # What is missing goes out before what stands is changed: each request is a round trip, and a stop waits.
    new: list[Approved[Order]] = []
    standing: list[tuple[Order, Leg]] = []
    for leg in resting:
        serving = d.book.order(leg.order_id) if leg.order_id else None
        if bracket.guard is Guard.STOP:
            leg = replace(leg, quantity=_room_of(d, position, serving))
        if serving is not None and serving.is_open:
            standing.append((serving, leg))
        elif leg.quantity > 0:
            group = bracket.group if bracket.guard in GROUPED else ""
            new.append(_place(d, d.position(position), leg, group))
    if new and bracket.guard in GROUPED:
        d.then(fx.Submit(position.account, tuple(new)))
    else:
        for approved in new:
            d.then(fx.Submit(position.account, (approved,)))
    for order in unwanted:
        if order.parent:
            d.ask_cancel(order, "bracket")
    for serving, leg in standing:
        _adjust(d, serving, leg, is_settled)


def _is_making_room(d: Deciding, position: Position) -> bool:
    """Whether nothing may rest now: an exit waits for the room, or everything is being closed."""
    swap, flattening = position.swap, d.account(position.account).flattening
    if swap is not None and swap.exit_id is None:
        return True
    return flattening is not None and (flattening.is_panic or position.position_id in flattening.position_ids)


def _room_of(d: Deciding, position: Position, own: Order | None) -> Quantity:
    """What a lone stop may hold: all that no other exit has spoken for. Its own remainder may be more than
    what is held by now, and is no room."""
    mine = own.remaining_at_most if own is not None and own.is_open else ZERO
    return Quantity(max(d.in_lots(position) - (d.spoken_for(position) - mine), ZERO))


def _adjust(d: Deciding, order: Order, leg: Leg, is_settled: bool) -> None:
    # An exit at once that serves a leg is on its way: it fills or ends, it is never changed.
    if order.status is OrderStatus.IN_DOUBT or order.leaves_now:
        return
    if leg.quantity <= 0:
        d.ask_cancel(order, "resize")
        return
    limit = leg.price if leg.kind is LegKind.TARGET else None
    if order.type is OrderType.STOP_LIMIT:
        limit = limit_behind(d.instrument_of(d.position_of(order)), leg.price, order.side)
    stop = leg.price if leg.kind is LegKind.STOP else order.stop_price
    moved = (order.limit_price, order.stop_price) != (limit, stop)
    if order.attached:
        # Its size is the venue's: it follows the position without a word of ours.
        if moved:
            d.ask_replace(order, order.quantity, limit, stop, "bracket")
        return
    total = Quantity(order.filled + leg.quantity)
    if order.parent:
        # What makes it smaller is the venue's, and so is what makes it grow with its own entry.
        is_ours = is_settled or not is_sized_by_entry(d, order, d.position_of(order))
        if moved or (total > order.quantity and is_ours):
            d.ask_replace(order, total, limit, stop, "bracket")
        return
    # The venue reduces the members of a group itself when one of them fills; only targets are
    # re-shared by us, and growth (an entry that went on filling) is ours to ask for. Without a group all
    # of it is ours to ask for (X39).
    is_ours = is_settled or leg.kind is LegKind.TARGET or not order.group or total >= order.quantity
    if moved or (total != order.quantity and is_ours):
        d.ask_replace(order, total, limit, stop, "bracket")


def _place(d: Deciding, position: Position, leg: Leg, group: str) -> Approved[Order]:
    assert position.bracket is not None
    is_attached = position.bracket.guard is Guard.ATTACHED
    more: dict[str, Any] = {"group": group, "tag": position.tag, "attached": is_attached}
    match leg.kind:
        case LegKind.TARGET:
            kind = OrderType.LIMIT
            more |= {"limit_price": leg.price, "leg": int(leg.name.removeprefix("tp"))}
        case LegKind.STOP:
            kind = OrderType.STOP_LIMIT if _was_refused(d, leg) else OrderType.STOP
            limit = limit_behind(d.instrument_of(position), leg.price, exit_side(position))
            more |= {"stop_price": leg.price, "limit_price": limit if kind is OrderType.STOP_LIMIT else None}
        case _:
            kind = OrderType.TRAILING_STOP
            more |= {
                "trail_distance": leg.trail_distance,
                "trail_percent": leg.trail_percent,
                "activation_price": leg.activation_price,
            }
    order = d.new_order(position, ROLES[leg.kind], exit_side(position), kind, leg.quantity, **more)
    return d.intend(order, leg.name)


def _was_refused(d: Deciding, leg: Leg) -> bool:
    """Whether the venue did not take the leg's plain stop: then it is tried as a stop-limit (X34)."""
    order = d.book.order(leg.order_id) if leg.order_id else None
    if order is None or order.status is not OrderStatus.REJECTED or order.type is not OrderType.STOP:
        return False
    if order.attached:
        return False  # that it hangs on the position is what was refused, so far
    # What was too little, too much at once, or passed where it stood is nothing against stops as such.
    was_elsewhere = order.refusal == STOP_PASSED and order.stop_price != leg.price
    return order.refusal not in (THROTTLED, NOT_FREE, *TOO_SMALL) and not was_elsewhere


def stands_surely(book: Book, leg: Leg) -> bool:
    """Whether nothing but the venue is needed for this leg. Of one in doubt nobody knows, a stop-limit may be
    jumped over, one without an order is not there, and of one that has filled as much as it is known to stand
    for perhaps nothing is left: such stops are watched by the desk as well."""
    order = book.order(leg.order_id) if leg.order_id else None
    if order is None or not order.is_open or not order.remaining:
        return False
    return order.status is not OrderStatus.IN_DOUBT and order.type is not OrderType.STOP_LIMIT


def exit_now(
    d: Deciding,
    position: Position,
    role: Role,
    cause: str,
    most: Decimal | None = None,
    *,
    at_least: Price | None = None,
) -> bool:
    """Send an exit at once for what is held (at most `most`): at market, within a collar behind a jump, or
    for no worse a price than `at_least`.

    Under a venue-enforced group the exit joins the group; where nothing binds orders together it takes only
    what no other exit has spoken for. Returns whether an order went out.
    """
    position = d.position(position)
    if d.cannot_leave(position):
        return False
    bracket = position.bracket
    grouped = bracket is not None and bracket.guard in GROUPED
    free = unspoken(d, position) if is_enforced(position) else d.free_to_exit(position)
    quantity = Quantity(min(free, most) if most is not None else free)
    if quantity <= 0:
        return False
    terms = terms_of(d, position, cause) if at_least is None else or_better(at_least)
    if terms is None:
        return False
    leg = int(cause[2:]) if cause.startswith("tp") and cause[2:].isdigit() else 0
    order = d.new_order(
        position,
        role,
        exit_side(position),
        terms[0],
        quantity,
        group=bracket.group if grouped and bracket else "",
        leg=leg,
        tag=position.tag,
        **terms[1],
    )
    d.then(fx.Submit(position.account, (d.intend(order, cause),)))
    return True


def unspoken(d: Deciding, position: Position) -> Quantity:
    """Where the venue enforces it, resting exits do not count, but market exits that are on their way do."""
    leaving = (o for o in d.exits_in_flight(position) if o.leaves_now and reduces(o, position))
    return Quantity(max(d.in_lots(position) - sum((o.remaining for o in leaving), ZERO), ZERO))


def check_cover(d: Deciding, position: Position, *, is_room_over: bool = False) -> None:
    """Note when a position that should have a stop has none standing, and when it has one again.
    `is_room_over`: a swap that makes room for an exit has had the time in which it counts as guarded."""
    position = d.position(position)
    if not position.is_open or not position.plan.wants_stop or d.is_dust(position):
        return
    if position.swap is not None and position.uncovered_since is None and not is_room_over:
        return
    covered = _is_covered(d, position)
    if covered and position.uncovered_since is not None:
        seconds = seconds_between(position.uncovered_since, d.now)
        d.emit(ev.PositionCovered(position.account, position.position_id, seconds, d.now))
    elif not covered and (position.uncovered_since is None or position.uncovered_since > d.now):
        # In the future: the clock was set back, and from now on the time is known again.
        d.emit(ev.PositionUncovered(position.account, position.position_id, "no stop stands", d.now))


def lacks_stop(d: Deciding, position: Position) -> bool:
    """Whether its plan has a stop and none stands."""
    return position.is_open and position.plan.wants_stop and not _is_covered(d, position)


def _is_covered(d: Deciding, position: Position) -> bool:
    bracket = position.bracket
    if bracket is None:
        return False
    # A trail that waits for its activation price protects nothing yet.
    stops = [
        leg
        for leg in bracket.legs
        if (leg.kind is LegKind.STOP and position.gap is None)
        or (leg.kind is LegKind.TRAIL and leg.activation_price is None)
    ]
    resting = [leg for leg in stops if bracket.rests(leg)]
    if not resting:
        return bool(stops)
    standing = (OrderStatus.WORKING, OrderStatus.PARTIAL)
    leaving = ZERO if is_enforced(position) else _leaving(d, position)
    for leg in resting:
        served = d.book.order(leg.order_id) if leg.order_id else None
        if not served or served.status not in standing:
            continue
        if served.attached or served.remaining + leaving >= d.in_lots(position):
            return True
        if is_sized_by_entry(d, served, position):
            return True
    return False


def _leaving(d: Deciding, position: Position) -> Decimal:
    """What market exits that the venue has are taking out."""
    exits = (o for o in d.exits_in_flight(position) if o.leaves_now)
    return sum((o.remaining for o in exits), ZERO)
