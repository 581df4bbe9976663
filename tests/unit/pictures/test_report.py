"""A report as PDF: whole pages, the same file for the same words, no more pages than there may be."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from PIL import Image

from bot.conversation.painting import ReportSpec, Theme
from bot.conversation.screen import Block, badges, bold, dim, gap, kv, line, table, warn
from bot.pictures import report as room
from bot.pictures.canvas import Canvas, pdf_of
from bot.pictures.painter import drawn
from bot.pictures.palette import palette_of
from tests.unit.pictures.samples import CURVE

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def spec_of(*parts: tuple[Block, ...]) -> ReportSpec:
    """A report without a curve."""
    return ReportSpec("Report paper, all time, 2026-03-02", parts, None, AT)


def pages_of(pdf: bytes) -> int:
    """How many pages the file says that it has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


PLAIN = spec_of(
    (badges("PAPER"), line(dim("All time"))),
    (kv(("Win rate", "66.67%"), ("Net", line(bold("+$11.24")))), gap(), line(warn("a warning"))),
)


def test_a_short_report_is_one_page_and_the_same_file_each_time() -> None:
    pdf = drawn(PLAIN)
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pages_of(pdf) == 1
    assert b"D:20260302093000" in pdf
    assert drawn(PLAIN) == pdf
    assert drawn(replace(PLAIN, theme=Theme.DARK)) != pdf


def test_a_long_table_goes_on_with_its_headings_and_ends_with_the_last_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "HEIGHT", 500)
    rows = [(f"BTC/USD {number}", "+$11.24") for number in range(20)]
    said: list[str] = []
    text = Canvas.text

    def heard(self: Canvas, x: float, y: float, words: str, *more: object, **named: object) -> float:
        said.append(words)
        return text(self, x, y, words, *more, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Canvas, "text", heard)
    pdf = drawn(spec_of((table(("Symbol", ">Net"), rows),)))
    pages = pages_of(pdf)
    assert pages > 1
    assert said.count("Symbol") == pages
    assert [words for words in said if words.startswith("BTC/USD")] == [name for name, _ in rows]
    monkeypatch.setattr(room, "PAGES_MAX", 2)
    assert pages_of(drawn(spec_of((table(("Symbol", ">Net"), rows),)))) == 2


def test_a_wide_table_is_written_smaller_and_stays_on_the_sheet() -> None:
    words = tuple("a cell of many words" for _ in range(6))
    block = table(words, [words])
    size, widths = room.fitting(block)
    assert room.SIZE_MIN <= size < room.TEXT
    assert sum(widths) + room.GAP * 5 <= room.WIDTH - 2 * room.MARGIN
    assert room.fitting(table(("a", "b"), [("c", "d")]))[0] == room.TEXT
    assert pages_of(drawn(spec_of((block,)))) == 1


def test_the_curve_stands_on_the_first_page() -> None:
    plain = drawn(spec_of((line("one"),), (line("two"),)))
    with_curve = drawn(replace(spec_of((line("one"),), (line("two"),)), equity=CURVE))
    assert len(with_curve) > len(plain)
    assert pages_of(with_curve) == 1


def test_a_picture_keeps_its_shape_on_a_sheet() -> None:
    palette = palette_of(Theme.LIGHT)
    canvas = Canvas(200, 200, palette.ground)
    held = io.BytesIO()
    Image.new("RGB", (100, 50), palette.up).save(held, "PNG")
    canvas.picture(20, 40, 100, held.getvalue())
    image = canvas.sheet().image
    assert image.getpixel((70, 65)) == palette.up
    assert image.getpixel((70, 95)) == palette.ground
    assert image.getpixel((10, 65)) == palette.ground
    assert pages_of(pdf_of([canvas.sheet(), canvas.sheet()], "two", AT)) == 2
