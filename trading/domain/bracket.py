"""From the exits that a person wants to legs with prices and quantities, anchored at the entry's fills."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from trading.domain.events import Refusal
from trading.domain.exits import ExitPlan, LevelKind
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price, Quantity, percent_of
from trading.domain.order import Side
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position
from trading.domain.sizing import distance_of, level_price, shares_of
from trading.domain.trailing import stop_behind


def entry_price_of(position: Position, instrument: Instrument) -> Decimal:
    """The average price of what is held, unsigned: what percents and R are counted from."""
    assert position.quantity
    return position.cost / (position.quantity * instrument.multiplier)


def build(
    position: Position,
    instrument: Instrument,
    guard: Guard,
    *,
    keep_progress: bool,
    recounts: bool = False,
    keeps_stop: bool = False,
) -> Bracket:
    """The bracket of an open position by its plan.

    Args:
        keep_progress: whether targets that have filled stay done and break-even stays reached (a resize),
            or everything starts anew (a new plan).
        recounts: whether 1 R is counted anew from the plan's stop, wherever break-even has moved it since.
        keeps_stop: whether the stop stays where it stands. What is left after a part has gone is carried at a
            cost that was rounded, and a stop in percent of that would move by a tick, to the worse side too.
    """
    plan = position.plan
    entry = entry_price_of(position, instrument)
    old = position.bracket
    before = old if keep_progress else None
    long = position.quantity > 0
    legs: list[Leg] = []
    stop = _stop_leg(plan, entry, instrument, long, position, before, keeps_stop)
    # Once anchored, 1 R stays what it was at the entry, wherever the stop is moved to.
    known = old.risk_per_unit if old else None
    risk = None if recounts else known
    if stop is not None:
        if plan.stop is not None:
            risk = risk or abs(entry - _planned_stop(plan, entry, instrument, long, position)) or known
        legs.append(stop)
    legs.extend(_target_legs(plan, entry, instrument, long, position, before, risk))
    trail = _trail_leg(plan, entry, instrument, long, position, old)
    if trail is not None:
        legs.append(trail)
    if plan.exit_at is not None:
        legs.append(_kept(Leg("time", LegKind.TIME, Quantity(abs(position.quantity))), before))
    break_even = plan.break_even.after_target if plan.break_even else None
    return sized(
        Bracket(
            legs=tuple(legs),
            guard=guard if legs else Guard.NONE,
            group=f"{position.position_id}/oco",
            risk_per_unit=risk,
            best_price=old.best_price if old and old.best_price else Price(entry),
            break_even_after=break_even,
            is_break_even=bool(before and before.is_break_even),
            exit_at=plan.exit_at,
        ),
        position,
        instrument,
    )


def _kept(leg: Leg, before: Bracket | None) -> Leg:
    """`leg`, still served by the order that served it before."""
    old = before.leg(leg.name) if before else None
    return replace(leg, order_id=old.order_id, is_done=old.is_done) if old else leg


def _stop_leg(
    plan: ExitPlan,
    entry: Decimal,
    instrument: Instrument,
    long: bool,
    position: Position,
    before: Bracket | None,
    keeps: bool,
) -> Leg | None:
    if plan.stop is None:
        # With a trail alone break-even sets a stop of its own, and that stays as well.
        if plan.break_even is None or before is None or not before.is_break_even:
            return None
        if before.stop_price is None:
            return None
    if before and (keeps or before.is_break_even) and before.stop_price is not None:
        price = before.stop_price
    else:
        price = _planned_stop(plan, entry, instrument, long, position)
    return _kept(Leg("sl", LegKind.STOP, Quantity(abs(position.quantity)), price), before)


def _planned_stop(
    plan: ExitPlan, entry: Decimal, instrument: Instrument, long: bool, position: Position
) -> Price:
    """Where the plan puts the stop, whatever has moved it since."""
    assert plan.stop is not None
    price = level_price(plan.stop, entry, instrument, up=not long, atr=position.atr, risk_per_unit=None)
    assert not isinstance(price, Refusal), price.sentence
    return price


def _target_legs(
    plan: ExitPlan,
    entry: Decimal,
    instrument: Instrument,
    long: bool,
    position: Position,
    before: Bracket | None,
    risk: Decimal | None,
) -> list[Leg]:
    found = []
    for number, (target, share) in enumerate(zip(plan.targets, shares_of(plan), strict=True), start=1):
        price = level_price(target.level, entry, instrument, up=long, atr=position.atr, risk_per_unit=risk)
        assert not isinstance(price, Refusal), price.sentence
        leg = Leg(f"tp{number}", LegKind.TARGET, Quantity(ZERO), price, share)
        found.append(_kept(leg, before))
    return found


def _trail_leg(
    plan: ExitPlan,
    entry: Decimal,
    instrument: Instrument,
    long: bool,
    position: Position,
    before: Bracket | None,
) -> Leg | None:
    if plan.trail is None:
        return None
    distance = distance_of(plan.trail.distance, entry, instrument, position.atr)
    assert not isinstance(distance, Refusal), distance.sentence
    activation: Price | None = None
    if plan.trail.activation is not None:
        level = plan.trail.activation
        value = (
            level.value
            if level.kind is LevelKind.PRICE
            else entry + (1 if long else -1) * percent_of(entry, level.value)
        )
        activation = instrument.price_nearest(value)
    best = before.best_price if before and before.best_price else Price(entry)
    percent = plan.trail.distance.value if plan.trail.distance.kind is LevelKind.PERCENT else None
    leg = Leg(
        "trail",
        LegKind.TRAIL,
        Quantity(abs(position.quantity)),
        trail_distance=None if percent else distance,
        trail_percent=percent,
        activation_price=activation,
    )
    return _kept(replace(leg, price=trail_stop(leg, best, instrument, long)), before)


def trail_stop(leg: Leg, best: Decimal, instrument: Instrument, long: bool) -> Price:
    """Where a trailing leg stands when the best price was `best`: a percent trail keeps its ratio."""
    return instrument.price_nearest(stop_behind(best, leg.trail_distance, leg.trail_percent, long))


def sized(bracket: Bracket, position: Position, instrument: Instrument) -> Bracket:
    """The bracket with leg quantities for what is held now.

    Stop, trail and time legs cover everything. A target that is still to come takes its share of what
    the targets before it have left; when the shares make up the whole, the last takes the remainder. What is
    held beyond whole lots (a venue has taken its fee in units, X30) no order can trade.
    """
    held = instrument.quantity_down(abs(position.quantity))
    targets = [leg for leg in bracket.legs if leg.kind is LegKind.TARGET]
    waiting = [leg for leg in targets if not leg.is_done]
    total = sum((leg.share or ZERO for leg in targets), ZERO)
    # Equal shares (33.33… %) are rounded down; what is missing to 100 is not "unassigned".
    unassigned = HUNDRED - total if HUNDRED - total > Decimal("0.001") else ZERO
    base = sum((leg.share or ZERO for leg in waiting), ZERO) + unassigned
    left: Decimal = held
    quantities: dict[str, Quantity] = {}
    for leg in waiting:
        if leg is waiting[-1] and not unassigned:
            quantity = left
        else:
            quantity = instrument.quantity_down(held * (leg.share or ZERO) / base)
        quantity = max(min(quantity, left), ZERO)
        quantities[leg.name] = Quantity(quantity)
        left -= quantity
    legs = []
    for leg in bracket.legs:
        if leg.kind is LegKind.TARGET:
            legs.append(replace(leg, quantity=quantities.get(leg.name, leg.quantity)))
        else:
            legs.append(replace(leg, quantity=held))
    return replace(bracket, legs=tuple(legs))


def at_break_even(bracket: Bracket, position: Position, instrument: Instrument) -> Bracket:
    """The stop moved to the average entry, never loosened."""
    entry = instrument.price_nearest(entry_price_of(position, instrument))
    long = position.quantity > 0
    legs = []
    found = False
    for leg in bracket.legs:
        if leg.kind is LegKind.STOP and leg.price is not None:
            found = True
            better = max(leg.price, entry) if long else min(leg.price, entry)
            legs.append(replace(leg, price=better))
        else:
            legs.append(leg)
    if not found:
        legs.insert(0, Leg("sl", LegKind.STOP, instrument.quantity_down(abs(position.quantity)), entry))
    return replace(bracket, legs=tuple(legs), is_break_even=True)


def done(bracket: Bracket, name: str) -> Bracket:
    """The bracket with one leg done."""
    legs = tuple(replace(leg, is_done=True) if leg.name == name else leg for leg in bracket.legs)
    return replace(bracket, legs=legs)


def limit_behind(instrument: Instrument, stop: Price | None, side: Side) -> Price:
    """Up to where a stop-limit may slip: the instrument's collar beyond its stop."""
    assert stop is not None, "a stop has a price"
    slip = percent_of(stop, instrument.collar_percent)
    return instrument.price_nearest(stop + slip * side.sign)
