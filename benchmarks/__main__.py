"""`python -m benchmarks [NAME ...]` runs the named workloads, or all of them; each prints its own figures."""

import pkgutil
import runpy
import sys
from pathlib import Path


def main() -> int:
    """One after the other: two at once would measure each other."""
    everything = sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)]))
    for name in sys.argv[1:] or [one for one in everything if not one.startswith("_")]:
        print(f"== {name}")
        # The workload sees no arguments of ours.
        sys.argv[1:] = []
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
