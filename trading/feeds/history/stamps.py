"""From a file's time stamps to instants: which unit they count in, and on whose clock a local time was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from trading.domain.instrument import Hours, Instrument
from trading.feeds.history.candles import Floats, Ints, Mask
from trading.strategies.bars import instant, millis

NAT_MS = -(1 << 62)
"""What stands for a stamp that cannot be read."""
HOUR_MS = 3_600_000
ZONES = ("UTC", "America/New_York", "Europe/London", "Europe/Berlin", "America/Chicago", "Asia/Tokyo")
"""On whose clocks files of prices are written, the likeliest first."""
CLEAR = 0.1
"""A guess counts as sure when the next best zone has so much less of the bars in the market's hours."""
SAMPLE = 20_000
_SHAPES = ("%Y.%m.%d %H:%M", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S")
_SHAPES_MORE = ("%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d")
_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")
_UNITS = (("s", 1e11), ("ms", 1e14), ("us", 1e17))
_IN_MS = {"s": (1000, 1), "ms": (1, 1), "us": (1, 1000), "ns": (1, 1_000_000)}
_LIMITS_MS = (-(10**12), 4 * 10**12)


class Stamps(Struct, frozen=True, eq=False):
    """Milliseconds since 1970: of UTC, or when `is_naive` of a clock that the file does not name (read as if
    it stood on UTC). `unit`: s, ms, us, ns or text."""

    ms: Ints
    unit: str
    is_naive: bool


class Guess(Struct, frozen=True):
    """A zone, and how it is known: `given`, `stamps` (they name it), `hours` (the bars lie in the market's
    hours), `clock` (an hour is missing where that zone's clocks were changed), `assumed`."""

    zone: str
    how: str
    is_sure: bool = True


def from_numbers(values: Floats | Ints) -> Stamps:
    """Epoch stamps: what they count in is told by how large they are."""
    found = values[np.isfinite(values)]
    middle = abs(float(np.median(found))) if len(found) else 0.0
    unit = next((one for one, below in _UNITS if middle < below), "ns")
    above, below = _IN_MS[unit]
    whole = _whole(values)
    ms = np.where(whole != NAT_MS, whole * above // below, NAT_MS)
    return Stamps(_within(ms), unit, False)


def from_texts(texts: Sequence[str]) -> Stamps:
    """ISO 8601 with or without a zone, numbers as text, and the shapes that trading programs write."""
    first = next((text.strip() for text in texts if text and text.strip()), "")
    if _NUMBER.fullmatch(first):
        return from_numbers(np.array([_number(text) for text in texts], dtype=np.float64))
    shape = next((one for one in (*_SHAPES, *_SHAPES_MORE) if _shaped(first, one) is not None), "")
    ms = np.full(len(texts), NAT_MS, dtype=np.int64)
    is_naive = True
    for place, text in enumerate(texts):
        at = _shaped(text.strip(), shape) if shape else _iso(text)
        if at is None:
            continue
        is_naive = is_naive and at.tzinfo is None
        ms[place] = millis(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    return Stamps(_within(ms), "text", is_naive)


def on_clock(naive_ms: Ints, zone: str) -> Ints:
    """Local times of a zone as instants. An hour that a clock shows twice is the first one until stamps fall
    back inside it."""
    if zone == "UTC":
        return naive_ms
    place = ZoneInfo(zone)
    sound = naive_ms != NAT_MS
    hours, where = np.unique(naive_ms[sound] // HOUR_MS, return_inverse=True)
    offsets = np.array([_offset_ms(int(hour), place, 0) for hour in hours.tolist()], dtype=np.int64)
    later = np.array([_offset_ms(int(hour), place, 1) for hour in hours.tolist()], dtype=np.int64)
    local = naive_ms[sound]
    found = local - offsets[where]
    for index in np.flatnonzero(offsets[where] != later[where]).tolist():
        if index and found[index] <= found[index - 1]:
            found[index] = local[index] - int(later[where[index]])
    ms = np.full(len(naive_ms), NAT_MS, dtype=np.int64)
    ms[sound] = found
    return ms


def guessed(naive_ms: Ints, frame_s: int, volume: Floats, instrument: Instrument) -> Guess:
    """On whose clock these local times were."""
    sound = naive_ms[naive_ms != NAT_MS]
    if not len(sound) or frame_s >= 86_400:
        return Guess("UTC", "assumed", False)
    if instrument.session.spans:
        return _by_hours(naive_ms, frame_s, volume, instrument)
    return _by_clock_changes(sound, frame_s)


def _by_hours(naive_ms: Ints, frame_s: int, volume: Floats, instrument: Instrument) -> Guess:
    """The zone under which most of what was traded was traded while the market was open."""
    step = max(1, len(naive_ms) // SAMPLE)
    some = naive_ms[::step]
    weight = np.nan_to_num(volume[::step])
    if not weight.any():
        weight = np.ones(len(some))
    weight = np.where(some == NAT_MS, 0.0, weight)
    span = timedelta(seconds=frame_s)
    scores = []
    for zone in dict.fromkeys((instrument.session.zone, *ZONES)):
        hours = Hours(instrument.session)
        open_ = [
            ms != NAT_MS and hours.is_open_during(instant(ms), instant(ms) + span)
            for ms in on_clock(some, zone).tolist()
        ]
        scores.append((float((weight * np.array(open_)).sum() / weight.sum()), zone))
    best = max(score for score, _ in scores)
    zone = next(zone for score, zone in scores if score == best)
    others = [score for score, name in scores if name != zone]
    return Guess(zone, "hours", best - max(others) >= CLEAR)


def _by_clock_changes(sound: Ints, frame_s: int) -> Guess:
    """A local clock leaves out an hour in spring: the zone whose hours are missing, if one's are."""
    stamps = set((np.unique(sound // HOUR_MS)).tolist())
    first, last = instant(int(sound.min())), instant(int(sound.max()))
    if frame_s > 3600:
        return Guess("UTC", "assumed", False)
    for zone in ZONES[1:]:
        skipped = [hour for hour in _skipped(zone, first.year, last.year) if min(stamps) < hour < max(stamps)]
        if skipped and not any(hour in stamps for hour in skipped):
            around = [hour for hour in skipped if hour - 1 in stamps and hour + 1 in stamps]
            if around:
                return Guess(zone, "clock")
    return Guess("UTC", "assumed", False)


def _skipped(zone: str, first: int, last: int) -> list[int]:
    """Local hours (since 1970) that a zone's clocks never show, from year to year."""
    place, found = ZoneInfo(zone), []
    for year in range(first, last + 1):
        at = datetime(year, 1, 1, tzinfo=UTC)
        before = at.astimezone(place).utcoffset() or timedelta()
        for _ in range(366 * 24):
            at += timedelta(hours=1)
            offset = at.astimezone(place).utcoffset() or timedelta()
            if offset > before:
                found.append((millis(at) + int(before.total_seconds()) * 1000) // HOUR_MS)
            before = offset
    return found


def _offset_ms(hour: int, place: ZoneInfo, fold: int) -> int:
    local = instant(hour * HOUR_MS).replace(tzinfo=place, fold=fold)
    return int((local.utcoffset() or timedelta()).total_seconds()) * 1000


def _whole(numbers: Floats | Ints) -> Ints:
    if numbers.dtype.kind != "f":
        return numbers.astype(np.int64)
    sound: Mask = np.isfinite(numbers) & (np.abs(numbers) < 9e18)
    return np.where(sound, np.where(sound, numbers, 0.0), NAT_MS).astype(np.int64)


def _within(ms: Ints) -> Ints:
    least, most = _LIMITS_MS
    return np.where((ms > least) & (ms < most), ms, NAT_MS)


def _number(text: str) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _shaped(text: str, shape: str) -> datetime | None:
    try:
        return datetime.strptime(text, shape)  # noqa: DTZ007 - the zone is asked for separately
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        return None
