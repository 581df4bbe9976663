"""Kills a real desk with SIGKILL at random instants, starts it again, and asks the oracle what it lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from msgspec import Struct

from db.maintenance import verify
from db.store import open_store
from tests.integration.venue_server import CASH
from tests.integration.venue_wire import PRICES
from tests.sim.oracle import Breach, judged
from tests.sim.scenario import final_of, plain
from trading.brokers.paper_records import Opened
from trading.brokers.tape import FileTape
from trading.clock import SystemClock
from trading.domain.book import Book
from trading.domain.market import Bar
from trading.engine.memory import Memory
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 20.0
BAR = ("symbol", "at", "ends_at", "open", "high", "low", "close")
LIVES_FOR_S = 0.8
"""A life is ended at a random instant within this time from when it says that it trades; some before."""


class KillReport(Struct):
    """What came of the kills. `recovery_ms`: from opening the database to trading again;
    `in_flight`: orders that were on their way when a life ended, as the next one read in the journal."""

    kills: int = 0
    early_kills: int = 0
    lost_fills: int = 0
    second_orders: int = 0
    manual_steps: int = 0
    in_flight: int = 0
    fills: int = 0
    events: int = 0
    recovery_ms: list[float] = []
    breaches: list[str] = []

    def merge(self, other: KillReport) -> None:
        """Another desk's kills."""
        for one in KillReport.__struct_fields__:
            setattr(self, one, getattr(self, one) + getattr(other, one))

    def quantile_ms(self, share: float) -> float:
        """The recovery time that `share` of the starts stay within."""
        ranked = sorted(self.recovery_ms)
        return ranked[min(int(len(ranked) * share), len(ranked) - 1)] if ranked else 0.0


def killed(seed: int, kills: int) -> KillReport:
    """So many kills of one desk, then a last life that settles, then the verdict."""
    with TemporaryDirectory(prefix="kill-nine-") as name:
        folder = Path(name)
        report = KillReport(recovery_ms=[], breaches=[])
        boots: list[datetime] = []
        draw = SeededEntropy(f"kill:{seed}")
        venue, port = _venue(folder, seed)
        try:
            for life in range(1, kills + 1):
                boots.append(SystemClock().now())
                _one_life(_start(folder, seed, life, port), life, draw, report)
            boots.append(SystemClock().now())
            _last_life(_start(folder, seed, kills + 1, port, "--last"), report)
            if venue.poll() is not None:
                report.breaches.append("the venue ended by itself: the world is broken")
        finally:
            venue.kill()
            venue.communicate()  # reads and closes its pipe
        if not report.breaches:
            for breach in asyncio.run(_verdict(folder, report, boots)):
                _count(report, breach)
        return report


def _venue(folder: Path, seed: int) -> tuple[subprocess.Popen[str], int]:
    """The venue outlives every desk. It says at which port it listens."""
    command = [sys.executable, "-m", "tests.integration.venue_server", str(folder), str(seed)]
    venue = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})
    line = _line(venue)
    if not line.startswith("port"):
        venue.kill()
        raise RuntimeError("the venue did not come up")
    return venue, int(line.split()[1])


