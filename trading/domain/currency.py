"""Codes that stand for money: national currencies and coins that are kept at par with one."""

from __future__ import annotations

# fmt: off
FIAT = (
    "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "TRY",
    "ZAR", "MXN", "BRL", "KRW", "INR", "SGD", "HKD", "CNH",
)
STABLE = ("USDT", "USDC", "DAI", "BUSD", "TUSD", "FDUSD", "PYUSD", "USDE", "USDS", "EURC")
# fmt: on
CURRENCIES = frozenset((*FIAT, *STABLE))
DOLLARS = frozenset({"USD", "USDT", "USDC"})
"""What counts as one dollar on a paper account."""
