"""What events of alerts and recurring orders do to an account. Total and choiceless, like all of `apply`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from trading.domain import events_timed as et
from trading.domain.book import Account
from trading.domain.timed import ESCALATION_STEPS, PriceAlert, Recurring, Ringing, Side


def apply_timed(account: Account, event: et.TimedEvent) -> Account:
    """The account after `event`."""
    match event:
        case et.AlertSet():
            alerts = (*account.alerts, event.alert)
            return replace(account, alerts=alerts, alert_count=event.alert.number)
        case et.AlertFired():
            account = _rung(account, event)
            if event.is_over:
                return _without_alert(account, event.alert_id)
            return _with_alert(account, event.alert_id, lambda alert: after_firing(alert, event.at))
        case et.AlertEnded():
            return _without_alert(account, event.alert.alert_id)
        case et.AlertEscalated() | et.AlertsSeen():
            return _heard(account, event)
        case et.AlertRearmed():
            return _with_alert(account, event.alert_id, lambda alert: replace(alert, is_armed=True))
        case et.AlertAnchored():
            return _with_alert(
                account, event.alert_id, lambda alert: replace(alert, anchored_at=event.anchored_at)
            )
        case et.AlertDropped():
            return _without_alert(account, event.alert_id)
        case et.ScheduleSet():
            schedules = (*account.schedules, event.recurring)
            return replace(account, schedules=schedules, schedule_count=event.recurring.number)
        case et.SchedulePaused():
            return _with_schedule(
                account,
                event.schedule_id,
                lambda one: replace(one, is_paused=event.is_paused, handled=max(one.handled, event.at)),
            )
        case et.ScheduleDropped():
            kept = tuple(one for one in account.schedules if one.schedule_id != event.schedule_id)
            return replace(account, schedules=kept)
        case et.ScheduleRan():
            return _with_schedule(
                account, event.schedule_id, lambda one: replace(one, handled=event.slot, runs=one.runs + 1)
            )
        case et.ScheduleMissed():
            return _with_schedule(
                account,
                event.schedule_id,
                lambda one: replace(one, handled=event.last, missed=one.missed + event.count),
            )


def _rung(account: Account, event: et.AlertFired) -> Account:
    """A critical alert waits to be seen from now on; when it rings again, that counts anew."""
    if event.alert is None or not event.alert.is_critical:
        return account
    one = Ringing(event.alert, event.side, event.price, event.at, event.at)
    return replace(account, ringing=(*_others(account, {event.alert_id}), one))


def _heard(account: Account, event: et.AlertEscalated | et.AlertsSeen) -> Account:
    if isinstance(event, et.AlertsSeen):
        return replace(account, ringing=_others(account, set(event.alert_ids)))
    kept = _others(account, {event.ringing.alert.alert_id})
    goes_on = event.ringing.step < ESCALATION_STEPS
    return replace(account, ringing=(*kept, event.ringing) if goes_on else kept)


def _others(account: Account, alert_ids: set[str]) -> tuple[Ringing, ...]:
    return tuple(one for one in account.ringing if one.alert.alert_id not in alert_ids)


def after_firing(alert: PriceAlert, at: datetime) -> PriceAlert:
    """An alert that repeats, when it has rung."""
    rung = replace(alert, fired=alert.fired + 1, fired_at=at)
    if alert.side is not Side.CROSSES:
        return replace(rung, is_armed=False)
    return replace(rung, waits=Side.BELOW if alert.waits is Side.ABOVE else Side.ABOVE)


def _with_alert(account: Account, alert_id: str, change: Callable[[PriceAlert], PriceAlert]) -> Account:
    alerts = tuple(change(one) if one.alert_id == alert_id else one for one in account.alerts)
    return replace(account, alerts=alerts)


def _without_alert(account: Account, alert_id: str) -> Account:
    return replace(account, alerts=tuple(one for one in account.alerts if one.alert_id != alert_id))


def _with_schedule(account: Account, schedule_id: str, change: Callable[[Recurring], Recurring]) -> Account:
    schedules = tuple(change(one) if one.schedule_id == schedule_id else one for one in account.schedules)
    return replace(account, schedules=schedules)
