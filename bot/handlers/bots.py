"""`/bots` and `/stopall`: all bots of a person, how each stands, what each has earned; and the end of all."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from bot.conversation.bot_reasons import why_ended
from bot.conversation.confirmation import ask
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Line, Screen, Span, bold, dim, good, line, look, row, title, warn
from bot.conversation.telling import where_badges
from bot.handlers.marks import notes_of
from bot.handlers.subjects import account_of, accounts_of, refresh, rows_of, word_of
from trading.automations.state import BotState
from trading.domain import commands as cm
from trading.domain.automation import Automation, BotStatus
from trading.domain.ids import CommandId
from trading.domain.money import ZERO, Money
from trading.running.stepping import Broken, state_of

LISTED_MAX = 40
BUTTONS_MAX = 12
_NOT_YET = CommandId("card")


class Earned(NamedTuple):
    """What a bot knows of itself: its state at the newest price, and what that is worth."""

    state: BotState
    pnl: Money


def earned(tools: Tools, bot: Automation) -> Earned | None:
    """What it has earned, with what it holds at the newest price; None when its state cannot be read."""
    try:
        state = state_of(bot)
    except Broken:
        return None
    quote = tools.market.last(bot.symbol)
    if quote is not None:
        state = replace(state, bid=quote.bid, ask=quote.ask)
    pnl = state.statistic.realised + (state.unrealised() if bot.is_there else ZERO)
    return Earned(state, Money(pnl, state.instrument.currency))


def status_word(asked: Asked, bot: Automation) -> Line:
    """ACTIVE, STOPPING, STOPPED or ERROR."""
    word = f"bot.is_{bot.status.value}"
    if bot.status is BotStatus.ACTIVE:
        return line(good(asked.wording.say("bot.is_stopping" if bot.wish else word)))
    return line(warn(asked.wording.say(word)) if bot.status is BotStatus.ERROR else asked.wording.say(word))


def reason_of(asked: Asked, bot: Automation) -> str:
    """Why it stands where it stands, in the person's words; empty while it simply works."""
    return why_ended(asked.wording, bot.reason) if bot.reason else ""


async def bots(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Every bot of the account that is named, else of all of the person's."""
    found = accounts_of(tools, asked, parsed)
    if isinstance(found, Screen):
        return found
    say = asked.wording.say
    every = [(account, bot) for account in found for bot in account.bots.every]
    if not every:
        return Screen.of(line(say("bot.none"))).with_buttons((look(say("bot.how"), "help", "newbot"),))
    lines: list[Line] = []
    sums: dict[str, Decimal] = {}
    for account, bot in every[:LISTED_MAX]:
        known = earned(tools, bot)
        where = f" · {account.account}" if account.account != asked.person.account else ""
        parts: list[str | Span | Line] = [
            status_word(asked, bot),
            " ",
            bold(bot.name),
            dim(f" · {bot.kind} {bot.symbol}{where}"),
        ]
        if known is not None:
            trips = asked.wording.count(known.state.statistic.round_trips, "bot.trips")
            parts += [" · ", asked.wording.pnl(known.pnl), dim(f" · {trips}")]
            sums[known.pnl.currency] = sums.get(known.pnl.currency, ZERO) + known.pnl.value
        lines.append(line(*parts))
        reason = reason_of(asked, bot)
        if reason:
            lines.append(line(dim(f"  {reason}")))
    if len(every) > 1:
        totals = [asked.wording.pnl(Money(value, currency)) for currency, value in sums.items()]
        lines.append(line(say("bot.together"), " ", *totals))
    if len(every) > LISTED_MAX:
        lines.append(line(dim(say("bot.more", n=len(every) - LISTED_MAX))))
    notes = notes_of(tools.market, sorted({bot.symbol for _, bot in every}))
    shown = [look(bot.name, "bot", bot.name) for _, bot in every[:BUTTONS_MAX]]
    last = [look(say("bot.stop_all"), "stopall")] if any(bot.is_there for _, bot in every) else []
    return Screen.of(title(say("bot.title")), *([line(*notes)] if notes else []), *lines).with_buttons(
        *rows_of(shown), row(*last, refresh(asked, "bots", word_of(parsed, "account")))
    )


async def stopall(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """End them all: what each is told stands on the card."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    there = [bot for bot in account.bots.every if bot.is_there]
    if not there:
        return refusal(asked, "bot.none_works", account=account.account)
    say, wish = asked.wording.say, word_of(parsed, "wish") or "leave"
    command = cm.TellBot(_NOT_YET, asked.person.person_id, account.account, "", wish)
    card = Screen.of(
        title(say("bot.stopping_all", n=len(there))),
        where_badges(account),
        line(say(f"bot.wish_{wish}")),
        *(line(bold(bot.name), dim(f" · {bot.kind} {bot.symbol}")) for bot in there),
    )
    return await ask(tools, asked, command, card, label=say("bot.stop_all"), done=say("bot.all_told"))


HANDLERS: dict[str, Handler] = {"bots": bots, "stopall": stopall}
