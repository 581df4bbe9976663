"""The picture of the morning message: drawn when there is something to draw, and somebody who draws."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.painting import EquitySpec, Theme
from bot.conversation.wording import Wording
from bot.handlers.morning import morning_curve
from bot.main.illustrating import illustrator
from bot.main.wiring import desk_painter
from tests.fakes.pit import OWNER, PAPER
from tests.journeys.chat import Chat, in_chat
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId


def test_a_month_with_trades_is_drawn_and_one_without_is_not() -> None:
    async def scene(chat: Chat) -> None:
        assert await morning_curve(chat.tools, [PAPER], Wording(), Theme.DARK) is None
        await chat.hold("/buy btc 1000")
        await chat.pit.quote("7400", "7401")
        await chat.pit.clock.sleep_s(3_600)
        assert await morning_curve(chat.tools, [PAPER], Wording(), Theme.DARK) is None  # nobody draws
        chat.painter = desk_painter(chat.pit.clock, threads=False)
        drawn = await morning_curve(chat.tools, [PAPER], Wording(), Theme.DARK)
        assert drawn is not None and drawn.png.startswith(b"\x89PNG") and "paper" in drawn.name
        assert await morning_curve(chat.tools, [AccountId("nobody")], Wording(), Theme.DARK) is None

    in_chat(scene)


def test_all_accounts_of_one_currency_are_added_up_and_no_rate_is_made_up_for_others() -> None:
    async def scene(chat: Chat) -> None:
        specs: list[EquitySpec] = []

        class Looking:
            async def equity(self, spec: EquitySpec) -> bytes:
                specs.append(spec)
                return b"\x89PNG"

        chat.painter = Looking()  # type: ignore[assignment]  # only curves are asked for here
        await chat.hold("/buy btc 1000")
        opened = {"second": ("USD", 500), "euros": ("EUR", 70)}
        for name, (currency, cash) in opened.items():
            made = OpenAccount(
                CommandId(name), OWNER, AccountId(name), "paper", "paper", currency, Decimal(cash), name
            )
            await chat.pit.engine.submit(made)
        await chat.pit.clock.sleep_s(3_600)
        names = [PAPER, AccountId("second"), AccountId("euros")]
        assert await morning_curve(chat.tools, names, Wording(), Theme.DARK) is not None
        (spec,) = specs
        book = chat.pit.engine.book
        both = [book.account(PAPER), book.account(AccountId("second"))]
        assert spec.points[-1].value == sum(book.equity(one) for one in both if one is not None)
        assert spec.title == "Equity paper second" and spec.currency == "USD"
        assert [point.moved for point in spec.points if point.moved][-1] == 500, "a deposit is no profit"

    in_chat(scene)


def test_the_picture_stands_on_the_ground_that_its_person_has_chosen() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy btc 1000")
        await chat.pit.quote("7400", "7401")
        await chat.pit.clock.sleep_s(3_600)
        chat.painter = desk_painter(chat.pit.clock, threads=False)
        draw = illustrator(chat.tools, chat.prefs)
        dark = await draw(OWNER, ["paper"], Wording())
        await chat.say("/settings theme light")
        light = await draw(OWNER, ["paper"], Wording())
        assert dark is not None and light is not None and dark.png != light.png

    in_chat(scene)
