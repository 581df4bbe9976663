"""Closing: by hand, by filter, by panic. Nothing here can open or flip a position."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Account
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.dust import is_only_dust, is_scrap_free, small_refusal
from trading.domain.decide.legs import exit_now, exit_side, is_enforced, is_pair, unspoken
from trading.domain.decide.swap import make_room
from trading.domain.ids import AccountId, CommandId
from trading.domain.ladder import GROUPED
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import OrderType, Role
from trading.domain.position import Position
from trading.domain.sizing import price_of, quantity_for_exit

LOOK_LASTS = timedelta(seconds=10)
"""So old the look may be by which a panic is proven: longer than a question waits for its answer."""


def close_position(d: Deciding, command: cm.ClosePosition) -> None:
    """Sell, cover or close."""
    position = d.book.position(command.position_id)
    symbol = command.seen.instrument.symbol
    problem = _cannot_close(d, position, command, symbol)
    if problem is not None or position is None:
        assert problem is not None
        d.deny(command.account, command.command_id, "close", symbol, problem)
        return
    instrument = d.instrument_of(position)
    quote = d.book.marks.get(symbol) or command.seen.quote
    price = quote.mid if quote else position.average_price(instrument)
    assert price is not None
    held = d.in_lots(position)
    quantity = quantity_for_exit(command.size, instrument, price, held)
    if isinstance(quantity, ev.Refusal):
        d.deny(command.account, command.command_id, "close", symbol, quantity)
        return
    if command.order_type is OrderType.MARKET:
        if not _close_at_market(d, position, command, quantity):
            free = unspoken(d, position) if is_enforced(position) else d.free_to_exit(position)
            refusal = _taken(d, position, quantity, free)
            d.deny(command.account, command.command_id, "close", symbol, refusal)
        return
    _close_resting(d, position, command, quantity, quote)


def _cannot_close(
    d: Deciding, position: Position | None, command: cm.ClosePosition, symbol: str
) -> ev.Refusal | None:
    if position is None or position.account != command.account or not position.is_open:
        return ev.Refusal(
            "nothing_to_close",
            f"You hold nothing in {symbol}; /positions shows what you hold.",
            "symbol",
            symbol,
        )
    if d.is_dust(position):
        return small_refusal(d, position)
    if command.expects and (command.expects == "long") != position.is_long:
        held = "long" if position.is_long else "short"
        cure = "/sell" if position.is_long else "/cover"
        return ev.Refusal(
            "wrong_side",
            f"You are {held} in {symbol}: {cure} {symbol} reduces it, /close {symbol} closes it. "
            "Opening a short needs the word short.",
            "symbol",
            symbol,
        )
    return None


def _close_at_market(d: Deciding, position: Position, command: cm.ClosePosition, quantity: Quantity) -> bool:
    barring = () if is_enforced(position) else d.exits_in_flight(position)
    waiting = [o for o in barring if not o.leaves_now and not o.group]
    if quantity >= d.in_lots(position):
        if waiting or (not is_enforced(position) and d.may_be_gone(position)):
            # They hold what must be sold, or have sold it: cancel, confirm, close what is left, until
            # nothing is.
            start_flatten(d, position.account, command.command_id, [position], is_panic=False)
            d.facts = {"position_id": position.position_id}
            return True
        _cancel_entries(d, position, command.command_id)
    elif waiting and quantity > d.free_to_exit(position):
        # The stop that rests holds what is to be sold: it makes room, and comes back for what is left.
        d.facts = {"position_id": position.position_id}
        return make_room(d, position, Role.CLOSE, command.command_id, quantity)
    if not exit_now(d, position, Role.CLOSE, command.command_id, quantity):
        d.facts = {"position_id": position.position_id}
        return bool(d.events)
    order = next(e.order for e in reversed(d.events) if isinstance(e, ev.OrderIntended))
    d.facts = {
        "order_id": order.order_id,
        "position_id": position.position_id,
        "quantity": str(order.quantity),
    }
    return True


def _taken(d: Deciding, position: Position, quantity: Quantity, free: Decimal) -> ev.Refusal:
    symbol = position.symbol
    if d.cannot_leave(position):
        text = (
            f"The venue says that it holds nothing of your {symbol}, so that an exit would only be refused. "
            "/reconcile shows the difference: adopt it if that is true."
        )
        return ev.Refusal("venue_holds_none", text, "symbol", symbol)
    if not is_enforced(position) and d.may_be_gone(position):
        text = (
            f"An order in {symbol} that goes the other way is not answered yet, and may have closed "
            f"{plain(d.may_be_gone(position))} of it: at most {plain(free)} is free (/doubt, /orders)."
        )
        return ev.Refusal("exits_exceed_position", text, "size", plain(quantity))
    barring = () if is_enforced(position) else d.exits_in_flight(position)
    if free <= 0 and all(o.leaves_now for o in barring):
        text = f"All of {symbol} is being closed already; /orders shows it."
        return ev.Refusal("already_closing", text)
    return ev.Refusal(
        "exits_exceed_position",
        f"Other exit orders hold {plain(d.in_lots(position) - free)} of {symbol} already: "
        f"at most {plain(free)} is free (/orders, /cancel).",
        "size",
        plain(quantity),
    )


def _close_resting(
    d: Deciding,
    position: Position,
    command: cm.ClosePosition,
    quantity: Quantity,
    quote: Quote | None,
) -> None:
    """A reduce-only order at a price: it joins the venue's group, or takes only what is free."""
    instrument = d.instrument_of(position)
    side = exit_side(position)
    limit: Price | None = None
    stop: Price | None = None
    symbol = position.symbol
    if quote is None:
        text = f"There is no price of {symbol} yet: wait for one (/price {symbol})."
        refusal = ev.Refusal("no_price", text, "symbol", symbol)
        d.deny(command.account, command.command_id, "close", symbol, refusal)
        return
    for spec, is_limit in ((command.limit, True), (command.stop, False)):
        if spec is None:
            continue
        found = price_of(spec, quote, instrument, side.sign > 0)
        if isinstance(found, ev.Refusal):
            d.deny(command.account, command.command_id, "close", symbol, found)
            return
        limit, stop = (found, stop) if is_limit else (limit, found)
    market = quote.bid if position.is_long else quote.ask
    if stop is not None and ((stop >= market) if position.is_long else (stop <= market)):
        refusal = _triggered_already(position, stop, market)
        d.deny(command.account, command.command_id, "close", symbol, refusal)
        return
    bracket = position.bracket
    grouped = bracket is not None and bracket.guard in GROUPED
    free = d.in_lots(position) if is_enforced(position) else d.free_to_exit(position)
    if quantity > free:
        refusal = _taken(d, position, quantity, free)
        d.deny(command.account, command.command_id, "close", symbol, refusal)
        return
    order = d.new_order(
        position,
        Role.CLOSE,
        side,
        command.order_type,
        quantity,
        limit_price=limit,
        stop_price=stop,
        time_in_force=command.time_in_force,
        expires_at=command.expires_at,
        post_only=command.post_only,
        group=bracket.group if grouped and bracket else "",
        tag=command.tag,
        command_id=command.command_id,
        asked_at=command.asked_at,
        serves=command.serves,
    )
    d.then(fx.Submit(position.account, (d.intend(order, command.command_id),)))
    d.facts = {
        "order_id": order.order_id,
        "position_id": position.position_id,
        "quantity": str(quantity),
    }


