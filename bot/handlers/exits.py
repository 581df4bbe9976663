"""What ends a position: `/tp`, `/sl`, `/trail`, `/breakeven`, `/bracket`, with a card of what changes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.conversation.confirmation import ask
from bot.conversation.grammar_exit import break_even_text, level_text, target_text, trail_text
from bot.conversation.grammar_shapes import ExitsLine, Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal, seen_of
from bot.conversation.retelling import all_retold
from bot.conversation.screen import Block, Line, Screen, dim, kv, line, title, warn
from bot.conversation.telling import exit_pairs, gap_pairs, where_badges
from bot.conversation.wording import Wording
from bot.handlers.finding import (
    account_for,
    contract_of,
    position_for,
    previewed,
    refusals_screen,
    symbol_named,
)
from bot.handlers.marks import mark_of
from bot.handlers.moments import NoSuchMoment, instant_of
from bot.handlers.subjects import nothing_held
from trading.domain.book import Account
from trading.domain.bracket import entry_price_of
from trading.domain.commands import SetExits
from trading.domain.events import Refusal
from trading.domain.exits import ExitPlan, Level, LevelKind
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.position import Bracket, LegKind, Position

_NOT_YET = CommandId("card")
_NO_BRACKET = Bracket()

Pairs = dict[str, Line]


async def exits(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """A card with every exit that changes, old and new, worked out as the desk will decide it."""
    assert isinstance(parsed, ExitsLine), "the verbs that protect are lines of exits"
    account = account_for(tools, asked, parsed.account)
    if isinstance(account, Screen):
        return account
    position = await position_for(tools, asked, parsed, account, parsed.symbol)
    if isinstance(position, Screen):
        return position
    if position is None:
        symbol = await symbol_named(tools, asked, parsed, account, parsed.symbol)
        return symbol if isinstance(symbol, Screen) else nothing_held(asked, symbol)
    if not position.is_open and parsed.break_even is not None and not parsed.break_even.after_target:
        return refusal(asked, "exit.even_waits", symbol=position.symbol)
    instrument = contract_of(tools, account.account, position.symbol)
    try:
        command = _command(tools, asked, parsed, position, instrument)
    except NoSuchMoment as problem:
        return refusals_screen([str(problem)])
    decided = previewed(tools, account, command)
    if decided.refusals:
        return refusals_screen(_told(asked.wording, decided.refusals))
    after = decided.book.position(position.position_id)
    assert after is not None
    early = _acts_at_once(tools, asked, position, after, instrument)
    if early is not None:
        return early
    changes = _changes(asked.wording, position, after, instrument)
    if not changes:
        return refusal(asked, "exit.no_change", symbol=position.symbol)
    card = _card(tools, asked, account, after, instrument, changes)
    return await ask(tools, asked, command, card, label=asked.wording.say("card.set"))


def _command(
    tools: Tools, asked: Asked, parsed: ExitsLine, position: Position, instrument: Instrument
) -> SetExits:
    return SetExits(
        _NOT_YET,
        asked.person.person_id,
        position.account,
        position.position_id,
        seen_of(tools, instrument, wants_atr=_wants_atr(parsed)),
        targets=parsed.targets or None,
        stop=parsed.stop_loss,
        trail=parsed.trail,
        break_even=parsed.break_even,
        exit_at=instant_of(asked, parsed.exit, tools.clock.now()) if parsed.exit else None,
        clear=parsed.clear,
        gap=parsed.gap,
    )


def _told(wording: Wording, refusals: Sequence[Refusal]) -> list[str]:
    """Each reason once; targets in R that lack a stop only because the stop was refused are no reason."""
    is_stop_wrong = any(one.field == "sl" for one in refusals)
    reasons = [one for one in refusals if not (is_stop_wrong and one.code == "r_needs_stop")]
    return list(dict.fromkeys(all_retold(wording, reasons)))


def _wants_atr(parsed: ExitsLine) -> bool:
    levels: list[Level | None] = [parsed.stop_loss, *(target.level for target in parsed.targets)]
    if parsed.trail is not None:
        levels += [parsed.trail.distance, parsed.trail.activation]
    return any(level is not None and level.kind is LevelKind.ATR for level in levels)


def _acts_at_once(
    tools: Tools, asked: Asked, before: Position, after: Position, instrument: Instrument
) -> Screen | None:
    """A refusal when a stop that is new or moved lies beyond the market: it would close, not protect."""
    quote = mark_of(tools, after.symbol).quote
    if after.bracket is None or quote is None or not after.is_open:
        return None
    market = quote.bid if after.is_long else quote.ask
    for leg in after.bracket.legs:
        old = before.bracket.leg(leg.name) if before.bracket else None
        is_stop = leg.kind is LegKind.STOP or (leg.kind is LegKind.TRAIL and leg.activation_price is None)
        if not is_stop or leg.price is None or (old is not None and old.price == leg.price):
            continue
        if (leg.price >= market) if after.is_long else (leg.price <= market):
            key = "exit.at_once_long" if after.is_long else "exit.at_once_short"
            tick = instrument.tick_size
            return refusal(
                asked,
                key,
                price=asked.wording.price(leg.price, tick),
                market=asked.wording.price(market, tick),
                symbol=after.symbol,
            )
    return None


# ---------------------------------------------------------------- old → new


def _changes(
    wording: Wording, before: Position, after: Position, instrument: Instrument
) -> list[tuple[str, Line]]:
    """Each exit that is no longer what it was, in the order of the new bracket; what goes comes last."""
    if after.is_open:
        entry = entry_price_of(after, instrument)
        old = _bracket_pairs(wording, instrument, before.bracket, entry)
        new = _bracket_pairs(wording, instrument, after.bracket, entry)
    else:
        old, new = _plan_pairs(wording, before.plan), _plan_pairs(wording, after.plan)
    old |= gap_pairs(wording, before.plan)
    new |= gap_pairs(wording, after.plan)
    names = list(dict.fromkeys((*new, *old)))
    return [
        (name, _moves(wording, old.get(name), new.get(name)))
        for name in names
        if _text(old.get(name)) != _text(new.get(name))
    ]


def _bracket_pairs(
    wording: Wording, instrument: Instrument, bracket: Bracket | None, entry: Decimal
) -> Pairs:
    return dict(exit_pairs(wording, instrument, bracket or _NO_BRACKET, entry))


def _plan_pairs(wording: Wording, plan: ExitPlan) -> Pairs:
    """Exits of an entry that still waits, as they were said: prices come with the fill."""
    pairs: Pairs = {}
    if plan.stop is not None:
        pairs[wording.say("exit.stop")] = line(level_text(plan.stop))
    for number, target in enumerate(plan.targets, start=1):
        pairs[wording.say("exit.target", n=Decimal(number))] = line(target_text(target))
    if plan.trail is not None:
        pairs[wording.say("exit.trail")] = line(trail_text(plan.trail))
    if plan.exit_at is not None:
        pairs[wording.say("exit.time")] = line(wording.instant(plan.exit_at))
    if plan.break_even is not None:
        pairs[wording.say("exit.break_even")] = line(break_even_text(plan.break_even))
    return pairs


def _text(value: Line | None) -> str:
    return value.text if value is not None else ""


def _moves(wording: Wording, old: Line | None, new: Line | None) -> Line:
    nothing = wording.say("exit.nothing")
    return line(wording.say("exit.moves", old=_text(old) or nothing, new=_text(new) or nothing))


# ---------------------------------------------------------------- the card


def _card(
    tools: Tools,
    asked: Asked,
    account: Account,
    after: Position,
    instrument: Instrument,
    changes: list[tuple[str, Line]],
) -> Screen:
    wording = asked.wording
    blocks: list[Block] = [
        title(wording.say("exit.change", symbol=after.symbol)),
        where_badges(account, tools.market.note(after.symbol)),
    ]
    bracket = after.bracket
    if not after.is_open:
        blocks += [kv(*changes), line(dim(wording.say("exit.after_fill")))]
    elif bracket is None or all(leg.is_done for leg in bracket.legs):
        blocks.append(kv(*changes))
    else:
        guard = wording.say(f"exit.by.{bracket.guard.value}")
        blocks.append(kv(*changes, (wording.say("exit.guard"), guard)))
    if after.plan.is_empty:
        blocks.append(line(warn(wording.say("exit.none"))))
    elif after.plan.stop is None and after.plan.trail is None:
        key = "card.no_stop" if _is_long(tools, after) else "card.no_stop_short"
        blocks.append(line(warn(wording.say(key))))
    return Screen.of(*blocks)


def _is_long(tools: Tools, position: Position) -> bool:
    """The side of a position, or of the entry that waits to open it."""
    if position.is_open:
        return position.is_long
    entries = [order for order in tools.book().orders_of(position) if order.is_entry]
    return not entries or entries[0].side.sign > 0


HANDLERS: dict[str, Handler] = dict.fromkeys(("tp", "sl", "trail", "breakeven", "bracket"), exits)
