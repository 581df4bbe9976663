"""Whether the gate counted what is held and what may still fill: also what nobody has answered for.

Imports nothing of the product (as `oracle.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

Row = Mapping[str, Any]
ZERO = Decimal(0)
SLACK = Decimal("0.01")
"""Costs of parts that were closed are rounded, and an order's price may have been changed a little: such a
share makes no difference. An order that is forgotten does."""


class Known(Protocol):
    """An order as the walk knows it."""

    order: Row

    @property
    def is_entry(self) -> bool: ...
    @property
    def sign(self) -> int: ...
    @property
    def left(self) -> Decimal: ...


class Exposure:
    """Costs of positions, by average, and the check of each entry's gate against them."""

    def __init__(self) -> None:
        self._multipliers: dict[str, Decimal] = {}
        self.guessed = ZERO  # what was paid for differences that were adopted, less what fills have explained
        self._paid_for: set[str] = set()  # what costs cash when it is bought
        self._held: dict[str, Decimal] = defaultdict(Decimal)
        self._costs: dict[str, Decimal] = defaultdict(Decimal)

    def listed(self, instrument: Row) -> None:
        """The venue knows a contract."""
        self._multipliers[instrument["symbol"]] = instrument["multiplier"]
        if instrument["kind"] != "future":
            self._paid_for.add(instrument["symbol"])

    def told(self, event: Row, known: Known) -> Iterator[str]:
        """A fill that was adopted before is booked: what was paid more or less for it moves cash."""
        adopted, symbol = event["contained"], known.order["symbol"]
        if adopted is None or symbol not in self._paid_for:
            return
        paid = (
            known.sign * event["quantity"] * (event["price"] - adopted["price"]) * self._multipliers[symbol]
        )
        cash = sum((one["value"] for one in event["bookings"] if one["book"] == "cash"), ZERO)
        if cash != -paid - event["fee"]:
            yield f"fill {event['fill_id']} was adopted at {adopted['price']}, and {cash} is no correction"

    def filled(self, event: Row, known: Known) -> None:
        """A fill is booked."""
        name, symbol = event["position_id"], known.order["symbol"]
        held, signed = self._held[name], known.sign * event["quantity"] - event["fee_base"]
        unit, adopted = event["price"] * self._multipliers.get(symbol, Decimal(1)), event["contained"]
        if adopted is not None:
            # What is held does not change: only what it cost is known now.
            was = adopted["price"] * self._multipliers.get(symbol, Decimal(1))
            self._costs[name] += min(abs(signed), abs(held)) * (unit - was) if held * signed > 0 else ZERO
            self.guessed -= signed * was
            return
        if known.order["client_order_id"].startswith("drift:"):
            self.guessed += signed * unit
        if held * signed >= 0:
            self._costs[name] += abs(signed) * unit
        elif abs(signed) <= abs(held):
            self._costs[name] -= self._costs[name] * abs(signed) / abs(held)
        else:
            self._costs[name] = (abs(signed) - abs(held)) * unit
        self._held[name] = held + signed

    def entry(self, new: Known, gate: Row, orders: Iterable[Known]) -> Iterator[str]:
        """An entry was decided: the gate must have counted everything that is held or may still be."""
        counted = [one["value"] for one in gate["checks"] if one.get("name") == "gross_exposure"]
        if not counted:
            return
        expected = sum(self._costs.values(), ZERO)
        expected += sum((self._worth(one) for one in orders if one.is_entry), ZERO)
        if Decimal(counted[0]) < expected * (1 - SLACK):
            yield f"{new.order['order_id']} passed the gate with an exposure of {counted[0]}, not {expected}"

    def _worth(self, one: Known) -> Decimal:
        order = one.order
        price = order["limit_price"] or order["stop_price"] or order["reference_price"] or ZERO
        return one.left * price * self._multipliers.get(order["symbol"], Decimal(1))
