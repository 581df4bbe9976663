"""From what a person typed to prices and quantities. Every impossibility is a Refusal with its cure."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.currency import DOLLARS
from trading.domain.events import Refusal
from trading.domain.exits import ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import HUNDRED, ZERO, Price, Quantity, percent_of, plain, rounded_down


def price_of(spec: PriceSpec, quote: Quote, instrument: Instrument, is_buy: bool) -> Price | Refusal:
    """A typed price on the tick grid; percent specs are relative to the mid of `quote`."""
    if spec.kind is PriceSpecKind.ABSOLUTE:
        value = spec.value
        if rounded_down(value, instrument.tick_size) != value:
            low, high = instrument.price_down(value), instrument.price_up(value)
            return Refusal(
                "price_off_tick",
                f"{instrument.symbol} moves in steps of {plain(instrument.tick_size)}: "
                f"type {plain(low)} or {plain(high)} instead of {plain(value)}.",
                "price",
                plain(value),
            )
    else:
        percent = spec.value
        if spec.kind is PriceSpecKind.BETTER_BY:
            percent = -abs(percent) if is_buy else abs(percent)
        value = instrument.price_nearest(quote.mid * (HUNDRED + percent) / HUNDRED)
    if value <= 0:
        text = f"That price would be {plain(value)}: type one above zero."
        return Refusal("price_not_positive", text, "price", plain(value))
    return Price(value)


def quantity_for_entry(
    size: Size,
    instrument: Instrument,
    price: Decimal,
    *,
    equity: Decimal,
    spendable: Decimal,
    stop_price: Decimal | None,
) -> Quantity | Refusal:
    """How many units an entry of `size` at `price` is; never more than asked, in whole lots.

    Args:
        price: what a unit will cost, as far as is known now (quote currency).
        equity: the account's equity in the instrument's currency.
        spendable: cash that `max` may use, fees already set aside.
        stop_price: where the stop would stand; needed for `risk`.
    """
    unit_value = price * instrument.multiplier
    match size.kind:
        case SizeKind.CONTRACTS:
            raw = size.value
        case SizeKind.BARE if instrument.is_future:
            raw = size.value
        case SizeKind.BARE | SizeKind.SPEND:
            wrong = _wrong_unit(size, instrument)
            if wrong is not None:
                return wrong
            raw = size.value / unit_value
        case SizeKind.BASE:
            raw = size.value
        case SizeKind.EQUITY | SizeKind.POSITION:
            if size.value > HUNDRED:
                return Refusal(
                    "share_above_100", "A share of equity is at most 100 %.", "size", plain(size.value)
                )
            raw = percent_of(equity, size.value) / unit_value
        case SizeKind.RISK:
            wrong = _wrong_unit(size, instrument)
            if wrong is not None:
                return wrong
            if stop_price is None or stop_price == price:
                return Refusal(
                    "risk_needs_stop",
                    "A size by risk follows from the stop: add one, for example sl 2%.",
                    "size",
                    f"risk {plain(size.value)}",
                )
            money = size.value if size.unit else percent_of(equity, size.value)
            raw = money / (abs(price - stop_price) * instrument.multiplier)
        case _:  # MAX
            raw = spendable / (unit_value * instrument.margin_fraction)
    return _whole_lots(raw, size, instrument, price)


def _wrong_unit(size: Size, instrument: Instrument) -> Refusal | None:
    unit = size.unit
    if not unit or unit in (instrument.quote, instrument.currency) or {unit, instrument.quote} <= DOLLARS:
        return None
    return Refusal(
        "wrong_currency",
        f"{instrument.symbol} is paid in {instrument.quote}, not in {unit}: type {plain(size.value)} "
        f"{instrument.quote.lower()}, or a size in {instrument.base.lower()}.",
        "size",
        f"{plain(size.value)} {unit}",
    )


def _whole_lots(raw: Decimal, size: Size, instrument: Instrument, price: Decimal) -> Quantity | Refusal:
    quantity = instrument.quantity_down(raw)
    least = max(instrument.lot_size, instrument.quantity_min)
    notional = quantity * price * instrument.multiplier
    if size.kind in (SizeKind.BASE, SizeKind.CONTRACTS) and quantity != raw:
        return Refusal(
            "size_off_lot",
            f"{instrument.symbol} trades in lots of {plain(instrument.lot_size)}: "
            f"type {plain(quantity or least)} instead of {plain(raw)}.",
            "size",
            plain(raw),
        )
    if quantity < least or notional < instrument.notional_min:
        needed = max(least * price * instrument.multiplier, instrument.notional_min)
        return Refusal(
            "too_small",
            f"That is less than the smallest order in {instrument.symbol}: {plain(least)} {instrument.base}, "
            f"about {plain(instrument.price_up(needed))} {instrument.quote}.",
            "size",
            plain(raw.quantize(Decimal("1e-12")) if raw < 1 else raw),
        )
    return quantity


def quantity_for_exit(
    size: Size, instrument: Instrument, price: Decimal, held: Decimal
) -> Quantity | Refusal:
    """How many of the `held` (unsigned) units to close: at most all of them, the last crumb included."""
    match size.kind:
        case SizeKind.MAX:
            raw = held
        case SizeKind.POSITION | SizeKind.EQUITY:
            if size.value > HUNDRED:
                return Refusal(
                    "share_above_100", "You can close at most 100 % of it.", "size", plain(size.value)
                )
            raw = percent_of(held, size.value)
        case SizeKind.BASE | SizeKind.CONTRACTS:
            raw = size.value
        case SizeKind.BARE if instrument.is_future:
            raw = size.value
        case SizeKind.BARE | SizeKind.SPEND:
            wrong = _wrong_unit(size, instrument)
            if wrong is not None:
                return wrong
            raw = size.value / (price * instrument.multiplier)
        case _:  # RISK
            return Refusal("risk_is_for_entries", "Close by share or quantity: 50%, 0.1, or nothing for all.")
    if raw >= held:
        if raw > held and size.kind in (SizeKind.BASE, SizeKind.CONTRACTS):
            return Refusal(
                "more_than_held",
                f"You hold {plain(held)} {instrument.base}: type at most that, or nothing for all of it.",
                "size",
                plain(raw),
            )
        return Quantity(held)
    quantity = instrument.quantity_down(raw)
    if quantity <= 0:
        return Refusal(
            "too_small",
            f"That is less than one lot ({plain(instrument.lot_size)} {instrument.base}): type that or more.",
            "size",
            plain(raw),
        )
    return quantity


# ---------------------------------------------------------------- exits


def level_price(
    level: Level,
    entry: Decimal,
    instrument: Instrument,
    *,
    up: bool,
    atr: Decimal | None,
    risk_per_unit: Decimal | None,
) -> Price | Refusal:
    """The price of a level seen from `entry`: above it when `up`, on the nearest tick."""
    sign = 1 if up else -1
    match level.kind:
        case LevelKind.PRICE:
            value = level.value
        case LevelKind.PERCENT:
            value = entry + sign * percent_of(entry, level.value)
        case LevelKind.R:
            if risk_per_unit is None:
                return Refusal(
                    "r_needs_stop",
                    "Targets in r are multiples of the stop's distance: add a stop, for example sl 2%.",
                    "tp",
                    f"{plain(level.value)}r",
                )
            value = entry + sign * risk_per_unit * level.value
        case _:  # ATR
            if atr is None:
                return Refusal(
                    "no_atr",
                    "There are fewer than 15 bars of history yet, so no average true range: use a percent.",
                    "sl",
                    f"{plain(level.value)}atr",
                )
            value = entry + sign * atr * level.value
    price = instrument.price_nearest(value)
    if price <= 0:
        text = f"That exit would stand at {plain(value)}: type a smaller distance, or a price above zero."
        return Refusal("price_not_positive", text, "exit", plain(value))
    return price


def distance_of(
    level: Level, entry: Decimal, instrument: Instrument, atr: Decimal | None
) -> Decimal | Refusal:
    """A trail's distance in quote currency at the entry price, at least one tick."""
    match level.kind:
        case LevelKind.PERCENT:
            value = percent_of(entry, level.value)
        case LevelKind.ATR:
            if atr is None:
                return Refusal(
                    "no_atr", "There are fewer than 15 bars of history yet: trail by a percent.", "trail"
                )
            value = atr * level.value
        case _:
            value = level.value
    return max(instrument.price_nearest(value), instrument.tick_size)


