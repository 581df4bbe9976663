"""Events of price alerts and recurring orders. All stand in the stream of the account that they are about."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.money import Price
from trading.domain.timed import PriceAlert, Recurring, Ringing, Side


class AlertSet(Struct, frozen=True, tag=True):
    """Somebody wants to hear of a level."""

    account: AccountId
    alert: PriceAlert
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class AlertFired(Struct, frozen=True, tag=True):
    """The level was reached, by a mid (or whatever the alert is about) of `price`. `side` is the way it came;
    `is_after_gap`: it was there at the first price since the desk came back. `is_over`: it does not ring
    again. `alert` is the alert as it stood (None: written before there were others than of prices)."""

    account: AccountId
    alert_id: str
    number: int
    symbol: str
    side: Side
    level: Price
    price: Price
    note: str
    is_after_gap: bool
    is_over: bool
    at: datetime
    alert: PriceAlert | None = None


class AlertEnded(Struct, frozen=True, tag=True):
    """Its end has come: it does not ring any more."""

    account: AccountId
    alert: PriceAlert
    at: datetime


class AlertEscalated(Struct, frozen=True, tag=True):
    """Nobody has seen a critical alert: it is told once more, `ringing.step` further."""

    account: AccountId
    ringing: Ringing
    at: datetime

    @property
    def alert(self) -> PriceAlert:
        """Which alert it is."""
        return self.ringing.alert


class AlertsSeen(Struct, frozen=True, tag=True):
    """Somebody has seen these critical alerts: they are not told any further."""

    account: AccountId
    alert_ids: tuple[str, ...]
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class AlertRearmed(Struct, frozen=True, tag=True):
    """The price has been back: an alert that repeats is ready again."""

    account: AccountId
    alert_id: str
    at: datetime


class AlertAnchored(Struct, frozen=True, tag=True):
    """From now on its indicator is computed from the bar that begins at `anchored_at` (RULINGS 20)."""

    account: AccountId
    alert_id: str
    anchored_at: datetime
    at: datetime


class AlertDropped(Struct, frozen=True, tag=True):
    """Somebody does not want to hear of it any more."""

    account: AccountId
    alert_id: str
    number: int
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class ScheduleSet(Struct, frozen=True, tag=True):
    """An order is to come again and again."""

    account: AccountId
    recurring: Recurring
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class SchedulePaused(Struct, frozen=True, tag=True):
    """Its slots pass unused from now on, or (`is_paused` false) are used again; those of the pause are not
    made up for."""

    account: AccountId
    schedule_id: str
    number: int
    is_paused: bool
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class ScheduleDropped(Struct, frozen=True, tag=True):
    """It is over. `reason`: `asked`, or `done` when no slot is left."""

    account: AccountId
    schedule_id: str
    number: int
    reason: str
    at: datetime
    by: PersonId = PersonId("")


class ScheduleRan(Struct, frozen=True, tag=True):
    """A slot was used: the order that it asks for, or its refusal, follows in the same append."""

    account: AccountId
    schedule_id: str
    number: int
    slot: datetime
    command_id: CommandId
    at: datetime


class ScheduleMissed(Struct, frozen=True, tag=True):
    """Slots that nothing was sent for: `count` of them from `first` to `last`. `reason`: `late` (the desk was
    away too long), `busy` (the slot before was not done yet), or a sentence. `asks`: the newest may still be
    wanted, so the person is asked."""

    account: AccountId
    schedule_id: str
    number: int
    line: str
    first: datetime
    last: datetime
    count: int
    reason: str
    asks: bool
    at: datetime


TimedEvent = (
    AlertSet
    | AlertFired
    | AlertEnded
    | AlertEscalated
    | AlertsSeen
    | AlertRearmed
    | AlertAnchored
    | AlertDropped
    | ScheduleSet
    | SchedulePaused
    | ScheduleDropped
    | ScheduleRan
    | ScheduleMissed
)
