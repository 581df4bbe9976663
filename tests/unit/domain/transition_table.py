"""`python -m tests.unit.domain.transition_table` prints the table that docs/orders.md holds."""

from __future__ import annotations

from trading.domain.order import DONE, TRANSITIONS, Evidence, OrderStatus


def rows() -> list[str]:
    """One row for each status, one column for each evidence, in the order in which they are defined."""
    head = ["status", *(evidence.value.replace("_", " ") for evidence in Evidence)]
    found = [" | ".join(head), " | ".join(["---"] * len(head))]
    for status in OrderStatus:
        name = status.value.replace("_", " ")
        cells = [f"**{name}**" if status in DONE else name]
        for evidence in Evidence:
            after = TRANSITIONS.get((status, evidence))
            cells.append("–" if after is None else "=" if after is status else after.value.replace("_", " "))
        found.append(" | ".join(cells))
    return [f"| {row} |" for row in found]


if __name__ == "__main__":
    print("\n".join(rows()))
