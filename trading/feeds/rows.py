"""Rows into bars: exact decimals straight from the text, checked, in order.

The loops read fast and trust nothing; what they cannot take goes to `Checks`, which says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.feeds.checks import PRICE_MAX, ZERO, Checks

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER_MS = -(1 << 62)
NEW_YORK = ZoneInfo("America/New_York")
DAY_OPENS = time(9, 30)
DAY_LASTS = timedelta(hours=6, minutes=30)
DAY_GAP_FROM = 5
"""Days between two daily bars from which it is a gap: weekends with holidays are four."""

Numbered = Iterable[tuple[int, list[str]]]
"""Blocks of lines, each with the number of the line before its first."""


def trade_bars(blocks: Numbered, checks: Checks, symbol: str) -> Iterator[Bar]:
    """Rows `ts,open,high,low,close,volume`; an empty volume is an unknown one."""
    cadence_ms, span = checks.cadence_ms, timedelta(milliseconds=checks.cadence_ms)
    last_ms, ends = NEVER_MS, EPOCH
    bar: Bar | None = None
    ms, o, h, lo, cl = 0, Price(ZERO), Price(ZERO), Price(ZERO), Price(ZERO)
    v: Quantity | None = None
    for number, lines in blocks:
        for line in lines:
            number += 1
            try:
                stamp, a, b, c, d, e = line.split(",")
                ms, o, h, lo, cl = (
                    int(stamp),
                    Price(Decimal(a)),
                    Price(Decimal(b)),
                    Price(Decimal(c)),
                    Price(Decimal(d)),
                )
                v = Quantity(Decimal(e))
                sound = ZERO < lo <= o <= h < PRICE_MAX and lo <= cl <= h and ZERO <= v < PRICE_MAX
            except (ValueError, InvalidOperation):
                sound = False
            if not sound:
                row = checks.bar_row(number, line)
                if row is None:
                    continue
                ms, o, h, lo, cl, v = row
            if ms - last_ms == cadence_ms:
                at = ends
            else:
                if bar is not None and checks.repeats(number, ms - last_ms, bar, (o, h, lo, cl, v)):
                    continue
                at = checks.instant(number, ms)
            last_ms, ends = ms, at + span
            bar = Bar(symbol, at, ends, o, h, lo, cl, v)
            yield bar
        checks.tally.rows += len(lines)


def quote_bars(blocks: Numbered, checks: Checks, symbol: str, sized: bool) -> Iterator[Bar]:
    """Rows of a bid and an ask side; the bar's own prices are the bid's."""
    cadence_ms, span = checks.cadence_ms, timedelta(milliseconds=checks.cadence_ms)
    last_ms, ends = NEVER_MS, EPOCH
    bar: Bar | None = None
    width, ask_from = (11, 6) if sized else (9, 5)
    blank = (5, 10) if sized else ()
    bid_size = ask_size = None
    for number, lines in blocks:
        for line in lines:
            number += 1
            if not line.strip():
                continue
            cells = checks.cells(number, line, width, blank)
            ms = checks.ms(number, cells[0])
            bid = checks.sides(number, cells[1:5], "bid ")
            ask = checks.sides(number, cells[ask_from : ask_from + 4], "ask ")
            if sized:
                bid_size, ask_size = checks.size(number, cells[5]), checks.size(number, cells[10])
            if ms - last_ms == cadence_ms:
                at = ends
            else:
                if bar is not None and checks.repeats(number, ms - last_ms, bar, (*bid, None), ask):
                    continue
                at = checks.instant(number, ms)
            last_ms, ends = ms, at + span
            bar = Bar(symbol, at, ends, *bid, None, *ask, bid_size, ask_size)
            yield bar
        checks.tally.rows += len(lines)


def daily_bars(blocks: Numbered, checks: Checks, symbol: str) -> Iterator[Bar]:
    """Rows `date,open,high,low,close,volume`: the New York session of that date, 09:30 to 16:00.

    Early closes before holidays are not known: such a bar ends at 16:00 too.
    """
    last: date | None = None
    bar: Bar | None = None
    for number, lines in blocks:
        for line in lines:
            number += 1
            if not line.strip():
                continue
            cells = checks.cells(number, line, 6, blank=(5,))
            day = checks.day(number, cells[0])
            sides, volume = checks.sides(number, cells[1:5]), checks.size(number, cells[5])
            if last is not None and bar is not None:
                step = (day - last).days
                if step <= 0:
                    checks.repeats(number, step, bar, (*sides, volume))
                    continue
                if step >= DAY_GAP_FROM:
                    checks.gap(step, 86_400.0 * step)
            last = day
            opens = datetime.combine(day, DAY_OPENS, NEW_YORK).astimezone(UTC)
            bar = Bar(symbol, opens, opens + DAY_LASTS, *sides, volume)
            yield bar
        checks.tally.rows += len(lines)
