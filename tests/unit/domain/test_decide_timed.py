"""Price alerts and recurring orders: what may be set, what a slot does, and that each is dealt with once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import NOW, OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.decide.deciding import Deciding
from trading.domain.ids import CommandId
from trading.domain.money import Price
from trading.domain.schedule import Interval, Once, Schedule, next_after
from trading.domain.timed import SCHEDULES_MAX, Recurring, Side, slot_command_id

D = Decimal
DAY = timedelta(days=1)
EACH_DAY = Interval(86_400, NOW)
LINE, WORDS = "/buy BTC/USD 0.1", "each day"


def desk_at(price: str = "6700") -> PureDesk:
    desk = PureDesk()
    desk.price(price)
    return desk


# ---------------------------------------------------------------- alerts


def alert(desk: PureDesk, price: str, side: Side = Side.ABOVE, *, repeats: bool = False) -> Deciding:
    return desk.do(cm.SetAlert, seen=desk.seen(), side=side, price=Price(D(price)), repeats=repeats)


def touched(desk: PureDesk, price: str, number: int = 1) -> Deciding:
    quote = desk.price(price)
    return desk.tell(rp.AlertTouched(PAPER, f"paper/alert-{number}", quote, False, desk.now))


def test_alerts_are_forgotten_by_name_or_all_of_them() -> None:
    desk = desk_at()
    alert(desk, "7000")
    alert(desk, "7100")
    desk.do(cm.DropAlerts, alert_ids=("paper/alert-9",))
    assert desk.refused == ["no_alert"]
    desk.do(cm.DropAlerts, alert_ids=("paper/alert-1",))
    assert [one.number for one in desk.account.alerts] == [2]
    desk.do(cm.DropAlerts)
    assert desk.account.alerts == () and desk.last.facts == {"numbers": [2]}


def test_an_alert_that_is_gone_or_not_reached_any_more_rings_nothing() -> None:
    desk = desk_at()
    alert(desk, "7000")
    assert touched(desk, "6900").events == []
    assert touched(desk, "7000", number=7).events == []
    strange = rp.AlertTouched(PAPER.__class__("nobody"), "x", desk.price("7000"), False, desk.now)
    assert desk.tell(strange).events == []
    touched(desk, "7000")
    assert desk.said == ["AlertFired"]


def test_one_that_repeats_is_ready_again_once_the_price_was_back() -> None:
    desk = desk_at()
    alert(desk, "7000", repeats=True)
    touched(desk, "7000")
    assert not desk.account.alerts[0].is_armed
    touched(desk, "6900")
    assert desk.said == ["AlertRearmed"]


# ---------------------------------------------------------------- recurring orders


def schedule(desk: PureDesk, when: Schedule = EACH_DAY) -> Deciding:
    return desk.do(cm.SetSchedule, line=LINE, words=WORDS, schedule=when)


def recurring(desk: PureDesk) -> Recurring:
    (found,) = desk.account.schedules
    return found


def slot_of(desk: PureDesk) -> datetime:
    found = next_after(recurring(desk).schedule, recurring(desk).handled)
    assert found is not None
    return found


def run(desk: PureDesk, slot: datetime) -> Deciding:
    name = recurring(desk).schedule_id
    job = slot_command_id(name, slot)
    order = desk.order_command("0.1", command_id=job)
    return desk.tell(cm.RunSlot(job, OWNER, PAPER, name, slot, order))


def miss(desk: PureDesk, slot: datetime, *, asks: bool = False) -> Deciding:
    name = recurring(desk).schedule_id
    job = slot_command_id(name, slot)
    return desk.tell(cm.MissSlots(job, OWNER, PAPER, name, slot, slot, 1, "late", asks))


def test_it_is_set_and_a_slot_sends_its_order_once() -> None:
    desk = desk_at()
    schedule(desk)
    assert desk.last.facts == {"schedule_id": "paper/schedule-1", "number": 1}
    slot = slot_of(desk)
    desk.now = slot
    desk.price("6700")
    made = run(desk, slot)
    assert desk.said[0] == "ScheduleRan" and "OrderIntended" in desk.said
    assert [one for one in made.effects if isinstance(one, fx.Submit)]
    run(desk, slot)
    assert desk.refused == ["slot_over"] and desk.sent == []


def test_a_slot_that_is_missed_is_told_and_used_up() -> None:
    desk = desk_at()
    schedule(desk)
    slot = slot_of(desk)
    miss(desk, slot)
    assert desk.said == ["ScheduleMissed"]
    miss(desk, slot)
    assert desk.refused == ["slot_over"]
    run(desk, slot)
    assert desk.refused == ["slot_over"]


def test_one_that_comes_once_ends_with_its_slot_unless_it_is_asked_about() -> None:
    desk = desk_at()
    schedule(desk, Once(NOW + DAY))
    slot = slot_of(desk)
    miss(desk, slot, asks=True)
    assert desk.said == ["ScheduleMissed"] and recurring(desk).missed == 1
    desk = desk_at()
    schedule(desk, Once(NOW + DAY))
    miss(desk, slot)
    assert desk.said == ["ScheduleMissed", "ScheduleDropped"]
    desk = desk_at()
    schedule(desk, Once(NOW + DAY))
    desk.now = slot
    desk.price("6700")
    run(desk, slot)
    assert desk.said[-1] == "ScheduleDropped" and desk.account.schedules == ()


@pytest.mark.parametrize(("when", "code"), [(Once(NOW - DAY), "no_slot"), (Interval(60, NOW), "too_often")])
def test_what_cannot_come_or_comes_too_often_is_refused(when: Schedule, code: str) -> None:
    desk = desk_at()
    schedule(desk, when)
    assert desk.refused == [code]
    assert desk.account.schedules == ()


def test_there_is_a_most_of_them() -> None:
    desk = desk_at()
    schedule(desk)
    many = tuple(replace(recurring(desk), number=n) for n in range(SCHEDULES_MAX))
    desk.book.accounts[PAPER] = replace(desk.account, schedules=many)
    schedule(desk)
    assert desk.refused == ["schedules_full"]


def test_one_is_paused_once_and_goes_on_once() -> None:
    desk = desk_at()
    schedule(desk)
    name = recurring(desk).schedule_id
    desk.do(cm.PauseSchedule, schedule_id=name, is_paused=False)
    assert desk.refused == ["no_change"]
    desk.do(cm.PauseSchedule, schedule_id=name, is_paused=True)
    assert recurring(desk).is_paused
    run(desk, slot_of(desk))
    assert desk.refused == ["slot_over"]
    desk.do(cm.PauseSchedule, schedule_id=name, is_paused=True)
    assert desk.refused == ["no_change"]
    desk.do(cm.PauseSchedule, schedule_id="paper/schedule-9", is_paused=True)
    assert desk.refused == ["no_schedule"]


def test_one_is_ended_and_what_comes_for_it_is_refused() -> None:
    desk = desk_at()
    schedule(desk)
    slot, found = slot_of(desk), recurring(desk)
    desk.do(cm.DropSchedule, schedule_id=found.schedule_id)
    assert desk.account.schedules == () and desk.last.facts == {"number": 1}
    desk.do(cm.DropSchedule, schedule_id=found.schedule_id)
    assert desk.refused == ["no_schedule"]
    job = slot_command_id(found.schedule_id, slot)
    desk.tell(cm.RunSlot(job, OWNER, PAPER, found.schedule_id, slot, desk.order_command()))
    assert desk.refused == ["no_schedule"]
    desk.tell(cm.MissSlots(job, OWNER, PAPER, found.schedule_id, slot, slot, 1, "late"))
    assert desk.refused == ["no_schedule"]


def test_what_a_job_has_to_say_is_written_down() -> None:
    desk = desk_at()
    desk.tell(cm.Tell(CommandId("job:backup:1"), OWNER, PAPER, "backup_failed", "operation", "warning"))
    (noticed,) = desk.named("Noticed", of_last=True)
    assert (noticed.code, noticed.level.value) == ("backup_failed", "warning")
