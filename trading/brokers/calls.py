"""How long each door of a venue takes to answer, and how often it does not. The newest, by door."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from trading.ports import BrokerSilent, Clock
from trading.telemetry import MUTE, Telemetry

RECENT: Final = 500
DOORS_MAX: Final = 100


class CallLook(Struct, frozen=True):
    """A door (`POST order`): how often it was called since the start and gave no answer, and how long the
    newest answers took, in seconds."""

    door: str
    n: int
    silent: int
    p50_s: float
    p95_s: float


class _Door:
    def __init__(self) -> None:
        self.n = 0
        self.silent = 0
        self.took: deque[float] = deque(maxlen=RECENT)


class Calls:
    """The calls of all accounts at one side of a venue. What is refused was answered; what is silent, or
    one too many, was not."""

    def __init__(self, venue: str, clock: Clock, telemetry: Telemetry = MUTE) -> None:
        self._venue = venue
        self._clock = clock
        self._telemetry = telemetry
        self._doors: dict[str, _Door] = {}

    @contextmanager
    def timed(self, door: str) -> Iterator[None]:
        """Time what happens inside."""
        began_s = self._clock.elapsed_s()
        known = self._doors.get(door)
        if known is None:
            # A table that grows for ever would be a leak; so many doors no venue has.
            assert len(self._doors) < DOORS_MAX, "is a door named after an order?"
            known = self._doors[door] = _Door()
        known.n += 1
        try:
            yield
        except BrokerSilent:
            known.silent += 1
            self._telemetry.count("calls_silent", venue=self._venue, door=door)
            raise
        finally:
            took_s = self._clock.elapsed_s() - began_s
            known.took.append(took_s)
            self._telemetry.took("calls", took_s, venue=self._venue, door=door)

    def looks(self) -> Sequence[CallLook]:
        """Every door, the busiest first."""
        found = [
            CallLook(name, one.n, one.silent, _share(one.took, 0.5), _share(one.took, 0.95))
            for name, one in self._doors.items()
        ]
        return sorted(found, key=lambda one: -one.n)


def _share(took: Sequence[float], share: float) -> float:
    if not took:
        return 0.0
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
