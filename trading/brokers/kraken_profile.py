"""What Kraken spot can and cannot promise. Data only; the facts are its own documentation's."""

from __future__ import annotations

from typing import Final

from trading.brokers.spot_refusals import SPOT_REFUSALS
from trading.ports import VenueProfile

DEADLINE_MS: Final = 5_000
"""An order that reaches Kraken's engine later than this after it was sent is refused: it says so itself."""

SKEW_MAX_S: Final = 2.0
"""Kraken's clock is known to the second; how far ours may be from it after it was read."""

KRAKEN_SPOT: Final = VenueProfile(
    venue="kraken",
    cid_scope="open_only",
    fence_s=DEADLINE_MS / 1000 + 2 * SKEW_MAX_S + 1,
    visibility_s=20.0,
    native_oco=False,
    native_stop=True,
    native_trailing=False,
    reduce_only=False,
    definitive_codes=SPOT_REFUSALS,
    immediate=True,
    stream_silent_s=15.0,
)
"""The stop rests at the venue, and the desk watches the target: what one sell promises, no other may. Its
trailing stops are not used, whose place nothing on the wire tells before they trade."""
