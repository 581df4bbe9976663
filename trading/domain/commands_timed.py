"""What people and the scheduler want of alerts and recurring orders, where no order is in it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.schedule import Schedule
from trading.domain.timed import TOLERANCE_S


class DropAlerts(Struct, frozen=True, tag=True):
    """Forget these alerts; empty `alert_ids` = all of the account."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    alert_ids: tuple[str, ...] = ()


class SeeAlerts(Struct, frozen=True, tag=True):
    """Somebody has seen critical alerts: these, or (empty) all that rang for them."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    alert_ids: tuple[str, ...] = ()


class SetSchedule(Struct, frozen=True, tag=True):
    """Have an order line come again at each slot. `line` is canonical, `words` the schedule for people."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    line: str
    words: str
    schedule: Schedule
    tolerance_s: int = TOLERANCE_S


class PauseSchedule(Struct, frozen=True, tag=True):
    """Let the slots of a recurring order pass unused, or (`is_paused` false) use them again."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    schedule_id: str
    is_paused: bool


class DropSchedule(Struct, frozen=True, tag=True):
    """End a recurring order."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    schedule_id: str


class MissSlots(Struct, frozen=True, tag=True):
    """Slots of a recurring order that nothing is sent for; the id is the one of the newest. Fields as in
    `ScheduleMissed`."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    schedule_id: str
    first: datetime
    last: datetime
    count: int
    reason: str
    asks: bool = False
