"""A hand at the venue, by chat: what it trades is told, and what cannot be explained is asked about."""

from __future__ import annotations

from decimal import Decimal

from bot.main.wiring import PAPER
from tests.journeys.floor import Floor, labels, play, refuses, text
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderType, Role, Side


def by_hand(floor: Floor, side: Side, quantity: str, name: str, *, is_told: bool) -> None:
    """Somebody trades past the desk; with `is_told` the venue tells the desk's own key of it."""
    cid = ClientOrderId(name)
    order = Order(
        OrderId(name),
        cid,
        PAPER,
        PositionId("hand"),
        "BTC/USD",
        side,
        OrderType.MARKET,
        Quantity(Decimal(quantity)),
        Role.ENTRY,
    )
    floor.venue.submit(order, floor.clock.now())
    if is_told:
        return
    floor.venue.drain()
    history = floor.venue.history
    floor.venue.history = lambda since: [  # type: ignore[method-assign]  # a venue that tells own fills only
        one for one in history(since) if one.client_order_id != cid
    ]


def test_a_position_that_was_closed_by_hand_says_so() -> None:
    async def scene(floor: Floor) -> None:
        await floor.quote("BTC/USD", "7400")
        await floor.bought("/buy BTC 0.1 btc tp 5% sl 2%")
        by_hand(floor, Side.SELL, "0.1", "HAND-1", is_told=True)
        await floor.wait(10)
        assert text(await floor.say("/positions")).startswith("Positions")
        told = text(await floor.say("/history"))
        assert "by hand at the venue" in told
        assert "traded at the venue" in text(await floor.say("/why #4"))

    play(scene)


def test_what_cannot_be_explained_is_asked_about_and_adopted() -> None:
    async def scene(floor: Floor) -> None:
        await floor.quote("BTC/USD", "7400")
        await floor.bought("/buy BTC 0.1 btc sl 2%")
        assert "They agree." in text(await floor.say("/reconcile"))
        by_hand(floor, Side.BUY, "0.05", "HAND-1", is_told=False)
        await floor.wait(60)
        await floor.quote("BTC/USD", "7400")
        shown_card = await floor.say("/reconcile")
        shown = text(shown_card)
        assert "0.15 BTC" in shown and "0.1 BTC" in shown
        assert labels(shown_card)[:3] == ["Adopt", "Close", "Ignore"]
        refused = await floor.say("/buy BTC 100")
        assert refuses(refused) and "the venue holds 0.15, the book 0.1" in text(refused)
        card = text(await floor.press("Adopt"))
        assert "Adopt BTC/USD?" in card and "0.05 BTC at about 7,400.00" in card
        assert "Adopted" in text(await floor.press("Adopt"))
        assert floor.held() == Decimal("0.15")
        await floor.wait(20)
        assert [o.remaining for o in floor.orders if o.is_open] == [Decimal("0.15")]
        settled = await floor.say("/reconcile BTC ignore")
        assert refuses(settled) and "nothing to settle" in text(settled)
        story = text(await floor.say("/why BTC"))
        assert "is not opened: the venue holds 0.15, the book says 0.1" in story

    play(scene)


def test_a_difference_can_be_closed_or_left_alone() -> None:
    async def scene(floor: Floor) -> None:
        await floor.quote("BTC/USD", "7400")
        await floor.bought("/buy BTC 0.1 btc")
        by_hand(floor, Side.BUY, "0.05", "HAND-1", is_told=False)
        await floor.wait(60)
        await floor.quote("BTC/USD", "7400")
        await floor.say("/reconcile BTC")
        await floor.press("Close")
        assert "closing order is sent" in text(await floor.press("Close"))
        await floor.quote("BTC/USD", "7400")
        assert floor.held() == Decimal("0.1")
        by_hand(floor, Side.SELL, "0.02", "HAND-2", is_told=False)
        await floor.wait(60)
        await floor.quote("BTC/USD", "7400")
        assert labels(await floor.say("/reconcile BTC")) == ["Adopt", "Ignore"]
        await floor.press("Ignore")
        assert "Left alone" in text(await floor.press("Ignore"))
        assert "-0.02" in text(await floor.say("/reconcile"))
        by_hand(floor, Side.BUY, "0.02", "HAND-3", is_told=False)
        await floor.wait(60)
        assert "They agree." in text(await floor.say("/reconcile"))
        assert "that was left alone is gone" in text(await floor.say("/why BTC"))

    play(scene)
