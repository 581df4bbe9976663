"""The picture of the morning message: how an account went in the last month, to the minute of the message."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.handling import Tools
from bot.conversation.painting import EquitySpec, NotPainted, Theme
from bot.conversation.screen import Picture, picture_name
from bot.conversation.wording import Wording
from bot.handlers.curve import curve_of
from bot.handlers.trips import balance_steps
from trading.domain.ids import AccountId

SHOWN = timedelta(days=30)


async def morning_curve(tools: Tools, name: AccountId, wording: Wording, theme: Theme) -> Picture | None:
    """None where there is nothing to draw, or nobody who draws: the words are enough."""
    account, now = tools.book().account(name), tools.clock.now()
    if tools.painter is None or account is None:
        return None
    steps = await balance_steps(tools, account, now - SHOWN)
    points = curve_of(steps, now - SHOWN, now, tools.book().equity(account))
    if not points:
        return None
    heading = " ".join((wording.say("view.equity"), name))
    period = wording.say("view.period.month")
    spec = EquitySpec(heading, period, points, account.currency, wording, theme=theme)
    try:
        png = await tools.painter.equity(spec)
    except NotPainted:
        return None
    return Picture(picture_name("equity", name, "month"), png)
