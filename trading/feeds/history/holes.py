"""What is missing in a series: the bars that its market's hours would have and it has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from trading.domain.instrument import Hours, Instrument, InstrumentKind
from trading.feeds.history.candles import Ints
from trading.strategies.bars import instant, millis
from trading.strategies.holidays import Calendar, calendar

DAY_S = 86_400
_MIC = "xnys"


class Hole(Struct, frozen=True):
    """A stretch without bars while the market was open: from the first missing bar's open up to `ends_ms`."""

    begins_ms: int
    ends_ms: int
    missing: int


def holes(at_ms: Ints, frame_s: int, instrument: Instrument) -> list[Hole]:
    """Between the bars of a series, oldest first."""
    frame_ms = frame_s * 1000
    wide = np.flatnonzero(np.diff(at_ms) > frame_ms)
    found = []
    for place in wide.tolist():
        found += between(int(at_ms[place]) + frame_ms, int(at_ms[place + 1]), frame_s, instrument)
    return found


def between(begins_ms: int, ends_ms: int, frame_s: int, instrument: Instrument) -> list[Hole]:
    """The bars that open from `begins_ms` on and before `ends_ms`, as holes; none where the market rests."""
    frame_ms = frame_s * 1000
    if begins_ms >= ends_ms:
        return []
    if not instrument.session.spans:
        # A step that is no whole number of frames lacks only the whole ones.
        whole = (ends_ms - begins_ms) // frame_ms
        return [Hole(begins_ms, ends_ms, whole)] if whole else []
    slots = (
        _days(begins_ms, ends_ms, instrument)
        if frame_s >= DAY_S
        else _slots(begins_ms, ends_ms, frame_s, instrument)
    )
    return _runs(slots, frame_ms, is_daily=frame_s >= DAY_S)


def _runs(slots: Iterator[int], frame_ms: int, *, is_daily: bool) -> list[Hole]:
    found: list[list[int]] = []
    for at in slots:
        # Days of a market stand some hours or a weekend apart and are one stretch all the same.
        if found and (is_daily or at - found[-1][1] == frame_ms):
            found[-1][1], found[-1][2] = at, found[-1][2] + 1
        else:
            found.append([at, at, 1])
    return [Hole(begin, last + frame_ms, count) for begin, last, count in found]


def _slots(begins_ms: int, ends_ms: int, frame_s: int, instrument: Instrument) -> Iterator[int]:
    """Opens of bars inside the market's hours."""
    frame = timedelta(seconds=frame_s)
    hours, session = Hours(instrument.session), instrument.session
    zone, days = ZoneInfo(session.zone), _calendar(instrument)
    at, end = instant(begins_ms), instant(ends_ms)
    while at < end:
        if not hours.is_open_during(at, at + frame):
            opens = session.next_open(at)
            steps = max(1, (opens - at) // frame)
            at += steps * frame
            continue
        local = at.astimezone(zone)
        if days is None or _trades(days, local):
            yield millis(at)
        at += frame


def _days(begins_ms: int, ends_ms: int, instrument: Instrument) -> Iterator[int]:
    """Opens of the days on which the market trades."""
    zone, days = ZoneInfo(instrument.session.zone), _calendar(instrument)
    day = instant(begins_ms).astimezone(zone).date()
    last = instant(ends_ms).astimezone(zone).date()
    while day <= last:
        opens_ms = opens_on(day, instrument)
        if opens_ms is not None and begins_ms <= opens_ms < ends_ms and not _rests(days, day):
            yield opens_ms
        day += timedelta(days=1)


def opens_on(day: date, instrument: Instrument) -> int | None:
    """When the market opens on a day of its own calendar, in milliseconds; None: it rests that weekday."""
    session = instrument.session
    opens = [span.opens for span in session.spans if span.weekday == day.weekday()]
    if not opens:
        return None
    return millis(datetime.combine(day, min(opens), ZoneInfo(session.zone)))


def _trades(days: Calendar, local: datetime) -> bool:
    if _rests(days, local.date()):
        return False
    early = days.early.get(local.date())
    return early is None or local.time() < early


def _rests(days: Calendar | None, day: date) -> bool:
    return days is not None and day in days.rests


@lru_cache(maxsize=2)
def _nyse() -> Calendar:
    return calendar(_MIC)


def _calendar(instrument: Instrument) -> Calendar | None:
    """The holidays that are known of this market: those of New York's exchanges for its stocks."""
    is_stock = instrument.kind is InstrumentKind.EQUITY
    return _nyse() if is_stock and instrument.session.zone == "America/New_York" else None
