"""A price chart: candles, line or area, with the position's entry, targets and stops."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.painting import Candle, ChartSpec, ChartStyle, LevelKind, PriceLevel, holes, swing_name
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
from bot.pictures.happened import fill_labels, session_name, sessions, stop_stands_from, stop_steps, triangles
from bot.pictures.hours import place_of, time_ticks
from bot.pictures.palette import Colour, Palette, palette_of
from bot.pictures.placing import Wish, placed
from bot.pictures.scale import Extent, Scale, padded, ticks_of, widened, without_strays
from bot.pictures.stage import NAME_SIZE, Stage, height_of

SLOTS_MIN = 40
"""So many candles would fit at least: few ones are not blown up."""
TIME_LABELS = 7
VOLUME_SHARE = 0.16
TAG_HEIGHT = 46
BEYOND_ROWS_MAX = 3
BEAK_FROM = 3
"""From so many pixels on a name that stands beside its line points at it."""
_RANKS = {LevelKind.ENTRY: 1, LevelKind.STOP: 2, LevelKind.TRAIL: 3, LevelKind.TARGET: 4}


class Tag(NamedTuple):
    """A price in the gutter; `name` stands on its line at the left."""

    price: Decimal
    text: str
    name: str
    colour: Colour
    rank: int
    is_stop: bool = False


def chart(spec: ChartSpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(spec.theme)
    canvas = Canvas(WIDTH, HEIGHT, palette.ground)
    top = _head(canvas, palette, spec)
    if not spec.candles:
        words = spec.wording.say("picture.no_candles", symbol=spec.symbol)
        sentence(canvas, palette, Area(MARGIN, top, WIDTH - MARGIN, HEIGHT - MARGIN), words)
        return canvas.png()
    stage = _staged(canvas, palette, spec, top)
    tags = _tags(stage)
    spots = _spots(stage, tags)
    sessions(stage)
    _zones(stage)
    _grid(stage, [spot for spot in spots if spot is not None])
    _course(stage)
    if stage.volumes is not None:
        _volume(stage, stage.volumes)
    stop_steps(stage)
    triangles(stage)
    named = [*session_name(stage), *_level_lines(stage, tags, spots)]
    fill_labels(stage, named)
    return canvas.png()


def _head(canvas: Canvas, palette: Palette, spec: ChartSpec) -> float:
    wording = spec.wording
    facts = []
    day = spec.day
    if day is not None:
        tone = palette.up if day.percent > 0 else palette.down if day.percent < 0 else palette.dim
        change = wording.percent(day.percent, signed=True)
        facts = [
            Fact(swing_name(wording, day.span), change, tone),
            Fact(wording.say("picture.high"), wording.price(day.high, spec.tick), palette.text),
            Fact(wording.say("picture.low"), wording.price(day.low, spec.tick), palette.text),
        ]
    last = wording.price(spec.last, spec.tick) if spec.last is not None else ""
    return head(canvas, palette, (spec.symbol, spec.frame), (last, palette.text), facts, spec.note)


def _staged(canvas: Canvas, palette: Palette, spec: ChartSpec, top: float) -> Stage:
    """Where everything stands."""
    extent = _extent(spec)
    texts = [spec.wording.price(price, spec.tick) for price in (extent.low, extent.high)]
    texts += [spec.wording.price(_on_tick(level.price, spec.tick), spec.tick) for level in spec.levels]
    gutter = max(canvas.width_of(text, AXIS) for text in texts) + 2 * GUTTER_PAD
    right, bottom = WIDTH - gutter - 4, HEIGHT - AXIS_HEIGHT
    has_volume = any(candle.volume for candle in spec.candles)
    height = (bottom - top) * VOLUME_SHARE if has_volume else 0
    prices = Area(MARGIN / 2, top, right, bottom - height)
    volumes = Area(prices.left, prices.bottom + 10, right, bottom) if has_volume else None
    slot = prices.width / (max(len(spec.candles), SLOTS_MIN) + 1.5)
    first = prices.right - slot * (len(spec.candles) + 0.75)
    places = [first + slot * (i + 0.5) for i in range(len(spec.candles))]
    extent = padded(extent)
    # Levels beyond the scale get rows of their own at the edge, or their tags would push the others away.
    above, below = (
        min(count, BEYOND_ROWS_MAX) * TAG_HEIGHT
        for count in (
            sum(level.price > extent.high for level in spec.levels),
            sum(level.price < extent.low for level in spec.levels),
        )
    )
    scale = Scale(extent, prices.top + above, prices.bottom - below)
    return Stage(canvas, palette, spec, prices, volumes, scale, places, slot)


def _extent(spec: ChartSpec) -> Extent:
    """All that is drawn, without those strays and those levels that would squash it."""
    closes = [candle.close for candle in spec.candles]
    if spec.style is ChartStyle.CANDLES:
        values = [price for candle in spec.candles for price in (candle.low, candle.high)]
    else:
        values = list(closes)
    if spec.last is not None:
        values.append(spec.last)
    levels = [level.price for level in spec.levels]
    levels += [step.price for step in spec.stops if step.price is not None]
    return widened(without_strays(values, closes, spec.tick), levels)


def _on_tick(price: Decimal, tick: Decimal) -> Decimal:
    """An average on the nearest tick: the tag has no room for more digits."""
    return (price / tick).to_integral_value() * tick


# ---------------------------------------------------------------- levels


def _tags(stage: Stage) -> list[Tag]:
    spec, palette = stage.spec, stage.palette
    tags = []
    for number, level in enumerate(spec.levels):
        text = spec.wording.price(_on_tick(level.price, spec.tick), spec.tick)
        rank = _RANKS[level.kind] + number if level.kind is LevelKind.TARGET else _RANKS[level.kind]
        is_stop = level.kind in (LevelKind.STOP, LevelKind.TRAIL)
        tags.append(Tag(level.price, text, level.label, palette.of_level(level.kind), rank, is_stop))
    if spec.last is not None:
        text = spec.wording.price(spec.last, spec.tick)
        tags.append(Tag(spec.last, text, "", palette.text, 0))
    return tags


def _spots(stage: Stage, tags: Sequence[Tag]) -> list[float | None]:
    """The middle of each tag; none covers another."""
    wishes = [Wish(height_of(stage, tag.price), TAG_HEIGHT, tag.rank) for tag in tags]
    return placed(wishes, stage.prices.top, stage.prices.bottom + TAG_HEIGHT / 2)


def _entry(levels: Sequence[PriceLevel]) -> Decimal | None:
    return next((level.price for level in levels if level.kind is LevelKind.ENTRY), None)


def _zones(stage: Stage) -> None:
    """From the entry to the furthest target in green; to the stop in red, in green where it locks in gain."""
    spec, area = stage.spec, stage.prices
    entry = _entry(spec.levels)
    if entry is None:
        return
    left = area.left
    if spec.entered_at is not None:
        place = place_of([candle.at for candle in spec.candles], spec.entered_at)
        left = stage.places[place] - stage.slot / 2 if place is not None else area.left
    sign = 1 if spec.is_long else -1
    targets = [level.price for level in spec.levels if level.kind is LevelKind.TARGET]
    stops = [level.price for level in spec.levels if level.kind in (LevelKind.STOP, LevelKind.TRAIL)]
    if targets:
        _zone(stage, left, entry, max(targets, key=lambda price: price * sign), stage.palette.up)
    if stops:
        # What would be hit first: the nearer of the stops.
        stop = max(stops, key=lambda price: price * sign)
        is_safe = (stop - entry) * sign >= 0
        if not is_safe:
            _zone(stage, left, entry, stop, stage.palette.down)
        elif not targets:
            _zone(stage, left, entry, stop, stage.palette.up)


def _zone(stage: Stage, left: float, one: Decimal, other: Decimal, colour: Colour) -> None:
    top, bottom = sorted((height_of(stage, one), height_of(stage, other)))
    stage.canvas.box(left, top, stage.prices.right, bottom, stage.palette.tinted(colour, 0.16))


def _level_lines(stage: Stage, tags: Sequence[Tag], spots: Sequence[float | None]) -> list[Area]:
    """Lines with their prices and names; returns where the names stand."""
    canvas, scale, area = stage.canvas, stage.scale, stage.prices
    for tag in sorted(tags, key=lambda one: -one.rank):
        if tag.name and scale.holds(tag.price):
            begins = stop_stands_from(stage, tag.price) if tag.is_stop else area.left
            canvas.dashes_across(area.left, begins, scale.y(tag.price), tag.colour, 2)
            canvas.across(begins, area.right, scale.y(tag.price), tag.colour, 3)
    named = []
    for tag, spot in zip(tags, spots, strict=True):
        if spot is None:
            continue
        _tag(stage, tag, spot)
        if tag.name:
            named.append(_name(stage, tag, spot))
    return named


def _tag(stage: Stage, tag: Tag, spot: float) -> None:
    """The price in its colour, with a beak to its line."""
    canvas, area, half = stage.canvas, stage.prices, TAG_HEIGHT / 2 - 2
    left, y = area.right + 4, height_of(stage, tag.price)
    canvas.shape([(left + 8, spot - half + 8), (area.right - 8, y), (left + 8, spot + half - 8)], tag.colour)
    canvas.box(left, spot - half, WIDTH - 4, spot + half, tag.colour, radius=8)
    canvas.text(
        WIDTH - GUTTER_PAD,
        spot,
        tag.text,
        AXIS,
        stage.palette.on_colour if tag.name else stage.palette.ground,
        "rm",
    )


def _name(stage: Stage, tag: Tag, spot: float) -> Area:
    """Which line it is, at its left end; an arrow when the line lies beyond the edge. Returns its place."""
    canvas, palette, half = stage.canvas, stage.palette, TAG_HEIGHT / 2 - 4
    left = stage.prices.left
    is_beyond = not stage.scale.holds(tag.price)
    wide = canvas.width_of(tag.name, NAME_SIZE) + 24 + (28 if is_beyond else 0)
    y = height_of(stage, tag.price)
    if not is_beyond and abs(y - spot) > BEAK_FROM:
        # A name that had to move away from its line points at it.
        edge = left + wide - 6
        canvas.shape([(edge, spot - half + 8), (edge + 22, y), (edge, spot + half - 8)], tag.colour)
    canvas.box(left, spot - half, left + wide, spot + half, tag.colour, radius=8)
    canvas.box(
        left + 2, spot - half + 2, left + wide - 2, spot + half - 2, palette.tinted(tag.colour, 0.2), radius=7
    )
    canvas.text(left + 12, spot, tag.name, NAME_SIZE, palette.text, "lm")
    if is_beyond:
        x, lift = left + wide - 24, 8 if tag.price > stage.scale.extent.high else -8
        canvas.shape([(x - 9, spot + lift), (x + 9, spot + lift), (x, spot - lift)], tag.colour)
    return Area(left, spot - half, left + wide + 22, spot + half)


# ---------------------------------------------------------------- grid and course


def _grid(stage: Stage, taken: Sequence[float]) -> None:
    """Round prices with lines; a number that a tag would cover is left out."""
    canvas, palette, spec, area = stage.canvas, stage.palette, stage.spec, stage.prices
    for price in ticks_of(stage.scale.extent, spec.tick):
        y = stage.scale.y(price)
        canvas.across(area.left, area.right, y, palette.grid)
        if all(abs(y - spot) >= TAG_HEIGHT * 0.9 for spot in taken):
            text = spec.wording.price(price, spec.tick)
            canvas.text(WIDTH - GUTTER_PAD, y, text, AXIS, palette.dim, "rm")
    starts = [candle.at for candle in spec.candles]
    lowest = stage.volumes.bottom if stage.volumes else area.bottom
    whole = Area(area.left, area.top, area.right, lowest)
    time_axis(canvas, palette, whole, time_ticks(starts, spec.span, spec.wording, TIME_LABELS), stage.places)
    for place in holes(spec.candles, spec.span):
        x = (stage.places[place - 1] + stage.places[place]) / 2
        canvas.dashes_down(x, whole.top, whole.bottom, palette.day)
    if spec.last is not None:
        canvas.dashes_across(area.left, area.right, stage.scale.pinned(spec.last), palette.dim)


def _course(stage: Stage) -> None:
    spec, scale = stage.spec, stage.scale
    if spec.style is ChartStyle.CANDLES:
        for candle, x in zip(spec.candles, stage.places, strict=True):
            _candle(stage, candle, x)
        return
    points: list[Point] = [
        (x, scale.pinned(candle.close)) for candle, x in zip(spec.candles, stage.places, strict=True)
    ]
    colour = stage.palette.course
    if len(points) == 1:
        stage.canvas.dot(*points[0], 8, colour)
        return
    if spec.style is ChartStyle.AREA:
        bottom = stage.prices.bottom
        stage.canvas.fading([(points[0][0], bottom), *points, (points[-1][0], bottom)], colour, 0.5)
    stage.canvas.path(points, colour, 4)
    stage.canvas.dot(*points[-1], 7, colour)


def _candle(stage: Stage, candle: Candle, x: float) -> None:
    canvas, scale = stage.canvas, stage.scale
    colour = stage.palette.up if candle.close >= candle.open else stage.palette.down
    half = max(stage.slot * 0.36, 1)
    canvas.down(x, scale.pinned(candle.high), scale.pinned(candle.low), colour, 2)
    top, bottom = sorted((scale.pinned(candle.open), scale.pinned(candle.close)))
    # A candle that ends where it began is a stroke that can be seen.
    canvas.box(x - half, min(top, bottom - 2), x + half, bottom, colour)


def _volume(stage: Stage, area: Area) -> None:
    canvas, palette = stage.canvas, stage.palette
    most = max(candle.volume or Decimal(0) for candle in stage.spec.candles)
    half = max(stage.slot * 0.36, 1)
    for candle, x in zip(stage.spec.candles, stage.places, strict=True):
        if candle.volume:
            colour = palette.up if candle.close >= candle.open else palette.down
            top = area.bottom - float(candle.volume / most) * area.height
            canvas.box(
                x - half, min(top, area.bottom - 1), x + half, area.bottom, palette.tinted(colour, 0.45)
            )
    canvas.across(area.left, area.right, area.bottom, palette.day)
