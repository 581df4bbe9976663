"""Adding to a position: the exits that an addition brings, and what they would be for all of it."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.bracket import entry_price_of
from trading.domain.decide.deciding import Deciding
from trading.domain.exits import ExitPlan
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order
from trading.domain.position import LegKind, Position
from trading.domain.sizing import level_price


def merged_plan(old: ExitPlan, new: ExitPlan) -> ExitPlan:
    """Exits given with an addition replace those of the position part by part; the rest stays."""
    return ExitPlan(
        targets=new.targets or old.targets,
        stop=new.stop or old.stop,
        trail=new.trail or old.trail,
        break_even=new.break_even or (old.break_even if not new.targets else None),
        exit_at=new.exit_at or old.exit_at,
        gap=new.gap or old.gap,
    )


def sketch_of_addition(
    held: Position, command: cm.OpenPosition, plan: ExitPlan, quantity: Quantity, price: Price
) -> Position:
    """What is held, as it would be after this order's fill at the expected price."""
    instrument = command.seen.instrument
    sign = 1 if command.is_long else -1
    before, exits = held.bracket, command.exits
    if before is not None and (exits.targets or plan.stop is not None):
        before = replace(
            before,
            legs=() if exits.targets else before.legs,
            is_break_even=before.is_break_even and exits.stop is None and not exits.targets,
            risk_per_unit=None if plan.stop is not None else before.risk_per_unit,
        )
    return replace(
        held,
        quantity=Quantity(held.quantity + sign * quantity),
        cost=held.cost + sign * instrument.notional(price, quantity).value,
        plan=plan,
        bracket=before,
        atr=command.seen.atr or held.atr,
    )


def check_addition(
    held: Position, command: cm.OpenPosition, quantity: Quantity, price: Price
) -> list[ev.Refusal]:
    """Exits given with an addition guard all of it, counted from the average: one that lies on the wrong
    side of the addition's own price would close everything the moment it fills."""
    instrument, exits = command.seen.instrument, command.exits
    is_long, atr = command.is_long, command.seen.atr or held.atr
    sketch = sketch_of_addition(held, command, exits, quantity, price)
    entry = entry_price_of(sketch, instrument)
    found: list[ev.Refusal] = []
    risk = held.bracket.risk_per_unit if held.bracket else None
    if exits.stop is not None:
        stop = level_price(exits.stop, entry, instrument, up=not is_long, atr=atr, risk_per_unit=None)
        if isinstance(stop, ev.Refusal):
            return [stop]
        risk = abs(entry - stop)
        if (stop >= price) if is_long else (stop <= price):
            found.append(_beyond_addition("stop", "sl", stop, price, entry, held, instrument))
    for target in exits.targets:
        level = level_price(target.level, entry, instrument, up=is_long, atr=atr, risk_per_unit=risk)
        if isinstance(level, ev.Refusal):
            found.append(level)
        elif (level <= price) if is_long else (level >= price):
            found.append(_beyond_addition("take profit", "tp", level, price, entry, held, instrument))
    return found


def stop_before(held: Position, limit: Price) -> Price | None:
    """The stop of what is held that the market reaches before it reaches a limit that waits: it would
    close the position, and the addition would go with it. None when the addition comes first."""
    stops = [
        leg.price
        for leg in (held.bracket.legs if held.bracket else ())
        if leg.price is not None
        and (leg.kind is LegKind.STOP or (leg.kind is LegKind.TRAIL and leg.activation_price is None))
    ]
    if not stops:
        return None
    stop = max(stops) if held.is_long else min(stops)
    return stop if ((stop >= limit) if held.is_long else (stop <= limit)) else None


def _beyond_addition(
    word: str, field: str, level: Price, price: Price, entry: Decimal, held: Position, instrument: Instrument
) -> ev.Refusal:
    side = "below" if held.is_long is (field == "sl") else "above"
    code = "stop_wrong_side" if field == "sl" else "target_wrong_side"
    text = (
        f"This order makes your average {plain(instrument.price_nearest(entry))}, and a {word} counted "
        f"from there is {plain(level)}: not {side} this order's price, {plain(price)}, so all of it would "
        f"go at once. Give {field} as a price {side} {plain(price)}, or leave it out."
    )
    return ev.Refusal(code, text, field, plain(level))


def promised_by(d: Deciding, order: Order) -> ExitPlan:
    """Take over the exits that an addition brought with it. Not before it fills: an addition that waits
    must not loosen what guards the position today."""
    if order.exits is None or order.filled:
        return ExitPlan()
    position = d.position_of(order)
    plan = merged_plan(position.plan, order.exits)
    if plan != position.plan:
        cause = order.command_id
        d.emit(ev.PlanSet(order.account, order.position_id, plan, order.exits_atr, cause, d.now))
    return order.exits
