"""A month of daily results: weeks from Monday on, each day in green or red by what it made."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.conversation.painting import CalendarSpec, DayResult
from bot.conversation.wording import Wording
from bot.pictures.canvas import Canvas
from bot.pictures.frame import HEIGHT, MARGIN, WIDTH, Area, Fact, fitting, head
from bot.pictures.palette import Colour, Palette, palette_of

DAYS = 7
GAP = 8
WEEKDAY, NUMBER, RESULT, RESULT_LEAST = 32, 30, 40, 26
HEAD_HEIGHT = 50
PALEST, DEEPEST = 0.18, 0.55
"""How much colour the day with the smallest and the one with the largest result has."""


def calendar(spec: CalendarSpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(spec.theme)
    canvas = Canvas(WIDTH, HEIGHT, palette.ground)
    top = _head(canvas, palette, spec)
    wide = (WIDTH - 2 * MARGIN + GAP) / DAYS
    for number, name in enumerate(weekday_names(spec.wording)):
        middle = MARGIN + number * wide + (wide - GAP) / 2
        canvas.text(middle, top + HEAD_HEIGHT / 2 - 6, name, WEEKDAY, palette.dim, "mm")
    top += HEAD_HEIGHT
    days = days_of(spec.month)
    before = spec.month.weekday()
    weeks = -(-(before + len(days)) // DAYS)
    high = (HEIGHT - MARGIN / 2 - top) / weeks
    results = {one.day: one for one in spec.days}
    size = min((_size(canvas, spec, one, wide - GAP) for one in spec.days), default=RESULT)
    for number, day in enumerate(days):
        week, weekday = divmod(before + number, DAYS)
        left, upper = MARGIN + weekday * wide, top + week * high
        box = Area(left, upper, left + wide - GAP, upper + high - GAP)
        _day(canvas, palette, spec, box, day, results.get(day), size)
    return canvas.png()


def days_of(month: date) -> list[date]:
    """The days of the month that begins on `month`."""
    following = (month + timedelta(days=31)).replace(day=1)
    return [month + timedelta(days=number) for number in range((following - month).days)]


def weekday_names(wording: Wording) -> list[str]:
    """`Mon` to `Sun`, in the person's language."""
    return wording.say("picture.weekdays").split()


def _head(canvas: Canvas, palette: Palette, spec: CalendarSpec) -> float:
    wording = spec.wording
    won = sum(one.is_gain is True for one in spec.days)
    lost = sum(one.is_gain is False for one in spec.days)
    facts = [
        Fact(wording.say("picture.days_won"), wording.number(Decimal(won)), palette.up),
        Fact(wording.say("picture.days_lost"), wording.number(Decimal(lost)), palette.down),
    ]
    big = ""
    if spec.percent is not None:
        big = wording.percent(spec.percent, signed=True)
    if spec.total is not None:
        if big:
            facts.insert(0, Fact("", big, _tone(palette, spec.total)))
        big = wording.money(spec.total, spec.currency, signed=True)
    whole = spec.total if spec.total is not None else spec.percent or Decimal(0)
    title = (wording.month(spec.month), spec.subject)
    return head(canvas, palette, title, (big, _tone(palette, whole)), facts, spec.note)


def _tone(palette: Palette, value: Decimal) -> Colour:
    return palette.up if value > 0 else palette.down if value < 0 else palette.dim


def _size(canvas: Canvas, spec: CalendarSpec, day: DayResult, room: float) -> int:
    return fitting(canvas, spec.text_of(day), RESULT, room - 10, least=RESULT_LEAST)


def _day(
    canvas: Canvas,
    palette: Palette,
    spec: CalendarSpec,
    box: Area,
    day: date,
    result: DayResult | None,
    size: int,
) -> None:
    is_ahead = day > spec.today
    colour = palette.grid if is_ahead else palette.day
    fill = palette.tinted(colour, 0.35 if is_ahead else 0.4)
    if result is not None and result.is_gain is not None:
        strength = PALEST + (DEEPEST - PALEST) * float(result.weight)
        fill = palette.tinted(palette.up if result.is_gain else palette.down, strength)
    if day == spec.today:
        canvas.box(box.left - 4, box.top - 4, box.right + 4, box.bottom + 4, palette.text, radius=14)
    canvas.box(*box, fill, radius=10)
    number = spec.wording.number(Decimal(day.day))
    canvas.text(box.left + 12, box.top + 8, number, NUMBER, palette.dim if is_ahead else palette.text, "la")
    if result is not None:
        middle = (box.left + box.right) / 2, box.bottom - size * 0.75
        canvas.text(*middle, spec.text_of(result), size, palette.text, "mm", bold=True)
