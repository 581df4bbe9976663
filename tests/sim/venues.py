"""The venues that a day may be played on, as profiles: what each can do, and how slow it is."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from trading.brokers.profile import PAPER_ATTACHED, PAPER_BARE, PAPER_FULL, PAPER_PAIR, PAPER_STOPS

# Slow in two ways that a real venue is: requests may arrive late, and orders may be seen late.
SLOWLY: dict[str, Any] = {"fence_s": 8.0, "visibility_s": 4.0, "visibility_conditional_s": 9.0}
SLOW = replace(PAPER_FULL, venue="paper-slow", native_trailing=False, **SLOWLY)
BARE_SLOW = replace(PAPER_BARE, venue="paper-bare-slow", **SLOWLY)
STOPS_SLOW = replace(PAPER_STOPS, venue="paper-stops-slow", **SLOWLY)
PAIR_SLOW = replace(PAPER_PAIR, venue="paper-pair-slow", immediate=False, **SLOWLY)
ATTACHED_SLOW = replace(PAPER_ATTACHED, venue="paper-attached-slow", immediate=False, **SLOWLY)
PROFILES = (PAPER_FULL, PAPER_BARE, SLOW, BARE_SLOW)
TIERS = (PAPER_STOPS, PAPER_PAIR, STOPS_SLOW, PAIR_SLOW)
"""Venues between a whole bracket and nothing; which seeds get one is drawn apart."""
