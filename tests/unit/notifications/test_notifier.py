"""At least once, in order, merged, and nobody waits for a chat that takes nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.screen import Screen
from bot.notifications.notifier import Notifier
from bot.notifications.policy import DEFAULT_POLICY
from tests.unit.notifications.chat import World, play
from tests.unit.notifications.desk import ACCOUNT, OWNER
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.commands import HaltState
from trading.domain.exits import ExitPlan
from trading.domain.ids import DESK, AccountId, PersonId, StreamId

ALL = ExitPlan()


def started(world: World, notifier: Notifier) -> asyncio.Task[None]:
    """Run a notifier beside the story."""
    return asyncio.get_running_loop().create_task(notifier.run(), name="notifier")


async def ended(task: asyncio.Task[None]) -> None:
    """As a crash ends it: nothing is tidied up."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_whole_fill_is_told_at_once() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world, world.notifier(chat))
        await world.pass_s(1)
        world.desk.bought(exits=ALL)
        await world.write()
        await world.loop.quiet()
        assert chat.said[0][0] == 1.0 and chat.texts[0].startswith("✅ Bought 0.1 BTC/USD")
        assert len(chat.said) == 1

    play(story)


def test_ten_fills_within_five_seconds_are_one_message() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world, world.notifier(chat))
        world.desk.buy("0.2", ALL)
        order = world.desk.orders()[0]
        for _ in range(10):
            world.desk.fill(order, "10000", "0.01")
            await world.write()
            await world.pass_s(0.4)
        assert chat.said == []
        await world.pass_s(5)
        assert [at for at, _ in chat.said] == [5.0]
        assert "Bought 0.1 of 0.2" in chat.texts[0] and "in 10 fills" in chat.texts[0]
        assert chat.texts[0].count("#") == 10

    play(story)


def test_a_fill_that_completes_the_order_ends_the_waiting() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world, world.notifier(chat))
        world.desk.buy("0.2", ALL)
        order = world.desk.orders()[0]
        world.desk.fill(order, "10000", "0.1")
        await world.write()
        await world.pass_s(1)
        world.desk.fill(order, "10000")
        await world.write()
        await world.loop.quiet()
        assert [at for at, _ in chat.said] == [1.0]

    play(story)


def test_a_short_gap_in_the_guard_is_never_told_and_a_long_one_within_ten_seconds() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world, world.notifier(chat))
        world.desk.buy()
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.pass_s(2)
        world.desk.accept_all()
        await world.write()
        await world.pass_s(60)
        assert not any("without a stop" in text for text in chat.texts)
        world.desk.do(
            rp.CanceledReported(ACCOUNT, world.desk.leg("sl").client_order_id, "oco", world.desk.now)
        )
        gap_at_s = world.clock.elapsed_s()
        await world.write()
        await world.pass_s(10)
        alarms = [at for at, text in chat.said if "without a stop" in text]
        assert len(alarms) == 1 and alarms[0] - gap_at_s <= 10

    play(story)


def test_what_was_not_told_before_a_crash_is_told_after_it() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(), world.chat()
        task = started(world, world.notifier(before))
        world.desk.bought(exits=ALL)
        await world.write()
        await world.pass_s(2)
        await ended(task)
        world.heard.clear()
        world.desk.buy("0.2", ALL)
        world.desk.fill(world.desk.orders()[0], "10001")
        await world.write()
        started(world, world.notifier(after))
        await world.pass_s(1)
        assert len(before.said) == 1
        assert len(after.said) == 1 and "Bought 0.2" in after.texts[0]

    play(story)


def test_a_crash_right_after_telling_tells_twice_under_the_same_code() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(), world.chat()
        task = started(world, world.notifier(before))
        await world.pass_s(0.5)
        world.desk.bought(exits=ALL)
        await world.write()
        await world.loop.quiet()
        await ended(task)
        world.heard.clear()
        started(world, world.notifier(after))
        await world.pass_s(1)
        assert before.texts == after.texts and len(after.texts) == 1

    play(story)


