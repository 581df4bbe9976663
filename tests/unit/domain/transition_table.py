"""`python -m tests.unit.domain.transition_table` prints the tables that docs/orders.md holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from trading.domain.order import DONE, TRANSITIONS, Evidence, OrderStatus
from trading.domain.request import REQUEST_TRANSITIONS, Answer, RequestStatus

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def order_rows() -> list[str]:
    """The life of an order."""
    return _rows(OrderStatus, Evidence, TRANSITIONS, DONE)


def request_rows() -> list[str]:
    """The life of a request."""
    over = [status for status in RequestStatus if not status.is_open]
    return _rows(RequestStatus, Answer, REQUEST_TRANSITIONS, over)


def _rows(
    statuses: Iterable[S],
    columns: Iterable[E],
    table: Mapping[tuple[S, E], S],
    done: Collection[S],
) -> list[str]:
    """One row for each status, one column for what can move it, in the order in which they are defined."""
    columns = list(columns)
    head = ["status", *(column.value.replace("_", " ") for column in columns)]
    found = [" | ".join(head), " | ".join(["---"] * len(head))]
    for status in statuses:
        name = status.value.replace("_", " ")
        cells = [f"**{name}**" if status in done else name]
        for column in columns:
            after = table.get((status, column))
            cells.append("–" if after is None else "=" if after is status else after.value.replace("_", " "))
        found.append(" | ".join(cells))
    return [f"| {row} |" for row in found]


if __name__ == "__main__":
    print("\n".join((*order_rows(), "", *request_rows())))
