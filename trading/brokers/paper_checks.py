"""Why the paper venue refuses an order: a stable code and a sentence each, in the order they are asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from trading.brokers.fills import BASIS_POINTS, FillRules
from trading.brokers.paper_book import AT_ONCE
from trading.brokers.paper_funds import Purse
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price, plain
from trading.domain.order import Order, OrderType, Side
from trading.ports import VenueProfile

WITH_LIMIT = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
WITH_STOP = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


class Problem(NamedTuple):
    """A refusal in the making."""

    code: str
    sentence: str


def form_problem(order: Order, profile: VenueProfile) -> Problem | None:
    """What is wrong with the order by itself."""
    kind = order.type
    is_stop = kind in WITH_STOP or kind is OrderType.TRAILING_STOP
    if (kind in WITH_STOP and not profile.native_stop) or (
        kind is OrderType.TRAILING_STOP and not profile.native_trailing
    ):
        return Problem(
            "not_supported",
            f"This venue takes market and limit orders only, no {kind.value.replace('_', ' ')}.",
        )
    if order.attached and not profile.attached_exits:
        return Problem(
            "not_supported", "This venue attaches no exits to a position; send a reduce-only order."
        )
    if (order.limit_price is None) == (kind in WITH_LIMIT):
        has = "needs a limit price" if kind in WITH_LIMIT else "takes no limit price"
        return Problem("price", f"A {kind.value.replace('_', ' ')} order {has}.")
    if kind in WITH_STOP and order.stop_price is None:
        return Problem("price", f"A {kind.value.replace('_', ' ')} order needs a stop price.")
    if kind is OrderType.TRAILING_STOP and not _trails(order):
        return Problem("price", "A trailing stop needs a distance above zero, or a percent below 100.")
    if order.time_in_force in AT_ONCE and is_stop:
        return Problem(
            "not_supported", "IOC and FOK go with market and limit orders only; send the stop as GTC."
        )
    if order.post_only and (kind is not OrderType.LIMIT or order.time_in_force in AT_ONCE):
        return Problem("not_supported", "Post-only goes with resting limit orders only.")
    return None


def _trails(order: Order) -> bool:
    if order.trail_percent is not None:
        return 0 < order.trail_percent < HUNDRED
    return order.trail_distance is not None and order.trail_distance > 0


def grid_problem(
    instrument: Instrument, quantity: Decimal, prices: tuple[Price | None, ...], is_reducing: bool
) -> Problem | None:
    """What the instrument does not allow: lot, tick, minimum."""
    name = instrument.symbol
    if quantity <= 0 or quantity % instrument.lot_size:
        return Problem(
            "lot", f"{name} trades in whole steps of {plain(instrument.lot_size)}, not {plain(quantity)}."
        )
    if not is_reducing and quantity < instrument.quantity_min:
        return Problem("quantity_min", f"{name} needs at least {plain(instrument.quantity_min)}.")
    for price in prices:
        if price is None:
            continue
        if price <= 0 or price % instrument.tick_size:
            return Problem(
                "tick", f"{name} has prices in steps of {plain(instrument.tick_size)}, not {plain(price)}."
            )
    return None


def notional_problem(instrument: Instrument, quantity: Decimal, price: Price | None) -> Problem | None:
    """Too small to be worth the venue's while."""
    if price is None or instrument.notional(price, quantity).value >= instrument.notional_min:
        return None
    return Problem(
        "notional_min",
        f"{instrument.symbol} needs at least {plain(instrument.notional_min)} {instrument.quote}.",
    )


def market_problem(
    order: Order, now: datetime, is_open: Callable[[str, datetime], bool], expires_at: datetime | None
) -> Problem | None:
    """What the hour does not allow."""
    if expires_at is not None and expires_at <= now:
        return Problem("expired", "The order's end lies in the past.")
    is_now = order.type is OrderType.MARKET or order.time_in_force in AT_ONCE
    if is_now and not is_open(order.symbol, now):
        return Problem(
            "market_closed", f"{order.symbol} is closed now; a limit order may wait for the opening."
        )
    return None


def funds_problem(
    order: Order,
    instrument: Instrument,
    purse: Purse,
    price: Price | None,
    rules: FillRules,
    promised: Decimal = ZERO,
) -> Problem | None:
    """What the account cannot carry; `promised` is what other orders of that side have locked."""
    is_buy = order.side is Side.BUY
    if order.reduce_only:
        return (
            None
            if order.parent or purse.closable(order.symbol, is_buy)
            else Problem("reduce_only", f"There is no {order.symbol} position left to reduce.")
        )
    return short_problem(order, order.quantity, instrument, purse, promised) or need_problem(
        purse, instrument, is_buy, order.quantity, price, rules
    )


def short_problem(
    order: Order, quantity: Decimal, instrument: Instrument, purse: Purse, promised: Decimal
) -> Problem | None:
    """Where nothing can be sold short: more than is held and free."""
    free = max(purse.closable(order.symbol, False) - promised, ZERO)
    if order.side is Side.BUY or instrument.shortable or quantity <= free:
        return None
    return Problem("not_shortable", f"{order.symbol} cannot be sold short here; {plain(free)} is held.")


def need_problem(
    purse: Purse,
    instrument: Instrument,
    is_buy: bool,
    quantity: Decimal,
    price: Price | None,
    rules: FillRules,
    freed: Decimal = ZERO,
) -> Problem | None:
    """Whether cash and margin suffice; `freed` is what the order itself has reserved so far."""
    if price is None:
        return None
    need = purse.need(instrument, is_buy, quantity, price)
    fee = abs(instrument.notional(price, quantity).value) * rules.taker_bps / BASIS_POINTS
    available = purse.available + freed
    if not need or need + fee <= available:
        return None
    asked = f"{plain(round(need + fee, 2))} {instrument.currency}"
    return Problem(
        "insufficient_funds",
        f"This takes {asked} with fees and {plain(round(available, 2))} is free; ask for less.",
    )
