"""A stop that is canceled in the venue's app, by chat: put back, left away, or answered by time."""

from __future__ import annotations

from tests.journeys.floor import Floor, labels, play, refuses, text
from trading.domain.order import Order, Role

LINE = "/buy BTC 0.1 btc sl 2%"


def stops(floor: Floor) -> list[Order]:
    return [one for one in floor.orders if one.is_open and one.role is Role.STOP]


async def pulled(floor: Floor) -> None:
    """Bought, guarded, and then somebody ends the stop at the venue."""
    await floor.quote("BTC/USD", "7400")
    await floor.bought(LINE)
    (stop,) = stops(floor)
    floor.venue.cancel(stop.client_order_id, floor.clock.now())
    floor.venue.drain()
    await floor.wait(12)


def test_a_stop_that_was_canceled_in_the_app_is_put_back_by_one_press() -> None:
    async def scene(floor: Floor) -> None:
        await pulled(floor)
        assert not stops(floor)
        assert "stop canceled at the venue, watched by us" in text(await floor.say("/positions"))
        shown = await floor.say("/guard")
        assert "its stop was canceled at the venue" in text(shown)
        assert labels(shown) == ["Put it back", "Leave it away"]
        assert "Put back: the stop of BTC/USD" in text(await floor.press("Put it back"))
        await floor.wait(2)
        assert len(stops(floor)) == 1
        assert "placed again: owner said so" in text(await floor.say("/why BTC"))
        late = await floor.say("/guard BTC back")
        assert refuses(late) and "Nothing is asked" in text(late)

    play(scene)


def test_a_stop_may_be_left_away() -> None:
    async def scene(floor: Floor) -> None:
        await pulled(floor)
        await floor.say("/guard")
        card = text(await floor.press("Leave it away"))
        assert "Leave BTC/USD without its stop?" in card
        assert "Left away" in text(await floor.press("Leave it away"))
        await floor.wait(90)
        assert not stops(floor)
        assert "no exits" in text(await floor.say("/positions"))

    play(scene)


def test_a_question_and_its_end_survive_the_death_of_the_desk() -> None:
    async def scene(floor: Floor) -> None:
        await pulled(floor)
        await floor.die()
        await floor.start()
        assert "its stop was canceled" in text(await floor.say("/guard BTC"))
        assert not stops(floor)
        await floor.wait(61)
        assert len(stops(floor)) == 1
        assert "nobody had answered in time" in text(await floor.say("/why BTC"))

    play(scene)
