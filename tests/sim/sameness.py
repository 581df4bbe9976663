"""Is the same seed the same day in two fresh processes whose hashes differ (I15)?

`python -m tests.sim.sameness FROM COUNT` prints the traces of seeds, one a line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.sim.scenario import play

ROOT = Path(__file__).resolve().parents[2]
HASH_SEEDS = ("1", "77")


def traces(first: int, count: int) -> list[tuple[str, ...]]:
    """For each seed its trace as each of the processes tells it; they run side by side."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sim.sameness", str(first), str(count)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hashes},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hashes in HASH_SEEDS
    ]
    told = [process.communicate()[0].split() for process in running]
    for process, lines in zip(running, told, strict=True):
        assert process.returncode == 0 and len(lines) == count, f"a process told {len(lines)} of {count} days"
    return list(zip(*told, strict=True))


def different(first: int, count: int) -> list[int]:
    """The seeds that are not the same day everywhere."""
    return [seed for seed, told in enumerate(traces(first, count), start=first) if len({*told}) > 1]


def main() -> None:
    """Print the traces."""
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for seed in range(first, first + count):
        print(play(seed).trace, flush=True)


if __name__ == "__main__":
    main()
