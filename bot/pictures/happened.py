"""What happened on a price chart: when the market was open, how the stop moved, where we traded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.conversation.painting import Candle, FillMark, LevelKind, StopStep
from bot.pictures.canvas import Canvas
from bot.pictures.frame import Area
from bot.pictures.hours import place_of
from bot.pictures.palette import Colour, Palette
from bot.pictures.placing import free_spot
from bot.pictures.stage import NAME_SIZE, Stage, height_of

LABEL_HEIGHT = 38
LABEL_GAP = 4
ROWS_TRIED = 5
"""How many label heights away from its mark a label may stand."""
ALIKE = 80
"""Trades for the same that are nearer to each other than this share one label."""
STEP_WIDTH = 4
WORD_SIZE = 30
MARK_HALF, MARK_FOOT = 19, 29
"""Half the width of a triangle with its rim, and how far its foot is from the price."""


# ---------------------------------------------------------------- sessions


def sessions(stage: Stage) -> None:
    """A box around each session, from its lowest to its highest price; closed hours lie outside of them."""
    canvas, palette = stage.canvas, stage.palette
    fill = palette.tinted(palette.session, 0.10)
    for box in _boxes(stage):
        canvas.box(box.left, box.top, box.right, box.bottom, fill)
        for y in (box.top, box.bottom):
            canvas.across(box.left, box.right, y, palette.session)
        for x in (box.left, box.right):
            canvas.down(x, box.top, box.bottom, palette.session)


def session_name(stage: Stage) -> list[Area]:
    """What the boxes are, over the newest that is wide enough, or under it where there is no room; returns
    where it stands."""
    canvas, palette = stage.canvas, stage.palette
    words = stage.spec.wording.say("picture.session")
    wide = canvas.width_of(words, WORD_SIZE) + 8
    for box in reversed(_boxes(stage)):
        if box.width >= wide:
            is_high = box.top - stage.prices.top < WORD_SIZE + 8
            top = box.bottom + 3 if is_high else box.top - WORD_SIZE - 7
            spot = Area(box.left, top, box.left + wide, top + WORD_SIZE + 4)
            canvas.box(*spot, palette.ground)
            canvas.text(spot.left + 4, (spot.top + spot.bottom) / 2, words, WORD_SIZE, palette.session, "lm")
            return [spot]
    return []


def _boxes(stage: Stage) -> list[Area]:
    """Those that are wide enough to be seen."""
    found = [_box(stage, group) for group in _inside(stage)]
    return [box for box in found if box.width >= stage.slot * 2]


def _inside(stage: Stage) -> Iterator[list[int]]:
    """The numbers of the candles of each session that has any."""
    candles = stage.spec.candles
    for session in stage.spec.sessions:
        found = [i for i, one in enumerate(candles) if session.start <= one.at < session.end]
        if found:
            yield found


def _box(stage: Stage, group: Sequence[int]) -> Area:
    held: list[Candle] = [stage.spec.candles[i] for i in group]
    half = stage.slot / 2
    return Area(
        max(stage.places[group[0]] - half, stage.prices.left),
        stage.scale.pinned(max(one.high for one in held)) - 4,
        min(stage.places[group[-1]] + half, stage.prices.right),
        stage.scale.pinned(min(one.low for one in held)) + 4,
    )


# ---------------------------------------------------------------- the stop


def stop_steps(stage: Stage) -> None:
    """Where the stop stood, step by step, up to now or to where there was none any more."""
    for step, end in _spans(stage):
        if step.price is None:
            continue
        left, right = stage.x(step.at), stage.x(end.at) if end is not None else stage.prices.right
        y, colour = height_of(stage, step.price), _colour(stage, step.kind)
        stage.canvas.across(left - STEP_WIDTH / 2, right + STEP_WIDTH / 2, y, colour, STEP_WIDTH)
        if end is not None and end.price is not None:
            top, bottom = sorted((y, height_of(stage, end.price)))
            stage.canvas.down(right, top, bottom, colour, STEP_WIDTH)


def _spans(stage: Stage) -> Iterator[tuple[StopStep, StopStep | None]]:
    steps = stage.spec.stops
    yield from pairwise(steps)
    if steps:
        yield steps[-1], None


def _colour(stage: Stage, kind: LevelKind) -> Colour:
    return stage.palette.of_level(kind)


def stop_stands_from(stage: Stage, price: Decimal) -> float:
    """From where on a stop has stood at the price at which it stands now; its line is solid from there."""
    steps = stage.spec.stops
    if not steps or steps[-1].price != price:
        return stage.prices.left
    return stage.x(steps[-1].at)


# ---------------------------------------------------------------- fills


def triangles(stage: Stage) -> None:
    """A triangle that points at where we traded: up for a buy, down for a sale."""
    canvas, palette = stage.canvas, stage.palette
    for fill, (x, y) in _marks(stage):
        colour = palette.up if fill.is_buy else palette.down
        triangle(canvas, palette, x, y, colour, fill.is_buy)


def triangle(canvas: Canvas, palette: Palette, x: float, y: float, colour: Colour, is_up: bool) -> None:
    """One, with its tip at the place and a rim of the ground around it."""
    sign = 1 if is_up else -1
    rim = (MARK_HALF, -6, MARK_FOOT, palette.ground)
    for half, tip, foot, fill in (rim, (13, 2, 25, colour)):
        canvas.shape([(x, y + sign * tip), (x - half, y + sign * foot), (x + half, y + sign * foot)], fill)


def _marks(stage: Stage) -> Iterator[tuple[FillMark, tuple[float, float]]]:
    """The fills that lie on the chart, with their places."""
    starts = [candle.at for candle in stage.spec.candles]
    for fill in stage.spec.fills:
        place = place_of(starts, fill.at)
        if place is not None and stage.scale.holds(fill.price):
            yield fill, (stage.places[place], stage.scale.y(fill.price))


def fill_labels(stage: Stage, taken: Sequence[Area]) -> None:
    """What each trade was for, beside its triangle, newest first; what would cover another is left out."""
    marks = list(_marks(stage))
    blocked = [*taken, *(_triangle(fill, x, y) for fill, (x, y) in marks)]
    told: list[tuple[float, str]] = []
    for fill, (x, y) in reversed(marks):
        if not fill.label or any(fill.label == label and abs(x - at) < ALIKE for at, label in told):
            continue
        wide = stage.canvas.width_of(fill.label, NAME_SIZE) + 20
        spot = free_spot(_wanted(fill, x, y, wide), blocked, stage.prices)
        if spot is None:
            continue
        told.append((x, fill.label))
        blocked.append(spot)
        _label(stage, fill, spot)


def _triangle(fill: FillMark, x: float, y: float) -> Area:
    top, bottom = (y, y + MARK_FOOT) if fill.is_buy else (y - MARK_FOOT, y)
    return Area(x - MARK_HALF, top, x + MARK_HALF, bottom)


def _wanted(fill: FillMark, x: float, y: float, wide: float) -> Iterator[Area]:
    """Behind its triangle, then beside it, then further and further away."""
    sign = 1 if fill.is_buy else -1
    for number in range(ROWS_TRIED):
        near = y + sign * (MARK_FOOT + LABEL_GAP + number * (LABEL_HEIGHT + LABEL_GAP))
        top, bottom = sorted((near, near + sign * LABEL_HEIGHT))
        for left in (x - wide / 2, x - wide - MARK_HALF - LABEL_GAP, x + MARK_HALF + LABEL_GAP):
            yield Area(left, top, left + wide, bottom)


def _label(stage: Stage, fill: FillMark, spot: Area) -> None:
    canvas, palette = stage.canvas, stage.palette
    colour = palette.up if fill.is_buy else palette.down
    canvas.box(spot.left, spot.top, spot.right, spot.bottom, colour, radius=8)
    inner = palette.tinted(colour, 0.2)
    canvas.box(spot.left + 2, spot.top + 2, spot.right - 2, spot.bottom - 2, inner, radius=7)
    middle = (spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2
    canvas.text(*middle, fill.label, NAME_SIZE, palette.text, "mm")
