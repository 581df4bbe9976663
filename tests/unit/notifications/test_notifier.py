"""What is told, when, in how many messages; and what is told again after a crash."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.notifications.chat import NO_EXITS, World, ended, play, started
from tests.unit.notifications.desk import ACCOUNT, OWNER
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.commands import HaltState
from trading.domain.ids import CommandId


def test_a_whole_fill_is_told_at_once() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world.notifier(chat))
        await world.pass_s(1)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.loop.quiet()
        assert chat.said[0][0] == 1.0 and chat.texts[0].startswith("✅ Bought 0.1 BTC/USD")
        assert len(chat.said) == 1

    play(story)


def test_ten_fills_within_five_seconds_are_one_message() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world.notifier(chat))
        world.desk.buy("0.2", NO_EXITS)
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
        started(world.notifier(chat))
        world.desk.buy("0.2", NO_EXITS)
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
        started(world.notifier(chat))
        world.desk.buy()
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.pass_s(1.5)
        world.desk.accept_all()
        await world.write()
        await world.pass_s(60)
        assert len(chat.texts) == 1 and "Bought" in chat.texts[0]
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
        task = started(world.notifier(before))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(2)
        await ended(task)
        world.heard.clear()
        world.desk.buy("0.2", NO_EXITS)
        world.desk.fill(world.desk.orders()[0], "10001")
        await world.write()
        started(world.notifier(after))
        await world.pass_s(1)
        assert len(before.said) == 1
        assert len(after.said) == 1 and "Bought 0.2" in after.texts[0]

    play(story)


def test_what_was_told_before_a_crash_is_not_told_again() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(), world.chat()
        task = started(world.notifier(before))
        await world.pass_s(0.5)
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.loop.quiet()
        await ended(task)
        world.heard.clear()
        started(world.notifier(after))
        await world.pass_s(1)
        assert len(before.texts) == 1 and after.texts == []

    play(story)


def test_a_crash_while_a_message_is_on_its_way_tells_again_under_the_same_code() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(answers_s=5), world.chat()
        task = started(world.notifier(before))
        world.desk.bought(exits=NO_EXITS)
        await world.write()
        await world.pass_s(1)
        await ended(task)
        world.heard.clear()
        started(world.notifier(after))
        await world.pass_s(1)
        assert before.texts == after.texts and len(after.texts) == 1
        assert [manner.is_repeat for manner in (*before.manners, *after.manners)] == [False, True]

    play(story)


def test_a_cursor_never_passes_a_message_that_still_waits() -> None:
    async def story(world: World) -> None:
        before, after = world.chat(), world.chat()
        task = started(world.notifier(before))
        await world.pass_s(2)
        world.desk.buy("0.2", NO_EXITS)
        order = world.desk.orders()[0]
        world.desk.fill(order, "10000", "0.1")
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.REDUCE_ONLY, "x", OWNER, world.desk.now))
        await world.write()
        await world.pass_s(2)
        assert ["only reduces" in text for text in before.texts] == [True]
        await ended(task)
        world.heard.clear()
        started(world.notifier(after))
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
        world.desk.buy("0.1", NO_EXITS)
        world.desk.fill(world.desk.orders()[-1], "10000")
        await world.write()
        chat = world.chat()
        started(world.notifier(chat))
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
            world.desk.buy("0.01", NO_EXITS)
            world.desk.fill(world.desk.orders()[-1], "10000")
        world.desk.write(ev.HaltChanged(ACCOUNT, HaltState.HALTED, "x", OWNER, world.desk.now))
        await world.write()
        chat = world.chat()
        started(world.notifier(chat))
        await world.pass_s(1)
        assert len(chat.texts) == 2
        assert chat.texts[0].startswith("⛔ Account paper is halted")
        assert "· 25 entry fills" in chat.texts[1]

    play(story)


def test_a_gap_of_days_ago_is_an_alarm_while_it_lasts_and_nothing_once_it_is_closed() -> None:
    async def story(world: World) -> None:
        world.desk.buy()
        world.desk.fill(world.desk.orders()[0], "10000")
        await world.write()
        await world.pass_s(timedelta(days=2).total_seconds())
        lasting, closed = world.chat(), world.chat()
        task = started(world.notifier(lasting))
        await world.pass_s(1)
        assert ["without a stop" in text for text in lasting.texts] == [True, False]
        await ended(task)
        world.heard.clear()
        world.desk.accept_all()
        await world.write()
        started(world.notifier(closed))
        await world.pass_s(1)
        assert not any("without a stop" in text for text in closed.texts)

    play(story)


def test_a_flatten_that_is_refused_again_and_again_is_told_once_an_hour() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        started(world.notifier(chat))
        desk = world.desk
        desk.bought(exits=NO_EXITS)
        desk.do(cm.Flatten(CommandId("nonce"), OWNER, ACCOUNT, halt=True))
        for _ in range(90):
            order = next(o for o in desk.orders() if not o.is_entry)
            cid = order.client_order_id
            desk.do(rp.Rejected(ACCOUNT, cid, "market_closed", "It is closed now.", desk.now))
            desk.do(rp.FlatChecked(ACCOUNT, "paper", 1, 0, desk.now))
            await world.write()
            await world.pass_s(60)
        assert sum("Nothing trades now" in text for text in chat.texts) == 2
        assert sum("not proven flat yet" in text for text in chat.texts) == 1

    play(story)
