"""Double entry: what a fill does to cash, position, realised P&L and fees. Every set sums to zero.

Books are signed: `cash` and `position:*` are assets; `realised`, `fees`, `capital` carry the opposite
sign, so that each event's lines cancel (source: ordinary double-entry bookkeeping with signed accounts).
"""

from __future__ import annotations

from decimal import Decimal

from trading.domain.events import Booking, OrderFilled
from trading.domain.freezing import Adopted
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.domain.order import Side
from trading.domain.position import Position, cost_share


class FillEffect:
    """A fill's effect on a position: the new signed quantity and cost, what it realised, its bookings."""

    __slots__ = ("bookings", "closed_quantity", "cost", "quantity", "realised")

    def __init__(
        self,
        quantity: Decimal,
        cost: Decimal,
        realised: Decimal,
        closed_quantity: Decimal,
        bookings: tuple[Booking, ...],
    ) -> None:
        self.quantity = quantity
        self.cost = cost
        self.realised = realised
        self.closed_quantity = closed_quantity
        self.bookings = bookings


def fill_effect(
    position: Position, instrument: Instrument, side: Side, quantity: Decimal, price: Decimal, fee: Decimal
) -> FillEffect:
    """What `quantity` at `price` does to `position`.

    A fill against the position first takes its rounded share of the cost (the rest keeps the remainder,
    RULINGS 10); what goes beyond flat opens the other way: the venue said so, the ledger accepts it.
    """
    signed = quantity * side.sign
    closing = min(quantity, abs(position.quantity)) if position.quantity * side.sign < 0 else ZERO
    opening = quantity - closing
    realised = ZERO
    cost = position.cost
    moved = ZERO  # change of the position's book at cost
    if closing:
        share = cost_share(position.cost, position.quantity, closing)
        # Selling a long brings price × quantity against its cost; covering a short the other way round:
        # both are signed the same way, because a short's quantity and cost are negative.
        proceeds = closing * price * instrument.multiplier * -side.sign
        realised = proceeds - share
        cost -= share
        moved -= share
    if opening:
        added = opening * price * instrument.multiplier * side.sign
        cost += added
        moved += added
    lines = _fill_lines(instrument, position.symbol, moved, realised, fee)
    return FillEffect(position.quantity + signed, cost, realised, closing, lines)


def _fill_lines(
    instrument: Instrument, symbol: str, moved: Decimal, realised: Decimal, fee: Decimal
) -> tuple[Booking, ...]:
    """`moved`: the change of the position's book at cost."""
    currency = instrument.currency
    lines: list[Booking] = []
    if instrument.is_future:
        # Margined: the contract costs nothing, only gains and losses move cash.
        cash = realised - fee
    else:
        cash = realised - moved - fee
        if moved:
            lines.append(Booking(f"position:{symbol}", moved, currency))
    if cash:
        lines.append(Booking("cash", cash, currency))
    if realised:
        lines.append(Booking("realised", -realised, currency))
    if fee:
        lines.append(Booking("fees", fee, currency))
    assert not sum((line.value for line in lines), ZERO), "bookings of a fill must cancel"
    return tuple(lines)


def told_effect(
    position: Position,
    instrument: Instrument,
    side: Side,
    quantity: Decimal,
    price: Decimal,
    fee: Decimal,
    adopted: Adopted,
) -> FillEffect:
    """What a fill does to `position` whose quantity an adopted difference has booked already, at its price.

    Nothing to what is held. The difference of the prices belongs to the cost of what the fill has opened and
    is still held, and is realised for the rest.
    """
    sign = side.sign
    paid_more = (price - adopted.price) * instrument.multiplier * sign
    held = min(max(position.quantity * sign, ZERO), max(adopted.left * sign, ZERO), quantity)
    moved = held * paid_more
    if held and (position.cost + moved) * sign <= 0:
        # Partial closes took their share of the guessed price: what is held never costs less than nothing.
        moved = ZERO
    realised = moved - quantity * paid_more
    lines = _fill_lines(instrument, position.symbol, moved, realised, fee)
    return FillEffect(position.quantity, position.cost + moved, realised, ZERO, lines)


def moved_by(quantity: Decimal, fee_base: Decimal, side: Side) -> Decimal:
    """By how much a fill changes what is held, unsigned: what the venue takes of it as its fee never comes,
    or goes beside what was sold."""
    return quantity - side.sign * fee_base


def effect_of(event: OrderFilled, position: Position, instrument: Instrument, side: Side) -> FillEffect:
    """What a fill that was written down does to its position."""
    moved = moved_by(event.quantity, event.fee_base, side)
    terms = (position, instrument, side, moved, event.price, event.fee)
    return told_effect(*terms, event.contained) if event.contained is not None else fill_effect(*terms)


def deposit(amount: Decimal, currency: str) -> tuple[Booking, ...]:
    """Money that came from outside: never profit."""
    return (Booking("cash", amount, currency), Booking("capital", -amount, currency))
