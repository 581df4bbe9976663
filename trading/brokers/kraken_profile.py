"""What Kraken spot can and cannot promise. Data only; the facts are its own documentation's."""

from __future__ import annotations

from typing import Final

from trading.ports import VenueProfile

DEADLINE_MS: Final = 5_000
"""An order that reaches Kraken's engine later than this after it was sent is refused: it says so itself."""

SKEW_MAX_S: Final = 2.0
"""Kraken's clock is known to the second; how far ours may be from it after it was read."""

DEFINITIVE: Final = frozenset(
    {
        "form",
        "insufficient_funds",
        "key",
        "key_rights",
        "lot",
        "market_closed",
        "not_supported",
        "notional_min",
        "post_only_would_take",
        "price",
        "quantity_min",
        "reduce_only",
        "refused",
        "tick",
        "too_many_orders",
        "unknown_symbol",
        "venue_unavailable",
    }
)
"""Refusals that prove that nothing was taken. `duplicate` is not among them: then the order exists."""

KRAKEN_SPOT: Final = VenueProfile(
    venue="kraken",
    cid_scope="open_only",
    fence_s=DEADLINE_MS / 1000 + 2 * SKEW_MAX_S + 1,
    visibility_s=20.0,
    native_oco=False,
    native_stop=True,
    native_trailing=False,
    reduce_only=False,
    definitive_codes=DEFINITIVE,
    immediate=True,
    stream_silent_s=15.0,
)
"""The stop rests at the venue, and the desk watches the target: what one sell promises, no other may. Its
trailing stops are not used, whose place nothing on the wire tells before they trade."""
