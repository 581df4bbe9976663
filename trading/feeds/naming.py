"""Which symbol a file of prices is about, read from its name (RULINGS 27)."""

from __future__ import annotations

import re
from pathlib import PurePath

from trading.domain.currency import FIAT, STABLE
from trading.feeds.problems import DataProblem

QUOTES = (*STABLE, *FIAT, "BTC", "ETH", "BNB", "PERP")
# fmt: off
CRYPTO = frozenset((
    "BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE", "LTC", "LINK", "AVAX", "DOT", "MATIC", "TRX",
    "UNI", "ATOM", "XLM", "BCH", "ETC", "NEAR", "FIL", "APT", "ARB", "OP", "SHIB", "PEPE", "SUI",
    "TON", "AAVE", "ALGO", "XMR", "XBT",
))
# fmt: on
_SUFFIXES = re.compile(r"(\.csv)?(\.gz)?$", re.IGNORECASE)


def symbol_of(path: str | PurePath) -> str:
    """`BTC_USDT-5m.csv.gz` -> `BTC/USDT`, `EURUSD_1h.csv` -> `EUR/USD`, `ES_1m_201310.csv` -> `ES`.

    Raises:
        DataProblem: the name does not begin with letters.
    """
    name = PurePath(path).name
    parts = [part.upper() for part in re.split(r"[^0-9A-Za-z]+", _SUFFIXES.sub("", name)) if part]
    if not parts or not parts[0][0].isalpha():
        raise DataProblem(
            "symbol",
            f"{name} does not begin with a symbol: rename it like BTC_USDT.csv or say --symbol BTC/USDT.",
        )
    first = parts[0]
    if len(parts) > 1 and parts[1] in QUOTES:
        return f"{first}/{parts[1]}"
    return _split(first) or first


def _split(word: str) -> str:
    """A pair written in one word, when both halves are known currencies; else nothing."""
    for quote in sorted(QUOTES, key=len, reverse=True):
        base = word.removesuffix(quote)
        if base != word and (base in CRYPTO or base in FIAT or base in STABLE):
            return f"{base}/{quote}"
    return ""