def _start(folder: Path, seed: int, life: int, port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.kill_victim", str(folder)]
    return subprocess.Popen(
        [*command, str(seed), str(life), str(port), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )


def _one_life(victim: subprocess.Popen[str], life: int, draw: SeededEntropy, report: KillReport) -> None:
    is_early, moment = draw.fraction() < 0.15, draw.fraction()
    try:
        if is_early:
            # While it comes up: imports, database, recovery.
            _wait(victim, 0.2 + 0.9 * moment)
            report.early_kills += 1
        else:
            line = _line(victim)
            if not line.startswith("ready"):
                report.manual_steps += 1
                victim.kill()
                report.breaches.append(f"life {life} did not come up: {victim.communicate()[1][-600:]}")
                return
            report.recovery_ms.append(float(line.split()[1]))
            report.in_flight += int(line.split()[2])
            _wait(victim, LIVES_FOR_S * moment)
        died_itself = victim.poll()
        victim.send_signal(signal.SIGKILL)
        _, complaint = victim.communicate()
        report.kills += 1
        if died_itself is not None:
            report.breaches.append(f"life {life} ended by itself: {complaint[-600:]}")
    finally:
        if victim.poll() is None:
            victim.kill()
            victim.communicate()


def _wait(victim: subprocess.Popen[str], seconds: float) -> None:
    try:
        victim.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _line(victim: subprocess.Popen[str]) -> str:
    assert victim.stdout is not None
    ready, _, _ = select([victim.stdout], [], [], READY_WITHIN_S)
    return victim.stdout.readline() if ready else ""


def _last_life(victim: subprocess.Popen[str], report: KillReport) -> None:
    try:
        said, complaint = victim.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        victim.kill()
        said, complaint = victim.communicate()
    if "settled" not in said or victim.returncode != 0:
        report.manual_steps += 1
        report.breaches.append(f"the last life did not settle: {said} {complaint[-800:]}")


def _count(report: KillReport, breach: Breach) -> None:
    report.breaches.append(f"{breach.invariant} {breach.sentence}")
    report.lost_fills += breach.invariant == "I2" and "was lost" in breach.sentence
    report.second_orders += breach.invariant == "I1"


# ---------------------------------------------------------------- the verdict


async def _verdict(folder: Path, report: KillReport, boots: Sequence[datetime]) -> list[Breach]:
    url = f"sqlite:///{folder / 'desk.db'}"
    found = []
    chain = await verify(url)
    if chain.fault is not None:
        found.append(Breach("I16", chain.fault.sentence))
    events: list[dict[str, Any]] = []
    store = await open_store(url, read_only=True)
    try:
        for stream in sorted(await store.journal.heads()):
            async for stored in store.journal.read(stream, 0):
                events.append(
                    {"what": "event", "stream": stream, "seq": stored.seq, "event": plain(stored.event)}
                )
        book = Book()
        await Memory(store.journal, EngineSettings()).load(book)
    finally:
        await store.close()
    tape = FileTape(folder / "venue.jsonl")
    records = [plain(one) for one in tape.read() if not isinstance(one, Opened)]
    tape.close()
    report.events = len(events)
    report.fills = sum(1 for one in records if one["type"] == "Filled")
    lives = [{"what": "boot", "which": life, "at": at} for life, at in enumerate(boots, start=1)]
    logs = [{"what": "venue", **one} for one in records]
    timeline = [*_people(folder), *merged(events, logs, [*lives, *_prices(folder)])]
    found += judged([{"what": "unwatched"}, *timeline], final_of(book, CASH, SystemClock().now()))
    return found


def _prices(folder: Path) -> list[dict[str, Any]]:
    """What the market did. A bar stands where it begins, so that a decision within it knows its prices."""
    bars = [msgspec.json.decode(line, type=Bar) for line in _lines(folder / PRICES)]
    return [{"what": "bar", **{name: getattr(one, name) for name in BAR}} for one in bars]


def _people(folder: Path) -> list[dict[str, Any]]:
    """What was confirmed; what was told; who was killed before the answer is taken to know nothing."""
    rows: list[dict[str, Any]] = [{"what": "confirmed", "command": "open", "verb": "OpenAccount"}]
    answered = set()
    told = []
    for line in _lines(folder / "told"):
        answer = msgspec.json.decode(line)
        answered.add(answer["command"])
        told.append({"what": "told", "repeated": False, **answer})
    for line in _lines(folder / "confirmed"):
        command = msgspec.json.decode(line)
        rows.append({"what": "confirmed", "command": command["command_id"], "verb": command["type"]})
    unheard = {row["command"] for row in rows} - answered
    silence = [{"what": "told", "command": one, "taken": True, "codes": []} for one in sorted(unheard)]
    return [*rows, *told, *silence]


def _lines(path: Path) -> list[bytes]:
    # The last piece is empty, or a line that the kill tore.
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def merged(
    events: Sequence[dict[str, Any]],
    records: Sequence[dict[str, Any]],
    beside: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """The logs in the order in which things happened: each keeps its own order, and of the same instant the
    venue's line comes first (a fill is booked under the venue's time). Each row has its seconds since the
    first, `t_s`. `beside`: starts of lives, and prices."""
    found: list[tuple[datetime, int, int, dict[str, Any]]] = []
    reached: dict[str, datetime] = {}
    for place, row in enumerate(events):
        at = max(reached.get(row["stream"], row["event"]["at"]), row["event"]["at"])
        reached[row["stream"]] = at
        if row["event"]["type"] == "FlatProven":
            # Nobody writes down the looks of a process that may be killed: they are not judged here.
            found.append((at, 1, place, {"what": "looked"}))
        found.append((at, 1, place, row))
    newest: datetime | None = None
    began_at = min(row["at"] for row in beside) if beside else datetime.min.replace(tzinfo=UTC)
    for place, row in enumerate(records):
        at = row["at"] if "at" in row else row.get("report", {}).get("at")
        newest = max(newest or at, at) if at is not None else newest
        # What is written before anything has an instant, such as the contracts, comes before all.
        found.append((newest or began_at, 0, place, row))
    found += [(row["at"], -1, place, row) for place, row in enumerate(beside)]
    found.sort(key=lambda item: item[:3])
    timed = [{**row, "t_s": (at - found[0][0]).total_seconds()} for at, *_, row in found]
    return list(_committed(timed))


def _committed(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows with the end of each decision: all that it writes, in every stream, has its one instant."""
    decided_s: float | None = None
    for row in rows:
        if decided_s is not None and row["t_s"] > decided_s:
            yield {"what": "commit", "t_s": decided_s}
            decided_s = None
        if row["what"] == "event":
            decided_s = row["t_s"]
        yield row
