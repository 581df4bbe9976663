"""What Binance spot can and cannot promise. Data only; the facts are its own documentation's."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from trading.brokers.spot_refusals import SPOT_REFUSALS
from trading.domain.order import STOP_PASSED
from trading.ports import VenueProfile

RECEIVE_WINDOW_MS: Final = 5_000
"""A request that reaches Binance later than this after its timestamp is refused."""

SKEW_MAX_S: Final = 1.0
"""Binance takes no timestamp that lies further in its future."""

DEFINITIVE: Final = SPOT_REFUSALS | {"clock", STOP_PASSED}
"""Refusals that prove that nothing was taken. `duplicate` is not among them: then the order exists."""

BINANCE_SPOT: Final = VenueProfile(
    venue="binance",
    cid_scope="open_only",
    fence_s=RECEIVE_WINDOW_MS / 1000 + 2 * SKEW_MAX_S,
    visibility_s=20.0,
    native_oco=False,
    native_stop=True,
    native_trailing=False,
    reduce_only=False,
    definitive_codes=DEFINITIVE,
    immediate=True,
    stream_silent_s=45.0,
    takes_ends=False,
)
"""The stop rests at the venue and the desk watches the target: Binance's own pair ends the stop as soon as
the first part of the target fills, which leaves the rest of the position without one."""

BINANCE_SPOT_PAIRS: Final = replace(BINANCE_SPOT, venue="binance-pairs", native_oco=True, group_of_two=True)
"""The same with Binance's order lists. Certified against the wire; no account uses it until the desk guards
the rest of a position whose stop such a pair has ended."""
