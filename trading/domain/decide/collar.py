"""How far an exit may slip that a jump over the stop sends: a ladder of collars, then the market (C-7, X33).

Each rung is an order of its own that trades at once or ends; the next one goes out when the venue has said
that it has ended. One in doubt holds the next back, like every exit in doubt.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from trading.domain.decide.deciding import Deciding
from trading.domain.exits import GapPolicy
from trading.domain.money import ZERO, Price, percent_of
from trading.domain.order import Order, OrderStatus, OrderType, TimeInForce
from trading.domain.position import Position

COLLARS = (Decimal(1), Decimal(3))
"""Percent of the present price that each attempt may slip, the narrowest first."""

_UNFIT = ("not_supported", "price", "tick")
"""Refusals that are about the limit itself, not about the hour: the market is the only way left."""


def terms_of(d: Deciding, position: Position, cause: str) -> tuple[OrderType, dict[str, Any]] | None:
    """What kind of order an exit at once is, and its terms; None: none may leave, a person is to be asked."""
    percent = _next(d, position) if cause == "sl" else None
    price = market_of(d, position)
    if percent is None or price is None:
        return None if cause == "sl" and _stays_within(position) else (OrderType.MARKET, {})
    away, instrument = percent_of(price, percent), d.instrument_of(position)
    # Rounded to the inside: a tick is not to make the collar wider.
    limit = instrument.price_up(price - away) if position.is_long else instrument.price_down(price + away)
    return OrderType.LIMIT, {"limit_price": limit, "time_in_force": TimeInForce.IOC, "collar": percent}


def or_better(limit: Price) -> tuple[OrderType, dict[str, Any]]:
    """An exit at once that slips not at all: at this price or a better one."""
    return OrderType.LIMIT, {"limit_price": limit, "time_in_force": TimeInForce.IOC, "collar": ZERO}


def is_spent(d: Deciding, position: Position) -> bool:
    """Whether the stop was jumped over, the collars are used up, and it was said that nothing of the position
    goes at market."""
    return _stays_within(position) and _next(d, position) is None


def _stays_within(position: Position) -> bool:
    """Whether its stop was jumped over, and nothing of it is to go at market therefore."""
    stop = position.bracket.stop_price if position.bracket is not None else None
    is_jumped = stop is not None and stop == position.jumped and stop != position.out_at
    return is_jumped and position.plan.gap is GapPolicy.LIMIT


def market_of(d: Deciding, position: Position) -> Price | None:
    """What closing the position would get now; None where no price of this life has come."""
    quote = d.book.marks.get(position.symbol)
    if quote is None or quote.is_of_before:
        return None
    return quote.bid if position.is_long else quote.ask


def _next(d: Deciding, position: Position) -> Decimal | None:
    """How wide the next attempt of its stop may be, also when a person has said to carry it out; None: at
    market, as any exit of a stop that was there."""
    stop = position.bracket.leg("sl") if position.bracket is not None else None
    takes_limits = d.account(position.account).exits.immediate
    if stop is None or stop.price not in (position.jumped, position.out_at) or not takes_limits:
        return None
    last = d.book.order(stop.order_id) if stop.order_id else None
    return _after(last) if last is not None and last.leaves_now else COLLARS[0]


def _after(last: Order) -> Decimal | None:
    """What follows an attempt: what never was at the venue is tried again as it was."""
    if last.collar is None or last.refusal in _UNFIT:
        return None
    if last.status not in (OrderStatus.CANCELED, OrderStatus.EXPIRED):
        return last.collar
    return next((wider for wider in COLLARS if wider > last.collar), None)
