"""Nothing goes out faster than a platform allows, urgent goes first, and nothing is lost on the way."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.messenger import (
    ChatGone,
    ChatMoved,
    Lane,
    Manner,
    MaybeDelivered,
    MessageGone,
    MessageRef,
    TooFast,
    Unreachable,
)
from bot.notifications.budget import TELEGRAM, TELEGRAM_STRICT, UNLIMITED
from bot.notifications.courier import Courier
from tests.unit.notifications.parcels import NORMAL, QUIET, URGENT, edited, fate, play, screen, sent
from tests.unit.notifications.strict import Strict
from trading.virtual_time import VirtualClock


def test_three_thousand_messages_reach_the_limit_without_one_refusal() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, ways=lambda n: (0.01 + n % 7 * 0.004, 0.01 + n % 3 * 0.01))
        courier = Courier(platform, clock, TELEGRAM_STRICT)
        tasks = [sent(courier, f"{n % 300}", f"{n}") for n in range(3_000)]
        alarms = []
        for n in range(50):
            await clock.sleep_s(1.7)
            at_s = clock.elapsed_s()
            alarm = sent(courier, f"alarm {n}", "a", URGENT)
            await alarm
            alarms.append(next(one.at_s for one in platform.told if one.chat == f"alarm {n}") - at_s)
        await asyncio.gather(*tasks)
        # The first second's burst of thirty is no rate.
        rate = (len(platform.told) - 30) / (platform.told[-1].at_s - platform.told[0].at_s)
        assert platform.refused == 0 and platform.requests == 3_050
        assert rate >= 0.95 * 30
        assert max(alarms) <= 1.0
        for chat in range(300):
            assert platform.texts(f"{chat}") == [f"{n}" for n in range(chat, 3_000, 300)]

    play(story)


def test_a_thousand_at_once_are_out_in_forty_seconds() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        await asyncio.gather(*(sent(courier, f"{n}", "x") for n in range(1_000)))
        assert clock.elapsed_s() <= 40 and platform.refused == 0

    play(story)


def test_one_chat_gets_one_a_second_and_answers_may_burst() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, chat_windows=((3, 3.0),))
        courier = Courier(platform, clock, TELEGRAM)
        await asyncio.gather(*(sent(courier, "7", f"{n}") for n in range(5)))
        gaps = [b.at_s - a.at_s for a, b in zip(platform.told, platform.told[1:], strict=False)]
        assert len(gaps) == 4 and all(1.0 <= gap < 1.1 for gap in gaps)
        at_s = clock.elapsed_s()
        await courier.send("8", screen("a"))
        await courier.send("8", screen("b"))
        await courier.send("8", screen("c"))
        assert clock.elapsed_s() - at_s < 0.2
        await courier.send("8", screen("d"))
        assert clock.elapsed_s() - at_s > 3.0 and platform.refused == 0

    play(story)


def test_a_group_gets_twenty_a_minute_and_has_room_left_for_an_alarm() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, chat_windows=((20, 60.0), (3, 3.0)))
        courier = Courier(platform, clock, TELEGRAM)
        tasks = [sent(courier, "-100", f"{n}") for n in range(40)]
        await clock.sleep_s(30)
        at_s = clock.elapsed_s()
        await courier.send("-100", screen("alarm"), URGENT)
        assert clock.elapsed_s() - at_s <= 1.0
        await asyncio.gather(*tasks)
        assert platform.refused == 0 and 120 < clock.elapsed_s() < 150

    play(story)


def test_what_is_urgent_overtakes_what_waits_in_the_same_chat() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM_STRICT)
        lanes = {"n": NORMAL, "q": QUIET, "u": URGENT}
        tasks = [sent(courier, "7", name, lanes[name[0]]) for name in ("n1", "q1", "n2", "u1", "u2")]
        await asyncio.gather(*tasks)
        assert platform.texts("7") == ["n1", "u1", "u2", "n2", "q1"]

    play(story)


def test_a_flood_of_answers_starves_no_other_lane() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, chat_windows=())
        courier = Courier(platform, clock, TELEGRAM)
        answers = [sent(courier, f"{n}", "answer", Manner()) for n in range(600)]
        others = [sent(courier, f"o{lane}", "other", Manner(lane=lane)) for lane in Lane if lane]
        await asyncio.gather(*others)
        assert clock.elapsed_s() < 10
        await asyncio.gather(*answers)
        urgent = next(one for one in platform.told if one.chat == f"o{Lane.URGENT}")
        assert urgent.at_s <= 1.1 and platform.refused == 0

    play(story)


def test_a_stuck_chat_holds_up_nobody_else_and_its_own_answers_neither() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, ways=lambda n: (50.0, 0.0) if n <= 40 else (0.02, 0.02))
        courier = Courier(platform, clock, TELEGRAM)
        stuck = [sent(courier, f"s{n}", "x") for n in range(40)]
        await clock.sleep_s(3)
        at_s = clock.elapsed_s()
        await asyncio.gather(*(sent(courier, f"{n}", "x") for n in range(60)))
        assert clock.elapsed_s() - at_s < 3.5
        at_s = clock.elapsed_s()
        await courier.send("s1", screen("answer"))
        assert clock.elapsed_s() - at_s < 0.5
        await asyncio.gather(*stuck)

    play(story)


def test_a_refusal_pauses_its_chat_only_and_the_message_comes_again() -> None:
    async def story(clock: VirtualClock) -> None:
        refusals = [TooFast(5.0)]
        platform = Strict(
            clock, fails=lambda w, chat, t: refusals.pop() if refusals and chat == "7" else None
        )
        courier = Courier(platform, clock, TELEGRAM)
        first, second = sent(courier, "7", "first"), sent(courier, "7", "second")
        await clock.sleep_s(0.5)
        await courier.send("8", screen("x"))
        assert clock.elapsed_s() < 0.6
        assert (await first).chat == "7" and clock.elapsed_s() > 5.0
        await second
        assert platform.texts("7") == ["first", "second"]

    play(story)


def test_a_refusal_of_the_whole_bot_pauses_everything() -> None:
    async def story(clock: VirtualClock) -> None:
        refusals = [TooFast(4.0, is_whole_bot=True)]
        platform = Strict(clock, fails=lambda w, c, t: refusals.pop() if refusals else None)
        courier = Courier(platform, clock, TELEGRAM)
        first = sent(courier, "7", "x")
        await clock.sleep_s(0.1)
        await courier.send("8", screen("x"), URGENT)
        assert 4.0 < clock.elapsed_s() < 4.2
        await first

    play(story)


def test_a_pause_that_outlasts_the_deadline_is_told_at_once() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, fails=lambda w, chat, t: TooFast(3_600.0) if chat == "7" else None)
        courier = Courier(platform, clock, TELEGRAM)
        with pytest.raises(TooFast) as first:
            await courier.send("7", screen("x"))
        with pytest.raises(TooFast) as second:
            await courier.send("7", screen("y"))
        assert clock.elapsed_s() < 0.1 and platform.requests == 1
        assert first.value.retry_after_s == 3_600.0 and 3_599 < second.value.retry_after_s <= 3_600
        await courier.send("8", screen("x"))

    play(story)


@pytest.mark.parametrize(
    "error",
    [ChatGone("blocked"), Unreachable("no net"), MaybeDelivered("?"), MessageGone("gone"), ValueError("bug")],
)
def test_what_the_platform_raises_reaches_the_caller_and_is_not_tried_again(error: Exception) -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, fails=lambda what, chat, text: error if text == "bad" else None)
        courier = Courier(platform, clock, TELEGRAM)
        bad, good = sent(courier, "7", "bad"), sent(courier, "7", "good")
        assert await fate(bad) is error
        await good
        assert platform.requests == 2

    play(story)


def test_a_request_without_an_answer_is_given_up_as_perhaps_delivered() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, ways=lambda n: (1e6, 0.0) if n == 1 else (0.0, 0.0))
        courier = Courier(platform, clock, TELEGRAM)
        lost, next_one = sent(courier, "7", "lost"), sent(courier, "7", "next")
        assert isinstance(await fate(lost), MaybeDelivered)
        assert clock.elapsed_s() == TELEGRAM.attempt_s
        await next_one

    play(story)


def test_a_newer_edit_takes_the_place_of_the_waiting_one() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        board, other = MessageRef("t", "7", "1"), MessageRef("t", "7", "2")
        tasks = [edited(courier, board, f"{n}") for n in range(10)]
        tasks.append(edited(courier, other, "other"))
        assert await asyncio.gather(*tasks) == [None] * 11
        assert platform.texts("7") == ["0", "9", "other"]

    play(story)


def test_boards_use_at_most_half_of_a_chat() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock)
        courier = Courier(platform, clock, TELEGRAM)
        for chat, most in (("7", 31), ("-7", 10)):
            tasks = [edited(courier, MessageRef("t", chat, f"{n}"), "x") for n in range(90)]
            await clock.sleep_s(60)
            assert 0.9 * most <= len(platform.texts(chat)) <= most
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert courier.waiting == 0

    play(story)


def test_a_chat_that_moved_is_told_at_its_new_place_once() -> None:
    async def story(clock: VirtualClock) -> None:
        moves: list[tuple[str, str]] = []

        async def moved(old: str, new: str) -> None:
            moves.append((old, new))

        platform = Strict(
            clock, fails=lambda what, chat, text: ChatMoved("-100") if chat == "-1" else None, chat_windows=()
        )
        courier = Courier(platform, clock, TELEGRAM, moved=moved)
        tasks = [sent(courier, "-1", f"{n}") for n in range(3)]
        refs = await asyncio.gather(*tasks)
        assert {ref.chat for ref in refs} == {"-100"} and platform.texts("-100") == ["0", "1", "2"]
        await courier.send("-1", screen("3"))
        assert moves == [("-1", "-100")] and platform.requests == 5

    play(story)


def test_a_chat_that_moves_in_a_circle_is_given_back() -> None:
    async def story(clock: VirtualClock) -> None:
        there = {"-1": "-2", "-2": "-1"}
        platform = Strict(clock, fails=lambda what, chat, text: ChatMoved(there[chat]))
        courier = Courier(platform, clock, TELEGRAM)
        with pytest.raises(ChatMoved):
            await courier.send("-1", screen("x"))
        assert platform.requests == 2

    play(story)


def test_no_rules_mean_no_waiting_and_still_one_after_the_other() -> None:
    async def story(clock: VirtualClock) -> None:
        platform = Strict(clock, bot_windows=(), chat_windows=(), ways=lambda n: (1.0 / n, 0.0))
        courier = Courier(platform, clock, UNLIMITED)
        await asyncio.gather(*(sent(courier, "7", f"{n}") for n in range(20)))
        assert platform.texts("7") == [f"{n}" for n in range(20)]
        at_s = clock.elapsed_s()
        await asyncio.gather(*(sent(courier, f"{n}", "x") for n in range(200)))
        assert clock.elapsed_s() - at_s < 0.1

    play(story)
