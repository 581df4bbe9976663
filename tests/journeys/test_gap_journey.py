"""The price jumps over a stop while the desk is away, by chat: chosen with the order, asked, answered."""

from __future__ import annotations

from decimal import Decimal

from tests.journeys.floor import Floor, labels, play, text
from trading.brokers.profile import PAPER_BARE


async def jumped(floor: Floor, policy: str) -> None:
    """Bought with a stop at 7,252; away, and back at 7,000."""
    await floor.quote("BTC/USD", "7400")
    card = text(await floor.say(f"/buy BTC 0.1 btc sl 2% gap {policy}"))
    said = {"ask": "I ask you", "exit": "out at once", "reanchor": "new stop, as far from there"}
    assert said[policy] in card
    await floor.press("Buy")
    await floor.quote("BTC/USD", "7400")
    await floor.die()
    await floor.clock.sleep_s(840)
    await floor.start()
    await floor.quote("BTC/USD", "7000")


def test_asked_about_a_gap_a_person_exits() -> None:
    async def scene(floor: Floor) -> None:
        await jumped(floor, "ask")
        assert floor.held() == Decimal("0.1")
        assert "UNPROTECTED" in text(await floor.say("/positions"))
        shown = await floor.say("/guard")
        assert "7,000.00 lay 3.47 % beyond its stop 7,252.00" in " ".join(text(shown).split())
        assert labels(shown) == ["Exit now", "New stop from here", "Leave it"]
        assert "Exit BTC/USD now?" in text(await floor.press("Exit now"))
        await floor.press("Exit now")
        await floor.quote("BTC/USD", "6990")
        assert not floor.held()
        story = text(await floor.say("/why BTC"))
        assert "owner said: exit." in story

    play(scene, profile=PAPER_BARE)


def test_a_new_stop_from_here_by_one_question() -> None:
    async def scene(floor: Floor) -> None:
        await jumped(floor, "ask")
        await floor.say("/guard BTC reanchor")
        assert "A new stop is set" in text(await floor.press("New stop from here"))
        assert "6,852.00" in text(await floor.say("/position BTC"))
        await floor.quote("BTC/USD", "6850")
        await floor.quote("BTC/USD", "6850")
        assert not floor.held()

    play(scene, profile=PAPER_BARE)


def test_the_other_two_policies_act_by_themselves() -> None:
    async def leaves(floor: Floor) -> None:
        await jumped(floor, "exit")
        await floor.quote("BTC/USD", "7000")
        assert not floor.held()

    async def stays(floor: Floor) -> None:
        await jumped(floor, "reanchor")
        assert floor.held() == Decimal("0.1")
        assert "6,852.00" in text(await floor.say("/position BTC"))
        await floor.say("/bracket BTC gap ask")
        assert "I ask you" in text(await floor.press("Set"))

    play(leaves, profile=PAPER_BARE)
    play(stays, profile=PAPER_BARE)