def _triggered_already(position: Position, stop: Price, market: Price) -> ev.Refusal:
    side, held = ("below", "long") if position.is_long else ("above", "short")
    return ev.Refusal(
        "trigger_wrong_side",
        f"A stop that closes a {held} waits {side} the market ({plain(market)}): {plain(stop)} is there "
        f"already. To be out now: /close {position.symbol}; for a better price use @ {plain(stop)}.",
        "stop",
        plain(stop),
    )


def _cancel_entries(d: Deciding, position: Position, cause: str) -> None:
    for order in d.book.orders_of(position):
        if order.is_entry:
            d.ask_cancel(order, cause)


def flatten(d: Deciding, command: cm.Flatten) -> None:
    """Cancel and close what the filter names; a panic also halts the account and asks for proof."""
    account = d.account(command.account)
    chosen = [p for p in d.book.live_positions(command.account) if _matches(d, p, command)]
    if command.halt:
        state = cm.HaltState.FLATTEN
        d.emit(ev.HaltChanged(account.account, state, "panic", command.person, d.now))
    if not chosen and not command.halt:
        text = "Nothing matches: you hold no such position; /positions shows what you hold."
        refusal = ev.Refusal("nothing_to_close", text)
        d.deny(command.account, command.command_id, "flatten", command.symbol, refusal)
        return
    orders = [o for p in chosen for o in d.book.orders_of(p)]
    d.facts = {
        "positions": sum(1 for p in chosen if p.is_open),
        "orders": sum(1 for o in orders if o.is_entry),
    }
    start_flatten(d, command.account, command.command_id, chosen, is_panic=command.halt)


def start_flatten(
    d: Deciding, account: AccountId, command_id: CommandId, chosen: Sequence[Position], *, is_panic: bool
) -> None:
    """Begin to close these; it goes on until nothing of them is left."""
    d.emit(
        ev.FlattenStarted(
            account,
            command_id,
            tuple(p.position_id for p in chosen),
            tuple(o.order_id for p in chosen for o in d.book.orders_of(p)),
            is_panic,
            d.now,
            d.by,
        )
    )
    press_on(d, account)


