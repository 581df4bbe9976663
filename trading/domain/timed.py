"""What waits for a price or for a time on somebody's behalf: price alerts, recurring orders. Values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.ids import CommandId, PersonId
from trading.domain.measure import Indicator, Measure
from trading.domain.money import HUNDRED, Price
from trading.domain.schedule import Schedule

ALERTS_MAX = 100
"""Price alerts that a person may have waiting, on all accounts together."""
SCHEDULES_MAX = 50
"""Recurring orders that a person may have."""
ALERT_BACK_PERCENT = Decimal("0.2")
"""How far the price must go back before an alert that repeats is ready again: noise at a level rings once."""
RESULT_BACK_PERCENT = Decimal(5)
"""The same for what is no price, in percent of its level: an indicator, a result in money."""
ALERT_PAUSE = timedelta(minutes=5)
"""An alert that repeats rings at most once in so long."""
ALERT_LIFE_MAX = timedelta(days=366)
"""An end that is further away is a slip of the keys."""
ESCALATION_PAUSE = timedelta(minutes=5)
"""How long each step of an alert that nobody has seen waits for the next one."""
ESCALATION_STEPS = 3
"""Told again, told on every phone, told to the account's owner and admins; then it is left."""
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
    CROSSES_UP = "crosses_up"  # to the level or above it, having been below
    CROSSES_DOWN = "crosses_down"


class PriceAlert(Struct, frozen=True):
    """A level that somebody wants to hear of: of the mid price, or of what `of` says instead.

    `waits` is the side that comes next (ABOVE or BELOW). One that `repeats` is not armed from when it has
    rung until the price has been back; one that waits for a crossing not before the other side was seen.
    `price` is the level, `set_price` what stood there when it was set (None: nothing did), both in the unit
    of `of`. `symbol` is empty for an account's day. `person`: whoever set it (empty: whose the account is);
    only they are told. One that `is_critical` is told again, and to others, until somebody has seen it.
    `anchored_at`: where the first bar begins that its indicator is computed from, so that it says the same
    after a restart (None: not written down yet).
    """

    alert_id: str
    number: int
    symbol: str
    side: Side
    price: Price
    waits: Side
    set_at: datetime
    set_price: Price | None
    repeats: bool = False
    note: str = ""
    is_armed: bool = True
    fired: int = 0
    fired_at: datetime | None = None
    of: Measure = Measure.PRICE
    indicator: Indicator | None = None
    person: PersonId = PersonId("")
    until: datetime | None = None
    is_critical: bool = False
    anchored_at: datetime | None = None

    @property
    def watched(self) -> tuple[Side, Decimal]:
        """The side and the level that come next: the alert's own, or what makes it ready again."""
        percent = ALERT_BACK_PERCENT if self.of is Measure.PRICE else RESULT_BACK_PERCENT
        # The first crossing needs the other side; noise only matters once it has rung.
        back = abs(self.price) * percent / HUNDRED if self.fired else Decimal(0)
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
        if not self.is_armed and not self.fired and price == level:
            return False  # at the level is not on the other side of it
        return price >= level if side is Side.ABOVE else price <= level

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.until is not None and self.until <= now

    @property
    def rests_until(self) -> datetime | None:
        """Until when it stays silent whatever the price does; None when it may ring at once."""
        if self.fired_at is None or not (self.is_armed or self.side is Side.CROSSES):
            return None
        return self.fired_at + ALERT_PAUSE


class Ringing(Struct, frozen=True):
    """A critical alert that has rung and that nobody has seen: with which value, from which side, and how far
    it was taken since (`step` of ESCALATION_STEPS, the last at `told_at`)."""

    alert: PriceAlert
    side: Side
    price: Price
    at: datetime
    told_at: datetime
    step: int = 0

    @property
    def due_at(self) -> datetime:
        """When the next step comes."""
        return self.told_at + ESCALATION_PAUSE


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
