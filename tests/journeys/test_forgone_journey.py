"""The month's report of opinions: what an entry would have brought that an opinion forbade."""

from __future__ import annotations

from tests.journeys.test_profile_journey import Trader, in_trade


def test_the_month_counts_what_was_forbidden_and_what_would_have_come_of_it() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new one pullback btc 1m $1000 automatic")
        await t.say("/profile opinion one on")
        await t.say("/profile direction one long")
        await t.say("/profile start one sure")
        await t.floor.calm()
        await t.floor.candle(2)
        assert t.floor.intents() == []
        said = " ".join((await t.say("/sentiment")).split())
        assert "nobody can say what they would have brought: 1." in said
        await t.floor.candle(-5)
        said = " ".join((await t.say("/sentiment")).split())
        assert "Entries of profiles that were forbidden: 1" in said and "0 would still be open" in said
        assert "1 forbidden" in said or "forbidden 1" in said, said
        assert "20.00" in said, "two percent of 1,000 dollars were saved"

    in_trade(scene, score="-0.9")
