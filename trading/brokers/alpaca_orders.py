"""Orders of ours as Alpaca takes them, and what it refuses in our words: pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from trading.brokers.alpaca_profile import DUPLICATE, AlpacaMarket
from trading.brokers.alpaca_wire import VenueRefused
from trading.brokers.alpaca_words import WireOrder
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, Price, plain
from trading.domain.order import Order, OrderType, Role, Side, TimeInForce
from trading.domain.place import bare
from trading.domain.reports import Liquidity

WITH_LIMIT: Final = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
WITH_STOP: Final = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
ALLOWED: Final = {
    AlpacaMarket.SHARES: (
        frozenset(OrderType),
        frozenset({TimeInForce.GTC, TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK}),
    ),
    AlpacaMarket.PARTS: (
        frozenset({OrderType.MARKET, OrderType.LIMIT}),
        frozenset({TimeInForce.DAY}),
    ),
    AlpacaMarket.COINS: (
        frozenset({OrderType.MARKET, OrderType.LIMIT, OrderType.STOP_LIMIT}),
        frozenset({TimeInForce.GTC, TimeInForce.IOC}),
    ),
}
PENNY: Final = Decimal("0.01")
SUB_PENNY: Final = Decimal("0.0001")
NAME_MAX: Final = 48
"""Old pages say 48, the server itself 128."""

REFUSED_AS: Final = (
    (re.compile(r"client[\s_-]?order[\s_-]?id must be unique", re.I), DUPLICATE),
    (
        re.compile(r"insufficient buying power|insufficient cash|insufficient day trading", re.I),
        "insufficient_funds",
    ),
    (re.compile(r"insufficient qty|insufficient balance|held_for_orders", re.I), "quantity_held"),
    (re.compile(r"pattern day trading", re.I), "day_trading"),
    (re.compile(r"wash trade|long buy order is open|short sell order is open", re.I), "wash_trade"),
    (re.compile(r"sold short|not shortable|short", re.I), "not_shortable"),
    (re.compile(r"cost basis", re.I), "notional_min"),
    (re.compile(r"asset .* not found|symbol not found|not tradable", re.I), "unknown_symbol"),
    (re.compile(r"increment|sub-penny", re.I), "tick"),
)
"""By the text: the number that comes with it is used for many faults. The first that fits counts."""


class Problem(NamedTuple):
    """A refusal in the making."""

    code: str
    sentence: str


def lane_of(order: Order) -> Lane:
    """Which queue for the venue's patience an order waits in."""
    if order.role in (Role.STOP, Role.TRAIL):
        return Lane.PROTECTIVE
    return Lane.ENTRY if order.is_entry else Lane.EXIT


def form_problem(order: Order, market: AlpacaMarket) -> Problem | None:
    """What is wrong with the order by itself, or cannot be said to this venue: nothing is left out."""
    types, lives = ALLOWED[market]
    kind = order.type.value.replace("_", " ")
    if order.type not in types:
        return Problem("not_supported", f"Alpaca takes no {kind} orders for {market.value}.")
    if order.attached:
        return Problem("not_supported", "Alpaca attaches no exits to a position; send an order of its own.")
    if order.group:
        return Problem("not_supported", "Alpaca holds no such group; send the orders one by one.")
    if order.post_only:
        return Problem("not_supported", "Alpaca has no post-only orders; send it without that.")
    if order.activation_price is not None:
        return Problem("not_supported", "A trailing stop at Alpaca trails at once; leave its activation out.")
    # How long a market order might wait means nothing; that it fills whole, or ends at once, does.
    is_meant = order.type is not OrderType.MARKET or order.time_in_force not in (
        TimeInForce.GTC,
        TimeInForce.DAY,
    )
    if is_meant and order.time_in_force not in lives:
        known = " and ".join(sorted(one.value for one in lives))
        return Problem(
            "not_supported",
            f"Alpaca takes {known} for {market.value}, not {order.time_in_force.value}.",
        )
    if order.type not in (OrderType.MARKET, OrderType.LIMIT) and order.time_in_force not in (
        TimeInForce.GTC,
        TimeInForce.DAY,
    ):
        return Problem("not_supported", "Stops at Alpaca are for the day or until canceled.")
    return _price_problem(order, kind)


