"""What round trips earned: added up whole, and by symbol, tag, exit reason, hour, weekday, source or side.

A round trip is a position from flat to flat. Whatever was added to it and taken off it in parts is one round
trip with one result: what it realised less all of its fees. It counts in the period in which it went flat.
Deposits and withdrawals are no round trips, so they can never be profit. docs/analytics.md says all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import HUNDRED, ZERO
from trading.row import ClosedRow

Local = Callable[[datetime], datetime]
"""An instant on somebody's calendar and clock."""


class By(StrEnum):
    """What round trips are told apart by. `MIX` is tag and exit reason together."""

    SYMBOL = "symbol"
    TAG = "tag"
    EXIT = "exit"
    HOUR = "hour"
    WEEKDAY = "weekday"
    SOURCE = "source"
    SIDE = "side"
    MIX = "mix"


class Source(StrEnum):
    """Who or what opened a position."""

    PERSON = "person"
    SCHEDULE = "schedule"  # a recurring order, or another job in time
    SIGNAL = "signal"  # a charting service or another program, by webhook
    PROFILE = "profile"  # a profile of automatic trading
    BOT = "bot"
    EXTERNAL = "external"  # another hand at the venue, whose position was taken over


JOB = "job:"
"""How the command ids of everything begin that a clock has caused."""
_TAGS = {Source.SIGNAL: "signal-", Source.PROFILE: "profile:", Source.BOT: "bot:"}
"""How the tags begin of what each of these opens; its own name follows."""


def source_of(row: ClosedRow) -> Source:
    """Read from the id of the command that opened it: ids grow from their cause."""
    if not row.command_id:
        return Source.EXTERNAL
    if row.command_id.startswith(JOB):
        return Source.SCHEDULE
    if row.command_id.startswith("signal:"):
        return Source.SIGNAL
    # A bot's ids are its own: only its tag says what it is; nobody else can have that.
    return next(
        (one for one in (Source.PROFILE, Source.BOT) if row.tag.startswith(_TAGS[one])), Source.PERSON
    )


def source_name(row: ClosedRow) -> str:
    """Which one of them it was: the name of a signal's source, a profile or a bot; empty for all others."""
    start = _TAGS.get(source_of(row), row.tag)
    return row.tag.removeprefix(start)


class Score(Struct, frozen=True, gc=False):
    """Round trips of one currency added up. `gained` is Σ of the results above zero, `lost` of those below,
    unsigned; both after `fees`. One that ends at exactly zero is neither won nor lost, and counts."""

    count: int = 0
    wins: int = 0
    losses: int = 0
    gained: Decimal = ZERO
    lost: Decimal = ZERO
    fees: Decimal = ZERO
    best: Decimal = ZERO
    worst: Decimal = ZERO
    held: timedelta = timedelta(0)
    r_sum: Decimal = ZERO
    r_count: int = 0

    @property
    def net(self) -> Decimal:
        """What is left of all of them after fees."""
        return self.gained - self.lost

    @property
    def win_rate(self) -> Decimal | None:
        """Percent of all that were won."""
        return self.wins * HUNDRED / self.count if self.count else None

    @property
    def profit_factor(self) -> Decimal | None:
        """What was gained for each unit that was lost; None when nothing was lost."""
        return self.gained / self.lost if self.lost else None

    @property
    def expectancy(self) -> Decimal | None:
        """What one round trip makes on average, in money."""
        return self.net / self.count if self.count else None

    @property
    def average_win(self) -> Decimal | None:
        """Of those that were won."""
        return self.gained / self.wins if self.wins else None

    @property
    def average_loss(self) -> Decimal | None:
        """Of those that were lost, unsigned."""
        return self.lost / self.losses if self.losses else None

    @property
    def average_r(self) -> Decimal | None:
        """Of those `r_count` that had a stop, in units of what each of them risked."""
        return self.r_sum / self.r_count if self.r_count else None

    @property
    def average_held(self) -> timedelta | None:
        """From the first fill to the last."""
        return self.held / self.count if self.count else None


def score_of(rows: Iterable[ClosedRow]) -> Score:
    """Add round trips up; all of them in one currency."""
    count = wins = losses = r_count = 0
    gained = lost = fees = r_sum = ZERO
    best = worst = None
    held = timedelta(0)
    for row in rows:
        net = row.net
        count += 1
        fees += row.fees
        held += row.held
        best = net if best is None else max(best, net)
        worst = net if worst is None else min(worst, net)
        if net > 0:
            wins, gained = wins + 1, gained + net
        elif net < 0:
            losses, lost = losses + 1, lost - net
        r_multiple = row.r_multiple
        if r_multiple is not None:
            r_count, r_sum = r_count + 1, r_sum + r_multiple
    return Score(count, wins, losses, gained, lost, fees, best or ZERO, worst or ZERO, held, r_sum, r_count)


def by_currency(rows: Iterable[ClosedRow]) -> dict[str, list[ClosedRow]]:
    """Results of different currencies are never added."""
    groups: dict[str, list[ClosedRow]] = {}
    for row in rows:
        groups.setdefault(row.currency, []).append(row)
    return groups


def grouped(rows: Iterable[ClosedRow], by: By, local: Local) -> dict[tuple[str, str], Score]:
    """Scores by (what they are told apart by, currency).

    Hour (`00` to `23`) and weekday (`0` Monday to `6` Sunday) are those of the first fill, on the clock that
    `local` gives: when it was decided to enter, not when it happened to end.
    """
    groups: dict[tuple[str, str], list[ClosedRow]] = {}
    for row in rows:
        groups.setdefault((_key(row, by, local), row.currency), []).append(row)
    return {key: score_of(group) for key, group in groups.items()}


def _key(row: ClosedRow, by: By, local: Local) -> str:
    match by:
        case By.SYMBOL:
            return row.symbol
        case By.TAG:
            return row.tag
        case By.EXIT:
            return row.reason
        case By.HOUR:
            return f"{local(row.opened_at).hour:02d}"
        case By.WEEKDAY:
            return str(local(row.opened_at).weekday())
        case By.SOURCE:
            return f"{source_of(row).value} {source_name(row)}".strip()
        case By.SIDE:
            return "long" if row.is_long else "short"
        case By.MIX:
            return f"{row.tag} {row.reason}"
