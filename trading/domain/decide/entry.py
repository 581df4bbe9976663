"""Opening a position: plan it, judge it, write it down. The review card shows the same plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.book import Account, Book
from trading.domain.bracket import build, entry_price_of
from trading.domain.decide.addition import check_addition, merged_plan, sketch_of_addition
from trading.domain.decide.bot_symbol import not_the_bots
from trading.domain.decide.bracketed import exits_along, follow_plan
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.people import cannot_second
from trading.domain.exits import ExitPlan, SizeKind
from trading.domain.ids import PositionId
from trading.domain.instrument import Instrument
from trading.domain.ladder import holds
from trading.domain.market import Quote
from trading.domain.money import HUNDRED, ZERO, Price, Quantity, percent_of
from trading.domain.order import Role, Side
from trading.domain.position import Bracket, Guard, LegKind, Position
from trading.domain.risk import GateFacts, judge_entry, spendable
from trading.domain.sizing import check_plan, level_price, price_of, quantity_for_entry

MAX_KEPT_BACK_PERCENT = Decimal("0.5")
"""What `max` leaves free for fees and for the market moving before a market order fills."""


class EntryPlan(Struct, frozen=True):
    """An entry worked out to the last digit, before anything is written.

    `bracket` guards the whole position, counted from `entry_price`, its average after this fill.
    `worst_loss` is what the stop would lose of this order (fees and slippage aside), None without a stop;
    `held_loss` what it would lose, from the price of now on, of what is held already. `refusals` is
    empty when the gate lets it pass; those whose code is in `risk.ASKABLE` may be pressed through.
    """

    command: cm.OpenPosition
    side: Side
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None
    expected_price: Price
    quote: Quote
    notional: Decimal
    bracket: Bracket
    entry_price: Decimal
    worst_loss: Decimal | None
    held_loss: Decimal
    position_id: PositionId
    adds_to: Position | None
    plan: ExitPlan
    gate: ev.GateDecision
    refusals: tuple[ev.Refusal, ...]
    equity: Decimal
    carries_exits: bool = False  # whether its exits go to the venue with it, in one order


def plan_entry(
    book: Book, command: cm.OpenPosition, now: Any, *, live_allowed: bool
) -> EntryPlan | tuple[ev.Refusal, ...]:
    """Work an entry out. A tuple of refusals when it cannot even be planned."""
    account = book.account(command.account)
    if account is None:
        return (ev.Refusal("no_account", f"There is no account {command.account}.", "account"),)
    seen = command.seen
    instrument = seen.instrument
    quote = book.marks.get(instrument.symbol) or seen.quote
    if quote is None:
        text = f"There is no price of {instrument.symbol} yet: wait for one (/price {instrument.symbol})."
        return (ev.Refusal("no_price", text, "symbol", instrument.symbol),)
    if not command.is_long and not instrument.shortable:
        text = f"{instrument.symbol} cannot be sold short here."
        return (ev.Refusal("not_shortable", text, "symbol", instrument.symbol),)
    held = book.current_position(account.account, instrument.symbol)
    wrong = not_the_bots(account, instrument.symbol, command.tag) or _other_side(book, held, command)
    if wrong is not None:
        return (wrong,)
    prices = _prices(command, quote, instrument)
    if isinstance(prices, ev.Refusal):
        return (prices,)
    expected = prices[2]
    exits = command.exits
    problems = check_plan(exits, expected, instrument, is_long=command.is_long, atr=seen.atr)
    if problems:
        return tuple(problems)
    quantity = _quantity(book, account, command, expected)
    if isinstance(quantity, ev.Refusal):
        return (quantity,)
    if held is not None and held.quantity:
        problems = check_addition(held, command, quantity, expected)
        if problems:
            return tuple(problems)
    return _judged(book, account, command, quote, quantity, prices, now, live_allowed)


def _other_side(book: Book, held: Position | None, command: cm.OpenPosition) -> ev.Refusal | None:
    if held is None:
        return None
    sign = 1 if command.is_long else -1
    waiting = any(o.is_entry and o.side.sign != sign for o in book.orders_of(held))
    if held.quantity * sign >= 0 and not waiting:
        return None
    symbol = held.symbol
    if held.quantity:
        is_now = "long" if held.quantity > 0 else "short"
    else:
        is_now = "waiting to go " + ("short" if command.is_long else "long")
    word = "buy" if command.is_long else "short"
    return ev.Refusal(
        "opposite_position",
        f"You are {is_now} in {symbol}: /close {symbol} (or /cancel its orders) first, then {word}.",
        "symbol",
        symbol,
    )


def _prices(
    command: cm.OpenPosition, quote: Quote, instrument: Instrument
) -> tuple[Price | None, Price | None, Price] | ev.Refusal:
    is_buy = command.is_long
    taker = quote.ask if is_buy else quote.bid
    limit: Price | None = None
    stop: Price | None = None
    if command.limit is not None:
        found = price_of(command.limit, quote, instrument, is_buy)
        if isinstance(found, ev.Refusal):
            return found
        limit = found
    if command.stop is not None:
        found = price_of(command.stop, quote, instrument, is_buy)
        if isinstance(found, ev.Refusal):
            return found
        stop = found
        if (stop <= taker) if is_buy else (stop >= taker):
            side, word = ("above", "buy") if is_buy else ("below", "sell")
            return ev.Refusal(
                "trigger_wrong_side",
                f"A stop order to {word} waits {side} the market ({instrument.price_nearest(taker)}): "
                f"{stop} is there already. For a better price use @ {stop}; for protection use sl {stop}.",
                "stop",
                str(stop),
            )
    return limit, stop, limit or stop or taker


def _quantity(
    book: Book, account: Account, command: cm.OpenPosition, expected: Price
) -> Quantity | ev.Refusal:
    instrument = command.seen.instrument
    stop_level: Decimal | None = None
    if command.exits.stop is not None:
        found = level_price(
            command.exits.stop,
            expected,
            instrument,
            up=not command.is_long,
            atr=command.seen.atr,
            risk_per_unit=None,
        )
        stop_level = None if isinstance(found, ev.Refusal) else found
    free = spendable(book, account) if command.size.kind is SizeKind.MAX else ZERO
    return quantity_for_entry(
        command.size,
        instrument,
        expected,
        equity=book.equity(account),
        spendable=max(free - percent_of(free, MAX_KEPT_BACK_PERCENT), ZERO),
        stop_price=stop_level,
    )


def _judged(
    book: Book,
    account: Account,
    command: cm.OpenPosition,
    quote: Quote,
    quantity: Quantity,
    prices: tuple[Price | None, Price | None, Price],
    now: Any,
    live_allowed: bool,
) -> EntryPlan:
    instrument = command.seen.instrument
    limit, stop, expected = prices
    facts = GateFacts(
        instrument,
        quote,
        command.seen.stale_after_s,
        command.seen.market_open,
        live_allowed,
        now,
        command.confirmed,
        bool(command.seconded_by),
        command.person,
    )
    collar = limit if limit is not None else (None if stop is not None else expected)
    verdict = judge_entry(
        book,
        account,
        facts,
        is_buy=command.is_long,
        quantity=quantity,
        price=expected,
        collar_price=collar,
        trigger=stop,
    )
    held = book.current_position(account.account, instrument.symbol)
    live = held if held is not None and (held.quantity or held.order_ids) else None
    count = book.position_count(account.account, instrument.symbol)
    position_id = (
        live.position_id if live else PositionId(f"{account.account}/{instrument.symbol}/{count + 1}")
    )
    gate = ev.GateDecision(
        decision_id=f"{command.command_id}#1",
        price=quote.mid,
        price_at=quote.at,
        source=quote.source,
        limits_version=account.limits_version,
        checks=verdict.checks,
    )
    plan = merged_plan(live.plan if live else ExitPlan(), command.exits)
    adds_to = live if live and live.quantity else None
    if adds_to is not None:
        sketch = sketch_of_addition(adds_to, command, plan, quantity, expected)
    else:
        sketch = _sketch(command, plan, quantity, expected, position_id)
    bracket = build(sketch, instrument, Guard.NONE, keep_progress=adds_to is not None)
    return EntryPlan(
        command=command,
        side=Side.BUY if command.is_long else Side.SELL,
        quantity=quantity,
        limit_price=limit,
        stop_price=stop,
        expected_price=expected,
        quote=quote,
        notional=instrument.notional(expected, quantity).value,
        bracket=bracket,
        entry_price=entry_price_of(sketch, instrument),
        worst_loss=_worst_loss(bracket, instrument, quantity, expected),
        held_loss=_held_loss(adds_to, bracket, instrument, quote),
        position_id=position_id,
        adds_to=adds_to,
        plan=plan,
        gate=gate,
        refusals=verdict.refusals,
        equity=book.equity(account),
        carries_exits=live is None and holds(Guard.BRACKET, account.exits, plan),
    )


def _sketch(
    command: cm.OpenPosition, plan: ExitPlan, quantity: Quantity, price: Price, position_id: PositionId
) -> Position:
    """The position as it would be after a fill at the expected price, to show its exits."""
    instrument = command.seen.instrument
    sign = 1 if command.is_long else -1
    cost = sign * instrument.notional(price, quantity).value
    # Kept exits of an older entry may lie on the wrong side of this entry alone: show only the new ones.
    shown = (
        plan
        if not check_plan(plan, price, instrument, is_long=command.is_long, atr=command.seen.atr)
        else command.exits
    )
    return Position(
        position_id,
        command.account,
        instrument.symbol,
        quantity=Quantity(sign * quantity),
        cost=cost,
        plan=shown,
        atr=command.seen.atr,
    )


def _stops(bracket: Bracket) -> list[Price]:
    return [
        leg.price
        for leg in bracket.legs
        if leg.price is not None
        and (leg.kind is LegKind.STOP or (leg.kind is LegKind.TRAIL and leg.activation_price is None))
    ]


def _worst_loss(bracket: Bracket, instrument: Instrument, quantity: Quantity, entry: Price) -> Decimal | None:
    stops = _stops(bracket)
    if not stops:
        return None
    nearest = min(abs(entry - price) for price in stops)
    return instrument.notional(nearest, quantity).value


def _held_loss(held: Position | None, bracket: Bracket, instrument: Instrument, quote: Quote) -> Decimal:
    stops = _stops(bracket)
    if held is None or not stops:
        return ZERO
    sign = 1 if held.is_long else -1
    nearest = min((quote.mid - price) * sign for price in stops)
    return instrument.notional(max(nearest, ZERO), abs(held.quantity)).value


def r_multiple(plan: EntryPlan) -> Decimal | None:
    """Reward to risk: the share-weighted distance of the targets in multiples of the stop's."""
    risk = plan.bracket.risk_per_unit
    targets = [leg for leg in plan.bracket.targets if not leg.is_done]
    if not risk or not targets:
        return None
    total = sum((abs((leg.price or ZERO) - plan.entry_price) * (leg.share or ZERO) for leg in targets), ZERO)
    shares = sum((leg.share or ZERO for leg in targets), ZERO)
    return total / shares / risk if shares else None


