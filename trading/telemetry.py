"""The door for what operators see: log lines and measurements. Nothing that is said here may fail a caller.

What people are told goes through the journal, never through here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

CORRELATION: ContextVar[str] = ContextVar("correlation", default="")
"""The human intent that this task works for: a command's id. Every log line bears it."""


@contextmanager
def correlated(intent: str) -> Iterator[None]:
    """Whatever is logged inside, here or in tasks that are started inside, belongs to this intent."""
    before = CORRELATION.set(intent)
    try:
        yield
    finally:
        CORRELATION.reset(before)


class Telemetry(Protocol):
    """Where the desk's own log lines and figures go. No method raises, blocks or waits."""

    def log(self, level: str, what: str, **facts: object) -> None:
        """One structured line. `level`: debug, info, warning, error; `what`: a stable name (`feed_lost`)."""
        ...

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        """Add to a counter."""
        ...

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Add one duration to a distribution."""
        ...

    def level(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        ...


class Mute:
    """Telemetry of a desk that nobody watches: tests, replay, short commands."""

    def log(self, level: str, what: str, **facts: object) -> None:
        """Nowhere."""

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        """Nowhere."""

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Nowhere."""

    def level(self, name: str, value: float, **labels: str) -> None:
        """Nowhere."""


MUTE = Mute()
