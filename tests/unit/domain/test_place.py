"""Symbols with and without a place."""

from __future__ import annotations

import pytest

from trading.domain.place import bare, place_for, place_of, placed


@pytest.mark.parametrize(
    ("symbol", "place", "plain"),
    [
        ("BTC/USD", "", "BTC/USD"),
        ("BINANCE:BTC/USDT", "BINANCE", "BTC/USDT"),
        ("BINANCE-PAPER:BTC/USDT", "BINANCE-PAPER", "BTC/USDT"),
        ("ALPACA:AAPL", "ALPACA", "AAPL"),
        ("BTC/USDT:USDT", "", "BTC/USDT:USDT"),  # what a swap settles in is no place
        ("AAPL", "", "AAPL"),
    ],
)
def test_a_symbol_says_where_it_trades(symbol: str, place: str, plain: str) -> None:
    assert (place_of(symbol), bare(symbol)) == (place, plain)
    assert placed(place, plain) == symbol


def test_the_two_sides_of_a_venue_are_two_places() -> None:
    assert place_for("binance", "live") == place_for("binance", "live-off") == "BINANCE"
    assert place_for("binance", "paper") == "BINANCE-PAPER"
    assert place_for("paper", "paper") == "", "the desk's own"
