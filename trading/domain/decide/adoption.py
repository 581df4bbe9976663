"""Another hand at the venue: what it trades is taken over, and never fought (RELIABILITY X37, RULINGS 17)."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import is_live
from trading.domain.decide.closing import press_on
from trading.domain.decide.deciding import Deciding, reduces
from trading.domain.decide.dust import left_a_crumb
from trading.domain.decide.freezing import freeze_symbol
from trading.domain.decide.legs import sync
from trading.domain.exits import ExitPlan
from trading.domain.freezing import LIQUIDATION, Adopted, Frozen, containing
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.ledger import fill_effect, moved_by, told_effect
from trading.domain.money import ZERO, Quantity
from trading.domain.naming import is_booked, may_be_called_otherwise
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Position

TAG = "external"
HAND = "hand"
SURELY_FOREIGN = timedelta(seconds=60)
"""How old a fill of an unknown order may be when done orders of ours have left the memory: orders cannot come
and go so fast that a younger one could be ours."""


def of_another(d: Deciding, report: rp.BrokerReport | rp.Sent, known: Order | None) -> None:
    """Of an order that is not ours only the fills count: book each, once. Where nothing is known of the
    symbol's contract it cannot be booked: the next look finds the difference."""
    if not isinstance(report, rp.FillReported) or (known is not None and report.fill_id in known.fill_ids):
        return
    instrument = d.book.instrument(report.account, report.symbol) or d.context.contract(report.symbol)
    if report.side is None or instrument is None or d.book.account(report.account) is None:
        return
    if known is None and is_booked(d.book, report.account, report.symbol, report.side, report.fill_id):
        return  # one of ours has it, and is told by a name of that order which nobody has heard of (X27)
    if known is None and not report.is_sought and _may_be_ours(d, report):
        d.then(fx.Compare(report.account))  # a look asks first what the venue calls ours by now (X27)
        return
    if known is None and d.book.forgets(report.account) and d.now - report.at > SURELY_FOREIGN:
        return
    account = d.account(report.account)
    contained = containing(account.adopted, report.symbol, report.at)
    if contained is not None:
        _told(d, instrument, report.side, report, known, contained)
    else:
        take_over(d, instrument, report.side, report, known, report.cause or HAND)
    if report.cause == LIQUIDATION:
        held = sum(
            (p.quantity for p in d.book.live_positions(report.account) if p.symbol == report.symbol), ZERO
        )
        freeze_symbol(d, report.account, Frozen(report.symbol, LIQUIDATION, held, held, (), d.now), "")
    press_on(d, report.account)


def _may_be_ours(d: Deciding, fill: rp.FillReported) -> bool:
    return bool(may_be_called_otherwise(d.book, fill.account, fill.symbol, fill.side))


def take_over(
    d: Deciding,
    instrument: Instrument,
    side: Side,
    fill: rp.FillReported,
    known: Order | None,
    reason: str,
    seen_at: datetime | None = None,
) -> None:
    """Book it to the position that is live in the symbol, or to a new one; then see to what guards that.

    The desk's own exits never enlarge what another hand did: what guards a position that is gone is
    canceled, a smaller one gets smaller legs, a larger one larger legs. One that was turned round has
    lost its plan, as has one that a hand opens again. `seen_at`: the fill stands for all that the venue had
    done until then.
    """
    d.list_instrument(fill.account, instrument)
    position = _position(d, fill, instrument)
    grows = position.quantity * side.sign >= 0
    order = _begun(d, position, side, fill, known, Role.ENTRY if grows else Role.CLOSE)
    adopted = None
    if seen_at is not None:
        left = fill.quantity * side.sign
        names = (instrument.symbol, order.order_id, position.position_id)
        adopted = Adopted(*names, left, fill.price, seen_at, side.sign if grows else 0)
    d.emit(ev.OrderAdopted(fill.account, order, reason, d.now, adopted))
    d.emit(filled_event(position, order, fill, instrument))
    _follow(d, position, d.position(position), instrument.currency, grows=grows)


def _told(
    d: Deciding,
    instrument: Instrument,
    side: Side,
    fill: rp.FillReported,
    known: Order | None,
    contained: Adopted,
) -> None:
    """A fill that is in the book already, as a difference that a person has adopted: it is known by its name
    and its price from now on, and what is held stays what it is."""
    d.list_instrument(fill.account, instrument)
    position = d.book.position(contained.position_id) or _position(d, fill, instrument)
    enlarged = side.sign == contained.entry_sign
    order = _begun(d, position, side, fill, known, Role.ENTRY if enlarged else Role.CLOSE)
    d.emit(ev.OrderAdopted(fill.account, order, HAND, d.now))
    d.emit(filled_event(position, order, fill, instrument, contained=contained))
    after = d.position(position)
    if after.is_open and (not after.plan.is_empty or after.bracket is not None):
        sync(d, after, TAG, anchored=enlarged, is_settled=True)


def _begun(
    d: Deciding, position: Position, side: Side, fill: rp.FillReported, known: Order | None, role: Role
) -> Order:
    """The order of another hand with one fill more, as it stands before that is booked."""
    if known is not None and known.position_id == position.position_id:
        order = known
    else:
        order = _order(d, position, side, fill, role)
        # The position that its earlier fills belong to is over; they stay booked there, and known.
        order = replace(order, fill_ids=known.fill_ids if known is not None else ())
    return replace(order, quantity=Quantity(order.filled + fill.quantity))