def check_plan(
    plan: ExitPlan, entry: Decimal, instrument: Instrument, *, is_long: bool, atr: Decimal | None
) -> list[Refusal]:
    """What is wrong with the exits of a position entered at `entry` (H02 and friends)."""
    found: list[Refusal] = []
    word = "long" if is_long else "short"
    risk: Decimal | None = None
    if plan.stop is not None:
        stop = level_price(plan.stop, entry, instrument, up=not is_long, atr=atr, risk_per_unit=None)
        if isinstance(stop, Refusal):
            found.append(stop)
        elif (stop >= entry) if is_long else (stop <= entry):
            side = "below" if is_long else "above"
            found.append(
                Refusal(
                    "stop_wrong_side",
                    f"A stop of a {word} belongs {side} the entry: {plain(stop)} is not {side} "
                    f"{plain(instrument.price_nearest(entry))}.",
                    "sl",
                    plain(stop),
                )
            )
        else:
            risk = abs(entry - stop)
    for target in plan.targets:
        price = level_price(target.level, entry, instrument, up=is_long, atr=atr, risk_per_unit=risk)
        if isinstance(price, Refusal):
            found.append(price)
        elif (price <= entry) if is_long else (price >= entry):
            side = "above" if is_long else "below"
            found.append(
                Refusal(
                    "target_wrong_side",
                    f"A take profit of a {word} belongs {side} the entry: {plain(price)} is not {side} "
                    f"{plain(instrument.price_nearest(entry))}.",
                    "tp",
                    plain(price),
                )
            )
    found.extend(_check_shares(plan))
    if plan.trail is not None:
        distance = distance_of(plan.trail.distance, entry, instrument, atr)
        if isinstance(distance, Refusal):
            found.append(distance)
        elif distance >= entry:
            found.append(
                Refusal(
                    "trail_too_wide",
                    "A trail must be narrower than the price itself: type less, for example trail 2%.",
                    "trail",
                )
            )
    if plan.break_even is not None and plan.stop is None and plan.trail is None:
        found.append(
            Refusal("break_even_needs_stop", "Break-even moves a stop: add one, for example sl 2%.", "be")
        )
    return found


