"""Entries that carry their exits at the paper venue: how they are taken, when the exits wake and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from trading.brokers.paper_checks import Problem
from trading.brokers.paper_records import Changed, Ended, Working
from trading.brokers.paper_state import VenueState
from trading.domain.money import Quantity, rounded_down
from trading.domain.order import Order, OrderType
from trading.ports import VenueProfile

EXITS = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.LIMIT)


def shape_problem(orders: Sequence[Order], profile: VenueProfile) -> Problem | None:
    """What is wrong with the members of a bracket as a whole: an entry, and for all of it at most one exit
    at a stop and one at a limit."""
    children = [one for one in orders if one.parent]
    if not children:
        return None
    if not profile.bracket_trigger:
        return Problem("not_supported", "This venue takes no entry with its exits; send them when it fills.")
    entry = orders[0]
    kinds = [one.type for one in children]
    fits = all(
        one.parent == entry.client_order_id
        and one.side is entry.side.opposite
        and one.symbol == entry.symbol
        and one.quantity == entry.quantity
        and one.type in EXITS
        for one in children
    )
    limits = kinds.count(OrderType.LIMIT)
    if not fits or len(children) != len(orders) - 1 or limits > 1 or len(kinds) - limits > 1:
        return Problem("group", "A bracket is an entry with one stop and one target at most, for all of it.")
    return None


def woken(state: VenueState, entry: Working, part: Quantity, at: datetime) -> list[Changed]:
    """The exits that wake or grow when `part` more of their entry fills."""
    total = entry.filled + part
    if state.wakes_whole and total < entry.quantity:
        return []
    return [
        Changed(
            one.cid,
            Quantity(total if one.is_asleep else one.quantity + part),
            one.limit_price,
            one.stop_price,
            "bracket",
            at,
        )
        for one in _exits_of(state, entry)
    ]


def sleeping(state: VenueState, entry: Working) -> list[Working]:
    """The exits that an entry has not woken yet."""
    return [one for one in _exits_of(state, entry) if one.is_asleep]


def dropped(state: VenueState, entry: Working, at: datetime) -> list[Ended]:
    """The exits that end with their entry: those that it has not woken."""
    return [Ended(one.cid, "canceled", "parent", at) for one in sleeping(state, entry)]


def room_for(state: VenueState, work: Working) -> Decimal:
    """What a reducing order may still close: of an exit that came with its entry whole lots, also where a fee
    in units has left less than that entry bought."""
    held = state.purse.closable(work.order.symbol, work.is_buy)
    return rounded_down(held, work.instrument.lot_size) if work.order.parent else held


def _exits_of(state: VenueState, entry: Working) -> list[Working]:
    found = (state.open.get(cid) for cid in state.brackets.get(entry.cid, ()))
    return [one for one in found if one is not None]
