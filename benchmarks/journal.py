"""What writing down costs: one command, a hundred at once, a boot; the floor of raw SQLite beside it.

Run: python -m benchmarks journal
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from db.codec import VERSIONS, decode, encode
from db.store import Store, open_store
from tests.unit.db.history import History
from trading.domain.ids import StreamId
from trading.ports import Append, Entry, KeyUse, Snapshot

SINGLES = 2_000
PEOPLE = 100
ROUNDS = 40
BOOT_EVENTS = 300_000
BOOT_ACCOUNTS = 50
AFTER_SNAPSHOT = 1_000


def lines(name: str, seconds: list[float], limit: str = "") -> None:
    """Print median and p99 in milliseconds."""
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"{name:58} p50 {p50 * 1e3:7.3f} ms   p99 {p99 * 1e3:7.3f} ms   {limit}")


def merged(history: History, events_min: int) -> Iterator[Append]:
    """Decisions of a history joined until each append has at least so many events, as a fill's has."""
    seq, joined = 0, list[Entry]()
    for number in itertools.count():
        for entries in history.entries(1):
            joined += entries
        if len(joined) >= events_min:
            key = KeyUse(joined[0].event.account + f":{number}", "print", b"{}")  # type: ignore[arg-type]  # a plain text will do
            yield Append(StreamId(history.account), seq, tuple(joined), (key,))
            seq, joined = seq + len(joined), []


def floor(folder: Path) -> list[float]:
    """One insert of 600 bytes a commit: raw sqlite3, WAL, synchronous=FULL."""
    raw = sqlite3.connect(folder / "floor.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute(
        "CREATE TABLE event (stream TEXT, seq INTEGER, body TEXT, PRIMARY KEY (stream, seq)) WITHOUT ROWID"
    )
    taken = []
    for seq in range(SINGLES):
        start = time.perf_counter()
        raw.execute("INSERT INTO event VALUES ('a', ?, ?)", (seq, "x" * 600))
        taken.append(time.perf_counter() - start)
    raw.close()
    return taken


async def singles(store: Store, epoch: int) -> list[float]:
    """One append of about four events with derived rows, again and again."""
    work = list(itertools.islice(merged(History(1, "single"), 4), SINGLES))
    taken = []
    for one in work:
        start = time.perf_counter()
        await store.journal.append([one], epoch)
        taken.append(time.perf_counter() - start)
    print(f"{'events an append':58} {sum(len(w.entries) for w in work) / len(work):.1f}")
    return taken


async def groups(store: Store, epoch: int) -> list[float]:
    """A hundred people's commands of about three events in one append call; seconds per command."""
    lives = [merged(History(n, f"person-{n}"), 3) for n in range(PEOPLE)]
    taken = []
    for _ in range(ROUNDS):
        batch = [next(life) for life in lives]
        start = time.perf_counter()
        await store.journal.append(batch, epoch)
        taken.append((time.perf_counter() - start) / PEOPLE)
    return taken


async def boot(url: str) -> None:
    """300,000 events in fifty accounts, a snapshot shortly before each end: read what a start reads."""
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    each = BOOT_EVENTS // BOOT_ACCOUNTS
    start = time.perf_counter()
    for number in range(BOOT_ACCOUNTS):
        name = f"boot-{number}"
        life, seq = merged(History(number, name), 500), 0
        while seq < each:
            one = next(life)
            await store.journal.append([one], epoch)
            seq += len(one.entries)
        at = seq - AFTER_SNAPSHOT // BOOT_ACCOUNTS
        link = (await anext(store.journal.read(StreamId(name), at - 1))).hash
        await store.journal.save_snapshot(Snapshot(StreamId(name), at, link, b"x" * 100_000))
    total = sum(seq for seq, _ in (await store.journal.heads()).values())
    print(f"{'bulk append, events a second':58} {total / (time.perf_counter() - start):,.0f}")
    await store.close()
    start = time.perf_counter()
    store = await open_store(url)
    opened = time.perf_counter() - start
    heads = await store.journal.heads()
    snapshots = await store.journal.snapshots()
    events = 0
    for stream in heads:
        async for _ in store.journal.read(stream, snapshots[stream].seq):
            events += 1
    whole = time.perf_counter() - start
    print(
        f"{f'boot over {total:,} events ({events:,} after the snapshots)':58} open {opened * 1e3:.0f} ms, "
        f"all {whole * 1e3:.0f} ms   limit 300 ms"
    )
    await store.close()


def codec() -> None:
    """Encoding and decoding, per event."""
    history = History(3)
    events = [event for _ in range(3_000) for event in history.next_events()]
    start = time.perf_counter()
    bodies = [(type(event).__name__, encode(event)) for event in events]
    written = time.perf_counter()
    for name, body in bodies:
        decode(name, VERSIONS[name], body)
    read = time.perf_counter()
    per = 1e6 / len(events)
    encoding, decoding = (written - start) * per, (read - written) * per
    print(f"{'codec, an event':58} encode {encoding:.1f} us, decode {decoding:.1f} us   limit 5 us")


async def main() -> None:
    """All of it in one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codec()
        lines("floor: raw sqlite3, one insert a commit, FULL", floor(folder))
        store = await open_store(f"sqlite:///{folder}/desk.db")
        epoch = await store.journal.next_epoch()
        lines("append of one command, aiosqlite, FULL", await singles(store, epoch), "limit p50 1.0 ms")
        taken = await groups(store, epoch)
        lines("a command in a group of 100", taken, "limit 0.5 ms")
        print(f"{'commands a second in groups of 100':58} {len(taken) / sum(taken):,.0f}   limit 2,000")
        await store.close()
        await boot(f"sqlite:///{folder}/boot.db")


if __name__ == "__main__":
    asyncio.run(main())
