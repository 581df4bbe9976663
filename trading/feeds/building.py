"""Minute bars out of quotes, for feeds that say no bars."""

from __future__ import annotations

from datetime import timedelta

from trading.domain.market import Bar, Quote

MINUTE = timedelta(minutes=1)


class BarBuilder:
    """Collects quotes; a bar is whole when a quote of a later minute comes. Minutes without a quote have
    no bar: nothing is invented."""

    def __init__(self) -> None:
        self._growing: dict[str, Bar] = {}

    def add(self, quote: Quote) -> Bar | None:
        """Take a quote; returns the bar that it ended, if it did. Late quotes of an older minute are left."""
        at = quote.at.replace(second=0, microsecond=0)
        growing = self._growing.get(quote.symbol)
        if growing is not None and at < growing.at:
            return None
        if growing is None or at > growing.at:
            self._growing[quote.symbol] = Bar(
                quote.symbol,
                at,
                at + MINUTE,
                *(quote.bid,) * 4,
                None,
                *(quote.ask,) * 4,
                quote.bid_size,
                quote.ask_size,
                quote.source,
            )
            return growing
        assert growing.ask_open is not None
        assert growing.ask_high is not None
        assert growing.ask_low is not None
        self._growing[quote.symbol] = Bar(
            quote.symbol,
            at,
            growing.ends_at,
            growing.open,
            max(growing.high, quote.bid),
            min(growing.low, quote.bid),
            quote.bid,
            None,
            growing.ask_open,
            max(growing.ask_high, quote.ask),
            min(growing.ask_low, quote.ask),
            quote.ask,
            quote.bid_size,
            quote.ask_size,
            quote.source,
        )
        return None
