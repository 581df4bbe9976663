"""Alpaca: where it is, what it promises for each of its markets, how its refusals are called. Data only."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from trading.ports import VenueProfile

DUPLICATE: Final = "duplicate"
REFUSALS: Final = frozenset(
    {
        "day_trading",
        "insufficient_funds",
        "key_refused",
        "lot",
        "not_shortable",
        "not_supported",
        "notional_min",
        "price",
        "quantity_held",
        "quantity_min",
        "refused",
        "tick",
        "unknown_symbol",
        "venue_unavailable",
        "wash_trade",
    }
)
"""Refusals after which the order is certainly not there: our own before anything was sent, and what comes
with HTTP 400, 401, 403, 404 or 422 in the venue's own words. `duplicate` means that the order exists."""


class AlpacaMarket(StrEnum):
    """What an account of the desk trades there: the venue takes other orders for each."""

    SHARES = "shares"  # whole shares: stops, trailing stops and orders that last
    PARTS = "parts"  # parts of shares, too: orders for the day, and no stop of any kind
    COINS = "coins"  # market, limit and stop-limit orders; nothing is sold short


class AlpacaSite(Struct, frozen=True):
    """Which side of the house: `environment` is paper or live, the rest are addresses without a slash."""

    environment: str
    rest: str
    stream: str


PAPER: Final = AlpacaSite(
    "paper", "https://paper-api.alpaca.markets", "wss://paper-api.alpaca.markets/stream"
)
LIVE: Final = AlpacaSite("live", "https://api.alpaca.markets", "wss://api.alpaca.markets/stream")
PREFIXES: Final = {"paper": "PK", "live": "AK"}
"""Keys of the one side are refused by the other, and begin with other letters."""

FENCE_S: Final = 60.0
"""How long a request may lie on its way: no worst delay is known, so a minute until one is measured."""
VISIBILITY_S: Final = 20.0


def _profile(market: AlpacaMarket, *, stop: bool) -> VenueProfile:
    # No OCO is promised although the venue has one: its groups have two members exactly, end as a whole when
    # one of them is canceled, and hold the shares against any other sale.
    return VenueProfile(
        venue=f"alpaca-{market.value}",
        cid_scope="open_only",  # unique in an account; that it stays so for ever is nowhere written
        fence_s=FENCE_S,
        visibility_s=VISIBILITY_S,
        native_oco=False,
        native_stop=stop,
        native_trailing=stop,
        reduce_only=False,
        definitive_codes=REFUSALS,
        immediate=market is not AlpacaMarket.PARTS,
        takes_ends=False,
    )


PROFILES: Final = {
    AlpacaMarket.SHARES: _profile(AlpacaMarket.SHARES, stop=True),
    AlpacaMarket.PARTS: _profile(AlpacaMarket.PARTS, stop=False),
    AlpacaMarket.COINS: _profile(AlpacaMarket.COINS, stop=False),
}
