"""A sheet to draw on, in pixels of the finished picture; the only module that knows Pillow.

It draws at twice the size and halves at the end, so that every edge is smooth. What does not belong here:
what a picture shows and where.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFont

from bot.pictures.palette import Colour

FACTOR = 2
"""How many times larger it is drawn."""
Anchor = Literal["la", "lm", "ma", "mm", "ra", "rm", "ls", "rs"]
Point = tuple[float, float]

_ALIKE = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "–": "-", "—": "-", "−": "-", "‑": "-", "→": ">", "×": "x",
    "•": "·", "€": "EUR ", "£": "GBP ", "¥": "JPY ", "₿": "BTC ", "ß": "ss", "ẞ": "SS",
}  # fmt: skip
_DOTTED = {"ä": "a", "ö": "o", "ü": "u", "ë": "e", "Ä": "A", "Ö": "O", "Ü": "U", "Ë": "E"}
"""Letters that the font lacks and that are drawn from one that it has, with two dots above."""
_DOT_RADIUS, _DOTS_APART, _DOTS_ABOVE = 0.055, 0.13, 0.13
"""In heights of the letters: the dots, how far each is from the middle, and how far above the letter."""
# Shades that no eye tells apart are one: the file gets a fifth smaller.
_SHADE = 4
_SHADES = [min(255, (value + _SHADE // 2) // _SHADE * _SHADE) for value in range(256)]
DOTS_PER_INCH = 150
_QUALITY = 90
_DEFLATE = 4
"""From the next level on it takes longer and is hardly smaller."""
_UNKNOWN = "\ue123"  # private use: no font that we ship draws it
_DASH, _DASH_GAP = 10.0, 8.0
_fonts = threading.local()


def font_of(size: int) -> ImageFont.FreeTypeFont:
    """The bundled font at a size; each thread has its own, since FreeType faces are not to be shared."""
    known: dict[int, ImageFont.FreeTypeFont] | None = getattr(_fonts, "by_size", None)
    if known is None:
        known = _fonts.by_size = {}
    found = known.get(size)
    if found is None:
        loaded = ImageFont.load_default(size)
        assert isinstance(loaded, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
        found = known[size] = loaded
    return found


@lru_cache(maxsize=4096)
def is_drawn(letter: str) -> bool:
    """Whether the font has a shape for a letter, and not the box that stands for everything else."""
    font = font_of(20)
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask(_UNKNOWN))


class Spelled(NamedTuple):
    """A text in letters that the font has; those at `dotted` get two dots above."""

    text: str
    dotted: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def spelled(text: str) -> Spelled:
    """`text` as it is drawn: look-alikes, umlauts with dots, other letters without accents, else `?`."""
    letters, dotted, count = [], [], 0
    for letter in unicodedata.normalize("NFC", text):
        base = _DOTTED.get(letter, "")
        if base and not is_drawn(letter):
            dotted.append(count)
            shown = base
        else:
            shown = _legible(letter)
        letters.append(shown)
        count += len(shown)
    return Spelled("".join(letters), tuple(dotted))


def legible(text: str) -> str:
    """The letters alone, without what is drawn above them."""
    return spelled(text).text


def is_legible(text: str) -> bool:
    """Whether nothing that is read is lost: no letter has become another one or a question mark."""
    return all(letter in _ALIKE or letter in _DOTTED or legible(letter) == letter for letter in text)


def _legible(letter: str) -> str:
    letter = _ALIKE.get(letter, letter)
    if all(is_drawn(one) for one in letter):
        return letter
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    return plain if plain and all(is_drawn(one) for one in plain) else "?"


class Canvas:
    """A sheet of `width` × `height` pixels on a plain ground."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width = width
        self.height = height
        self.ground = ground
        self._image = Image.new("RGB", (width * FACTOR, height * FACTOR), ground)
        self._draw = ImageDraw.Draw(self._image)

    # ------------------------------------------------------------ shapes

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, *, radius: float = 0
    ) -> None:
        """A filled rectangle, at least one drawn pixel wide and high."""
        x0, y0 = round(left * FACTOR), round(top * FACTOR)
        x1, y1 = max(x0, round(right * FACTOR) - 1), max(y0, round(bottom * FACTOR) - 1)
        if radius:
            self._draw.rounded_rectangle((x0, y0, x1, y1), radius * FACTOR, fill)
        else:
            self._draw.rectangle((x0, y0, x1, y1), fill)

    def across(self, left: float, right: float, y: float, colour: Colour, width: float = 2) -> None:
        """A level line."""
        self.box(left, y - width / 2, right, y + width / 2, colour)

    def down(self, x: float, top: float, bottom: float, colour: Colour, width: float = 2) -> None:
        """An upright line."""
        self.box(x - width / 2, top, x + width / 2, bottom, colour)

    def dashes_across(self, left: float, right: float, y: float, colour: Colour, width: float = 2) -> None:
        """A level line of dashes."""
        while left < right:
            self.across(left, min(left + _DASH, right), y, colour, width)
            left += _DASH + _DASH_GAP

    def dashes_down(self, x: float, top: float, bottom: float, colour: Colour, width: float = 2) -> None:
        """An upright line of dashes."""
        while top < bottom:
            self.down(x, top, min(top + _DASH, bottom), colour, width)
            top += _DASH + _DASH_GAP

    def path(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line through points."""
        self._draw.line(_enlarged(points), colour, round(width * FACTOR), joint="curve")

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled outline."""
        self._draw.polygon(_enlarged(points), fill)

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A filled circle."""
        self._draw.ellipse(
            tuple(round(side * FACTOR) for side in (x - radius, y - radius, x + radius, y + radius)), fill
        )

    def fading(self, points: Sequence[Point], colour: Colour, strength: float) -> None:
        """A filled outline that fades to nothing towards its lower end; what lies below shines through."""
        left, top = (min(point[i] for point in points) for i in (0, 1))
        right, bottom = (max(point[i] for point in points) for i in (0, 1))
        corner = (int(left * FACTOR), int(top * FACTOR))
        size = (int(right * FACTOR) - corner[0] + 1, int(bottom * FACTOR) - corner[1] + 1)
        inside = Image.new("L", size, 0)
        moved = [(x * FACTOR - corner[0], y * FACTOR - corner[1]) for x, y in points]
        ImageDraw.Draw(inside).polygon(moved, 255)
        fade = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        fade = fade.point([round(value * strength) for value in range(256)])
        # One smooth column, then as wide as need be: a seventh of the time that smoothing all of it takes.
        column = fade.crop((0, 0, 1, fade.height)).resize((1, size[1]), Image.Resampling.BILINEAR)
        fade = column.resize(size, Image.Resampling.NEAREST)
        self._image.paste(colour, corner, ImageChops.multiply(inside, fade))

    # ------------------------------------------------------------ words

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        colour: Colour,
        anchor: Anchor = "la",
        *,
        bold: bool = False,
    ) -> float:
        """Words at a place (`anchor` says which part of them stands there); returns how wide they are."""
        shown, dotted = spelled(text)
        self._draw.text(
            (x * FACTOR, y * FACTOR),
            shown,
            colour,
            font_of(size * FACTOR),
            anchor,
            stroke_width=size * FACTOR * 0.014 if bold else 0,
            stroke_fill=colour,
        )
        wide = self.width_of(shown, size)
        left = x - {"l": 0.0, "m": wide / 2, "r": wide}[anchor[0]]
        for place in dotted:
            self._dots(left, y, shown, place, size, colour, anchor)
        return wide

    def _dots(
        self, left: float, y: float, shown: str, place: int, size: int, colour: Colour, anchor: Anchor
    ) -> None:
        """Two dots above the letter at a place of words that begin at `left`."""
        font = font_of(size * FACTOR)
        up, down = font.getmetrics()
        base = y + {"a": up, "m": (up - down) / 2, "s": 0}[anchor[1]] / FACTOR
        before = self.width_of(shown[:place], size)
        middle = left + before + self.width_of(shown[place], size) / 2
        top = base + font.getbbox(shown[place], anchor="ls")[1] / FACTOR - _DOTS_ABOVE * size
        for side in (-1, 1):
            self.dot(middle + side * _DOTS_APART * size, top, _DOT_RADIUS * size, colour)

    @staticmethod
    def width_of(text: str, size: int) -> float:
        """How wide words of a size are, in pixels."""
        return font_of(size * FACTOR).getlength(legible(text)) / FACTOR

    def picture(self, left: float, top: float, width: float, png: bytes) -> None:
        """A finished picture, made to fit a width."""
        with Image.open(io.BytesIO(png)) as held:
            scale = width * FACTOR / held.width
            size = (round(width * FACTOR), round(held.height * scale))
            fitted = held.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        self._image.paste(fitted, (round(left * FACTOR), round(top * FACTOR)))

    # ------------------------------------------------------------ the end

    def png(self) -> bytes:
        """The finished picture."""
        held = io.BytesIO()
        self._image.reduce(FACTOR).point(_SHADES * 3).save(held, "PNG", compress_level=_DEFLATE)
        return held.getvalue()

    def sheet(self) -> Sheet:
        """The finished sheet, for a document of several."""
        return Sheet(self._image.reduce(FACTOR))


class Sheet(NamedTuple):
    """A finished sheet, which only `pdf_of` looks into."""

    image: Image.Image


def pdf_of(sheets: Sequence[Sheet], title: str, at: datetime) -> bytes:
    """A PDF of at least one sheet, made at `at`; the same sheets give the same file."""
    held = io.BytesIO()
    first, *others = (sheet.image for sheet in sheets)
    made = at.timetuple()
    first.save(
        held,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=DOTS_PER_INCH,
        quality=_QUALITY,
        title=title,
        producer="Open Outcry",
        creationDate=made,
        modDate=made,
    )
    return held.getvalue()


def _enlarged(points: Sequence[Point]) -> list[Point]:
    return [(x * FACTOR, y * FACTOR) for x, y in points]
