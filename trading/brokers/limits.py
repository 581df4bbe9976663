"""The request budget of one venue: who asks next, how much is left, and when the venue wants silence."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Final

from trading.brokers.calls import Calls
from trading.ports import BrokerBusy, Clock

SPAN_S: Final = 60.0
IN_FLIGHT_MAX: Final = 8
ENTRIES_WAIT_MAX: Final = 200
"""So many may wait already before an entry is refused at once."""
HOLD_S: Final = 1.0
"""How long nothing is sent when the venue wants silence and does not say for how long."""
BAN_S: Final = 120.0
"""The same after a ban of the address (Binance bans for two minutes at least)."""


class Lane(IntEnum):
    """What a request is for; the lower goes first (RELIABILITY X58)."""

    PROTECTIVE = 0
    CANCEL = 1
    EXIT = 2
    QUERY = 3
    ENTRY = 4


SHARE: Final[Mapping[Lane, float]] = {
    Lane.PROTECTIVE: 1.0,
    Lane.CANCEL: 0.98,
    Lane.EXIT: 0.95,
    Lane.QUERY: 0.85,
    Lane.ENTRY: 0.7,
}
"""How much of the venue's weight each lane may use up: the rest is kept for those before it."""


class Crowded(BrokerBusy):
    """Too many wait here already: certainly not sent, and no word of the venue, which need not be spared."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, is_ours=True)


class Budget:
    """Everybody who asks one venue from one address shares one of these.

    Args:
        clock: windows and holds are counted on its clock that never jumps.
        weight_max: what the venue allows in `SPAN_S` seconds.
        in_flight_max: requests at one time; who waits goes by lane, then by who came first.
        patience_s: how long a request waits for its turn before it gives up, certainly unsent.
        calls: how long answers take, of everybody together.
        refill_s: where the venue has a counter instead of windows: how long until one of it comes back.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        weight_max: int = 6000,
        in_flight_max: int = IN_FLIGHT_MAX,
        patience_s: float = 5.0,
        calls: Calls | None = None,
        refill_s: float | None = None,
    ) -> None:
        self.calls = calls or Calls("", clock)
        self.weight_max = weight_max
        self._clock = clock
        self._free = in_flight_max
        self._patience_s = patience_s
        self._used = 0.0
        self._refill_s = refill_s
        self._rolled_s = clock.elapsed_s()
        self._window = self._window_now()
        self._silent_until_s = 0.0
        self._waiting: list[tuple[Lane, int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @property
    def left(self) -> int:
        """Weight that is left of this window."""
        self._roll()
        return max(int(self.weight_max - self._used), 0)

    @asynccontextmanager
    async def turn(self, lane: Lane, weight: int = 1) -> AsyncIterator[None]:
        """Hold a place on the wire.

        Raises:
            BrokerBusy: the venue wants silence; nothing was sent.
            Crowded: the turn does not come in time; nothing was sent, and the venue has said nothing.
        """
        quiet_s = self._silent_until_s - self._clock.elapsed_s()
        if quiet_s > 0:
            raise BrokerBusy("The venue wants no requests for a while.", quiet_s)
        await self._wait(lane, weight)
        try:
            yield
        finally:
            self._free += 1
            self._pump()

    def told(self, headers: Mapping[str, str]) -> None:
        """What the venue says that we have used in this window, others on the same address included."""
        for name, value in headers.items():
            if name.upper() == "X-MBX-USED-WEIGHT-1M" and value.isdigit():
                self._roll()
                self._used = int(value)

    def hold(self, after_s: float | None, *, is_ban: bool = False) -> None:
        """The venue wants to hear nothing for so long (None: it does not say)."""
        wait_s = after_s if after_s is not None else (BAN_S if is_ban else HOLD_S)
        self._silent_until_s = max(self._silent_until_s, self._clock.elapsed_s() + wait_s)
        waiting, self._waiting = self._waiting, []
        for _, _, _, future in waiting:
            if not future.done():
                future.set_exception(BrokerBusy("The venue wants no requests for a while.", wait_s))

    async def _wait(self, lane: Lane, weight: int) -> None:
        self._roll()
        if not self._waiting and self._may(lane, weight):
            self._take(weight)
            return
        if lane is Lane.ENTRY and len(self._waiting) >= ENTRIES_WAIT_MAX:
            # A flood of entries costs the loop what it needs for stops: what cannot go out soon is refused.
            raise Crowded("Too many orders wait for this venue already; nothing was sent.")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._order), weight, future))
        self._pump()
        try:
            await self._granted(future)
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                # It was granted in the same instant: the place goes to the next.
                self._free += 1
            raise
        finally:
            if not future.done():
                # Who does not wait any more is passed over when its turn comes.
                future.cancel()
            self._pump()

    async def _granted(self, future: asyncio.Future[None]) -> None:
        """Wait for the turn; a new window may bring it, and nobody else says when that begins."""
        left_s = self._patience_s
        while left_s > 0 and not future.done():
            wait_s = min(left_s, self._rest_s())
            await asyncio.wait({future}, timeout=wait_s)
            left_s -= wait_s
            self._pump()
        if not future.done():
            # Not the venue's word: what protects has weight of its own, and must not be held back by this.
            raise Crowded("Too many requests wait already; nothing was sent.")
        future.result()

    def _pump(self) -> None:
        self._roll()
        while self._waiting:
            lane, _, weight, future = self._waiting[0]
            if future.done():
                heapq.heappop(self._waiting)
                continue
            if not self._may(lane, weight):
                return
            heapq.heappop(self._waiting)
            self._take(weight)
            future.set_result(None)

    def _may(self, lane: Lane, weight: int) -> bool:
        # What costs nothing there waits for a place only.
        is_paid = not weight or self._used + weight <= self.weight_max * SHARE[lane]
        return self._free > 0 and is_paid

    def _take(self, weight: int) -> None:
        self._free -= 1
        self._used += weight

    def _window_now(self) -> int:
        return int(self._clock.elapsed_s() // SPAN_S)

    def _rest_s(self) -> float:
        if self._refill_s is not None:
            return self._refill_s
        return SPAN_S - self._clock.elapsed_s() % SPAN_S

    def _roll(self) -> None:
        if self._refill_s is not None:
            now_s = self._clock.elapsed_s()
            self._used = max(self._used - (now_s - self._rolled_s) / self._refill_s, 0.0)
            self._rolled_s = now_s
            return
        window = self._window_now()
        if window != self._window:
            self._window, self._used = window, 0
