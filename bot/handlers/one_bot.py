"""`/bot NAME`: one bot with its figures and its log; stop, change, start anew, clone and delete it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.conversation.bot_reasons import why_ended
from bot.conversation.confirmation import ask
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.retelling import told_as
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Screen,
    bold,
    dim,
    kv,
    line,
    look,
    row,
    title,
    warn,
)
from bot.conversation.telling import quantity_text, where_badges
from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, DEFAULT
from bot.handlers.bot_begin import Wish, against_of, begin_card, changed_settings, free_name
from bot.handlers.bot_course import bot_painted, over_time, why_it_waits
from bot.handlers.bot_edit import changes_of, edited, undone
from bot.handlers.bots import Earned, earned, reason_of, status_word
from bot.handlers.marks import mark_of
from bot.handlers.newbot import NAME, pairs_of
from bot.handlers.subjects import refresh, word_of
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import BOT_WISHES, Automation, BotNote
from trading.domain.book import Account
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.money import Money
from trading.parameters import validated
from trading.running.stepping import AGAINST, BESIDE, FRAME

LOG_SHOWN = 5
LOG_MAX = 25
MONEY = ("fee", "pnl", "cost", "left")
"""Facts of a log line that are money."""
CENTS, DIGITS_MAX = 2, 8
_NOT_YET = CommandId("card")


async def one_bot(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What is to be done with the bot of that name."""
    name, what, typed = (word_of(parsed, one) for one in ("name", "what", "settings"))
    found = _named(tools, asked, name.lower())
    if found is None:
        return _unknown(tools, asked, name)
    account, bot = found
    match what:
        case "stop":
            return await _stop(tools, asked, account, bot, typed.strip().lower())
        case "start":
            if bot.is_there:
                return refusal(asked, "bot.works_already", name=bot.name)
            return await _begin(tools, asked, account, bot, typed, is_clone=False)
        case "clone":
            return await _begin(tools, asked, account, bot, typed, is_clone=True)
        case "edit":
            return await edited(tools, asked, account, bot, typed)
        case _ if typed:
            return refusal(asked, "bot.what", name=bot.name, typed=typed)
        case "delete":
            return await _delete(tools, asked, account, bot)
        case "undo":
            return await undone(tools, asked, account, bot)
        case "changes":
            return changes_of(asked, bot)
        case "log":
            return _log(asked, bot)
        case _:
            return await _shown(tools, asked, account, bot)


def _named(tools: Tools, asked: Asked, name: str) -> tuple[Account, Automation] | None:
    """The bot of that name: on the account in use, else on another of the person's."""
    book, person = tools.book(), asked.person
    for account_id in sorted(person.accounts, key=lambda one: one != person.account):
        account = book.account(account_id)
        bot = account.bots.of_name(name) if account is not None else None
        if account is not None and bot is not None:
            return account, bot
    return None


def _unknown(tools: Tools, asked: Asked, name: str) -> Screen:
    book = tools.book()
    accounts = [found for one in asked.person.accounts if (found := book.account(one)) is not None]
    names = ", ".join(bot.name for account in accounts for bot in account.bots.every)
    if not names:
        return refusal(asked, "bot.none")
    return refusal(asked, "bot.unknown", name=name, names=names)


def _instrument(tools: Tools, account: Account, bot: Automation) -> Instrument:
    found = tools.book().instrument(account.account, bot.symbol)
    assert found is not None, "a bot's contract is listed when it begins"
    return found


# ---------------------------------------------------------------- what it is


