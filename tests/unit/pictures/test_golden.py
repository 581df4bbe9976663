"""Each picture looks as it did when somebody last looked at it, and a small change is seen."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageStat

from bot.conversation.painting import CardSpec, ReportSpec
from bot.pictures import palette
from bot.pictures.canvas import Canvas
from bot.pictures.card import HEIGHT as CARD_HEIGHT
from bot.pictures.frame import HEIGHT, WIDTH
from bot.pictures.painter import Spec, drawn
from tests.unit.pictures.samples import (
    CARD,
    CENT,
    CURVE,
    GOLDEN,
    HELD,
    LADDER,
    MANAGED,
    MONTH,
    PHONE_WIDTH,
    PLAN,
    SAMPLES,
    SECRET,
    SESSIONS,
    compared,
    course,
    month_of,
    on_a_phone,
)

MEAN_MAX = 0.4
"""Mean difference of a channel, of 255; a text engine of another version moves edges by less."""
SPOT_MAX = 40
"""The largest difference at one of the 120 × 90 spots."""
READ_MIN = 9.0
"""Height of the smallest words, in points of a phone that is 360 of them wide."""
BYTES_MAX = 100 * 1024


@cache
def png_of(spec: Spec) -> bytes:
    """The picture of a spec, drawn once for all tests of this page."""
    return drawn(spec)


def difference(name: str, png: bytes) -> tuple[float, int]:
    """Mean and largest difference from the golden image."""
    golden = Image.open(GOLDEN / f"{name}.png").convert("RGB")
    apart = ImageChops.difference(compared(golden), compared(on_a_phone(png)))
    return sum(ImageStat.Stat(apart).mean) / 3, max(high for _, high in apart.getextrema())  # type: ignore[misc]


def looks_like(name: str, spec: Spec) -> bool:
    """Whether a picture passes for its golden image."""
    return is_near(name, png_of(spec))


def is_near(name: str, png: bytes) -> bool:
    """As `looks_like`, of a picture that is there."""
    mean, spot = difference(name, png)
    return mean <= MEAN_MAX and spot <= SPOT_MAX


@pytest.mark.parametrize("name", SAMPLES)
def test_a_picture_looks_like_its_golden_image(name: str) -> None:
    mean, spot = difference(name, png_of(SAMPLES[name]))
    assert mean <= MEAN_MAX and spot <= SPOT_MAX, (mean, spot)


def test_there_is_no_golden_image_without_its_picture() -> None:
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_golden_image_is_what_a_phone_shows(name: str) -> None:
    with Image.open(GOLDEN / f"{name}.png") as golden:
        assert golden.width == PHONE_WIDTH and golden.height == height_of(name) * PHONE_WIDTH // WIDTH


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_written_can_be_read_on_a_phone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[int] = set()
    write = Canvas.text

    def noted(self: Canvas, x: float, y: float, text: str, size: int, *rest: Any, **named: Any) -> float:
        sizes.add(size)
        return write(self, x, y, text, size, *rest, **named)

    monkeypatch.setattr(Canvas, "text", noted)
    drawn(SAMPLES[name])
    assert min(sizes) * PHONE_WIDTH / WIDTH >= READ_MIN, sorted(sizes)


def height_of(name: str) -> int:
    """How high the picture of a sample is."""
    return CARD_HEIGHT if isinstance(SAMPLES[name], CardSpec) else HEIGHT


@pytest.mark.parametrize("number", range(len(HELD.levels)))
def test_a_missing_level_is_seen(number: int) -> None:
    levels = tuple(level for i, level in enumerate(HELD.levels) if i != number)
    assert not looks_like("held", replace(HELD, levels=levels))


@pytest.mark.parametrize("what", ["up", "down", "entry", "trail", "text", "ground", "warn"])
def test_another_colour_is_seen(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = palette._DARK._replace(**{what: (255, 0, 255)})
    monkeypatch.setattr(palette, "_DARK", odd)
    assert not is_near("held", drawn(HELD))


@pytest.mark.parametrize(
    "changed",
    [
        replace(HELD, fills=()),
        replace(HELD, note=""),
        replace(HELD, day=None),
        replace(HELD, entered_at=None),
        replace(HELD, is_long=False),
        replace(HELD, candles=tuple(replace(c, volume=None) for c in HELD.candles)),
        replace(HELD, last=HELD.candles[-1].close + 40),
    ],
)
def test_another_picture_is_seen(changed: Spec) -> None:
    assert not looks_like("held", changed)


def test_a_deposit_is_no_gain_in_the_picture() -> None:
    points = tuple(replace(point, moved=Decimal(0)) for point in course(60, 30))
    assert not looks_like("equity-deposit", replace(CURVE, points=points, note="REPLAY 2018-04-04 01:23 UTC"))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("managed", replace(MANAGED, stops=MANAGED.stops[:-1])),
        ("managed", replace(MANAGED, stops=())),
        ("managed", replace(MANAGED, fills=tuple(replace(one, label="") for one in MANAGED.fills))),
        ("sessions", replace(SESSIONS, sessions=SESSIONS.sessions[1:])),
        ("equity", replace(CURVE, points=CURVE.points[:-9])),
        ("plan", replace(PLAN, lines=PLAN.lines[:-1])),
        ("plan", replace(PLAN, lines=PLAN.lines[1:])),
        ("plan", replace(PLAN, lines=PLAN.lines[12:])),
        ("plan", replace(PLAN, note="")),
        ("plan", replace(PLAN, worst=PLAN.capital)),
        ("plan-ladder", replace(LADDER, lines=LADDER.lines[:-2])),
        ("plan-ladder", replace(LADDER, lines=tuple(replace(one, quantity=CENT) for one in LADDER.lines))),
        ("card", replace(CARD, amount=None)),
        ("card", replace(CARD, r=None)),
        ("card", replace(CARD, percent=Decimal("2.32"))),
        ("card", replace(CARD, facts=CARD.facts[:-1])),
        ("card", replace(CARD, path=())),
        ("card", replace(CARD, note="")),
        ("card", replace(CARD, side="SHORT", is_long=False)),
        ("calendar", replace(MONTH, days=MONTH.days[1:])),
        ("calendar", replace(MONTH, today=MONTH.today + timedelta(days=1))),
        ("calendar", replace(MONTH, month=MONTH.month.replace(month=5))),
        ("calendar", replace(MONTH, total=-(MONTH.total or Decimal(1)))),
        ("calendar-hidden", replace(SECRET, days=month_of())),
    ],
)
def test_another_card_month_or_history_is_seen(name: str, changed: Spec) -> None:
    assert looks_like(name, SAMPLES[name]) and not looks_like(name, changed)


@pytest.mark.parametrize(
    "name", ["german-calendar", "german-equity", "german-chart", "german-card", "german-plan"]
)
def test_a_picture_speaks_the_persons_language(name: str) -> None:
    spec = SAMPLES[name]
    assert not isinstance(spec, ReportSpec)
    assert not looks_like(name, replace(spec, wording=replace(spec.wording, locale="en")))
    if name != "german-chart":
        assert not looks_like(name, replace(spec, wording=replace(spec.wording, numbers="1,234.56")))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_picture_is_small_enough_for_a_phone(name: str) -> None:
    png = png_of(SAMPLES[name])
    assert len(png) <= BYTES_MAX
    assert Image.open(io.BytesIO(png)).size == (WIDTH, height_of(name))


def test_the_same_spec_gives_the_same_bytes() -> None:
    assert drawn(HELD) == png_of(HELD)
