"""Searching where several places trade the same."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from trading.feeds.catalogue import instrument_for
from trading.feeds.search import found

OWN = instrument_for("BTC/USD")
LIVE = replace(instrument_for("BTC/USDT"), symbol="BINANCE:BTC/USDT")
TEST = replace(instrument_for("BTC/USDT"), symbol="BINANCE-PAPER:BTC/USDT")
ALL = (TEST, LIVE, OWN)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("btc", [OWN, TEST, LIVE]),  # the desk's own first
        ("btc/usd", [OWN]),
        ("btcusdt", [TEST, LIVE]),
        ("BTC/USDT", [TEST, LIVE]),
        ("binance:btc", [LIVE]),
        ("binance-paper:btcusdt", [TEST]),
        ("BINANCE:BTC/USDT", [LIVE]),
        ("kraken:btc", []),
        ("binance:", []),
    ],
)
def test_a_word_is_found_at_every_place_unless_it_names_one(text: str, meant: list[object]) -> None:
    assert list(found(text, ALL)) == meant
