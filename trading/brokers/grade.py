"""How far each venue's adapter has been proven. Data only; `docs/venues.md` and chat show it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from trading.brokers.alpaca_profile import PROFILES as ALPACA_PROFILES
from trading.brokers.binance_profile import BINANCE_SPOT, BINANCE_SPOT_PAIRS
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.brokers.profile import PAPER_PROFILES
from trading.ports import VenueProfile


class Grade(StrEnum):
    """What has been seen of a venue.

    PAPER: it is our own, no money moves. BRONZE: its adapter keeps the whole contract against a local server
    that speaks the venue's wire protocol, with the venue's real client library, and planted bugs are found.
    SILVER: the safe part of the certification has run on the venue's own test side. GOLD: real orders under
    small caps have been reconciled there for a month without a difference.
    """

    PAPER = "paper"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


VENUES: Final[tuple[tuple[VenueProfile, Grade], ...]] = (
    *((profile, Grade.PAPER) for profile in PAPER_PROFILES.values()),
    *((profile, Grade.BRONZE) for profile in ALPACA_PROFILES.values()),
    (BINANCE_SPOT, Grade.BRONZE),
    (BINANCE_SPOT_PAIRS, Grade.BRONZE),
    (KRAKEN_SPOT, Grade.BRONZE),
)
"""Every profile that an adapter has. Whatever is not here is read-only."""


def grade_of(venue: str) -> str:
    """The grade of the profile that accounts at a venue have; empty when there is none."""
    return next((grade.value for profile, grade in VENUES if profile.venue.startswith(venue)), "")
