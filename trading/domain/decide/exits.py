"""Changing what ends a position: `/tp /sl /trail /breakeven /bracket`."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.bracket import entry_price_of
from trading.domain.decide.bot_symbol import not_the_bots
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import sync
from trading.domain.decide.pulled import said_anew
from trading.domain.exits import ExitPlan, LevelKind
from trading.domain.instrument import Instrument
from trading.domain.money import Price, plain
from trading.domain.position import Position
from trading.domain.sizing import check_plan, level_price


def set_exits(d: Deciding, command: cm.SetExits) -> None:
    """Change what ends a position: `/tp /sl /trail /breakeven /bracket`."""
    symbol = command.seen.instrument.symbol
    position = d.book.position(command.position_id)
    if (
        position is None
        or position.account != command.account
        or not (position.quantity or position.order_ids)
    ):
        text = f"You hold nothing in {symbol}; /positions shows what you hold."
        refusal = ev.Refusal("no_position", text, "symbol", symbol)
        d.deny(command.account, command.command_id, "exits", symbol, refusal)
        return
    theirs = not_the_bots(d.account(command.account), symbol, "")
    if theirs is not None:
        d.deny(command.account, command.command_id, "exits", symbol, theirs)
        return
    plan = changed_plan(position.plan, command)
    reached = position.bracket is not None and position.bracket.is_break_even
    stop_anew = command.stop is not None or "stop" in command.clear
    if reached and stop_anew and command.break_even is None:
        # What a person says about the stop, also that there shall be none, stands over what break-even did.
        plan = replace(plan, break_even=None)
    is_long, entry = _entry_of(d, position)
    if entry is not None:
        instrument = command.seen.instrument
        problems = _check_market(position, plan, entry, command, is_long)
        if not problems:
            atr = command.seen.atr or position.atr
            problems = _check_whole(position, plan, entry, instrument, is_long=is_long, atr=atr)
        if problems:
            d.deny(command.account, command.command_id, "exits", symbol, *problems)
            return
    cause = command.command_id
    d.emit(ev.PlanSet(command.account, position.position_id, plan, command.seen.atr, cause, d.now, d.by))
    anew = command.targets is not None or "targets" in command.clear
    trail_anew = command.trail is not None or "trail" in command.clear
    if stop_anew or trail_anew:
        said_anew(d, position, command.person, is_stop=stop_anew)
    sync(d, position, "command", fresh_targets=anew, fresh_stop=stop_anew)
    d.facts = {"position_id": position.position_id}


def _entry_of(d: Deciding, position: Position) -> tuple[bool, Price | None]:
    if position.quantity:
        return position.is_long, Price(entry_price_of(position, d.instrument_of(position)))
    orders = [o for o in d.book.orders_of(position) if o.is_entry]
    if not orders:
        return True, None
    order = orders[0]
    return order.side.sign > 0, order.limit_price or order.stop_price or order.reference_price


def _check_whole(
    position: Position,
    plan: ExitPlan,
    entry: Price,
    instrument: Instrument,
    *,
    is_long: bool,
    atr: Decimal | None,
) -> list[ev.Refusal]:
    """The plan as a whole, for a position that may be in profit: a stop beyond the entry of what is held
    locks a gain in, and what 1 R was at the entry outlives the stop."""
    waived = set()
    stop = plan.stop
    fixed = stop.value if stop is not None and stop.kind is LevelKind.PRICE and position.is_open else None
    if fixed is not None and ((fixed >= entry) if is_long else (fixed <= entry)):
        plan = replace(plan, stop=None)
        waived |= {"r_needs_stop", "break_even_needs_stop"}
    if position.bracket is not None and position.bracket.risk_per_unit is not None:
        waived.add("r_needs_stop")
    found = check_plan(plan, entry, instrument, is_long=is_long, atr=atr)
    return [refusal for refusal in found if refusal.code not in waived]


def _check_market(
    position: Position, plan: ExitPlan, entry: Price, command: cm.SetExits, is_long: bool
) -> list[ev.Refusal]:
    """What is changed must lie on the far side of the market: an exit that would fill at once is a close."""
    quote = command.seen.quote
    if quote is None or not position.is_open:
        return []
    instrument = command.seen.instrument
    atr = command.seen.atr or position.atr
    risk = position.bracket.risk_per_unit if position.bracket else None
    market = quote.bid if is_long else quote.ask
    found: list[ev.Refusal] = []
    if command.stop is not None:
        stop = level_price(command.stop, entry, instrument, up=not is_long, atr=atr, risk_per_unit=risk)
        if not isinstance(stop, ev.Refusal) and ((stop >= market) if is_long else (stop <= market)):
            found.append(_at_once("stop", "sl", stop, market, position, below=is_long))
    even = command.break_even
    if even is not None and even.after_target == 0:
        here = instrument.price_nearest(entry)
        if (here >= market) if is_long else (here <= market):
            found.append(_at_once("stop", "be", here, market, position, below=is_long))
    if command.targets is not None:
        if command.stop is not None and not found:
            fixed = level_price(command.stop, entry, instrument, up=not is_long, atr=atr, risk_per_unit=risk)
            risk = abs(entry - fixed) if not isinstance(fixed, ev.Refusal) else risk
        for target in command.targets:
            price = level_price(target.level, entry, instrument, up=is_long, atr=atr, risk_per_unit=risk)
            if isinstance(price, ev.Refusal):
                found.append(price)
            elif (price <= market) if is_long else (price >= market):
                found.append(_at_once("take profit", "tp", price, market, position, below=not is_long))
    return found


def _at_once(
    word: str, field: str, price: Price, market: Price, position: Position, *, below: bool
) -> ev.Refusal:
    side = "below" if below else "above"
    code = "target_wrong_side" if field == "tp" else "stop_wrong_side"
    text = (
        f"A {word} of a {'long' if position.is_long else 'short'} belongs {side} the market: "
        f"{plain(price)} is not {side} {plain(market)}. To be out now: /close {position.symbol}."
    )
    return ev.Refusal(code, text, field, plain(price))


def changed_plan(plan: ExitPlan, command: cm.SetExits) -> ExitPlan:
    """The plan after a change: what is given replaces, what is cleared goes, the rest stays."""
    cleared = set(command.clear)
    targets = () if "targets" in cleared else plan.targets
    new = ExitPlan(
        targets=command.targets if command.targets is not None else targets,
        stop=command.stop or (None if "stop" in cleared else plan.stop),
        trail=command.trail or (None if "trail" in cleared else plan.trail),
        break_even=command.break_even or (None if "break_even" in cleared else plan.break_even),
        exit_at=command.exit_at or (None if "exit_at" in cleared else plan.exit_at),
        gap=command.gap or (None if "gap" in cleared else plan.gap),
    )
    if new.break_even and new.break_even.after_target > len(new.targets) and command.break_even is None:
        new = replace(new, break_even=None)
    return new
