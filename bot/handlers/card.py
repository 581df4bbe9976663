"""The review card: what an order would do, in money and in today's limits, before anything is sent."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.grammar_shapes import OrderLine
from bot.conversation.handling import Asked, Tools
from bot.conversation.retelling import all_retold
from bot.conversation.screen import Block, Line, Screen, Span, dim, kv, line, title, warn
from bot.conversation.telling import (
    exit_pairs,
    gap_pairs,
    life_phrase,
    price_phrase,
    quantity_text,
    where_badges,
)
from bot.conversation.wording import Wording
from bot.handlers.foreseeing import guard_phrase
from trading.domain.book import Account, Book
from trading.domain.decide.addition import stop_before
from trading.domain.decide.entry import EntryPlan, r_multiple, share_of_equity
from trading.domain.exits import PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO
from trading.domain.order import OrderType
from trading.domain.position import Position
from trading.domain.risk import ASKABLE, day_loss, day_loss_limit

BPS = Decimal(10_000)
Pair = tuple[str, str | Span | Line] | None


def entry_card(
    tools: Tools, asked: Asked, parsed: OrderLine, plan: EntryPlan, book: Book, account: Account
) -> Screen:
    """The card of a buy or a short.

    Args:
        book, account: as they will be when the order is decided (the day has turned).
    """
    wording = asked.wording
    instrument = plan.command.seen.instrument
    label = wording.say(f"card.{parsed.verb}")
    pairs: list[Pair] = [
        (wording.say("card.account"), _account(wording, account)),
        (wording.say("card.size"), _size(wording, parsed.size, plan, instrument)),
        (wording.say("card.price"), _price(tools, wording, plan, instrument)),
        (wording.say("card.value"), _value(wording, plan, instrument)),
        _margin(wording, plan, instrument),
        (wording.say("card.fees"), _fees_both(tools, wording, plan, instrument)),
    ]
    lives = life_phrase(wording, plan.command.time_in_force, plan.command.expires_at, plan.command.post_only)
    if lives:
        pairs.append((wording.say("card.lives"), lives))
    pairs += exit_pairs(wording, instrument, plan.bracket, plan.entry_price)
    if plan.carries_exits:
        pairs.append((wording.say("exit.guard"), wording.say("exit.by.bracket")))
    elif guard := guard_phrase(wording, account, plan.plan):
        pairs.append((wording.say("exit.guard"), guard))
    pairs += gap_pairs(wording, plan.command.exits)
    pairs += _risk(tools, wording, plan, book, account, instrument)
    if parsed.tag:
        pairs.append((wording.say("card.tag"), parsed.tag))
    note = tools.market.note(instrument.symbol)
    blocks: list[Block] = [
        title(wording.say("card.review", action=label, symbol=instrument.symbol)),
        where_badges(account, note),
        kv(*pairs),
    ]
    blocks += [line(warn(text)) for text in _warnings(wording, plan, book, instrument)]
    return Screen.of(*blocks)


def _account(wording: Wording, account: Account) -> str:
    name = account.label or account.account
    return wording.say("card.on_venue", account=name, venue=account.venue)


def _size(wording: Wording, size: Size | None, plan: EntryPlan, instrument: Instrument) -> str:
    whole = quantity_text(wording, instrument, plan.quantity)
    typed = typed_size(wording, size, instrument) if size is not None else whole
    return whole if typed == whole else wording.say("card.read_as", typed=typed, size=whole)


def typed_size(wording: Wording, size: Size, instrument: Instrument) -> str:
    """How a size was read: money, units, contracts, a share, a risk."""
    match size.kind:
        case SizeKind.BARE if instrument.is_future:
            return quantity_text(wording, instrument, size.value)
        case SizeKind.BARE | SizeKind.SPEND:
            return f"{wording.number(size.value)} {size.unit or instrument.quote}"
        case SizeKind.BASE:
            return f"{wording.quantity(size.value)} {size.unit or instrument.base}"
        case SizeKind.CONTRACTS:
            return quantity_text(wording, instrument, size.value)
        case SizeKind.EQUITY | SizeKind.POSITION:
            return wording.percent(size.value)
        case SizeKind.RISK if size.unit:
            return wording.say("card.risk", value=f"{wording.number(size.value)} {size.unit}")
        case SizeKind.RISK:
            return wording.say("card.risk", value=wording.percent(size.value))
        case _:
            return wording.say("card.max")


def _price(tools: Tools, wording: Wording, plan: EntryPlan, instrument: Instrument) -> str:
    if plan.command.order_type is OrderType.MARKET:
        side = wording.say("card.ask" if plan.side.sign > 0 else "card.bid")
        said = wording.say(
            "card.about", price=wording.price(plan.expected_price, instrument.tick_size), side=side
        )
    else:
        said = price_phrase(wording, instrument, plan.limit_price, plan.stop_price)
        if _is_relative(plan.command.limit) or _is_relative(plan.command.stop):
            away = (plan.expected_price - plan.quote.mid) / plan.quote.mid * HUNDRED
            said = wording.say("card.from_mid", phrase=said, percent=wording.percent(away, signed=True))
    return said


def _is_relative(spec: PriceSpec | None) -> bool:
    return spec is not None and spec.kind is not PriceSpecKind.ABSOLUTE


def _value(wording: Wording, plan: EntryPlan, instrument: Instrument) -> str:
    money = wording.money(plan.notional, instrument.currency)
    return wording.say("card.of_equity", money=money, percent=wording.percent(share_of_equity(plan)))


def _margin(wording: Wording, plan: EntryPlan, instrument: Instrument) -> Pair:
    if instrument.margin_fraction == 1:
        return None
    held = plan.notional * instrument.margin_fraction
    return (wording.say("card.margin"), wording.money(held, instrument.currency))


def _fees_both(tools: Tools, wording: Wording, plan: EntryPlan, instrument: Instrument) -> str:
    both = 2 * fee_of(tools, plan.notional)
    return wording.say("card.fees_both", money=wording.money(both, instrument.currency))


def fee_of(tools: Tools, notional: Decimal) -> Decimal:
    """What a taker fill of that notional would cost, slippage included."""
    return notional * (tools.facts.fee_bps + tools.facts.slippage_bps) / BPS


def _risk(
    tools: Tools, wording: Wording, plan: EntryPlan, book: Book, account: Account, instrument: Instrument
) -> list[Pair]:
    currency = instrument.currency
    if plan.worst_loss is None:
        key = "card.no_stop" if plan.side.sign > 0 else "card.no_stop_short"
        return [(wording.say("card.worst"), warn(wording.say(key)))]
    worst = plan.worst_loss + 2 * fee_of(tools, plan.notional)
    said = wording.say("card.worst_money", money=wording.money(worst, currency))
    if plan.adds_to is not None:
        held = instrument.notional(plan.quote.mid, abs(plan.adds_to.quantity)).value
        worst += plan.held_loss + fee_of(tools, held)
        said = wording.say("card.worst_whole", said=said, money=wording.money(worst, currency))
    pairs: list[Pair] = [(wording.say("card.worst"), said)]
    reward = r_multiple(plan)
    if reward is not None:
        pairs.append((wording.say("card.r"), wording.say("card.r_value", r=reward.quantize(Decimal("0.01")))))
    limit = day_loss_limit(account)
    if limit is not None:
        left = limit - max(day_loss(book, account), ZERO) - worst
        key = "card.keeps" if left >= 0 else "card.breaks_today"
        text = wording.say(key, money=wording.money(abs(left), account.currency))
        pairs.append((wording.say("card.today"), text if left >= 0 else warn(text)))
    return pairs


def _warnings(wording: Wording, plan: EntryPlan, book: Book, instrument: Instrument) -> list[str]:
    found = []
    held = plan.adds_to
    if held is None and book.position(plan.position_id) is not None:
        found.append(wording.say("card.joins", symbol=instrument.symbol))
    if held is not None:
        size = quantity_text(wording, instrument, held.quantity)
        side = wording.say("card.long" if held.is_long else "card.short_side")
        found.append(wording.say("card.adds", side=side, size=size))
        before = stop_before(held, plan.limit_price) if plan.limit_price and not plan.stop_price else None
        if before is not None:
            price = wording.price(before, instrument.tick_size)
            found.append(wording.say("card.behind_stop", price=price, symbol=held.symbol))
        parts = _replaced_parts(wording, plan)
        if parts:
            found.append(wording.say("card.replaces", parts=parts))
    found += all_retold(wording, (one for one in plan.refusals if one.code in ASKABLE))
    return found


def _replaced_parts(wording: Wording, plan: EntryPlan) -> str:
    old, new = plan.adds_to.plan if plan.adds_to else None, plan.command.exits
    if old is None:
        return ""
    names = ("targets", "stop", "trail", "break_even", "exit_at", "gap")
    changed = [n for n in names if getattr(new, n) and getattr(old, n) and getattr(new, n) != getattr(old, n)]
    return ", ".join(wording.say(f"exit.part_{name}") for name in changed)


# ---------------------------------------------------------------- closing


def close_card(
    tools: Tools,
    asked: Asked,
    parsed: OrderLine,
    position: Position,
    instrument: Instrument,
    quantity: Decimal,
    price: Decimal,
    account: Account,
    limits: tuple[Decimal | None, Decimal | None],
) -> Screen:
    """The card of a sell, cover or close: what goes, what it brings, what is left."""
    wording = asked.wording
    label = wording.say(f"card.{parsed.verb}")
    held = abs(position.quantity)
    size = quantity_text(wording, instrument, quantity)
    part = position.cost * quantity / held
    signed = quantity if position.is_long else -quantity
    gain = signed * price * instrument.multiplier - part
    notional = instrument.notional(price, quantity).value
    fee = fee_of(tools, notional)
    left = held - quantity
    if limits == (None, None):
        side = wording.say("card.bid" if position.is_long else "card.ask")
        about = wording.say("card.about", price=wording.price(price, instrument.tick_size), side=side)
    else:
        about = price_phrase(wording, instrument, *limits)
    typed = typed_size(wording, parsed.size, instrument) if parsed.size is not None else ""
    if not typed or quantity == held:
        read = wording.say("card.all_of", size=size)
    else:
        read = size if typed == size else wording.say("card.read_as", typed=typed, size=size)
    money = wording.money(notional, instrument.currency)
    fees = wording.say("card.fees_out", money=wording.money(fee, instrument.currency))
    result = wording.say("card.after_fees", money=wording.money(gain - fee, instrument.currency, signed=True))
    return Screen.of(
        title(wording.say("card.review", action=label, symbol=instrument.symbol)),
        where_badges(account, tools.market.note(instrument.symbol)),
        kv(
            (wording.say("card.account"), _account(wording, account)),
            (wording.say("card.size"), read),
            (wording.say("card.price"), about),
            (wording.say("card.value"), money),
            (wording.say("card.fees"), fees),
            (wording.say("card.result"), result),
            (
                wording.say("card.left"),
                quantity_text(wording, instrument, left) if left else dim(wording.say("card.nothing_left")),
            ),
        ),
    )
