"""What a venue can and cannot promise, as one value; the values themselves stand with the adapters."""

from __future__ import annotations

from msgspec import Struct

from trading.domain.ladder import ExitSupport


class VenueProfile(Struct, frozen=True):
    """What a venue can and cannot promise (RELIABILITY C-4)."""

    venue: str
    cid_scope: str  # "forever", "open_only", "none": where a client order id is unique
    fence_s: float  # after that long a request can no longer be accepted
    visibility_s: float  # how long an accepted order may stay invisible to queries
    native_oco: bool
    native_stop: bool
    native_trailing: bool
    reduce_only: bool  # False: an exit is an order like any other, and may flip what it should close
    visibility_conditional_s: float = 2_400.0  # the same for stops, which venues keep apart and show later
    definitive_codes: frozenset[str] = frozenset()  # refusals that prove that an order was not taken
    attached_exits: bool = False  # orders that close the position are kept to its size by the venue
    bracket_trigger: str = (
        ""  # entries carry exits, which wake with each fill ("partial") or the last ("full")
    )
    immediate: bool = False  # takes orders with a limit that trade at once or end (IOC)
    stream_silent_s: float = 0.0  # a stream that says nothing for longer is dead; 0 = it may be silent
    group_of_two: bool = False  # a group is one target and one stop, and the first part of one ends the other
    takes_ends: bool = True  # takes orders that end at an instant of their own (GTD)

    @property
    def exits(self) -> ExitSupport:
        """What it can hold of a position's exits; without stops, all of it is left to the desk."""
        if not self.native_stop:
            return ExitSupport(immediate=self.immediate)
        return ExitSupport(
            stop=True,
            trailing=self.native_trailing,
            group=self.native_oco,
            attached=self.attached_exits,
            reduce_only=self.reduce_only,
            immediate=self.immediate,
            bracket=bool(self.bracket_trigger),
            bracket_grows=self.bracket_trigger == "partial",
        )
