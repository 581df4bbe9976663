"""What a price costs with 100,000 watched levels, beside the floor: `bisect` on a sorted list of ints.

Run: python -m benchmarks.price_index
"""

from __future__ import annotations

import gc
import json
import random
import statistics
from bisect import bisect_left
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter_ns

from trading.domain.price_index import PriceIndex

WATCHED = 100_000
TURNS = 2_000
TICK = Decimal("0.01")
BUDGET_US = {
    "idle tick": 2,
    "one hit": 5,
    "new high, 100,000 trailing stops": 20,
    "new high, all distances differ": 20,
}


def microseconds(act: Callable[[int], object], turns: int = TURNS) -> list[float]:
    """Each turn by itself, what the clock costs taken off."""
    clock = perf_counter_ns
    empty = statistics.median(-(clock() - clock()) for _ in range(turns))
    spent = []
    for turn in range(turns):
        began = clock()
        act(turn)
        spent.append(max(clock() - began - empty, 0) / 1000)
    return spent


def watched_exits() -> PriceIndex:
    index, chance = PriceIndex(), random.Random(1)
    for key in range(WATCHED // 2):
        index.add_above(("tp", key), (1_000_001 + chance.randrange(900_000)) * TICK)
        index.add_below(("sl", key), (999_999 - chance.randrange(900_000)) * TICK)
    return index


def trailing(distinct: bool) -> PriceIndex:
    index = PriceIndex()
    for key in range(WATCHED):
        distance = Decimal(key + 1) / 20_000 + 1 if distinct else Decimal(1 + key % 5)
        index.add_trail(key, True, distance, True, 1_000_000 * TICK)
    return index


def measure() -> dict[str, list[float]]:
    chance = random.Random(2)
    levels = sorted(chance.randrange(10_000_000) for _ in range(WATCHED))
    probes = [chance.randrange(10_000_000) for _ in range(TURNS)]
    results = {
        "floor: bisect on a list of ints": microseconds(lambda turn: bisect_left(levels, probes[turn]))
    }
    results["floor: pop from a sorted list"] = microseconds(lambda turn: levels.pop())

    index, middle = watched_exits(), 1_000_000 * TICK
    results["idle tick"] = microseconds(lambda turn: index.tick(middle))
    results["idle range"] = microseconds(lambda turn: index.touched(middle, middle))
    nearest = sorted({stop for key in range(WATCHED // 2) if (stop := index.stop_of(("tp", key)))})
    results["one hit"] = microseconds(lambda turn: index.tick(nearest[turn]))
    for name, distinct in (
        ("new high, 100,000 trailing stops", False),
        ("new high, all distances differ", True),
    ):
        trails = trailing(distinct)
        highs = [(1_000_001 + turn) * TICK for turn in range(TURNS)]
        results[name] = microseconds(lambda turn, trails=trails, highs=highs: trails.tick(highs[turn]))  # type: ignore[misc]
    trails = trailing(True)
    stops = [trails.stop_of(key) for key in range(TURNS)]
    results["one trailing stop hit"] = microseconds(lambda turn: trails.tick(stops[turn]))  # type: ignore[arg-type]
    results["watch one more"] = microseconds(lambda turn: index.add_above(("new", turn), middle + turn))
    results["stop watching"] = microseconds(lambda turn: index.remove(("new", turn)))
    return results


def main() -> None:
    gc.disable()
    table = {}
    for name, spent in measure().items():
        spent.sort()
        row = {
            "p50_us": round(statistics.median(spent), 2),
            "p99_us": round(spent[len(spent) * 99 // 100], 2),
        }
        budget = BUDGET_US.get(name)
        table[name] = {**row, "budget_us": budget, "within": budget is None or row["p50_us"] <= budget}
        limit = f"≤ {budget} µs" if budget else ""
        print(f"{name:38} p50 {row['p50_us']:8.2f} µs   p99 {row['p99_us']:8.2f} µs   {limit}")
    print(json.dumps(table, ensure_ascii=False))


if __name__ == "__main__":
    main()
