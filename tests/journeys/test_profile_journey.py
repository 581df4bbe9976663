"""Automatic trading from the phone: make a profile, turn it on, ask why it did not trade, answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from bot.conversation.layout import as_text
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.alerts import alert, is_news
from bot.notifications.scene import Scene
from tests.fakes.pit import BTC, Pit, in_pit
from tests.fakes.profile_pit import Jump, Oracle, ProfilePit
from tests.journeys.chat import ETH, Chat
from trading.profiles import crowd
from trading.strategies import table


class Trader:
    """A chat beside profiles at work."""

    def __init__(self, chat: Chat, floor: ProfilePit) -> None:
        self.chat, self.floor = chat, floor

    async def say(self, text: str) -> str:
        said = await self.chat.say(text)
        await self.floor.quiet()
        return said

    async def press(self, label: str) -> str:
        said = await self.chat.press(label)
        await self.floor.quiet()
        return said

    def told(self, language: str = "en") -> list[Screen]:
        """What profiles had to say unasked, oldest first."""
        pit = self.floor.pit
        wording = Wording(language, "UTC", "1.234,56") if language == "de" else Wording()
        scene = Scene(wording, pit.engine.book)
        found = []
        for stored in pit.events:
            if getattr(stored.event, "code", "").startswith("profile_") and is_news(stored, scene):
                made = alert([stored], scene)
                assert made is not None
                found.append(made.screen)
        return found

    async def answer(self, label: str) -> str:
        """Press a button of the newest message that was told."""
        action = next(one.action.id for one in self.told()[-1].all_buttons if one.label == label)
        screens = await self.chat.screens(action=action)
        await self.floor.quiet()
        return "\n".join(as_text(one) for one in screens)


def in_trade(scene: Callable[[Trader], Awaitable[None]], *, score: str = "") -> None:
    async def played(pit: Pit) -> None:
        await pit.quote("7400")
        await pit.quote("300", symbol="ETH/USD")
        chat = Chat(pit)
        floor = ProfilePit(pit, chat.market, Oracle(pit.clock, score) if score else None)
        await floor.begin()
        chat.profiles = floor.desk
        try:
            await scene(Trader(chat, floor))
        finally:
            await floor.end()

    with pytest.MonkeyPatch.context() as patch:
        strategies = {**table.STRATEGIES, "pullback": Jump()}
        patch.setattr(crowd, "STRATEGIES", strategies)
        patch.setattr(table, "STRATEGIES", strategies)
        in_pit(played, instruments=(BTC, ETH), waits_for_open=False)


def test_a_profile_is_made_started_and_buys_by_itself() -> None:
    async def scene(t: Trader) -> None:
        assert "You have no profile yet" in await t.say("/profile")
        made = await t.say("/profile new jumps pullback btc eth 1m $1000 automatic")
        assert "Profile jumps" in made and "stopped · automatic" in made and "$1000" in made
        assert "/profile start jumps turns it on" in made
        asked = await t.say("/profile start jumps")
        assert "buy and sell on account paper by itself" in asked
        started = await t.press("Start trading")
        assert "jumps is running" in started and "No candle has closed yet" in started
        await t.floor.calm(3, "BTC/USD", "ETH/USD")
        await t.floor.candles_of({"BTC/USD": 2, "ETH/USD": 0.5})
        assert t.floor.held() > 0 and t.floor.held("ETH/USD") == 0
        listed = await t.say("/profile")
        assert "jumps" in listed and "BTC/USD ETH/USD 1m" in listed and "running" in listed
        card = await t.say("/profile jumps")
        assert "entered" in card and "No trade: trigger says no" in card

    in_trade(scene)


def test_why_names_the_rule_that_refused_and_those_that_agreed() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc eth 1m $1000")
        await t.say("/profile start jumps")
        assert "jumps: no candle has closed yet" in await t.say("/why ETH")
        await t.say("/profile mode jumps automatic")
        await t.press("Make it automatic")
        await t.floor.calm(3, "BTC/USD", "ETH/USD")
        await t.floor.candles_of({"BTC/USD": 2, "ETH/USD": 0.5})
        why = await t.say("/why ETH")
        assert "jumps · pullback 1m · candle of" in why and "No trade: trigger says no" in why
        assert "✗ trigger" in why and "at least 1" in why and "✓ warm-up" in why
        held = await t.say("/why BTC")
        assert "Opened by jumps: these rules agreed at" in held and "✓ trigger" in held
        assert "Profile jumps wanted it (profile:" in held
        assert "these rules agreed at" in await t.say("/why #1")
        assert "these rules agreed at" not in await t.say("/why #2")

    in_trade(scene)


def test_a_proposal_is_answered_once_and_in_time() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        await t.say("/profile start jumps")
        await t.floor.calm()
        await t.floor.candle(2)
        assert t.floor.held() == 0
        told = as_text(t.told()[-1])
        assert "jumps would buy BTC/USD at 7,548.00" in told and "size $1000, stop 7,397.04" in told
        assert "Sent." in await t.answer("✅ BTC/USD") and t.floor.held() > 0
        assert "went out already" in await t.answer("✅ BTC/USD")
        assert t.floor.intents().count("buy entry") == 1
        assert "entered" in await t.say("/profile jumps")
        # A late yes, and a no.
        await t.say("/close BTC")
        await t.press("Close")
        await t.floor.candle(2)
        await t.floor.calm(2)
        assert "is over, nothing was sent" in await t.answer("✅ BTC/USD")
        await t.floor.candle(2)
        assert "Nothing was sent for BTC/USD" in await t.answer("No")
        assert "You have said no" in await t.answer("✅ BTC/USD")
        assert t.floor.intents().count("buy entry") == 1

    in_trade(scene)


def test_a_proposal_is_nobody_elses_and_waits_for_protections_too() -> None:
    async def scene(t: Trader) -> None:
        await t.chat.join("bob")
        await t.say("/profile new jumps pullback btc 1m $1000")
        await t.say("/profile protect jumps daily_count most 1")
        await t.say("/profile start jumps")
        await t.floor.calm()
        await t.floor.candles_of({"BTC/USD": 2, "ETH/USD": 0})
        action = next(one.action.id for one in t.told()[-1].all_buttons if one.label == "✅ BTC/USD")
        (screen,) = await t.chat.screens(action=action, by="bob")
        assert "no such proposal" in as_text(screen)
        assert "You have no profile yet" in await t.chat.say("/profile", by="bob")
        await t.chat.hold("/buy ETH 100")
        assert "1 positions were opened today" in await t.answer("✅ BTC/USD")
        assert t.floor.held() == 0

    in_trade(scene)


def test_settings_are_shown_set_undone_and_remembered_while_it_runs() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        await t.say("/profile start jumps")
        assert "target_atr 1" in (await t.say("/profile set jumps")).replace("• ", "")
        assert "jumps has its usual settings" in await t.say("/profile history jumps")
        assert "target_atr 3 (usually 1)" in await t.say("/profile set jumps target_atr 3")
        assert "nothing was changed" in await t.say("/profile set jumps target_atr 3")
        await t.floor.calm()
        await t.floor.candle(2)
        assert t.told() == []
        assert "usually" not in await t.say("/profile undo jumps")
        history = await t.say("/profile history jumps")
        assert "undoes no. 2" in history and "target_atr 3" in history and "as usual" in history
        assert "There is no earlier setting" in await t.say("/profile undo jumps")
        await t.floor.candle(2)
        assert len(t.told()) == 1

    in_trade(scene)


def test_a_position_is_handed_over_and_taken_back() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc eth 1m $1000")
        await t.chat.hold("/buy BTC 500")
        assert "BTC/USD is jumps's to close once it runs" in await t.say("/profile handover jumps btc")
        await t.say("/profile start jumps")
        await t.floor.calm(3, "BTC/USD", "ETH/USD")
        assert "is yours alone" in await t.say("/profile takeback jumps btc")
        await t.floor.candle(-0.5)
        assert t.floor.held() > 0
        await t.say("/profile handover jumps btc")
        await t.floor.candle(-0.5)
        assert t.floor.held() == 0
        assert "holds no BTC" in await t.say("/profile handover jumps btc")

    in_trade(scene)


def test_protections_say_why_and_until_when() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000 automatic")
        assert "no protections" in await t.say("/protections")
        assert "minutes 30" in await t.say("/profile protect jumps cooldown")
        await t.say("/profile start jumps sure")
        await t.floor.calm()
        await t.floor.candle(2)
        assert "Nothing holds it back now" in await t.say("/protections jumps")
        await t.floor.candle(-0.5)
        assert "BTC/USD rests for 30 minutes after each position, until" in await t.say("/protections")
        await t.floor.candle(2)
        assert "BTC/USD rests for 30 minutes" in await t.say("/why BTC")
        assert "cooldown rest after each position · off" in (
            await t.say("/profile protect jumps cooldown off")
        ).replace("• ", "")

    in_trade(scene)


def test_the_direction_of_the_market_binds_every_profile() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        await t.say("/profile start jumps")
        assert "may enter short only" in await t.say("/marketdir short")
        await t.floor.calm()
        await t.floor.candle(2)
        assert t.told() == [] and "✗ direction" in await t.say("/why BTC")
        assert "long and short" in await t.say("/marketdir both")
        await t.say("/profile direction jumps none")
        await t.floor.candle(2)
        assert t.told() == []

    in_trade(scene)


def test_a_window_without_entries_is_set_listed_and_ended() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        assert "There are none" in await t.say("/profile blackout jumps")
        assert "Name its end" in await t.say("/profile blackout jumps 14:25")
        assert "Name its end" in await t.say("/profile blackout jumps until lunch")
        told = await t.say("/profile blackout jumps from 00:03 to 00:06")
        assert "from 2018-04-04 00:03 UTC to 2018-04-04 00:06 UTC" in told
        await t.say("/profile start jumps")
        await t.floor.calm(3)
        await t.floor.candle(2)
        assert t.told() == [] and "✗ blackout" in await t.say("/why BTC")
        await t.floor.calm(2)
        await t.floor.candle(2)
        assert len(t.told()) == 1
        assert "2018-04-05" in await t.say("/profile blackout jumps until tomorrow")
        await t.floor.candle(2)
        assert len(t.told()) == 1
        assert "There are none" in await t.say("/profile blackout jumps off")

    in_trade(scene)


def test_an_opinion_that_holds_back_stands_among_the_rules() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        assert "may hold back" in await t.say("/profile opinion jumps on")
        await t.say("/profile start jumps")
        await t.floor.calm()
        await t.floor.candle(2)
        assert "an opinion leaves 50% of its size" in as_text(t.told()[-1])
        assert "✓ opinion bearish, leaves 50%, grok" in await t.say("/why BTC")

    in_trade(scene, score="-0.5")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/profile new", "Type a name, a strategy"),
        ("/profile new 1x pullback btc 1h", "is no name for a profile"),
        ("/profile new a pulback btc 1h", "There is no strategy pulback; there is"),
        ("/profile new a pulback btc 1h", "Did you mean pullback?"),
        ("/profile new a pullback btc", "Type a name, a strategy"),
        ("/profile new a pullback xyz 1h", "XYZ"),
        ("/profile new a pullback btc 7m", "There are no candles of 7m"),
        ("/profile new a pullback btc 1h max", "is no size for a profile"),
        ("/profile new a pullback btc 1h 100 sl 2%", "is no size for a profile"),
        ("/profile new jumps pullback btc 1h", "There is a profile jumps already"),
        ("/profile strat jumps", "start?"),
        ("/profile start jmups", "Did you mean jumps?"),
        ("/profile stop jumps", "jumps is stopped"),
        ("/profile mode jumps fast", "automatic or propose?"),
        ("/profile direction jumps up", "One of both, long, short, none"),
        ("/profile opinion jumps loud", "on, off or needed?"),
        ("/profile set jumps target_atr", "Each setting needs its value"),
        ("/profile set jumps target_atr 77", "target_atr is at most 50, not 77"),
        ("/profile set jumps lest 7", "pullback has no parameter lest"),
        ("/profile undo jumps", "There is no earlier setting"),
        ("/profile protect jumps coldown", "There is no protection coldown"),
        ("/profile protect jumps cooldown minutes", "Each setting needs its value"),
        ("/profile protect jumps cooldown minutes 0", "minutes is at least 1, not 0"),
        ("/profile protect jumps cooldown off", "cooldown is off already"),
        ("/profile handover jumps", "Name the symbol of a position"),
        ("/profile handover jumps btc", "holds no BTC"),
        ("/profile symbols jumps del eth", "eth"),
        ("/profile symbols jumps add", "Name the symbols"),
        ("/profile size jumps", "is no size for a profile"),
        ("/profile size jumps 2c.", "2c."),
        ("/profile yes 12", "There is no such proposal"),
        ("/protections jmups", "Did you mean jumps?"),
        ("/marketdir up", "/marketdir long"),
    ],
)
def test_what_cannot_be_is_said_with_its_cure(typed: str, says: str) -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new jumps pullback btc 1m $1000")
        before = await t.floor.pit.store.profiles.profiles()
        assert says in await t.say(typed)
        assert await t.floor.pit.store.profiles.profiles() == before

    in_trade(scene)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "risk 0.5%"),
        ("risk 1%", "risk 1%"),
        ("risk $50", "risk $50"),
        ("5%", "5%"),
        ("0.1btc", "0.1btc"),
        ("size 250 automatic", "250"),
    ],
)
def test_a_size_is_read_as_in_an_order_and_by_risk_too(typed: str, shown: str) -> None:
    async def scene(t: Trader) -> None:
        card = await t.say(f"/profile new jumps pullback btc 1m {typed}")
        assert f"Size         {shown}\n" in card
        assert "is no size for a profile" in await t.say("/profile size jumps risk 2% sl 3%")
        assert "Size         risk 0.5%" in await t.say("/profile size jumps risk 0.5%")
        await t.say("/profile mode jumps automatic")
        await t.say("/profile start jumps sure")
        await t.floor.calm()
        await t.floor.candle(2)
        # The stop lies 2 % below the close: half a percent of 10,000 is lost there.
        assert Decimal("49.9") < t.floor.held() * (Decimal("7548") - Decimal("7397.04")) <= 50

    in_trade(scene)


def test_one_symbol_has_one_owner_and_a_running_profile_is_not_deleted() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/profile new one pullback btc 1m $1000")
        await t.say("/profile new two pullback btc eth 1m 5%")
        await t.say("/profile start one")
        assert "BTC/USD is traded by one on this account already" in await t.say("/profile start two")
        assert "is running: /profile stop one first" in await t.say("/profile delete one")
        await t.say("/profile symbols two del btc")
        assert "two is running" in await t.say("/profile start two")
        assert "BTC/USD is traded by one" in await t.say("/profile symbols two add btc")
        assert "needs a symbol" in await t.say("/profile symbols two del eth")
        assert "one is stopped." in await t.say("/profile stop one")
        assert "one is gone" in await t.say("/profile delete one")
        assert "Which one" not in await t.say("/profile show")

    in_trade(scene)


def test_what_a_deleted_profile_has_left_is_not_its_namesakes() -> None:
    async def scene(t: Trader) -> None:
        for line in ("new jumps pullback btc 1m $1000", "mode jumps automatic", "start jumps sure"):
            await t.say(f"/profile {line}")
        await t.floor.calm()
        await t.floor.candle(2)
        assert t.floor.held() > 0
        for line in ("stop jumps", "delete jumps", "new jumps pullback btc 1m $1000", "start jumps sure"):
            await t.say(f"/profile {line}")
        await t.floor.candle(-0.5)
        assert t.floor.held() > 0 and await t.say("/profile handover jumps btc")
        await t.floor.candle(-0.5)
        assert t.floor.held() == 0

    in_trade(scene)


def test_it_speaks_german_too() -> None:
    async def scene(t: Trader) -> None:
        await t.say("/settings language de")
        made = await t.say("/profile new jumps pullback btc 1m $1000")
        assert "Profil jumps" in made and "schlägt vor" in made
        await t.say("/profile start jumps")
        await t.floor.calm()
        await t.floor.candle(0.5)
        assert "Kerze von" in await t.say("/why BTC")
        await t.floor.candle(2)
        assert "jumps würde BTC/USD bei 7.585,74 kaufen" in as_text(t.told("de")[-1])

    in_trade(scene)