def test_a_cursor_never_passes_a_message_that_still_waits() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(), world.chat()
        task = started(world, world.notifier(before))
        await world.pass_s(2)
        world.desk.buy("0.2", ALL)
        order = world.desk.orders()[0]
        world.desk.fill(order, "10000", "0.1")
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.REDUCE_ONLY, "x", OWNER, world.desk.now))
        await world.write()
        await world.pass_s(2)
        assert ["only reduces" in text for text in before.texts] == [True]
        await ended(task)
        world.heard.clear()
        started(world, world.notifier(after))
        await world.pass_s(6)
        assert sum("Bought 0.1 of 0.2" in text for text in after.texts) == 1

    play(story)


def test_news_older_than_a_day_becomes_one_digest() -> None:
    async def story(world: World) -> None:
        world.desk.bought()
        world.desk.fill(world.desk.leg("tp1"), "10200")
        world.desk.fill(world.desk.leg("sl"), "9900", "0.05")
        await world.write()
        await world.pass_s(timedelta(days=2).total_seconds())
        world.desk.price("10000")
        world.desk.buy("0.1", ALL)
        world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        chat = world.chat()
        started(world, world.notifier(chat))
        await world.pass_s(1)
        digest, fresh = chat.texts
        assert digest.startswith("While nobody was told\n")
        for line in ("· 1 entry fill\n", "· 2 exit fills\n", "· 1 position closed\n", "· realised +$5.00"):
            assert line in digest
        assert fresh.startswith("✅ Bought 0.1")

    play(story)


def test_more_news_than_can_be_read_becomes_a_digest_and_alarms_stay_single() -> None:
    async def story(world: World) -> None:
        for _ in range(25):
            world.desk.wait(2)  # entries in ten seconds are limited
            world.desk.buy("0.01", ALL)
            world.desk.fill(world.desk.orders()[-1], "10000")
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.HALTED, "x", OWNER, world.desk.now))
        await world.write()
        chat = world.chat()
        started(world, world.notifier(chat))
        await world.pass_s(1)
        assert len(chat.texts) == 2
        assert "· 25 entry fills" in chat.texts[0]
        assert chat.texts[1].startswith("⛔ Account paper is halted")

    play(story)


def test_a_chat_that_takes_nothing_does_not_hold_up_another() -> None:
    async def story(world: World) -> None:
        dead, alive = world.chat(refuses=lambda screen: True), world.chat()
        started(world, world.notifier(dead, alive))
        world.desk.bought(exits=ALL)
        await world.write()
        await world.loop.quiet()
        assert len(alive.said) == 1 and alive.said[0][0] == 0.0
        assert dead.said == [] and world.troubles

    play(story)


def test_a_dead_chat_is_tried_a_bounded_number_of_times_and_told_all_when_it_is_back() -> None:
    async def story(world: World) -> None:
        is_down = [True]
        chat = world.chat(refuses=lambda screen: is_down[0])
        started(world, world.notifier(chat))
        world.desk.bought(exits=ALL)
        await world.write()
        for _ in range(120):
            await world.pass_s(30)
            quiet = ev.DayStarted(ACCOUNT, "2018-04-04", Decimal(10_000), world.desk.now)
            world.desk.write(quiet)
            await world.write()
        rounds = 3_600 / (DEFAULT_POLICY.down_s + sum(DEFAULT_POLICY.retry_s))
        assert chat.tries <= (rounds + 2) * (len(DEFAULT_POLICY.retry_s) + 2)
        is_down[0] = False
        await world.pass_s(90)
        assert len(chat.said) == 1 and chat.texts[0].startswith("✅ Bought")

    play(story)


def test_a_message_that_only_its_chat_refuses_is_told_as_a_plain_line() -> None:
    async def story(world: World) -> None:
        def too_rich(screen: Screen) -> bool:
            return len(screen.blocks) > 2

        chat = world.chat(refuses=too_rich)
        started(world, world.notifier(chat))
        world.desk.bought(exits=ALL)
        world.desk.bought(exits=ALL)
        await world.write()
        await world.pass_s(60)
        assert len(chat.texts) == 2
        assert chat.texts[0].startswith("An alert could not be shown here in full.") and "#" in chat.texts[0]

    play(story)


