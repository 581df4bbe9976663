"""A leg that nobody here asked to end is gone: the venue did it by itself (X35), or another hand (X36)."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import sync
from trading.domain.exits import BreakEven, ExitPlan
from trading.domain.ids import PersonId
from trading.domain.order import Order, Role
from trading.domain.position import Bracket, Guard, LegKind, Position
from trading.domain.request import RequestKind

ANSWER_WITHIN = timedelta(seconds=60)
"""How long a person may think about a stop that another hand has ended (X36)."""

WANTED_AT_LEAST = timedelta(seconds=10)
"""A venue that ends a leg sooner than that after it was sent does not want it: placing it again and again
would only flicker."""

NOBODY = PersonId("")


def lost(d: Deciding, position: Position, order: Order, reason: str) -> None:
    """See to a leg that has ended without our asking. A stop that a hand has ended is never simply placed
    again, and a target that it has ended is not wanted any more (RULINGS 17)."""
    if order.request(RequestKind.CANCEL) is not None:
        sync(d, position, "resize")  # a cancel of ours that was called failed was carried out after all
    elif reason in ("requested", "unsaid") and order.role is not Role.TARGET:
        _ask(d, position, order)
    elif reason == "requested":
        forget_leg(d, position, leg_name(order), "hand")
        sync(d, position, "resize")
    elif order.intended_at is not None and timedelta() <= d.now - order.intended_at < WANTED_AT_LEAST:
        watch_ourselves(d, position)
    else:
        sync(d, position, "resize")


def watch_ourselves(d: Deciding, position: Position) -> None:
    """The venue does not hold a leg (any more): from now on we watch all of them (X34, X35)."""
    sync(d, position, "venue_refused", guard=Guard.BOT)


def _ask(d: Deciding, position: Position, order: Order) -> None:
    """Ask whether it comes back; from now on the desk watches its level."""
    before = position.pulled.legs if position.pulled is not None else ()
    name = leg_name(order)
    legs = before if name in before else (*before, name)
    event = ev.StopPulled(
        position.account, position.position_id, order.order_id, legs, d.now + ANSWER_WITHIN, d.now
    )
    d.emit(event)
    sync(d, position, "resize")


def forget_leg(d: Deciding, position: Position, name: str, cause: str) -> None:
    """A leg is not wanted any more: the plan is written down without it."""
    position = d.position(position)
    bracket = position.bracket
    plan = _without(position.plan, name, bracket)
    d.emit(ev.PlanSet(position.account, position.position_id, plan, None, cause, d.now))
    if bracket is not None and bracket.leg(name) in bracket.targets:
        # The others have new numbers, and are placed anew. What break-even has done stays done.
        others = tuple(leg for leg in bracket.legs if leg.kind is not LegKind.TARGET)
        event = ev.BracketSet(
            position.account, position.position_id, replace(bracket, legs=others), "resize", d.now
        )
        d.emit(event)


def _without(plan: ExitPlan, name: str, bracket: Bracket | None) -> ExitPlan:
    match name:
        case "sl":
            return replace(plan, stop=None, break_even=None)
        case "trail":
            return replace(plan, trail=None)
        case _:
            done = {leg.name for leg in bracket.targets if leg.is_done} if bracket is not None else set()
            # Those that have filled leave with it: what is left is counted anew, and must not come back.
            gone = [n for n in range(1, len(plan.targets) + 1) if f"tp{n}" in {*done, name}]
            kept = tuple(t for n, t in enumerate(plan.targets, start=1) if n not in gone)
            is_over = bracket is not None and bracket.is_break_even
            even = None if is_over or not kept else plan.break_even
            if even is not None and even.after_target:
                before = sum(1 for n in gone if n < even.after_target)
                even = BreakEven(min(even.after_target - before, len(kept)))
            return replace(plan, targets=kept, break_even=even)


def look_at_pulled(d: Deciding, report: rp.TimeCame) -> None:
    """A timer rang."""
    position = d.book.position(report.position_id) if report.position_id else None
    if position is not None:
        go_back_when_due(d, position)


def go_back_when_due(d: Deciding, position: Position) -> None:
    """Nobody has answered in time: the plan says that there is a stop, so it is placed again. A question that
    lies ahead was asked before the clock was set back: nobody knows how long ago."""
    position = d.position(position)
    pulled = position.pulled
    if pulled is not None and position.is_open and not pulled.asked_at <= d.now < pulled.until:
        _settle(d, position, "back", NOBODY)
        sync(d, position, "resize")


def said_anew(d: Deciding, position: Position, person: PersonId) -> None:
    """A person has said other exits: that is an answer, too."""
    if position.pulled is not None:
        _settle(d, position, "changed", person)


def answer_guard(d: Deciding, command: cm.AnswerGuard) -> None:
    """Do what the person says about what guards a position."""
    position = d.book.position(command.position_id)
    if position is None or position.account != command.account or position.pulled is None:
        symbol = command.symbol
        text = f"Nothing is asked (any more) about what guards {symbol}: /position {symbol} shows it."
        refusal = ev.Refusal("nothing_asked", text, "choice", command.choice)
        d.deny(command.account, command.command_id, "guard", symbol, refusal)
        return
    if command.choice == "leave":
        _settle(d, position, "left", command.person)
        for name in position.pulled.legs:
            forget_leg(d, position, name, command.command_id)
    else:
        _settle(d, position, "back", command.person)
    sync(d, position, "resize")
    d.facts = {"position_id": position.position_id, "choice": command.choice}


def _settle(d: Deciding, position: Position, outcome: str, by: PersonId) -> None:
    assert position.pulled is not None
    event = ev.PullSettled(position.account, position.position_id, position.pulled.legs, outcome, by, d.now)
    d.emit(event)
