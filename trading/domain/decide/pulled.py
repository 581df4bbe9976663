"""A leg that nobody here asked to end is gone: the venue did it by itself (X35), or another hand (X36)."""

from __future__ import annotations

from datetime import timedelta

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.forget import forget_leg
from trading.domain.decide.gaps import (
    GAP_CHOICES,
    answer_gap,
    is_beyond,
    remind,
    settle_gap,
)
from trading.domain.decide.legs import sync
from trading.domain.decide.waiting import ANSWER_WITHIN
from trading.domain.ids import PersonId
from trading.domain.ladder import guard_of
from trading.domain.order import Order, Role
from trading.domain.position import Guard, Position

WANTED_AT_LEAST = timedelta(seconds=10)
"""A venue that ends a leg sooner than that after it was sent does not want it: placing it again and again
would only flicker."""

NOBODY = PersonId("")


def lost(d: Deciding, position: Position, order: Order, reason: str) -> None:
    """See to a leg that has ended without our asking. A stop that a hand has ended is never simply placed
    again, and a target that it has ended is not wanted any more (RULINGS 17)."""
    if order.was_to_end:
        sync(d, position, "resize")  # a cancel of ours that was called failed was carried out after all
    elif reason in ("requested", "unsaid") and order.role is not Role.TARGET:
        _ask(d, position, order)
    elif reason == "requested":
        forget_leg(d, position, leg_name(order), "hand")
        sync(d, position, "resize")
    elif order.intended_at is not None and timedelta() <= d.now - order.intended_at < WANTED_AT_LEAST:
        not_held(d, position, order)
    else:
        sync(d, position, "resize")


def watch_ourselves(d: Deciding, position: Position) -> None:
    """The venue does not hold a leg (any more): from now on we watch all of them (X34, X35)."""
    sync(d, position, "venue_refused", guard=Guard.BOT)


def not_held(d: Deciding, position: Position, order: Order) -> None:
    """The venue does not hold a leg (any more). Where it should have hung on the position the next rung is
    tried, with orders of its own; otherwise we watch."""
    position = d.position(position)
    if not order.attached:
        watch_ourselves(d, position)
    elif position.bracket is not None and position.bracket.guard is Guard.ATTACHED:
        support = d.account(position.account).exits
        sync(d, position, "venue_refused", guard=guard_of(support, position.plan, Guard.ATTACHED))
    else:
        sync(d, position, "resize")  # that rung was left meanwhile


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


def look_at_pulled(d: Deciding, report: rp.TimeCame) -> None:
    """A timer rang."""
    position = d.book.position(report.position_id) if report.position_id else None
    if position is not None:
        go_back_when_due(d, position)
        remind(d, position)


def go_back_when_due(d: Deciding, position: Position) -> None:
    """Nobody has answered in time: the plan says that there is a stop, so it is placed again. A question that
    lies ahead was asked before the clock was set back: nobody knows how long ago."""
    position = d.position(position)
    pulled = position.pulled
    if pulled is not None and position.is_open and not pulled.asked_at <= d.now < pulled.until:
        _settle(d, position, "back", NOBODY)
        sync(d, position, "resize")


def said_anew(d: Deciding, position: Position, person: PersonId, *, is_stop: bool) -> None:
    """A person has said other exits: that is an answer, too. Another trail (not `is_stop`) says nothing of a
    stop that was jumped over: it would be asked about again at the next price."""
    if position.pulled is not None:
        _settle(d, position, "changed", person)
    if position.gap is not None and is_stop:
        settle_gap(d, position, "changed", person)


def answer_guard(d: Deciding, command: cm.AnswerGuard) -> None:
    """Do what the person says about what guards a position."""
    position = d.book.position(command.position_id)
    ours = position if position is not None and position.account == command.account else None
    refusal = _unasked(d, ours, command)
    if refusal is not None or ours is None:
        d.deny(command.account, command.command_id, "guard", command.symbol, *((refusal,) if refusal else ()))
        return
    if ours.gap is not None:
        answer_gap(d, ours, command)
    elif command.choice == "leave":
        assert ours.pulled is not None
        _settle(d, ours, "left", command.person)
        for name in ours.pulled.legs:
            forget_leg(d, ours, name, command.command_id)
        sync(d, ours, "resize")
    else:
        _settle(d, ours, "back", command.person)
        sync(d, ours, "resize")
    d.facts = {"position_id": ours.position_id, "choice": command.choice}


def _unasked(d: Deciding, position: Position | None, command: cm.AnswerGuard) -> ev.Refusal | None:
    """Why this is no answer to what is asked."""
    symbol, choice = command.symbol, command.choice
    if position is not None and position.gap is not None and choice in GAP_CHOICES:
        if choice == "leave" or is_beyond(d, position) is not None:
            return None
        text = f"There is no price of {symbol} to act on: try again when /price {symbol} shows one."
        return ev.Refusal("no_price", text, "symbol", symbol)
    is_pulled = position is not None and position.gap is None and position.pulled is not None
    if is_pulled and choice in ("back", "leave"):
        return None
    text = f"Nothing is asked (any more) about what guards {symbol}: /position {symbol} shows it."
    return ev.Refusal("nothing_asked", text, "choice", choice)


def _settle(d: Deciding, position: Position, outcome: str, by: PersonId) -> None:
    assert position.pulled is not None
    event = ev.PullSettled(position.account, position.position_id, position.pulled.legs, outcome, by, d.now)
    d.emit(event)
