"""What happens at Binance from now on: frames of the user data stream as reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from trading.brokers.binance_orders import our_name
from trading.brokers.binance_reports import (
    OPEN,
    Teller,
    end_reason,
    instant,
    row_of_frame,
    trade_of_frame,
)
from trading.brokers.ccxt_line import Line
from trading.brokers.ccxt_names import Names
from trading.brokers.ccxt_stream import FrameStream
from trading.domain.reports import BrokerReport, Rejected

Fees = Callable[[Mapping[str, Any]], Awaitable[tuple[Decimal, Decimal]]]


class AccountStream(FrameStream):
    """The stream of one account.

    A change that is a cancel and a new order is told as one: the frames of its two steps come as cancel and
    acceptance, and an order whose change is under way (`exchanging`) has not ended by the first of them.
    """

    def __init__(self, line: Line, teller: Teller, names: Names, fees: Fees) -> None:
        super().__init__(teller.account, line)
        self.exchanging: dict[str, dict[str, Any] | None] = {}
        self._teller = teller
        self._names = names
        self._fees = fees

    def is_end(self, frame: Mapping[str, Any]) -> bool:
        """The venue ends a subscription and leaves the connection as it is."""
        return bool(frame["e"] == "eventStreamTerminated")

    def is_of_order(self, frame: Mapping[str, Any]) -> bool:
        """Balances and the like say nothing that the fills do not."""
        return bool(frame["e"] == "executionReport")

    def _key(self, frame: Mapping[str, Any]) -> tuple[Any, ...]:
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
                return Rejected(self._account, cid, "refused", sentence, at)
            case "CANCELED" if name in self.exchanging:
                self.exchanging[name] = frame
                return None
            case "CANCELED" | "EXPIRED" | "TRADE_PREVENTION" if row["status"] not in OPEN:
                return self._teller.canceled(row, name, end_reason(row, cid in self.asked_to_end), at)
            case _:
                return None
