"""Alerts and recurring orders as a person lives them: set in the chat, due in virtual time, over restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.conversation.screen import Screen
from bot.handlers.recurring import order_reader
from tests.fakes.pit import PAPER, START
from tests.journeys.hall import Hall, in_hall
from trading.domain.commands import RunSlot
from trading.domain.timed import slot_command_id
from trading.ports import Denied, JournalUnavailable, Taken

# ---------------------------------------------------------------- alerts


def test_a_person_sets_lists_and_forgets_alerts() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        said = await chat.say("/alerts btc > 8k sell half")
        assert "Alert #1: BTC/USD > 8,000.00" in said and "+8.1% away" in said and "[Delete #1]" in said
        assert "It rings each time" in await chat.say("/alerts btc -5% repeat")
        listed = await chat.say("/alerts")
        assert "#1 BTC/USD > 8,000.00" in listed and "sell half" in listed
        assert "#2 BTC/USD < 7,030.48" in listed and "repeats" in listed
        assert "#1" not in await chat.say("/alerts eth")
        assert "Alert #1 is forgotten" in await chat.press("Delete #1")
        assert "#1" not in await chat.say("/alerts")
        assert "no alert #1" in await chat.say("/alerts del 1")
        assert "Alert #2 is forgotten" in await chat.say("/alerts del all")
        assert "No alert waits" in await chat.say("/alerts")

    in_hall(scene)


def test_an_alert_that_cannot_be_set_says_why_and_what_to_type() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        assert "there already" in await chat.say("/alerts btc < 8000")
        assert "too far" in await chat.say("/alerts btc > 9000000")
        assert "/alerts BTC +5%" in await chat.say("/alerts btc > 5%")
        assert "xyz" in (await chat.say("/alerts xyz > 5")).lower()
        assert hall.pit.named("AlertSet") == []
        asked = await chat.say("/alerts eth > 1.085")
        assert "[1085]" in asked
        assert "Alert #1: ETH/USD > 1,085.00" in await chat.press("1085")

    in_hall(scene)


def test_an_alert_rings_with_its_note_and_the_way_to_the_card() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/alerts btc > 7500 sell half")
        await hall.pit.quote("7510")
        (told,) = hall.told()
        assert told.startswith("🔔 BTC/USD is above 7,500.00\nNow 7,510.00\nsell half")
        assert "[Price]  [Buy BTC/USD]  [Alerts]" in told
        why = await hall.chat.say("/why")
        assert "Alert #1 rang: BTC/USD > 7,500.00, at 7,510.00." in why and "sell half" in why
        await hall.chat.say("/alerts btc < 7000")
        assert "Alert #2 set: BTC/USD < 7,000.00." in await hall.chat.say("/why")
        assert "[1%]" in "\n".join(f"[{one.label}]" for one in (await buy_card(hall)).all_buttons)

    in_hall(scene)


async def buy_card(hall: Hall) -> Screen:
    """What the Buy button of an alert opens."""
    return (await hall.chat.screens(action="buy:BTC/USD"))[-1]


def test_an_alert_passed_while_the_desk_was_away_says_so() -> None:
    async def scene(hall: Hall) -> None:
        await hall.chat.say("/alerts btc < 7000 repeat")
        await hall.restart(timedelta(hours=3))
        await hall.pit.quote("6900")
        assert "It was passed while the desk was away." in hall.told()[-1]
        assert "It rings again" in hall.told()[-1]

    in_hall(scene)


# ---------------------------------------------------------------- recurring orders


async def daily(hall: Hall, line: str = "/schedule buy btc 100 every day at 09:00") -> None:
    await hall.chat.say(line)
    assert "Set." in await hall.chat.press("Schedule")


def test_a_recurring_order_is_reviewed_with_its_next_times_and_what_a_month_costs() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        await chat.say("/settings zone Europe/Berlin")
        card = await chat.say("/schedule buy btc 100 tp 10% every day at 09:00")
        assert "Review: buy BTC/USD, again and again" in card
        assert "/buy BTC/USD 100 tp 10%" in card
        assert "every day at 09:00 Europe/Berlin" in card
        assert "2018-04-04 09:00 CEST, 2018-04-05 09:00 CEST, 2018-04-06 09:00 CEST" in card
        assert "31 × $100.00 = $3,100.00" in card
        assert hall.pit.named("ScheduleSet") == []
        assert "Set." in await chat.press("Schedule")
        listed = await chat.say("/schedule")
        assert "#1 every day at 09:00 Europe/Berlin" in listed and "next 2018-04-04 09:00 CEST" in listed
        assert "[Pause #1]  [Delete #1]" in listed

    in_hall(scene)


def test_each_slot_buys_once_through_the_same_gate() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        await hall.until("2018-04-06T10:00")
        slots = [event.slot for event in hall.pit.named("ScheduleRan")]
        assert slots == [datetime(2018, 4, day, 9, tzinfo=UTC) for day in (4, 5, 6)]
        assert hall.entries() == 3
        keys = [event.order.command_id for event in hall.pit.named("OrderIntended")]
        assert keys == [slot_command_id(f"{PAPER}/schedule-1", slot) for slot in slots]
        assert "sent 3 times" in await hall.chat.say("/schedule")
        why = await hall.chat.say("/why")
        assert "The time of recurring order #1 came: 2018-04-06 09:00 UTC." in why
        assert "Gate:" in why and "filled" in why
        position = hall.pit.position()
        assert position is not None and Decimal("0.040") < position.quantity < Decimal("0.041")

    in_hall(scene)


def test_what_the_gate_refuses_is_told_and_the_next_slot_comes_all_the_same() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        await hall.chat.say("/halt holiday")
        await hall.until("2018-04-04T10:00")
        assert hall.entries() == 0 and len(hall.pit.named("CommandDenied")) == 1
        assert any("Denied: buy BTC/USD" in one and "holiday" in one for one in hall.told())
        await hall.chat.hold("/resume back at the desk")
        await hall.until("2018-04-05T10:00")
        assert hall.entries() == 1

    in_hall(scene)


def test_a_pause_leaves_slots_out_and_makes_up_for_none() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        assert "is paused" in await hall.chat.say("/schedule pause 1")
        assert "paused already" in await hall.chat.say("/schedule pause 1")
        await hall.until("2018-04-06T08:00")
        assert hall.entries() == 0
        assert "goes on" in await hall.chat.say("/schedule resume 1")
        await hall.until("2018-04-06T10:00")
        assert hall.entries() == 1 and hall.pit.named("ScheduleMissed") == []
        assert "is over" in await hall.chat.say("/schedule del 1")
        await hall.until("2018-04-08T10:00")
        assert hall.entries() == 1
        assert "no recurring order #1" in await hall.chat.say("/schedule pause 1")

    in_hall(scene)


def test_an_order_for_one_date_comes_once_and_is_over() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall, "/schedule buy btc 100 at 2018-04-05 09:00")
        await hall.until("2018-04-06T10:00")
        assert hall.entries() == 1
        assert "No order recurs" in await hall.chat.say("/schedule")
        assert any("nothing recurs any more" in one for one in hall.told())

    in_hall(scene)


def test_a_desk_that_was_away_a_short_while_sends_late_and_only_the_newest() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall, "/schedule buy btc 100 every 4h")
        await hall.until("2018-04-04T03:00")
        await hall.restart(timedelta(hours=9, minutes=5))  # 12:05: two slots have gone by, one just now
        await hall.pit.quote("7400")
        await hall.pit.clock.sleep_s(5)
        await hall.pit.settle()
        (missed,) = hall.pit.named("ScheduleMissed")
        assert (missed.count, missed.asks, missed.last.hour) == (2, False, 8)
        assert hall.entries() == 1

    in_hall(scene)


def test_a_desk_that_was_away_too_long_asks_instead_of_sending() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        await hall.until("2018-04-04T03:00")
        await hall.restart(timedelta(days=2, hours=12))  # three slots are gone
        await hall.pit.quote("7400")
        await hall.pit.clock.sleep_s(5)
        await hall.pit.settle()
        (missed,) = hall.pit.named("ScheduleMissed")
        assert (missed.count, missed.asks, hall.entries()) == (3, True, 0)
        (told,) = (one for one in hall.told() if "were not sent" in one)
        assert "3 recurring orders were not sent" in told and "[Now]" in told
        card = await hall.chat.say("/schedule now 1")
        assert "[Buy]" in card and hall.entries() == 0
        await hall.chat.press("Buy")
        assert hall.entries() == 1

    in_hall(scene)


def test_a_slot_that_was_carried_out_before_a_crash_is_not_carried_out_again() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        await hall.until("2018-04-04T09:00")
        assert hall.entries() == 1
        await hall.restart(timedelta(minutes=2))
        await hall.until("2018-04-04T09:30")
        assert hall.entries() == 1
        # And should two wakers fire the same slot, the journal takes it once.
        pit = hall.pit
        account = pit.engine.book.account(PAPER)
        assert account is not None
        one = account.schedules[0]
        order = await order_reader(hall.chat.tools)(account, one)
        assert not isinstance(order, str)
        slot = datetime(2018, 4, 4, 9, tzinfo=UTC)
        key = slot_command_id(one.schedule_id, slot)
        again = RunSlot(key, one.person, PAPER, one.schedule_id, slot, order)
        answer = await pit.engine.submit(again)
        assert isinstance(answer, Taken) and answer.repeated
        assert hall.entries() == 1

    in_hall(scene)


def test_after_a_sleep_nothing_is_bought_on_a_price_of_yesterday() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        await hall.until("2018-04-04T08:55")
        hall.pit.clock.jump(timedelta(minutes=7))  # asleep over the slot; the feed is silent at first
        await hall.pit.clock.sleep_s(25)
        assert hall.entries() == 0
        await hall.pit.quote("7300")
        await hall.pit.clock.sleep_s(5)
        await hall.pit.settle()
        assert hall.entries() == 1 and hall.pit.named("CommandDenied") == []

    in_hall(scene)


def test_a_store_that_cannot_be_written_delays_a_slot_and_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        journal = hall.pit.engine.journal
        real = journal.append

        async def full(*_: Any) -> None:
            raise JournalUnavailable("the disk is full")

        await hall.until("2018-04-04T08:59")
        monkeypatch.setattr(journal, "append", full)
        await hall.pit.clock.sleep_s(90)
        assert hall.entries() == 0
        monkeypatch.setattr(journal, "append", real)
        await hall.pit.quote("7400")
        await hall.pit.clock.sleep_s(300)
        await hall.pit.settle()
        assert hall.entries() == 1

    in_hall(scene)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/schedule buy btc 100 every 1m", "too often"),
        ("/schedule buy btc 100 at 2018-04-03 09:00", "over already"),
        ("/schedule buy btc 100 every day at 09:00 Mars/Olympus", "no time zone"),
        ("/schedule buy xyz 100 every day at 09:00", "XYZ"),
        ("/schedule buy btc 0.1 every day at 09:00", "smallest order"),
        ("/schedule sell btc 50% every day at 09:00", "only buy and short"),
    ],
)
def test_a_recurring_order_that_cannot_be_says_why(line: str, told: str) -> None:
    async def scene(hall: Hall) -> None:
        answer = await hall.chat.say(line)
        assert told in answer and "[Schedule]" not in answer
        assert hall.pit.named("ScheduleSet") == []

    in_hall(scene)


def test_denials_carry_their_sentence_when_a_slot_is_over() -> None:
    async def scene(hall: Hall) -> None:
        await daily(hall)
        pit = hall.pit
        account = pit.engine.book.account(PAPER)
        assert account is not None
        one = account.schedules[0]
        order = await order_reader(hall.chat.tools)(account, one)
        assert not isinstance(order, str)
        early = RunSlot(
            pit.command_id(), one.person, PAPER, one.schedule_id, START - timedelta(days=1), order
        )
        answer = await pit.engine.submit(early)
        assert isinstance(answer, Denied) and answer.refusals[0].code == "slot_over"

    in_hall(scene)
