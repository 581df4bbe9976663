"""The strategies once more, worked out bar by bar in plain Python from the formulas of their pages.

Nothing of the product is used here: lists of numbers in, what each rule compares and what follows from it
out. None stands for what is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Known = list[float | None]


class Bar(NamedTuple):
    """One bar of a golden run."""

    at: datetime
    open: float
    high: float
    low: float
    close: float


class Said(NamedTuple):
    """What is said after one bar: by hand, and in a row of a page."""

    numbers: dict[str, float | None]
    entry: int
    stop: float | None
    target: float | None
    exit: bool


Knobs = Mapping[str, Any]


def ema(values: Sequence[float], length: int) -> Known:
    found: Known = [None] * len(values)
    for i in range(length - 1, len(values)):
        before = found[i - 1] if i else None
        first = sum(values[:length]) / length
        found[i] = first if before is None else before + (values[i] - before) * 2 / (length + 1)
    return found


def wilder(values: Sequence[float], length: int) -> Known:
    """`values` begin at the second bar; what is found has one place more."""
    found: Known = [None] * (len(values) + 1)
    for i in range(length, len(values) + 1):
        before = found[i - 1]
        first = sum(values[:length]) / length
        found[i] = first if before is None else (before * (length - 1) + values[i - 1]) / length
    return found


def rsi(close: Sequence[float], length: int) -> Known:
    moves = [b - a for a, b in pairwise(close)]
    up, down = wilder([max(m, 0) for m in moves], length), wilder([max(-m, 0) for m in moves], length)
    return [
        None if u is None or d is None else 0.0 if u + d == 0 else 100 * u / (u + d)
        for u, d in zip(up, down, strict=True)
    ]


def ranges(bars: Sequence[Bar]) -> list[float]:
    return [max(b.high - b.low, abs(b.high - a.close), abs(b.low - a.close)) for a, b in pairwise(bars)]


def atr(bars: Sequence[Bar], length: int) -> Known:
    return wilder(ranges(bars), length)


def adx(bars: Sequence[Bar], length: int) -> Known:
    found: Known = [None] * len(bars)
    true, plus, minus = 0.0, 0.0, 0.0
    indexes: list[float] = []
    for i, reach in enumerate(ranges(bars), start=1):
        up, down = bars[i].high - bars[i - 1].high, bars[i - 1].low - bars[i].low
        forget = 0.0 if i < length else 1 / length
        true = true - true * forget + reach
        plus = plus - plus * forget + (up if up > down and up > 0 else 0)
        minus = minus - minus * forget + (down if down > up and down > 0 else 0)
        if i < length:
            continue
        indexes.append(100 * abs(plus - minus) / (plus + minus) if plus + minus else 0.0)
        before = found[i - 1]
        if before is not None:
            found[i] = (before * (length - 1) + indexes[-1]) / length
        elif len(indexes) == length:
            found[i] = sum(indexes) / length
    return found


def under(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and a < b


def crossings(values: Sequence[float | None], levels: Sequence[float | None]) -> list[bool]:
    found = [False] * len(values)
    for i in range(1, len(values)):
        pairs = [(values[j], levels[j]) for j in (i - 1, i)]
        if all(a is not None and b is not None for a, b in pairs):
            found[i] = under(pairs[0][1], pairs[0][0]) != under(pairs[1][1], pairs[1][0])
    return found


def level(close: float, side: int, ranges_: float, reach: float | None) -> float | None:
    return None if reach is None else close - side * ranges_ * reach


def pullback(bars: Sequence[Bar], knobs: Knobs) -> list[Said]:
    close = [b.close for b in bars]
    fast, slow = ema(close, knobs["fast"]), ema(close, knobs["slow"])
    strength, reach = rsi(close, knobs["rsi_length"]), atr(bars, knobs["atr_length"])
    first = max(knobs["slow"], knobs["rsi_length"] + 1, knobs["atr_length"] + 1)
    said = []
    for i, bar in enumerate(bars):
        decided = i >= first and under(slow[i], fast[i]) and under(strength[i], float(knobs["rsi_below"]))
        numbers = {"trend.fast": fast[i], "trend.slow": slow[i], "dip.rsi": strength[i]}
        stop = level(bar.close, 1, float(knobs["stop_atr"]), reach[i])
        target = level(bar.close, -1, float(knobs["target_atr"]), reach[i])
        said.append(Said(numbers, int(decided), *(stop, target) if decided else (None, None), False))
    return said


def mean_reversion(bars: Sequence[Bar], knobs: Knobs) -> list[Said]:
    close, length = [b.close for b in bars], knobs["length"]
    strength, trend = rsi(close, knobs["rsi_length"]), adx(bars, knobs["adx_length"])
    reach = atr(bars, knobs["atr_length"])
    middle: Known = [None] * len(bars)
    width: Known = [None] * len(bars)
    for i in range(length - 1, len(bars)):
        seen = close[i - length + 1 : i + 1]
        mean = sum(seen) / length
        middle[i] = mean
        width[i] = float(knobs["deviations"]) * (sum((x - mean) ** 2 for x in seen) / length) ** 0.5
    first = max(length, knobs["rsi_length"] + 1, 2 * knobs["adx_length"], knobs["atr_length"] + 1)
    turned = crossings(close, middle)
    said = []
    for i, bar in enumerate(bars):
        mean, half = middle[i], width[i]
        lower = None if mean is None or half is None else mean - half
        upper = None if mean is None or half is None else mean + half
        side = int(under(bar.close, lower)) - int(under(upper, bar.close))
        low = float(knobs["rsi_low"])
        weak = strength[i]
        agrees = weak is not None and (weak <= low if side > 0 else weak >= 100 - low)
        calm = trend[i]
        decided = bool(
            i >= first and side and agrees and calm is not None and calm <= float(knobs["adx_most"])
        )
        numbers = {"stretch.lower": lower, "stretch.upper": upper, "momentum.rsi": weak, "calm.adx": calm}
        stop = level(bar.close, side, float(knobs["stop_atr"]), reach[i])
        said.append(
            Said(numbers, side if decided else 0, stop if decided else None, None, i >= first and turned[i])
        )
    return said


def trend_following(bars: Sequence[Bar], knobs: Knobs) -> list[Said]:
    close, channel = [b.close for b in bars], knobs["channel"]
    fast, slow = ema(close, knobs["fast"]), ema(close, knobs["slow"])
    strength, reach = adx(bars, knobs["adx_length"]), atr(bars, knobs["atr_length"])
    first = max(knobs["slow"], channel, 2 * knobs["adx_length"], knobs["atr_length"] + 1)
    turned = crossings(fast, slow)
    said = []
    for i, bar in enumerate(bars):
        past = bars[i - channel : i] if i >= channel else []
        ceiling = max((b.high for b in past), default=None)
        floor = min((b.low for b in past), default=None)
        side = int(under(slow[i], fast[i])) - int(under(fast[i], slow[i]))
        broke = under(ceiling, bar.close) if side > 0 else under(bar.close, floor)
        trend = strength[i]
        strong = trend is not None and trend >= float(knobs["adx_least"])
        decided = bool(i >= first and side and broke and strong)
        numbers = {
            "trend.fast": fast[i],
            "trend.slow": slow[i],
            "breakout.ceiling": ceiling,
            "breakout.floor": floor,
            "strength.adx": trend,
        }
        stop = level(bar.close, side, float(knobs["stop_atr"]), reach[i])
        said.append(
            Said(numbers, side if decided else 0, stop if decided else None, None, i >= first and turned[i])
        )
    return said


def overnight_range(bars: Sequence[Bar], knobs: Knobs) -> list[Said]:
    """The night is over when its last bar has closed; a holiday and an early close do not come up here."""
    zone = ZoneInfo(knobs["zone"])
    spans = [b.at - a.at for a, b in pairwise(bars)]
    frame = min(spans)
    said: list[Said] = []
    broken: set[object] = set()
    for i, bar in enumerate(bars):
        local = bar.at.astimezone(zone)
        begins = datetime.combine(local.date() - timedelta(days=1), knobs["night_begins"], zone)
        opens = datetime.combine(local.date(), knobs["opens"], zone)
        until = datetime.combine(local.date(), knobs["until"], zone)
        night = [b for b in bars if begins.astimezone(UTC) <= b.at < opens.astimezone(UTC)]
        is_whole = bool(night) and night[0] is not bars[0]
        in_session = opens <= local and bar.at + frame <= until.astimezone(UTC)
        asks = is_whole and local >= opens and local.time() < knobs["night_begins"]
        high = max(b.high for b in night) if asks else None
        low = min(b.low for b in night) if asks else None
        side = (int(under(high, bar.close)) - int(under(bar.close, low))) if in_session else 0
        numbers = {"break.high": high, "break.low": low, "range.bars": float(len(night)) if asks else 0.0}
        decided = False
        stop = target = None
        if side and high is not None and low is not None:
            share = (high - low) / bar.close * 100
            decided = (
                local.date() not in broken
                and local.weekday() < 5
                and float(knobs["width_least"]) <= share <= float(knobs["width_most"])
                and len(night) >= knobs["bars_least"]
            )
            broken.add(local.date())
            if decided:
                far = low if side > 0 else high
                stop = (high + low) / 2 if knobs["stop"] == "middle" else far
                target = bar.close + side * float(knobs["target_ranges"]) * (high - low)
        assert i == len(said)
        said.append(Said(numbers, side if decided else 0, stop, target, False))
    return said


def _zones(bars: Sequence[Bar], reach: int, most: int) -> tuple[Known, Known]:
    """Support and resistance after each bar."""
    kept: list[float] = []
    support: Known = []
    resistance: Known = []
    for i, bar in enumerate(bars):
        j = i - reach
        if j >= reach:
            before, after = bars[j - reach : j], bars[j + 1 : i + 1]
            if bars[j].high > max(b.high for b in before) and bars[j].high >= max(b.high for b in after):
                kept.append(bars[j].high)
            if bars[j].low < min(b.low for b in before) and bars[j].low <= min(b.low for b in after):
                kept.append(bars[j].low)
        kept = kept[-most:]
        support.append(max((x for x in kept if x <= bar.close), default=None))
        resistance.append(min((x for x in kept if x >= bar.close), default=None))
    return support, resistance


def pipeline(bars: Sequence[Bar], knobs: Knobs) -> list[Said]:
    """With the average as its only trigger and a market that never closes, as on its page."""
    assert knobs["trigger"] == "reclaim" and knobs["opens"] == knobs["closes"] and not knobs["trend_frame_s"]
    close = [b.close for b in bars]
    fast, slow, average = (ema(close, knobs[name]) for name in ("fast", "slow", "reclaim"))
    strength, reach = rsi(close, knobs["rsi_length"]), atr(bars, knobs["atr_length"])
    support, resistance = _zones(bars, knobs["swing_reach"], knobs["swing_most"])
    first = max(
        knobs["slow"],
        knobs["rsi_length"] + 1,
        knobs["atr_length"] + 1,
        knobs["reclaim"],
        2 * knobs["swing_reach"] + 1,
        13,
    )
    sides = [int(under(s, f)) - int(under(f, s)) for f, s in zip(fast, slow, strict=True)]
    said = []
    for i, bar in enumerate(bars):
        side, far, weak = sides[i], reach[i], strength[i]
        behind, ahead = (support[i], resistance[i]) if side > 0 else (resistance[i], support[i])
        near = None if behind is None or not far else abs(bar.close - behind) / far
        room = None if ahead is None or not far else abs(ahead - bar.close) / far
        zone = near is not None and near <= float(knobs["near_atr"])
        zone = zone and (room is None or room >= float(knobs["room_atr"]))
        own = weak if weak is None or side > 0 else 100 - weak
        momentum = own is not None and float(knobs["rsi_from"]) <= own <= float(knobs["rsi_to"])
        level_now, level_before = average[i], average[i - 1] if i else None
        trigger = False
        if level_now is not None and level_before is not None:
            trigger = side * (bar.close - level_now) > 0 and side * (close[i - 1] - level_before) <= 0
        percent = None if far is None else float(knobs["stop_atr"]) * far / bar.close * 100
        risk = percent is not None and float(knobs["stop_least"]) <= percent <= float(knobs["stop_most"])
        risk = risk and float(knobs["risk"]) / (percent or 1) * 100 <= float(knobs["exposure_most"])
        decided = bool(i >= first and side and zone and momentum and trigger and risk)
        numbers = {
            "trend.fast": fast[i],
            "trend.slow": slow[i],
            "zone.support": support[i],
            "zone.resistance": resistance[i],
            "zone.near": near,
            "momentum.rsi": weak,
            "trigger.average": level_now,
            "risk.stop_percent": percent,
        }
        stop = level(bar.close, side, float(knobs["stop_atr"]), far)
        target = level(bar.close, -side, float(knobs["target_atr"]), far)
        turned = i >= first and side != sides[i - 1] and sides[i - 1] != 0
        said.append(
            Said(numbers, side if decided else 0, *(stop, target) if decided else (None, None), turned)
        )
    return said


BY_HAND: Mapping[str, Callable[[Sequence[Bar], Knobs], list[Said]]] = {
    "pullback": pullback,
    "mean_reversion": mean_reversion,
    "trend_following": trend_following,
    "overnight_range": overnight_range,
    "pipeline": pipeline,
}
