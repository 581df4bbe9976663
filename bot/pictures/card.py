"""A result to be shown around: how many percent, how many R, and the amount unless it is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.conversation.painting import CardSpec
from bot.pictures.canvas import Canvas
from bot.pictures.frame import MARGIN, STRIP, TITLE, WIDTH, Area, cut, fitting, strip
from bot.pictures.palette import Colour, Palette, palette_of
from bot.pictures.scale import Scale, extent_of

HEIGHT = 675
HUGE, LARGE = 150, 64
NAME, VALUE, SMALL = 30, 40, 30
CHIP = 38
LEAST = 24
FACTS_BOTTOM = 118
"""How far above the lower edge the facts end."""
STEP = Decimal("0.01")


def card(spec: CardSpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(spec.theme)
    canvas = Canvas(WIDTH, HEIGHT, palette.ground)
    tone = _tone(palette, spec)
    top = strip(canvas, palette, spec.note)
    # Where no strip is, everything stands a little lower: the card is as high with it as without.
    line = 92 + top * 0.75
    _path(canvas, palette, spec, tone)
    _title(canvas, palette, spec, line)
    _result(canvas, palette, spec, tone, line + 62 + (STRIP - top) * 0.6)
    _facts(canvas, palette, spec.facts)
    _foot(canvas, palette, spec)
    return canvas.png()


def _tone(palette: Palette, spec: CardSpec) -> Colour:
    value = spec.percent if spec.percent is not None else spec.amount.value if spec.amount else Decimal(0)
    return palette.up if value > 0 else palette.down if value < 0 else palette.dim


def _title(canvas: Canvas, palette: Palette, spec: CardSpec, line: float) -> None:
    chip = canvas.width_of(spec.side, CHIP) + 36 if spec.side else 0
    room = WIDTH - 2 * MARGIN - chip - 24
    size = fitting(canvas, spec.title, TITLE, room)
    words = cut(canvas, spec.title, size, room)
    wide = canvas.text(MARGIN, line, words, size, palette.text, "ls", bold=True)
    if spec.side:
        left, colour = MARGIN + wide + 24, palette.up if spec.is_long else palette.down
        canvas.box(left, line - 46, left + chip, line + 8, colour, radius=10)
        canvas.text(left + chip / 2, line - 19, spec.side, CHIP, palette.on_colour, "mm")


def _result(canvas: Canvas, palette: Palette, spec: CardSpec, tone: Colour, top: float) -> None:
    """The largest of what is known, the rest beside it; below, what it is a result of."""
    wording, parts = spec.wording, []
    if spec.percent is not None:
        parts.append(wording.percent(spec.percent, signed=True))
    if spec.amount is not None:
        parts.append(wording.money(spec.amount, signed=True))
    if spec.r is not None:
        parts.append(wording.say("picture.r", n=wording.number(spec.r, 2, signed=True)))
    if not parts:
        parts = [wording.say("word.none")]
    first, rest = parts[0], "   ".join(parts[1:])
    room = WIDTH - 2 * MARGIN
    size = fitting(canvas, first, HUGE, room, least=LARGE)
    base = top + HUGE * 0.8
    wide = canvas.text(MARGIN, base, first, size, tone, "ls", bold=True)
    if canvas.width_of(rest, LARGE) <= room - wide - 50:
        canvas.text(WIDTH - MARGIN, base, rest, LARGE, tone, "rs", bold=True)
    else:
        base += LARGE + 16
        small = fitting(canvas, rest, LARGE, room, least=LEAST)
        canvas.text(MARGIN, base, rest, small, tone, "ls", bold=True)
    canvas.text(MARGIN, base + 50, spec.said, SMALL, palette.dim, "ls")


def _facts(canvas: Canvas, palette: Palette, facts: Sequence[tuple[str, str]]) -> None:
    """In columns of one width, each value below its name; as large as the longest of them allows."""
    if not facts:
        return
    room = (WIDTH - 2 * MARGIN) / len(facts)
    size = min(fitting(canvas, value, VALUE, room - 20, least=LEAST) for _, value in facts)
    named = min(fitting(canvas, name, NAME, room - 20, least=LEAST) for name, _ in facts)
    base = HEIGHT - FACTS_BOTTOM
    for number, (name, value) in enumerate(facts):
        left = MARGIN + number * room
        canvas.text(left, base - 52, cut(canvas, name, named, room - 12), named, palette.dim, "ls")
        canvas.text(left, base, cut(canvas, value, size, room - 12), size, palette.text, "ls")


def _path(canvas: Canvas, palette: Palette, spec: CardSpec, tone: Colour) -> None:
    """How it went, quietly behind the numbers."""
    if len(spec.path) < 2:
        return
    area = Area(0, HEIGHT * 0.58, WIDTH, HEIGHT - FACTS_BOTTOM - 100)
    scale = Scale(extent_of(spec.path, STEP), area.top, area.bottom)
    step = area.width / (len(spec.path) - 1)
    points = [(number * step, scale.y(value)) for number, value in enumerate(spec.path)]
    canvas.fading([(0, HEIGHT), *points, (WIDTH, HEIGHT)], tone, 0.22)
    canvas.path(points, palette.tinted(tone, 0.35), 4)


def _foot(canvas: Canvas, palette: Palette, spec: CardSpec) -> None:
    line = HEIGHT - 30
    canvas.across(MARGIN, WIDTH - MARGIN, line - 46, palette.grid)
    canvas.text(MARGIN, line, spec.wording.say("view.desk_name"), SMALL, palette.dim, "ls")
    canvas.text(WIDTH - MARGIN, line, spec.wording.instant(spec.at), SMALL, palette.dim, "rs")
