"""What a picture costs: `python -m benchmarks.pictures`. The floor is an empty sheet of that size as PNG.

Also how long the loop is held up while pictures are drawn in threads, and what drawing adds to the memory.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter, thread_time

from msgspec.structs import replace

from benchmarks._desk import row
from bot.conversation.painting import (
    DAY,
    CalendarSpec,
    Candle,
    CardSpec,
    ChartSpec,
    ChartStyle,
    DayResult,
    EquityPoint,
    EquitySpec,
    FillMark,
    LevelKind,
    PriceLevel,
    StopStep,
    Stretch,
    Swing,
)
from bot.conversation.wording import Wording
from bot.pictures.painter import PillowPainter, drawn
from trading.clock import SystemClock
from trading.domain.money import Money

CANDLES = 150
ROUNDS = 100
ASKED_MS = 100
ASKED_KB = 100
START = datetime(2018, 4, 4, tzinfo=UTC)
SPAN = timedelta(minutes=15)


def _walk(count: int) -> list[Decimal]:
    state, value, found = 1, Decimal(7400), []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % (1 << 31)
        value += Decimal(state % 8001 - 4000) / 100
        found.append(value)
    return found


def _chart() -> ChartSpec:
    """Everything that can be on it."""
    prices = _walk(CANDLES + 1)
    candles = tuple(
        Candle(
            START + i * SPAN,
            START + (i + 1) * SPAN,
            opens,
            max(opens, close) + i % 7,
            min(opens, close) - i % 5,
            close,
            Decimal(i % 11 + 1),
        )
        for i, (opens, close) in enumerate(pairwise(prices))
    )
    entry = candles[75].close
    levels = [PriceLevel(LevelKind.ENTRY, entry, "Entry"), PriceLevel(LevelKind.STOP, entry - 90, "Stop")]
    levels += [PriceLevel(LevelKind.TARGET, entry + 60 * n, f"TP {n}") for n in range(1, 6)]
    return ChartSpec(
        "BTC/USD",
        "15m",
        SPAN,
        ChartStyle.CANDLES,
        candles,
        Decimal("0.01"),
        Wording(zone="Europe/Berlin"),
        candles[-1].close,
        Swing(DAY, Decimal("2.31"), max(prices), min(prices)),
        tuple(levels),
        entered_at=candles[75].at,
        fills=(FillMark(candles[75].at, entry, True, "Entry"),),
        stops=tuple(StopStep(candles[75 + 3 * n].at, entry - 90 + n) for n in range(20)),
        sessions=tuple(Stretch(candles[n].at, candles[n + 25].at) for n in range(0, 120, 30)),
        note="REPLAY 2018-04-04 01:23 UTC",
    )


def _equity() -> EquitySpec:
    points = tuple(EquityPoint(START + i * SPAN, value) for i, value in enumerate(_walk(450)))
    return EquitySpec("Equity paper", "Month", points, "USD", Wording(zone="Europe/Berlin"))


def _card() -> CardSpec:
    return CardSpec(
        "BTC/USD",
        START,
        Wording(zone="Europe/Berlin"),
        percent=Decimal("2.31"),
        amount=Money(Decimal("231.49"), "USD"),
        r=Decimal("1.16"),
        side="LONG",
        facts=(("Entry", "7,401.00"), ("Exit", "7,580.25"), ("Size", "1.35"), ("Held", "2h 5m")),
        path=tuple(_walk(120)),
        said="after fees",
        note="PAPER",
    )


def _calendar() -> CalendarSpec:
    first = START.date().replace(day=1)
    days = tuple(
        DayResult(first + timedelta(days=n), n % 3 > 0, Decimal(n) / 30, value - 7400, Decimal(n) / 10)
        for n, value in enumerate(_walk(30))
    )
    return CalendarSpec(first, days, first.replace(day=30), Wording(zone="Europe/Berlin"), Decimal(100))


def _floor() -> bytes:
    from bot.pictures.canvas import Canvas
    from bot.pictures.frame import HEIGHT, WIDTH

    return Canvas(WIDTH, HEIGHT, (14, 19, 27)).png()


def _resident() -> float:
    """MB of this process in memory, now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _told(name: str, work: Callable[[], bytes]) -> None:
    """One row of a kind of picture: by the clock, and how much of that was work. Each is drawn in turn with
    the floor, so that a busy machine slows both."""
    wall, floor, cpu = [], [], []
    size = len(work()) / 1024
    for _ in range(ROUNDS):
        begun = perf_counter()
        _floor()
        floor.append(perf_counter() - begun)
        begun, begun_cpu = perf_counter(), thread_time()
        work()
        wall.append(perf_counter() - begun)
        cpu.append(thread_time() - begun_cpu)
    times = statistics.median(wall) / statistics.median(floor)
    told = f"{times:.1f} × floor, {statistics.median(cpu) * 1e3:.0f} ms of work, {size:.0f} KB"
    row(name, wall, f"asked: ≤ {ASKED_MS} ms, ≤ {ASKED_KB} KB; {told}")


async def _held_up(chart: ChartSpec) -> tuple[list[float], list[float]]:
    """How late a turn of the loop comes while pictures are drawn, one after the other, in threads; and
    how long whoever asked for one has waited."""
    painter = PillowPainter(SystemClock())
    late, waited, is_over = [], [], False

    async def turns() -> None:
        while not is_over:
            begun = perf_counter()
            await asyncio.sleep(0.001)
            late.append(perf_counter() - begun - 0.001)

    ticking = asyncio.create_task(turns())
    for number in range(ROUNDS):
        begun = perf_counter()
        await painter.chart(replace(chart, note=f"REPLAY {number}"))
        waited.append(perf_counter() - begun)
    is_over = True
    await ticking
    return late, waited


def main() -> None:
    """Print median and p99 of each kind of picture, beside the floor."""
    before = _resident()
    chart, equity = _chart(), _equity()
    late, waited = asyncio.run(_held_up(chart))
    print(f"memory: {before:.0f} MB before the first picture, {_resident():.0f} after {ROUNDS} of them")
    print(f"first picture, Pillow loaded on the way: {waited[0] * 1e3:.0f} ms")
    _told("floor: an empty sheet as PNG", _floor)
    for style in ChartStyle:
        spec = replace(chart, style=style)
        _told(f"{style.value}, {CANDLES} candles, 7 levels, volume", partial(drawn, spec))
    _told(f"equity with drawdown, {len(equity.points)} steps", partial(drawn, equity))
    _told("P&L card", partial(drawn, _card()))
    _told("calendar of a month", partial(drawn, _calendar()))
    row("asked → PNG, in its thread", waited[1:], f"asked: ≤ {ASKED_MS} ms")
    row("a turn of the loop is late by, meanwhile", late)


if __name__ == "__main__":
    main()
