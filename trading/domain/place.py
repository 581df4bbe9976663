"""Where a symbol trades. Symbols of venues outside say so (`BINANCE:BTC/USDT`), the desk's own do not: two
places never share a price, a position or a name."""

from __future__ import annotations

from trading.domain.mode import PAPER


def place_for(venue: str, mode: str) -> str:
    """The place of an account: `BINANCE`, `BINANCE-PAPER`; empty for the desk's own venue."""
    if venue == PAPER:
        return ""
    return f"{venue.upper()}-PAPER" if mode == PAPER else venue.upper()


def place_of(symbol: str) -> str:
    """The place that a symbol names; empty for none. What a swap settles in stands behind a colon, too."""
    head, colon, _ = symbol.partition(":")
    return head if colon and "/" not in head else ""


def bare(symbol: str) -> str:
    """The symbol as its own place writes it."""
    place = place_of(symbol)
    return symbol[len(place) + 1 :] if place else symbol


def placed(place: str, symbol: str) -> str:
    """A symbol of a place, as the desk writes it."""
    return f"{place}:{symbol}" if place else symbol
