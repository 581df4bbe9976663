"""The painter: off the loop, few at a time, each picture once, and never the end of a desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.conversation.painting import EquitySpec, NotPainted
from bot.pictures import painter as room
from bot.pictures.painter import AT_ONCE_MAX, KEPT_MAX, WAITING_MAX, Drawing, PillowPainter, right_here
from tests.unit.pictures.samples import BARE, CURVE
from trading.clock import SystemClock
from trading.telemetry import Mute
from trading.virtual_time import VirtualClock, VirtualLoop, run

PNG = b"\x89PNG"


def numbered(number: int) -> EquitySpec:
    """A spec that is like no other."""
    return replace(CURVE, period=str(number))


class Brush:
    """Draws when it is told to; notes how many pictures are under way at once."""

    def __init__(self) -> None:
        self.may_go = asyncio.Event()
        self.now = self.most = self.count = 0

    async def run(self, drawing: Drawing) -> bytes:
        self.count += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.may_go.wait()
        finally:
            self.now -= 1
        return PNG


async def test_a_picture_is_drawn_in_another_thread() -> None:
    threads = []

    async def noted(drawing: Drawing) -> bytes:
        def inside() -> bytes:
            threads.append(threading.get_ident())
            return drawing()

        return await room.off_the_loop(inside)

    painter = PillowPainter(SystemClock(), runs=noted)
    assert (await painter.chart(BARE)).startswith(PNG)
    assert (await painter.equity(CURVE)).startswith(PNG)
    assert threads and threading.get_ident() not in threads


async def test_equal_specs_are_one_picture_even_at_the_same_time() -> None:
    brush = Brush()
    painter = PillowPainter(SystemClock(), runs=brush.run)
    both = asyncio.gather(painter.chart(BARE), painter.chart(replace(BARE)))
    await asyncio.sleep(0)
    brush.may_go.set()
    assert set(await both) == {PNG}
    assert await painter.chart(BARE) == PNG
    assert brush.count == 1
    await painter.chart(replace(BARE, last=Decimal(1)))
    assert brush.count == 2


async def test_few_are_drawn_at_once_and_too_many_are_told_so() -> None:
    brush = Brush()
    painter = PillowPainter(SystemClock(), runs=brush.run)
    waiting = [asyncio.create_task(painter.equity(numbered(i))) for i in range(AT_ONCE_MAX + WAITING_MAX)]
    for _ in range(3):
        await asyncio.sleep(0)
    with pytest.raises(NotPainted, match="too many"):
        await painter.equity(numbered(-1))
    brush.may_go.set()
    assert await asyncio.gather(*waiting) == [PNG] * len(waiting)
    assert brush.most == AT_ONCE_MAX


async def test_old_pictures_are_forgotten() -> None:
    brush = Brush()
    brush.may_go.set()
    painter = PillowPainter(SystemClock(), runs=brush.run)
    for number in range(KEPT_MAX + 1):
        await painter.equity(numbered(number))
    await painter.equity(numbered(KEPT_MAX))
    assert brush.count == KEPT_MAX + 1
    await painter.equity(numbered(0))
    assert brush.count == KEPT_MAX + 2


async def test_who_waits_too_long_is_told_and_the_picture_is_there_later() -> None:
    brush = Brush()
    painter = PillowPainter(SystemClock(), runs=brush.run, deadline_s=0.01)
    with pytest.raises(NotPainted, match="within"):
        await painter.chart(BARE)
    brush.may_go.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert await painter.chart(BARE) == PNG
    assert brush.count == 1


class Ear(Mute):
    """Telemetry that remembers."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def log(self, level: str, what: str, **facts: object) -> None:
        self.heard.append(what)

    def took(self, name: str, seconds: float, **labels: str) -> None:
        self.heard.append(name)


async def test_a_fault_in_a_picture_costs_the_picture_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    painter = PillowPainter(SystemClock(), runs=right_here, telemetry=ear)
    with monkeypatch.context() as broken:
        broken.setattr(room, "drawn", lambda spec: 1 // 0)
        with pytest.raises(NotPainted, match="ZeroDivisionError"):
            await painter.chart(BARE)
    assert (await painter.chart(BARE)).startswith(PNG), "a failure is not kept"
    assert ear.heard == ["picture_failed", "picture"]


def test_in_virtual_time_pictures_are_drawn_on_the_spot() -> None:
    async def scene(loop: VirtualLoop) -> bytes:
        return await PillowPainter(VirtualClock(loop, BARE.candles[0].at), runs=right_here).chart(BARE)

    assert run(scene).startswith(PNG)


def test_a_desk_that_draws_nothing_does_not_load_pillow() -> None:
    rooms = "bot.main.running, bot.main.replaying, bot.pictures.painter"
    code = f"import sys, {rooms}; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
