"""From short bars to the bars of a longer time frame: pure, and nothing is invented.

A stretch without bars has no bar. Frames begin on round instants of UTC; a day is a day of UTC, and holds
whatever is shorter: a stock's session is a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trading.domain.market import Bar
from trading.domain.money import Quantity

FRAMES: dict[str, timedelta] = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
}
"""By name, finest first."""
DAY = FRAMES["1d"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_of(bars: Sequence[Bar]) -> timedelta:
    """How long these bars are: the shortest of at least one (a day on which clocks change is longer)."""
    return min(bar.ends_at - bar.at for bar in bars)


def frames_of(base: timedelta) -> list[str]:
    """The time frames that bars of `base` fill evenly, finest first; none when they are longer than a day."""
    return [name for name, span in FRAMES.items() if span >= base and (not span % base or span == DAY)]


def joined(bars: Iterable[Bar], span: timedelta, *, follows: bool = False) -> list[Bar]:
    """Bars of `span` from bars, oldest first, none of which is longer; the last one may still grow.

    A bar belongs to the frame in which it begins. The first one is left out when its beginning is not known,
    unless there is no other: its open would not be an open. `follows`: nothing is missing before it.
    """
    groups: dict[datetime, list[Bar]] = {}
    for bar in bars:
        start = bar.at if bar.ends_at - bar.at == span else bar.at - (bar.at - _EPOCH) % span
        groups.setdefault(start, []).append(bar)
    found = [_one(start, span, group) for start, group in groups.items()]
    if follows or len(found) < 2:
        return found
    first = groups[found[0].at][0]
    is_whole = first.at - found[0].at < first.ends_at - first.at
    return found if is_whole else found[1:]


def closed(bars: Sequence[Bar], span: timedelta, now: datetime, *, follows: bool = False) -> list[Bar]:
    """Those that do not change any more. The last one has closed when a bar has reached its end; where a
    market rests before that, when no bar that still belongs to it can come."""
    found = joined(bars, span, follows=follows)
    if not found:
        return found
    last = found[-1].ends_at
    is_over = bars[-1].ends_at >= last or now >= last + span_of(bars)
    return found if is_over else found[:-1]


def _one(start: datetime, span: timedelta, bars: Sequence[Bar]) -> Bar:
    traded = [bar.volume for bar in bars if bar.volume is not None]
    return Bar(
        bars[0].symbol,
        start,
        start + span,
        bars[0].open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        bars[-1].close,
        Quantity(sum(traded, Decimal(0))) if traded else None,
        source=bars[-1].source,
    )
