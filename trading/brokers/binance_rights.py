"""What Binance tells of a key's rights, and what of it is a problem (RELIABILITY TM3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

WITHDRAWS: Final = "withdraws"
TRANSFERS: Final = "transfers"
EVERY_ADDRESS: Final = "every_address"
TAKES_OUT: Final = frozenset({WITHDRAWS, TRANSFERS})
"""With such a key somebody else can carry money away."""
_TRANSFERS: Final = ("permitsUniversalTransfer", "enableInternalTransfer")


def rights_problem(told: Mapping[str, Any]) -> tuple[str, str]:
    """The worst of what `account/apiRestrictions` says: code and sentence, both empty when all is well."""
    if told["enableWithdrawals"]:
        return WITHDRAWS, (
            "The key may withdraw: take that right away at Binance, then nothing can be stolen with it."
        )
    if any(told.get(name) for name in _TRANSFERS):
        return TRANSFERS, "The key may move money to other accounts: take that right away at Binance."
    if not told["ipRestrict"]:
        return EVERY_ADDRESS, "The key works from every address: bind it to yours at Binance."
    return "", ""