def test_flush_tells_what_was_still_to_be_merged_and_keeps_the_place() -> None:
    async def story(world: World) -> None:
        first, second = world.chat(), world.chat()
        notifier = world.notifier(first)
        task = started(world, notifier)
        world.desk.buy("0.2", ALL)
        world.desk.fill(world.desk.orders()[0], "10000", "0.1")
        await world.write()
        await notifier.flush()
        assert world.clock.elapsed_s() == 0.0
        assert len(first.texts) == 1 and "Bought 0.1 of 0.2" in first.texts[0]
        await ended(task)
        world.heard.clear()
        started(world, world.notifier(second))
        await world.pass_s(10)
        assert second.texts == []

    play(story)


def test_flush_ends_though_a_chat_takes_nothing() -> None:
    async def story(world: World) -> None:
        notifier = world.notifier(world.chat(refuses=lambda screen: True))
        started(world, notifier)
        world.desk.bought(exits=ALL)
        await world.write()
        await world.pass_s(0.5)
        await notifier.flush()
        assert world.clock.elapsed_s() == 0.5

    play(story)


def test_skipping_tells_only_what_comes_afterwards() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier(chat)
        world.desk.bought(exits=ALL)
        await world.write()
        await notifier.skip_to_now()
        started(world, notifier)
        await world.pass_s(10)
        assert chat.texts == []
        world.desk.buy("0.2", ALL)
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.loop.quiet()
        assert len(chat.texts) == 1 and "Bought 0.2" in chat.texts[0]

    play(story)


def test_a_reader_that_was_overrun_goes_back_to_the_journal() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        policy = replace(DEFAULT_POLICY, unread_max=3)
        started(world, world.notifier(chat, policy=policy))
        await world.pass_s(1)
        for n in range(1, 4):
            world.desk.buy(f"0.{n}", ALL)
            world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        await world.loop.quiet()
        assert [text.split()[2] for text in chat.texts] == ["0.1", "0.2", "0.3"]

    play(story)


def test_a_commit_that_was_not_announced_is_found_by_the_next_one() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier(chat)
        started(world, notifier)
        await world.pass_s(1)
        world.heard.clear()
        world.desk.bought(exits=ALL)
        await world.write()
        world.heard.append(notifier.wake)
        world.desk.buy("0.2", ALL)
        world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        await world.loop.quiet()
        assert [text.split()[2] for text in chat.texts] == ["0.1", "0.2"]

    play(story)


def test_people_hear_of_their_own_accounts_and_of_the_desk_only() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world, world.notifier(chat, person=PersonId("somebody else")))
        world.desk.bought(exits=ALL)
        desk = AccountId(DESK)
        world.desk.write(ev.HaltChanged(desk, HaltState.HALTED, "fire", OWNER, world.desk.now))
        await world.write()
        await world.pass_s(10)
        assert len(chat.texts) == 1 and chat.texts[0].startswith("⛔ The desk is halted")

    play(story)


def test_an_order_in_doubt_at_the_start_is_told_when_it_is_resolved() -> None:
    async def story(world: World) -> None:
        world.desk.buy()
        order = world.desk.orders()[0]
        world.desk.do(rp.Silent(ACCOUNT, order.client_order_id, "no answer", world.desk.now))
        await world.write()
        chat = world.chat()
        notifier = world.notifier(chat)
        await notifier.skip_to_now()
        started(world, notifier)
        await world.pass_s(1)
        world.desk.accept(order)
        await world.write()
        await world.loop.quiet()
        assert len(chat.texts) == 1 and "No longer in doubt" in chat.texts[0]

    play(story)


def test_announcements_are_told_without_a_journal() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier(chat)
        started(world, notifier)
        await world.pass_s(1)
        notifier.announce(lambda wording: Screen.of("The disk is full."))
        await world.loop.quiet()
        assert chat.texts == ["The disk is full."]

    play(story)


def test_quiet_events_move_the_cursor_now_and_then() -> None:
    async def story(world: World) -> None:
        policy = replace(DEFAULT_POLICY, cursor_lag_max=2)
        chat = world.chat()
        started(world, world.notifier(chat, policy=policy))
        await world.pass_s(5)
        world.desk.buy(exits=ALL)
        await world.write()
        await world.pass_s(5)
        cursors = await world.store.registers.cursors("tell:0")
        assert cursors == {StreamId("paper"): len(world.desk.journal)}
        assert chat.texts == []

    play(story)
