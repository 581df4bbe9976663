"""A venue that answers otherwise than it does: refusals that are none, a yes that is none, answers cut off.

What is made here is what adapters meet (RELIABILITY X04 to X12): the desk must believe a refusal only by
the codes that the venue's profile lists, and must look everything else up.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING

from trading.domain.ids import VenueOrderId
from trading.domain.order import Order, OrderStatus
from trading.domain.reports import Accepted, BrokerReport, Rejected
from trading.entropy import SeededEntropy
from trading.ports import BrokerSilent

if TYPE_CHECKING:
    from tests.sim.world import World


class Slip(StrEnum):
    """What comes back instead, by its row in the catalogue."""

    UNKNOWN = "X04"  # taken, and called an internal error
    THROTTLED = "X05"  # not taken, with a code that says so for certain
    DUPLICATE = "X09"  # taken; a second copy was refused, and that is the answer
    FUNDS = "X10"  # taken; too little money is the answer to a copy of it, while another order is in doubt
    NAMELESS = "X11"  # not taken, and called a success without an order id
    GARBLED = "X12"  # taken, and the answer cannot be read
    CUT_OFF = "K09"  # taken, and the task that waits for the answer is canceled


_BEFORE = (Slip.THROTTLED, Slip.NAMELESS)


class Slips:
    """Draws of their own: the rest of the seed's day stays what it was."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw: SeededEntropy = world.entropy.fork("slips")

    def next(self, order: Order) -> Slip | None:
        """What comes back instead of the answer to this order; None for the answer itself."""
        chance = self._world.recipe.slips
        if not chance or not self._world.has_trouble:
            return None
        if self._has_doubt(order) and self._draw.fraction() < 0.5:
            return Slip.FUNDS  # rare enough: two orders must meet
        if self._draw.fraction() >= chance:
            return None
        slips = tuple(Slip)
        return slips[int(self._draw.fraction() * len(slips))]

    def before(self, slip: Slip | None, order: Order) -> BrokerReport | None:
        """The answer to an order that is never taken."""
        if slip not in _BEFORE:
            return None
        self._world.fire(slip.value)
        now = self._world.clock.now()
        if slip is Slip.NAMELESS:
            return Accepted(order.account, order.client_order_id, VenueOrderId(""), now)
        text = "Too many requests: the order was not taken."
        return Rejected(order.account, order.client_order_id, "throttled", text, now)

    def after(self, slip: Slip | None, order: Order, answer: BrokerReport) -> BrokerReport:
        """What comes back after the order was taken."""
        if slip is None or slip in _BEFORE or not isinstance(answer, Accepted):
            return answer
        if slip is Slip.FUNDS and not self._has_doubt(order):
            return answer
        self._world.fire(slip.value)
        now = self._world.clock.now()
        match slip:
            case Slip.GARBLED:
                raise BrokerSilent("The answer is no JSON.")
            case Slip.CUT_OFF:
                raise asyncio.CancelledError
            case Slip.DUPLICATE:
                code, text = "duplicate", "This client order id was used before."
            case Slip.FUNDS:
                code, text = "insufficient_funds", "There is too little money."
            case _:
                code, text = "internal_error", "Internal error; unable to process your request."
        return Rejected(order.account, order.client_order_id, code, text, now)

    def _has_doubt(self, order: Order) -> bool:
        """Whether the desk does not know the fate of another order of the account."""
        engine = self._world.process.engine
        if engine is None:
            return False
        return any(
            one.status is OrderStatus.IN_DOUBT and one.client_order_id != order.client_order_id
            for one in engine.book.open_orders(order.account)
        )
