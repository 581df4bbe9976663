"""`/guard`: what is asked about a position's stop, and a person's answer."""

from __future__ import annotations

from bot.conversation.confirmation import ask, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.guarding import pulled_choices, pulled_legs
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.holding import guard_badge
from bot.conversation.screen import Block, Screen, line, warn
from bot.handlers.finding import symbol_named
from bot.handlers.marks import heading
from bot.handlers.subjects import account_of, line_of, word_of
from trading.domain.book import Account
from trading.domain.commands import AnswerGuard
from trading.domain.position import Position


async def guard(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Who guards what is held, and what waits for an answer; with a choice, that answer."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    symbol = await symbol_named(tools, asked, line_of(parsed), account, word_of(parsed, "symbol"))
    if isinstance(symbol, Screen):
        return symbol
    choice = word_of(parsed, "choice")
    held = [p for p in tools.book().live_positions(account.account) if p.is_open]
    held = [p for p in held if not symbol or p.symbol == symbol]
    if not choice:
        return _listed(tools, asked, account, held)
    waiting = [p for p in held if p.pulled is not None]
    if len(waiting) != 1:
        if not symbol:
            return _listed(tools, asked, account, held)
        return refusal(asked, "guard.nothing", symbol=symbol)
    return await _answer(tools, asked, account, waiting[0], choice)


def _listed(tools: Tools, asked: Asked, account: Account, held: list[Position]) -> Screen:
    wording = asked.wording
    blocks: list[Block] = [*heading(tools, asked, wording.say("guard.title"), account)]
    blocks += [line(f"{one.symbol}: ", guard_badge(wording, one)) for one in held]
    if not held:
        blocks.append(line(wording.say("guard.none")))
    buttons = []
    for one in held:
        if one.pulled is not None:
            blocks.append(line(warn(_asked(asked, one))))
            buttons.append(pulled_choices(wording, one))
    return Screen.of(*blocks).with_buttons(*buttons)


def _asked(asked: Asked, position: Position) -> str:
    assert position.pulled is not None
    wording = asked.wording
    legs, until = pulled_legs(wording, position.pulled), wording.instant(position.pulled.until)
    return wording.say("guard.asked", symbol=position.symbol, legs=legs, until=until)


async def _answer(tools: Tools, asked: Asked, account: Account, position: Position, choice: str) -> Screen:
    assert position.pulled is not None
    say, symbol = asked.wording.say, position.symbol
    facts = {"symbol": symbol, "legs": pulled_legs(asked.wording, position.pulled)}
    command = AnswerGuard(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        position.position_id,
        symbol,
        choice,
    )
    done = say(f"guard.done.{choice}", **facts)
    if choice == "back":
        # It only adds protection: the press is the confirmation.
        return await send(tools, asked, command, label=say("guard.back"), done=done)
    head = heading(tools, asked, say("guard.card.leave", **facts), account)
    card = Screen.of(*head, line(say("guard.does.leave", **facts)))
    return await ask(tools, asked, command, card, label=say("guard.leave"), done=done)


HANDLERS: dict[str, Handler] = {"guard": guard}
