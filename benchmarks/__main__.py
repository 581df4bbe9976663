"""`python -m benchmarks [NAME ...]` runs the named workloads, or all of them; each prints its own figures."""

import pkgutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """One after the other: two at once would measure each other. Each in a process of its own, as when it is
    run alone: a workload that hands work to other processes must be found by them under its own name."""
    everything = sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)]))
    failed = 0
    for name in sys.argv[1:] or [one for one in everything if not one.startswith("_")]:
        print(f"== {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
