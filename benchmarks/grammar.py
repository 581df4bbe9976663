"""What reading a typed line costs: `python -m benchmarks.grammar`. The floor is splitting the line."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.conversation.grammar import parse
from tests.fuzz.golden import golden_lines
from tests.fuzz.lines import lines

ROUNDS = 20
TARGET_US = 60.0
FUZZED = 5_000
ONE = "/buy BTC 1000 tp 2r,3r sl 1% trail 1% be after tp1 exit in 4h"


def _best_us(work: Callable[[str], object], typed: list[str]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for line in typed:
            work(line)
        best = min(best, time.perf_counter() - begun)
    return best / len(typed) * 1e6


def main() -> None:
    """Print microseconds a line, the best of twenty rounds, for three kinds of lines."""
    golden = [typed for typed, _ in golden_lines()]
    for name, typed in (
        ("golden lines", golden),
        ("one full bracket order", [ONE] * 200),
        ("fuzzed lines", list(lines(1, FUZZED))),
    ):
        floor, cost = _best_us(str.split, typed), _best_us(parse, typed)
        verdict = "ok" if cost <= TARGET_US else "TOO SLOW"
        print(f"{name:24} {cost:7.2f} µs a line, floor {floor:5.2f} µs, at most {TARGET_US:.0f}: {verdict}")


if __name__ == "__main__":
    main()
