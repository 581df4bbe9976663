"""What a bot would do: the last prices, and beside them where it would buy, sell and give up."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from bot.conversation.painting import Candle, LevelKind, PlanLine, PlanSpec
from bot.pictures.canvas import Canvas
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
    time_axis,
)
from bot.pictures.happened import triangle
from bot.pictures.hours import place_of, time_ticks
from bot.pictures.palette import Colour, Palette, palette_of
from bot.pictures.placing import Wish, placed
from bot.pictures.scale import Scale, extent_of, padded, ticks_of, widened
from bot.pictures.stage import NAME_SIZE

FUTURE_SHARE: Final = 0.36
"""How much of the width belongs to what has not happened yet."""
SLOTS_MIN: Final = 30
TIME_LABELS: Final = 5
TAG_HEIGHT: Final = 46
THICK_MAX: Final = 6.0
THICK_MIN: Final = 2.0


class Sheet(NamedTuple):
    """The sheet and where everything stands: prices of the past at the left, levels at the right."""

    canvas: Canvas
    palette: Palette
    spec: PlanSpec
    past: Area
    future: Area
    scale: Scale


class Tag(NamedTuple):
    """A price in the gutter, and what stands at it."""

    price: Decimal
    colour: Colour
    rank: int


def plan(spec: PlanSpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(spec.theme)
    canvas = Canvas(WIDTH, HEIGHT, palette.ground)
    sheet = _laid(canvas, palette, spec, _head(canvas, palette, spec))
    tags = _tags(sheet)
    spots = placed(
        [Wish(sheet.scale.pinned(tag.price), TAG_HEIGHT, tag.rank) for tag in tags],
        sheet.past.top,
        sheet.past.bottom + TAG_HEIGHT / 2,
    )
    _grid(sheet, [spot for spot in spots if spot is not None])
    for candle, x in zip(spec.candles, _places(sheet), strict=True):
        _candle(sheet, candle, x)
    _levels(sheet)
    _fills(sheet)
    for tag, spot in zip(tags, spots, strict=True):
        if spot is not None:
            _tag(sheet, tag, spot)
    _names(sheet)
    return canvas.png()


def _head(canvas: Canvas, palette: Palette, spec: PlanSpec) -> float:
    wording = spec.wording
    facts = [Fact(one.name, one.text, _tone(palette, one.tone)) for one in spec.facts] or [
        Fact(wording.say("picture.plan.capital"), wording.money(spec.capital), palette.text),
        Fact(wording.say("picture.plan.trip"), wording.money(spec.trip, signed=True), palette.up),
        Fact(wording.say("picture.plan.worst"), wording.money(-spec.worst), palette.down),
    ]
    price = wording.price(spec.price, spec.tick)
    return head(canvas, palette, (spec.symbol, spec.title), (price, palette.text), facts, spec.note)


def _tone(palette: Palette, tone: Decimal) -> Colour:
    return palette.up if tone > 0 else palette.down if tone < 0 else palette.text


def _laid(canvas: Canvas, palette: Palette, spec: PlanSpec, top: float) -> Sheet:
    prices = [price for candle in spec.candles for price in (candle.low, candle.high)]
    levels = [line.price for line in spec.lines if line.kind is not LevelKind.STOP]
    stops = [line.price for line in spec.lines if line.kind is LevelKind.STOP]
    extent = padded(widened(extent_of([*prices, *levels, spec.price], spec.tick), stops))
    texts = [spec.wording.price(_on_tick(one, spec.tick), spec.tick) for one in extent]
    gutter = max(canvas.width_of(text, AXIS) for text in texts) + 2 * GUTTER_PAD
    left, right, bottom = MARGIN / 2, WIDTH - gutter - 4, HEIGHT - AXIS_HEIGHT
    middle = left + (right - left) * (1 - FUTURE_SHARE)
    past, future = Area(left, top, middle, bottom), Area(middle, top, right, bottom)
    return Sheet(canvas, palette, spec, past, future, Scale(extent, top, bottom))


def _on_tick(price: Decimal, tick: Decimal) -> Decimal:
    return (price / tick).to_integral_value() * tick


def _slot(sheet: Sheet) -> float:
    return sheet.past.width / (max(len(sheet.spec.candles), SLOTS_MIN) + 1.5)


def _places(sheet: Sheet) -> list[float]:
    """The middle of each candle; the newest stands where the future begins."""
    slot, count = _slot(sheet), len(sheet.spec.candles)
    first = sheet.past.right - slot * (count + 0.75)
    return [first + slot * (number + 0.5) for number in range(count)]


def _grid(sheet: Sheet, taken: list[float]) -> None:
    canvas, palette, spec = sheet.canvas, sheet.palette, sheet.spec
    for price in ticks_of(sheet.scale.extent, spec.tick):
        y = sheet.scale.y(price)
        canvas.across(sheet.past.left, sheet.past.right, y, palette.grid)
        if all(abs(y - spot) >= TAG_HEIGHT * 0.9 for spot in taken):
            canvas.text(WIDTH - GUTTER_PAD, y, spec.wording.price(price, spec.tick), AXIS, palette.dim, "rm")
    starts = [candle.at for candle in spec.candles]
    time_axis(
        canvas, palette, sheet.past, time_ticks(starts, spec.span, spec.wording, TIME_LABELS), _places(sheet)
    )
    canvas.dashes_across(sheet.past.left, sheet.future.right, sheet.scale.pinned(spec.price), palette.dim)
    canvas.dashes_down(sheet.past.right, sheet.past.top, sheet.past.bottom, palette.day)


def _candle(sheet: Sheet, candle: Candle, x: float) -> None:
    canvas, scale = sheet.canvas, sheet.scale
    colour = sheet.palette.up if candle.close >= candle.open else sheet.palette.down
    half = max(_slot(sheet) * 0.36, 1)
    canvas.down(x, scale.pinned(candle.high), scale.pinned(candle.low), colour, 2)
    top, bottom = sorted((scale.pinned(candle.open), scale.pinned(candle.close)))
    canvas.box(x - half, min(top, bottom - 2), x + half, bottom, colour)


def _fills(sheet: Sheet) -> None:
    """A triangle that points at where it has traded: up for a buy, down for a sale."""
    starts, places = [candle.at for candle in sheet.spec.candles], _places(sheet)
    for fill in sheet.spec.fills:
        number = place_of(starts, fill.at)
        if number is not None and sheet.scale.holds(fill.price):
            colour = sheet.palette.up if fill.is_buy else sheet.palette.down
            triangle(
                sheet.canvas, sheet.palette, places[number], sheet.scale.y(fill.price), colour, fill.is_buy
            )


def _levels(sheet: Sheet) -> None:
    """Entries in the nearer half of the future, targets in the farther one, the stop over all of it."""
    canvas, future = sheet.canvas, sheet.future
    for line in sheet.spec.lines:
        y = sheet.scale.pinned(line.price)
        colour = sheet.palette.of_level(line.kind)
        if not sheet.scale.holds(line.price):
            canvas.dashes_across(future.left, future.right, y, colour, THICK_MIN)
            continue
        if line.kind is LevelKind.STOP:
            canvas.across(sheet.past.left, future.right, y, sheet.palette.tinted(colour, 0.45), 2)
            canvas.across(future.left, future.right, y, colour, THICK_MAX)
            continue
        half = future.left + future.width / 2
        left, right = (
            (future.left + 12, half - 6) if line.kind is LevelKind.ENTRY else (half + 6, future.right - 12)
        )
        canvas.across(left, left + (right - left) * _share(sheet, line), y, colour, _thickness(sheet))


def _share(sheet: Sheet, line: PlanLine) -> float:
    """How long a level is beside the others of its kind: as its quantity beside the largest."""
    most = max(one.quantity for one in sheet.spec.lines if one.kind is line.kind)
    return max(float(line.quantity / most), 0.12) if most else 1.0


def _thickness(sheet: Sheet) -> float:
    """Many levels are thin, so that each is seen."""
    count = max(len(sheet.spec.lines), 1)
    return min(max(sheet.future.height / count / 4, THICK_MIN), THICK_MAX)


def _tags(sheet: Sheet) -> list[Tag]:
    """The price of now, the stop (at the edge when it lies far away), and the outermost levels."""
    spec, palette = sheet.spec, sheet.palette
    levels = [line for line in spec.lines if line.kind is not LevelKind.STOP]
    tags = [Tag(spec.price, palette.text, 0)]
    tags += [Tag(line.price, palette.down, 1) for line in spec.lines if line.kind is LevelKind.STOP]
    if levels:
        for line in (min(levels, key=lambda one: one.price), max(levels, key=lambda one: one.price)):
            tags.append(Tag(line.price, palette.of_level(line.kind), 2))
    return tags


def _tag(sheet: Sheet, tag: Tag, spot: float) -> None:
    """The price in its colour, with a beak to its line."""
    canvas, half = sheet.canvas, TAG_HEIGHT / 2 - 2
    left, y = sheet.future.right + 4, sheet.scale.pinned(tag.price)
    canvas.shape([(left + 8, spot - half + 8), (left - 12, y), (left + 8, spot + half - 8)], tag.colour)
    canvas.box(left, spot - half, WIDTH - 4, spot + half, tag.colour, radius=8)
    text = sheet.spec.wording.price(_on_tick(tag.price, sheet.spec.tick), sheet.spec.tick)
    canvas.text(WIDTH - GUTTER_PAD, spot, text, AXIS, sheet.palette.ground, "rm")


def _names(sheet: Sheet) -> None:
    """What the two halves of the future are, below them."""
    canvas, future, say = sheet.canvas, sheet.future, sheet.spec.wording.say
    y = sheet.past.bottom + 16
    for kind, words, share in (
        (LevelKind.ENTRY, say("picture.plan.enters"), 0.25),
        (LevelKind.TARGET, say("picture.plan.leaves"), 0.75),
    ):
        if any(line.kind is kind for line in sheet.spec.lines):
            x = future.left + future.width * share
            canvas.text(x, y, words, NAME_SIZE, sheet.palette.of_level(kind), "ma")
