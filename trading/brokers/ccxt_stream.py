"""What happens to an account from now on: frames of a venue's stream as reports, each told once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from trading.brokers.ccxt_line import Line
from trading.brokers.ccxt_wire import Wire
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.reports import BrokerReport, LinkAlive, LinkBack, StreamReport
from trading.ports import BrokerSilent

FRAMES_MAX: Final = 10_000
SEEN_MAX: Final = 50_000
ASKED_MAX: Final = 20_000
PULSE: Final[dict[str, Any]] = {"e": "pulse"}
"""A sign of life that says nothing else."""


class FrameStream:
    """The stream of one account; what its frames mean stands with each venue."""

    def __init__(self, account: AccountId, line: Line) -> None:
        self.asked_to_end: OrderedDict[ClientOrderId, None] = OrderedDict()
        self._account = account
        self._line = line
        self._frames: deque[dict[str, Any]] = deque()
        self._grown = asyncio.Event()
        self._is_over = False
        self._seen: OrderedDict[tuple[Any, ...], None] = OrderedDict()
        self._heard_s: float | None = None

    # ------------------------------------------------------------ what a venue says of its frames

    async def subscribed(self, wire: Wire) -> None:
        """Ask for the account's frames."""
        await wire.subscribe()

    def is_end(self, frame: Mapping[str, Any]) -> bool:
        """Whether nothing comes after this frame although the connection may live on."""
        return False

    def is_of_order(self, frame: Mapping[str, Any]) -> bool:
        """Whether a frame tells of an order; the others are signs of life."""
        raise NotImplementedError

    def _key(self, frame: Mapping[str, Any]) -> tuple[Any, ...]:
        """Two frames with the same one say the same."""
        raise NotImplementedError

    async def _report(self, frame: dict[str, Any]) -> BrokerReport | None:
        """What a frame reports, None for nothing."""
        raise NotImplementedError

    # ------------------------------------------------------------ the stream

    @property
    def age_s(self) -> float | None:
        """How long it has said nothing, its signs of life included; None before the first."""
        return None if self._heard_s is None else self._line.clock.elapsed_s() - self._heard_s

    async def reports(self) -> AsyncIterator[StreamReport]:
        """Subscribe, say so, and tell what comes; raises BrokerSilent when the stream has ended."""
        from ccxt.base.errors import BaseError

        wire, venue = await self._line.wire(), self._line.venue
        self._is_over = False
        wire.on_frame, wire.on_pulse = self._take, lambda: self._take(PULSE)
        try:
            async with asyncio.timeout(self._line.deadline_s):
                await self.subscribed(wire)
            ended = asyncio.ensure_future(wire.ended())
        except (BaseError, TimeoutError, OSError, LookupError) as error:
            # ccxt stumbles over its own table when a subscription is refused.
            await self._drop()
            raise BrokerSilent(f"{venue}'s stream cannot be had ({type(error).__name__}).") from error
        try:
            # Whatever happened before this is not on it, also when it is the first one.
            yield LinkBack(self._account, self._line.clock.now())
            while True:
                while self._frames:
                    for report in await self._told(self._frames.popleft()):
                        yield report
                if self._is_over or ended.done():
                    raise BrokerSilent(f"{venue}'s stream has ended.")
                self._grown.clear()
                grown = asyncio.ensure_future(self._grown.wait())
                await asyncio.wait({grown, ended}, return_when=asyncio.FIRST_COMPLETED)
                grown.cancel()
        finally:
            ended.cancel()
            ended.add_done_callback(_heed)
            await self._drop()

    def tell(self, frame: dict[str, Any]) -> None:
        """Let a frame be told that was kept back."""
        self._frames.append(frame)
        self._grown.set()

    def ask_end(self, client_order_id: ClientOrderId) -> None:
        """We have asked for the end of this order: when it comes, that was why."""
        self.asked_to_end[client_order_id] = None
        while len(self.asked_to_end) > ASKED_MAX:
            self.asked_to_end.popitem(last=False)

    async def _drop(self) -> None:
        wire = await self._line.wire()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await wire.drop()

    def _take(self, frame: dict[str, Any]) -> None:
        self._heard_s = self._line.clock.elapsed_s()
        if self.is_end(frame) or len(self._frames) >= FRAMES_MAX:
            # The connection may live on, but nothing more comes on it, or more than can be held.
            self._is_over = True
            self._grown.set()
            return
        self.tell(frame)

    async def _told(self, frame: dict[str, Any]) -> list[StreamReport]:
        if not self.is_of_order(frame):
            return [LinkAlive(self._account, self._line.clock.now())]
        key = self._key(frame)
        if key in self._seen:
            return []
        report = await self._report(frame)
        self._seen[key] = None
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        return [] if report is None else [report]


def _heed(ended: asyncio.Future[None]) -> None:
    """Why the connection ended is told by its end; asyncio complains of errors that nobody has looked at."""
    if not ended.cancelled():
        ended.exception()
