"""Alerts that no single price decides, in a whole desk: indicators, results, ends, what rings unseen."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.fakes.pit import PAPER, START, Pit, in_pit
from trading.domain import commands as cm
from trading.domain.measure import Indicator, Measure, Reading
from trading.domain.money import Price
from trading.domain.reports import DayTurned
from trading.domain.timed import ALERT_PAUSE, ESCALATION_PAUSE, Side
from trading.engine.alert_rounds import AlertRounds
from trading.ports import Denied, Taken

RSI = Indicator("rsi", (14,), 3_600)


class Round:
    """A pit with rounds; `value` is what every indicator says."""

    def __init__(self, pit: Pit) -> None:
        self.pit = pit
        self.value: Decimal | None = Decimal(50)
        self.anchored_at: datetime | None = START
        self.anchors: list[datetime | None] = []
        self.asked = 0
        self.rounds = self.begun()

    def begun(self) -> AlertRounds:
        return AlertRounds(self.pit.engine, self._measure, lambda symbol: 120.0)

    def _measure(self, symbol: str, indicator: Indicator, anchored_at: datetime | None) -> Reading | None:
        self.asked += 1
        self.anchors.append(anchored_at)
        return Reading(self.value, self.anchored_at) if self.value is not None else None

    async def go(self, value: str = "") -> None:
        if value:
            self.value = Decimal(value)
        self.rounds.round()
        await self.pit.settle()

    async def set(self, level: str, side: Side = Side.ABOVE, **more: Any) -> Taken | Denied:
        seen = None if more.get("of") is Measure.DAY else self.pit.seen()
        answer = await self.pit.do(cm.SetAlert, seen=seen, side=side, price=Price(Decimal(level)), **more)
        await self.go()
        return answer

    def rung(self) -> list[str]:
        return [
            f"{event.side.value} {event.level} at {event.price}" for event in self.pit.named("AlertFired")
        ]


async def begun(pit: Pit, price: str = "7400") -> Round:
    await pit.quote(price)
    return Round(pit)


def test_rounds_cost_nothing_where_only_prices_are_waited_for() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("7500")
        assert desk.rounds._watched == {}
        await desk.set("30", Side.BELOW, of=Measure.INDICATOR, indicator=RSI, value=Decimal(50))
        assert list(desk.rounds._watched) == [PAPER]
        await pit.do(cm.DropAlerts)
        await desk.go()
        assert desk.rounds._watched == {}

    in_pit(scene)


def test_an_indicator_rings_once_and_one_that_repeats_rests_between() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        more = {"of": Measure.INDICATOR, "indicator": RSI, "value": Decimal(50)}
        await desk.set("30", Side.BELOW, repeats=True, **more)
        await desk.set("25", Side.BELOW, **more)
        for value in ("31", "24", "24", "31.5", "29"):
            await desk.go(value)
        # 31.5 is five percent back: ready again, but it rests for a while first.
        assert desk.rung() == ["below 30 at 24", "below 25 at 24"]
        await pit.clock.sleep_s(ALERT_PAUSE.total_seconds())
        await desk.go("28")
        assert desk.rung()[2:] == ["below 30 at 28"]

    in_pit(scene)


def test_an_indicator_goes_on_after_a_restart_and_one_without_a_value_is_silent() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("30", Side.BELOW, of=Measure.INDICATOR, indicator=RSI, value=Decimal(50))
        await pit.die()
        await pit.start()
        desk.rounds = desk.begun()
        desk.value = None
        await desk.go()
        assert desk.rung() == []
        await desk.go("29")
        assert desk.rung() == ["below 30 at 29"]

    in_pit(scene)


def test_nothing_rings_before_it_is_written_down_from_which_bar_on_an_indicator_is_computed() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        desk.value, desk.anchored_at = Decimal(20), None  # older bars may still be found
        await desk.set("30", Side.BELOW, of=Measure.INDICATOR, indicator=RSI)
        await desk.go()
        assert desk.rung() == [] and pit.named("AlertAnchored") == []
        desk.anchored_at = START
        await desk.go()
        assert desk.rung() == [] and [one.anchored_at for one in pit.named("AlertAnchored")] == [START]
        await pit.die()
        await pit.start()
        desk.rounds = desk.begun()
        await desk.go()
        assert desk.anchors[-1] == START and desk.rung() == ["below 30 at 20"]
        assert len(pit.named("AlertAnchored")) == 1

    in_pit(scene)


# ---------------------------------------------------------------- results


def test_the_result_of_a_position_rings_at_the_tick_and_follows_what_is_held() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit, "100")
        await desk.set("50", of=Measure.POSITION)
        await pit.quote("200")
        assert desk.rung() == []  # nothing was held
        await pit.quote("100")
        await pit.buy("1000")
        await pit.quote("100")
        held = pit.position()
        assert held is not None and held.quantity == 10
        await pit.quote("104.99")
        assert desk.rung() == []
        await pit.close("50")
        await pit.quote("104.99")
        # Half of it needs twice the way; the price of before is none any more.
        await pit.quote("106")
        assert desk.rung() == []
        await pit.quote("110")
        assert desk.rung() == ["above 50 at 50.000000000"]

    in_pit(scene)


def test_a_loss_and_a_profit_of_the_same_position_ring_on_their_own_sides() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit, "100")
        await pit.buy("1000")
        await pit.quote("100")
        await desk.set("-30", Side.BELOW, of=Measure.POSITION)
        await desk.set("0", Side.CROSSES_DOWN, of=Measure.POSITION)
        await pit.quote("101")
        await pit.quote("99.5")
        await pit.quote("97")
        assert desk.rung() == ["below 0 at -5.000000000", "below -30 at -30.000000000"]

    in_pit(scene)


def test_a_level_that_no_decimal_holds_exactly_rings_all_the_same() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit, "99.97")
        await pit.buy("1000")
        await pit.quote("99.97")
        await desk.set("7", of=Measure.POSITION)
        held = pit.position()
        assert held is not None
        for cents in range(9_997, 10_100):
            await pit.quote(str(Decimal(cents) / 100))
            if desk.rung():
                break
        (found,) = pit.named("AlertFired")
        assert 7 <= found.price < 7 + held.quantity * Decimal("0.01")

    in_pit(scene)


def test_a_position_that_was_held_before_the_restart_is_watched_from_the_first_price_on() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit, "100")
        await pit.buy("1000")
        await pit.quote("100")
        await desk.set("-30", Side.BELOW, of=Measure.POSITION)
        await pit.die()
        await pit.start()
        await pit.quote("96")
        (found,) = pit.named("AlertFired")
        assert found.is_after_gap and found.price == -40

    in_pit(scene)


def test_the_day_rings_at_its_loss_and_costs_a_look_only_when_it_is_waited_for() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit, "100")
        await pit.buy("1000")
        await pit.quote("100")
        account = pit.engine.book.account(PAPER)
        assert account is not None
        day = pit.clock.now().date().isoformat()
        pit.engine.report(DayTurned(PAPER, day, pit.engine.book.equity(account), pit.clock.now()))
        await pit.settle()
        await desk.set("-20", Side.BELOW, of=Measure.DAY)
        await pit.quote("98.5")
        await desk.go()
        assert desk.rung() == []
        await pit.quote("97")
        await desk.go()
        await desk.go()
        (found,) = pit.named("AlertFired")
        assert found.symbol == "" and found.price <= -20

    in_pit(scene)


# ---------------------------------------------------------------- instants


def test_an_alert_ends_on_time_also_over_a_restart() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("7500", until=START + timedelta(hours=1))
        await pit.clock.sleep_until(START + timedelta(minutes=59))
        await desk.go()
        assert pit.named("AlertEnded") == []
        await pit.die()
        await pit.clock.sleep_until(START + timedelta(hours=2))
        await pit.start()
        desk.rounds = desk.begun()
        await desk.go()
        await desk.go()
        assert [event.alert.number for event in pit.named("AlertEnded")] == [1]
        await pit.quote("7600")
        assert desk.rung() == []

    in_pit(scene)


def test_what_rings_unseen_goes_on_after_a_restart_and_ends() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("7500", is_critical=True)
        await pit.quote("7500")
        await pit.clock.sleep_s(ESCALATION_PAUSE.total_seconds())
        await desk.go()
        await pit.die()
        await pit.start()
        desk.rounds = desk.begun()
        for _ in range(5):
            await pit.clock.sleep_s(ESCALATION_PAUSE.total_seconds())
            await desk.go()
        assert [event.ringing.step for event in pit.named("AlertEscalated")] == [1, 2, 3]
        assert desk.rounds._watched == {}

    in_pit(scene)


def test_what_was_seen_goes_no_further() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("7500", is_critical=True)
        await pit.quote("7500")
        await pit.do(cm.SeeAlerts)
        await pit.clock.sleep_s(ESCALATION_PAUSE.total_seconds())
        await desk.go()
        assert pit.named("AlertEscalated") == [] and pit.names().count("AlertsSeen") == 1

    in_pit(scene)


def test_the_rounds_go_by_themselves() -> None:
    async def scene(pit: Pit) -> None:
        desk = await begun(pit)
        await desk.set("7500", until=START + timedelta(seconds=10))
        task = asyncio.create_task(desk.rounds.run())
        await pit.clock.sleep_s(12)
        await pit.settle()
        task.cancel()
        assert [event.at for event in pit.named("AlertEnded")] == [START + timedelta(seconds=10)]

    in_pit(scene)
