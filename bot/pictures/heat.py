"""A heat map of a sweep: what each pair of values made, inside above, outside below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.painting import Theme
from bot.conversation.wording import Wording
from bot.pictures.canvas import Canvas
from bot.pictures.frame import AXIS, GUTTER_PAD, MARGIN, WIDTH, Area, Fact, head, sentence
from bot.pictures.palette import Palette, palette_of
from trading.backtest.report import Outcome, Swept, Tried

CELL_HEIGHT_MIN, CELL_HEIGHT_MAX = 34, 90
MAP_HEIGHT = 700
TEXT_FROM = 92
"""Cells that are at least so wide say their number."""
NAME_HEIGHT = 56
Pick = Callable[[Tried], Outcome | None]


class Cells(NamedTuple):
    """The best result of every pair of values; None where nothing was tried."""

    across: tuple[str, ...]
    down: tuple[str, ...]
    values: Mapping[tuple[str, str], Decimal]


def heat(found: Swept, wording: Wording, theme: Theme) -> bytes:
    """The picture as PNG. Further parameters are folded into the first two: the best of them shows."""
    palette = palette_of(theme)
    names = list(found.axes)
    maps = [("sweep.picture.inside", _cells(found, lambda one: one.inside))]
    if found.inside_percent < 100:
        maps.append(("sweep.picture.outside", _cells(found, lambda one: one.outside)))
    rows = len(maps[0][1].down)
    cell = min(max(MAP_HEIGHT / rows / len(maps), CELL_HEIGHT_MIN), CELL_HEIGHT_MAX)
    height = round(200 + len(maps) * (rows * cell + 2 * NAME_HEIGHT + 20) + MARGIN)
    canvas = Canvas(WIDTH, height, palette.ground)
    best = found.sets[0] if found.sets else None
    facts = []
    if best is not None:
        settings = ", ".join(f"{name} {value}" for name, value in best.settings.items())
        facts = [Fact(wording.say("sweep.picture.best"), settings, palette.text)]
    names_said = " × ".join(names[:2])
    top = head(canvas, palette, (found.strategy, names_said), ("", palette.text), facts, "")
    if best is None:
        whole = Area(MARGIN, top, WIDTH - MARGIN, height - MARGIN)
        sentence(canvas, palette, whole, wording.say("backtest.none"))
        return canvas.png()
    most = max((abs(v) for _, cells in maps for v in cells.values.values()), default=Decimal(1)) or Decimal(1)
    for key, cells in maps:
        top = _map(canvas, palette, wording, wording.say(key), names, cells, most, cell, top)
    return canvas.png()


def _cells(found: Swept, pick: Pick) -> Cells:
    """Of each pair of values, what the set made that was best inside: the same one in both maps."""
    names = list(found.axes)
    across = found.axes[names[0]]
    down = found.axes[names[1]] if len(names) > 1 else ("",)
    values: dict[tuple[str, str], Decimal] = {}
    for one in found.sets:
        key = (one.settings[names[0]], one.settings[names[1]] if len(names) > 1 else "")
        outcome = pick(one)
        if outcome is not None:
            values.setdefault(key, outcome.percent)
    return Cells(across, down, values)


def _map(
    canvas: Canvas,
    palette: Palette,
    wording: Wording,
    name: str,
    axes: list[str],
    cells: Cells,
    most: Decimal,
    cell: float,
    top: float,
) -> float:
    """One map with its axes; returns where it ends."""
    gutter = max(canvas.width_of(text, AXIS) for text in (*cells.down, "0")) + 2 * GUTTER_PAD
    left, wide = MARGIN + gutter, (WIDTH - 2 * MARGIN - gutter) / len(cells.across)
    canvas.text(MARGIN, top + 10, name, AXIS, palette.text, bold=True)
    top += NAME_HEIGHT
    for row, below in enumerate(cells.down):
        y = top + row * cell
        canvas.text(left - GUTTER_PAD, y + cell / 2, below, AXIS, palette.dim, "rm")
        for column, beside in enumerate(cells.across):
            value = cells.values.get((beside, below))
            _cell(
                canvas,
                palette,
                wording,
                Area(left + column * wide, y, left + (column + 1) * wide, y + cell),
                value,
                most,
            )
    bottom = top + len(cells.down) * cell
    step = max(1, round(120 / wide))
    for column in range(0, len(cells.across), step):
        canvas.text(left + (column + 0.5) * wide, bottom + 8, cells.across[column], AXIS, palette.dim, "ma")
    return bottom + NAME_HEIGHT + 20


def _cell(
    canvas: Canvas, palette: Palette, wording: Wording, area: Area, value: Decimal | None, most: Decimal
) -> None:
    inner = Area(area.left + 1, area.top + 1, area.right - 1, area.bottom - 1)
    if value is None:
        canvas.box(*inner, palette.grid)
        return
    colour = palette.up if value > 0 else palette.down
    canvas.box(*inner, palette.tinted(colour, 0.08 + 0.72 * float(abs(value) / most)))
    if area.width >= TEXT_FROM:
        text = wording.percent(value.quantize(Decimal("0.1")), signed=True)
        middle = ((area.left + area.right) / 2, (area.top + area.bottom) / 2)
        canvas.text(*middle, text, 28, palette.text, "mm")
