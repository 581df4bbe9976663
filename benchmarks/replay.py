"""Candles a second in a replay with ten open brackets: files, venue, engine, journal, all of it.

Run: python -m benchmarks.replay
"""

from __future__ import annotations

import csv
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

CANDLES = 100_000
BRACKETS = 10
START = datetime(2024, 3, 1, tzinfo=UTC)


def candles(path: Path, base: int) -> None:
    """A price that breathes but never reaches the exits."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["ts", "open", "high", "low", "close", "volume"])
        at = int(START.timestamp() * 1000)
        last = base
        for number in range(CANDLES):
            close = base + (number * 37) % 101 - 50
            high, low = max(last, close) + 3, min(last, close) - 3
            cents = [f"{value / 100:.2f}" for value in (last, high, low, close)]
            rows.writerow([at, *cents, "12.5"])
            last = close
            at += 300_000


def floor(path: Path) -> float:
    """Reading the same file and looking at its numbers, nothing else."""
    began = perf_counter()
    highest = Decimal(0)
    with path.open() as file:
        for line in csv.reader(file):
            if line[0] != "ts":
                highest = max(highest, Decimal(line[2]), Decimal(line[3]))
    return CANDLES / (perf_counter() - began)


def script(path: Path) -> None:
    """Ten positions with a target and a stop far away, one in each symbol."""
    lines = []
    for number in range(BRACKETS):
        at = START + timedelta(minutes=10, seconds=number)
        lines.append(f"{at.isoformat()} /buy C{number}/USD 500 tp 40% sl 30%")
    path.write_text("\n".join(lines) + "\n")


def one_symbol(path: Path) -> None:
    """One position with ten targets' worth of orders would be one bracket; ten buys add to one position."""
    at = (START + timedelta(minutes=10)).isoformat()
    shares = " ".join(f"{40 + number}%:10" for number in range(BRACKETS))
    path.write_text(f"{at} /buy BTC/USD 5000 tp {shares} sl 30%\n")


def main() -> None:
    """Print the figures."""
    from bot.cli_options import ReplayOptions
    from bot.main.replaying import replayed

    with tempfile.TemporaryDirectory(prefix="openoutcry-bench-") as name:
        folder = Path(name)
        one = folder / "BTC_USD_5m.csv"
        candles(one, 6_000_000)
        base = floor(one)
        print(f"{'floor: read the file, two Decimals a row':52} {base:12,.0f} candles/s")
        chat = folder / "one.chat"
        one_symbol(chat)
        began = perf_counter()
        report = replayed(ReplayOptions(data=(one,), chat=chat, yes=True, cash=Decimal(100_000)))
        rate = CANDLES / (perf_counter() - began)
        assert len(report["orders"]) == BRACKETS + 2, report["transcript"]
        print(f"{'replay, one symbol, ten targets and a stop':52} {rate:12,.0f} candles/s   ≥ 50,000")
        print(f"{'':52} {base / rate:12.1f} × the floor's time")
        small = [folder / f"C{number}_USD_5m.csv" for number in range(BRACKETS)]
        for number, path in enumerate(small):
            candles(path, 100_000 + 1_000 * number)
        ten = folder / "ten.chat"
        script(ten)
        began = perf_counter()
        report = replayed(ReplayOptions(data=tuple(small), chat=ten, yes=True, cash=Decimal(100_000)))
        rate = BRACKETS * CANDLES / (perf_counter() - began)
        assert len(report["positions"]) == BRACKETS, report["transcript"]
        print(f"{'replay, ten symbols, a bracket in each':52} {rate:12,.0f} candles/s   ≥ 50,000")
        print(f"{'':52} {base / rate:12.1f} × the floor's time")


if __name__ == "__main__":
    main()
