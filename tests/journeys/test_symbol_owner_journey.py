"""One symbol, one owner: a bot or a profile, and who wants to be the second hears what to type."""

from __future__ import annotations

from tests.journeys.test_profile_journey import Trader, in_trade


def test_a_symbol_is_a_bots_or_a_profiles_and_both_say_what_to_type() -> None:
    async def scene(t: Trader) -> None:
        t.floor.market.past.clear()
        grid = "/newbot grid BTC 1000 cells 6 lower 7000 upper 7600 spacing arithmetic"
        await t.say("/profile new one pullback btc 1m $1000")
        await t.say("/profile start one")
        card = await t.say(grid)
        card = " ".join(card.split())
        assert "/profile symbols one del BTC/USD leaves it out, /profile stop one ends it" in card
        assert "Nothing was started" not in card
        await t.say("/profile stop one")
        assert "Nothing was started or ordered yet." in await t.say(grid)
        await t.press("Start")
        refused = " ".join((await t.say("/profile start one")).split())
        assert "BTC/USD belongs to the bot grid-1 on this account" in refused
        assert "/bot grid-1 stop ends it, /profile symbols one del BTC/USD leaves it out." in refused
        await t.say("/profile symbols one eth")
        assert "one is running" in await t.say("/profile start one")
        assert "belongs to the bot grid-1" in await t.say("/profile symbols one add btc")

    in_trade(scene)
