"""Accounts at several places: one sum with its rates, symbols that two places know, caps of real money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.journeys.chat import Chat, in_chat
from tests.journeys.test_accounts_journey import SPOT, with_spot
from trading.domain.market import Quote
from trading.domain.money import Price

D = Decimal
DAY = timedelta(hours=24)


def listed(chat: Chat, symbol: str, base: str, bid: str) -> None:
    """A market that trades, at a price of now."""
    quote = symbol.partition("/")[2]
    known = chat.pit.instruments["BTC/USD"]
    chat.pit.instruments[symbol] = replace(known, symbol=symbol, base=base, quote=quote)
    at = chat.pit.clock.now()
    chat.pit.engine.on_quote(Quote(symbol, Price(D(bid)), Price(D(bid)), at, source="test"))


def test_all_accounts_are_one_sum_in_the_currency_of_the_one_in_use_and_each_rate_is_shown() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat, currency="EUR")
        listed(chat, "EUR/USD", "EUR", "1.25")
        for screen in ("/accounts", "/portfolio"):
            said = " ".join((await chat.say(screen)).split())
            assert "All of it $16,250.00" in said, said
            assert "1 EUR is 1.25 USD" in said or "EUR/USD" in said, said
        await chat.say("/settings account spot")
        chat.account = SPOT
        said = " ".join((await chat.say("/accounts")).split())
        assert "13,000.00" in said, "10,000 dollars are 8,000 euros"

    in_chat(scene)


def test_a_rate_may_come_from_the_place_of_an_account_and_through_a_dollar_coin() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat, currency="EUR")
        listed(chat, "BINANCE:EUR/USDT", "EUR", "1.5")
        said = " ".join((await chat.say("/accounts")).split())
        assert "All of it $17,500.00" in said and "BINANCE:EUR/USDT" in said, said

    in_chat(scene)


def test_a_symbol_that_two_places_know_is_asked_about_and_an_account_means_its_own() -> None:
    async def scene(chat: Chat) -> None:
        await with_spot(chat)
        for place, bid in (("BINANCE", "20"), ("KRAKEN", "21")):
            listed(chat, f"{place}:SOL/USDT", "SOL", bid)
        said = await chat.say("/price sol")
        assert "[BINANCE:SOL/USDT]" in said and "[KRAKEN:SOL/USDT]" in said, said
        assert "21" in await chat.press("KRAKEN:SOL/USDT")
        own = await chat.say("/buy sol 100 on spot")
        assert "KRAKEN" not in own, own
        foreign = await chat.say("/buy kraken:sol/usdt 100 on spot")
        assert "does not trade at BINANCE" in foreign, foreign

    in_chat(scene)


def test_the_small_caps_of_real_money_are_raised_by_a_person_after_a_night() -> None:
    async def scene(chat: Chat) -> None:
        engine = chat.pit.engine
        await with_spot(chat)
        engine.settings = replace(engine.settings, raise_cools=DAY)
        await chat.say("/mode live on spot")
        await chat.say("/mode live on spot with real money")
        account = engine.book.accounts[SPOT]
        assert account.mode == "live" and account.limits.order_notional_max == 100
        said = await chat.say("/limits order_notional 500 on spot")
        assert "[Raise" in said, said
        await chat.press("Raise")
        assert engine.book.accounts[SPOT].limits.order_notional_max == 100, "it cools off first"
        await chat.pit.clock.sleep_s(DAY.total_seconds() + 60)
        await chat.pit.settle()
        assert engine.book.accounts[SPOT].limits.order_notional_max == 500
        await chat.say("/limits order_notional 50 on spot")
        assert engine.book.accounts[SPOT].limits.order_notional_max == 50, "lowering works at once"

    in_chat(scene)
