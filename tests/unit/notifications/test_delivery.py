"""Nobody waits for a chat that takes nothing; what was overrun is read again; the end tells what is left."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.screen import Screen
from bot.notifications.policy import DEFAULT_POLICY
from tests.unit.notifications.chat import NO_EXITS, World, ended, play, started
from tests.unit.notifications.desk import ACCOUNT, OWNER
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.commands import HaltState
from trading.domain.ids import DESK, AccountId, PersonId, StreamId


def test_a_chat_that_takes_nothing_does_not_hold_up_another() -> None:
    async def story(world: World) -> None:
        dead, alive = world.chat(refuses=lambda screen: True), world.chat()
        started(world.notifier(dead, alive))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.loop.quiet()
        assert len(alive.said) == 1 and alive.said[0][0] == 0.0
        assert dead.said == [] and world.troubles

    play(story)


def test_a_dead_chat_is_tried_a_bounded_number_of_times_and_told_all_when_it_is_back() -> None:
    async def story(world: World) -> None:
        is_down = [True]
        chat = world.chat(refuses=lambda screen: is_down[0])
        started(world.notifier(chat))
        world.desk.bought(exits=NO_EXITS)
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
        started(world.notifier(chat))
        world.desk.bought(exits=NO_EXITS)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(60)
        assert len(chat.texts) == 2
        assert chat.texts[0].startswith("An alert could not be shown here in full.") and "#" in chat.texts[0]

    play(story)


def test_flush_tells_what_was_still_to_be_merged_and_keeps_the_place() -> None:
    async def story(world: World) -> None:
        first, second = world.chat(), world.chat()
        notifier = world.notifier(first)
        task = started(notifier)
        world.desk.buy("0.2", NO_EXITS)
        world.desk.fill(world.desk.orders()[0], "10000", "0.1")
        await world.write()
        await notifier.flush()
        assert world.clock.elapsed_s() == 0.0
        assert len(first.texts) == 1 and "Bought 0.1 of 0.2" in first.texts[0]
        await ended(task)
        world.heard.clear()
        started(world.notifier(second))
        await world.pass_s(10)
        assert second.texts == []

    play(story)


def test_flush_ends_though_a_chat_takes_nothing() -> None:
    async def story(world: World) -> None:
        notifier = world.notifier(world.chat(refuses=lambda screen: True))
        started(notifier)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(0.5)
        await notifier.flush()
        assert world.clock.elapsed_s() == 0.5

    play(story)


def test_skipping_tells_only_what_comes_afterwards() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier(chat)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await notifier.skip_to_now()
        started(notifier)
        await world.pass_s(10)
        assert chat.texts == []
        world.desk.buy("0.2", NO_EXITS)
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.loop.quiet()
        assert len(chat.texts) == 1 and "Bought 0.2" in chat.texts[0]

    play(story)


def test_a_reader_that_was_overrun_goes_back_to_the_journal() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        policy = replace(DEFAULT_POLICY, unread_max=3)
        started(world.notifier(chat, policy=policy))
        await world.pass_s(1)
        for n in range(1, 4):
            world.desk.buy(f"0.{n}", NO_EXITS)
            world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        await world.loop.quiet()
        assert [text.split()[2] for text in chat.texts] == ["0.1", "0.2", "0.3"]

    play(story)


def test_a_commit_that_was_not_announced_is_found_by_the_next_one() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier(chat)
        started(notifier)
        await world.pass_s(1)
        world.heard.clear()
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        world.heard.append(notifier.wake)
        world.desk.buy("0.2", NO_EXITS)
        world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        await world.loop.quiet()
        assert [text.split()[2] for text in chat.texts] == ["0.1", "0.2"]

    play(story)


def test_people_hear_of_their_own_accounts_and_of_the_desk_only() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        other = PersonId("somebody else")
        world.desk.open_account("theirs", other)
        started(world.notifier(chat, person=other))
        world.desk.bought(exits=NO_EXITS)
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
        started(notifier)
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
        started(notifier)
        await world.pass_s(1)
        notifier.announce(lambda wording: Screen.of("The disk is full."))
        await world.loop.quiet()
        assert chat.texts == ["The disk is full."]

    play(story)


def test_quiet_events_move_the_cursor_now_and_then() -> None:
    async def story(world: World) -> None:
        policy = replace(DEFAULT_POLICY, cursor_lag_max=2)
        chat = world.chat()
        started(world.notifier(chat, policy=policy))
        await world.pass_s(5)
        world.desk.buy(exits=NO_EXITS)
        await world.write()
        await world.pass_s(5)
        cursors = await world.store.registers.cursors("fan")
        assert cursors == {StreamId("paper"): len(world.desk.journal)}
        assert chat.texts == []

    play(story)
