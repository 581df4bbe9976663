"""What each venue can and cannot promise. Data only."""

from __future__ import annotations

from typing import Final

from trading.ports import VenueProfile

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
)
"""Futures-like: stops and reduce-only orders, no groups."""

PAPER_PROFILES: Final = {"full": PAPER_FULL, "pair": PAPER_PAIR, "stops": PAPER_STOPS, "bare": PAPER_BARE}
"""The paper venue's profiles by the word that people choose them with, best guard first."""
