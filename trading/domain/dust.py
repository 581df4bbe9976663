"""What is held but too little for the venue to trade (RELIABILITY X31)."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.position import Position

DUST = "dust"
"""The name of the level at which dust is worth enough again."""
TOO_SMALL = ("notional_min", "quantity_min")
"""The codes with which a venue says that an order is below its minimum."""
WORTH_MORE = Decimal("1.05")
"""By so much must it be worth more than what the venue refused (or wants at least) to be tried again."""


def tradable_from(position: Position, instrument: Instrument) -> Price | None:
    """The price from which dust can be traded, as far as is known; None when no price helps."""
    assert position.dust is not None and position.quantity
    size = abs(position.quantity)
    if size < max(instrument.quantity_min, instrument.lot_size):
        return None
    wanted = max(instrument.notional_min, position.dust.worth) * WORTH_MORE
    return instrument.price_up(wanted / (size * instrument.multiplier))


def is_stuck(position: Position, instrument: Instrument, quote: Quote | None) -> bool:
    """Whether what is held is dust, and is so at this price."""
    if position.dust is None or not position.is_open:
        return False
    price = tradable_from(position, instrument)
    return price is None or quote is None or market_of(position, quote) < price


def market_of(position: Position, quote: Quote) -> Price:
    """The side of the quote at which the position would be closed."""
    return quote.bid if position.is_long else quote.ask
