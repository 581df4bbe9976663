"""A stream of prices and the same prices asked for: what of each is told, and when the stream is doubted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from trading.domain.market import Quote
from trading.domain.money import HUNDRED
from trading.feeds.two_sources import TwoSources
from trading.ports import Clock

FRESH_S: Final = 1.5
"""A quote of the stream that is younger is not replaced by what was asked for."""
APART_PERCENT: Final = Decimal(1)
APART_TIMES: Final = 3
"""So often in a row the two must be further apart, then the stream is not believed."""


class TwoWays:
    """Both ways of one feed.

    Args:
        ask: has the prices asked for at once, because the stream has leapt.
    """

    def __init__(self, clock: Clock, ask: Callable[[], None]) -> None:
        self._clock = clock
        self._two = TwoSources(clock, ask)
        self._streamed: dict[str, tuple[Quote, float]] = {}
        self._apart: dict[str, int] = {}
        self._heard_s: float | None = None
        self.is_doubted = False
        """The stream has said something else for good: its connection is to be begun anew."""

    @property
    def age_s(self) -> float | None:
        """How long the stream has said nothing; None before it said anything."""
        return None if self._heard_s is None else self._clock.elapsed_s() - self._heard_s

    def streamed(self, quote: Quote) -> Quote | None:
        """The stream says this: what may be told of it now."""
        self._heard_s = self._clock.elapsed_s()
        self._streamed[quote.symbol] = (quote, self._heard_s)
        return self._two.first(quote)

    def asked(self, quote: Quote) -> Quote | None:
        """Who was asked says this: it is told, unless the stream has said something young that agrees."""
        streamed, at_s = self._streamed.get(quote.symbol, (None, 0.0))
        is_young = streamed is not None and self._clock.elapsed_s() - at_s <= FRESH_S
        if streamed is not None and is_young:
            apart = abs(streamed.mid - quote.mid) * HUNDRED > APART_PERCENT * quote.mid
            times = self._apart[quote.symbol] = self._apart.get(quote.symbol, 0) + 1 if apart else 0
            if times < APART_TIMES:
                # Where the stream has leapt, this says whether it is so.
                return self._two.second(quote) if self._two.is_held(quote.symbol) else None
            # Two sources disagree for good: the one that is asked anew each time is believed, and the
            # connection is begun anew.
            self._apart[quote.symbol] = 0
            self._streamed.pop(quote.symbol, None)
            self.is_doubted = True
        return self._two.second(quote)
