"""Which instruments a person may mean by a word: best kind of match first, never a silent pick."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trading.domain.instrument import Instrument

_QUOTE_ORDER = ("USD", "USDT", "USDC", "EUR", "GBP", "BTC", "ETH")
_ALIASES = {"XBT": "BTC", "BITCOIN": "BTC", "ETHER": "ETH", "ETHEREUM": "ETH", "SOLANA": "SOL"}
FOUND_MAX = 20


def found(text: str, instruments: Iterable[Instrument]) -> Sequence[Instrument]:
    """All matches of the best kind: exact symbol, symbol without separators, exact base, beginning of the
    symbol, words of the description. Within a kind dollars come first, then by name; at most twenty."""
    wanted = text.strip().upper()
    plain = _squashed(wanted)
    if not plain:
        return []
    base = _ALIASES.get(plain, plain)
    known = list(instruments)
    kinds = (
        [one for one in known if one.symbol.upper() == wanted],
        [one for one in known if _squashed(one.symbol) == plain],
        [one for one in known if one.base.upper() == base],
        [one for one in known if _squashed(one.symbol).startswith(plain)],
        [one for one in known if wanted in one.description.upper()],
    )
    best = next((kind for kind in kinds if kind), [])
    return sorted(best, key=_rank)[:FOUND_MAX]


def _squashed(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def _rank(one: Instrument) -> tuple[int, str]:
    known = one.quote in _QUOTE_ORDER
    return (_QUOTE_ORDER.index(one.quote) if known else len(_QUOTE_ORDER), one.symbol)
