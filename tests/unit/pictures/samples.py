"""Pictures to test with: made-up courses that come out the same each time, and their golden images.

`python -m tests.unit.pictures.samples` writes the golden images anew, 120 pixels wide, and every picture in
full size into the folder that is named behind it: look at them before keeping them.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from bot.conversation.painting import (
    DAY,
    Candle,
    ChartSpec,
    ChartStyle,
    EquityPoint,
    EquitySpec,
    FillMark,
    LevelKind,
    PriceLevel,
    StopStep,
    Stretch,
    Swing,
    Theme,
)
from bot.conversation.wording import Wording
from bot.pictures.painter import Spec, drawn

GOLDEN = Path(__file__).with_name("golden")
SMALL = (120, 90)
START = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
BERLIN = Wording(zone="Europe/Berlin")
CENT = Decimal("0.01")


class Walk:
    """Numbers that look drawn and never are."""

    def __init__(self, state: int) -> None:
        self.state = state

    def step(self) -> Decimal:
        """From -1 to 1."""
        self.state = (self.state * 1103515245 + 12345) % (1 << 31)
        return Decimal(self.state % 2001 - 1000) / 1000


def walked(
    count: int,
    price: Decimal = Decimal(7400),
    swing: Decimal = Decimal(30),
    *,
    tick: Decimal = CENT,
    span: timedelta = QUARTER,
    holes: dict[int, timedelta] | None = None,
    volume: bool = True,
) -> tuple[Candle, ...]:
    """`count` candles from `price` on; `holes` are waits before the candle of that number."""
    walk, at, found = Walk(7), START, []
    for number in range(count):
        at += (holes or {}).get(number, timedelta())
        close = price + walk.step() * swing
        high = max(price, close) + abs(walk.step()) * swing / 2
        low = min(price, close) - abs(walk.step()) * swing / 2
        opens, high, low, close = (
            (one / tick).to_integral_value() * tick for one in (price, high, low, close)
        )
        traded = abs(walk.step()) * 50 + 3 if volume else None
        found.append(Candle(at, at + span, opens, high, low, close, traded))
        price, at = close, at + span
    return tuple(found)


def chart_of(candles: tuple[Candle, ...], **more: object) -> ChartSpec:
    """A chart of Bitcoin, in quarters of an hour unless `more` says otherwise."""
    last = candles[-1].close if candles else None
    spec = ChartSpec("BTC/USD", "15m", QUARTER, ChartStyle.CANDLES, candles, CENT, BERLIN, last)
    if candles:
        high, low = max(c.high for c in candles), min(c.low for c in candles)
        spec = replace(spec, day=Swing(DAY, Decimal("2.31"), high, low))
    return replace(spec, **more)


BARE = chart_of(walked(120))
ENTRY = BARE.candles[60].close
LEVELS = (
    PriceLevel(LevelKind.ENTRY, ENTRY, "Entry"),
    PriceLevel(LevelKind.TARGET, ENTRY * Decimal("1.012"), "TP 1"),
    PriceLevel(LevelKind.TARGET, ENTRY * Decimal("1.016"), "TP 2"),
    PriceLevel(LevelKind.TARGET, ENTRY * Decimal("1.8"), "TP 3"),
    PriceLevel(LevelKind.STOP, ENTRY * Decimal("0.98"), "Stop"),
    PriceLevel(LevelKind.TRAIL, ENTRY * Decimal("0.981"), "Trail"),
)
HELD = replace(
    BARE,
    levels=LEVELS,
    entered_at=BARE.candles[60].at,
    fills=(
        FillMark(BARE.candles[60].at, ENTRY, True),
        FillMark(BARE.candles[90].at, BARE.candles[90].close, False),
    ),
    note="REPLAY 2018-04-04 01:23 UTC",
)
BROUGHT = (ENTRY - 60, ENTRY - 20, ENTRY, ENTRY + 35)
MANAGED = replace(
    HELD,
    note="",
    levels=(
        LEVELS[0],
        PriceLevel(LevelKind.TARGET, ENTRY * Decimal("1.016"), "TP 2"),
        PriceLevel(LevelKind.TRAIL, BROUGHT[-1], "Trail"),
    ),
    stops=tuple(
        StopStep(BARE.candles[place].at, price, LevelKind.STOP if place < 90 else LevelKind.TRAIL)
        for place, price in zip((60, 74, 90, 104), BROUGHT, strict=True)
    ),
    fills=(
        FillMark(BARE.candles[60].at, ENTRY, True, "Entry"),
        FillMark(BARE.candles[61].at, BARE.candles[61].close, True, "Entry"),
        FillMark(BARE.candles[90].at, BARE.candles[90].close, False, "TP"),
        FillMark(BARE.candles[91].at, BARE.candles[91].close, False, "Close"),
    ),
)
HOLED = chart_of(
    walked(
        100,
        Decimal(1650),
        Decimal(2),
        tick=Decimal("0.25"),
        span=timedelta(minutes=5),
        holes={30: QUARTER, 60: timedelta(hours=16)},
        volume=False,
    ),
    symbol="ES",
    frame="5m",
    span=timedelta(minutes=5),
    tick=Decimal("0.25"),
)
SHUT = HOLED.candles
SESSIONS = replace(
    HOLED,
    sessions=(
        Stretch(SHUT[6].at, SHUT[29].ends_at),
        Stretch(SHUT[30].at, SHUT[54].ends_at),
        Stretch(SHUT[62].at, SHUT[99].ends_at),
    ),
)


def course(count: int, moved_at: int = -1) -> tuple[EquityPoint, ...]:
    """`count` steps of a balance from 10,000 on; one of them a deposit of 2,000 more."""
    walk, at, value, found = Walk(5), START, Decimal(10_000), []
    for number in range(count):
        moved = Decimal(2_000) if number == moved_at else Decimal(0)
        value += (walk.step() * 80).quantize(CENT) + moved
        at += timedelta(minutes=400 + int(walk.step() * 390))
        found.append(EquityPoint(at, value, moved))
    return tuple(found)


CURVE = EquitySpec("Equity paper", "Month", course(60), "USD", BERLIN)
SAMPLES: dict[str, Spec] = {
    "candles": BARE,
    "held": HELD,
    "line": replace(HELD, style=ChartStyle.LINE),
    "area": replace(BARE, style=ChartStyle.AREA),
    "light": replace(HELD, theme=Theme.LIGHT),
    "holes": HOLED,
    "sessions": SESSIONS,
    "sessions-light": replace(SESSIONS, theme=Theme.LIGHT),
    "managed": MANAGED,
    "managed-light": replace(MANAGED, theme=Theme.LIGHT),
    "short": replace(
        HELD,
        is_long=False,
        levels=(
            LEVELS[0],
            PriceLevel(LevelKind.TARGET, ENTRY * Decimal("0.985"), "TP 1"),
            PriceLevel(LevelKind.STOP, ENTRY * Decimal("1.01"), "Stop"),
        ),
    ),
    "empty": chart_of(()),
    "equity": CURVE,
    "equity-deposit": replace(CURVE, points=course(60, 30), note="REPLAY 2018-04-04 01:23 UTC"),
    "equity-light": replace(CURVE, points=course(60, 30), theme=Theme.LIGHT),
    "equity-one": replace(CURVE, points=course(1)),
}
"""By the name of the golden image."""


def small(png: bytes) -> Image.Image:
    """A picture as the golden images keep it."""
    return Image.open(io.BytesIO(png)).convert("RGB").resize(SMALL, Image.Resampling.BOX)


def main(folder: str = "") -> None:
    """Write the golden images, and the pictures themselves where somebody wants to look at them."""
    for name, spec in SAMPLES.items():
        png = drawn(spec)
        small(png).save(GOLDEN / f"{name}.png", optimize=True)
        if folder:
            (Path(folder) / f"{name}.png").write_bytes(png)


if __name__ == "__main__":
    main(*sys.argv[1:2])
