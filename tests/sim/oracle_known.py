"""An order as the journal has told it so far, for the judge. Plain data only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
ZERO = Decimal(0)

# Written anew from the rules (RELIABILITY C-1), not taken from the product.
ALIVE = {"submitting", "in_doubt", "working", "partial"}
DEAD = {"filled", "canceled", "expired", "rejected", "not_placed"}
STEPS = {
    "OrderAccepted": ({"submitting", "in_doubt", "not_placed"}, "working"),
    "OrderRejected": ({"submitting", "in_doubt", "working"}, "rejected"),
    "OrderInDoubt": ({"submitting", "in_doubt"}, "in_doubt"),
    "OrderNotPlaced": ({"in_doubt"}, "not_placed"),
    "OrderCanceled": (ALIVE, "canceled"),
    "OrderExpired": (ALIVE, "expired"),
}
CHANGES = ("ReplaceRequested", "OrderReplaced", "ReplaceFailed")
OF_THE_VENUE = ("oco", "attached")
"""Why a venue changes an order by itself: no answer to what it was asked for."""


def told_as_made(truth: Row, event: Row) -> bool:
    """Whether a fill was booked as the venue made it. A fee in units (spot) counts at the fill's price."""
    fee = truth["fee"] + truth["fee_base"] * truth["price"]
    same = all(truth[name] == event[name] for name in ("quantity", "price", "fee_base"))
    return bool(same and event["fee"] == fee)


class Known:
    """An order as the journal has told it so far."""

    def __init__(self, order: Row) -> None:
        self.order = order
        self.status = "submitting"
        self.quantity: Decimal = order["quantity"]
        self.filled = ZERO
        self.wanted: Decimal | None = None  # what a change asks for that nobody has answered
        self.fills: set[str] = set()

    @property
    def most(self) -> Decimal:
        """What it may stand for at the venue: silence is no answer to a change."""
        return max(self.quantity, self.wanted or ZERO)

    def changed(self, event: Row) -> None:
        """A change is asked for, carried out, or not carried out: then what has filled may be all of it."""
        match event["type"]:
            case "ReplaceRequested":
                self.wanted = event["quantity"]
            case "OrderReplaced":
                if event["reason"] not in OF_THE_VENUE:
                    self.wanted = None
                self.resized(event["quantity"])
            case _:
                self._kept(is_silent=event["is_silent"])

    def _kept(self, *, is_silent: bool) -> None:
        if is_silent:
            return
        self.wanted = None
        if self.status == "partial" and self.filled >= self.quantity:
            self.status = "filled"

    def resized(self, quantity: Decimal) -> None:
        """The venue has given it another size. What hangs on a position may seem full, and have grown before
        its last fill was told."""
        self.quantity = quantity
        if ZERO < quantity <= self.filled:
            self.status = "filled"
        elif self.status == "filled" and self.order.get("attached"):
            self.status = "partial"

    @property
    def is_entry(self) -> bool:
        """Whether it opens or enlarges."""
        return bool(self.order["role"] == "entry")

    @property
    def is_waiting_entry(self) -> bool:
        """Whether it stands at the venue and may open or enlarge."""
        return self.is_entry and self.status in ("working", "partial")

    @property
    def sign(self) -> int:
        """+1 buys, -1 sells."""
        return 1 if self.order["side"] == "buy" else -1

    @property
    def left_at_most(self) -> Decimal:
        """What may still fill, also when a change is carried out that nobody has answered."""
        return max(self.most - self.filled, ZERO) if self.status in ALIVE else ZERO

    @property
    def left(self) -> Decimal:
        """What may still fill, as far as it is known."""
        return max(self.quantity - self.filled, ZERO) if self.status in ALIVE else ZERO
