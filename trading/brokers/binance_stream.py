"""What happens at Binance from now on: frames of the user data stream as reports, each told once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from trading.brokers.binance_line import Line
from trading.brokers.binance_orders import our_name
from trading.brokers.binance_reports import (
    OPEN,
    Names,
    Teller,
    end_reason,
    instant,
    row_of_frame,
    trade_of_frame,
)
from trading.domain.ids import ClientOrderId
from trading.domain.reports import BrokerReport, LinkAlive, LinkBack, Rejected, StreamReport
from trading.ports import BrokerSilent

FRAMES_MAX: Final = 10_000
SEEN_MAX: Final = 50_000
Fees = Callable[[Mapping[str, Any]], Awaitable[tuple[Decimal, Decimal]]]
_PULSE: Final[dict[str, Any]] = {"e": "pulse"}


class AccountStream:
    """The stream of one account.

    A change that is a cancel and a new order is told as one: the frames of its two steps come as cancel and
    acceptance, and an order whose change is under way (`exchanging`) has not ended by the first of them.
    """

    def __init__(self, line: Line, teller: Teller, names: Names, fees: Fees) -> None:
        self.exchanging: dict[str, dict[str, Any] | None] = {}
        self.asked_to_end: OrderedDict[ClientOrderId, None] = OrderedDict()
        self._line = line
        self._teller = teller
        self._names = names
        self._fees = fees
        self._frames: deque[dict[str, Any]] = deque()
        self._grown = asyncio.Event()
        self._is_over = False
        self._seen: OrderedDict[tuple[Any, ...], None] = OrderedDict()
        self._heard_s: float | None = None

    @property
    def age_s(self) -> float | None:
        """How long it has said nothing, its signs of life included; None before the first."""
        return None if self._heard_s is None else self._line.clock.elapsed_s() - self._heard_s

    async def reports(self) -> AsyncIterator[StreamReport]:
        """Subscribe, say so, and tell what comes; raises BrokerSilent when the stream has ended."""
        from ccxt.base.errors import BaseError

        wire = await self._line.wire()
        self._is_over = False
        wire.on_frame, wire.on_pulse = self._take, lambda: self._take(_PULSE)
        try:
            async with asyncio.timeout(self._line.deadline_s):
                await wire.subscribe()
            ended = asyncio.ensure_future(wire.ended())
        except (BaseError, TimeoutError, OSError, LookupError) as error:
            # ccxt stumbles over its own table when a subscription is refused.
            await self._drop()
            raise BrokerSilent(f"Binance's stream cannot be had ({type(error).__name__}).") from error
        try:
            # Whatever happened before this is not on it, also when it is the first one.
            yield LinkBack(self._teller.account, self._line.clock.now())
            while True:
                while self._frames:
                    for report in await self._told(self._frames.popleft()):
                        yield report
                if self._is_over or ended.done():
                    raise BrokerSilent("Binance's stream has ended.")
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

    async def _drop(self) -> None:
        wire = await self._line.wire()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await wire.drop()

    def _take(self, frame: dict[str, Any]) -> None:
        self._heard_s = self._line.clock.elapsed_s()
        if frame["e"] == "eventStreamTerminated" or len(self._frames) >= FRAMES_MAX:
            # The connection may live on, but nothing more comes on it, or more than can be held.
            self._is_over = True
            self._grown.set()
            return
        self._frames.append(frame)
        self._grown.set()

    async def _told(self, frame: dict[str, Any]) -> list[StreamReport]:
        if frame["e"] != "executionReport":
            return [LinkAlive(self._teller.account, self._line.clock.now())]
        key = self._key(frame)
        if key in self._seen:
            return []
        report = await self._report(frame)
        self._seen[key] = None
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        return [] if report is None else [report]

    @staticmethod
    def _key(frame: Mapping[str, Any]) -> tuple[Any, ...]:
        if frame["x"] == "TRADE":
            return ("fill", frame["s"], frame["t"])
        return (frame["x"], frame["s"], frame["i"], frame["X"], frame["q"], frame["z"])

    async def _report(self, frame: dict[str, Any]) -> BrokerReport | None:
        row, name = row_of_frame(frame)
        self._names.note(frame["s"], frame["i"], name)
        cid, place = our_name(name)
        at = instant(frame["T"])
        match frame["x"]:
            case "NEW" if place > 1:
                return self._teller.replaced(row, name, at)
            case "NEW":
                return self._teller.accepted(row, at)
            case "TRADE":
                trade = trade_of_frame(frame)
                fee, fee_base = await self._fees(trade)
                return self._teller.fill(trade, name, fee, fee_base)
            case "REPLACED":
                return self._teller.replaced(row, name, at)
            case "REJECTED":
                sentence = f"Binance refuses this order ({frame['r']})."
                return Rejected(self._teller.account, cid, "refused", sentence, at)
            case "CANCELED" if name in self.exchanging:
                self.exchanging[name] = frame
                return None
            case "CANCELED" | "EXPIRED" | "TRADE_PREVENTION" if row["status"] not in OPEN:
                return self._teller.canceled(row, name, end_reason(row, cid in self.asked_to_end), at)
            case _:
                return None


def _heed(ended: asyncio.Future[None]) -> None:
    """Why the connection ended is told by its end; asyncio complains of errors that nobody has looked at."""
    if not ended.cancelled():
        ended.exception()
