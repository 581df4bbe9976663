"""Which orders and positions of an account stay in memory, and for how long."""

from __future__ import annotations

from collections import deque

from trading.domain.ids import OrderId, PositionId
from trading.domain.position import Position

DONE_KEPT_MAX = 1_000
"""How many done orders and closed positions of an account stay in memory for late fills; older ones are in
the tables."""


class Shelf:
    """Which orders and positions an account has in memory: the live ones, and the newest done ones."""

    __slots__ = ("done_orders", "done_positions", "live", "orders", "positions")

    def __init__(self) -> None:
        self.orders: dict[OrderId, None] = {}
        self.positions: dict[PositionId, None] = {}
        self.live: dict[PositionId, None] = {}
        self.done_orders: deque[OrderId] = deque()
        self.done_positions: deque[PositionId] = deque()


def is_live(position: Position) -> bool:
    """Whether a position holds something or may still get something."""
    return position.quantity != 0 or bool(position.order_ids)
