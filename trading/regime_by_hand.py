"""Trends of markets that a person has set by hand, and which sides they leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import DecodeError, Struct, json

from trading.opinions import Trend

KEPT_AS = "regimes"
"""Name in the registers of the trends that a person has set by hand."""
DIRECTION = "market_direction"
"""Name in the registers of the side that a person's profiles may enter in every market."""
DIRECTIONS = ("both", "long", "short", "none")
_SIDES = {Trend.UP: "long", Trend.DOWN: "short", Trend.FLAT: "both"}


class ByHand(Struct, frozen=True):
    """A trend that holds until an instant."""

    trend: Trend
    until: datetime


_KEPT = json.Decoder(dict[str, ByHand])


def by_hand(settings: Mapping[str, str], now: datetime) -> dict[str, ByHand]:
    """What a person has set and still holds, by symbol."""
    kept = settings.get(KEPT_AS, "")
    try:
        every = _KEPT.decode(kept) if kept else {}
    except DecodeError:
        every = {}  # another version's words
    return {symbol: one for symbol, one in every.items() if one.until > now}


def sides(settings: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Which side a trend by hand leaves, by symbol: only buys where it goes up, only shorts where it goes
    down; one that goes nowhere forbids neither."""
    return {symbol: _SIDES[one.trend] for symbol, one in by_hand(settings, now).items()}


def everywhere(settings: Mapping[str, str]) -> str:
    """Which side a person's profiles may enter in every market: one of DIRECTIONS."""
    said = settings.get(DIRECTION, "both")
    return said if said in DIRECTIONS else "both"
