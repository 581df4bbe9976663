"""What Kraken tells of a key's rights, and what of it is a problem (RELIABILITY TM3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trading.brokers.binance_rights import EVERY_ADDRESS, WITHDRAWS

CARRIES_OUT: Final = frozenset({"withdraw-funds", "add-withdraw-address", "update-withdraw-address"})
"""With the first somebody else can carry money away; the others prepare it."""
TRADES: Final = frozenset(
    {
        "query-funds",
        "query-open-trades",
        "query-closed-trades",
        "modify-trades",
        "close-trades",
        "create-ws-token",
    }
)
"""What an account of the desk needs."""


def may_trade(told: Mapping[str, Any]) -> bool:
    """Whether all of it is there."""
    return set(told["permissions"]) >= TRADES


def rights_problem(told: Mapping[str, Any]) -> tuple[str, str]:
    """The worst of what `GetApiKeyInfo` says: code and sentence, both empty when all is well."""
    rights = set(told["permissions"])
    if rights & CARRIES_OUT:
        return WITHDRAWS, (
            "The key may withdraw, or name addresses for that: take those rights away at Kraken, then "
            "nothing can be stolen with it."
        )
    if missing := sorted(TRADES - rights):
        return "", f"The key lacks rights that trading needs at Kraken: {', '.join(missing)}."
    if not told.get("ipAllowlist"):
        return EVERY_ADDRESS, "The key works from every address: bind it to yours at Kraken."
    return "", ""
