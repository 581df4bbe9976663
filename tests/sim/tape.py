"""The choices of a day as a tape: draws that can be silenced, presses that can be left out.

Chance comes in streams by name. A stream of trouble is silenced draw by draw with `NOTHING`, which is above
every chance; what people think and how prices walk is left alone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from hashlib import blake2b

from msgspec import Struct, field

from trading.domain.commands import Command
from trading.entropy import SeededEntropy

NOTHING = 0.999999
LIVE_BELOW = 0.5
"""A draw above this makes no trouble anywhere."""
LEFT_ALONE = ("recipe", "guards", "venue", "prices", "person:", "fumble", "warden", "loop", "key:")
"""Streams that are no trouble: people, prices, and what a day is."""


class Asked(Struct, frozen=True):
    """A press: when, what, whether the thumb slipped, and how much later the platform delivers it again."""

    at_s: float
    command: Command
    is_double: bool = False
    again_s: float | None = None


class Plan(Struct):
    """Trouble of a day that is written down: what the next appends meet, how much later the next orders
    arrive."""

    disk: deque[str] = field(default_factory=deque)
    stragglers: deque[float] = field(default_factory=deque)


class Tape(Struct, frozen=True):
    """Which draws of trouble still count (None: all), by stream, and what people press: what comes to their
    minds (None), or this sheet and nothing else. `shuffle` chooses among orders of what is ready at once."""

    kept: dict[str, list[int]] | None = None
    sheet: list[Asked] | None = None
    shuffle: int = 0

    def keeps(self, stream: str, number: int) -> bool:
        """Whether this draw counts."""
        return self.kept is None or number in self.kept.get(stream, ())


class TapedEntropy(SeededEntropy):
    """Seeded chance that writes down which draws could have made trouble, and silences those not kept."""

    def __init__(self, seed: int | str | bytes, tape: Tape, name: str = "", root: TapedEntropy | None = None):
        super().__init__(seed)
        self._tape = tape
        self._name = name
        self._count = 0
        self.live: dict[str, list[int]] = root.live if root is not None else defaultdict(list)
        """Draws that may have made trouble, by stream: for the root and all its forks."""

    def fraction(self) -> float:
        """The next draw, or `NOTHING` in its place."""
        drawn = super().fraction()
        if not self._name or self._name.startswith(LEFT_ALONE):
            return drawn
        self._count += 1
        if not self._tape.keeps(self._name, self._count):
            return NOTHING
        if drawn < LIVE_BELOW:
            self.live[self._name].append(self._count)
        return drawn

    def fork(self, name: str) -> TapedEntropy:
        """The stream of that name: the same draws as without a tape."""
        seed = blake2b(name.encode(), key=self._key, person=b"fork").digest()
        return TapedEntropy(seed, self._tape, name if not self._name else f"{self._name}/{name}", self)
