"""Our words for refusals of a spot exchange that prove that nothing was taken. Data only."""

from __future__ import annotations

from typing import Final

SPOT_REFUSALS: Final = frozenset(
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
"""`duplicate` is not among them: then the order exists."""