def open_position(d: Deciding, command: cm.OpenPosition) -> None:
    """Buy or short."""
    symbol = command.seen.instrument.symbol
    verb = "buy" if command.is_long else "short"
    wrong = cannot_second(d, command)
    if wrong is not None:
        d.deny(command.account, command.command_id, verb, symbol, wrong)
        return
    plan = plan_entry(d.book, command, d.now, live_allowed=d.context.live_allowed)
    if not isinstance(plan, EntryPlan):
        d.deny(command.account, command.command_id, verb, symbol, *plan)
        return
    if plan.refusals:
        d.deny(command.account, command.command_id, verb, symbol, *plan.refusals)
        return
    if command.is_question:
        text = "Nothing was sent, and now it could be: type the line again for its card."
        d.deny(command.account, command.command_id, verb, symbol, ev.Refusal("not_confirmed", text))
        return
    d.list_instrument(command.account, command.seen.instrument)
    position = d.book.position(plan.position_id) or Position(
        plan.position_id, command.account, symbol, tag=command.tag, command_id=command.command_id
    )
    order = d.new_order(
        position,
        Role.ENTRY,
        plan.side,
        command.order_type,
        plan.quantity,
        limit_price=plan.limit_price,
        stop_price=plan.stop_price,
        time_in_force=command.time_in_force,
        expires_at=command.expires_at,
        post_only=command.post_only,
        tag=command.tag,
        command_id=command.command_id,
        asked_at=command.asked_at,
        person=command.person,
        reference_price=plan.expected_price,
        exits=command.exits if plan.adds_to and command.exits != ExitPlan() else None,
        exits_atr=command.seen.atr if plan.adds_to else None,
        serves=command.serves,
    )
    gate = replace(plan.gate, decision_id=f"{order.order_id}#1")
    approved = d.intend(order, command.command_id, gate, command.seconded_by)
    _set_plan(d, plan, command)
    along = exits_along(d, order, plan.bracket) if plan.carries_exits else ()
    d.then(fx.Submit(command.account, (approved, *along)))
    d.facts = {
        "order_id": order.order_id,
        "position_id": order.position_id,
        "client_order_id": order.client_order_id,
        "quantity": str(plan.quantity),
    }


def _set_plan(d: Deciding, plan: EntryPlan, command: cm.OpenPosition) -> None:
    position = d.book.position(plan.position_id)
    assert position is not None
    # What guards a position today stays as it is until the addition that brings new exits fills.
    if plan.adds_to is not None or plan.plan == position.plan:
        return
    d.emit(
        ev.PlanSet(
            command.account, plan.position_id, plan.plan, command.seen.atr, command.command_id, d.now, d.by
        )
    )
    follow_plan(d, d.position(position))


def share_of_equity(plan: EntryPlan) -> Decimal:
    """The entry's notional in percent of equity."""
    return plan.notional / plan.equity * HUNDRED if plan.equity else ZERO
