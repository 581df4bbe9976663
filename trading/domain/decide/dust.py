"""A rest that is too little for the venue to trade: told once, never asked for again by itself, part of the
next exit or entry in its symbol, no obstacle to being flat (RELIABILITY X31)."""

from __future__ import annotations

from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.bracket import entry_price_of
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import is_enforced, sync, unspoken
from trading.domain.dust import market_of
from trading.domain.money import Price, plain
from trading.domain.order import Order, Role
from trading.domain.position import Position


def refused_as_small(d: Deciding, order: Order, report: rp.Rejected) -> bool:
    """An exit was refused because it is too small. Returns whether nothing else has to follow.

    Where all that is held is too little, it is dust from now on. A target whose share is too little goes with
    the next one. A stop that would be too small at its own price, while the position is worth enough today,
    is for the desk to watch.
    """
    position = d.position_of(order)
    if order.is_entry:
        return True
    instrument, price = d.instrument_of(position), _price(d, position)
    is_at_market = order.leaves_now
    is_whole = is_at_market and order.remaining >= d.in_lots(position)
    if is_whole or instrument.is_too_small(position.quantity, price):
        if position.dust is None or not d.is_dust(position):
            worth = instrument.notional(price, abs(position.quantity)).value
            account, name = position.account, position.position_id
            d.emit(
                ev.PositionDust(account, name, position.quantity, worth, report.code, report.reason, d.now)
            )
        return True
    if is_at_market and order.role is Role.TARGET:
        sync(d, position, "dust", finished=leg_name(order))
        return True
    return False


def left_a_crumb(d: Deciding, position: Position) -> bool:
    """See to what a fill has left that is less than one lot: no order can trade it, and none may wait for it
    (a venue has taken its fee in units, X30)."""
    position = d.position(position)
    if d.in_lots(position):
        return False
    worth = d.instrument_of(position).notional(_price(d, position), abs(position.quantity)).value
    account, name = position.account, position.position_id
    reason = "Less than one lot is left."
    d.emit(ev.PositionDust(account, name, position.quantity, worth, "lot", reason, d.now))
    for order in d.exits_in_flight(position):
        d.ask_cancel(order, "dust")
    if position.bracket is not None:
        # What guards it guards nothing now: left as it was, the next start would find that out.
        sync(d, position, "dust")
    return True


def _price(d: Deciding, position: Position) -> Price:
    quote = d.book.marks.get(position.symbol)
    instrument = d.instrument_of(position)
    return market_of(position, quote) if quote else Price(entry_price_of(position, instrument))


def revived(d: Deciding, position: Position) -> None:
    """The price has risen: what was dust is guarded again as its plan says."""
    if position.dust is None or d.is_dust(position):
        return
    worth = d.instrument_of(position).notional(_price(d, position), abs(position.quantity)).value
    d.emit(ev.DustGone(position.account, position.position_id, worth, d.now))
    if position.bracket is not None or not position.plan.is_empty:
        sync(d, position, "dust")


def is_only_dust(d: Deciding, position: Position) -> bool:
    """Whether nothing is left of it but dust: no order waits either."""
    return position.is_open and d.is_dust(position) and not d.book.orders_of(position)


def is_scrap_free(d: Deciding, position: Position) -> bool:
    """Whether what no other exit has spoken for is less than the venue trades, while more is held: alone it
    would only be refused, and it goes with the rest."""
    free = unspoken(d, position) if is_enforced(position) else d.free_to_exit(position)
    is_part = 0 < free < d.in_lots(position)
    return is_part and d.instrument_of(position).is_too_small(free, _price(d, position))


def small_refusal(d: Deciding, position: Position) -> ev.Refusal:
    """Why dust cannot be closed."""
    instrument = d.instrument_of(position)
    least = max(instrument.quantity_min, instrument.lot_size)
    is_by_worth = bool(instrument.notional_min) and abs(position.quantity) >= least
    text = (
        f"{plain(abs(position.quantity))} {position.symbol} is dust: the venue trades no less than "
        f"{plain(instrument.notional_min if is_by_worth else least)} "
        f"{instrument.quote if is_by_worth else instrument.base}. "
        "It goes with the next order that adds to it, and can be closed when it is worth more."
    )
    return ev.Refusal("dust", text, "size", plain(abs(position.quantity)))
