"""What waits for a price or for a time on somebody's behalf: price alerts, recurring orders. Values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.ids import CommandId, PersonId
from trading.domain.money import HUNDRED, Price
from trading.domain.schedule import Schedule

ALERTS_MAX = 100
"""Price alerts that a person may have waiting, on all accounts together."""
SCHEDULES_MAX = 50
"""Recurring orders that a person may have."""
ALERT_BACK_PERCENT = Decimal("0.2")
"""How far the price must go back before an alert that repeats is ready again: noise at a level rings once."""
ALERT_PAUSE = timedelta(minutes=5)
"""An alert that repeats rings at most once in so long."""
ALERT_TIMES_MAX = Decimal(100)
"""A level so many times above or below the market is a slip of the keys."""
SHORTEST_S = 300
"""No recurring order comes more often than this."""
TOLERANCE_S = 900
"""How late a recurring order may still be sent without asking."""


class Side(StrEnum):
    """From where a price is looked at: it rises to a level, falls to it, or either."""

    ABOVE = "above"
    BELOW = "below"
    CROSSES = "crosses"


class PriceAlert(Struct, frozen=True):
    """A level that somebody wants to hear of, judged by the mid price.

    `waits` is the side that the price must come to next (never CROSSES). One that `repeats` is not armed
    from when it has rung until the price has been back; `set_price` is the mid when it was set.
    """

    alert_id: str
    number: int
    symbol: str
    side: Side
    price: Price
    waits: Side
    set_at: datetime
    set_price: Price
    repeats: bool = False
    note: str = ""
    is_armed: bool = True
    fired: int = 0
    fired_at: datetime | None = None

    @property
    def watched(self) -> tuple[Side, Decimal]:
        """The side and the level that come next: the alert's own, or what makes it ready again."""
        back = self.price * ALERT_BACK_PERCENT / HUNDRED
        if self.side is Side.CROSSES:
            if not self.fired:
                return self.waits, self.price
            return self.waits, self.price + (back if self.waits is Side.ABOVE else -back)
        if self.is_armed:
            return self.waits, self.price
        if self.waits is Side.ABOVE:
            return Side.BELOW, self.price - back
        return Side.ABOVE, self.price + back

    def is_reached(self, price: Decimal) -> bool:
        """Whether `price` is where the watched level is, or beyond."""
        side, level = self.watched
        return price >= level if side is Side.ABOVE else price <= level

    @property
    def rests_until(self) -> datetime | None:
        """Until when it stays silent whatever the price does; None when it may ring at once."""
        if self.fired_at is None or not (self.is_armed or self.side is Side.CROSSES):
            return None
        return self.fired_at + ALERT_PAUSE


class Recurring(Struct, frozen=True):
    """An order line that comes again at each slot of a schedule, on one account.

    `line` is the canonical line (`/buy BTC/USD $100`), `words` the schedule as people read it. `handled` is
    the last slot that was carried out, refused or missed (at first: when it was set), so that each slot is
    dealt with once. `tolerance_s`: how late it may still be sent unasked.
    """

    schedule_id: str
    number: int
    person: PersonId
    line: str
    words: str
    schedule: Schedule
    set_at: datetime
    handled: datetime
    tolerance_s: int = TOLERANCE_S
    is_paused: bool = False
    runs: int = 0
    missed: int = 0


def slot_command_id(job: str, slot: datetime) -> CommandId:
    """The id under which one slot of a job is dealt with, once and for all (RULINGS 1)."""
    return CommandId(f"job:{job}:{slot.isoformat(timespec='seconds')}")
