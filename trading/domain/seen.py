"""What a command knew of the market when it was made."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from trading.domain.instrument import Instrument
from trading.domain.market import Quote


class Seen(Struct, frozen=True):
    """The market facts that a decision is made on, taken when the command was made. `atr` is ATR(14) in
    quote currency, None when history is too short; `stale_after_s` the feed's own bound."""

    instrument: Instrument
    quote: Quote | None = None
    atr: Decimal | None = None
    stale_after_s: Decimal = Decimal(120)
    market_open: bool = True
