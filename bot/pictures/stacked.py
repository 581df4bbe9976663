"""Prices above, the account below: two pictures as one, for what a strategy did and what came of it."""

from __future__ import annotations

from bot.conversation.painting import ChartSpec, EquitySpec
from bot.pictures.canvas import Canvas
from bot.pictures.chart import chart
from bot.pictures.equity import equity
from bot.pictures.frame import HEIGHT, WIDTH
from bot.pictures.palette import palette_of

GAP = 12


def stacked(prices: ChartSpec, account: EquitySpec) -> bytes:
    """The picture as PNG."""
    palette = palette_of(account.theme)
    canvas = Canvas(WIDTH, 2 * HEIGHT + GAP, palette.ground)
    canvas.picture(0, 0, WIDTH, chart(prices))
    canvas.across(0, WIDTH, HEIGHT + GAP / 2, palette.grid)
    canvas.picture(0, HEIGHT + GAP, WIDTH, equity(account))
    return canvas.png()
