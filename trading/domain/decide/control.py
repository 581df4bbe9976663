"""Changes of orders and exits, and the start of a venue session."""

from __future__ import annotations

from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.decide.bot_symbol import not_the_bots
from trading.domain.decide.bracketed import beyond_exits, follow_plan, may_wake
from trading.domain.decide.closing import press_on
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.exposed import orders_first, positions_first
from trading.domain.decide.forget import forget_leg
from trading.domain.decide.legs import is_pair, sync
from trading.domain.decide.pulled import go_back_when_due
from trading.domain.decide.swap import step
from trading.domain.ladder import support_of
from trading.domain.money import Price, plain, rounded_down
from trading.domain.order import Order, OrderType, Role
from trading.domain.request import RequestKind
from trading.domain.risk import GateFacts, judge_entry


def modify_order(d: Deciding, command: cm.ModifyOrder) -> None:
    """Change quantity or price of a working order."""
    order = d.book.order(command.order_id)
    symbol = command.seen.instrument.symbol

    def deny(*refusals: ev.Refusal) -> None:
        d.deny(command.account, command.command_id, "modify", symbol, *refusals)

    if order is None or order.account != command.account or not order.is_open:
        deny(ev.Refusal("no_order", "There is no such open order; /orders lists them.", "order"))
        return
    if order.is_leg:
        text = f"That order guards {symbol}: change it with /tp, /sl or /trail {symbol}."
        deny(ev.Refusal("guards_position", text, "order"))
        return
    if order.leaves_now:
        deny(
            ev.Refusal(
                "market_order",
                f"A market order cannot be changed, only canceled: /cancel #{order.number}.",
                "order",
            )
        )
        return
    if order.serves:
        # Its bot knows it by its terms.
        theirs = not_the_bots(d.account(command.account), symbol, "")
        if theirs is not None:
            deny(theirs)
            return
    quantity = command.quantity if command.quantity is not None else order.quantity
    limit = command.limit_price if command.limit_price is not None else order.limit_price
    stop = command.stop_price if command.stop_price is not None else order.stop_price
    problems = _check_change(d, command, order, quantity, limit, stop)
    if problems:
        deny(*problems)
        return
    if order.is_canceling or order.is_changing or not order.remaining:
        wish = "cancel" if order.is_canceling else "change"
        text = f"A {wish} of #{order.number} is on its way already: /order #{order.number} shows its answer."
        deny(ev.Refusal("change_on_its_way", text, "order"))
        return
    if order.is_entry:
        # They follow first: where it goes to, none of them is to lie on its wrong side.
        follow_plan(d, d.position_of(order), limit or stop)
    d.ask_replace(order, quantity, limit, stop, command.command_id)
    d.facts = {"order_id": order.order_id, "position_id": order.position_id}


def _check_change(
    d: Deciding,
    command: cm.ModifyOrder,
    order: Order,
    quantity: object,
    limit: Price | None,
    stop: Price | None,
) -> list[ev.Refusal]:
    instrument = command.seen.instrument
    asked = command.quantity if command.quantity is not None else order.quantity
    if rounded_down(asked, instrument.lot_size) != asked or asked <= order.filled:
        text = (
            f"The quantity must be in lots of {plain(instrument.lot_size)} and above what has filled "
            f"({plain(order.filled)})."
        )
        return [ev.Refusal("size_off_lot", text, "size", plain(asked))]
    for price in (limit, stop):
        if price is not None and rounded_down(price, instrument.tick_size) != price:
            text = f"{instrument.symbol} moves in steps of {plain(instrument.tick_size)}."
            return [ev.Refusal("price_off_tick", text, "price", plain(price))]
    if not order.is_entry:
        position = d.book.position(order.position_id)
        assert position is not None
        # But for a group that the venue enforces and for what can only reduce, all resting exits together
        # stay within what is held: what was placed before there was a group is no member of it.
        is_bound = order.group or is_pair(position)
        room = d.in_lots(position) if is_bound else d.free_to_exit(position) + order.remaining
        if asked - order.filled > room:
            text = (
                f"At most {plain(room)} of {order.symbol} is free for this order: an exit cannot be larger."
            )
            return [ev.Refusal("more_than_held", text, "size", plain(asked))]
        return []
    moved = limit if command.limit_price is not None else stop if command.stop_price is not None else None
    wrong = _trigger_passed(d, command, order, stop) or beyond_exits(d, order, moved)
    if wrong is not None:
        return [wrong]
    account = d.account(command.account)
    price = limit or stop or order.reference_price
    assert price is not None
    old_price = order.limit_price or order.stop_price or price
    facts = GateFacts(
        instrument,
        d.book.marks.get(instrument.symbol) or command.seen.quote,
        command.seen.stale_after_s,
        True,  # a resting order may be changed while the market is closed
        d.context.live_allowed,
        d.now,
        ("duplicate",),
        person=command.person,
    )
    verdict = judge_entry(
        d.book,
        account,
        facts,
        is_buy=order.side.sign > 0,
        quantity=asked - order.filled,
        price=price,
        collar_price=limit,
        trigger=stop,
        already=instrument.notional(old_price, order.remaining).value,
    )
    skipped = ("rate_10_s", "rate_minute", "price_fresh")
    return [r for r in verdict.refusals if r.code not in skipped]


