"""Timers of positions: an exit that waits too long is taken back, and a start sets the timers anew."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import BTC, Pit
from tests.unit.domain.test_bracket import plan
from trading.brokers.fills import FillRules
from trading.brokers.profile import PAPER_STOPS
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import PositionId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.reports import TimeCame
from trading.engine.looks import Looks
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal


async def thin(pit: Pit, bid: str, size: str) -> None:
    """A quote with little behind it."""
    depth = Quantity(D(size))
    quote = Quote(BTC.symbol, Price(D(bid)), Price(D(bid)), pit.clock.now(), depth, depth)
    pit.broker.on_market(quote)
    pit.engine.on_quote(quote)
    await pit.settle()


async def held(loop: VirtualLoop) -> Pit:
    """0.1 BTC at 6,700 on a venue that holds stops alone and trades what is there."""
    rules = FillRules(touch_share=D(1))
    pit = await Pit(loop, profile=PAPER_STOPS, rules=rules, waits_for_open=False).open()
    await pit.quote("6700")
    await pit.buy(size=Size(SizeKind.BASE, D("0.1")), exits=plan("2%", stop="1%"))
    await pit.settle()
    return pit


def test_an_exit_that_finds_too_little_is_taken_back_and_the_stop_returns() -> None:
    async def main(loop: VirtualLoop) -> None:
        pit = await held(loop)
        await thin(pit, "6840", "0.04")
        position = pit.position()
        assert position is not None and position.quantity == D("0.06") and position.swap is not None
        await pit.clock.sleep_s(2.1)
        await pit.settle()
        position = pit.position()
        assert position is not None and position.swap is None
        (stop,) = pit.engine.book.orders_of(position)
        assert (stop.role.value, stop.quantity) == ("stop", D("0.06"))
        assert pit.names()[-1] == "PositionCovered"

    run(main)


def test_a_timer_is_set_anew_after_a_start() -> None:
    async def main(loop: VirtualLoop) -> None:
        pit = await held(loop)
        await thin(pit, "6840", "0.04")
        await pit.die()
        await pit.clock.sleep_s(30)
        await pit.open()
        await pit.clock.sleep_s(3)
        await pit.settle()
        position = pit.position()
        assert position is not None and position.swap is None

    run(main)


def test_a_timer_that_breaks_is_heard() -> None:
    async def main(loop: VirtualLoop) -> None:
        pit = await held(loop)
        await thin(pit, "6840", "0.04")
        heard: list[BaseException] = []

        def broken(_: TimeCame) -> None:
            raise ValueError("broken")

        looks = Looks(VirtualClock(loop, pit.clock.now()), lambda: pit.engine.book, broken, heard.append)
        looks.watch_all()
        looks.watch([PositionId("nobody")])
        looks.watch_all()
        await pit.clock.sleep_s(3)
        assert [str(one) for one in heard] == ["broken"]
        looks.close()

    run(main)
