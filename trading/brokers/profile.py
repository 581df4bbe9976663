"""What each venue can and cannot promise. Data only."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from trading.ports import VenueProfile

REFUSALS: Final = frozenset(
    {
        "expired",
        "group",
        "insufficient_funds",
        "lot",
        "market_closed",
        "not_shortable",
        "not_supported",
        "notional_min",
        "post_only_would_take",
        "price",
        "quantity_min",
        "reduce_only",
        "tick",
        "unknown_symbol",
        "venue_unavailable",
    }
)
"""The paper venue refuses with these before it takes anything. `duplicate` is not among them: it means that
the order exists."""

PAPER_FULL: Final = VenueProfile(
    venue="paper",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=True,
    native_stop=True,
    native_trailing=True,
    reduce_only=True,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    immediate=True,
)
"""The venue holds the whole bracket: our watch may die with our process."""

PAPER_BARE: Final = VenueProfile(
    venue="paper-bare",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=False,
    native_stop=False,
    native_trailing=False,
    reduce_only=True,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    immediate=True,
)
"""Market and limit orders only: everything else we watch ourselves."""

PAPER_STOPS: Final = VenueProfile(
    venue="paper-stops",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=False,
    native_stop=True,
    native_trailing=False,
    reduce_only=False,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    immediate=True,
)
"""Spot-like: single stops, and nothing that binds orders together. What one sell promises, no other may."""

PAPER_PAIR: Final = VenueProfile(
    venue="paper-pair",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=False,
    native_stop=True,
    native_trailing=True,
    reduce_only=True,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    immediate=True,
)
"""Futures-like: stops and reduce-only orders, no groups."""

PAPER_ATTACHED: Final = VenueProfile(
    venue="paper-attached",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=False,
    native_stop=True,
    native_trailing=True,
    reduce_only=True,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    attached_exits=True,
    immediate=True,
)
"""Perpetual-futures-like (Bybit's stop and target of a position, Binance's `closePosition`): stop and target
hang on the position, which the venue keeps them as large as. What is for a part of it is reduce-only."""

PAPER_BRACKETED: Final = VenueProfile(
    venue="paper-bracketed",
    cid_scope="forever",
    fence_s=0.0,
    visibility_s=0.0,
    native_oco=True,
    native_stop=True,
    native_trailing=True,
    reduce_only=True,
    visibility_conditional_s=0.0,
    definitive_codes=REFUSALS,
    bracket_trigger="partial",
    immediate=True,
)
"""An entry carries its exits, one stop and at most one target, in one order (Binance's OTOCO, OKX's attached
orders): they sleep until it fills, grow with each of its fills, and go with it when it ends unfilled. Once
awake they are a group like any other."""

PAPER_BRACKETED_WHOLE: Final = replace(PAPER_BRACKETED, venue="paper-bracketed-whole", bracket_trigger="full")
"""The same, but they sleep until all of the entry has filled (Alpaca): what is filled in part they guard not,
and when the rest is canceled they never wake (RELIABILITY X40)."""

PAPER_PROFILES: Final = {
    "bracketed": PAPER_BRACKETED,
    "bracketed-whole": PAPER_BRACKETED_WHOLE,
    "full": PAPER_FULL,
    "attached": PAPER_ATTACHED,
    "pair": PAPER_PAIR,
    "stops": PAPER_STOPS,
    "bare": PAPER_BARE,
}
"""The paper venue's profiles by the word that people choose them with, best guard first."""
