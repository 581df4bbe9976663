"""Requests to an exchange of ccxt: each in its lane, once, with a deadline, and with one of four ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NoReturn

import aiohttp
from msgspec import Struct

from trading.brokers.ccxt_errors import Busy, Refused, Unknown, word_of
from trading.brokers.ccxt_markets import Markets
from trading.brokers.ccxt_wire import DEADLINE_S, Wire
from trading.brokers.limits import Budget, Lane
from trading.ports import BrokerBusy, BrokerSilent, Clock


class Door(Struct, frozen=True):
    """One of a venue's doors, and what it costs of the budget. An answer without `needs` says nothing; no
    needs: it is a list, or may be anything."""

    method: str
    path: str
    weight: int
    needs: tuple[str, ...] = ()
    api: str = "private"


_ACCIDENTS: Final = (
    aiohttp.ClientError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip
"""What ccxt lets through when an answer is not what it expects."""
_CHANGED: Final = ("tick", "lot", "notional_min", "quantity_min", "unknown_symbol")


class Declined(Exception):
    """The request was certainly not carried out. `data`: what has come of its steps, where it has several."""

    def __init__(self, refusal: Refused, data: Any = None) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}


class Line:
    """One account's way to its venue; each venue has its own of these, with its words and doors."""

    venue: str
    time: Door
    lists: tuple[Door, ...]
    """The doors that together say what trades there."""

    def __init__(
        self,
        opened: Callable[[], Awaitable[Wire]],
        clock: Clock,
        budget: Budget,
        markets: Markets,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.clock = clock
        self.markets = markets
        self.deadline_s = deadline_s
        self._budget = budget
        self._opened = opened
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()
        self.is_skewed = False
        self.ahead_ms = 0
        """How far our clock is before the venue's, as far as it is known."""

    def judged(self, error: BaseException) -> Refused | Busy | Unknown:
        """What an error of a request means, by allow-list."""
        raise NotImplementedError

    def clock_ms(self, told: Mapping[str, Any]) -> int:
        """The venue's clock, out of the answer of its door `time`."""
        raise NotImplementedError

    async def wire(self) -> Wire:
        """The exchange, made when it is first wanted."""
        async with self._opening:
            if self._wire is None:
                self._wire = await self._opened()
                self._wire.on_headers = self._budget.told
            return self._wire

    async def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            await self._wire.close()

    async def ask(self, lane: Lane, door: Door, params: Mapping[str, Any]) -> Any:
        """One request, sent once.

        Raises:
            Declined: certainly not carried out.
            BrokerBusy: neither, and the venue wants to be left alone.
            BrokerSilent: nobody knows.
        """
        wire = await self.wire()
        if self.is_skewed and door is not self.time:
            # What cannot be had here is no end of the request itself: that one is refused once more.
            with contextlib.suppress(BrokerSilent, Declined):
                await self.set_clock(lane)
        from ccxt.base.errors import BaseError

        async with self._budget.turn(lane, door.weight):
            with self._budget.calls.timed(f"{door.method} {door.path}"):
                try:
                    async with asyncio.timeout(self.deadline_s):
                        told = await wire.call(door.path, [door.api], door.method, dict(params))
                except TimeoutError as late:
                    raise BrokerSilent(f"{self.venue} has not answered in time.") from late
                except (BaseError, *_ACCIDENTS) as error:
                    self._end(error)
        # ccxt hands on as text what is no JSON.
        is_whole = all(name in told for name in door.needs) if isinstance(told, dict) else not door.needs
        if not isinstance(told, dict | list) or not is_whole:
            raise BrokerSilent(f"{self.venue}'s answer is not whole.")
        return told

    async def load_markets(self, lane: Lane) -> Markets:
        """The markets, loaded when they are not there yet or are known to have changed."""
        if self.markets.is_stale:
            self.markets.load(*[await self.ask(lane, door, {}) for door in self.lists])
            if self.markets.weight_max:
                self._budget.weight_max = self.markets.weight_max
        return self.markets

    def _end(self, error: Exception) -> NoReturn:
        end = self.judged(error)
        if isinstance(end, Busy) and end.is_ours:
            raise BrokerBusy(
                f"{self.venue} has heard another request of this key first.", is_ours=True
            ) from error
        if isinstance(end, Busy):
            self._budget.hold(end.after_s, is_ban=end.is_ban)
            raise BrokerBusy(f"{self.venue} wants no requests for a while.", end.after_s) from error
        if not isinstance(end, Refused):
            raise BrokerSilent(end.sentence) from error
        if end.code == "clock":
            self.is_skewed = True
        if end.number and end.code in _CHANGED:
            # Our own check has let it pass: the rules are others by now (X32).
            self.markets.is_stale = True
        word = word_of(error)
        raise Declined(end, word.data if word else None) from error

    async def set_clock(self, lane: Lane) -> None:
        """The venue's clock decides; ours may be off (C01)."""
        before = self.clock.now()
        told = await self.ask(lane, self.time, {})
        self.is_skewed = False
        after = self.clock.now()
        middle = before + (after - before) / 2
        self.ahead_ms = int(middle.timestamp() * 1000) - self.clock_ms(told)
        (await self.wire()).set_skew(self.ahead_ms)
