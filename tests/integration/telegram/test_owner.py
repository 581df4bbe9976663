"""A desk on Telegram gets its owner, who trades with buttons; strangers get a sentence."""

from __future__ import annotations

from tests.integration.telegram.desk import TelegramDesk, on_telegram


def test_the_owner_claims_buys_presses_and_sees_the_result() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        assert "yours now" in "\n".join(ann.transcript())
        ann.say("/buy BTC 1000 tp 2% sl 1%")
        await desk.settle()
        card = ann.last
        press = ann.press("Buy", card)
        await desk.settle()
        assert press.is_answered and not press.is_alert
        assert card.labels != [["Buy", "Cancel"]] and card.versions, ann.transcript()
        assert desk.pit.position() is not None
        assert desk.intents() == 3, ann.transcript()
        ann.press_again(press)
        await desk.settle()
        assert desk.intents() == 3
        print("\n".join(ann.transcript()))

    on_telegram(scene)
