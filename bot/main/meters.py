"""What the desk measures, as Prometheus reads it; and the newest durations, so that chat can say p50 and p99.

One registry of its own, so that nothing of a library or of another desk in the same process mixes in.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from bot.main.logbook import Logbook

PREFIX = "openoutcry_"
METERS_MAX = 200
LABELS_MAX = 200
OTHER = "other"
RECENT = 2_000
BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

HELP: Mapping[str, str] = {
    "loop_lag": "Seconds that the event loop was late for a wake-up",
    "inbox": "Commands and reports that wait to be decided",
    "in_flight": "Whether an effect waits or is on its way to a venue",
    "order_step": "Seconds from asking for an order to a step: sent, taken, filled",
    "commit": "Seconds of a journal transaction",
    "answer": "Seconds from a chat message to its answer",
    "courier_sent": "Messages that arrived in a chat",
    "courier_failed": "Attempts to deliver that failed, by kind",
    "courier_waiting": "Messages that wait to be delivered",
    "courier_wait_seconds": "Seconds from a message's making to its delivery",
    "events": "Events written to the journal",
    "commands": "Commands by how they were answered",
    "feed_age": "Seconds since the newest price of a feed",
    "venue_age": "Seconds since a venue last said what it holds",
    "unprotected_today": "Seconds that positions of an account were without their stop today, in all",
    "unprotected_worst": "The longest such time today",
    "unprotected_now": "Positions of an account that are without their stop now",
    "stops_unwatched": "Stops that only the desk watches and whose price is stale",
    "venue_look": "Seconds between two looks at a venue",
    "venue_silent": "Looks at a venue that it did not answer",
    "venue_busy": "Times at which a venue wanted to hear nothing for a while: too many requests",
    "stream_broke": "Breaks of a venue's stream",
    "errors": "Failures by place",
    "restarts": "Parts that were started again after a crash",
    "part_up": "1 while a part runs",
    "memory_bytes": "Resident memory of this process",
    "disk_free_bytes": "Free space where the data folder stands",
    "log_lines_lost": "Log lines that could not be written",
    "positions": "Open positions",
    "orders": "Open orders",
    "uptime": "Seconds since the start",
    "store_writable": "1 while the journal can be written",
    "alarm": "1 while a threshold is passed",
    "calls": "Seconds of a call to a venue, feed or platform",
}
"""What the figures mean; one that is not listed here is shown all the same."""

_WRONG = re.compile(r"[^a-zA-Z0-9_]")


class Quantiles(Struct, frozen=True):
    """The newest durations of one kind, in seconds. `n` is how many there were since the start."""

    n: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0


class _Meter:
    """One measure with its label names, which are those of its first use."""

    def __init__(self, made: Any, names: tuple[str, ...]) -> None:
        self.made = made
        self.names = names
        self.seen: dict[tuple[str, ...], Any] = {}

    def of(self, labels: Mapping[str, str]) -> Any:
        """The child for these labels; when there are too many sets of them, the one for the rest."""
        if not self.names:
            return self.made
        values = tuple(str(labels.get(name, "")) for name in self.names)
        child = self.seen.get(values)
        if child is None:
            if len(self.seen) >= LABELS_MAX:
                values = tuple(OTHER for _ in self.names)
            child = self.seen[values] = self.made.labels(*values)
        return child


class Meters:
    """Counters, durations and levels by name. No method raises: a wrong figure is no reason to stop."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry

        self.registry: CollectorRegistry = CollectorRegistry()
        self.troubles = 0
        self._meters: dict[str, _Meter] = {}
        self._recent: dict[tuple[str, ...], tuple[deque[float], list[int]]] = {}
        self._levels: dict[tuple[str, ...], float] = {}
        self._counts: dict[tuple[str, ...], int] = {}

    def count(self, name: str, n: int = 1, labels: Mapping[str, str] = {}) -> None:
        """Add to a counter."""
        key = _key(name, labels)
        self._counts[key] = self._counts.get(key, 0) + n
        self._do("Counter", name, labels, "inc", n)

    def took(self, name: str, seconds: float, labels: Mapping[str, str] = {}) -> None:
        """Add one duration."""
        self._do("Histogram", name, labels, "observe", seconds)
        key = _key(name, labels)
        known = self._recent.get(key)
        if known is None:
            if len(self._recent) >= METERS_MAX:
                return
            known = self._recent[key] = (deque(maxlen=RECENT), [0])
        known[0].append(seconds)
        known[1][0] += 1

    def level(self, name: str, value: float, labels: Mapping[str, str] = {}) -> None:
        """Set a gauge."""
        self._levels[_key(name, labels)] = value
        self._do("Gauge", name, labels, "set", value)

    def quantiles(self, name: str, labels: Mapping[str, str] = {}) -> Quantiles:
        """Of the newest two thousand durations."""
        known = self._recent.get(_key(name, labels))
        if known is None or not known[0]:
            return Quantiles()
        ordered = sorted(known[0])

        def at(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

        return Quantiles(known[1][0], at(0.5), at(0.95), at(0.99), ordered[-1])

    def counted(self, name: str, **labels: str) -> int:
        """A counter's sum over every set of labels that has these."""
        wanted = {f"{k}={v}" for k, v in labels.items()}
        return sum(n for key, n in self._counts.items() if key[0] == name and wanted <= set(key[1:]))

    def leveled(self, name: str, labels: Mapping[str, str] = {}) -> float:
        """A gauge as it was last set; 0 before that."""
        return self._levels.get(_key(name, labels), 0.0)

    def shown(self) -> bytes:
        """Everything in Prometheus's text format."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)

    # ------------------------------------------------------------ inside

    def _do(self, kind: str, name: str, labels: Mapping[str, str], act: str, value: float) -> None:
        try:
            getattr(self._meter(kind, name, labels).of(labels), act)(value)
        except Exception:  # noqa: BLE001 - measuring may not harm what is measured
            self.troubles += 1

    def _meter(self, kind: str, name: str, labels: Mapping[str, str]) -> _Meter:
        known = self._meters.get(name)
        if known is not None:
            return known
        assert len(self._meters) < METERS_MAX, "too many names: is one made of a value?"
        import prometheus_client

        made = getattr(prometheus_client, kind)
        full = (
            PREFIX
            + _WRONG.sub("_", name)
            + ("_seconds" if kind == "Histogram" and not name.endswith("_seconds") else "")
        )
        more: dict[str, Any] = {"buckets": BUCKETS_S} if kind == "Histogram" else {}
        names = tuple(sorted(labels))
        about = HELP.get(name, name)
        meter = _Meter(made(full, about, names, registry=self.registry, **more), names)
        self._meters[name] = meter
        return meter


def _key(name: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    return (name, *(f"{k}={labels[k]}" for k in sorted(labels)))


class DeskTelemetry:
    """`trading.telemetry.Telemetry` over the logbook and the meters. `logbook` may be None: only figures."""

    def __init__(self, meters: Meters, logbook: Logbook | None = None) -> None:
        self.meters = meters
        self.logbook = logbook

    def log(self, level: str, what: str, **facts: object) -> None:
        """One structured line."""
        if level == "error":
            self.meters.count("errors", 1, {"what": what})
        if self.logbook is not None:
            self.logbook.log(level, what, facts)

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        """Add to a counter."""
        self.meters.count(name, n, labels)

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Add one duration."""
        self.meters.took(name, seconds, labels)

    def level(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        self.meters.level(name, value, labels)
