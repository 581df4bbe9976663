"""Rows of telling: nothing is lost while a chat is away, and only what may have arrived is told again."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.messenger import ChatGone, MaybeDelivered, MessageRef, TooFast, Unreachable
from tests.unit.notifications.chat import NO_EXITS, World, ended, play, started
from tests.unit.notifications.desk import ACCOUNT, OWNER
from trading.delivery import Card, State
from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.ports import JournalUnavailable


def test_hours_without_a_platform_lose_nothing_and_end_in_a_digest() -> None:
    async def story(world: World) -> None:
        is_down = [True]
        chat = world.chat(refuses=lambda screen: is_down[0])
        notifier = world.notifier(chat)
        started(notifier)
        for _ in range(30):
            world.desk.buy("0.01", NO_EXITS)
            world.desk.fill(world.desk.orders()[-1], "10000")
            await world.write()
            await world.pass_s(480)
        is_down[0] = False
        await world.pass_s(60)
        assert len(chat.texts) == 1 and "· 30 entry fills" in chat.texts[0]
        assert dict(await world.store.deliveries.states()) == {"counted": 30}

    play(story)


def test_an_answer_that_was_lost_is_told_again_as_a_repeat_and_nothing_else_is() -> None:
    async def story(world: World) -> None:
        chat = world.chat(fails=[MaybeDelivered("no answer"), Unreachable("down")])
        started(world.notifier(chat))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(120)
        assert len(chat.texts) == 2 and chat.texts[0] == chat.texts[1]
        assert [manner.is_repeat for manner in chat.manners] == [False, True]
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(10)
        assert [manner.is_repeat for manner in chat.manners] == [False, True, False]

    play(story)


def test_what_certainly_did_not_arrive_is_no_repeat_after_a_crash() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(fails=[TooFast(30), Unreachable("x")]), world.chat()
        task = started(world.notifier(before))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(6)
        await ended(task)
        world.heard.clear()
        started(world.notifier(after))
        await world.pass_s(1)
        assert before.texts == []
        assert [manner.is_repeat for manner in after.manners] == [False]

    play(story)


def test_a_chat_that_is_gone_is_left_alone_until_it_is_opened_again() -> None:
    async def story(world: World) -> None:
        chat = world.chat(fails=[ChatGone("blocked")])
        notifier = world.notifier(chat)
        started(notifier)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(timedelta(hours=2).total_seconds())
        assert chat.tries == 1 and chat.texts == []
        notifier.open("test:0", chat, "c", OWNER)
        await world.pass_s(1)
        assert len(chat.texts) == 1 and chat.texts[0].startswith("✅ Bought")

    play(story)


def test_a_person_without_a_chat_finds_the_news_in_the_inbox() -> None:
    async def story(world: World) -> None:
        started(world.notifier())
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(5)
        (row, stored), *others = await world.store.deliveries.of_person(OWNER, limit=5)
        assert row.state is State.KEPT and isinstance(stored.event, ev.OrderFilled) and not others

    play(story)


def test_two_chats_of_one_person_hear_the_same_and_the_inbox_lists_it_once() -> None:
    async def story(world: World) -> None:
        one, two = world.chat(), world.chat()
        started(world.notifier(one, two))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(5)
        assert one.texts == two.texts and len(one.texts) == 1
        assert len(await world.store.deliveries.of_person(OWNER, limit=5)) == 1

    play(story)


def test_a_fill_right_after_its_press_takes_the_place_of_the_card() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier()
        notifier.open("test:0", chat, "c", OWNER, edits=True)
        started(notifier)
        world.desk.buy("0.1", NO_EXITS)
        order = world.desk.orders()[0]
        await world.store.deliveries.put_card(Card("test:0", order.order_id, "77", world.clock.now()))
        world.desk.fill(order, "10000")
        await world.write()
        await world.pass_s(5)
        assert chat.texts == []
        assert [(place, text[:8]) for place, text in chat.edits] == [("77", "✅ Bought")]
        (row, _), *_ = await world.store.deliveries.of_person(OWNER, limit=1)
        assert row.state is State.TOLD and row.message == "77"

    play(story)


def test_a_fill_that_is_faster_than_its_card_waits_for_it() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier()
        notifier.open("telegram:c", chat, "c", OWNER, edits=True)
        started(notifier)
        world.desk.buy("0.1", NO_EXITS, source="telegram:c")
        order = world.desk.orders()[0]
        world.desk.fill(order, "10000")
        await world.write()
        await world.pass_s(0.3)
        assert chat.texts == [] and chat.edits == []
        notifier.cards.shown(MessageRef("telegram", "c", "78"), order.order_id)
        await world.pass_s(0.1)
        assert [place for place, _ in chat.edits] == ["78"] and chat.texts == []

    play(story)


def test_a_fill_of_a_job_waits_for_no_card() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier()
        notifier.open("telegram:c", chat, "c", OWNER, edits=True)
        started(notifier)
        world.desk.buy("0.1", NO_EXITS, source="job:dca")
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.loop.quiet()
        assert [at for at, _ in chat.said] == [0.0]

    play(story)


def test_a_fill_that_comes_late_rings_although_its_card_is_there() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        notifier = world.notifier()
        notifier.open("test:0", chat, "c", OWNER, edits=True)
        started(notifier)
        world.desk.buy("0.1", NO_EXITS)
        order = world.desk.orders()[0]
        await world.store.deliveries.put_card(Card("test:0", order.order_id, "77", world.clock.now()))
        await world.pass_s(60)
        world.desk.fill(order, "10000")
        await world.write()
        await world.pass_s(5)
        assert chat.edits == [] and len(chat.texts) == 1

    play(story)


def test_a_store_that_cannot_write_delays_the_fan_and_loses_nothing() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world.notifier(chat))
        await world.pass_s(1)
        kept = world.store.deliveries.fan_out
        troubles = [True]

        async def full(*what: object) -> None:
            if troubles[0]:
                raise JournalUnavailable("The disk is full.")
            await kept(*what)  # type: ignore[arg-type]  # passed on as it came

        world.store.deliveries.fan_out = full  # type: ignore[method-assign, assignment]  # a disk that fails
        world.desk.bought(exits=NO_EXITS)
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.HALTED, "x", OWNER, world.desk.now))
        await world.write()
        await world.pass_s(30)
        assert chat.texts == [] and world.troubles
        troubles[0] = False
        await world.pass_s(5)
        assert len(chat.texts) == 2

    play(story)


def test_marks_that_cannot_be_written_hold_up_no_message() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world.notifier(chat))

        async def full(*what: object) -> None:
            raise JournalUnavailable("The disk is full.")

        world.store.deliveries.mark = full  # type: ignore[method-assign, assignment]  # a disk that fails
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(1)
        assert len(chat.texts) == 1 and world.troubles

    play(story)
