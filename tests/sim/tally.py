"""What has been proven so far: docs/proof.json. What was counted before the order path last changed is kept
apart from what was counted since.
"""

from __future__ import annotations

import hashlib
import subprocess
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct, field

from tests.sim.delays import Delays
from tests.sim.faults import ROWS
from tests.sim.many import Sum, merged_counts

ROOT = Path(__file__).resolve().parents[2]
TALLY = ROOT / "docs" / "proof.json"
SIMULATOR = "tests/sim"
ORDER_PATH = ("trading/domain", "trading/engine", "db", SIMULATOR)
"""A change in here makes a new protocol version: what counted before says nothing about it."""
PLAYS_NO_DAY = ("test_*.py", "mutants*.py", "survival.py", "prove.py", "tally.py", "reliability.py")
"""Except these of the simulator: tests, planted bugs and what counts. A day is the same whatever they say."""
BREACHES_KEPT = 50
FIRED_MIN = 50
MUST_HAVE_FIRED_FROM = 10_000
"""From so many seeds on, a fault of the catalogue that never fired fails the proof."""


@lru_cache(maxsize=1)
def protocol_version() -> str:
    """A hash over the sources of the order path and of what plays its days."""
    digest = hashlib.blake2s(digest_size=8)
    for folder in ORDER_PATH:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if folder == SIMULATOR and any(path.match(name) for name in PLAYS_NO_DAY):
                continue
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def commit() -> str:
    """The commit that the proof ran on, with `+` when files differ from it; empty without git."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return told.stdout.strip()


class Killed(Struct):
    """How a planted bug ended: after how many days, on which one, the invariant, how long it took."""

    days: int
    day: str
    invariant: str
    seconds: float


class Kills(Struct):
    """Real processes that were ended with SIGKILL."""

    kills: int = 0
    early: int = 0
    in_flight: int = 0
    fills: int = 0
    lost_fills: int = 0
    second_orders: int = 0
    manual_steps: int = 0
    start_p50_ms: float = 0.0
    start_p99_ms: float = 0.0


class Counted(Struct):
    """What one version of the order path has gone through. `catalogue` and `planted` are the faults and how
    many planted bugs there were when it was counted."""

    protocol: str = ""
    commit: str = ""
    seeds: Sum = field(default_factory=Sum)
    seeds_seconds: float = 0.0
    seeds_an_hour: int = 0
    scenarios: int = 0
    points: int = 0
    pairs: int = 0
    triples: int = 0
    same_traces: int = 0
    other_traces: int = 0
    mutants: dict[str, Killed] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    delays: Delays = field(default_factory=Delays)
    kills: Kills = field(default_factory=Kills)
    start_ms: list[float] = field(default_factory=list)
    fired: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    catalogue: dict[str, str] = field(default_factory=dict)
    planted: int = 0

    def fire(self, fired: dict[str, int]) -> None:
        """Count faults."""
        self.fired = merged_counts(self.fired, fired)

    def breach(self, sentence: str) -> None:
        """A broken promise: told at once, kept with the tally."""
        print(f"BREACH {sentence}", flush=True)
        if len(self.breaches) < BREACHES_KEPT:
            self.breaches.append(sentence)

    @property
    def silent(self) -> list[str]:
        """Faults of the catalogue that have not fired."""
        return [row.fault for row in ROWS if not self.fired.get(row.fault)]

    @property
    def rare(self) -> list[str]:
        """Faults that fired, and less often than a proof needs."""
        return [row.fault for row in ROWS if 0 < self.fired.get(row.fault, 0) < FIRED_MIN]

    @property
    def has_failed(self) -> bool:
        """Whether this version is not proven."""
        is_long = self.seeds.seeds >= MUST_HAVE_FIRED_FROM
        return bool(self.breaches or self.survivors or self.other_traces or (is_long and self.silent))


class Tally(Struct):
    """Now, and what earlier versions had gone through. `next_seed` never goes back."""

    now: Counted = field(default_factory=Counted)
    next_seed: int = 0
    next_kill: int = 0
    earlier_seeds: int = 0
    earlier_points: int = 0
    earlier_pairs: int = 0
    earlier_kills: int = 0
    earlier_versions: int = 0

    @property
    def seeds_in_all(self) -> int:
        """Of every version of the order path."""
        return self.earlier_seeds + self.now.seeds.seeds

    def current(self) -> Counted:
        """What counts for the code as it is now; an older version's figures move to the earlier ones."""
        version = protocol_version()
        if self.now.protocol != version:
            if self.now.protocol:
                self.earlier_versions += 1
                self.earlier_seeds += self.now.seeds.seeds
                self.earlier_points += self.now.points
                self.earlier_pairs += self.now.pairs + self.now.triples
                self.earlier_kills += self.now.kills.kills
            self.now = Counted(protocol=version)
        self.now.commit = commit()
        self.now.catalogue = {row.fault: row.what for row in ROWS}
        return self.now


def load(path: Path = TALLY) -> Tally:
    """The tally so far."""
    return msgspec.json.decode(path.read_bytes(), type=Tally) if path.exists() else Tally()


def save(tally: Tally, path: Path = TALLY) -> None:
    """Write it whole, or leave the old one."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(tally), indent=2) + b"\n")
    fresh.replace(path)
