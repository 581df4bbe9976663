"""Bad ticks: a price that leaps is believed when the next one confirms it (RELIABILITY X48)."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.market import Quote
from trading.domain.money import HUNDRED


class BadTicks:
    """Holds back quotes that are not positive, crossed, or away from the last one by more than the band."""

    def __init__(self, percent: Decimal) -> None:
        self._band = percent / HUNDRED
        self._suspects: dict[str, Quote] = {}

    def is_suspect(self, last: Quote | None, quote: Quote) -> bool:
        """Whether `quote` should not move anything yet."""
        if not (quote.bid > 0 and quote.ask > 0):
            return True
        if last is None or abs(quote.bid - last.bid) <= last.bid * self._band:
            if self._suspects:
                self._suspects.pop(quote.symbol, None)
            return False
        suspect = self._suspects.get(quote.symbol)
        if suspect is not None and abs(quote.bid - suspect.bid) <= suspect.bid * self._band:
            del self._suspects[quote.symbol]
            return False
        self._suspects[quote.symbol] = quote
        return True
