"""Two ways to one price: what leaps on the one is not told before the other was asked, and that one counts.

A stop that only the desk watches must not go off on what one connection says (RELIABILITY X47, X48): a stream
that repeats a wrong price confirms itself with every tick. While the second way is silent, the first counts
after a while, for a stop that waits for ever guards nothing; the engine's own look at leaps comes after this.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from trading.domain.market import Quote
from trading.domain.money import HUNDRED
from trading.ports import Clock

LEAP_PERCENT: Final = Decimal(1)
"""Between two ticks that are tenths of a second apart, so much is a leap."""
ASK_EVERY_S: Final = 0.5
ALONE_S: Final = 3.0
"""So long a leap of the first way waits for a second way that says nothing."""


class TwoSources:
    """What is believed of each symbol's price.

    Args:
        ask: has the second way asked at once; called twice a second at most.
    """

    def __init__(self, clock: Clock, ask: Callable[[], None]) -> None:
        self._clock = clock
        self._ask = ask
        self._believed: dict[str, Quote] = {}
        self._held: dict[str, tuple[Quote, float]] = {}
        self._asked_s = float("-inf")

    def is_held(self, symbol: str) -> bool:
        """Whether a leap of the first way waits for the second."""
        return symbol in self._held

    def first(self, quote: Quote) -> Quote | None:
        """The first way (a stream) says this: what may be told now; None while it is held back."""
        known, now_s = self._believed.get(quote.symbol), self._clock.elapsed_s()
        if known is None or not _leaps(known, quote):
            return self._believe(quote)
        held, since_s = self._held.get(quote.symbol, (None, now_s))
        if held is not None and _direction(known, held) != _direction(known, quote):
            since_s = now_s
        if now_s - since_s >= ALONE_S:
            return self._believe(quote)
        self._held[quote.symbol] = (quote, since_s)
        if now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s = now_s
            self._ask()
        return None

    def second(self, quote: Quote) -> Quote:
        """The second way (asked for) says this, and it counts: it confirms a leap, or ends one."""
        return self._believe(quote)

    def _believe(self, quote: Quote) -> Quote:
        self._held.pop(quote.symbol, None)
        self._believed[quote.symbol] = quote
        return quote


def _leaps(known: Quote, quote: Quote) -> bool:
    """Whether a side went further than a tick goes: shorts are closed at the ask, longs at the bid."""
    return any(
        abs(now - before) * HUNDRED > LEAP_PERCENT * before
        for before, now in ((known.bid, quote.bid), (known.ask, quote.ask))
    )


def _direction(known: Quote, quote: Quote) -> bool:
    return quote.mid > known.mid