def _matches(d: Deciding, position: Position, command: cm.Flatten) -> bool:
    if command.halt:
        return True
    if command.symbol and position.symbol != command.symbol:
        return False
    if command.tag and position.tag != command.tag:
        return False
    gain: Decimal = d.book.unrealised(position)
    match command.only:
        case "winners":
            return position.is_open and gain > 0
        case "losers":
            return position.is_open and gain < 0
        case "long":
            return position.quantity > 0
        case "short":
            return position.quantity < 0
        case _:
            return True


def press_on(d: Deciding, account_id: AccountId) -> None:
    """Go on with a flatten under way: cancel, close, and when nothing is left ask the venue for proof."""
    flattening = d.account(account_id).flattening
    if flattening is None:
        return
    scope = set(flattening.position_ids)
    left = False
    for position in list(d.book.live_positions(account_id)):
        if not flattening.is_panic and position.position_id not in scope:
            continue
        if is_only_dust(d, position):
            continue
        left = True
        _cancel_entries(d, position, flattening.command_id)
        if position.is_open and d.is_dust(position):
            for order in d.exits_in_flight(position):
                d.ask_cancel(order, flattening.command_id)
            continue
        leaves = position.is_open and not is_scrap_free(d, position)
        leaves = leaves and exit_now(d, position, Role.FLATTEN, flattening.command_id)
        if position.is_open and not leaves:
            for order in d.exits_in_flight(position):
                if not (is_pair(position) or order.leaves_now or order.group):
                    d.ask_cancel(order, flattening.command_id)
    if not left:
        d.then(fx.CheckFlat(account_id))


def look_again(d: Deciding, account_id: AccountId) -> None:
    """Have a flatten under way go on by the venue's next answer instead of now."""
    if d.account(account_id).flattening is not None:
        d.then(fx.CheckFlat(account_id))


def _not_flat_yet(d: Deciding, account: Account, report: rp.FlatChecked) -> None:
    """Ask again; say once in the halt's own words that the proof is still missing."""
    counts = "does not answer" if report.positions is None else f"still reports {report.positions} positions"
    reason = f"panic: not proven flat yet, the venue {counts}"
    if account.halt_reason == "panic":
        state = cm.HaltState.FLATTEN
        d.emit(ev.HaltChanged(account.account, state, reason, account.halted_by or account.owner, d.now))
    if any(d.book.live_positions(account.account)):
        press_on(d, account.account)
    else:
        d.then(fx.CheckFlat(account.account))


def flat_checked(d: Deciding, report: rp.FlatChecked) -> None:
    """The venue's own count after a flatten."""
    account = d.account(report.account)
    flattening = account.flattening
    if flattening is None:
        return
    is_old = flattening.is_panic and not timedelta() <= d.now - report.at <= LOOK_LASTS
    if is_old or report.asked_for not in (None, flattening.command_id):
        # It waited until the disk took it again; or another flatten has begun since the venue was asked, and
        # that one is proven by a look of its own.
        d.then(fx.CheckFlat(report.account))
        return
    live = list(d.book.live_positions(report.account))
    ours = [p for p in live if not is_only_dust(d, p)]
    dust = [p for p in live if is_only_dust(d, p) and (p.symbol, p.quantity) in report.held]
    rest = ", ".join(f"{plain(abs(p.quantity))} {p.symbol}" for p in dust)
    beyond = f" beyond dust ({rest}, too little to trade)" if rest else ""
    if flattening.is_panic:
        held = sum(1 for p in ours if p.is_open) + len(live) - len(ours) - len(dust)
        waiting = sum(len(p.order_ids) for p in ours)
        found = None if report.positions is None else report.positions - len(dust)
        if found is None or found + (report.orders or 0) + held + waiting:
            _not_flat_yet(d, account, report)
            return
        proof = f"the venue reports no position{beyond} and no open order, and so does the book"
    elif any(p.position_id in flattening.position_ids for p in ours):
        press_on(d, report.account)
        return
    else:
        proof = f"nothing is left of the positions that were named{beyond}, and their orders are done"
        if not beyond:
            proof = "the positions that were named are closed and their orders done"
    d.emit(
        ev.FlatProven(
            report.account,
            report.venue,
            report.positions or 0,
            report.orders or 0,
            proof,
            d.now,
        )
    )
    if flattening.is_panic:
        by = account.halted_by or account.owner
        state = cm.HaltState.HALTED
        d.emit(ev.HaltChanged(report.account, state, "panic: flat and proven", by, d.now))
