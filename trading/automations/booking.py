"""Fills into lots and statistics: what is held, what it has cost, what a round trip has brought."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.event import OrderFilled
from trading.automations.state import BotOrder, BotState, Lot, OrderKind, Statistic, with_fee
from trading.domain.money import ZERO, rounded_nearest
from trading.domain.order import Side

_SHARE_STEP = Decimal("1e-12")
"""Shares of a cost are rounded to it; the rest keeps the remainder, so that nothing is lost."""


class Booked(Struct, frozen=True):
    """What a fill did: the new state, round trips that it ended, and units that it traded beyond all that
    was held."""

    state: BotState
    trips: tuple[Decimal, ...]
    beyond: Decimal


def covered(state: BotState, order: BotOrder) -> Decimal:
    """How much of what is known to be held an exit's fill can close."""
    if order.kind is OrderKind.GUARD:
        return abs(state.held)
    return sum(
        (abs(lot.quantity) for lot in state.lots.values() if lot.quantity * order.side.sign < ZERO), ZERO
    )


def booked(state: BotState, order: BotOrder, fill: OrderFilled) -> Booked:
    """The fill of an order of this bot, which was not booked before."""
    was_flat = state.is_flat
    lots = dict(state.lots)
    statistic = replace(
        state.statistic, fees=state.statistic.fees + fill.fee, fills=state.statistic.fills + 1
    )
    trips: list[Decimal] = []
    beyond = ZERO
    dust, dust_cost = state.dust, state.dust_cost
    if order.opens:
        lots[order.lot] = _opened(state, lots.get(order.lot, Lot()), order, fill)
    else:
        # A guard closes whatever is held, on whichever side that is.
        held = state.held
        sign = order.side.sign if order.kind is not OrderKind.GUARD else (-1 if held > ZERO else 1)
        left: Decimal = fill.quantity
        fee_left = fill.fee
        # What its own part holds first; when a closing told earlier has taken that, what the others hold.
        for name in sorted(lots, key=lambda one: one != order.lot):
            lot = lots.get(name, Lot())
            if left <= ZERO or lot.quantity * sign >= ZERO:
                continue
            part = min(left, abs(lot.quantity))
            fee = fee_left if part == left else rounded_nearest(fee_left * part / left, _SHARE_STEP)
            after, gain = _closed(state, lot, part, fill.price, fee)
            left, fee_left = left - part, fee_left - fee
            statistic = replace(statistic, realised=statistic.realised + gain)
            lots[name] = after
            if abs(after.quantity) < state.instrument.lot_size:
                trips.append(after.realised)
                statistic = _counted(statistic, after.realised)
                dust, dust_cost = dust + after.quantity, dust_cost + after.cost + after.fee
                del lots[name]
        beyond = left
    statistic = _timed(statistic, was_flat, not lots, fill.at)
    state = replace(state, lots=lots, statistic=statistic, dust=dust, dust_cost=dust_cost)
    return Booked(state, tuple(trips), beyond)


def _opened(state: BotState, lot: Lot, order: BotOrder, fill: OrderFilled) -> Lot:
    notional = state.instrument.notional(fill.price, fill.quantity).value
    price = fill.price if order.limit is None else min(fill.price, order.limit)
    reserved, fee = state.charge(price, fill.quantity), fill.fee
    if order.side is Side.SELL:
        fee = min(fee, with_fee(reserved, state.fee_percent) - reserved)
    return replace(
        lot,
        quantity=lot.quantity + order.side.sign * (fill.quantity - fill.fee_base),
        cost=lot.cost + notional,
        fee=lot.fee + fill.fee,
        reserved=lot.reserved + reserved,
        reserved_fee=lot.reserved_fee + fee,
    )


def _closed(
    state: BotState, lot: Lot, part: Decimal, price: Decimal, fee_now: Decimal
) -> tuple[Lot, Decimal]:
    """The lot without `part` of it, and what that part has brought after all fees."""
    whole = abs(lot.quantity)
    cost, fee, reserved, reserved_fee = (
        sum_ if part == whole else rounded_nearest(sum_ * part / whole, _SHARE_STEP)
        for sum_ in (lot.cost, lot.fee, lot.reserved, lot.reserved_fee)
    )
    worth = state.instrument.notional(price, part).value
    sign = 1 if lot.quantity > ZERO else -1
    gain = sign * (worth - cost) - fee - fee_now
    after = Lot(
        quantity=lot.quantity - sign * part,
        cost=lot.cost - cost,
        fee=lot.fee - fee,
        reserved=lot.reserved - reserved,
        reserved_fee=lot.reserved_fee - reserved_fee,
        realised=lot.realised + gain,
    )
    return after, gain


def _counted(statistic: Statistic, gain: Decimal) -> Statistic:
    won = gain > ZERO
    return replace(
        statistic,
        round_trips=statistic.round_trips + 1,
        wins=statistic.wins + won,
        losses_in_row=0 if won else statistic.losses_in_row + 1,
        best=gain if statistic.best is None else max(statistic.best, gain),
        worst=gain if statistic.worst is None else min(statistic.worst, gain),
    )


def _timed(statistic: Statistic, was_flat: bool, is_flat: bool, at: datetime) -> Statistic:
    if was_flat and not is_flat:
        return replace(statistic, held_since=at)
    if is_flat and statistic.held_since is not None:
        spent = max(at - statistic.held_since, at - at)
        return replace(
            statistic, held_since=None, held_ms=statistic.held_ms + int(spent.total_seconds() * 1000)
        )
    return statistic


def netted(state: BotState) -> BotState:
    """Lots that together hold nothing, long ones against short ones: over, at what they have cost."""
    gain = sum(
        ((-lot.cost if lot.quantity > ZERO else lot.cost) - lot.fee for lot in state.lots.values()), ZERO
    )
    trip = gain + sum((lot.realised for lot in state.lots.values()), ZERO)
    at = state.seen_at or state.began_at
    counted = _counted(replace(state.statistic, realised=state.statistic.realised + gain), trip)
    return replace(state, lots={}, statistic=_timed(counted, False, True, at))
