"""What waits at the courier has bounds in number and time, and whoever finds no room keeps the message."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.conversation.messenger import (
    MessageRef,
    Undelivered,
)
from bot.notifications.budget import TELEGRAM, TELEGRAM_STRICT, Limit, Rules
from bot.notifications.courier import Courier, Crowded
from tests.unit.notifications.parcels import NORMAL, QUIET, URGENT, fate, play, screen, sent
from tests.unit.notifications.strict import Strict
from trading.virtual_time import VirtualClock


def test_a_full_chat_refuses_the_newest_of_its_lowest_lane() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        tasks = [sent(courier, "7", f"n{n}") for n in range(60)]
        quiet = [sent(courier, "7", f"q{n}", QUIET) for n in range(41)]
        await clock.sleep_s(0.5)
        assert courier.waiting == 100
        assert isinstance(await fate(sent(courier, "7", "q more", QUIET)), Crowded)
        alarm = sent(courier, "7", "alarm", URGENT)
        assert isinstance(await fate(quiet[40]), Crowded)
        await alarm
        await asyncio.gather(*tasks, *quiet[:40])
        assert len(platform.texts("7")) == 101

    play(story)


def test_a_full_queue_refuses_the_newest_of_the_lowest_lane_of_all_chats() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, Rules(bot=(Limit(7, 1.0),), waiting_max=20))
        tasks = [sent(courier, f"{n}", "x", NORMAL if n < 10 else QUIET) for n in range(27)]
        await clock.sleep_s(0.05)
        late = sent(courier, "late", "x")
        assert isinstance(await fate(tasks[26]), Crowded)
        await asyncio.gather(late, *tasks[:26])

    play(story)


def test_what_never_was_its_turn_is_given_back_at_its_deadline() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        rules = Rules(private=TELEGRAM_STRICT.private, deadlines_s=(5.0, 5.0, 5.0, 5.0, 5.0))
        courier = Courier(platform, clock, rules)
        fates = await asyncio.gather(*(fate(sent(courier, "7", f"{n}")) for n in range(20)))
        assert clock.elapsed_s() == pytest.approx(5.0, abs=0.05)
        assert sum(isinstance(one, Crowded) for one in fates) == 15
        assert len(platform.texts("7")) == 5 and courier.waiting == 0

    play(story)


def test_a_caller_who_leaves_takes_the_message_along() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        first, second, third = (sent(courier, "7", text) for text in "abc")
        await clock.sleep_s(0.5)
        second.cancel()
        await asyncio.gather(first, third)
        assert platform.texts("7") == ["a", "c"] and courier.waiting == 0

    play(story)


def test_closing_gives_back_what_waits_and_takes_nothing_new() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        tasks = [sent(courier, "7", f"{n}") for n in range(5)]
        await clock.sleep_s(0.5)
        await courier.close()
        fates = [await fate(task) for task in tasks]
        assert Counter(type(one) for one in fates) == {MessageRef: 1, Crowded: 4}
        with pytest.raises(Undelivered):
            await courier.send("7", screen("x"))

    play(story)


def test_ten_thousand_chats_leave_nothing_behind() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, bot_windows=(), chat_windows=())
        courier = Courier(platform, clock, Rules(private=TELEGRAM.private))
        for start in range(0, 10_000, 100):
            await asyncio.gather(*(sent(courier, f"{start + n}", "x") for n in range(100)))
            await clock.sleep_s(1)
        outgoing = courier._outgoing
        kept = (outgoing._chats, outgoing._deadlines, outgoing._resting, *outgoing._ready, courier._tasks)
        assert all(len(one) <= 2_048 for one in kept) and courier.waiting == 0

    play(story)
