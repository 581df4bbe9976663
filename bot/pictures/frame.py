"""What every picture has: the head with its big numbers, the grid, the scale at the right, the time below.

Sizes are in pixels of a picture that is 1,200 wide; on a phone that is 360 wide, 40 of them are twelve there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.pictures.canvas import Canvas
from bot.pictures.hours import TimeTick
from bot.pictures.palette import Colour, Palette

WIDTH, HEIGHT = 1200, 900
MARGIN = 28
TITLE, BIG, FACT, AXIS = 60, 60, 38, 34
STRIP = 58
"""Height of the strip that says what must be said of these prices (REPLAY and its date)."""
AXIS_HEIGHT = 64
GUTTER_PAD = 14


class Fact(NamedTuple):
    """A name in a quiet colour and a value behind it."""

    name: str
    value: str
    colour: Colour


class Area(NamedTuple):
    """A part of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def meets(self, other: Area) -> bool:
        """Whether the two have a spot in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Area) -> bool:
        """Whether the other lies wholly inside."""
        is_wide = self.left <= other.left and other.right <= self.right
        return is_wide and self.top <= other.top and other.bottom <= self.bottom


def head(
    canvas: Canvas,
    palette: Palette,
    title: tuple[str, str],
    value: tuple[str, Colour],
    facts: Sequence[Fact],
    note: str,
) -> float:
    """Note, title with its addition, the big number at the right, a row of facts; returns where it ends."""
    line = strip(canvas, palette, note) + 66
    big = fitting(canvas, value[0], BIG, 560)
    canvas.text(canvas.width - MARGIN, line, value[0], big, value[1], "rs", bold=True)
    room = canvas.width - 2 * MARGIN - 60 - canvas.width_of(value[0], big) - canvas.width_of(title[1], FACT)
    size = fitting(canvas, title[0], TITLE, room)
    wide = canvas.text(MARGIN, line, cut(canvas, title[0], size, room), size, palette.text, "ls", bold=True)
    canvas.text(MARGIN + wide + 18, line, title[1], FACT, palette.dim, "ls")
    if facts:
        line += 58
        _facts(canvas, palette, facts, line)
    return line + 30


def strip(canvas: Canvas, palette: Palette, note: str) -> float:
    """What must be said of what is shown, over the whole width; nothing where there is nothing to say.
    Returns where it ends."""
    if not note:
        return 0
    canvas.box(0, 0, canvas.width, STRIP, palette.tinted(palette.warn, 0.22))
    size = fitting(canvas, note, AXIS, canvas.width - 2 * MARGIN, least=26)
    words = cut(canvas, note, size, canvas.width - 2 * MARGIN)
    canvas.text(canvas.width / 2, STRIP / 2, words, size, palette.warn, "mm")
    return STRIP


def fitting(canvas: Canvas, text: str, size: int, room: float, *, least: int = FACT) -> int:
    """The largest size up to `size` at which a text fits, down to what can still be read."""
    while size > least and canvas.width_of(text, size) > room:
        size -= 2
    return size


def cut(canvas: Canvas, text: str, size: int, room: float) -> str:
    """A text that is too long keeps its two ends: that is how people know a token's address."""
    if canvas.width_of(text, size) <= room:
        return text
    for kept in range(len(text) // 2, 1, -1):
        short = f"{text[:kept]}…{text[-kept:]}"
        if canvas.width_of(short, size) <= room:
            return short
    return text[:1] + "…"


def _facts(canvas: Canvas, palette: Palette, facts: Sequence[Fact], line: float) -> None:
    """Side by side, as large as they fit."""
    size = FACT
    while size > 26 and _facts_width(canvas, facts, size) > canvas.width - 2 * MARGIN:
        size -= 2
    x = float(MARGIN)
    for fact in facts:
        if fact.name:
            x += canvas.text(x, line, fact.name, size, palette.dim, "ls") + 10
        x += canvas.text(x, line, fact.value, size, fact.colour, "ls") + size


def _facts_width(canvas: Canvas, facts: Sequence[Fact], size: int) -> float:
    names = sum(canvas.width_of(fact.name, size) + 10 for fact in facts if fact.name)
    return names + sum(canvas.width_of(fact.value, size) for fact in facts) + size * (len(facts) - 1)


def time_axis(
    canvas: Canvas, palette: Palette, area: Area, ticks: Sequence[TimeTick], places: Sequence[float]
) -> None:
    """Labels below the area, days before times, none over another; a line upwards from each.

    Args:
        ticks: the labels; `place` counts into `places`.
        places: where each stands, from the left.
    """
    taken: list[tuple[float, float]] = []
    for tick in sorted(ticks, key=lambda one: not one.is_day):
        x = places[tick.place]
        half = canvas.width_of(tick.text, AXIS) / 2
        middle = min(max(x, area.left + half), canvas.width - MARGIN / 2 - half)
        if any(middle - half < right and middle + half > left for left, right in taken):
            continue
        taken.append((middle - half - 14, middle + half + 14))
        canvas.down(x, area.top, area.bottom, palette.day if tick.is_day else palette.grid)
        colour = palette.text if tick.is_day else palette.dim
        canvas.text(middle, area.bottom + 16, tick.text, AXIS, colour, "ma")


def sentence(canvas: Canvas, palette: Palette, area: Area, words: str) -> None:
    """Instead of a course: why there is none."""
    size = FACT
    while size > 22 and canvas.width_of(words, size) > area.width - 40:
        size -= 2
    canvas.text((area.left + area.right) / 2, (area.top + area.bottom) / 2, words, size, palette.dim, "mm")
