"""What happens at Kraken from now on: frames of the channel `executions` as reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from trading.brokers.ccxt_line import Declined, Line
from trading.brokers.ccxt_names import NAMES_MAX, Names
from trading.brokers.ccxt_stream import FrameStream
from trading.brokers.ccxt_wire import Wire
from trading.brokers.kraken_line import TOKEN
from trading.brokers.kraken_orders import our_name
from trading.brokers.kraken_reports import Teller, name_of
from trading.brokers.limits import Lane
from trading.domain.ids import ClientOrderId
from trading.domain.reports import BrokerReport
from trading.ports import BrokerSilent

Row = Callable[[str], Awaitable[Mapping[str, Any] | None]]


class AccountStream(FrameStream):
    """The stream of one account. `row` asks for an order by Kraken's id: the frame of an end or of a change
    says little besides that."""

    def __init__(self, line: Line, teller: Teller, names: Names, row: Row) -> None:
        super().__init__(teller.account, line)
        self.at_once: dict[ClientOrderId, None] = {}
        """Orders that trade at once or end: what is left of them is ended by that."""
        self._teller = teller
        self._names = names
        self._row = row

    async def subscribed(self, wire: Wire) -> None:
        """With a fresh token: one lasts for a quarter of an hour."""
        try:
            told = await self._line.ask(Lane.QUERY, TOKEN, {})
        except Declined as no:
            raise BrokerSilent(no.refusal.sentence) from no
        await wire.subscribe(str(told["token"]))

    def is_of_order(self, frame: Mapping[str, Any]) -> bool:
        """All that comes on this channel; the rest are signs of life."""
        return "exec_type" in frame

    def note_at_once(self, client_order_id: ClientOrderId) -> None:
        """This order does not wait."""
        self.at_once[client_order_id] = None
        while len(self.at_once) > NAMES_MAX:
            del self.at_once[next(iter(self.at_once))]

    def _key(self, frame: Mapping[str, Any]) -> tuple[Any, ...]:
        if frame["exec_type"] == "trade":
            return ("fill", frame["exec_id"])
        return (frame["exec_type"], frame["order_id"], frame["timestamp"])

    async def _report(self, frame: dict[str, Any]) -> BrokerReport | None:
        order_id, at = str(frame["order_id"]), datetime.fromisoformat(frame["timestamp"])
        if frame.get("cl_ord_id"):
            self._names.note("", order_id, frame["cl_ord_id"])
        match frame["exec_type"]:
            case "new":
                return self._teller.accepted(await self._name(order_id), order_id, at)
            case "trade":
                return self._teller.frame_fill(frame, await self._name(order_id))
            case "canceled" | "expired":
                name = await self._name(order_id)
                status, filled = str(frame["exec_type"]), frame.get("cum_qty") or 0
                return self._teller.ended(name, order_id, filled, at, status, self._reason(name, frame))
            case "amended" | "restated":
                row = await self._row(order_id)
                return (
                    None if row is None else self._teller.replaced(name_of(order_id, row), order_id, row, at)
                )
            case _:
                return None

    def _reason(self, name: str, frame: Mapping[str, Any]) -> str:
        cid = our_name(name)
        if cid in self.asked_to_end:
            return "requested"
        if cid in self.at_once:
            return "ioc"
        return "unsaid" if frame.get("reason") == "User requested" else "venue"

    async def _name(self, order_id: str) -> str:
        known = self._names.name("", order_id)
        if known is None:
            row = await self._row(order_id)
            known = order_id if row is None else name_of(order_id, row)
            self._names.note("", order_id, known)
        return known
