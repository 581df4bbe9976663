"""Which instruments a person may mean by a word: best kind of match first, never a silent pick."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trading.domain.instrument import Instrument
from trading.domain.place import bare, place_of

_QUOTE_ORDER = ("USD", "USDT", "USDC", "EUR", "GBP", "BTC", "ETH")
_ALIASES = {"XBT": "BTC", "BITCOIN": "BTC", "ETHER": "ETH", "ETHEREUM": "ETH", "SOLANA": "SOL"}
FOUND_MAX = 20


def found(text: str, instruments: Iterable[Instrument]) -> Sequence[Instrument]:
    """All matches of the best kind: exact symbol, symbol without separators, exact base, beginning of the
    symbol, words of the description. Within a kind the desk's own come first, then
    dollars, then by name; at most twenty. `binance:btc` looks at that place only."""
    wanted = text.strip().upper()
    known = list(instruments)
    place = place_of(wanted)
    if place and (there := [one for one in known if place_of(one.symbol) == place]):
        known, wanted = there, bare(wanted)
    plain = _squashed(wanted)
    if not plain:
        return []
    base = _ALIASES.get(plain, plain)
    kinds = (
        [one for one in known if bare(one.symbol).upper() == wanted],
        [one for one in known if _squashed(bare(one.symbol)) == plain],
        [one for one in known if one.base.upper() == base],
        [one for one in known if _squashed(bare(one.symbol)).startswith(plain)],
        [one for one in known if wanted in one.description.upper()],
    )
    best = next((kind for kind in kinds if kind), [])
    return sorted(best, key=_rank)[:FOUND_MAX]


def _squashed(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def _rank(one: Instrument) -> tuple[bool, int, str]:
    known = one.quote in _QUOTE_ORDER
    quote = _QUOTE_ORDER.index(one.quote) if known else len(_QUOTE_ORDER)
    return (bool(place_of(one.symbol)), quote, one.symbol)
