"""`Painter` with Pillow: draws in a thread, few at a time, never the same picture twice in a row.

Importing this module does not load Pillow: the first picture does.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from bot.conversation.painting import (
    CalendarSpec,
    CardSpec,
    ChartSpec,
    EquitySpec,
    NotPainted,
    PlanSpec,
    ReportSpec,
)
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

AT_ONCE_MAX = 1
"""Pictures under the brush at the same time; more would only fight for the interpreter, and each takes some
30 MB while it is drawn."""
WAITING_MAX = 32
"""Pictures that may wait for a brush; whoever comes then is told so at once."""
KEPT_MAX = 32
DEADLINE_S = 5.0

Spec = ChartSpec | EquitySpec | CardSpec | CalendarSpec | PlanSpec | ReportSpec
Drawing = Callable[[], bytes]
Runs = Callable[[Drawing], Awaitable[bytes]]


# One thread, always the same: memory that a thread gives back is not at once there for another. It begins
# with the first picture.
_HAND = ThreadPoolExecutor(max_workers=1, thread_name_prefix="picture")


async def off_the_loop(drawing: Drawing) -> bytes:
    """In a thread of its own: the desk goes on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_HAND, drawing)


async def right_here(drawing: Drawing) -> bytes:
    """On the spot: in virtual time there are no threads."""
    return drawing()


class PillowPainter:
    """`bot.conversation.painting.Painter`.

    Args:
        clock: measures how long a picture takes.
        runs: where drawing happens.
        deadline_s: how long anybody waits for a picture, a free brush included.
        telemetry: hears of every picture and of every one that could not be drawn.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        runs: Runs = off_the_loop,
        deadline_s: float = DEADLINE_S,
        telemetry: Telemetry = MUTE,
    ) -> None:
        self._clock = clock
        self._runs = runs
        self._telemetry = telemetry
        self._deadline_s = deadline_s
        self._brushes = asyncio.Semaphore(AT_ONCE_MAX)
        self._kept: OrderedDict[Spec, bytes] = OrderedDict()
        self._under_way: dict[Spec, asyncio.Task[bytes]] = {}

    async def chart(self, spec: ChartSpec) -> bytes:
        """A price chart. Raises NotPainted."""
        return await self._painted(spec)

    async def equity(self, spec: EquitySpec) -> bytes:
        """An equity curve. Raises NotPainted."""
        return await self._painted(spec)

    async def card(self, spec: CardSpec) -> bytes:
        """A result to be shown around. Raises NotPainted."""
        return await self._painted(spec)

    async def calendar(self, spec: CalendarSpec) -> bytes:
        """A month of daily results. Raises NotPainted."""
        return await self._painted(spec)

    async def plan(self, spec: PlanSpec) -> bytes:
        """What a bot would do. Raises NotPainted."""
        return await self._painted(spec)

    async def report(self, spec: ReportSpec) -> bytes:
        """A PDF. Raises NotPainted."""
        return await self._painted(spec)

    async def _painted(self, spec: Spec) -> bytes:
        known = self._kept.get(spec)
        if known is not None:
            self._kept.move_to_end(spec)
            return known
        task = self._under_way.get(spec)
        if task is None:
            if len(self._under_way) >= AT_ONCE_MAX + WAITING_MAX:
                raise NotPainted("too many pictures are waiting")
            task = asyncio.create_task(self._draw(spec), name="picture")
            self._under_way[spec] = task
            task.add_done_callback(lambda done: self._keep(spec, done))
        try:
            # A thread cannot be stopped: whoever waits gives up, the brush is free when it has drawn.
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(task)
        except TimeoutError:
            raise NotPainted(f"not drawn within {self._deadline_s:g} s") from None

    async def _draw(self, spec: Spec) -> bytes:
        began_s = self._clock.elapsed_s()
        try:
            async with self._brushes:
                png = await self._runs(lambda: drawn(spec))
        except Exception as fault:
            self._telemetry.log("error", "picture_failed", spec=type(spec).__name__, fault=repr(fault))
            raise NotPainted(repr(fault)) from fault
        self._telemetry.took("picture", self._clock.elapsed_s() - began_s, kind=type(spec).__name__)
        return png

    def _keep(self, spec: Spec, task: asyncio.Task[bytes]) -> None:
        del self._under_way[spec]
        # Asking for the exception marks it as seen when everybody has gone; who waits gets it anyway.
        if task.cancelled() or task.exception() is not None:
            return
        if isinstance(spec, ReportSpec):
            return  # large, and never asked for twice: each says when it was made
        self._kept[spec] = task.result()
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)


def drawn(spec: Spec) -> bytes:
    """The picture of a spec, drawn now; loads Pillow the first time."""
    if isinstance(spec, ChartSpec):
        from bot.pictures.chart import chart

        return chart(spec)
    if isinstance(spec, CardSpec):
        from bot.pictures.card import card

        return card(spec)
    if isinstance(spec, CalendarSpec):
        from bot.pictures.calendar import calendar

        return calendar(spec)
    if isinstance(spec, PlanSpec):
        from bot.pictures.plan import plan

        return plan(spec)
    if isinstance(spec, ReportSpec):
        from bot.pictures.report import report

        return report(spec)
    from bot.pictures.equity import equity

    return equity(spec)
