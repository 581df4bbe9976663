"""What a person's day was, as facts for their morning message: plain text, so that it can be journaled.

How it reads is decided where it is told (`bot/notifications`). One row of facts for each account
(`equity.1`, `realised.1` …); counts are over all accounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trading.domain.book import Account, Book
from trading.domain.ids import PersonId
from trading.domain.money import HUNDRED, ZERO, plain
from trading.domain.risk import day_loss, day_loss_limit
from trading.domain.schedule import Calendar, first_instant
from trading.ports import Ledger
from trading.row import ClosedRow, FillRow

ROWS_MAX = 5_000
"""More fills of one day than that are counted as so many and more."""
ACCOUNTS_MAX = 12
POSITIONS_MAX = 8
DEFAULT_CLOCK = "08:00"
OFF = "off"


@dataclass(frozen=True)
class Day:
    """The stretch that a digest tells of."""

    begins: datetime
    ends: datetime
    name: str  # the date on the person's calendar


def zone_or_utc(name: str) -> str:
    """The zone's name, or UTC for what is no zone."""
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name or "UTC"


def digest_schedule(clock: str, zone: str) -> Calendar | None:
    """When a person's digest is due: `08:00` on their clock; None when they want none."""
    hours, colon, minutes = (clock or DEFAULT_CLOCK).partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit()):
        return None
    return Calendar(int(hours) % 24, int(minutes) % 60, zone_or_utc(zone))


def day_before(slot: datetime, zone: str) -> Day:
    """The person's whole day before the one that `slot` falls on."""
    place = ZoneInfo(zone_or_utc(zone))
    today = slot.astimezone(place).date()
    yesterday = today - timedelta(days=1)
    begins, ends = (first_instant(datetime.combine(day, time()), place) for day in (yesterday, today))
    end = ends or slot.astimezone(UTC)
    return Day(begins or end - timedelta(days=1), end, yesterday.isoformat())


async def digest_facts(book: Book, ledger: Ledger, person: PersonId, day: Day) -> dict[str, str] | None:
    """The facts of one day; None for a person without accounts."""
    accounts = [account for account in book.accounts.values() if account.owner == person][:ACCOUNTS_MAX]
    if not accounts:
        return None
    names = [account.account for account in accounts]
    fills = [row for row in await ledger.fills(names, since=day.begins, limit=ROWS_MAX) if row.at < day.ends]
    closed = [
        row
        for row in await ledger.closed(names, since=day.begins, limit=ROWS_MAX)
        if row.closed_at < day.ends
    ]
    facts = {
        "day": day.name,
        "accounts": str(len(accounts)),
        "fills": str(len(fills)),
        "closed": str(len(closed)),
        "exits": _reasons(closed),
        "alerts": str(sum(len(account.alerts) for account in accounts)),
        "schedules": str(sum(1 for a in accounts for one in a.schedules if not one.is_paused)),
    }
    held = []
    for number, account in enumerate(accounts, start=1):
        facts |= _of_account(book, account, number, fills)
        held += [position for position in book.live_positions(account.account) if position.is_open]
    facts["positions"] = str(len(held))
    shown = sorted(held, key=book.unrealised)[:POSITIONS_MAX]
    facts["held"] = ",".join(
        f"{one.symbol}={_text(book.unrealised(one))}:{book.accounts[one.account].currency}" for one in shown
    )
    return facts


def _of_account(book: Book, account: Account, number: int, fills: Sequence[FillRow]) -> dict[str, str]:
    mine = [row for row in fills if row.account == account.account]
    open_ones = [one for one in book.live_positions(account.account) if one.is_open]
    limit = day_loss_limit(account)
    used = max(day_loss(book, account), ZERO)
    facts = {
        "account": str(account.account),
        "currency": account.currency,
        "equity": _text(book.equity(account)),
        "realised": _text(sum((row.realised for row in mine), ZERO)),
        "fees": _text(sum((row.fee for row in mine), ZERO)),
        "unrealised": _text(sum((book.unrealised(one) for one in open_ones), ZERO)),
        "halt": account.halt.value,
    }
    if limit:
        facts["risk_used"] = _text((used / limit * HUNDRED).quantize(Decimal("0.1")))
    return {f"{name}.{number}": value for name, value in facts.items()}


def _reasons(closed: Sequence[ClosedRow]) -> str:
    """`tp1=3,sl=1`: what ended positions, most frequent first."""
    counted = Counter(row.reason or "close" for row in closed)
    return ",".join(f"{reason}={count}" for reason, count in counted.most_common())


def _text(value: Decimal) -> str:
    return plain(value)