def filled_event(
    position: Position,
    order: Order,
    fill: rp.FillReported,
    instrument: Instrument,
    *,
    is_late: bool = False,
    contained: Adopted | None = None,
) -> ev.OrderFilled:
    """A fill as it is written down: with what it does to its position, or, when an adopted difference
    contains it, with what its real price makes of the other. A fee in units is booked at the fill's price."""
    fee = fill.fee + instrument.notional(fill.price, fill.fee_base).value
    moved = moved_by(fill.quantity, fill.fee_base, order.side)
    terms = (position, instrument, order.side, moved, fill.price, fee)
    effect = fill_effect(*terms) if contained is None else told_effect(*terms, contained)
    return ev.OrderFilled(
        account=order.account,
        order_id=order.order_id,
        position_id=position.position_id,
        fill_id=fill.fill_id,
        quantity=fill.quantity,
        price=fill.price,
        fee=fee,
        currency=instrument.currency,
        liquidity=fill.liquidity,
        realised=effect.realised,
        bookings=effect.bookings,
        at=fill.at,
        is_late=is_late,
        contained=contained,
        fee_base=fill.fee_base,
    )


def told_before(d: Deciding, order: Order, fill: rp.FillReported) -> tuple[rp.FillReported, Adopted | None]:
    """A fill of an order of ours, and what has booked it already, so that it moves nothing: a difference that
    was adopted, or another hand, under a name of the order that nobody had heard of then (X27). That hand has
    paid its fee."""
    contained = containing(d.account(order.account).adopted, order.symbol, fill.at)
    if contained is not None:
        return fill, contained
    for name in (*order.venue_names, fill.venue_order_id):
        hand = d.book.order_of_client_id(ClientOrderId(name)) if name else None
        if hand is not None and hand.is_foreign and fill.fill_id in hand.fill_ids:
            booked = Adopted(order.symbol, hand.order_id, hand.position_id, ZERO, fill.price, fill.at)
            return replace(fill, fee=ZERO, fee_base=ZERO), booked
    return fill, None


def _position(d: Deciding, fill: rp.FillReported, instrument: Instrument) -> Position:
    symbol = instrument.symbol
    newest = d.book.current_position(fill.account, symbol)
    if newest is not None and is_live(newest):
        return newest
    number = d.book.position_count(fill.account, symbol) + 1
    return Position(PositionId(f"{fill.account}/{symbol}/{number}"), fill.account, symbol, tag=TAG)


def _order(d: Deciding, position: Position, side: Side, fill: rp.FillReported, role: Role) -> Order:
    number = position.order_count + 1
    return Order(
        order_id=OrderId(f"{position.position_id}/hand-{number}"),
        client_order_id=fill.client_order_id,
        account=fill.account,
        position_id=position.position_id,
        symbol=position.symbol,
        side=side,
        type=OrderType.MARKET,
        quantity=fill.quantity,
        role=role,
        tag=TAG,
        intended_at=fill.at,
        status=OrderStatus.WORKING,
        venue_order_id=fill.venue_order_id,
        number=d.account(fill.account).order_count + 1,
        is_foreign=True,
    )


def _follow(d: Deciding, before: Position, after: Position, currency: str, *, grows: bool) -> None:
    """What guards the position now."""
    if not after.is_open:
        d.emit(
            ev.PositionClosed(
                after.account,
                after.position_id,
                after.symbol,
                after.last_exit,
                after.realised,
                after.fees,
                currency,
                d.now,
            )
        )
        for order in d.book.orders_of(after):
            d.ask_cancel(order, "flat")
        return
    if _is_anothers(d, before, after) and not after.plan.is_empty:
        d.emit(ev.PlanSet(after.account, after.position_id, ExitPlan(), None, TAG, d.now))
    _fit(d, after)
    if left_a_crumb(d, after):
        return
    after = d.position(after)
    if not after.plan.is_empty or after.bracket is not None:
        sync(d, after, TAG, anchored=grows, reopened=not before.is_open, is_settled=True)


def _is_anothers(d: Deciding, before: Position, after: Position) -> bool:
    """Whether nothing that is held now is what the plan was made for: it was turned round, or it was over and
    no entry of ours may still fill into it."""
    if before.is_open or before.opened_at is None:
        return before.quantity * after.quantity < 0
    return not any(one.is_entry and one.side.sign * after.quantity > 0 for one in d.book.orders_of(after))


def _fit(d: Deciding, position: Position) -> None:
    """Resting closes that no group binds together may not promise more than is left: the newest go first.
    What guards is made smaller where it stands, or it would be missing meanwhile."""
    found = (one for one in d.exits_in_flight(position) if not one.group)
    orders = [one for one in found if not (one.is_leg and reduces(one, position))]
    spoken = sum((one.remaining for one in orders), ZERO)
    for order in reversed(orders):
        if not reduces(order, position) or spoken > abs(position.quantity):
            spoken -= order.remaining
            d.ask_cancel(order, TAG)
