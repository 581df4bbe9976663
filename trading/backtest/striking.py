"""What a bar does to a position that is held: the one place of the fast path that makes fills.

Prices come from `trading.brokers.fills`, where the paper venue has them from: an order that is there when a
bar opens fills at the open where that jumped over it, inside the bar at its own price, stops before targets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from trading.brokers.fills import (
    FillRules,
    Strike,
    Terms,
    at_arrival,
    at_point,
    fee_of,
    in_range,
    slipped,
)
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderType

ENTRY, STOP, TARGET, TRAIL, SIGNAL, TIME = "entry", "sl", "tp1", "trail", "signal", "time"
"""What a fill was for."""


class Guarded(NamedTuple):
    """What guards a position in a bar: prices of its stop, its target, and where its trail stands."""

    is_long: bool
    stop: Price | None
    target: Price | None
    trail: Price | None


class BarPrices(NamedTuple):
    """One bar on the side of the market on which the position leaves."""

    open: Price
    low: Price
    high: Price


class Hit(NamedTuple):
    """What of the guard was hit, its terms and where it trades; `at_open` or inside the bar."""

    why: str
    terms: Terms
    strike: Strike
    at_open: bool


class Dealt(NamedTuple):
    """Price after slippage, and fee."""

    price: Price
    fee: Decimal


def struck(guarded: Guarded, bar: BarPrices, *, arrives: bool, touch_fills: bool) -> Hit | None:
    """What ends the position in this bar, None when nothing does.

    Args:
        arrives: whether the exits came into the market at this bar's open (the position was entered there):
            then they take what stands there; otherwise they rest, and the open may have jumped over them.
    """
    is_buy = not guarded.is_long
    stops = _stops(guarded, bar)
    target = Terms(is_buy, OrderType.LIMIT, limit=guarded.target) if guarded.target is not None else None
    for why, terms in stops:
        strike = (
            at_arrival(terms, bar.open)
            if arrives
            else at_point(terms, bar.open, is_gap=True, touch_fills=touch_fills)
        )
        if strike is not None:
            return Hit(why, terms, strike, True)
    if target is not None:
        strike = (
            at_arrival(target, bar.open)
            if arrives
            else at_point(target, bar.open, is_gap=True, touch_fills=touch_fills)
        )
        if strike is not None:
            return Hit(TARGET, target, strike, True)
    for why, terms in stops:
        strike = in_range(terms, bar.low, bar.high, touch_fills=touch_fills)
        if strike is not None:
            return Hit(why, terms, strike, False)
    if target is not None:
        strike = in_range(target, bar.low, bar.high, touch_fills=touch_fills)
        if strike is not None:
            return Hit(TARGET, target, strike, False)
    return None


def _stops(guarded: Guarded, bar: BarPrices) -> list[tuple[str, Terms]]:
    """Stop and trail, the one that a falling price meets first in front: at the open and inside alike."""
    is_buy = not guarded.is_long
    found = []
    if guarded.stop is not None:
        found.append((STOP, Terms(is_buy, OrderType.STOP, stop=guarded.stop)))
    if guarded.trail is not None:
        trail = (TRAIL, Terms(is_buy, OrderType.TRAILING_STOP, stop=guarded.trail))
        is_nearer = guarded.stop is None or (
            guarded.trail > guarded.stop if guarded.is_long else guarded.trail < guarded.stop
        )
        found.insert(0 if is_nearer else 1, trail)
    return found


def at_market(is_buy: bool, price: Price) -> tuple[Terms, Strike]:
    """A market order that meets the open."""
    terms = Terms(is_buy, OrderType.MARKET)
    strike = at_arrival(terms, price)
    assert strike is not None, "a market order takes any price"
    return terms, strike


def dealt(
    instrument: Instrument, terms: Terms, strike: Strike, quantity: Quantity, rules: FillRules
) -> Dealt:
    """What the fill costs."""
    price = slipped(instrument, terms, strike, quantity, None, rules)
    return Dealt(price, fee_of(instrument, price, quantity, strike.liquidity, rules))
