"""What a look at candles has found: values with a code each, whose words stand in the catalogue."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from trading.feeds.history.candles import Key
from trading.feeds.history.stamps import Guess

EXAMPLES = 3


class Weight(StrEnum):
    """How much a finding matters: `stop` means that nothing is taken before a person has said more."""

    NOTE = "note"
    WARN = "warn"
    STOP = "stop"


class Finding(Struct, frozen=True):
    """One kind of thing, and how often. `where`: the first places, as line numbers or instants; `facts`: what
    the sentence about it needs beside the count."""

    code: str
    weight: Weight
    count: int
    where: tuple[str, ...] = ()
    facts: dict[str, str] = {}


class Checked(Struct, frozen=True):
    """The report on one file. `rows`: in the file; `kept`: candles that can be taken; `decimals`: of prices;
    `unit`: what its stamps count in."""

    name: str
    key: Key
    rows: int
    kept: int
    first_ms: int
    last_ms: int
    decimals: int
    unit: str
    zone: Guess
    findings: tuple[Finding, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether a person has to say more first."""
        return any(one.weight is Weight.STOP for one in self.findings)
