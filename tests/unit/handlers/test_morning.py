"""The picture of the morning message: drawn when there is something to draw, and somebody who draws."""

from __future__ import annotations

from bot.conversation.painting import Theme
from bot.conversation.wording import Wording
from bot.handlers.morning import morning_curve
from bot.main.illustrating import illustrator
from bot.main.wiring import desk_painter
from tests.fakes.pit import OWNER, PAPER
from tests.journeys.chat import Chat, in_chat
from trading.domain.ids import AccountId


def test_a_month_with_trades_is_drawn_and_one_without_is_not() -> None:
    async def scene(chat: Chat) -> None:
        assert await morning_curve(chat.tools, PAPER, Wording(), Theme.DARK) is None
        await chat.hold("/buy btc 1000")
        await chat.pit.quote("7400", "7401")
        await chat.pit.clock.sleep_s(3_600)
        assert await morning_curve(chat.tools, PAPER, Wording(), Theme.DARK) is None  # nobody draws
        chat.painter = desk_painter(chat.pit.clock, threads=False)
        drawn = await morning_curve(chat.tools, PAPER, Wording(), Theme.DARK)
        assert drawn is not None and drawn.png.startswith(b"\x89PNG") and "paper" in drawn.name
        assert await morning_curve(chat.tools, AccountId("nobody"), Wording(), Theme.DARK) is None

    in_chat(scene)


def test_the_picture_stands_on_the_ground_that_its_person_has_chosen() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy btc 1000")
        await chat.pit.quote("7400", "7401")
        await chat.pit.clock.sleep_s(3_600)
        chat.painter = desk_painter(chat.pit.clock, threads=False)
        draw = illustrator(chat.tools, chat.prefs)
        dark = await draw(OWNER, "paper", Wording())
        await chat.say("/settings theme light")
        light = await draw(OWNER, "paper", Wording())
        assert dark is not None and light is not None and dark.png != light.png

    in_chat(scene)
