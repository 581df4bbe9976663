"""T01, T02 to T07, T09, T10: messages and presses that come late, twice, altered, or from somewhere else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.conversation.people import ChannelKind
from tests.fakes.pit import OWNER
from tests.integration.telegram.desk import TelegramDesk, on_telegram

BUY = "/buy BTC 1000"


def test_t01_a_crash_after_the_poll_loses_nothing_and_doubles_nothing() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        desk.slow_s = 3600.0
        ann.press("Buy")
        ann.say("/positions")
        await desk.settle()
        assert desk.answered[-1].is_press and desk.intents() == 0
        await desk.die()
        desk.slow_s = 0.0
        await desk.live()
        assert desk.intents() == 1, "the press was stored before the poll that confirmed it"
        await ann.sees("Positions")
        await desk.settle(1)
        before = len(ann.chat.from_bot)
        await desk.die()
        await desk.live()
        await desk.settle(1)
        assert desk.intents() == 1 and len(ann.chat.from_bot) == before

    on_telegram(scene)


def test_t01_a_crash_before_the_commit_leaves_the_update_with_telegram() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()

        async def full(*_: object) -> list[object]:
            raise desk.unavailable("the disk is full")

        real, desk.inbox.store = desk.inbox.store, full  # type: ignore[assignment,method-assign]
        ann.say(BUY)
        await desk.settle(2)
        assert desk.server.world.updates.waiting, "nothing was confirmed"
        assert all(one.text != BUY for one in desk.answered)
        desk.inbox.store = real  # type: ignore[method-assign]
        await desk.settle(60)
        await ann.sees("Buy BTC/USD?")
        assert [one.text for one in desk.answered].count(BUY) == 1

    on_telegram(scene)


def test_t01_a_message_that_ends_the_desk_is_set_aside_and_the_rest_goes_on() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        desk.slow_s = 3600.0
        ann.say("/price BTC")
        ann.say("/balance")
        await desk.settle()
        for _ in range(4):
            await desk.die()
            desk.slow_s = 3600.0
            await desk.build()
            desk.task = asyncio.create_task(desk.front.run())
            await desk.settle()
        assert len(desk.quarantined) == 1
        desk.slow_s = 0.0
        await desk.die()
        await desk.live()
        await ann.sees("Equity")
        assert [one.state.value for one in desk.pit.named("HaltChanged")] == ["reduce_only"]
        assert [one.code for one in desk.pit.named("Noticed")] == ["inbox_quarantined"]

    on_telegram(scene)


def test_t02_a_double_tap_is_one_order() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card = ann.last
        first, second = ann.press("Buy", card), ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 1
        assert first.is_answered and second.is_answered
        assert "Already placed" in card.text and card.labels == []

    on_telegram(scene)


def test_t03_a_press_that_the_app_sends_again_is_one_order() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        press = ann.press("Buy")
        await desk.settle()
        for is_new_query in (False, True):
            ann.press_again(press, is_new_query=is_new_query)
            await desk.settle(30)
        assert desk.intents() == 1
        await desk.die()
        await desk.live()
        ann.press_again(press, is_new_query=True)
        await desk.settle()
        assert desk.intents() == 1

    on_telegram(scene)


def test_t04_a_stale_button_shows_a_new_card() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card = ann.last
        await desk.pit.clock.sleep_s(3_600)
        await desk.pit.quote("7500", "7501")
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 0
        assert "7,501.00" in card.text and card.labels == [["Buy", "Cancel"]]
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 1

    on_telegram(scene)


def test_t05_an_order_that_waited_on_its_way_is_asked_about() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        long_ago = (desk.pit.clock.now() - timedelta(minutes=14)).timestamp()
        ann.say(BUY, at=long_ago)
        await desk.settle()
        assert desk.intents() == 0 and "14m ago" in ann.last.text and ann.last.labels
        ann.say(BUY)
        await desk.settle()
        assert desk.intents() == 1

    on_telegram(scene)


def test_t05_a_clock_of_telegram_ahead_of_ours_makes_nothing_late() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say("/price BTC", at=(desk.pit.clock.now() + timedelta(hours=5)).timestamp())
        await desk.settle()
        assert desk.answered[-1].at <= desk.pit.clock.now()

    on_telegram(scene)


def test_t06_an_edited_line_is_never_carried_out() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        line = ann.say("/buy BTC 100")
        await desk.settle()
        assert desk.intents() == 1
        ann.edit(line, "/buy BTC 4000")
        await desk.settle()
        assert desk.intents() == 1
        assert "edit" in ann.last.text.lower()

    on_telegram(scene)


def test_t07_words_of_others_are_never_commands() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        bob = desk.server.person("Bob")
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        group = desk.server.supergroup("Club", ann, [bob])
        desk.server.promote_bot(group, ann)
        channel = desk.server.channel("News", ann)
        await desk.pit.store.registers.put_setting(f"group:telegram:{group.id}", "groups", "on")  # type: ignore[arg-type]
        said = bob.say_unheard(BUY, group)
        ann.forward(said)
        ann.forward(said, group)
        ann.through_bot(BUY)
        ann.as_group(BUY, group)
        ann.as_channel(BUY, channel, group)
        ann.through_business(BUY)
        desk.server.announce(channel, BUY, linked=group)
        await desk.settle()
        assert desk.intents() == 0
        assert all(one.is_forwarded for one in desk.answered if one.text == BUY)

    on_telegram(scene)


def test_t09_a_group_that_becomes_a_supergroup_keeps_its_person_and_its_rule() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        group = desk.server.group("Club", ann)
        ann.say("/settings groups on", group)
        await desk.settle()
        assert "trade in this group" in group.from_bot[-1].text
        new = desk.server.upgrade(group, ann)
        await desk.settle()
        channel = desk.people.channel("telegram", str(new.id))
        assert channel is not None and channel.person == OWNER and channel.kind is ChannelKind.GROUP
        assert desk.people.channel("telegram", str(group.id)) is None
        ann.say(BUY, new)
        await desk.settle()
        assert new.from_bot[-1].labels == [["Buy", "Cancel"]]
        await desk.die()
        await desk.live()
        assert desk.people.channel("telegram", str(new.id)) is not None

    on_telegram(scene)


def test_t10_altered_data_of_a_button_does_nothing() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card = ann.last
        button = card.button("Buy")
        assert button is not None
        nonce = button["callback_data"]
        bad = [
            nonce[:-1] + "x",
            nonce.swapcase(),
            "a" * 64,
            "\u202e",
            ".no",
            f"{nonce}.yes",
            "⚠️" * 16,
            "'; --",
        ]
        for data in bad:
            press = ann.press_data(card, data)
            await desk.settle()
            assert press.is_answered, data
        assert desk.intents() == 0 and card.labels == [["Buy", "Cancel"]]
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 1

    on_telegram(scene)


def test_a_deep_link_opens_the_menu_and_nothing_else() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.start("buy_BTC_1000")
        await desk.settle()
        assert desk.answered[-1].text == "/start" and desk.intents() == 0

    on_telegram(scene)
