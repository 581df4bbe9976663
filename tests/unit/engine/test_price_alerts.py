"""Price alerts in a whole desk: they ring once, survive a restart, and are quiet about noise."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.pit import PAPER, START, Pit, in_pit
from trading.domain import commands as cm
from trading.domain.events_timed import AlertFired
from trading.domain.money import Price
from trading.domain.timed import ALERT_PAUSE, ALERTS_MAX, Side
from trading.ports import Denied, Taken


async def set_alert(pit: Pit, price: str, side: Side = Side.ABOVE, **more: Any) -> Taken | Denied:
    return await pit.do(cm.SetAlert, seen=pit.seen(), side=side, price=Price(Decimal(price)), **more)


async def started(pit: Pit, price: str = "7400") -> Pit:
    await pit.quote(price)
    return pit


def rung(pit: Pit) -> list[str]:
    return [f"{event.side.value} {event.level} at {event.price}" for event in pit.named("AlertFired")]


async def restarted(pit: Pit) -> Pit:
    await pit.die()
    await pit.start()
    return pit


def test_an_alert_rings_once_at_its_level() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        assert isinstance(await set_alert(pit, "7500", note="sell half"), Taken)
        await pit.quote("7499.99")
        assert rung(pit) == []
        await pit.quote("7500")
        await pit.quote("7600")
        await pit.quote("7400")
        await pit.quote("7600")
        assert rung(pit) == ["above 7500 at 7500"]
        event = pit.named("AlertFired")[0]
        assert (event.note, event.is_over, event.is_after_gap) == ("sell half", True, False)
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.alerts == () and account.alert_count == 1
        assert len(pit.engine.alerts) == 0

    in_pit(scene)


def test_the_mid_counts_and_not_one_side_of_the_book() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500")
        await pit.quote("7480", "7510")
        assert rung(pit) == []
        await pit.quote("7480", "7520")
        assert rung(pit) == ["above 7500 at 7500"]

    in_pit(scene)


def test_a_level_that_waits_below_rings_on_the_way_down() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7300", Side.BELOW)
        await pit.quote("7500")
        await pit.quote("7300")
        assert rung(pit) == ["below 7300 at 7300"]

    in_pit(scene)


def test_a_crossing_waits_on_the_side_where_the_price_is_not() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7300", Side.CROSSES)
        await set_alert(pit, "7500", Side.CROSSES)
        await pit.quote("7250")
        await pit.quote("7550")
        assert rung(pit) == ["below 7300 at 7250", "above 7500 at 7550"]

    in_pit(scene)


def test_an_alert_that_repeats_waits_for_the_price_to_go_back() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500", repeats=True)
        await pit.quote("7500")
        await pit.clock.sleep_s(600)
        for price in ("7499", "7501", "7490", "7505"):  # noise: never 0.2 % back
            await pit.quote(price)
        assert len(rung(pit)) == 1
        await pit.quote("7485")  # 0.2 % under the level
        assert pit.names().count("AlertRearmed") == 1
        await pit.quote("7500")
        assert len(rung(pit)) == 2
        assert not pit.named("AlertFired")[1].is_over

    in_pit(scene)


def test_an_alert_that_repeats_is_silent_for_the_pause_and_then_rings_where_the_price_is() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500", repeats=True)
        await pit.quote("7500")
        await pit.quote("7400")
        for _ in range(20):
            await pit.quote("7510")
        assert len(rung(pit)) == 1
        await pit.clock.sleep_s(ALERT_PAUSE.total_seconds())
        await pit.quote("7510")
        assert len(rung(pit)) == 2

    in_pit(scene)


def test_a_crossing_that_repeats_rings_both_ways() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500", Side.CROSSES, repeats=True)
        for price in ("7501", "7499", "7400", "7501", "7600"):
            await pit.quote(price)
            await pit.clock.sleep_s(600)
        assert rung(pit) == ["above 7500 at 7501", "below 7500 at 7400", "above 7500 at 7600"]

    in_pit(scene)


def test_a_level_passed_while_the_desk_was_away_rings_at_the_first_price() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500")
        await set_alert(pit, "7700")
        await restarted(pit)
        await pit.clock.sleep_s(3600)
        await pit.quote("7600")
        await pit.quote("7700")
        found: list[AlertFired] = pit.named("AlertFired")
        assert [(str(one.level), one.is_after_gap) for one in found] == [("7500", True), ("7700", False)]

    in_pit(scene)


def test_a_pause_and_a_readiness_survive_a_restart() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500", repeats=True)
        await pit.quote("7500")
        await restarted(pit)
        await pit.quote("7501")
        assert len(rung(pit)) == 1  # not ready: the price was not back
        await pit.quote("7400")
        await restarted(pit)
        await pit.clock.sleep_s(600)
        await pit.quote("7501")
        assert len(rung(pit)) == 2

    in_pit(scene)


def test_a_closed_bar_rings_at_the_level_that_it_touched() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500")
        await set_alert(pit, "7300", Side.BELOW)
        await pit.bar("7400", "7520", "7390", "7400")
        assert rung(pit) == ["above 7500 at 7500"]
        await pit.bar("7200", "7250", "7150", "7250")  # opened beyond: the nearest traded price did it
        assert rung(pit)[1:] == ["below 7300 at 7250"]

    in_pit(scene)


@pytest.mark.parametrize(
    ("price", "side", "code"),
    [
        ("7400", Side.ABOVE, "already_there"),
        ("7500", Side.BELOW, "already_there"),
        ("7400", Side.CROSSES, "already_there"),
        ("0", Side.BELOW, "level_far"),
        ("-5", Side.BELOW, "level_far"),
        ("800000", Side.ABOVE, "level_far"),
    ],
)
def test_a_level_that_makes_no_sense_is_refused_with_a_reason(price: str, side: Side, code: str) -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        answer = await set_alert(pit, price, side)
        assert isinstance(answer, Denied) and answer.refusals[0].code == code
        assert "7400" in answer.refusals[0].sentence

    in_pit(scene)


def test_without_any_price_no_alert_can_be_set() -> None:
    async def scene(pit: Pit) -> None:
        answer = await set_alert(pit, "7500")
        assert isinstance(answer, Denied) and answer.refusals[0].code == "no_price"

    in_pit(scene)


def test_alerts_have_a_limit_and_the_same_one_is_not_set_twice() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        for number in range(ALERTS_MAX):
            assert isinstance(await set_alert(pit, str(7401 + number)), Taken)
        full = await set_alert(pit, "7399", Side.BELOW)
        assert isinstance(full, Denied) and full.refusals[0].code == "alerts_full"
        await pit.do(cm.DropAlerts, alert_ids=(f"{PAPER}/alert-7",))
        twice = await set_alert(pit, "7401")
        assert isinstance(twice, Denied) and twice.refusals[0].code == "alert_twice"
        again = await set_alert(pit, "7407")
        assert isinstance(again, Taken) and again.facts["number"] == ALERTS_MAX + 1

    in_pit(scene)


def test_a_dropped_alert_never_rings() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500")
        await set_alert(pit, "7600")
        answer = await pit.do(cm.DropAlerts)
        assert isinstance(answer, Taken) and answer.facts["numbers"] == [1, 2]
        await pit.quote("7700")
        assert rung(pit) == []
        gone = await pit.do(cm.DropAlerts, alert_ids=("paper/alert-1",))
        assert isinstance(gone, Denied) and gone.refusals[0].code == "no_alert"

    in_pit(scene)


def test_a_bad_tick_rings_nothing() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "9000")
        await pit.quote("9900")  # one tick 34 % away: not believed
        await pit.quote("7401")
        assert rung(pit) == []

    in_pit(scene)


def test_prices_that_touch_no_level_write_nothing_down() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500")
        before = len(pit.events)
        for number in range(50):
            await pit.quote(str(7400 + number))
            await pit.clock.sleep_s(1)
        assert len(pit.events) == before

    in_pit(scene)


def test_alerts_and_their_state_come_back_from_a_snapshot() -> None:
    async def scene(pit: Pit) -> None:
        await started(pit)
        await set_alert(pit, "7500", repeats=True, note="again")
        await set_alert(pit, "7300", Side.BELOW)
        await pit.quote("7500")
        await pit.engine.memory.save(pit.engine.book)
        before = pit.engine.book.account(PAPER)
        await restarted(pit)
        after = pit.engine.book.account(PAPER)
        assert before is not None and after == before
        await pit.quote("7300")
        assert rung(pit)[-1] == "below 7300 at 7300"

    in_pit(scene)


class Plain:
    """What one alert must do, tick by tick, by a plain reading of its rules."""

    def __init__(self, number: int, price: Decimal, side: Side, repeats: bool, mid: Decimal) -> None:
        self.number, self.price, self.repeats = number, price, repeats
        self.crosses = side is Side.CROSSES
        self.up = price > mid if self.crosses else side is Side.ABOVE
        self.level, self.ready, self.over = price, True, False
        self.silent_until = START - timedelta(days=1)

    def tick(self, mid: Decimal, now: datetime) -> bool:
        if self.over:
            return False
        back = self.price / 500
        if not self.ready:
            self.ready = mid <= self.price - back if self.up else mid >= self.price + back
            return False
        if now < self.silent_until or not (mid >= self.level if self.up else mid <= self.level):
            return False
        self.over = not self.repeats
        self.silent_until = now + ALERT_PAUSE
        if self.crosses:
            self.up = not self.up
            self.level = self.price + (back if self.up else -back)
        else:
            self.ready = False
        return True


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_alerts_ring_exactly_when_a_plain_reading_of_the_rules_says(seed: int) -> None:
    chance = Random(seed)

    async def scene(pit: Pit) -> None:
        mid = Decimal(7400)
        await started(pit, str(mid))
        plain: list[Plain] = []
        for _ in range(8):
            price = mid + chance.choice((-60, -30, -7, 5, 20, 45))
            side = chance.choice((Side.CROSSES, Side.ABOVE if price > mid else Side.BELOW))
            repeats = chance.random() < 0.7
            answer = await set_alert(pit, str(price), side, repeats=repeats)
            if isinstance(answer, Taken):
                plain.append(Plain(answer.facts["number"], price, side, repeats, mid))
        wanted: list[tuple[int, datetime]] = []
        for _ in range(120):
            await pit.clock.sleep_s(chance.choice((1, 30, 120, 400)))
            mid += chance.choice((-40, -15, -3, 0, 3, 15, 40))
            now = pit.clock.now()
            await pit.quote(str(mid))
            wanted += [(one.number, now) for one in plain if one.tick(mid, now)]
            if chance.random() < 0.03:
                await restarted(pit)
        found = [(event.number, event.at) for event in pit.named("AlertFired")]
        assert sorted(found) == sorted(wanted)

    in_pit(scene)
