"""Recurring orders, and what jobs have to say: set, ended, due, missed."""

from __future__ import annotations

from datetime import timedelta

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_timed as et
from trading.domain.decide.alerts import accounts_of
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.entry import open_position
from trading.domain.schedule import next_after
from trading.domain.timed import SCHEDULES_MAX, SHORTEST_S, Recurring

# ---------------------------------------------------------------- recurring orders


def set_schedule(d: Deciding, command: cm.SetSchedule) -> None:
    """Have an order come again."""
    account = d.account(command.account)
    refused = _schedule_refused(d, command)
    if refused is not None:
        d.deny(command.account, command.command_id, "schedule", "", refused)
        return
    number = account.schedule_count + 1
    recurring = Recurring(
        schedule_id=f"{command.account}/schedule-{number}",
        number=number,
        person=command.person,
        line=command.line,
        words=command.words,
        schedule=command.schedule,
        set_at=d.now,
        handled=d.now,
        tolerance_s=command.tolerance_s,
    )
    d.emit(et.ScheduleSet(command.account, recurring, command.command_id, d.now, d.by))
    d.facts = {"schedule_id": recurring.schedule_id, "number": number}


def _schedule_refused(d: Deciding, command: cm.SetSchedule) -> ev.Refusal | None:
    waiting = [one for account in accounts_of(d.book, command.person) for one in account.schedules]
    if len(waiting) >= SCHEDULES_MAX:
        text = (
            f"{SCHEDULES_MAX} orders recur already, which is the most: /schedule del and a number ends one."
        )
        return ev.Refusal("schedules_full", text)
    first = next_after(command.schedule, d.now)
    if first is None:
        return ev.Refusal("no_slot", "That time is over: name one that is still to come.", "time")
    second = next_after(command.schedule, first)
    if second is not None and second - first < timedelta(seconds=SHORTEST_S):
        text = f"That is too often: at least {SHORTEST_S // 60} minutes lie between two orders."
        return ev.Refusal("too_often", text, "time")
    return None


def _recurring(d: Deciding, command: cm.Command, schedule_id: str) -> Recurring | None:
    """The recurring order, or None after a refusal."""
    account = d.account(command.account)
    for one in account.schedules:
        if one.schedule_id == schedule_id:
            return one
    refusal = ev.Refusal("no_schedule", "There is no such recurring order; /schedule lists them.", "schedule")
    d.deny(command.account, command.command_id, "schedule", "", refusal)
    return None


def pause_schedule(d: Deciding, command: cm.PauseSchedule) -> None:
    """Let slots pass, or use them again."""
    found = _recurring(d, command, command.schedule_id)
    if found is None:
        return
    if found.is_paused is command.is_paused:
        word = "paused" if found.is_paused else "not paused"
        refusal = ev.Refusal("no_change", f"It is {word} already; /schedule lists all.", "schedule")
        d.deny(command.account, command.command_id, "schedule", "", refusal)
        return
    event = et.SchedulePaused(
        command.account, found.schedule_id, found.number, command.is_paused, command.command_id, d.now, d.by
    )
    d.emit(event)
    d.facts = {"number": found.number}


def drop_schedule(d: Deciding, command: cm.DropSchedule) -> None:
    """End one."""
    found = _recurring(d, command, command.schedule_id)
    if found is not None:
        d.emit(et.ScheduleDropped(command.account, found.schedule_id, found.number, "asked", d.now, d.by))
        d.facts = {"number": found.number}


def _still_due(d: Deciding, found: Recurring, command: cm.RunSlot | cm.MissSlots, slot_ok: bool) -> bool:
    if found.is_paused or not slot_ok:
        text = "That slot was dealt with, or the order is paused: nothing was sent."
        d.deny(command.account, command.command_id, "schedule", "", ev.Refusal("slot_over", text))
        return False
    return True


def run_slot(d: Deciding, command: cm.RunSlot) -> None:
    """Use a slot up and judge its order, in one append: neither can be without the other."""
    found = _recurring(d, command, command.schedule_id)
    if found is None or not _still_due(d, found, command, command.slot > found.handled):
        return
    d.emit(
        et.ScheduleRan(
            command.account, found.schedule_id, found.number, command.slot, command.command_id, d.now
        )
    )
    open_position(d, command.order)
    _end_when_done(d, found, command)


def miss_slots(d: Deciding, command: cm.MissSlots) -> None:
    """Note that nothing was sent for these slots."""
    found = _recurring(d, command, command.schedule_id)
    if found is None or not _still_due(d, found, command, command.last > found.handled):
        return
    d.emit(
        et.ScheduleMissed(
            account=command.account,
            schedule_id=found.schedule_id,
            number=found.number,
            line=found.line,
            first=command.first,
            last=command.last,
            count=command.count,
            reason=command.reason,
            asks=command.asks,
            at=d.now,
        )
    )
    _end_when_done(d, found, command)


def _end_when_done(d: Deciding, found: Recurring, command: cm.RunSlot | cm.MissSlots) -> None:
    slot = command.slot if isinstance(command, cm.RunSlot) else command.last
    is_asked = isinstance(command, cm.MissSlots) and command.asks
    # One that is asked about stays until it is answered or ended, so that /schedule now finds it.
    if next_after(found.schedule, slot) is None and not is_asked:
        d.emit(et.ScheduleDropped(command.account, found.schedule_id, found.number, "done", d.now))


# ---------------------------------------------------------------- what jobs say


def tell(d: Deciding, command: cm.Tell) -> None:
    """Write down what people must hear, once for each slot."""
    level = ev.Level(command.level)
    d.emit(ev.Noticed(command.account, command.code, command.topic, level, command.facts, d.now))
