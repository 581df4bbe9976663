"""Order lines that are kept by chat: presets under a name, the last order again; always with a card."""

from __future__ import annotations

import pytest

from tests.journeys.chat import Chat, in_chat


def test_a_preset_is_kept_shown_used_and_deleted() -> None:
    async def scene(chat: Chat) -> None:
        assert (await chat.say("/preset")).startswith("No presets yet")
        assert (await chat.say("/preset save Scalp 1% sl 1% tp 2r,3r")).startswith(
            "Kept “scalp”: buy 1% sl 1% tp 2r,3r."
        )
        await chat.say("/preset save dip short 100 @ +1% sl 2%")
        assert "dip    short 100 @ +1% sl 2%\nscalp  buy 1% sl 1% tp 2r,3r" in await chat.say("/preset")
        card = await chat.say("/preset use scalp BTC")
        assert card.startswith("Buy BTC/USD?")
        assert chat.intended() == []
        await chat.press("Buy")
        assert chat.held() > 0
        assert (await chat.say("/preset use dip ETH")).startswith("Short ETH/USD?")
        assert await chat.say("/preset delete scalp") == "Preset “scalp” is deleted."
        assert "no preset “scalp”" in await chat.say("/preset use scalp BTC")

    in_chat(scene)


def test_a_preset_never_skips_the_card_whatever_the_one_tap_limit() -> None:
    async def scene(chat: Chat) -> None:
        assert "1,000" in await chat.say("/settings one_tap 1000")
        await chat.say("/preset save tiny 10")
        assert (await chat.say("/preset use tiny BTC")).startswith("Buy BTC/USD?")
        assert chat.intended() == []

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/preset save", "What shall be kept?"),
        ("/preset save exit sell 50%", "A preset opens a position"),
        ("/preset save bad 1% sl x", "That line cannot be kept: sl needs a level"),
        ("/preset save odd 1.000", "That line cannot be kept:"),
        ("/preset use", "No presets yet"),
        ("/preset use nope BTC", "There is no preset “nope”"),
        ("/preset delete", "Which one?"),
        ("/preset delete nope", "There is no preset “nope”"),
        ("/repeat", "There is no order to repeat yet"),
        ("/repeat ETH", "There is no order in ETH/USD to repeat"),
    ],
)
def test_presets_say_what_to_type_instead(line: str, said: str) -> None:
    async def scene(chat: Chat) -> None:
        answer = await chat.say(line)
        assert answer.startswith(said)
        assert "[" not in answer

    in_chat(scene)


def test_presets_have_an_end_and_may_be_overwritten() -> None:
    async def scene(chat: Chat) -> None:
        for number in range(20):
            await chat.say(f"/preset save p{number} 100")
        assert "You keep 20 presets already" in await chat.say("/preset save more 100")
        assert "Kept “p3”: buy 200." in await chat.say("/preset save P3 200")
        assert (await chat.say("/preset use p3")).startswith("For which symbol?")

    in_chat(scene)


def test_presets_are_ones_own() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/preset save scalp 1% sl 1%")
        assert (await chat.say("/preset", by="bob")).startswith("No presets yet")
        assert "no preset “scalp”" in await chat.say("/preset use scalp BTC", by="bob")

    in_chat(scene)


def test_repeat_shows_the_last_card_and_buys_only_when_pressed() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 100 sl 2%")
        await chat.hold("/short ETH 50 sl 3%")
        await chat.pit.clock.sleep_s(60)
        await chat.pit.quote("7400", "7401")
        await chat.pit.quote("300", "301", symbol="ETH/USD")
        orders = chat.intended()
        assert (await chat.say("/repeat")).startswith("Short ETH/USD?")
        assert (await chat.say("/repeat BTC")).startswith("Buy BTC/USD?")
        assert (await chat.say("/repeat BTC on paper")).startswith("Buy BTC/USD?")
        assert chat.intended() == orders
        await chat.press("Buy")
        await chat.press("Buy")
        assert sum(one.startswith("buy") and one.endswith("entry") for one in chat.intended()) == 2

    in_chat(scene)
