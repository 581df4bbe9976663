"""Real kills with SIGKILL of a real desk (files, fsync) whose venue goes on trading: what was lost, how long
starts took.

Run: python -m benchmarks.kill_nine --kills 200
"""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from tests.integration.killing import KillReport, killed
from tests.sim.many import cores, in_order

KILLS = 50
KILLS_A_DESK = 25


def lines(kills: int, seed: int, workers: int) -> tuple[list[str], bool]:
    """The figures, and whether nothing was lost."""
    began = perf_counter()
    desks = [
        (seed + n, min(KILLS_A_DESK, kills - first)) for n, first in enumerate(range(0, kills, KILLS_A_DESK))
    ]
    found = [report for _, report in in_order(_desk, desks, workers)]
    whole = found[0]
    for report in found[1:]:
        whole.merge(report)
    others = len(whole.breaches) - whole.lost_fills - whole.second_orders
    told = [
        f"kills            {whole.kills} ({whole.early_kills} while it was coming up), {len(desks)} desks",
        f"in flight        {whole.in_flight} orders when the power went",
        f"fills made       {whole.fills}, events written {whole.events}",
        f"lost fills       {whole.lost_fills}",
        f"second orders    {whole.second_orders}",
        f"manual steps     {whole.manual_steps}",
        f"other breaches   {others}",
        f"start            median {whole.quantile_ms(0.5):.0f} ms, p99 {whole.quantile_ms(0.99):.0f} ms",
        f"                 (from opening the database to trading; {len(whole.recovery_ms)} starts)",
        f"took             {perf_counter() - began:.0f} s",
        *(f"BREACH {sentence}" for sentence in whole.breaches),
    ]
    return told, not whole.breaches and not whole.manual_steps


def _desk(job: tuple[int, int]) -> KillReport:
    seed, kills = job
    return killed(seed, kills)


def main() -> int:
    """Kill, start, compare; print the figures; 1 when anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_nine", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how many ({KILLS})")
    parser.add_argument("--seed", type=int, default=3, help="what the desks do and when they die (3)")
    parser.add_argument("--workers", type=int, default=cores(), help="desks at once (one per core)")
    asked = parser.parse_args()
    told, is_sound = lines(asked.kills, asked.seed, asked.workers)
    print("\n".join(told))
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
