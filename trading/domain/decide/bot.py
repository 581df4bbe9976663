"""Bots: begun, told to end, deleted, failed. What they do themselves is in `bot_move`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_bot as eb
from trading.domain.automation import (
    BOT_WISHES,
    BOTS_MAX,
    Automation,
    BotStatus,
)
from trading.domain.book import Account, is_live
from trading.domain.decide.bot_symbol import (
    account_of,
    bot_of,
    end_bot,
    end_orders,
    not_the_bots,
    position_of,
)
from trading.domain.decide.closing import start_flatten
from trading.domain.decide.deciding import Deciding
from trading.domain.money import ZERO, plain
from trading.domain.risk import spendable
from trading.domain.stops import stops

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,23}")
"""What a bot may be called."""


# ---------------------------------------------------------------- what people say


def start_bot(d: Deciding, command: cm.StartBot) -> None:
    """Begin a bot, or begin one anew that is over."""
    account = d.account(command.account)
    symbol = command.seen.instrument.symbol
    wrong = _cannot_start(d, account, command)
    if wrong is not None:
        d.deny(command.account, command.command_id, "bot", symbol, wrong)
        return
    d.list_instrument(command.account, command.seen.instrument)
    number = account.bots.count + 1
    bot = Automation(
        bot_id=f"{command.account}/bot-{number}",
        number=number,
        name=command.name,
        kind=command.kind,
        symbol=symbol,
        settings=command.settings,
        budget=command.budget,
        person=command.person,
        started_at=d.now,
        state=command.state,
    )
    d.emit(eb.BotStarted(command.account, bot, command.command_id, d.now, d.by))
    d.facts = {"bot_id": bot.bot_id, "name": bot.name}


def _cannot_start(d: Deciding, account: Account, command: cm.StartBot) -> ev.Refusal | None:
    symbol = command.seen.instrument.symbol
    if not NAME.fullmatch(command.name):
        text = "A bot's name is a small letter, then small letters, digits, - or _, at most 24: grid-1."
        return ev.Refusal("bot_name", text, "name", command.name)
    known = account.bots.of_name(command.name)
    if known is not None and known.is_there:
        text = (
            f"The bot {known.name} is there already: /bot {known.name} shows it, another name makes another."
        )
        return ev.Refusal("bot_exists", text, "name", known.name)
    if known is None and len(account.bots.every) >= BOTS_MAX:
        text = f"{BOTS_MAX} bots are the most on one account: /bot NAME delete forgets one that is over."
        return ev.Refusal("bots_full", text)
    taken = not_the_bots(account, symbol, "")
    if taken is not None:
        return taken
    held = d.book.current_position(account.account, symbol)
    if held is not None and is_live(held):
        text = (
            f"You hold {symbol} or have orders in it on this account, and a bot needs it to itself: "
            f"/close {symbol} first, or use another account."
        )
        return ev.Refusal("bot_needs_symbol", text, "symbol", symbol)
    free = spendable(d.book, account)
    if not ZERO < command.budget <= free:
        text = (
            f"A budget of {plain(command.budget)} does not fit: {plain(free.quantize(Decimal('0.01')))} "
            f"{account.currency} are free on this account."
        )
        return ev.Refusal("bot_budget", text, "budget", plain(command.budget))
    bound = next(
        (one for one in stops(d.book, account, symbol, d.now, command.person) if not one.passes), None
    )
    return ev.Refusal(bound.name, bound.sentence) if bound is not None else None


def tell_bot(d: Deciding, command: cm.TellBot) -> None:
    """Have a bot end, or every one that works; it does that itself, and says when it is done. One that has
    failed is ended by the desk."""
    if not command.bot_id:
        _tell_all(d, command)
        return
    bot = bot_of(d, command)
    if bot is None:
        return
    refusal = _no_wish(command)
    if refusal is None and not bot.is_there:
        refusal = ev.Refusal("bot_over", f"The bot {bot.name} has stopped already.", "bot", bot.name)
    elif refusal is None and bot.status is BotStatus.ACTIVE and bot.wish == command.wish:
        refusal = ev.Refusal("no_change", f"The bot {bot.name} is doing that already.", "bot", bot.name)
    if refusal is not None:
        d.deny(command.account, command.command_id, "bot", bot.symbol, refusal)
        return
    _tell(d, bot, command)
    d.facts = {"bot_id": bot.bot_id, "name": bot.name}


def _tell_all(d: Deciding, command: cm.TellBot) -> None:
    there = [bot for bot in d.account(command.account).bots.every if bot.is_there]
    refusal = _no_wish(command)
    if refusal is None and not there:
        refusal = ev.Refusal("no_bots", "No bot works on this account: /newbot begins one.", "bot")
    if refusal is not None:
        d.deny(command.account, command.command_id, "bot", "", refusal)
        return
    for bot in there:
        if bot.status is BotStatus.ERROR or bot.wish != command.wish:
            _tell(d, bot, command)
    d.facts = {"bots": len(there)}


def _no_wish(command: cm.TellBot) -> ev.Refusal | None:
    if command.wish in BOT_WISHES:
        return None
    text = "A bot is stopped with finish, close or leave: /bot NAME stop close."
    return ev.Refusal("bot_wish", text, "wish", command.wish)


def _tell(d: Deciding, bot: Automation, command: cm.TellBot) -> None:
    event = eb.BotTold(
        command.account, bot.bot_id, bot.name, command.wish, command.command_id, d.now, command.reason, d.by
    )
    d.emit(event)
    if bot.status is BotStatus.ERROR:
        _end_failed(d, bot, command)


def _end_failed(d: Deciding, bot: Automation, command: cm.TellBot) -> None:
    """Its own state says nothing that can be relied on: the desk ends what is left of it."""
    position = position_of(d, bot)
    if position is not None:
        end_orders(d, position, command.command_id)
        if command.wish == "close":
            start_flatten(d, account_of(bot), command.command_id, [d.position(position)], is_panic=False)
    end_bot(d, bot, BotStatus.STOPPED, bot.code, bot.reason)


def edit_bot(d: Deciding, command: cm.EditBot) -> None:
    """Have a bot that works go on with other settings."""
    bot = bot_of(d, command)
    if bot is None:
        return
    refusal = None
    if bot.status is not BotStatus.ACTIVE or bot.wish:
        text = f"The bot {bot.name} works no more: /bot {bot.name} start begins it with other settings."
        refusal = ev.Refusal("bot_not_working", text, "bot", bot.name)
    elif bot.settings == command.settings:
        text = f"The bot {bot.name} has these settings already."
        refusal = ev.Refusal("no_change", text, "bot", bot.name)
    if refusal is not None:
        d.deny(command.account, command.command_id, "bot", bot.symbol, refusal)
        return
    event = eb.BotEdited(
        command.account, bot.bot_id, bot.name, command.settings, command.command_id, d.now, d.by
    )
    d.emit(event)
    d.facts = {"bot_id": bot.bot_id, "name": bot.name}


def drop_bot(d: Deciding, command: cm.DropBot) -> None:
    """Forget a bot that is over."""
    bot = bot_of(d, command)
    if bot is None:
        return
    if bot.is_there:
        text = f"The bot {bot.name} is still there: /bot {bot.name} stop first."
        d.deny(command.account, command.command_id, "bot", bot.symbol, ev.Refusal("bot_there", text))
        return
    d.emit(eb.BotDropped(command.account, bot.bot_id, bot.name, command.command_id, d.now, d.by))
    d.facts = {"name": bot.name}


# ---------------------------------------------------------------- what bots do


def fail_bot(d: Deciding, command: cm.FailBot) -> None:
    """A bot cannot go on: it places nothing any more, and what it holds keeps its stop."""
    bot = bot_of(d, command)
    if bot is None or bot.status is not BotStatus.ACTIVE:
        return
    position = position_of(d, bot)
    if position is not None:
        end_orders(d, position, command.command_id)
    end_bot(d, bot, BotStatus.ERROR, command.code, command.sentence)
