"""A second factor: set up, asked for before what is dangerous, believed once, and never in the way out."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversation.factor import code_at, step_of
from tests.fakes.pit import PAPER
from tests.journeys.chat import Chat, in_chat


async def with_app(chat: Chat) -> str:
    """Ann has an app; its secret."""
    said = await chat.say("/pin app")
    found = re.search(r"secret=([A-Z2-7]+)", said.replace("\n", ""))
    assert found is not None, said
    assert "The app counts from now on" in await chat.say(f"/pin {code(chat, found[1])}")
    await chat.pit.clock.sleep_s(30)
    await chat.pit.quote("7400", "7401")
    return found[1]


def code(chat: Chat, secret: str, steps: int = 0) -> str:
    return code_at(secret, step_of(chat.pit.clock.now()) + steps)


def limit(chat: Chat) -> object:
    return chat.pit.engine.book.accounts[PAPER].limits.order_notional_max


def test_a_raise_waits_for_the_code_and_the_code_counts_once() -> None:
    async def scene(chat: Chat) -> None:
        secret = await with_app(chat)
        await chat.say("/limits order_notional 200k")
        asked = await chat.press("Raise")
        assert "Type the code of your app within 2m" in asked and limit(chat) == 100_000, asked
        assert "wrong, or was used before. 4 more" in await chat.say("/pin 000000")
        used = code(chat, secret)
        assert "200,000.00" in await chat.say(f"/pin {used}") and limit(chat) == 200_000
        assert "Nothing waits for a code here" in await chat.say(f"/pin {used}")
        await chat.say("/limits order_notional 300k")
        await chat.press("Raise")
        assert "used before" in await chat.say(f"/pin {used}") and limit(chat) == 200_000
        await chat.say("/limits order_notional 1k")
        assert limit(chat) == 1_000, "what allows less asks for nothing"

    in_chat(scene)


def test_entries_above_a_size_ask_and_getting_out_never_does() -> None:
    async def scene(chat: Chat) -> None:
        assert "PIN is set" in await chat.say("/pin set 739205")
        assert "Type your PIN" in await chat.say("/pin above 1000")
        assert "$1,000.00" in await chat.say("/pin 739205")
        await chat.say("/buy BTC 900")
        assert "Sent" in await chat.press("Buy")
        await chat.say("/buy ETH 1500")
        assert "Type your PIN" in await chat.press("Buy")
        await chat.pit.clock.sleep_s(100)
        await chat.pit.quote("302", "303", symbol="ETH/USD")
        assert "Sent" in await chat.say("/pin 739205"), "what waits for its proof does not run out meanwhile"
        await chat.say("/panic")
        assert "PIN" not in await chat.press("Panic")
        assert chat.held() == 0 and chat.held("ETH/USD") == 0
        await chat.say("/resume it is over")
        assert "Type your PIN" in await chat.press("Resume")

    in_chat(scene)


def test_five_wrong_codes_lock_and_the_right_one_does_not_help() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/pin set 739205")
        await chat.say("/limits order_notional 200k")
        await chat.press("Raise")
        for left in (4, 3, 2, 1):
            assert f"{left} more" in await chat.say("/pin 111222")
        assert "Too many wrong codes" in await chat.say("/pin 111222")
        assert "Too many wrong codes" in await chat.say("/pin 739205") and limit(chat) == 100_000
        assert [one.code for one in chat.pit.named("Noticed")][-1] == "factor_locked"
        assert "halted" in (await chat.say("/halt now")).lower()
        await chat.pit.clock.sleep_s(timedelta(minutes=16).total_seconds())
        await chat.say("/limits order_notional 200k")
        await chat.press("Raise")
        assert "200,000.00" in await chat.say("/pin 739205")

    in_chat(scene)


def test_a_lost_factor_is_taken_away_at_the_terminal_and_nowhere_else() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/pin set 739205", by="bob")
        assert "There are: " in await chat.say("/pin reset carl")
        assert "bob has no second factor any more" in await chat.say("/pin reset bob")
        await chat.say("/limits order_notional 200k", by="bob")
        assert "200,000.00" in await chat.press("Raise", by="bob")
        told = [one for one in chat.pit.named("Noticed") if one.code == "factor_changed"]
        assert [one.facts["person"] for one in told] == ["bob", "bob"]

    in_chat(scene)


def test_it_is_changed_and_ended_only_by_who_has_it_and_nobody_reads_the_digits() -> None:
    async def scene(chat: Chat) -> None:
        assert "4 to 12 digits" in await chat.say("/pin 123")
        assert "everybody tries first" in await chat.say("/pin set 123456")
        await chat.say("/pin set 739205")
        for line in ("/pin off", "/pin set 860314", "/pin app", "/link", "/approve r1 admin"):
            assert "Type your PIN" in await chat.say(line), line
        assert "Too many" not in await chat.say("/pin 000001")
        assert "Nobody asks under r1" in await chat.say("/pin 739205") or "no phones" in chat.said[-1]
        kept = await chat.tools.registers.meta("factor:owner")
        assert kept is not None and "739205" not in kept
        assert all("739205" not in repr(stored) for stored in chat.pit.events)
        await chat.say("/pin off")
        assert "nothing asks for a code any more" in await chat.say("/pin 739205")
        await chat.say("/limits order_notional 200k")
        assert "200,000.00" in await chat.press("Raise")

    in_chat(scene)


def test_maintenance_and_a_higher_one_tap_limit_wait_for_the_code() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/pin set 739205")
        assert "Type your PIN" in await chat.say("/maintenance on new disk")
        assert chat.pit.engine.book.desk.maintenance is None
        assert "MAINTENANCE (new disk)" in await chat.say("/pin 739205")
        await chat.say("/maintenance off")
        assert "Type your PIN" in await chat.press("End it")
        assert chat.pit.engine.book.desk.maintenance is not None
        assert "MAINTENANCE is over" in await chat.say("/pin 739205")
        for line in ("/settings one_tap 100", "/set onetap 1k"):
            assert "Type your PIN" in await chat.say(line), line
        assert chat.tools.defaults.one_tap_limit == 0
        assert "1,000" in await chat.say("/pin 739205")
        assert "PIN" not in await chat.say("/settings one_tap 50"), "less is nobody's danger"
        assert "PIN" not in await chat.say("/settings one_tap off")
        assert "Type your PIN" in await chat.say("/settings one_tap 1")

    in_chat(scene)


def test_a_symbol_is_barred_at_once_and_freed_with_the_pin() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/pin set 739205")
        assert "Barred: BTC/USD" in await chat.say("/blacklist btc")
        for line in ("/blacklist del btc", "/unlock btc", "/blacklist free all"):
            assert "Type your PIN" in await chat.say(line), line
            assert chat.pit.engine.book.accounts[PAPER].barred, line
        await chat.say("/blacklist")
        assert "Type your PIN" in await chat.press("Free all")
        assert "Free again: BTC/USD" in await chat.say("/pin 739205")
        assert not chat.pit.engine.book.accounts[PAPER].barred

    in_chat(scene)
