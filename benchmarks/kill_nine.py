"""SIGKILL at fifty random instants: what was lost, doubled, or needed a hand. Zeros are the figure.

Run: python -m benchmarks.kill_nine
"""

from __future__ import annotations

from pathlib import Path

from benchmarks._desk import row, scratch
from tests.integration.kills import kill_often

KILLS = 50


def main() -> None:
    """Print the figures."""
    with scratch() as name:
        toll = kill_often(Path(name), seed=3, times=KILLS)
    print(f"{toll.kills} kills, {toll.orders} orders and {toll.fills} fills at the venue")
    for what, found in (
        ("lost fills", toll.lost_fills),
        ("fills that never were", toll.phantom_fills),
        ("second orders", toll.second_orders),
        ("orders that no journal knows", toll.unwritten_orders),
        ("manual steps", toll.manual_steps),
    ):
        print(f"{what:52} {len(found):9d}   0")
        for line in found:
            print(f"  {line}")
    row("start after a kill, interpreter included", toll.starts_s, unit="s")


if __name__ == "__main__":
    main()
