"""An order in Kraken's words: its name on the wire, its parameters, and why it cannot be said at all."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from trading.brokers.kraken_profile import DEADLINE_MS
from trading.brokers.paper_checks import Problem, form_problem, grid_problem, notional_problem
from trading.domain.ids import ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order, OrderType, Side, TimeInForce
from trading.ports import VenueProfile

NAME: Final = re.compile(r"[a-zA-Z0-9-]{1,18}")
"""Free text of Kraken's `cl_ord_id`; longer ones must be a UUID."""
_OURS: Final = re.compile(r"[A-Z2-7]{26}")
_UUID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
TYPES: Final = {
    OrderType.MARKET: "market",
    OrderType.LIMIT: "limit",
    OrderType.STOP: "stop-loss",
    OrderType.STOP_LIMIT: "stop-loss-limit",
}
WITH_LIMIT: Final = ("limit", "stop-loss-limit")
WITH_STOP: Final = ("stop-loss", "stop-loss-limit")


def wire_name(client_order_id: ClientOrderId) -> str:
    """How an order is called there: the desk's ids are 16 bytes, and so are UUIDs. Short ones stay."""
    if _OURS.fullmatch(client_order_id):
        raw = base64.b32decode(f"{client_order_id}======")
        if _letters(raw) == client_order_id:
            return str(uuid.UUID(bytes=raw))
    return client_order_id


def our_name(name: str) -> ClientOrderId:
    """Our id of a name on the wire. What others have made keeps its own, unless it looks like one of ours."""
    if _UUID.fullmatch(name):
        return ClientOrderId(_letters(uuid.UUID(name).bytes))
    return ClientOrderId(name)


def _letters(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def can_be_said(client_order_id: ClientOrderId) -> bool:
    """Whether Kraken takes such a name."""
    name = wire_name(client_order_id)
    try:
        return bool(NAME.fullmatch(name) or uuid.UUID(name))
    except (ValueError, binascii.Error):
        return False


def order_problem(order: Order, instrument: Instrument, profile: VenueProfile) -> Problem | None:
    """Why this venue cannot take the order; what it cannot do is never left out silently."""
    if not can_be_said(order.client_order_id):
        return Problem("form", "Kraken takes names of 1 to 18 letters, digits and dashes, or a UUID.")
    if order.time_in_force is TimeInForce.FOK:
        return Problem("not_supported", "Kraken has no order that is all or nothing; send it as IOC.")
    if order.time_in_force is TimeInForce.DAY:
        return Problem("not_supported", "Kraken has no order for the day; send it as GTC, or with its end.")
    is_ending = order.time_in_force is TimeInForce.GTD
    if is_ending and (order.type is OrderType.MARKET or order.expires_at is None):
        return Problem("not_supported", "Only an order that waits can end at an instant.")
    if order.side is Side.BUY and order.reduce_only:
        return Problem("reduce_only", "A spot account holds no short position that could be bought back.")
    prices = (order.limit_price, order.stop_price)
    price = order.limit_price or order.stop_price or order.reference_price
    return (
        form_problem(order, profile)
        or grid_problem(instrument, order.quantity, prices, order.reduce_only)
        or notional_problem(instrument, order.quantity, price)
    )


def order_params(order: Order, pair: str, now: datetime) -> dict[str, Any]:
    """`AddOrder`. All numbers are exact texts; `now` is the venue's clock, after which it counts how long
    the order may travel. The fee is taken in the quote currency, so that what is bought is held whole."""
    flags = ["fciq", *(["post"] if order.post_only else [])]
    params = {
        "pair": pair,
        "type": "buy" if order.side is Side.BUY else "sell",
        "ordertype": TYPES[order.type],
        "volume": plain(order.quantity),
        "cl_ord_id": wire_name(order.client_order_id),
        "oflags": ",".join(flags),
        "deadline": stamp(now + timedelta(milliseconds=DEADLINE_MS)),
    }
    if order.type in (OrderType.STOP, OrderType.STOP_LIMIT) and order.stop_price is not None:
        params["price"] = plain(order.stop_price)
        params["trigger"] = "last"
        if order.limit_price is not None:
            params["price2"] = plain(order.limit_price)
    elif order.limit_price is not None:
        params["price"] = plain(order.limit_price)
    if order.time_in_force is TimeInForce.GTD and order.expires_at is not None:
        params["timeinforce"] = "GTD"
        params["expiretm"] = str(int(order.expires_at.timestamp()))
    elif order.time_in_force is TimeInForce.IOC and order.type is OrderType.LIMIT:
        params["timeinforce"] = "IOC"
    return params


def stamp(at: datetime) -> str:
    """An instant as Kraken reads it (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Change:
    """What a change of a working order comes to. Kraken changes it in place: `quantity` is the total there,
    too, what has filled included, and its id stays."""

    def __init__(
        self,
        row: Mapping[str, Any],
        instrument: Instrument,
        quantity: Quantity,
        limit: Price | None,
        stop: Price | None,
    ) -> None:
        self._quantity, self._limit, self._stop = quantity, limit, stop
        self._kind = row["descr"]["ordertype"]
        self._was_limit, self._was_stop = prices_of(row)
        self._total, self._filled = Decimal(row["vol"]), Decimal(row["vol_exec"])
        self._is_open = row["status"] in ("open", "pending")
        self.problem = self._problem(instrument)

    @property
    def is_nothing(self) -> bool:
        """Whether the order is as wanted already."""
        was = (self._total, self._was_limit, self._was_stop)
        return (self._quantity, self._limit, self._stop) == was

    def _problem(self, instrument: Instrument) -> Problem | None:
        if not self._is_open:
            return Problem("done", "The order is done: there is nothing left to change.")
        if self._quantity <= self._filled:
            return Problem(
                "quantity", f"{plain(self._filled)} has filled already; cancel what is left instead."
            )
        has_limit, has_stop = self._kind in WITH_LIMIT, self._kind in WITH_STOP
        if (self._limit is not None) != has_limit or (self._stop is not None) != has_stop:
            return Problem("price", "A change keeps the kind of the order: the same prices must be given.")
        return grid_problem(instrument, self._quantity, (self._limit, self._stop), False)

    def params(self, order_id: str) -> dict[str, Any]:
        """`AmendOrder`."""
        asked = {"txid": order_id, "order_qty": plain(self._quantity)}
        if self._limit is not None:
            asked["limit_price"] = plain(self._limit)
        if self._stop is not None:
            asked["trigger_price"] = plain(self._stop)
        return asked


def prices_of(row: Mapping[str, Any]) -> tuple[Price | None, Price | None]:
    """Limit and trigger of an order, where it has them."""
    told, kind = row["descr"], row["descr"]["ordertype"]
    limit = told["price"] if kind == "limit" else told["price2"] if kind == "stop-loss-limit" else None
    stop = told["price"] if kind in WITH_STOP else None
    return _price(limit), _price(stop)


def _price(told: str | None) -> Price | None:
    value = Decimal(told or "0").normalize() + Decimal(0)
    return Price(value) if value else None
