"""How fast the past is played, beside a plain loop of the same rules whose fills must be the same.

Seconds are those that the work had a core for (CPU time), so that other work on the machine counts little;
what it took on the wall stands beside. `python -m benchmarks.backtest [--data FOLDER]`: with a folder of
`crypto_5m/*.csv.gz` and `crypto_5m_long/BTC_USDT.csv.gz` those are played, otherwise made series.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from trading.backtest.conditions import Conditions
from trading.backtest.cores import Work, swept
from trading.backtest.event import event_played
from trading.backtest.fast import played
from trading.backtest.reading import read_ticks
from trading.backtest.report import Tried
from trading.backtest.results import Fill
from trading.backtest.searching import Search, searched
from trading.backtest.sweep import axis_of, grid, settings_of, split_of
from trading.backtest.ticks import Ticks
from trading.brokers.fills import FillRules
from trading.domain.events import Refusal
from trading.domain.exits import Size, SizeKind
from trading.indicators.arrays import atr, ema, rsi
from trading.parameters import defaults
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

BARS = 100_000
BARS_EACH = 48_500
SYMBOLS = ("BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE", "LTC", "LINK", "AVAX")
PULLBACK = STRATEGIES["pullback"]
TERMS = Conditions(Decimal(1_000_000), Size(SizeKind.SPEND, Decimal(1000)), FillRules(touch_probability=1.0))
ROUNDS = 5
CORES = 2
SETS = 200
"""That a search tries."""
Told = list[tuple[int, int, bool]]
"""Instant (a bar's open, or its end when it happened inside), price in ticks, whether it was bought."""


def reference(ticks: Ticks) -> Told:
    """Workload B in a plain loop, its indicators from the same library."""
    bars, size = ticks.columns(), float(ticks.instrument.tick_size)
    o, h, lo = (column.tolist() for column in ticks.bid[:3])
    opens, ends = ticks.at_ms.tolist(), ticks.ends_ms.tolist()
    reach = atr(bars.high, bars.low, bars.close, 14)
    wants = (ema(bars.close, 50) > ema(bars.close, 200)) & (rsi(bars.close, 14) < 40)
    stops = np.floor(np.nan_to_num(bars.close - 2 * reach) / size + 1e-9).tolist()
    targets = np.ceil(np.nan_to_num(bars.close + 3 * reach) / size - 1e-9).tolist()
    signals, fills, held, stop, target = wants.tolist(), [], False, 0, 0
    for i in range(201, len(o)):
        if not held and signals[i - 1]:
            held, stop, target = True, stops[i - 1], targets[i - 1]
            fills.append((opens[i], o[i], True))
        if held:
            # Whatever ends here: the close of the same bar may enter again.
            if o[i] <= stop or o[i] >= target:
                fills.append((opens[i], o[i], False))
            elif lo[i] <= stop:
                fills.append((ends[i], int(stop), False))
            elif h[i] >= target:
                fills.append((ends[i], int(target), False))
            else:
                continue
            held = False
    return fills


def fast(ticks: Ticks) -> tuple[Fill, ...]:
    """The same by the fast path, from the columns to exact fills."""
    plan = PULLBACK.plan(ticks.columns(), defaults(PULLBACK), Context())
    return played([ticks], [plan], TERMS).fills


def told(ticks: Ticks, fills: Sequence[Fill]) -> Told:
    """Fills in the words of the reference."""
    size = ticks.instrument.tick_size
    return [(fill.at_ms, int(fill.price / size), fill.is_buy) for fill in fills]


# ---------------------------------------------------------------- data


def made(symbol: str, count: int, folder: Path) -> Path:
    """A walk like that of a coin, so that a bare clone can measure."""
    path = folder / f"{symbol}_USDT-5m.csv.gz"
    price, state = 6_000_000, sum(symbol.encode())
    with gzip.open(path, "wt", compresslevel=1) as out:
        out.write("ts,open,high,low,close,volume\n")
        for row in range(count):
            state = (state * 1103515245 + 12345) % (1 << 31)
            close = max(1_000_000, price + (state >> 8) % 24_001 - 12_000)
            high, low = max(price, close) + (state >> 4) % 3_000, min(price, close) - (state >> 6) % 3_000
            cells = ",".join(f"{value // 100}.{value % 100:02}" for value in (price, high, low, close))
            out.write(f"{1_700_000_000_000 + row * 300_000},{cells},{state % 9000 / 77:.3f}\n")
            price = close
    return path


def loaded(folder: Path | None, scratch: Path) -> tuple[list[Ticks], Ticks]:
    """The ten symbols, and the long series."""
    if folder is None:
        several = [read_ticks(made(symbol, BARS_EACH, scratch)) for symbol in SYMBOLS]
        (scratch / "long").mkdir()
        return several, read_ticks(made("BTC", BARS, scratch / "long"))
    several = [read_ticks(path) for path in sorted((folder / "crypto_5m").glob("*.csv.gz"))]
    long = read_ticks(folder / "crypto_5m_long" / "BTC_USDT.csv.gz")
    return several, long.between(len(long) - BARS, len(long))


# ---------------------------------------------------------------- on both cores

_series: list[Ticks] = []


def _begin(series: list[Ticks]) -> None:
    _series.extend(series)


def _of(places: Sequence[int]) -> float:
    began = process_time()
    for place in places:
        fast(_series[place])
    return process_time() - began


def _of_reference(places: Sequence[int]) -> float:
    began = process_time()
    for place in places:
        reference(_series[place])
    return process_time() - began


def best_of(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of the fastest round, after one that does not count."""
    work()
    best = float("inf")
    for _ in range(rounds):
        began = process_time()
        work()
        best = min(best, process_time() - began)
    return best


def children_s(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of the processes that the work starts and ends, and what it took on the wall."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, perf_counter() - began


def both_cores(series: list[Ticks]) -> None:
    """Ten symbols, half of them on each core."""
    places = [list(range(0, len(series), 2)), list(range(1, len(series), 2))]
    bars = sum(len(one) for one in series)
    with multiprocessing.get_context().Pool(CORES, _begin, (series,)) as pool:
        seconds = min(max(pool.map(_of, places)) for _ in range(ROUNDS + 1))
        floor = min(max(pool.map(_of_reference, places)) for _ in range(ROUNDS + 1))
    trips = sum(len(reference(one)) for one in series) // 2
    _line("10 symbols, both cores, warm", bars, seconds, floor, f"{trips:,} round trips")


def one_core(ticks: Ticks) -> None:
    """The long series on one core, and whether every fill is that of the loop."""
    wanted, found = reference(ticks), told(ticks, fast(ticks))
    same = sum(one == other for one, other in zip(wanted, found, strict=False))
    seconds, floor = best_of(lambda: fast(ticks)), best_of(lambda: reference(ticks))
    verdict = "every fill the same" if wanted == found else f"ONLY {same} OF {len(wanted)} FILLS THE SAME"
    _line("1 symbol × 100k, one core, warm", len(ticks), seconds, floor, verdict)


def event(ticks: Ticks) -> None:
    """The live desk's code, bar by bar."""
    plan = PULLBACK.plan(ticks.columns(), defaults(PULLBACK), Context())
    began = process_time()
    run = event_played([ticks], [plan], TERMS)
    seconds = process_time() - began
    floor = best_of(lambda: reference(ticks), 1)
    same = "every fill the same" if run.fills == fast(ticks) else "ANOTHER FILL THAN THE FAST PATH"
    _line("event engine, one core", len(ticks), seconds, floor, same)


def sweep(ticks: Ticks) -> None:
    """Two hundred sets on all cores."""
    axes = [
        axis_of(PULLBACK, text) for text in ("fast=20..65:5", "rsi_below=25..40:5", "stop_atr=1.5..3.5:0.5")
    ]
    known = [axis for axis in axes if not isinstance(axis, Refusal)]
    sets = settings_of(PULLBACK, {}, list(grid(known)))
    work = Work([ticks], "pullback", TERMS, split_of([ticks], 70), Context())
    found: list[Tried] = []
    seconds, wall = children_s(lambda: found.extend(swept(work, sets, CORES)))
    trips = sum(one.inside.trips + (one.outside.trips if one.outside else 0) for one in found)
    floor = best_of(lambda: reference(ticks), 1)
    rate = len(sets) / (seconds / CORES)
    print(
        f"  sweep, {len(sets)} sets × {len(ticks):,}: {rate:.0f} sets/s on {CORES} cores "
        f"({wall:.1f} s on the wall), {rate * floor:.1f} × the loop on one; {trips:,} round trips"
    )


def search(ticks: Ticks) -> None:
    """A search that learns, on all cores: with its study in memory, and in a file that others could share."""
    axes = [
        axis_of(PULLBACK, text) for text in ("fast=20..65:5", "rsi_below=25..40:1", "stop_atr=1.5..3.5:0.1")
    ]
    known = [axis for axis in axes if not isinstance(axis, Refusal)]
    work = Work([ticks], "pullback", TERMS, split_of([ticks], 70), Context())
    with tempfile.TemporaryDirectory() as folder:
        for name, store in (("in memory", ""), ("in a journal file", str(Path(folder) / "study.log"))):
            question = Search(work, PULLBACK, known, {}, SETS, "percent", 1, store, CORES)
            found: list[Tried] = []
            own = process_time()
            seconds, wall = children_s(partial(_all_of, question, found))
            own = process_time() - own
            rate = len(found) / ((seconds + own) / CORES)
            best = max(one.inside.percent for one in found)
            print(
                f"  TPE, {len(found)} different sets × {len(ticks):,}, {name}: {rate:.0f} sets/s on {CORES} "
                f"cores ({wall:.1f} s on the wall; {own:.1f} s of CPU to choose); best inside {best} %"
            )


def _all_of(question: Search, found: list[Tried]) -> None:
    found.extend(searched(question))


def cold(ticks: Ticks, scratch: Path) -> None:
    """The whole command, from the shell to the written report."""
    path = scratch / "COLD_USDT-5m.csv.gz"
    size = ticks.instrument.tick_size
    with gzip.open(path, "wt", compresslevel=1) as out:
        out.write("ts,open,high,low,close,volume\n")
        for at, *prices in zip(ticks.at_ms.tolist(), *(column.tolist() for column in ticks.bid), strict=True):
            out.write(f"{at},{','.join(str(price * size) for price in prices)},1\n")
    line = [sys.executable, "-m", "bot", "backtest", str(path), "--strategy", "pullback", "--touch"]
    line += ["--png", str(scratch / "out.png"), "--html", str(scratch / "out.html")]
    seconds, wall = children_s(lambda: subprocess.run(line, check=True, capture_output=True))
    start = [sys.executable, "-c", "import numpy, talib, PIL.Image"]
    floor, _ = children_s(lambda: subprocess.run(start, check=True))
    print(
        f"  whole process, {len(ticks):,} bars, cold, with picture and page: {seconds:.2f} s "
        f"({wall:.1f} s on the wall); interpreter and three libraries alone {floor:.2f} s"
    )


def _line(name: str, bars: int, seconds: float, floor: float, note: str) -> None:
    print(
        f"  {name}: {bars / seconds / 1e6:.2f} million candles/s; the loop {bars / floor / 1e6:.2f}: "
        f"{floor / seconds:.1f} × as fast; {note}"
    )


def main() -> None:
    """All of it, one after the other."""
    parser = argparse.ArgumentParser(description="How fast the past is played.")
    parser.add_argument("--data", type=Path)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        several, long = loaded(parser.parse_args().data, scratch)
        one_core(long)
        both_cores(several)
        event(long)
        sweep(long)
        search(long)
        cold(long, scratch)


if __name__ == "__main__":
    main()
