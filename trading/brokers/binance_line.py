"""Requests to Binance: each in its lane, once, with a deadline, and with one of four ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NoReturn

import aiohttp
from msgspec import Struct

from trading.brokers.binance_errors import Busy, Refused, judged, word_of
from trading.brokers.binance_exchange import DEADLINE_S, Wire
from trading.brokers.binance_markets import Markets
from trading.brokers.limits import Budget, Lane
from trading.ports import BrokerBusy, BrokerSilent, Clock


class Door(Struct, frozen=True):
    """One of Binance's doors, and what it costs of the budget. An answer without `needs` says nothing; no
    needs: it is a list."""

    method: str
    path: str
    weight: int
    needs: tuple[str, ...] = ()
    api: str = "private"


_ROW: Final = ("symbol", "orderId", "clientOrderId", "status", "origQty", "executedQty", "price", "stopPrice")
PLACE: Final = Door("POST", "order", 1, ("symbol", "orderId", "clientOrderId", "transactTime"))
CANCEL: Final = Door("DELETE", "order", 1, ("orderId", "origClientOrderId", "transactTime", "executedQty"))
ORDER: Final = Door("GET", "order", 4, _ROW)
AMEND: Final = Door("PUT", "order/amend/keepPriority", 4, ("amendedOrder",))
EXCHANGE: Final = Door("POST", "order/cancelReplace", 1, ("newOrderResponse",))
PAIR: Final = Door("POST", "orderList/oco", 1, ("orderReports",))
OPEN_ORDERS: Final = Door("GET", "openOrders", 80)
ALL_ORDERS: Final = Door("GET", "allOrders", 20)
TRADES: Final = Door("GET", "myTrades", 20)
ACCOUNT: Final = Door("GET", "account", 20, ("balances", "canTrade"))
RIGHTS: Final = Door(
    "GET",
    "account/apiRestrictions",
    1,
    ("enableWithdrawals", "enableSpotAndMarginTrading", "ipRestrict"),
    "sapi",
)
MARKETS: Final = Door("GET", "exchangeInfo", 20, ("symbols",), "public")
CANDLES: Final = Door("GET", "klines", 2, (), "public")
PRICES: Final = Door("GET", "ticker/bookTicker", 4, (), "public")
TIME: Final = Door("GET", "time", 1, ("serverTime",), "public")

_ACCIDENTS: Final = (
    aiohttp.ClientError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip
"""What ccxt lets through when an answer is not what it expects."""


class Declined(Exception):
    """The request was certainly not carried out. `data`: what has come of its steps, where it has several."""

    def __init__(self, refusal: Refused, data: Any = None) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}


class Line:
    """One account's way to Binance."""

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
        self._is_skewed = False

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
        if self._is_skewed and door is not TIME:
            # What cannot be had here is no end of the request itself: that one is refused once more.
            with contextlib.suppress(BrokerSilent, Declined):
                await self._set_clock(lane)
        from ccxt.base.errors import BaseError

        async with self._budget.turn(lane, door.weight):
            with self._budget.calls.timed(f"{door.method} {door.path}"):
                try:
                    async with asyncio.timeout(self.deadline_s):
                        told = await wire.request(door.path, [door.api], door.method, dict(params))
                except TimeoutError as late:
                    raise BrokerSilent("Binance has not answered in time.") from late
                except (BaseError, *_ACCIDENTS) as error:
                    self._end(error)
        # ccxt hands on as text what is no JSON.
        is_whole = all(name in told for name in door.needs) if isinstance(told, dict) else not door.needs
        if not isinstance(told, dict | list) or not is_whole:
            raise BrokerSilent("Binance's answer is not whole.")
        return told

    async def load_markets(self, lane: Lane) -> Markets:
        """The markets, loaded when they are not there yet or are known to have changed."""
        if self.markets.is_stale:
            self.markets.load(await self.ask(lane, MARKETS, {}))
            if self.markets.weight_max:
                self._budget.weight_max = self.markets.weight_max
        return self.markets

    def _end(self, error: Exception) -> NoReturn:
        end = judged(error)
        if isinstance(end, Busy):
            self._budget.hold(end.after_s, is_ban=end.is_ban)
            raise BrokerBusy("Binance wants no requests for a while.", end.after_s) from error
        if not isinstance(end, Refused):
            raise BrokerSilent(end.sentence) from error
        if end.code == "clock":
            self._is_skewed = True
        if end.number and end.code in ("tick", "lot", "notional_min", "unknown_symbol"):
            # Our own check has let it pass: the filters are others by now (X32).
            self.markets.is_stale = True
        word = word_of(error)
        raise Declined(end, word.data if word else None) from error

    async def _set_clock(self, lane: Lane) -> None:
        """Binance's clock decides; ours may be off (C01)."""
        before = self.clock.now()
        told = await self.ask(lane, TIME, {})
        self._is_skewed = False
        after = self.clock.now()
        middle = before + (after - before) / 2
        (await self.wire()).set_skew(int(middle.timestamp() * 1000) - int(told["serverTime"]))
