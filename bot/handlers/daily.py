"""`/pnl daily`, `weekly`, `monthly`: what each of the last days, weeks or months made, newest first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, Line, bold, line, table
from bot.handlers.subjects import since
from bot.handlers.trips import cut_note, trips_of
from trading.domain.book import Account
from trading.domain.money import ZERO, Money
from trading.row import ClosedRow, FillRow

EACH = {"daily": ("day", 7), "weekly": ("week", 8), "monthly": ("month", 6)}
"""Word -> the period that one line stands for, and how many lines when nobody says."""
LINES_MAX = 60
_MOMENT = timedelta(microseconds=1)


def starts_of(asked: Asked, each: str, now: datetime, count: int) -> list[datetime]:
    """When the last `count` days, weeks or months began on the person's calendar, oldest first; 0 for as many
    as one wants to see when nobody says."""
    period = EACH[each][0]
    starts: list[datetime] = []
    at = now
    for _ in range(count or EACH[each][1]):
        start = since(asked, period, at)
        assert start is not None, "days, weeks and months begin"
        starts.append(start)
        at = start - _MOMENT
    starts.reverse()
    return starts


async def each_of(
    tools: Tools, asked: Asked, account: Account, each: str, starts: Sequence[datetime], symbol: str,
    fills: Sequence[FillRow],
) -> list[Block]:  # fmt: skip
    """A line for each: net after fees by fills, the fees, and how many positions went flat; then the sum."""
    read = await trips_of(tools, account, starts[0])
    trips = [row for row in read if not symbol or row.symbol == symbol]
    say = asked.wording.say
    currencies = {account.currency: None} | {fill.currency: None for fill in fills}
    nets: dict[tuple[int, str], Decimal] = {}
    fees: dict[tuple[int, str], Decimal] = {}
    for fill in fills:
        key = (_line_of(starts, fill.at), fill.currency)
        nets[key] = nets.get(key, ZERO) + fill.realised - fill.fee
        fees[key] = fees.get(key, ZERO) + fill.fee
    counts: dict[tuple[int, str], int] = {}
    for trip in trips:
        key = (_line_of(starts, trip.closed_at), trip.currency)
        counts[key] = counts.get(key, 0) + 1
    rows = []
    for number in range(len(starts) - 1, -1, -1):
        for currency in currencies:
            key = (number, currency)
            if currency == account.currency or key in nets:
                cells = (nets.get(key, ZERO), fees.get(key, ZERO), counts.get(key, 0))
                rows.append(_cells(asked, line(_named(asked, each, starts[number])), currency, *cells))
    for currency in currencies:
        sums = (_sum(nets, currency), _sum(fees, currency), _count(trips, currency))
        rows.append(_cells(asked, line(bold(say("view.all"))), currency, *sums))
    heads = (say(f"stats.each.{each}"), f">{say('view.net')}", f">{say('view.fees')}",
             f">{say('stats.closed')}")  # fmt: skip
    return [table(heads, rows), *cut_note(asked, read)]


def _line_of(starts: Sequence[datetime], at: datetime) -> int:
    return max(bisect_right(starts, at) - 1, 0)


def _cells(
    asked: Asked, name: Line, currency: str, net: Decimal, fees: Decimal, count: int
) -> tuple[Line, Line, Line, Line]:
    wording = asked.wording
    return (
        name,
        line(wording.pnl(Money(net, currency))),
        line(wording.money(Money(fees, currency))),
        line(wording.number(Decimal(count))),
    )


def _named(asked: Asked, each: str, start: datetime) -> str:
    day = asked.wording.day(start)
    return day[:7] if each == "monthly" else day


def _sum(values: dict[tuple[int, str], Decimal], currency: str) -> Decimal:
    return sum((value for (_, its), value in values.items() if its == currency), ZERO)


def _count(trips: Sequence[ClosedRow], currency: str) -> int:
    return sum(1 for trip in trips if trip.currency == currency)
