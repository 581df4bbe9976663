"""How an account went: steps with the high-water mark, what was lost from it, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from bot.conversation.painting import EquityPoint, EquitySpec
from bot.pictures.canvas import Canvas, Point
from bot.pictures.frame import (
    AXIS,
    AXIS_HEIGHT,
    GUTTER_PAD,
    HEIGHT,
    MARGIN,
    WIDTH,
    Area,
    Fact,
    head,
    sentence,
    time_axis,
)
from bot.pictures.hours import TimeTick, time_marks
from bot.pictures.palette import Palette, palette_of
from bot.pictures.scale import Extent, Scale, extent_of, padded, step_of, ticks_of

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
LOSS_SHARE, LOSS_GAP = 0.26, 30
"""How much of the height shows what was lost, and the room above that."""
LOSS_STEP, LOSS_TICKS = Decimal("0.01"), 2
LOSS_ROOM = Decimal("1.15")
"""How much further down the scale reaches than the deepest loss."""
TIME_LABELS = 6
"""Labels below the curve."""


class Course(NamedTuple):
    """What follows from the points. `marks` is the high-water mark at each of them: deposits lift it and are
    no profit. `depths` is how far each is below the best before it in percent, `drawdown` the deepest: of
    what a share of the account was worth, so that a deposit neither makes a loss smaller nor larger."""

    marks: tuple[Decimal, ...]
    gained: Decimal
    percent: Decimal
    drawdown: Decimal
    depths: tuple[Decimal, ...]


def course_of(points: Sequence[EquityPoint]) -> Course:
    """High-water mark, gain and drawdown of at least one point."""
    mark = points[0].value
    marks, depths, moved = [mark], [Decimal(0)], Decimal(0)
    unit = best = Decimal(1)
    for before, point in pairwise(points):
        mark = max(mark + point.moved, point.value)
        marks.append(mark)
        moved += point.moved
        # What is paid in was there to be lost, what is paid out leaves after the result.
        there = before.value + max(point.moved, Decimal(0))
        if there > 0:
            unit *= 1 + (point.value - point.moved - before.value) / there
        best = max(best, unit)
        depths.append((best - unit) / best * HUNDRED)
    gained = points[-1].value - points[0].value - moved
    base = points[0].value + max(moved, Decimal(0))
    percent = gained / base * HUNDRED if base > 0 else Decimal(0)
    return Course(tuple(marks), gained, percent, max(depths), tuple(depths))


def equity(spec: EquitySpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(spec.theme)
    canvas = Canvas(WIDTH, HEIGHT, palette.ground)
    top = _head(canvas, palette, spec)
    if len(spec.points) < 2 or spec.points[0].at == spec.points[-1].at:
        # Also several of one instant: there is no stretch of time to draw yet.
        key = "picture.one_point" if spec.points else "picture.no_points"
        whole = Area(MARGIN, top, WIDTH - MARGIN, HEIGHT - MARGIN)
        sentence(canvas, palette, whole, spec.wording.say(key))
        return canvas.png()
    _curve(canvas, palette, spec, top)
    return canvas.png()


def _head(canvas: Canvas, palette: Palette, spec: EquitySpec) -> float:
    wording = spec.wording
    if not spec.points:
        return head(canvas, palette, (spec.title, spec.period), ("", palette.text), (), spec.note)

    def money(value: Decimal, *, signed: bool = False) -> str:
        return wording.money(value, spec.currency, signed=signed)

    course = course_of(spec.points)
    tone = palette.up if course.gained > 0 else palette.down if course.gained < 0 else palette.dim
    percent = wording.percent(course.percent, signed=True)
    facts = [
        Fact(wording.say("picture.gain"), f"{money(course.gained, signed=True)} ({percent})", tone),
        Fact(wording.say("picture.start"), money(spec.points[0].value), palette.text),
    ]
    if course.drawdown:
        loss = wording.percent(-course.drawdown)
        facts.append(Fact(wording.say("picture.drawdown"), loss, palette.down))
    value = (money(spec.points[-1].value), palette.text)
    return head(canvas, palette, (spec.title, spec.period), value, facts, spec.note)


def _curve(canvas: Canvas, palette: Palette, spec: EquitySpec, top: float) -> None:
    course, points = course_of(spec.points), spec.points
    extent = padded(extent_of([*(point.value for point in points), *course.marks], CENT))
    ticks = ticks_of(extent, CENT)
    exponent = step_of(extent, CENT).normalize().as_tuple().exponent
    places = max(0, -int(exponent))
    texts = [spec.wording.number(value, places) for value in ticks]
    losses = _losses(spec, course)
    written = [*texts, *(text for _, text in losses)]
    gutter = max(canvas.width_of(text, AXIS) for text in written) + 2 * GUTTER_PAD
    whole = Area(MARGIN / 2, top, WIDTH - gutter - 4, HEIGHT - AXIS_HEIGHT)
    split = whole.bottom - whole.height * LOSS_SHARE if losses else whole.bottom
    area = whole._replace(bottom=split - LOSS_GAP if losses else split)
    scale = Scale(extent, area.top, area.bottom)
    for value, text in zip(ticks, texts, strict=True):
        canvas.across(area.left, area.right, scale.y(value), palette.grid)
        canvas.text(WIDTH - GUTTER_PAD, scale.y(value), text, AXIS, palette.dim, "rm")
    start, end = points[0].at, points[-1].at
    instants = time_marks(start, end, spec.wording, TIME_LABELS)
    time_axis(
        canvas,
        palette,
        whole,
        [TimeTick(i, text, is_day) for i, (_, text, is_day) in enumerate(instants)],
        [_x(area, start, end, at) for at, _, _ in instants],
    )
    spots = [_x(area, start, end, point.at) for point in points]
    values = _stairs(spots, [scale.y(point.value) for point in points])
    marks = _stairs(spots, [scale.y(mark) for mark in course.marks])
    # Green and red stand for gain and loss: the curve takes neither side, what is lost from the peak does.
    colour = palette.course
    canvas.fading([(values[0][0], area.bottom), *values, (values[-1][0], area.bottom)], colour, 0.42)
    if course.drawdown:
        canvas.shape([*marks, *reversed(values)], palette.tinted(palette.down, 0.3))
        canvas.path(marks, palette.dim, 2)
    canvas.dashes_across(area.left, area.right, scale.y(points[0].value), palette.dim)
    canvas.path(values, colour, 4)
    canvas.dot(*values[-1], 9, colour)
    if course.drawdown:
        _legend(canvas, palette, spec, area, values)
        _lost(canvas, palette, spec, whole._replace(top=split), course, losses, spots)


def _losses(spec: EquitySpec, course: Course) -> list[tuple[Decimal, str]]:
    """What is written beside the losses: round percents down to the deepest; none where nothing was lost."""
    if not course.drawdown:
        return []
    extent = Extent(-course.drawdown, Decimal(0))
    return [
        (value, spec.wording.percent(value))
        for value in ticks_of(extent, LOSS_STEP, LOSS_TICKS)[-LOSS_TICKS:]
    ]


def _lost(
    canvas: Canvas,
    palette: Palette,
    spec: EquitySpec,
    area: Area,
    course: Course,
    losses: Sequence[tuple[Decimal, str]],
    spots: Sequence[float],
) -> None:
    """Below the curve: how far under its high-water mark the account was, in percent of it."""
    scale = Scale(Extent(-course.drawdown * LOSS_ROOM, Decimal(0)), area.top, area.bottom)
    for value, text in losses:
        canvas.across(area.left, area.right, scale.y(value), palette.grid)
        canvas.text(WIDTH - GUTTER_PAD, scale.y(value), text, AXIS, palette.dim, "rm")
    depths = _stairs(spots, [scale.y(-depth) for depth in course.depths])
    outline = [(depths[0][0], area.top), *depths, (depths[-1][0], area.top)]
    canvas.shape(outline, palette.tinted(palette.down, 0.35))
    canvas.path(depths, palette.down, 3)
    canvas.across(area.left, area.right, area.top, palette.dim)
    deepest = course.depths.index(course.drawdown)
    canvas.dot(spots[deepest], scale.y(-course.drawdown), 8, palette.down)
    words = spec.wording.say("picture.lost")
    wide = canvas.width_of(words, 30) + 20
    corners = [
        Area(left, area.bottom - 46, left + wide, area.bottom - 4)
        for left in (area.left + 6, area.right - wide - 6)
    ]

    def deepest_in(corner: Area) -> float:
        return max((y for x, y in depths if corner.left <= x <= corner.right), default=0)

    # In that lower corner from which the loss stays away.
    corner = min(corners, key=deepest_in)
    canvas.box(*corner, palette.ground, radius=8)
    canvas.text(corner.left + 10, corner.top + 21, words, 30, palette.dim, "lm")


def _legend(canvas: Canvas, palette: Palette, spec: EquitySpec, area: Area, values: Sequence[Point]) -> None:
    """What the grey line is; in that corner at the left from which the curve stays away."""
    words = spec.wording.say("picture.peak")
    wide = canvas.width_of(words, 30)
    beside = [height for x, height in values if x <= area.left + wide + 90]
    is_high = min(beside) - area.top < area.bottom - max(beside)
    left, y = area.left + 16, area.bottom - 40 if is_high else area.top + 40
    canvas.box(left - 10, y - 26, left + wide + 76, y + 26, palette.ground, radius=8)
    canvas.box(left, y - 12, left + 48, y + 12, palette.tinted(palette.down, 0.3))
    canvas.across(left, left + 48, y - 12, palette.dim)
    canvas.text(left + 62, y, words, 30, palette.dim, "lm")


def _x(area: Area, start: datetime, end: datetime, at: datetime) -> float:
    """Where an instant stands: time runs evenly, a night without trades is as long as it was."""
    whole = (end - start) / timedelta(seconds=1)
    room = area.width - 14
    return area.left + (room * ((at - start) / timedelta(seconds=1)) / whole if whole else room)


def _stairs(spots: Sequence[float], heights: Sequence[float]) -> list[Point]:
    """A value holds until the next one begins."""
    found: list[Point] = [(spots[0], heights[0])]
    for i in range(1, len(spots)):
        found += [(spots[i], heights[i - 1]), (spots[i], heights[i])]
    return found