async def _shown(tools: Tools, asked: Asked, account: Account, bot: Automation) -> Screen:
    say, wording = asked.wording.say, asked.wording
    instrument, known = _instrument(tools, account, bot), earned(tools, bot)
    blocks: list[Block] = [
        title(f"{bot.name} · {bot.kind} {bot.symbol}"),
        where_badges(account, tools.market.note(bot.symbol)),
        status_word(asked, bot),
    ]
    reason = reason_of(asked, bot)
    if reason:
        blocks.append(line(reason))
    blocks += [line(warn(say("bot.waits", reason=why))) for why in why_it_waits(tools, asked, account, bot)]
    budget = wording.money(Money(bot.budget, instrument.currency))
    pairs: list[tuple[str, Any]] = [(say("bot.budget"), budget)]
    if known is not None:
        pairs += _figures(wording, bot, known, instrument)
        pairs += await over_time(tools, asked, account, bot)
    waiting = [one for one in tools.book().open_orders(account.account) if one.serves and _is_its(one, bot)]
    if bot.is_there:
        orders = say("bot.orders_of", n=len(waiting), later=len(bot.later))
        pairs.append((say("bot.orders"), orders))
    pairs.append((say("bot.since"), wording.instant(bot.started_at)))
    blocks.append(kv(*pairs))
    machine = AUTOMATIONS.get(bot.kind)
    settings = {name: value for name, value in bot.settings.items() if name not in BESIDE}
    names = changed_settings(machine, settings) if machine is not None else ""
    if names:
        blocks.append(line(dim(say("newbot.settings", names=names))))
    if bot.settings.get(FRAME):
        blocks.append(line(dim(say("newbot.frame", frame=bot.settings[FRAME]))))
    if bot.settings.get(AGAINST):
        blocks.append(line(dim(say("newbot.against", symbol=bot.settings[AGAINST]))))
    blocks += [_note(wording, one) for one in bot.log[-LOG_SHOWN:]]
    screen = Screen.of(*blocks).with_buttons(*_buttons(asked, bot))
    return await bot_painted(tools, asked, screen, account, bot, known)


def _is_its(order: Any, bot: Automation) -> bool:
    return bool(order.command_id == bot.cause(order.serves))


