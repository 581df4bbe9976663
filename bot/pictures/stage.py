"""What the parts of a price chart share: the sheet, where prices and instants stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.painting import ChartSpec
from bot.pictures.canvas import Canvas
from bot.pictures.frame import Area
from bot.pictures.hours import place_of
from bot.pictures.palette import Palette
from bot.pictures.scale import Scale

NAME_SIZE = 30


class Stage(NamedTuple):
    """Everything that the parts of a chart share."""

    canvas: Canvas
    palette: Palette
    spec: ChartSpec
    prices: Area
    volumes: Area | None
    scale: Scale
    places: Sequence[float]
    slot: float

    @property
    def whole(self) -> Area:
        """Prices, and volumes below them."""
        lowest = self.volumes.bottom if self.volumes else self.prices.bottom
        return Area(self.prices.left, self.prices.top, self.prices.right, lowest)

    def x(self, at: datetime) -> float:
        """The middle of the candle that holds an instant; one before the first stands at the left edge."""
        place = place_of([candle.at for candle in self.spec.candles], at)
        return self.prices.left if place is None else self.places[place]


def height_of(stage: Stage, price: Decimal) -> float:
    """Where a price stands; one beyond the scale stands at the edge."""
    if price > stage.scale.extent.high:
        return stage.prices.top
    if price < stage.scale.extent.low:
        return stage.prices.bottom
    return stage.scale.y(price)