def _check_shares(plan: ExitPlan) -> list[Refusal]:
    given = [t.share for t in plan.targets if t.share is not None]
    total = sum(given, ZERO)
    open_ended = len(given) < len(plan.targets)
    if total > HUNDRED or (open_ended and total >= HUNDRED):
        return [
            Refusal(
                "shares_above_100",
                f"The shares of the targets add up to {plain(total)} %: they may be at most 100 %"
                + (", with something left for those without a share." if open_ended else "."),
                "tp",
                plain(total),
            )
        ]
    if plan.break_even is not None and plan.break_even.after_target > len(plan.targets):
        return [
            Refusal(
                "no_such_target",
                f"There is no target {plan.break_even.after_target}: this position has {len(plan.targets)}.",
                "be",
                str(plan.break_even.after_target),
            )
        ]
    return []


def shares_of(plan: ExitPlan) -> list[Decimal]:
    """Each target's share in percent; those without one share the rest equally, to 10⁻⁸ percent."""
    given = sum((t.share for t in plan.targets if t.share is not None), ZERO)
    without = sum(1 for t in plan.targets if t.share is None)
    each = rounded_down((HUNDRED - given) / without, Decimal("1e-8")) if without else ZERO
    return [each if t.share is None else t.share for t in plan.targets]
