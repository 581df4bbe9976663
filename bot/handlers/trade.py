"""Buying, shorting, selling, covering, closing: from a typed line to a review card to a command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.confirmation import ask, ask_or_send, choice_button
from bot.conversation.grammar import canonical
from bot.conversation.grammar_shapes import OrderLine, Parsed
from bot.conversation.handling import Asked, Tools, refusal, seen_of
from bot.conversation.retelling import all_retold
from bot.conversation.screen import Kind, Screen, line, row, warn
from bot.conversation.standing import refused_sentences
from bot.handlers.account_gap import as_account_wants
from bot.handlers.card import close_card, entry_card
from bot.handlers.finding import (
    account_for,
    contract_of,
    instrument_for,
    position_for,
    previewed,
    refusals_screen,
    staged_today,
)
from bot.handlers.flattening import flatten_everything
from bot.handlers.foreseeing import refused_close, refused_entry
from bot.handlers.moments import NoSuchMoment, instant_of
from bot.handlers.second import ALONE, others_who_agree, propose
from trading.domain import commands as cm
from trading.domain.book import Account
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.events import Refusal
from trading.domain.exits import ExitPlan, GapPolicy, LevelKind, Size, SizeKind
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, Price, Quantity, plain
from trading.domain.order import Order
from trading.domain.position import Position
from trading.domain.risk import ASKABLE
from trading.domain.sizing import price_of
from trading.ports import Denied, JournalUnavailable

NOT_YET = CommandId("card")
"""The id of a command that still waits for its press; the press gives it its nonce."""

PRESETS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
"""Shares of equity in percent that are offered when no size was typed."""

UNUSUAL_TIMES = 5
"""An entry that is more than so many times the usual one asks twice (H01)."""

USUAL_FROM = 5
"""With fewer entries than that nothing is usual yet."""

USUAL_OF_LAST = 50

CLOSE_WORDS = frozenset({"all", "everything"})


async def open_line(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """/buy and /short."""
    assert isinstance(parsed, OrderLine)
    account = account_for(tools, asked, parsed.account)
    if isinstance(account, Screen):
        return account
    instrument = await instrument_for(tools, asked, parsed, parsed.symbol)
    if isinstance(instrument, Screen):
        return instrument
    if parsed.size is None:
        return await _sizes(tools, asked, parsed, instrument)
    asked = await as_account_wants(tools, asked, account)
    try:
        command = open_command(tools, asked, parsed, account, instrument)
    except NoSuchMoment as problem:
        return refusals_screen([str(problem)])
    staged, as_decided = staged_today(tools, account)
    live = tools.facts.live_allowed
    plan = plan_entry(staged, command, tools.clock.now(), live_allowed=live)
    if not isinstance(plan, EntryPlan):
        return refusals_screen(all_retold(asked.wording, plan))
    hard = [one for one in plan.refusals if one.code not in ASKABLE]
    if {one.code for one in hard} == {ALONE} and others_who_agree(asked, account):
        return await propose(tools, asked, parsed, command, staged, as_decided)
    if hard:
        return await _denied(tools, asked, command, hard)
    if (no := refused_entry(tools, asked, account, plan)) is not None:
        return no
    asks = tuple(one.code for one in plan.refusals)
    card = entry_card(tools, asked, parsed, plan, staged, as_decided)
    times = await times_usual(tools, account, plan)
    again = ""
    if times > UNUSUAL_TIMES:
        money = asked.wording.money(plan.notional, instrument.currency)
        card = card.with_blocks(line(warn(asked.wording.say("card.unusual", times=times))))
        again = asked.wording.say("card.unusual_again", money=money)
    return await ask_or_send(
        tools,
        asked,
        replace(command, confirmed=asks),
        card,
        label=asked.wording.say(f"card.{parsed.verb}"),
        notional=plan.notional,
        must_review=bool(asks) or plan.adds_to is not None,
        again=again,
    )


async def times_usual(tools: Tools, account: Account, plan: EntryPlan) -> int:
    """How many times the account's usual entry this one is, rounded down (H01); 0 while nothing is usual."""
    rows = await tools.ledger.orders([account.account], limit=USUAL_OF_LAST)
    sizes = sorted(_entry_sizes(tools, (row.order for row in rows)))
    if len(sizes) < USUAL_FROM:
        return 0
    return int(plan.notional / sizes[len(sizes) // 2])


def _entry_sizes(tools: Tools, orders: Iterable[Order]) -> Iterator[Decimal]:
    """The notional of each entry at the price that it was judged at."""
    for order in orders:
        price = order.limit_price or order.stop_price or order.reference_price
        if order.is_entry and price:
            contract = contract_of(tools, order.account, order.symbol)
            yield contract.notional(price, order.quantity).value


async def _denied(tools: Tools, asked: Asked, command: cm.OpenPosition, found: Sequence[Refusal]) -> Screen:
    """The gate said no: have the desk itself refuse, so that `/why` knows of it. Asked as a question, which
    is never sent: the market may have moved meanwhile, and nobody has pressed anything."""
    question = replace(command, command_id=asked.incoming.command_id, is_question=True)
    try:
        answer = await tools.desk.submit(question)
    except JournalUnavailable:
        return refusals_screen(_in_words(tools, asked, command, found))
    said = answer.refusals if isinstance(answer, Denied) else found
    return refusals_screen(_in_words(tools, asked, command, said))


def _in_words(tools: Tools, asked: Asked, command: cm.OpenPosition, found: Sequence[Refusal]) -> list[str]:
    account = tools.book().account(command.account)
    return refused_sentences(asked.wording, tools.book(), account, tools.clock.now(), found)


def _gap_of(
    tools: Tools, asked: Asked, parsed: OrderLine, account: Account, instrument: Instrument
) -> GapPolicy | None:
    """What the person wants of a stop that is jumped over, where the line does not say it. What is held keeps
    what was said with it."""
    held = tools.book().current_position(account.account, instrument.symbol)
    is_new = held is None or not held.is_open
    return asked.person.prefs.gap if parsed.stop_loss is not None and is_new else None


def open_command(
    tools: Tools, asked: Asked, parsed: OrderLine, account: Account, instrument: Instrument
) -> cm.OpenPosition:
    """The command that an order line with a size means, on the market of now. Raises NoSuchMoment."""
    assert parsed.size is not None
    now = tools.clock.now()
    exits = ExitPlan(
        targets=parsed.targets,
        stop=parsed.stop_loss,
        trail=parsed.trail,
        break_even=parsed.break_even,
        exit_at=instant_of(asked, parsed.exit, now) if parsed.exit else None,
        gap=parsed.gap or _gap_of(tools, asked, parsed, account, instrument),
    )
    return cm.OpenPosition(
        NOT_YET,
        asked.person.person_id,
        account.account,
        seen_of(tools, instrument, wants_atr=_wants_atr(exits)),
        parsed.verb == "buy",
        parsed.size,
        parsed.order_type,
        parsed.limit,
        parsed.stop,
        parsed.time_in_force,
        instant_of(asked, parsed.expires, now) if parsed.expires else None,
        parsed.post_only,
        exits,
        parsed.tag or "manual",
    )


def _wants_atr(exits: ExitPlan) -> bool:
    levels = [exits.stop, exits.trail.distance if exits.trail else None]
    levels += [target.level for target in exits.targets]
    return any(level is not None and level.kind is LevelKind.ATR for level in levels)


def usual_size(instrument: Instrument) -> Size:
    """The smallest of the sizes that are offered: what a button buys for whoever has said nothing else."""
    if instrument.is_future:
        return Size(SizeKind.CONTRACTS, Decimal(1))
    return Size(SizeKind.EQUITY, PRESETS[0])


async def _sizes(tools: Tools, asked: Asked, parsed: OrderLine, instrument: Instrument) -> Screen:
    """No size was said: offer shares of equity (contracts for futures)."""
    wording = asked.wording
    buttons = []
    for number, share in enumerate(PRESETS, start=1):
        if instrument.is_future:
            size, label = Size(SizeKind.CONTRACTS, Decimal(number)), f"{number}c"
        else:
            size, label = Size(SizeKind.EQUITY, share), wording.percent(share)
        said = canonical(replace(parsed, symbol=instrument.symbol, size=size))
        buttons.append(await choice_button(tools, asked, label, said))
    text = wording.say("card.presets", symbol=instrument.symbol, verb=parsed.verb)
    return Screen.of(text, kind=Kind.REVIEW).with_buttons(row(*buttons))


# ---------------------------------------------------------------- closing


async def close_line(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """/sell, /cover and /close. None of them can open anything."""
    assert isinstance(parsed, OrderLine)
    account = account_for(tools, asked, parsed.account)
    if isinstance(account, Screen):
        return account
    if parsed.verb == "close" and parsed.symbol.casefold() in CLOSE_WORDS:
        return await flatten_everything(tools, asked, account)
    position = await position_for(tools, asked, parsed, account, parsed.symbol)
    if isinstance(position, Screen):
        return position
    if position is None or not position.is_open:
        return await _nothing_held(tools, asked, parsed)
    instrument = contract_of(tools, account.account, position.symbol)
    try:
        command = close_command(tools, asked, parsed, position, instrument)
    except NoSuchMoment as problem:
        return refusals_screen([str(problem)])
    decided = previewed(tools, account, command)
    if decided.refusals:
        return refusals_screen(all_retold(asked.wording, decided.refusals))
    return await _close_asked(tools, asked, parsed, account, position, instrument, command, decided.facts)


async def _close_asked(
    tools: Tools,
    asked: Asked,
    parsed: OrderLine,
    account: Account,
    position: Position,
    instrument: Instrument,
    command: cm.ClosePosition,
    facts: dict[str, object],
) -> Screen:
    quantity = Decimal(str(facts.get("quantity", abs(position.quantity))))
    quote = tools.market.last(position.symbol)
    is_buy = not position.is_long
    limits: list[Price | None] = []
    for spec in (command.limit, command.stop):
        found = price_of(spec, quote, instrument, is_buy) if spec is not None and quote is not None else None
        limits.append(Price(found) if isinstance(found, Decimal) else None)
    market = (quote.ask if is_buy else quote.bid) if quote else None
    price = limits[0] or limits[1] or market
    if price is None:
        return refusal(asked, "find.no_price", symbol=position.symbol)
    sized, prices = Quantity(quantity), (limits[0], limits[1])
    if (no := refused_close(tools, asked, account, position, command, sized, prices)) is not None:
        return no
    card = close_card(
        tools,
        asked,
        parsed,
        position,
        instrument,
        quantity,
        price,
        account,
        prices,
    )
    label = asked.wording.say(f"card.{parsed.verb}")
    notional = instrument.notional(price, quantity).value
    age = tools.clock.now() - quote.at if quote else None
    if age is not None and age.total_seconds() > tools.market.stale_after_s(position.symbol):
        old = asked.wording.say("card.price_old", age=asked.wording.duration(age))
        card = card.with_blocks(line(warn(old)))
        if limits == [None, None] and not tools.market.is_open(position.symbol, tools.clock.now()):
            card = card.with_blocks(line(warn(_closed_now(tools, asked, position.symbol, instrument, price))))
        return await ask(tools, asked, command, card, label=label)
    return await ask_or_send(tools, asked, command, card, label=label, notional=notional)


def _closed_now(tools: Tools, asked: Asked, symbol: str, instrument: Instrument, price: Decimal) -> str:
    """That a venue refuses a market order now, and what may be typed instead."""
    opens = asked.wording.instant(instrument.session.next_open(tools.clock.now()))
    shown = plain(instrument.price_nearest(price))
    return asked.wording.say("card.market_closed", symbol=symbol, at=opens, price=shown)


async def _nothing_held(tools: Tools, asked: Asked, parsed: OrderLine) -> Screen:
    found = await instrument_for(tools, asked, parsed, parsed.symbol)
    if isinstance(found, Screen):
        return found
    key = {"sell": "find.sell_nothing", "cover": "find.cover_nothing"}.get(parsed.verb, "find.no_position")
    return refusal(asked, key, symbol=found.symbol)


def close_command(
    tools: Tools, asked: Asked, parsed: OrderLine, position: Position, instrument: Instrument
) -> cm.ClosePosition:
    """The command that a line means which closes, on the market of now. Raises NoSuchMoment."""
    now = tools.clock.now()
    return cm.ClosePosition(
        NOT_YET,
        asked.person.person_id,
        position.account,
        position.position_id,
        parsed.size or Size(SizeKind.POSITION, HUNDRED),
        seen_of(tools, instrument),
        parsed.order_type,
        parsed.limit,
        parsed.stop,
        parsed.time_in_force,
        instant_of(asked, parsed.expires, now) if parsed.expires else None,
        parsed.post_only,
        "close",
        parsed.tag or "manual",
        {"sell": "long", "cover": "short"}.get(parsed.verb, ""),
    )


HANDLERS = {
    "buy": open_line,
    "short": open_line,
    "sell": close_line,
    "cover": close_line,
    "close": close_line,
}
