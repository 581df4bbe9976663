"""How a person says size, price and exits, before any market price is known. Values only."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class SizeKind(StrEnum):
    """How the number of a size was meant."""

    BARE = "bare"  # quote currency for spot and stocks, contracts for futures (RULINGS 29)
    SPEND = "spend"  # quote currency, said so: $100, 100usdt
    BASE = "base"  # 0.01btc, 10 shares
    CONTRACTS = "contracts"  # 2c
    EQUITY = "equity"  # 10% of equity (entries)
    POSITION = "position"  # 50% of the position (exits)
    RISK = "risk"  # risk 1% of equity, or risk $50 when `unit` is a currency: size follows from the stop
    MAX = "max"


class Size(Struct, frozen=True):
    """A size as typed. `unit` is what stood behind the number (`USD`, `BTC`), upper case, else empty."""

    kind: SizeKind
    value: Decimal = Decimal(0)
    unit: str = ""


class LevelKind(StrEnum):
    """What a level is measured in."""

    PRICE = "price"
    PERCENT = "percent"  # of the entry price
    R = "r"  # multiples of the distance between entry and stop
    ATR = "atr"  # multiples of the average true range at entry


class Level(Struct, frozen=True):
    """A distance or a price. PERCENT, R and ATR are unsigned distances from the entry."""

    kind: LevelKind
    value: Decimal


class Target(Struct, frozen=True):
    """One take profit. `share` in percent of the position; None shares the rest equally, the last takes
    the remainder."""

    level: Level
    share: Decimal | None = None


class Trail(Struct, frozen=True):
    """A stop that follows the best price at `distance` (PERCENT, PRICE = absolute, ATR), from
    `activation` (PERCENT or PRICE) on; None = at once."""

    distance: Level
    activation: Level | None = None


class BreakEven(Struct, frozen=True):
    """Move the stop to the average entry price once target number `after_target` (1-based) has filled;
    0 = now."""

    after_target: int = 1


class GapPolicy(StrEnum):
    """What is to happen when the price lies beyond the stop before anybody could act: after the desk was
    away, or when the stop reaches the venue too late (RELIABILITY C-7)."""

    EXIT = "exit"  # out at once: within a collar of the price of now, then within a wider one, then at market
    LIMIT = "limit"  # out within the collars and never at market: what is left then is asked about
    ASK = "ask"  # nothing, until a person has said what
    REANCHOR = "reanchor"  # a new stop, as far from the price of now as the first one was from the entry


class ExitPlan(Struct, frozen=True):
    """Everything that may end a position. Parts that are None or empty are absent; `gap` ends nothing by
    itself: it says what becomes of a stop that was jumped over (None: EXIT)."""

    targets: tuple[Target, ...] = ()
    stop: Level | None = None
    trail: Trail | None = None
    break_even: BreakEven | None = None
    exit_at: datetime | None = None
    gap: GapPolicy | None = None

    @property
    def wants_stop(self) -> bool:
        """Whether a stop is to stand from the first fill on; a trail that waits for its price is none yet."""
        return self.stop is not None or (self.trail is not None and self.trail.activation is None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all guards the position."""
        return not (self.targets or self.stop or self.trail or self.exit_at)


class PriceSpecKind(StrEnum):
    """How an entry price was typed."""

    ABSOLUTE = "absolute"
    FROM_MID = "from_mid"  # signed percent of mid, whatever the side
    BETTER_BY = "better_by"  # unsigned percent in the order's favour


class PriceSpec(Struct, frozen=True):
    """An entry's limit or trigger price as typed."""

    kind: PriceSpecKind
    value: Decimal


TOMORROW = "tomorrow"
"""The date of a `Moment` on the day after `now`, in its zone."""


class Moment(Struct, frozen=True):
    """An instant as typed, before a time zone and `now` make it one.

    Either `after_s` (a duration from now) or `hour`/`minute` with optional date and zone (empty = the
    person's zone; the next such time if no date is given). `date` is `2026-12-01` or `TOMORROW`.
    """

    after_s: int | None = None
    hour: int = 0
    minute: int = 0
    date: str = ""
    zone: str = ""
