"""What a venue would refuse of an order, known without asking it: for the card, before anybody presses.

The same rules with which the adapters refuse, so that card and adapter never say two different things: what
the venue does not have at all, and sizes and prices that it does not take, with the nearest that it does.
What an account holds is judged elsewhere.
"""

from __future__ import annotations

from trading.brokers.alpaca_orders import form_problem, grid_problem, notional_problem
from trading.brokers.alpaca_profile import AlpacaMarket
from trading.brokers.binance_orders import order_problem
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.kraken_orders import order_problem as kraken_problem
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.domain.instrument import Instrument
from trading.domain.money import Price, plain, rounded_up
from trading.domain.order import Order


def at_binance(order: Order, instrument: Instrument) -> str:
    """The sentence; empty when Binance would take it as far as one can know."""
    return _said(order_problem(order, instrument, BINANCE_SPOT), order, instrument)


def at_kraken(order: Order, instrument: Instrument) -> str:
    """The sentence; empty when Kraken would take it as far as one can know."""
    return _said(kraken_problem(order, instrument, KRAKEN_SPOT), order, instrument)


def at_alpaca(order: Order, instrument: Instrument, market: AlpacaMarket) -> str:
    """The sentence; empty when Alpaca would take it as far as one can know."""
    problem = (
        form_problem(order, market)
        or grid_problem(instrument, order.quantity, (order.limit_price, order.stop_price))
        or notional_problem(instrument, order.quantity, _price(order))
    )
    return _said(problem, order, instrument)


def _said(problem: tuple[str, str] | None, order: Order, instrument: Instrument) -> str:
    if problem is None:
        return ""
    code, sentence = problem
    match code:
        case "not_supported" | "quantity_min":
            return sentence
        case "lot":
            least = max(instrument.quantity_min, instrument.lot_size)
            nearest = max(instrument.quantity_down(order.quantity), least)
            return f"{sentence} The nearest size is {plain(nearest)}."
        case "tick":
            off = next(p for p in (order.limit_price, order.stop_price) if p and p % instrument.tick_size)
            return f"{sentence} The nearest price is {plain(instrument.price_nearest(off))}."
        case "notional_min" if price := _price(order):
            worth = rounded_up(instrument.notional_min / (price * instrument.multiplier), instrument.lot_size)
            least = max(worth, instrument.quantity_min)
            return f"{sentence} At {plain(price)} that is {plain(least)} or more."
    return ""


def _price(order: Order) -> Price | None:
    """The price at which a venue weighs an order."""
    return order.limit_price or order.stop_price or order.reference_price
