"""Pictures to test with: made-up courses that come out the same each time, and their golden images.

`python -m tests.unit.pictures.samples` writes the golden images anew, 360 pixels wide as on a phone, and
every picture in full size into the folder that is named behind it: look at them before keeping them.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from bot.conversation.painting import (
    DAY,
    CalendarSpec,
    Candle,
    CardSpec,
    ChartSpec,
    ChartStyle,
    DayResult,
    EquityPoint,
    EquitySpec,
    FillMark,
    LevelKind,
    PlanLine,
    PlanSpec,
    PriceLevel,
    StopStep,
    Stretch,
    Swing,
    Theme,
)
from bot.conversation.wording import Wording
from bot.pictures.painter import Spec, drawn
from trading.domain.money import Money

GOLDEN = Path(__file__).with_name("golden")
PHONE_WIDTH, COMPARED_WIDTH = 360, 120
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
PATH = tuple(candle.close for candle in BARE.candles[50:80])
CARD = CardSpec(
    "BTC/USD",
    START,
    BERLIN,
    percent=Decimal("2.3149"),
    amount=Money(Decimal("231.49"), "USD"),
    r=Decimal("1.157"),
    side="LONG",
    facts=(("Entry", "7,401.00"), ("Exit", "7,580.25"), ("Size", "1.35"), ("Held", "2h 5m"), ("By", "TP 2")),
    path=PATH,
    said="after fees",
    note="PAPER · REPLAY 2018-04-04 01:23 UTC",
)
HIDDEN = replace(
    CARD,
    title="BTC/USD",
    percent=Decimal("-1.02"),
    amount=None,
    r=Decimal("-1.04"),
    side="SHORT",
    is_long=False,
    facts=tuple(fact for fact in CARD.facts if fact[0] != "Size"),
    note="",
)
PERIOD_CARD = replace(
    CARD,
    title="Month",
    side="",
    r=None,
    percent=Decimal("12.5"),
    amount=Money(Decimal("1250432.1"), "USDT"),
    facts=(("Round trips", "123"), ("Win rate", "62.5%"), ("Average R", "+0.42R")),
    note="PAPER",
)


def month_of(hidden: bool = False) -> tuple[DayResult, ...]:
    """Results of the weekdays of April 2018 up to the 24th."""
    walk, found = Walk(11), []
    for number in range(24):
        day = date(2018, 4, 1) + timedelta(days=number)
        net = (walk.step() * (2_000 if number == 16 else 120)).quantize(CENT) if number != 9 else Decimal(0)
        if day.weekday() < 5:
            gained = None if not net else net > 0
            weight, share = min(abs(net) / 200, Decimal(1)), net / 100
            found.append(DayResult(day, gained, weight, None if hidden else net, share))
    return tuple(found)


MONTH = CalendarSpec(
    date(2018, 4, 1),
    month_of(),
    date(2018, 4, 24),
    BERLIN,
    total=sum((one.net or Decimal(0) for one in month_of()), Decimal(0)),
    percent=Decimal("3.21"),
    note="REPLAY 2018-04-24 01:23 UTC",
)
SECRET = replace(
    MONTH,
    days=month_of(hidden=True),
    total=None,
    subject="BTC/USD",
    note="",
    wording=Wording(zone="Europe/Berlin", numbers="1.234,56"),
)
NOW = BARE.candles[-1].close
CELLS = tuple(NOW - 220 + 40 * number for number in range(12))
PLAN = PlanSpec(
    "BTC/USD",
    "grid",
    QUARTER,
    BARE.candles[-60:],
    CENT,
    NOW,
    (
        *(PlanLine(LevelKind.ENTRY, min(low, NOW + 8), 400 / low) for low in CELLS),
        *(PlanLine(LevelKind.TARGET, low + 40, 400 / low) for low in CELLS),
        PlanLine(LevelKind.STOP, NOW - 300, Decimal("0.65")),
    ),
    Money(Decimal("4805.40"), "USD"),
    Money(Decimal("1.38"), "USD"),
    Money(Decimal("231.75"), "USD"),
    BERLIN,
    note="REPLAY 2018-04-04 01:23 UTC",
)
LADDER = replace(
    PLAN,
    title="dca",
    lines=(
        *(
            PlanLine(LevelKind.ENTRY, NOW - 30 * number, Decimal("1.3") ** number / 100)
            for number in range(6)
        ),
        PlanLine(LevelKind.TARGET, NOW + 60, Decimal("0.01")),
        PlanLine(LevelKind.STOP, NOW - 2400, Decimal("0.12")),
    ),
    capital=Money(Decimal("912.10"), "USD"),
    trip=Money(Decimal("0.45"), "USD"),
    worst=Money(Decimal("305.00"), "USD"),
    note="",
    theme=Theme.LIGHT,
)
GERMAN = Wording("de", "Europe/Berlin", "1.234,56")
MARCH = replace(
    MONTH,
    month=date(2018, 3, 1),
    today=date(2018, 3, 31),
    days=tuple(replace(one, day=one.day - timedelta(days=31)) for one in MONTH.days),
    wording=GERMAN,
)
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
    "card": CARD,
    "card-light": replace(CARD, theme=Theme.LIGHT),
    "card-hidden": HIDDEN,
    "card-hidden-light": replace(HIDDEN, theme=Theme.LIGHT),
    "card-period": PERIOD_CARD,
    "calendar": MONTH,
    "calendar-light": replace(MONTH, theme=Theme.LIGHT),
    "calendar-hidden": SECRET,
    "calendar-hidden-light": replace(SECRET, theme=Theme.LIGHT),
    "plan": PLAN,
    "plan-ladder": LADDER,
    "german-plan": replace(PLAN, wording=GERMAN),
    "german-calendar": MARCH,
    "german-card": replace(CARD, wording=GERMAN, said=GERMAN.say("picture.after_fees")),
    "german-equity": replace(CURVE, wording=GERMAN, title="Vermögen paper"),
    "german-chart": replace(MANAGED, wording=GERMAN),
}
"""By the name of the golden image."""


def on_a_phone(png: bytes) -> Image.Image:
    """A picture as a phone shows it, and as the golden images keep it."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    return whole.resize((PHONE_WIDTH, whole.height * PHONE_WIDTH // whole.width), Image.Resampling.LANCZOS)


def compared(shown: Image.Image) -> Image.Image:
    """What two of them are compared by: spots, so that another text engine's edges do not count."""
    return shown.resize((COMPARED_WIDTH, shown.height * COMPARED_WIDTH // shown.width), Image.Resampling.BOX)


def main(folder: str = "") -> None:
    """Write the golden images, and the pictures themselves where somebody wants to look at them."""
    for name, spec in SAMPLES.items():
        png = drawn(spec)
        on_a_phone(png).save(GOLDEN / f"{name}.png", optimize=True)
        if folder:
            (Path(folder) / f"{name}.png").write_bytes(png)


if __name__ == "__main__":
    main(*sys.argv[1:2])
