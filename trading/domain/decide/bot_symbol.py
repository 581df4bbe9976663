"""A bot's symbol is its own: what is held and ordered there, and how a bot ends.

What else traded there would be counted as the bot's, and the bot's as that.
"""

from __future__ import annotations

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_bot as eb
from trading.domain.automation import Automation, BotStatus
from trading.domain.book import Account, is_live
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import sync
from trading.domain.decide.rung import venue_could
from trading.domain.ids import AccountId
from trading.domain.order import Order
from trading.domain.position import Position


def not_the_bots(account: Account, symbol: str, tag: str) -> ev.Refusal | None:
    """Why nobody but its bot opens or guards anything in a symbol; None where no other bot is there."""
    bot = account.bots.in_symbol(symbol)
    if bot is None or bot.tag == tag:
        return None
    text = (
        f"The bot {bot.name} trades {symbol} on this account: /bot {bot.name} stop ends it, "
        "or use another account."
    )
    return ev.Refusal("bots_symbol", text, "symbol", symbol)


def bot_of(
    d: Deciding, command: cm.TellBot | cm.EditBot | cm.DropBot | cm.BotActs | cm.FailBot
) -> Automation | None:
    """The bot, or None after a refusal."""
    account = d.book.account(command.account)
    bot = account.bots.of_id(command.bot_id) if account is not None else None
    if bot is None:
        refusal = ev.Refusal("no_bot", "There is no such bot; /bots lists them.", "bot")
        d.deny(command.account, command.command_id, "bot", "", refusal)
    return bot


def account_of(bot: Automation) -> AccountId:
    """The account of a bot: the first part of its id."""
    return AccountId(bot.bot_id.rpartition("/")[0])


def position_of(d: Deciding, bot: Automation) -> Position | None:
    """What the bot holds, or has orders in; None when there is neither."""
    held = d.book.current_position(account_of(bot), bot.symbol)
    return held if held is not None and is_live(held) else None


def orders_of(d: Deciding, bot: Automation) -> list[Order]:
    """The open orders in its symbol."""
    position = position_of(d, bot)
    return d.book.orders_of(position) if position is not None else []


def end_orders(d: Deciding, position: Position, cause: str) -> None:
    """End what the bot has placed; its stop stays."""
    for order in d.book.orders_of(position):
        if order.serves:
            d.ask_cancel(order, cause)


def end_bot(d: Deciding, bot: Automation, status: BotStatus, code: str, sentence: str) -> None:
    """Say that it works no more, and whether what it leaves has a stop."""
    position = position_of(d, bot)
    is_guarded = position.plan.wants_stop if position is not None and position.is_open else None
    event = eb.BotEnded(
        account_of(bot), bot.bot_id, bot.name, status, code, sentence, d.now, is_guarded, d.by
    )
    d.emit(event)
    if position is not None:
        guard = venue_could(d, d.position(position))
        if guard is not None:
            sync(d, position, "bot_ended", guard=guard)
