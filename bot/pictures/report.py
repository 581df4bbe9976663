"""A report as PDF: the curve of the account, then the blocks of screens, page after page of A4.

Each page is a picture, drawn and put aside before the next one is begun: many pages take the memory of one
large sheet. What does not belong here: what a report says.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.painting import ReportSpec
from bot.conversation.screen import Align, Badges, Block, KeyValues, Line, Style, Table, Tone
from bot.pictures.canvas import Canvas, Sheet, pdf_of
from bot.pictures.equity import equity
from bot.pictures.frame import HEIGHT as PICTURE_HEIGHT
from bot.pictures.frame import WIDTH as PICTURE_WIDTH
from bot.pictures.palette import Colour, Palette, palette_of

WIDTH, HEIGHT = 1240, 1754
"""A4 at 150 dots an inch."""
MARGIN = 90
TITLE, TEXT, SMALL = 44, 22, 18
LINE_HEIGHT = 34
GAP = 28
SIZE_MIN = 12
PAGES_MAX = 12
"""Beyond that a report ends; the file of round trips holds all."""


class _Pages:
    """Where the next line goes, and the pages that are finished."""

    def __init__(self, spec: ReportSpec) -> None:
        self.spec = spec
        self.palette: Palette = palette_of(spec.theme)
        self.done: list[Sheet] = []
        self.canvas = Canvas(WIDTH, HEIGHT, self.palette.ground)
        self.y: float = MARGIN

    @property
    def is_full(self) -> bool:
        """Whether no further page may be begun."""
        return len(self.done) >= PAGES_MAX

    def room_for(self, height: float) -> bool:
        """Go to the next page when this one has no such room left; False when there may be no more."""
        if self.y + height <= HEIGHT - MARGIN:
            return not self.is_full
        self.finish()
        return not self.is_full

    def finish(self) -> None:
        """Number the page and put it aside."""
        if self.is_full:
            return
        number = str(len(self.done) + 1)
        self.canvas.text(MARGIN, HEIGHT - MARGIN / 2, self.spec.title, SMALL, self.palette.dim, "lm")
        self.canvas.text(WIDTH - MARGIN, HEIGHT - MARGIN / 2, number, SMALL, self.palette.dim, "rm")
        self.done.append(self.canvas.sheet())
        self.canvas = Canvas(WIDTH, HEIGHT, self.palette.ground)
        self.y = MARGIN


def report(spec: ReportSpec) -> bytes:
    """The whole as PDF."""
    pages = _Pages(spec)
    pages.canvas.text(MARGIN, pages.y, spec.title, TITLE, pages.palette.text, bold=True)
    pages.y += TITLE + GAP
    for number, part in enumerate(spec.parts):
        if number == 1 and spec.equity is not None:
            wide = WIDTH - 2 * MARGIN
            high = wide * PICTURE_HEIGHT / PICTURE_WIDTH
            if pages.room_for(high):
                pages.canvas.picture(MARGIN, pages.y, wide, equity(spec.equity))
                pages.y += high + GAP
        for block in part:
            _block(pages, block)
        pages.y += GAP
    pages.finish()
    return pdf_of(pages.done, spec.title, spec.at)


def _block(pages: _Pages, block: Block) -> None:
    match block:
        case Line():
            if pages.room_for(LINE_HEIGHT):
                _line(pages, MARGIN, block, TEXT)
                pages.y += LINE_HEIGHT
        case Badges():
            if pages.room_for(LINE_HEIGHT):
                _line(pages, MARGIN, Line(block.spans), TEXT)
                pages.y += LINE_HEIGHT
        case KeyValues():
            wide = max((Canvas.width_of(name, TEXT) for name, _ in block.pairs), default=0)
            for name, value in block.pairs:
                if not pages.room_for(LINE_HEIGHT):
                    return
                pages.canvas.text(MARGIN, pages.y, name, TEXT, pages.palette.dim)
                _line(pages, MARGIN + wide + GAP, value, TEXT)
                pages.y += LINE_HEIGHT
        case Table():
            _table(pages, block)


def _table(pages: _Pages, block: Table) -> None:
    size, widths = fitting(block)
    is_begun = False
    for cells in block.rows:
        before = len(pages.done)
        if not pages.room_for(2 * LINE_HEIGHT if not is_begun else LINE_HEIGHT):
            return
        if not is_begun or len(pages.done) > before:
            heads = [Line() for _ in block.columns]
            _row(pages, block, widths, size, heads)
            is_begun = True
        _row(pages, block, widths, size, cells)


def fitting(block: Table) -> tuple[int, list[float]]:
    """The size of letters in which a table fits, and its columns, each as wide as its widest cell."""
    size, widths = TEXT, _widths(block, TEXT)
    while sum(widths) + GAP * (len(widths) - 1) > WIDTH - 2 * MARGIN and size > SIZE_MIN:
        size -= 1
        widths = _widths(block, size)
    return size, widths


def _widths(block: Table, size: int) -> list[float]:
    return [
        max(Canvas.width_of(text, size) for text in (column.title, *(row[place].text for row in block.rows)))
        for place, column in enumerate(block.columns)
    ]


def _row(pages: _Pages, block: Table, widths: Sequence[float], size: int, cells: Sequence[Line]) -> None:
    """One row; without any words the headings."""
    is_head = not any(cell.text for cell in cells)
    left: float = MARGIN
    for column, width, cell in zip(block.columns, widths, cells, strict=True):
        own = Canvas.width_of(column.title if is_head else cell.text, size)
        start = left + (width - own if column.align is Align.RIGHT else 0)
        if is_head:
            pages.canvas.text(start, pages.y, column.title, size, pages.palette.dim)
        else:
            _line(pages, start, cell, size)
        left += width + GAP
    pages.y += LINE_HEIGHT
    if is_head:
        pages.canvas.across(MARGIN, WIDTH - MARGIN, pages.y - 6, pages.palette.grid)


def _line(pages: _Pages, left: float, words: Line, size: int) -> None:
    for span in words.spans:
        colour = _colour(pages.palette, span.tone)
        bold = span.style is Style.BOLD
        left += pages.canvas.text(left, pages.y, span.text, size, colour, bold=bold)


def _colour(palette: Palette, tone: Tone) -> Colour:
    match tone:
        case Tone.GOOD:
            return palette.up
        case Tone.BAD:
            return palette.down
        case Tone.WARN:
            return palette.warn
        case Tone.DIM:
            return palette.dim
        case Tone.NEUTRAL:
            return palette.text