def _price_problem(order: Order, kind: str) -> Problem | None:
    if (order.limit_price is None) == (order.type in WITH_LIMIT):
        has = "needs a limit price" if order.type in WITH_LIMIT else "takes no limit price"
        return Problem("price", f"A {kind} order {has}.")
    if order.type in WITH_STOP and order.stop_price is None:
        return Problem("price", f"A {kind} order needs a stop price.")
    if order.type is OrderType.TRAILING_STOP:
        share, away = order.trail_percent, order.trail_distance
        if not (0 < share < HUNDRED if share is not None else away is not None and away > 0):
            return Problem("price", "A trailing stop needs a distance above zero, or a percent below 100.")
    return None


def grid_problem(
    instrument: Instrument, quantity: Decimal, prices: tuple[Price | None, ...]
) -> Problem | None:
    """What the instrument does not allow: lot, least quantity, tick."""
    name = instrument.symbol
    if quantity <= 0 or quantity % instrument.lot_size:
        steps = plain(instrument.lot_size)
        return Problem("lot", f"{name} trades in whole steps of {steps}, not {plain(quantity)}.")
    if quantity < instrument.quantity_min:
        return Problem("quantity_min", f"{name} needs at least {plain(instrument.quantity_min)}.")
    for price in prices:
        if price is None:
            continue
        tick = SUB_PENNY if instrument.tick_size == PENNY and price < 1 else instrument.tick_size
        if price <= 0 or price % tick:
            return Problem("tick", f"{name} has prices in steps of {plain(tick)}, not {plain(price)}.")
    return None


def notional_problem(instrument: Instrument, quantity: Decimal, price: Price | None) -> Problem | None:
    """Too small for the venue."""
    if price is None or instrument.notional(price, quantity).value >= instrument.notional_min:
        return None
    least = plain(instrument.notional_min)
    return Problem("notional_min", f"{instrument.symbol} needs at least {least} {instrument.quote}.")


def body_of(order: Order, market: AlpacaMarket, *, extended_hours: bool = False) -> dict[str, object]:
    """The request's body. Every number is a string, so that no binary fraction comes near it."""
    life = order.time_in_force
    if order.type is OrderType.MARKET and life not in ALLOWED[market][1]:
        # A market order trades at once; how long it might live is a word the venue wants to hear.
        life = TimeInForce.GTC if market is AlpacaMarket.COINS else TimeInForce.DAY
    if order.type is OrderType.MARKET and market is AlpacaMarket.SHARES and life is TimeInForce.GTC:
        life = TimeInForce.DAY
    body: dict[str, object] = {
        "symbol": bare(order.symbol),
        "qty": plain(order.quantity),
        "side": order.side.value,
        "type": order.type.value,
        "time_in_force": life.value,
        "client_order_id": order.client_order_id,
    }
    for name, price in (("limit_price", order.limit_price), ("stop_price", order.stop_price)):
        if price is not None:
            body[name] = plain(price)
    if order.type is OrderType.TRAILING_STOP:
        body.pop("stop_price", None)
        if order.trail_percent is not None:
            body["trail_percent"] = plain(order.trail_percent)
        else:
            assert order.trail_distance is not None, "looked at in form_problem"
            body["trail_price"] = plain(order.trail_distance)
    if extended_hours and order.type is OrderType.LIMIT and life is TimeInForce.DAY:
        body["extended_hours"] = True
    return body


def refusal_of(refused: VenueRefused) -> Problem:
    """The venue's no in our words."""
    said = refused.message.strip().rstrip(".")
    sentence = f"Alpaca refused it: {said}."
    if refused.status == 401 or said.lower() == "forbidden":
        return Problem("key_refused", f"Alpaca refuses the key: {said}.")
    for pattern, code in REFUSED_AS:
        if pattern.search(refused.message):
            return Problem(code, sentence)
    return Problem("refused", sentence)


def liquidity_of(order: WireOrder, price: Decimal) -> Liquidity:
    """Who waited. The venue does not say: a limit that got its own price is taken to have rested."""
    is_resting = order.type == "limit" and order.time_in_force not in ("ioc", "fok")
    return Liquidity.MAKER if is_resting and price == order.limit_price else Liquidity.TAKER


def is_same(order: WireOrder, rest: Decimal, limit: Price | None, stop: Price | None) -> bool:
    """Whether an order is already as a change wants it."""
    is_as_large = order.qty is not None and order.qty - order.filled_qty == rest
    return is_as_large and limit in (None, order.limit_price) and stop in (None, order.stop_price)


def side_of(order: WireOrder) -> Side:
    """Which way it goes."""
    return Side.BUY if order.side == "buy" else Side.SELL
