"""What the rules of a strategy said about one bar, as plain values: for stores and screens."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Verdict(Struct, frozen=True):
    """What one rule said about one bar: its numbers as written; `why` not, a short code ("": passed)."""

    rule: str
    passed: bool
    numbers: Mapping[str, str]
    why: str = ""


class Scorecard(Struct, frozen=True):
    """All rules about one bar that closed. `at_ms`: when it opened. `side`: +1 long, -1 short, 0 neither was
    on offer. `decided`: every rule agreed, so an entry goes out."""

    strategy: str
    version: int
    symbol: str
    frame_s: int
    at_ms: int
    side: int
    verdicts: tuple[Verdict, ...]
    decided: bool

    @property
    def refused_by(self) -> Verdict | None:
        """The first rule that said no; None when none did."""
        return next((one for one in self.verdicts if not one.passed), None)
