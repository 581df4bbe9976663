"""How fast bars come out of a CSV.gz file, against the floor of unpacking it: `python -m benchmarks.csv`."""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from trading.feeds.files import open_series
from trading.feeds.merging import merge

ROWS = 100_000
TARGET = 300_000


def _made(folder: Path) -> Path:
    """A BTC-like walk, so that a bare clone can measure."""
    path = folder / "BTC_USDT-5m.csv.gz"
    price, state = 6_000_000, 1
    with gzip.open(path, "wt") as out:
        out.write("ts,open,high,low,close,volume\n")
        for row in range(ROWS):
            state = (state * 1103515245 + 12345) % (1 << 31)
            close = price + state % 8001 - 4000
            high, low = max(price, close) + state % 700, min(price, close) - state % 900
            cells = (f"{value // 100}.{value % 100:02}" for value in (price, high, low, close))
            out.write(f"{1_700_000_000_000 + row * 300_000},{','.join(cells)},{state % 9000 / 77:.5f}\n")
            price = max(100_000, close)
    return path


def main(path: Path) -> None:
    """Print rows a second for the floor, the reader and the merge; the best of three each."""

    def unpacked() -> None:
        with gzip.open(path, "rt") as lines:
            deque(lines, maxlen=0)

    results = []
    series = open_series(path)
    for name, work in (
        ("floor: unpack and split lines", unpacked),
        ("open_series (beginning only)", lambda: open_series(path)),
        ("bars, checked", lambda: deque(series, maxlen=0)),
        ("bars, checked, as replay steps", lambda: deque(merge(series), maxlen=0)),
    ):
        best = 9e9
        for _ in range(3):
            start = time.perf_counter()
            work()
            best = min(best, time.perf_counter() - start)
        results.append((name, best))
    rows = series.tally.rows
    print(f"{path.name}: {rows} rows of {series.kind}")
    for name, best in results:
        print(f"  {name:34} {best * 1000:8.1f} ms   {rows / best:12,.0f} rows/s")
    print(f"  target: {TARGET:,} checked bars a second on one core")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(_made(Path(folder)))
