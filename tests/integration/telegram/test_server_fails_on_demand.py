"""Floods, lost messages, outages: what python-telegram-bot makes of each, and that each comes as ordered."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_in_process import BASE_URL, InProcessRequest
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import KEPT_S
from tests.integration.telegram.ptb_bot import bare_bot, within
from trading.virtual_time import VirtualClock, VirtualLoop, run

pytestmark = pytest.mark.wire


async def test_ptb_raises_the_error_that_each_answer_means() -> None:
    async with TelegramServer(HandClock()) as telegram, bare_bot(telegram) as bot:
        ann, bob = telegram.person("Ann"), telegram.person("Bob")
        ann.start()
        bob.start()
        bob.block()
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(bob.id, "x")
        old = telegram.group("Desk", ann)
        new = telegram.upgrade(old, ann)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old.id, "x")
        assert moved.value.new_chat_id == new.id
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(5, "x")
        telegram.faults.refuse("internal", "sendMessage")
        with pytest.raises(NetworkError, match="restart"):
            await bot.send_message(ann.id, "x")
        telegram.faults.gateway("sendMessage")
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(ann.id, "x")
        telegram.revoke_token()
        with pytest.raises(InvalidToken):
            await bot.send_message(ann.id, "x")
        assert not ann.chat.from_bot


async def test_a_lost_answer_is_a_message_that_nobody_knows_of() -> None:
    async with TelegramServer(HandClock()) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        telegram.faults.lose_answer("sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, "arrived")
        telegram.faults.lose_request("sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, "gone")
        assert [one.text for one in ann.chat.from_bot] == ["arrived"]
        assert [call.is_done for call in telegram.called("sendMessage")] == [True, False]
    async with TelegramServer(HandClock()) as telegram, bare_bot(telegram, read_timeout=0.05) as bot:
        ann = telegram.person("Ann")
        ann.start()
        telegram.faults.lose_answer("sendMessage", is_silent=True)
        with pytest.raises(TimedOut):
            await bot.send_message(ann.id, "arrived")
        assert ann.last.text == "arrived"


async def test_a_refusal_waits_for_its_method_and_its_chat() -> None:
    async with TelegramServer(HandClock()) as telegram, bare_bot(telegram) as bot:
        ann, bob = telegram.person("Ann"), telegram.person("Bob")
        ann.start()
        bob.start()
        telegram.faults.refuse("blocked", "sendMessage", chat=bob.id, times=2)
        await bot.send_message(ann.id, "x")
        for _ in range(2):
            with pytest.raises(Forbidden):
                await bot.send_message(bob.id, "x")
        await bot.send_message(bob.id, "x")
        assert telegram.faults.hits == {"refuse": 2}


async def test_a_held_request_waits_at_its_gate() -> None:
    async with TelegramServer(HandClock()) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        gate = telegram.faults.hold("sendMessage")
        sending = asyncio.ensure_future(bot.send_message(ann.id, "x"))
        await within(5, telegram.until(lambda: gate.held))
        assert not ann.chat.from_bot and not sending.done()
        gate.release()
        assert (await within(5, sending)).text == "x"


async def test_a_slow_answer_takes_the_time_it_was_given() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        telegram.faults.slow(7, "sendMessage", is_done=True)
        sending = asyncio.ensure_future(bot.send_message(ann.id, "x"))
        await within(5, clock.until_sleeping())
        assert ann.last.text == "x" and not sending.done()
        clock.advance(7)
        await within(5, sending)


async def test_an_outage_cuts_everything_until_it_is_over() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        offset = (await bot.get_updates())[-1].update_id + 1
        poll = asyncio.ensure_future(bot.get_updates(offset, timeout=10))
        await within(5, telegram.until_polled())
        telegram.go_down(for_s=600)
        with pytest.raises(NetworkError):
            await within(5, poll)
        ann.say("is anybody there")
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, "x")
        await within(5, clock.until_sleeping())
        clock.advance(600)
        await asyncio.sleep(0)
        await bot.send_message(ann.id, "back")
        clock.advance(10)
        updates = await bot.get_updates()
        assert [one.message and one.message.text for one in updates] == ["is anybody there"]
        await telegram.deafen()
        with pytest.raises(NetworkError):
            await bot.get_me()  # on the connection that was open
        with pytest.raises(NetworkError, match="ConnectError"):
            await bot.get_me()
        await telegram.listen()
        assert (await bot.get_me()).is_bot


async def test_a_private_chat_takes_a_burst_and_then_one_a_second() -> None:
    clock = HandClock()
    async with TelegramServer(clock, limits=FloodLimits(chat_burst=3)) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        for number in range(3):
            await bot.send_message(ann.id, f"{number}")
        with pytest.raises(RetryAfter) as no:
            await bot.send_message(ann.id, "3")
        assert no.value.retry_after == timedelta(seconds=1)
        clock.advance(0.5)
        with pytest.raises(RetryAfter):
            await bot.send_message(ann.id, "too soon")
        clock.advance(0.5)
        await bot.send_message(ann.id, "3")
        assert [one.text for one in ann.chat.from_bot] == ["0", "1", "2", "3"]
        assert telegram.limits.refused == {"chat": 1, "impatient": 1}


async def test_a_group_takes_twenty_a_minute_and_edits_count() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        desk = telegram.group("Desk", telegram.person("Ann"))
        sent = await bot.send_message(desk.id, "board")
        for number in range(19):
            await bot.edit_message_text(f"{number}", desk.id, sent.message_id)
        with pytest.raises(RetryAfter) as no:
            await bot.send_message(desk.id, "x")
        assert no.value.retry_after == timedelta(seconds=60)
        clock.advance(60)
        await bot.send_message(desk.id, "x")


async def test_all_chats_together_take_thirty_a_second() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        crowd = [telegram.person(f"P{number}") for number in range(31)]
        for person in crowd:
            person.start()
        for person in crowd[:30]:
            await bot.send_message(person.id, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(crowd[30].id, "x")
        assert telegram.limits.refused == {"all": 1}
        clock.advance(1)
        await bot.send_message(crowd[30].id, "x")


async def test_a_pause_that_was_ordered_is_kept() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        ann, bob = telegram.person("Ann"), telegram.person("Bob")
        ann.start()
        bob.start()
        telegram.order_pause(30, ann.id)
        with pytest.raises(RetryAfter) as no:
            await bot.send_message(ann.id, "x")
        assert no.value.retry_after == timedelta(seconds=30)
        await bot.send_message(bob.id, "x")
        clock.advance(30)
        await bot.send_message(ann.id, "x")


async def test_updates_are_numbered_confirmed_and_forgotten_after_a_day() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        for words in ("one", "two", "three"):
            ann.say(words)

        async def fetch(offset: int = 0, limit: int = 100) -> list[str]:
            clock.advance(10)
            updates = await bot.get_updates(offset, limit, timeout=0)
            return [str(one.message and one.message.text) for one in updates]

        first = telegram.world.updates.waiting[0][1]["update_id"]
        assert await fetch(limit=2) == ["one", "two"]
        assert await fetch() == ["one", "two", "three"]
        assert await fetch(first + 1) == ["two", "three"]
        assert await fetch() == ["two", "three"]
        assert await fetch(-1) == ["three"]
        again = telegram.world.updates.confirmed[-1]
        telegram.world.updates.deliver_again(again)
        assert await fetch() == ["one", "three"]
        clock.advance(KEPT_S + 1)
        assert await fetch() == []


async def test_only_the_kinds_that_were_asked_for_are_kept() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        await bot.get_updates(allowed_updates=["message"])
        words = ann.say("one")
        ann.edit(words, "two")
        clock.advance(10)
        assert [one.edited_message for one in await bot.get_updates()] == [None]


def test_in_virtual_time_nothing_is_waited_for() -> None:
    async def scene(loop: VirtualLoop) -> list[str]:
        clock = VirtualClock(loop, HandClock().now())
        telegram = TelegramServer(clock)
        request = InProcessRequest(telegram)
        bot = Bot(telegram.token, base_url=BASE_URL, request=request, get_updates_request=request)
        ann = telegram.person("Ann")
        ann.start()
        telegram.faults.lose_answer("sendMessage", is_silent=True)
        seen = []
        try:
            await bot.send_message(ann.id, "arrived")
        except TimedOut:
            seen.append(f"timed out after {clock.elapsed_s():g} s")
        telegram.go_down(for_s=3600)
        try:
            await bot.send_message(ann.id, "gone")
        except NetworkError as error:
            seen.append(type(error).__name__)
        await clock.sleep_s(3600)
        await bot.get_updates(-1)
        await clock.sleep_s(10)
        offset = telegram.world.updates.waiting[-1][1]["update_id"] + 1
        assert await bot.get_updates(offset, timeout=50) == ()
        seen.append(f"polled until {clock.elapsed_s():g} s")
        await telegram.close()
        return seen

    assert run(scene) == ["timed out after 5 s", "NetworkError", "polled until 3665 s"]
