"""The picture of the morning message: how a person's accounts went in the last month, until now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.conversation.handling import Tools
from bot.conversation.painting import EquitySpec, NotPainted, Theme
from bot.conversation.screen import Picture, picture_name
from bot.conversation.wording import Wording
from bot.handlers.curve import curve_of, together
from bot.handlers.trips import balance_of, balance_steps
from trading.domain.ids import AccountId
from trading.domain.money import ZERO

SHOWN = timedelta(days=30)
NAMED_MAX = 3
"""So many names stand above the curve."""


async def morning_curve(
    tools: Tools, names: Sequence[AccountId], wording: Wording, theme: Theme
) -> Picture | None:
    """The accounts of a person together, as far as they are kept in the currency of the first: no rate is
    made up. None where there is nothing to draw, or nobody who draws: the words are enough."""
    book, now = tools.book(), tools.clock.now()
    known = [account for name in names if (account := book.account(name)) is not None]
    if tools.painter is None or not known:
        return None
    shown = [one for one in known if one.currency == known[0].currency]
    courses = [await balance_steps(tools, one, now - SHOWN) for one in shown]
    steps = together(courses, sum((balance_of(one) for one in shown), ZERO))
    points = curve_of(steps, now - SHOWN, now, sum((book.equity(one) for one in shown), ZERO))
    if not points:
        return None
    heading = " ".join((wording.say("view.equity"), *(one.account for one in shown[:NAMED_MAX])))
    more = len(shown) - NAMED_MAX
    heading += f" +{more}" if more > 0 else ""
    period = wording.say("view.period.month")
    spec = EquitySpec(heading, period, points, shown[0].currency, wording, theme=theme)
    try:
        png = await tools.painter.equity(spec)
    except NotPainted:
        return None
    return Picture(picture_name("equity", shown[0].account, "month"), png)
