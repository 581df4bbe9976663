"""Price alerts, recurring orders, and what jobs have to say: set, ended, due, missed."""

from __future__ import annotations

from datetime import timedelta

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_timed as et
from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.entry import open_position
from trading.domain.ids import PersonId
from trading.domain.money import Price, plain
from trading.domain.schedule import next_after
from trading.domain.timed import (
    ALERT_TIMES_MAX,
    ALERTS_MAX,
    SCHEDULES_MAX,
    SHORTEST_S,
    PriceAlert,
    Recurring,
    Side,
)


def accounts_of(book: Book, person: PersonId) -> list[Account]:
    """Every account of a person."""
    found = (book.account(name) for name in book.account_ids())
    return [account for account in found if account is not None and account.owner == person]


# ---------------------------------------------------------------- price alerts


def set_alert(d: Deciding, command: cm.SetAlert) -> None:
    """Begin to wait for a level that the price has not reached."""
    account = d.account(command.account)
    symbol = command.seen.instrument.symbol
    quote = d.book.marks.get(symbol) or command.seen.quote
    refused = _alert_refused(d, command, quote.mid if quote else None)
    if refused is not None or quote is None:
        assert refused is not None, "without a price it is refused"
        d.deny(command.account, command.command_id, "alerts", symbol, refused)
        return
    waits = command.side
    if waits is Side.CROSSES:
        waits = Side.ABOVE if command.price > quote.mid else Side.BELOW
    d.list_instrument(command.account, command.seen.instrument)
    number = account.alert_count + 1
    alert = PriceAlert(
        alert_id=f"{command.account}/alert-{number}",
        number=number,
        symbol=symbol,
        side=command.side,
        price=command.price,
        waits=waits,
        set_at=d.now,
        set_price=quote.mid,
        repeats=command.repeats,
        note=command.note,
    )
    d.emit(et.AlertSet(command.account, alert, command.command_id, d.now, d.by))
    d.facts = {"alert_id": alert.alert_id, "number": number}


def _alert_refused(d: Deciding, command: cm.SetAlert, mid: Price | None) -> ev.Refusal | None:
    symbol, price = command.seen.instrument.symbol, command.price
    shown = plain(price)
    if mid is None:
        text = f"There is no price of {symbol} yet: set the alert once there is one (/price {symbol})."
        return ev.Refusal("no_price", text, "symbol", symbol)
    waiting = [alert for one in accounts_of(d.book, command.person) for alert in one.alerts]
    if len(waiting) >= ALERTS_MAX:
        text = f"{ALERTS_MAX} alerts wait already, which is the most: /alerts del and a number frees one."
        return ev.Refusal("alerts_full", text)
    if price <= 0 or not mid / ALERT_TIMES_MAX <= price <= mid * ALERT_TIMES_MAX:
        text = f"{symbol} is at {plain(mid)}: {shown} is too far from it to be meant."
        return ev.Refusal("level_far", text, "price", shown)
    own = (symbol, command.side, price)
    if any((a.symbol, a.side, a.price) == own for a in d.account(command.account).alerts):
        return ev.Refusal(
            "alert_twice", f"That alert waits already: /alerts {symbol} shows it.", "price", shown
        )
    there = {Side.ABOVE: mid >= price, Side.BELOW: mid <= price, Side.CROSSES: mid == price}[command.side]
    if there:
        text = (
            f"{symbol} is at {plain(mid)}, so it is there already: "
            f"/alerts {symbol} crosses {shown} waits until it passes."
        )
        return ev.Refusal("already_there", text, "price", shown)
    return None


def drop_alerts(d: Deciding, command: cm.DropAlerts) -> None:
    """Forget alerts."""
    account = d.account(command.account)
    wanted = command.alert_ids
    dropped = [alert for alert in account.alerts if not wanted or alert.alert_id in wanted]
    if not dropped:
        refusal = ev.Refusal("no_alert", "There is no such alert; /alerts lists them.", "alert")
        d.deny(command.account, command.command_id, "alerts", "", refusal)
        return
    for alert in dropped:
        d.emit(
            et.AlertDropped(command.account, alert.alert_id, alert.number, command.command_id, d.now, d.by)
        )
    d.facts = {"numbers": [alert.number for alert in dropped]}


def alert_touched(d: Deciding, report: rp.AlertTouched) -> None:
    """The watched level was reached: ring, or be ready again; nothing when the alert has gone meanwhile."""
    account = d.book.account(report.account)
    found = [a for a in account.alerts if a.alert_id == report.alert_id] if account else []
    if not found or not found[0].is_reached(report.quote.mid):
        return
    alert = found[0]
    if not (alert.is_armed or alert.side is Side.CROSSES):
        d.emit(et.AlertRearmed(report.account, alert.alert_id, d.now))
        return
    d.emit(
        et.AlertFired(
            account=report.account,
            alert_id=alert.alert_id,
            number=alert.number,
            symbol=alert.symbol,
            side=alert.waits,
            level=alert.price,
            price=report.quote.mid,
            note=alert.note,
            is_after_gap=report.is_first,
            is_over=not alert.repeats,
            at=d.now,
        )
    )


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
