"""Rests that are too little to trade: what may be called so, and that nobody asks for them again and again.

Imports nothing of the product (as `oracle.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_collar import leaves_now

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
ZERO = Decimal(0)
TOO_SMALL = {"notional_min", "quantity_min"}
MOVED = Decimal("1.1")
"""By so much a price may have moved between the venue's refusal and what is written about it."""
ENDS = {"DustGone", "OrderFilled", "PositionClosed"}


def symbol_of(position_id: str) -> str:
    """The symbol in a position's id."""
    return position_id.split("/", 1)[1].rsplit("/", 1)[0]


class Rests:
    """What the desk calls dust, held against what the venue wants at least."""

    def __init__(self) -> None:
        self.dust: dict[str, Decimal] = {}  # what is held, signed, by position
        self._worth: dict[str, Decimal] = {}
        self._refused: dict[str, tuple[Decimal, Decimal]] = {}  # unsigned quantity and price
        self._least: dict[str, Row] = {}
        self._prices: dict[str, Decimal] = {}

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in."""
        match row["what"]:
            case "quote" if "bid" in row:
                self._prices[row["symbol"]] = row["bid"]
            case "bar":
                self._prices[row["symbol"]] = row["close"]
            case "venue" if row["type"] == "Listed":
                self._least[row["instrument"]["symbol"]] = row["instrument"]
            case "event":
                yield from self._event(row["event"], oracle)
            case _:
                pass

    def flat_but_for(self, held: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """What is held beyond dust."""
        rests = {symbol_of(name): quantity for name, quantity in self.dust.items()}
        return {symbol: left for symbol, left in held.items() if left and left != rests.get(symbol)}

    def at_end(self) -> Iterator[str]:
        """What is worth enough again is no dust any more."""
        for name, held in self.dust.items():
            worth = self._worth_of(name, held)
            if not self._is_small(name, held / MOVED) and worth > self._worth[name] * MOVED:
                yield f"{name} holds {held} worth {worth}, and the desk still calls it dust"

    def _event(self, event: Row, oracle: Oracle) -> Iterator[str]:
        kind, name = event["type"], event.get("position_id", "")
        if kind == "PositionDust":
            held = oracle.positions[name]
            self.dust[name], self._worth[name] = held, event["worth"]
            if not held or event["quantity"] != held:
                yield f"{name} is called dust with {event['quantity']}, and holds {held}"
            elif not self._is_small(name, held / MOVED):
                yield f"{name} is called dust with {held}, which the venue trades"
        elif kind in ENDS:
            self.dust.pop(name, None)
            self._refused.pop(name, None)
        elif kind == "OrderRejected" and event["code"] in TOO_SMALL:
            order = oracle.orders[event["order_id"]].order
            price = self._prices.get(order["symbol"], ZERO)
            if order["role"] != "entry" and leaves_now(order):
                self._refused[order["position_id"]] = (order["quantity"], price)
        elif kind == "OrderIntended" and event["order"]["role"] != "entry":
            yield from self._again(event, oracle)

    def _again(self, event: Row, oracle: Oracle) -> Iterator[str]:
        order = event["order"]
        name, price = order["position_id"], self._prices.get(order["symbol"], ZERO)
        if event["cause"] in oracle.confirmed:
            return
        quantity, refused_at = self._refused.get(name, (ZERO, ZERO))
        if leaves_now(order) and order["quantity"] <= quantity and price <= refused_at:
            yield f"{order['order_id']} asks again for {order['quantity']}, refused as too small before"
        elif name in self.dust and self._worth_of(name, self.dust[name]) <= self._worth[name]:
            yield f"{order['order_id']} is an exit of what the desk itself calls dust"

    def _worth_of(self, name: str, held: Decimal) -> Decimal:
        symbol = symbol_of(name)
        multiplier: Decimal = self._least[symbol]["multiplier"]
        return abs(held) * self._prices.get(symbol, ZERO) * multiplier

    def _is_small(self, name: str, held: Decimal) -> bool:
        least = self._least[symbol_of(name)]
        return bool(abs(held) < least["quantity_min"] or self._worth_of(name, held) < least["notional_min"])
