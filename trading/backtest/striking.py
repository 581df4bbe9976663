"""What a bar does to a position that is held: the one place of the fast path that makes fills.

Prices come from `trading.brokers.fills`, where the paper venue has them from: an order that is there when a
bar opens fills at the open where that jumped over it, inside the bar at its own price, stops before targets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

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


class Dealt(NamedTuple):
    """Price after slippage, and fee."""

    price: Price
    fee: Decimal


_MARKET: Final = {is_buy: Terms(is_buy, OrderType.MARKET) for is_buy in (True, False)}
_STOPS: Final = {STOP: OrderType.STOP, TRAIL: OrderType.TRAILING_STOP}


def at_market(is_buy: bool, price: Price) -> tuple[Terms, Strike]:
    """A market order that meets the open."""
    terms = _MARKET[is_buy]
    strike = at_arrival(terms, price)
    assert strike is not None, "a market order takes any price"
    return terms, strike


def at_level(
    why: str, is_buy: bool, level: Price, met: Price, *, at_open: bool, arrives: bool, touch_fills: bool
) -> tuple[Terms, Strike]:
    """The stop, target or trail that a bar reaches.

    Args:
        level: where it stands.
        met: the open, or the extreme of the bar that reaches the level.
        arrives: whether it came into the market at this open (the position was entered there): then it takes
            what stands there; otherwise it rests, and the open may have jumped over it.
    """
    if why == TARGET:
        terms = Terms(is_buy, OrderType.LIMIT, limit=level)
    else:
        terms = Terms(is_buy, _STOPS[why], stop=level)
    if not at_open:
        strike = in_range(terms, met, met, touch_fills=touch_fills)
    elif arrives:
        strike = at_arrival(terms, met)
    else:
        strike = at_point(terms, met, is_gap=True, touch_fills=touch_fills)
    assert strike is not None, "the finder stops at bars that reach a level"
    return terms, strike


def dealt(
    instrument: Instrument, terms: Terms, strike: Strike, quantity: Quantity, rules: FillRules
) -> Dealt:
    """What the fill costs."""
    price = slipped(instrument, terms, strike, quantity, None, rules)
    return Dealt(price, fee_of(instrument, price, quantity, strike.liquidity, rules))
