"""A series of the past laid over today: which original instant belongs to now, and when it begins anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from trading.feeds.merging import AnySeries

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
RUNWAY_MAX = timedelta(days=28)
"""How much of a long series is left to play when the desk starts."""


class Tape(Struct, frozen=True):
    """A series with its extent.

    `loop` plays it again from the beginning: a market that never closes after whole days, one with
    sessions after whole weeks.
    """

    series: AnySeries
    first_at: datetime
    ends_at: datetime
    loop: bool = False

    @property
    def period(self) -> timedelta | None:
        """After how long it begins anew; None = it ends."""
        if not self.loop:
            return None
        unit = DAY if self.never_closes and self.ends_at - self.first_at < WEEK else WEEK
        return unit * max(1, -(-(self.ends_at - self.first_at) // unit))

    @property
    def never_closes(self) -> bool:
        """Whether the market trades around the clock."""
        return not self.series.instrument.session.spans


class Laid(Struct, frozen=True):
    """A tape laid over today: `original_at` was when `live_at` is, moving `speed` times as fast."""

    tape: Tape
    live_at: datetime
    original_at: datetime
    speed: float = 1.0

    def position(self, live: datetime) -> datetime:
        """The tape time of `live`, counted on through the loops."""
        passed = live - self.live_at
        return self.original_at + (passed if self.speed == 1 else passed * self.speed)

    def original(self, live: datetime) -> datetime:
        """The original instant that is played at `live`."""
        position, period = self.position(live), self.tape.period
        if period is None:
            return position
        return self.tape.first_at + (position - self.tape.first_at) % period

    def live(self, position: datetime) -> datetime:
        """When tape time `position` is played."""
        ahead = position - self.original_at
        return self.live_at + (ahead if self.speed == 1 else ahead / self.speed)

    def is_over(self, live: datetime) -> bool:
        """Whether the tape has ended at `live`."""
        return not self.tape.loop and self.position(live) >= self.tape.ends_at


def lay(tape: Tape, now: datetime, speed: float = 1.0) -> Laid:
    """Lay `tape` over today so that weekday and time of day (UTC) match.

    A looping tape that may loop by days matches the time of day only. A tape that ends is laid so that at
    least `RUNWAY_MAX`, or half of it when it is short, is left; a tape of less than a week may be over.
    """
    period = tape.period
    if period is not None:
        return Laid(tape, now, tape.first_at + (now - tape.first_at) % period, speed)
    runway = min(RUNWAY_MAX, (tape.ends_at - tape.first_at) / 2)
    original = tape.ends_at - runway - (tape.ends_at - runway - now) % WEEK
    if original < tape.first_at:
        original += WEEK * -(-(tape.first_at - original) // WEEK)
    return Laid(tape, now, original, speed)