def _figures(
    wording: Wording, bot: Automation, known: Earned, instrument: Instrument
) -> list[tuple[str, Any]]:
    say, state, currency = wording.say, known.state, instrument.currency
    done = state.statistic
    pairs: list[tuple[str, Any]] = [
        (say("bot.pnl"), line(wording.pnl(known.pnl))),
        (say("bot.realised"), line(wording.pnl(Money(done.realised, currency)))),
    ]
    trips = wording.count(done.round_trips, "bot.trips")
    if done.round_trips:
        share = wording.percent(Decimal(done.wins * 100) / done.round_trips)
        trips = say("bot.trips_won", trips=trips, share=share)
    pairs.append((say("bot.trips"), trips))
    if done.best is not None and done.worst is not None:
        ends = line(wording.pnl(Money(done.best, currency)), " / ", wording.pnl(Money(done.worst, currency)))
        pairs.append((say("bot.best_worst"), ends))
    pairs.append((say("bot.fees"), wording.money(Money(done.fees, currency))))
    if done.round_trips and done.held_ms:
        held = timedelta(milliseconds=done.held_ms // done.round_trips)
        pairs.append((say("bot.held_for"), wording.duration(held)))
    if bot.is_there and state.held:
        side = say("bot.long") if state.held > 0 else say("bot.short")
        pairs.append((say("bot.holds"), f"{side} {quantity_text(wording, instrument, state.held)}"))
        guard = bot.guard
        level = None if guard is None else guard.below if state.held > 0 else guard.above
        stop = wording.price(level, instrument.tick_size) if level is not None else say("bot.no_stop")
        pairs.append((say("bot.stop_at"), stop))
    return pairs


def _buttons(asked: Asked, bot: Automation) -> list[tuple[Button, ...]]:
    say = asked.wording.say
    ways = ("stop",) if bot.is_there else ("start",)
    first = [look(say(f"bot.do_{way}"), "bot", f"{bot.name} {way}") for way in (*ways, "clone", "log")]
    last = [] if bot.is_there else [look(say("bot.do_delete"), "bot", f"{bot.name} delete")]
    if bot.changes:
        last.append(look(say("bot.do_changes"), "bot", f"{bot.name} changes"))
    return [row(*first), row(*last, look(say("bot.title"), "bots"), refresh(asked, "bot", bot.name))]


# ---------------------------------------------------------------- its log


def _log(asked: Asked, bot: Automation) -> Screen:
    say = asked.wording.say
    lines = [_note(asked.wording, one) for one in reversed(bot.log[-LOG_MAX:])]
    return Screen.of(
        title(say("bot.log_of", name=bot.name)), *(lines or [line(say("bot.log_empty"))])
    ).with_buttons(row(look(bot.name, "bot", bot.name), refresh(asked, "bot", f"{bot.name} log")))


def _note(wording: Wording, note: BotNote) -> Line:
    """One line: when, how loud, what."""
    key = f"bot.log.{note.code}"
    facts = {name: _fact(wording, name, value) for name, value in note.facts.items()}
    if key in CATALOGUE[DEFAULT]:
        text = wording.say(key, **facts)
    elif "sentence" in note.facts:
        text = why_ended(wording, note.facts["sentence"])
    else:
        text = " ".join((note.code.replace("_", " "), *facts.values()))
    said = warn(text) if note.level in ("WARNING", "ERROR") else text
    return line(dim(f"{wording.instant(note.at)}  "), said)


def _fact(wording: Wording, name: str, value: str) -> str:
    """A figure the person's way; a sentence of a refusal in their language."""
    try:
        most = CENTS if name in MONEY else DIGITS_MAX
        return wording.number(Decimal(value), min(len(value.partition(".")[2]), most))
    except InvalidOperation:
        return told_as(wording, "refusal", value)


# ---------------------------------------------------------------- what is done with it


async def _stop(tools: Tools, asked: Asked, account: Account, bot: Automation, wish: str) -> Screen:
    say = asked.wording.say
    if not bot.is_there:
        return refusal(asked, "bot.is_over", name=bot.name)
    if not wish:
        lines = [line(bold(one), " · ", say(f"bot.wish_{one}")) for one in BOT_WISHES]
        buttons = row(*(look(one, "bot", f"{bot.name} stop {one}") for one in BOT_WISHES))
        return Screen.of(title(say("bot.stop_how", name=bot.name)), *lines).with_buttons(buttons)
    if wish not in BOT_WISHES:
        return refusal(asked, "bot.wish_unknown", name=bot.name, typed=wish)
    command = cm.TellBot(_NOT_YET, asked.person.person_id, account.account, bot.bot_id, wish)
    card = Screen.of(
        title(say("bot.stop_how", name=bot.name)), where_badges(account), line(say(f"bot.wish_{wish}"))
    )
    done = say("bot.told", name=bot.name)
    return await ask(tools, asked, command, card, label=say("bot.do_stop"), done=done)


async def _begin(
    tools: Tools, asked: Asked, account: Account, bot: Automation, typed: str, *, is_clone: bool
) -> Screen:
    """The card of the same bot, or of one like it, with what differs."""
    given, machine = pairs_of(typed), AUTOMATIONS.get(bot.kind)
    if machine is None:
        return refusal(asked, "bot.kind_gone", kind=bot.kind)
    what = "clone" if is_clone else "start"
    if given is None:
        return refusal(asked, "newbot.pairs", line=f"/bot {bot.name} {what} {machine.parameters[0].name} …")
    instrument = _instrument(tools, account, bot)
    if mark_of(tools, instrument.symbol).mid is None:
        return refusal(asked, "view.price_awaited", symbol=instrument.symbol)
    budget = _budget(given.pop("budget", ""), bot.budget)
    if budget is None:
        return refusal(asked, "newbot.budget", line=f"/bot {bot.name} {what} budget 1000")
    name = given.pop(NAME, "").lower()
    if not is_clone and name not in ("", bot.name):
        return refusal(asked, "bot.name_stays", name=bot.name)
    frame = given.pop(FRAME, bot.settings.get(FRAME, "")).lower()
    against = against_of(tools, asked, account, given.pop(AGAINST, bot.settings.get(AGAINST, "")))
    if isinstance(against, Screen):
        return against
    own = {key: value for key, value in bot.settings.items() if key not in BESIDE}
    wish = Wish(
        machine,
        instrument,
        budget,
        validated(machine, {**own, **given}),
        (name or free_name(account, bot.kind)) if is_clone else bot.name,
        frame,
        None if is_clone else bot,
        against,
    )
    return await begin_card(tools, asked, account, wish)


def _budget(text: str, usual: Decimal) -> Decimal | None:
    if not text:
        return usual
    try:
        value = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


async def _delete(tools: Tools, asked: Asked, account: Account, bot: Automation) -> Screen:
    say = asked.wording.say
    if bot.is_there:
        return refusal(asked, "bot.is_there", name=bot.name)
    command = cm.DropBot(_NOT_YET, asked.person.person_id, account.account, bot.bot_id)
    card = Screen.of(title(say("bot.delete", name=bot.name)), line(say("bot.delete_what")))
    done = say("bot.deleted", name=bot.name)
    return await ask(tools, asked, command, card, label=say("bot.do_delete"), done=done)


HANDLERS: dict[str, Handler] = {"bot": one_bot}
