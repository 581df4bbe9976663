"""What a venue would refuse of an order, known without asking it: for the card, before anybody presses.

The same rules with which the adapters refuse, so that card and adapter never say two different things: only
what the venue does not have at all. Sizes and prices are rounded and judged elsewhere.
"""

from __future__ import annotations

from trading.brokers.alpaca_orders import form_problem
from trading.brokers.alpaca_profile import AlpacaMarket
from trading.brokers.binance_orders import order_problem
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.kraken_orders import order_problem as kraken_problem
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.domain.instrument import Instrument
from trading.domain.order import Order


def at_binance(order: Order, instrument: Instrument) -> str:
    """The sentence; empty when Binance would take it as far as one can know."""
    problem = order_problem(order, instrument, BINANCE_SPOT)
    return _said(problem)


def at_kraken(order: Order, instrument: Instrument) -> str:
    """The sentence; empty when Kraken would take it as far as one can know."""
    problem = kraken_problem(order, instrument, KRAKEN_SPOT)
    return _said(problem)


def at_alpaca(order: Order, market: AlpacaMarket) -> str:
    """The sentence; empty when Alpaca would take it as far as one can know."""
    problem = form_problem(order, market)
    return _said(problem)


def _said(problem: tuple[str, str] | None) -> str:
    return problem[1] if problem is not None and problem[0] == "not_supported" else ""
