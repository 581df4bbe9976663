"""Somebody wants to see it: the chart before and after a trade, other views by button, and wrong lines."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

from PIL import Image

from bot.conversation.screen import Screen
from bot.main.wiring import desk_painter
from tests.fakes.pit import START
from tests.journeys.chat import Chat, in_chat
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity


def seeing(chat: Chat) -> Chat:
    """With pictures, and four hours of minutes behind it."""
    chat.painter = desk_painter(chat.pit.clock, threads=False)
    bars = []
    for number in range(240):
        at = START - timedelta(minutes=240 - number)
        opens = Price(Decimal(7300 + number % 60 + number // 3))
        close = Price(Decimal(7300 + (number * 7) % 60 + number // 3))
        high, low = Price(max(opens, close) + 5), Price(min(opens, close) - 5)
        bars.append(
            Bar("BTC/USD", at, at + timedelta(minutes=1), opens, high, low, close, Quantity(Decimal(2)))
        )
    chat.market.past["BTC/USD"] = bars
    return chat


def opened(screen: Screen) -> Image.Image:
    """The picture of a screen."""
    assert screen.picture is not None
    return Image.open(io.BytesIO(screen.picture.png))


def test_a_position_is_seen_in_the_chart_until_it_is_closed() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        (bare,) = await chat.screens("/chart BTC")
        assert opened(bare).size == (1200, 900)
        await chat.hold("/buy BTC 1000 tp 2% sl 1%")
        (held,) = await chat.screens("/chart BTC")
        assert held.picture != bare.picture
        said = await chat.press("15m")
        assert said.startswith("BTC/USD 15m\n") and "You hold" in said and "[• 15m]" in said
        assert "You hold" in await chat.press("Area")
        assert (await chat.press("Position")).startswith("BTC/USD long")
        assert (await chat.press("Chart")).startswith("BTC/USD 5m")
        await chat.pit.clock.sleep_s(600)
        await chat.pit.quote("7400", "7401")
        await chat.hold("/sl BTC 3%")
        (moved,) = await chat.screens("/chart BTC")
        assert moved.picture not in (None, held.picture)
        await chat.hold("/close BTC")
        (after,) = await chat.screens("/chart BTC")
        assert "You hold" not in await chat.say("/chart BTC")
        assert after.picture not in (None, held.picture)

    in_chat(scene)


def test_the_equity_gets_its_picture_with_the_first_fill() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        assert "No curve: nothing was filled in this period." in await chat.say("/equity")
        await chat.hold("/buy BTC 1000 tp 2% sl 1%")
        await chat.pit.clock.sleep_s(60)
        await chat.pit.quote("7500", "7501")
        (screen,) = await chat.screens("/equity")
        assert opened(screen).size == (1200, 900)
        assert "All time" in await chat.press("All time")

    in_chat(scene)


def test_wrong_lines_say_what_to_type_and_draw_nothing() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        for line, words in (
            ("/chart", "/chart needs a symbol, like BTC."),
            ("chart BTC 7m", "There are no candles of “7m”: type one of 1m, 5m, 15m, 1h, 4h, 1d."),
            ("/chart BTC sideways", "/chart cannot take “sideways”"),
            ("/chart BTCC", "I know no “BTCC”"),
            ("/chart ETH", "There are no bars of ETH/USD yet"),
            ("/chart BTC on mars", "mars"),
            ("/chrat BTC", "type /chart if you meant that"),
        ):
            screens = await chat.screens(line)
            assert all(screen.picture is None for screen in screens), line
            assert words in await chat.say(line), line
        assert not chat.intended()

    in_chat(scene)


def test_a_chart_that_is_asked_for_again_is_the_same_picture() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        pictures = {(await chat.screens("/chart BTC 1h line"))[0].picture for _ in range(3)}
        assert len(pictures) == 1

    in_chat(scene)


def test_a_desk_without_pictures_still_shows_the_numbers() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat).painter = None
        said = await chat.say("/chart BTC")
        assert "Pictures are off on this desk" in said and "High / low" in said

    in_chat(scene)


def test_a_result_is_shown_around_without_amounts() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        assert "There was never a position in BTC/USD." in await chat.say("/pnl card BTC")
        await chat.hold("/buy BTC 1000 tp 5% sl 1%")
        assert "still open" in await chat.say("/pnl card BTC")
        await chat.pit.clock.sleep_s(60)
        await chat.pit.quote("7500", "7501")
        await chat.hold("/close BTC")
        (shown,) = await chat.screens("/pnl card BTC")
        assert opened(shown).size == (1200, 675)
        said = await chat.press("Hide amounts")
        assert "Amount " not in said and "$" not in said and "Result" in said and "In R" in said
        (hidden,) = await chat.screens("/pnl card BTC hide")
        assert hidden.picture is not None and hidden.picture != shown.picture
        assert "Amount " in await chat.press("Show amounts")
        assert "Win rate" in await chat.press("Month")
        assert (await chat.press("Calendar")).startswith("P&L April 2018")

    in_chat(scene)


def test_a_month_of_days_is_looked_through_and_hidden_by_a_setting() -> None:
    async def scene(chat: Chat) -> None:
        seeing(chat)
        assert "Nothing was filled in this month." in await chat.say("/pnl calendar")
        await chat.hold("/buy BTC 1000")
        await chat.pit.clock.sleep_s(60)
        await chat.pit.quote("7500", "7501")
        await chat.hold("/close BTC")
        (dark,) = await chat.screens("/pnl calendar")
        assert opened(dark).size == (1200, 900)
        assert "Best day" in await chat.say("/pnl calendar")
        await chat.say("/settings theme light")
        (light,) = await chat.screens("/pnl calendar")
        assert light.picture != dark.picture
        await chat.say("/settings amounts hide")
        said = await chat.say("/pnl calendar")
        assert "$" not in said and "hidden" in said
        assert "Nothing was filled in this month." in await chat.press("◀ March 2018")
        assert "Best day" in await chat.press("April 2018 ▶")
        assert "“2018-02-31” is no date" in await chat.say("/pnl calendar 2018-02-31")

    in_chat(scene)
