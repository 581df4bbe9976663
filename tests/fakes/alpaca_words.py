"""What Alpaca's answers look like: orders and refusals as the wire has them (protocols: alpaca, 1-3)."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

D = Decimal
OPEN = ("new", "partially_filled", "held", "pending_cancel", "accepted")


class Refused(Exception):
    """An answer that is no success: `code` None = the body has none, as with refused keys."""

    def __init__(self, status: int, code: int | None, message: str, **more: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, **more}
        if code is not None:
            self.body["code"] = code


def forbidden(message: str, **more: str) -> Refused:
    """403, as for money, shares held, and rules of the house."""
    return Refused(403, 40310000, message, **more)


def invalid(message: str, code: int = 42210000) -> Refused:
    """422; the code does not tell one fault from another."""
    return Refused(422, code, message)


def named(*parts: object) -> str:
    """A uuid that grows from its cause."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, parts))))


def stamp(at: datetime) -> str:
    """An instant with nanoseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def text(value: Decimal | None) -> str | None:
    """A number as the wire has it: a string, or null."""
    return None if value is None else format(value.normalize(), "f")


def asset(symbol: str, kind: str = "us_equity", **more: Any) -> dict[str, Any]:
    """One row of /v2/assets."""
    is_coin = kind == "crypto"
    return {
        "id": named("asset", symbol),
        "class": kind,
        "exchange": "CRYPTO" if is_coin else "NASDAQ",
        "symbol": symbol,
        "name": f"{symbol} as listed",
        "status": "active",
        "tradable": True,
        "marginable": not is_coin,
        "shortable": not is_coin,
        "easy_to_borrow": not is_coin,
        "fractionable": True,
        **more,
    }


class Resting:
    """One order at the venue."""

    def __init__(self, body: dict[str, Any], listed: dict[str, Any], order_id: str, at: datetime) -> None:
        self.id = order_id
        self.cid: str = body.get("client_order_id") or named("cid", order_id)
        self.asset = listed
        self.symbol: str = listed["symbol"]
        self.is_buy = body["side"] == "buy"
        self.type: str = body["type"]
        self.tif: str = body["time_in_force"]
        self.qty = _number(body, "qty")
        self.notional = _number(body, "notional")
        self.limit = _number(body, "limit_price")
        self.stop = _number(body, "stop_price")
        self.trail_price = _number(body, "trail_price")
        self.trail_percent = _number(body, "trail_percent")
        self.extended = bool(body.get("extended_hours", False))
        self.order_class = "" if body.get("order_class") in (None, "", "simple") else body["order_class"]
        self.hwm: Decimal | None = None
        self.status = "new"
        self.filled = D(0)
        self.cost = D(0)
        self.triggered = False
        self.rested = False
        self.created = self.updated = at
        self.replaces: str | None = None
        self.replaced_by: str | None = None
        self.parent: Resting | None = None
        self.legs: list[Resting] = []

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN

    @property
    def left(self) -> Decimal:
        """What may still fill."""
        return (self.qty or D(0)) - self.filled

    def told(self, nested: bool = True) -> dict[str, Any]:
        """The order object."""
        ended = {"canceled": "canceled_at", "filled": "filled_at", "expired": "expired_at"}.get(self.status)
        row: dict[str, Any] = {
            "id": self.id,
            "client_order_id": self.cid,
            "created_at": stamp(self.created),
            "updated_at": stamp(self.updated),
            "submitted_at": stamp(self.created),
            "filled_at": None,
            "expired_at": None,
            "canceled_at": None,
            "failed_at": None,
            "replaced_at": stamp(self.updated) if self.replaced_by else None,
            "replaced_by": self.replaced_by,
            "replaces": self.replaces,
            "asset_id": self.asset["id"],
            "symbol": self.symbol,
            "asset_class": self.asset["class"],
            "notional": text(self.notional),
            "qty": text(self.qty),
            "filled_qty": text(self.filled),
            "filled_avg_price": text(self.cost / self.filled) if self.filled else None,
            "order_class": self.order_class,
            "order_type": self.type,
            "type": self.type,
            "side": "buy" if self.is_buy else "sell",
            "time_in_force": self.tif,
            "limit_price": text(self.limit),
            "stop_price": text(self.stop),
            "status": self.status,
            "extended_hours": self.extended,
            "legs": [leg.told() for leg in self.legs] if nested and self.legs else None,
            "trail_percent": text(self.trail_percent),
            "trail_price": text(self.trail_price),
            "hwm": text(self.hwm),
        }
        if ended:
            row[ended] = stamp(self.updated)
        return row


def _number(body: dict[str, Any], name: str) -> Decimal | None:
    value = body.get(name)
    return None if value is None else D(str(value))
