"""Timers of positions: an exit that waits too long is taken back, and a start sets the timers anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from tests.fakes.pit import BTC, Pit
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_giving_up import bare
from trading.brokers.fills import FillRules
from trading.brokers.profile import PAPER_STOPS
from trading.domain import commands as cm
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import PositionId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.reports import TimeCame, Wait
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


class Watched:
    """A position whose stop nobody answers for, and what its timers say: when they ring, and what is over."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.desk: PureDesk = bare()
        self.clock = VirtualClock(loop, self.desk.now)
        self.rang: list[tuple[float, tuple[Wait, ...]]] = []
        self.looks = Looks(self.clock, lambda: self.desk.book, self.heard, self.broken)

    def heard(self, report: TimeCame) -> None:
        """A timer rang."""
        self.rang.append((round(self.clock.elapsed_s(), 3), tuple(span.wait for span in report.over)))

    def broken(self, error: BaseException) -> None:
        """Nothing breaks here."""
        raise error

    def watch(self) -> None:
        """Something has happened to the position."""
        self.desk.now = self.clock.now()
        self.looks.watch([self.desk.position.position_id])


def watched(scene: Callable[[Watched], Awaitable[None]]) -> None:
    async def main(loop: VirtualLoop) -> None:
        one = Watched(loop)
        await scene(one)
        one.looks.close()

    run(main)


def test_a_stop_has_its_ten_seconds_whoever_sets_the_clock() -> None:
    async def scene(one: Watched) -> None:
        one.watch()
        await one.clock.sleep_s(2)
        one.clock.jump(timedelta(hours=1))
        one.watch()
        await one.clock.sleep_s(2)
        one.clock.jump(timedelta(hours=-2))
        one.watch()
        one.desk.look()
        one.watch()
        assert one.rang == []
        await one.clock.sleep_s(6)
        assert one.rang == [(10.0, (Wait.STOP,))]

    watched(scene)


def test_what_is_over_and_still_waits_rings_again_but_not_at_once() -> None:
    async def scene(one: Watched) -> None:
        one.watch()
        await one.clock.sleep_s(10.5)
        for _ in range(4):
            one.watch()  # what happens meanwhile does not put it off
            await one.clock.sleep_s(0.75)
        assert [at_s for at_s, _ in one.rang] == [10.0, 12.5]

    watched(scene)


def test_a_limit_that_is_lowered_rings_at_once_when_its_time_is_over() -> None:
    async def scene(one: Watched) -> None:
        one.watch()
        await one.clock.sleep_s(6)
        one.desk.do(cm.SetLimit, name="unprotected_s_max", value=D(5))
        one.watch()
        await one.clock.sleep_s(0.1)
        assert one.rang == [(6.0, (Wait.STOP,))]

    watched(scene)


def test_a_new_life_gives_the_stop_its_time_anew() -> None:
    async def scene(one: Watched) -> None:
        one.watch()
        await one.clock.sleep_s(9)
        one.looks.close()
        one.looks = Looks(one.clock, lambda: one.desk.book, one.heard, one.broken)
        one.looks.watch_all()
        await one.clock.sleep_s(9)
        assert one.rang == []
        await one.clock.sleep_s(1)
        assert one.rang == [(19.0, (Wait.STOP,))]

    watched(scene)


def test_a_stop_that_stands_is_waited_for_no_more() -> None:
    async def scene(one: Watched) -> None:
        one.watch()
        one.desk.accept(one.desk.open_role("stop"))
        one.watch()
        await one.clock.sleep_s(20)
        assert one.rang == []

    watched(scene)