def _trigger_passed(
    d: Deciding, command: cm.ModifyOrder, order: Order, stop: Price | None
) -> ev.Refusal | None:
    """A trigger that is moved to where the market is already would act at once: that is a market order."""
    symbol = command.seen.instrument.symbol
    quote = d.book.marks.get(symbol) or command.seen.quote
    if quote is None or stop is None or command.stop_price is None:
        return None
    is_buy = order.side.sign > 0
    market = quote.ask if is_buy else quote.bid
    if (stop > market) if is_buy else (stop < market):
        return None
    side = "above" if is_buy else "below"
    text = f"A stop order waits {side} the market: {plain(stop)} is not {side} {plain(market)}."
    return ev.Refusal("trigger_wrong_side", text, "stop", plain(stop))


def cancel_orders(d: Deciding, command: cm.CancelOrders) -> None:
    """Cancel named orders, or all entries."""
    if command.order_ids:
        found = [d.book.order(order_id) for order_id in command.order_ids]
        orders = [o for o in found if o is not None and o.account == command.account and o.is_open]
    else:
        orders = [
            o
            for o in d.book.open_orders(command.account)
            if (o.is_entry or (o.role is Role.CLOSE and o.type is not OrderType.MARKET))
            and (not command.symbol or o.symbol == command.symbol)
        ]
    if not orders:
        text = "There is no such open order; /orders lists them."
        refusal = ev.Refusal("no_order", text, "order")
        d.deny(command.account, command.command_id, "cancel", command.symbol, refusal)
        return
    for order in orders:
        if order.is_leg:
            _drop_leg(d, order, command.command_id)
        else:
            d.ask_cancel(order, command.command_id)
    d.facts = {"orders": len(orders), "order_ids": [o.order_id for o in orders]}


def _drop_leg(d: Deciding, order: Order, cause: str) -> None:
    """Canceling an exit means that the person does not want it any more: the plan forgets it too."""
    position = d.book.position(order.position_id)
    assert position is not None
    forget_leg(d, position, leg_name(order), cause)
    d.ask_cancel(order, cause)
    sync(d, position, "command")


def day_turned(d: Deciding, report: rp.DayTurned) -> None:
    """A new day: daily limits start from this equity."""
    account = d.book.account(report.account)
    if account is not None and account.day != report.day:
        d.emit(ev.DayStarted(report.account, report.day, report.equity, d.now))


def noted(d: Deciding, report: rp.Noted) -> None:
    """Write down what people must hear of."""
    level = ev.Level(report.level)
    d.emit(ev.Noticed(report.account, report.code, report.topic, level, report.facts, report.at))


def connected(d: Deciding, report: rp.BrokerConnected) -> None:
    """A venue session begins and the account is reconciled: note what the venue can do, see that every
    position is guarded as its plan says, what stands to lose most before all else, go on with an unfinished
    flatten."""
    account = d.book.account(report.account)
    if account is None:
        return
    exits = support_of(report.guards_exits, report.exits)
    if account.exits != exits:
        d.emit(ev.VenueConnected(report.account, report.venue, report.guards_exits, d.now, exits))
    for order in orders_first(d.book, d.book.open_orders(report.account)):
        _ask_again(d, order)
        position = d.book.position(order.position_id)
        is_flat = position is None or not position.is_open
        if is_flat and not order.is_entry and not may_wake(d, order):
            d.ask_cancel(order, "flat")
    for position in positions_first(d, d.book.live_positions(report.account)):
        if position.is_open and (position.bracket is not None or not position.plan.is_empty):
            sync(d, position, "start", is_settled=True)
            step(d, position)
            go_back_when_due(d, position)
    press_on(d, report.account)


def _ask_again(d: Deciding, order: Order) -> None:
    """A wish of an earlier session whose answer was never written down: perhaps the venue never heard it.
    A cancel can be asked for twice without harm; whether a change was carried out the venue is asked, and
    legs are brought in line anyway."""
    reason = "the desk stopped before the venue's answer was written down"
    change, cancel = order.request(RequestKind.REPLACE), order.request(RequestKind.CANCEL)
    if change is not None and change.status.is_owed:
        d.emit(ev.ReplaceFailed(order.account, order.order_id, reason, d.now, is_silent=True))
        d.then(fx.Resolve(order.account, order.client_order_id))
    if cancel is not None and cancel.status.is_owed:
        d.emit(ev.CancelFailed(order.account, order.order_id, reason, d.now, is_silent=True))
        d.ask_cancel(d.order(order), "start")
