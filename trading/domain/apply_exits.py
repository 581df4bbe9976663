"""What the events about a position's exits do to it. Total and choiceless, like `apply`."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from trading.domain.events_exits import (
    BracketSet,
    DustGone,
    ExitEvent,
    GapFound,
    GapReminded,
    GapSettled,
    PlanSet,
    PositionCovered,
    PositionDust,
    PositionUncovered,
    PullSettled,
    StopMissing,
    StopPulled,
    SwapBegun,
    SwapEnded,
    TrailMoved,
)
from trading.domain.exits import GapPolicy
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO, Price
from trading.domain.order import NOTHING_LEFT, STOP_PASSED, Order, Role
from trading.domain.position import Bracket, Dust, Gap, Leg, Position, Pulled, Swap, Vain


def after_exits(position: Position, event: ExitEvent) -> Position:
    """The position after `event`."""
    match event:
        case PlanSet():
            out_at = position.out_at if event.plan.stop == position.plan.stop else None
            after = replace(position, plan=event.plan, atr=event.atr or position.atr, out_at=out_at)
            if event.plan.wants_stop:
                return after
            return bare_no_more(after, event.at)
        case BracketSet():
            stop = position.stop_at_entry or event.bracket.stop_price
            out_at = _out_at(position, event.bracket)
            jumped = _jumped(position, event.bracket)
            return replace(position, bracket=event.bracket, stop_at_entry=stop, out_at=out_at, jumped=jumped)
        case TrailMoved():
            assert position.bracket is not None
            bracket = replace(position.bracket, best_price=event.best_price)
            return replace(position, bracket=_with_trail(bracket, event))
        case PositionUncovered():
            since = min(position.uncovered_since or event.at, event.at)
            return replace(
                position, uncovered_since=since, bare_from=min(position.bare_from or since, event.at)
            )
        case PositionCovered():
            return bare_no_more(position, event.at)
        case StopMissing():
            return replace(position, is_given_up=True)
        case SwapBegun():
            swap = Swap(event.cancels, event.role, event.cause, event.quantity, event.at)
            return replace(position, swap=swap)
        case SwapEnded():
            return replace(position, swap=None)
        case PositionDust():
            return replace(bare_no_more(position, event.at), dust=Dust(event.worth, event.at))
        case DustGone():
            return replace(position, dust=None)
        case GapFound() | GapReminded() | GapSettled() | StopPulled() | PullSettled():
            return _asked(position, event)
        case _:
            return position  # told to people and kept for `/why`


def _asked(
    position: Position, event: GapFound | GapReminded | GapSettled | StopPulled | PullSettled
) -> Position:
    """A person is asked about the stop, or the question is over. Whoever was asked had their time; the stop
    that comes back then has its own."""
    anew = event.at if position.uncovered_since is not None else None
    match event:
        case StopPulled():
            return replace(position, pulled=Pulled(event.legs, event.at, event.until))
        case PullSettled():
            return replace(position, pulled=None, bare_from=anew)
        case GapFound() if event.policy is GapPolicy.ASK:
            return replace(position, gap=Gap(event.stop, event.price, event.at, event.remind_at))
        case GapFound() if event.policy in (GapPolicy.EXIT, GapPolicy.LIMIT):
            return replace(position, jumped=event.stop)
        case GapReminded() if position.gap is not None:
            told = replace(position.gap, remind_at=event.remind_at, reminders=position.gap.reminders + 1)
            return replace(position, gap=told)
        case GapSettled():
            # Where it stands now: a fill may have moved it since the price had jumped over it.
            stop = position.bracket.stop_price if position.bracket is not None else None
            is_out = position.gap is not None and event.outcome == "exit"
            return replace(position, gap=None, bare_from=anew, out_at=stop if is_out else None)
        case _:
            return position


def bare_no_more(position: Position, at: datetime) -> Position:
    """The position whose gap ended at `at`, if there was one, with its time added up."""
    since = position.uncovered_since
    lasted_s = max(seconds_between(since, at), ZERO) if since is not None else ZERO
    return replace(
        position,
        unprotected_s=position.unprotected_s + lasted_s,
        uncovered_since=None,
        bare_from=None,
        is_given_up=False,
    )


def with_exit(position: Position, sent: Order | None, order: Order) -> Position:
    """The position whose swap's exit is `order`: its first (`sent` is None), or the wider one after a collar
    was too narrow."""
    swap = position.swap
    if swap is None or order.is_entry or not order.leaves_now:
        return position
    goes_on = sent is not None and sent.collar is not None and not sent.is_open and sent.role is order.role
    return replace(position, swap=replace(swap, exit_id=order.order_id)) if not sent or goes_on else position


def with_refusal(position: Position, order: Order, at: datetime) -> Position:
    """The position one of whose orders was refused at `at`: of a stop it may say that the price lies beyond
    it, of any exit that nothing is there."""
    if order.refusal == NOTHING_LEFT and not order.is_entry:
        return replace(position, vain=_vain(position, order, at))
    if order.role is not Role.STOP or order.refusal != STOP_PASSED:
        return position
    bracket = position.bracket
    leg = bracket.leg("sl") if bracket is not None else None
    # What it stood for may have moved while it was on its way: the price is beyond that, too, or it is sent.
    is_mine = leg is not None and leg.order_id == order.order_id
    return replace(position, jumped=leg.price if leg is not None and is_mine else order.stop_price)


def _vain(position: Position, order: Order, at: datetime) -> Vain:
    """One try more in vain. What was under way already when the one before was refused is no new try."""
    known = position.vain
    if known is None or known.quantity != position.quantity or at < known.at:
        return Vain(position.quantity, at)
    is_new = order.intended_at is None or order.intended_at >= known.at
    return Vain(position.quantity, at, known.times + is_new)


def _out_at(position: Position, bracket: Bracket) -> Price | None:
    """Who has said exit about a stop means it wherever what was filled since moves it. Break-even makes
    another stop of it."""
    before = position.bracket
    if position.out_at is None or before is None or before.stop_price != position.out_at:
        return position.out_at
    return bracket.stop_price if bracket.is_break_even == before.is_break_even else position.out_at


def _jumped(position: Position, bracket: Bracket) -> Price | None:
    """A stop that has moved away is another one, also where it comes back to that price later."""
    before = position.bracket.stop_price if position.bracket is not None else None
    has_left = before == position.jumped and bracket.stop_price != position.jumped
    return None if has_left else position.jumped


def _with_trail(bracket: Bracket, event: TrailMoved) -> Bracket:
    def moved(leg: Leg) -> Leg:
        return replace(leg, price=event.stop_price) if leg.name == "trail" else leg

    return replace(bracket, legs=tuple(moved(leg) for leg in bracket.legs))
