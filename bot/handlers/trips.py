"""The round trips of an account, read once for a question, and what their results are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, line, warn
from bot.handlers.curve import Step
from bot.handlers.subjects import held_by
from trading.domain.book import Account
from trading.domain.money import ZERO
from trading.row import ClosedRow
from trading.statistic import Moved

TRIPS_MAX = 20_000
"""Round trips that one screen adds up; beyond that it says that it did not read further back."""
PAGE = 1_000
"""So many are read at once: between two pages the desk does what is more urgent."""
MOVED_MAX = 10_000
FILLS_MAX = 20_000
"""Fills that one screen adds up; beyond that it says that it did not read further back."""


async def trips_of(
    tools: Tools, account: Account, start: datetime | None, most: int = TRIPS_MAX
) -> list[ClosedRow]:
    """Those that went flat since `start`, oldest first; the newest `most` of them."""
    found: list[ClosedRow] = []
    before = 0
    while len(found) < most:
        wanted = min(PAGE, most - len(found))
        page = await tools.ledger.closed([account.account], since=start, before=before, limit=wanted)
        found += page
        if len(page) < wanted:
            break
        before = page[-1].seq
    found.reverse()
    return found


def cut_note(asked: Asked, rows: Sequence[ClosedRow]) -> list[Block]:
    """That older ones were left out, when they were."""
    if len(rows) < TRIPS_MAX:
        return []
    return [line(warn(asked.wording.say("stats.cut", n=TRIPS_MAX)))]


async def moved_since(tools: Tools, account: Account, start: datetime | None) -> list[Moved]:
    """What was paid in and out since `start`, oldest first, in the account's currency."""
    rows = await tools.ledger.bookings([account.account], book="capital", limit=MOVED_MAX)
    moved = [
        # Double entry: what comes into cash leaves the book of capital.
        Moved(row.at, -row.booking.value)
        for row in rows
        if row.booking.currency == account.currency and (start is None or row.at >= start)
    ]
    moved.reverse()
    return moved


def balance_before(
    tools: Tools, account: Account, rows: Sequence[ClosedRow], moved: Sequence[Moved]
) -> Decimal:
    """The closed balance before the first of these, counted back from now: whatever open positions have
    realised or paid so far is in neither."""
    book = tools.book()
    now = account.capital + account.realised - account.fees
    for position in held_by(tools, account):
        instrument = book.instrument(account.account, position.symbol)
        if instrument is None or instrument.currency == account.currency:
            now -= position.realised - position.fees
    results = sum((row.net for row in rows if row.currency == account.currency), ZERO)
    return now - results - sum((one.value for one in moved), ZERO)


def balance_of(account: Account) -> Decimal:
    """Deposits and realised P&L less fees: where the steps of an account end."""
    return account.capital + account.realised - account.fees


async def balance_steps(tools: Tools, account: Account, start: datetime | None) -> list[Step]:
    """Every fill and every deposit since `start` with the balance after it, oldest first.

    Counted back from the balance of now, so that it ends exactly where the account stands.
    """
    fills = await tools.ledger.fills([account.account], since=start, limit=FILLS_MAX)
    moved = await tools.ledger.bookings([account.account], book="capital", limit=FILLS_MAX)
    changes = [
        (fill.at, fill.realised - fill.fee, ZERO) for fill in fills if fill.currency == account.currency
    ]
    changes += [
        (moving.at, -moving.booking.value, -moving.booking.value)
        for moving in moved
        if moving.booking.currency == account.currency and (start is None or moving.at >= start)
    ]
    balance = balance_of(account)
    steps = []
    # Both lists come newest first; a stable sort keeps that order among equal instants.
    for at, change, paid in sorted(changes, key=lambda change: change[0], reverse=True):
        steps.append(Step(at, change, balance, paid))
        balance -= change
    steps.reverse()
    return steps
