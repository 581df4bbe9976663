"""The venues that a day may be played on, as profiles: what each can do, and how slow it is."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from trading.brokers.profile import (
    PAPER_ATTACHED,
    PAPER_BARE,
    PAPER_BRACKETED,
    PAPER_BRACKETED_WHOLE,
    PAPER_FULL,
    PAPER_PAIR,
    PAPER_PROFILES,
    PAPER_STOPS,
)

# Slow in two ways that a real venue is: requests may arrive late, and orders may be seen late.
SLOWLY: dict[str, Any] = {"fence_s": 8.0, "visibility_s": 4.0, "visibility_conditional_s": 9.0}
SLOW = replace(PAPER_FULL, venue="paper-slow", native_trailing=False, **SLOWLY)
BARE_SLOW = replace(PAPER_BARE, venue="paper-bare-slow", **SLOWLY)
STOPS_SLOW = replace(PAPER_STOPS, venue="paper-stops-slow", **SLOWLY)
PAIR_SLOW = replace(PAPER_PAIR, venue="paper-pair-slow", immediate=False, **SLOWLY)
ATTACHED_SLOW = replace(PAPER_ATTACHED, venue="paper-attached-slow", immediate=False, **SLOWLY)
BRACKETED_SLOW = replace(PAPER_BRACKETED, venue="paper-bracketed-slow", **SLOWLY)
BRACKETED_WHOLE_SLOW = replace(PAPER_BRACKETED_WHOLE, venue="paper-bracketed-whole-slow", **SLOWLY)
BRACKETS = (PAPER_BRACKETED, BRACKETED_SLOW, PAPER_BRACKETED_WHOLE, BRACKETED_WHOLE_SLOW)
"""Venues where an entry carries its exits; which seeds get one is drawn apart."""
PROFILES = (PAPER_FULL, PAPER_BARE, SLOW, BARE_SLOW)
TIERS = (PAPER_STOPS, PAPER_PAIR, STOPS_SLOW, PAIR_SLOW)
"""Venues between a whole bracket and nothing; which seeds get one is drawn apart."""
VENUES = {
    **PAPER_PROFILES,
    "slow": SLOW,
    "bare-slow": BARE_SLOW,
    "bare-market": replace(PAPER_PROFILES["bare"], venue="paper-bare-market", immediate=False),
    "pair-slow": PAIR_SLOW,
    "stops-slow": STOPS_SLOW,
    "attached-slow": ATTACHED_SLOW,
    "bracketed-slow": BRACKETED_SLOW,
    "bracketed-whole-slow": BRACKETED_WHOLE_SLOW,
}
"""Venues by the names that written days call them with."""
