"""On which rung of the ladder a position is guarded when asked anew; also beside what a bot sells at."""

from __future__ import annotations

from trading.domain.automation import BotStatus
from trading.domain.decide.deciding import Deciding
from trading.domain.ladder import guard_of
from trading.domain.position import Guard, Position


def rung_of(d: Deciding, position: Position) -> Guard:
    """The best rung. Where a venue can hold a stop or what a bot sells at, and not both, the desk watches the
    stop of a bot that works: its sales rest, and make room when the stop is reached."""
    account = d.account(position.account)
    found = guard_of(account.exits, position.plan)
    bot = account.bots.in_symbol(position.symbol)
    works = bot is not None and bot.status is BotStatus.ACTIVE
    return Guard.BOT if works and found is Guard.STOP else found


def venue_could(d: Deciding, position: Position) -> Guard | None:
    """The rung to which a position climbs whose bot works no more, so that nothing of that stands in the way
    of a stop at the venue; None where the desk goes on to watch, or the venue guards already."""
    bracket = position.bracket
    if not position.is_open or bracket is None or bracket.guard is not Guard.BOT:
        return None
    found = rung_of(d, position)
    return found if found is Guard.STOP else None
