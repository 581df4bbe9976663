"""`/guard`: what is asked about a position's stop, and a person's answer."""

from __future__ import annotations

from bot.conversation.confirmation import ask, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.guarding import gap_choices, gap_percent, pulled_choices, pulled_legs
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.holding import guard_badge
from bot.conversation.screen import Block, Screen, line, warn
from bot.handlers.finding import contract_of
from bot.handlers.marks import heading
from bot.handlers.subjects import account_and_symbol, word_of
from trading.domain.book import Account
from trading.domain.commands import AnswerGuard
from trading.domain.position import Gap, Position

_PULLED = ("back", "leave")


async def guard(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Who guards what is held, and what waits for an answer; with a choice, that answer."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    choice = word_of(parsed, "choice")
    held = [p for p in tools.book().live_positions(account.account) if p.is_open]
    held = [p for p in held if not symbol or p.symbol == symbol]
    if not choice:
        return _listed(tools, asked, account, held)
    waiting = [p for p in held if p.gap is not None or (p.pulled is not None and choice in _PULLED)]
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
        if one.gap is not None:
            blocks.append(line(warn(_jumped(tools, asked, one, one.gap))))
            buttons.append(gap_choices(wording, one))
        elif one.pulled is not None:
            blocks.append(line(warn(_asked(asked, one))))
            buttons.append(pulled_choices(wording, one))
    return Screen.of(*blocks).with_buttons(*buttons)


def _asked(asked: Asked, position: Position) -> str:
    assert position.pulled is not None
    wording = asked.wording
    legs, until = pulled_legs(wording, position.pulled), wording.instant(position.pulled.until)
    return wording.say("guard.asked", symbol=position.symbol, legs=legs, until=until)


def _jumped(tools: Tools, asked: Asked, position: Position, gap: Gap) -> str:
    wording, tick = asked.wording, contract_of(tools, position.account, position.symbol).tick_size
    return wording.say(
        "guard.gap_asked",
        symbol=position.symbol,
        at=wording.instant(gap.at),
        price=wording.price(gap.price, tick),
        stop=wording.price(gap.stop, tick),
        percent=gap_percent(gap.stop, gap.price),
    )


async def _answer(tools: Tools, asked: Asked, account: Account, position: Position, choice: str) -> Screen:
    say, symbol = asked.wording.say, position.symbol
    legs = pulled_legs(asked.wording, position.pulled) if position.pulled is not None else ""
    facts = {"symbol": symbol, "legs": legs}
    command = AnswerGuard(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        position.position_id,
        symbol,
        choice,
    )
    key = choice if position.gap is None else f"gap_{choice}"
    done = say(f"guard.done.{key}", **facts)
    if choice == "back":
        # It only adds protection: the press is the confirmation.
        return await send(tools, asked, command, label=say("guard.back"), done=done)
    labels = {"exit": "guard.exit", "reanchor": "guard.reanchor"}
    leave = "guard.leave" if position.gap is None else "guard.gap_leave"
    head = heading(tools, asked, say(f"guard.card.{key}", **facts), account)
    card = Screen.of(*head, line(say(f"guard.does.{key}", **facts)))
    return await ask(tools, asked, command, card, label=say(labels.get(choice, leave)), done=done)


HANDLERS: dict[str, Handler] = {"guard": guard}
