"""Colours by what they mean, for a dark and a light ground. All of them are solid: mixing happens here."""

from __future__ import annotations

from typing import NamedTuple

from bot.conversation.painting import LevelKind, Theme

Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """What a picture is painted with."""

    ground: Colour
    grid: Colour
    day: Colour
    text: Colour
    dim: Colour
    up: Colour
    down: Colour
    course: Colour
    entry: Colour
    trail: Colour
    warn: Colour
    session: Colour
    on_colour: Colour
    """Text on a coloured tag."""

    def of_level(self, kind: LevelKind) -> Colour:
        """The colour of a price line."""
        match kind:
            case LevelKind.ENTRY:
                return self.entry
            case LevelKind.TARGET:
                return self.up
            case LevelKind.STOP:
                return self.down
            case LevelKind.TRAIL:
                return self.trail

    def tinted(self, colour: Colour, share: float) -> Colour:
        """The ground with so much of a colour in it."""
        return mixed(self.ground, colour, share)


def mixed(ground: Colour, colour: Colour, share: float) -> Colour:
    """`share` of a colour, the rest ground."""
    red, green, blue = (round(g + (c - g) * share) for g, c in zip(ground, colour, strict=True))
    return red, green, blue


_DARK = Palette(
    ground=(14, 19, 27),
    grid=(36, 45, 57),
    day=(66, 79, 96),
    text=(240, 244, 249),
    dim=(158, 171, 187),
    up=(38, 194, 129),
    down=(246, 83, 101),
    course=(88, 166, 255),
    entry=(88, 166, 255),
    trail=(255, 159, 67),
    warn=(255, 196, 61),
    session=(142, 124, 195),
    on_colour=(8, 12, 18),
)
_LIGHT = Palette(
    ground=(255, 255, 255),
    grid=(229, 233, 239),
    day=(188, 196, 207),
    text=(18, 24, 33),
    dim=(86, 97, 112),
    up=(9, 132, 84),
    down=(207, 34, 56),
    course=(24, 100, 200),
    entry=(24, 100, 200),
    trail=(176, 84, 0),
    warn=(148, 96, 0),
    session=(112, 84, 178),
    on_colour=(255, 255, 255),
)


def palette_of(theme: Theme) -> Palette:
    """The colours of a theme."""
    return _DARK if theme is Theme.DARK else _LIGHT
