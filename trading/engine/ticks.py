"""Bad ticks: a price that leaps is believed when the next one confirms it (RELIABILITY X48)."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.market import Quote
from trading.domain.money import HUNDRED


class BadTicks:
    """Holds back quotes that are not positive, or of which a side leaps by more than the band."""

    def __init__(self, percent: Decimal) -> None:
        self._band = percent / HUNDRED
        self._suspects: dict[str, Quote] = {}

    def is_suspect(self, last: Quote | None, quote: Quote) -> bool:
        """Whether `quote` should not move anything yet."""
        if not (quote.bid > 0 and quote.ask > 0):
            return True
        if last is None or self._is_near(last, quote):
            if self._suspects:
                self._suspects.pop(quote.symbol, None)
            return False
        suspect = self._suspects.get(quote.symbol)
        if suspect is not None and self._is_near(suspect, quote):
            del self._suspects[quote.symbol]
            return False
        self._suspects[quote.symbol] = quote
        return True

    def _is_near(self, one: Quote, other: Quote) -> bool:
        """Whether both sides stayed within the band: shorts are closed at the ask, longs at the bid."""
        band = self._band
        return abs(other.bid - one.bid) <= one.bid * band and abs(other.ask - one.ask) <= one.ask * band
