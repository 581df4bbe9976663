"""What each event does to a book. Total and choiceless: whatever was decided or happened is taken in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.apply_account import of_account
from trading.domain.apply_bot import hear
from trading.domain.apply_exits import after_exits, bare_no_more, with_exit, with_refusal
from trading.domain.apply_freezing import with_adopted, with_moved, with_send, with_told
from trading.domain.apply_guard import apply_guard
from trading.domain.asking import OrderEvent, with_requests
from trading.domain.book import Account, Book, RecentEntry
from trading.domain.ids import OrderId
from trading.domain.ledger import effect_of, moved_by
from trading.domain.money import ZERO, Quantity
from trading.domain.order import Evidence, Order, status_after
from trading.domain.position import Position

RECENT = timedelta(seconds=60)
RECENT_MAX = 200


def apply(book: Book, event: ev.Event) -> None:
    """Take `event` into `book`."""
    match event:
        case ev.OrderIntended() | ev.OrderAdopted():
            _taken_up(book, event)
        case ev.OrderFilled():
            _filled(book, event)
        case ev.OrderAccepted():
            order = _order(book, event.order_id)
            with_send(book, order, is_silent=False)
            named = order.renamed(event.venue_order_id)
            accepted = replace(named, sent_at=event.sent_at, taken_at=event.at)
            _move(book, accepted, Evidence.ACCEPTED, event)
        case (
            ev.OrderRejected()
            | ev.OrderInDoubt()
            | ev.OrderNotPlaced()
            | ev.OrderCanceled()
            | ev.OrderExpired()
        ):
            _ended_or_doubted(book, event)
        case ev.DoubtEscalated() | ev.DoubtAnswered():
            _doubted(book, event)
        case (
            ev.CancelRequested()
            | ev.CancelTaken()
            | ev.CancelFailed()
            | ev.ReplaceRequested()
            | ev.RequestSent()
        ):
            order = _order(book, event.order_id)
            book.put_order(with_requests(order, order, event)[0])
        case ev.OrderReplaced() | ev.ReplaceFailed():
            _replaced(book, event)
        case (
            ev.PlanSet()
            | ev.BracketSet()
            | ev.ExitTriggered()
            | ev.TrailMoved()
            | ev.PositionUncovered()
            | ev.PositionCovered()
            | ev.SwapBegun()
            | ev.SwapEnded()
            | ev.StopMissing()
            | ev.PositionDust()
            | ev.DustGone()
            | ev.GapFound()
            | ev.GapReminded()
            | ev.GapSettled()
            | ev.StopPulled()
            | ev.PullSettled()
        ):
            position = _position(book, event.position_id)
            _put(book, position, after_exits(position, event))
        case ev.AccountOpened():
            book.accounts[event.account] = Account(
                event.account, event.owner, event.venue, event.mode, event.currency, event.label
            )
        case ev.CashMoved():
            _book_lines(book, _account(book, event.account), event.bookings)
        case ev.InstrumentListed():
            book.instruments[(event.account, event.instrument.symbol)] = event.instrument
        case (
            ev.HaltChanged()
            | ev.MaintenanceChanged()
            | ev.LockoutSet()
            | ev.PersonLocked()
            | ev.LimitRaiseAsked()
            | ev.LimitRaiseDropped()
            | ev.LimitChanged()
            | ev.RiskWarned()
            | ev.RoleSet()
            | ev.ModeSet()
        ):
            apply_guard(book, event)
        case ev.PositionClosed() | ev.CommandDenied() | ev.Noticed() | ev.OpinionGiven():
            pass  # told to people and kept for `/why`; the book already knows
        case _:
            book.accounts[event.account] = of_account(_account(book, event.account), event)
    hear(book, event)


_Ending = ev.OrderRejected | ev.OrderInDoubt | ev.OrderNotPlaced | ev.OrderCanceled | ev.OrderExpired

_EVIDENCE: dict[type[_Ending], Evidence] = {
    ev.OrderRejected: Evidence.REJECTED,
    ev.OrderInDoubt: Evidence.SILENCE,
    ev.OrderNotPlaced: Evidence.ABSENCE_PROVEN,
    ev.OrderCanceled: Evidence.CANCELED,
    ev.OrderExpired: Evidence.EXPIRED,
}


def _ended_or_doubted(book: Book, event: _Ending) -> None:
    reason = getattr(event, "reason", "") or getattr(event, "proof", "")
    order = _order(book, event.order_id)
    if isinstance(event, ev.OrderInDoubt | ev.OrderRejected):
        with_send(book, order, is_silent=isinstance(event, ev.OrderInDoubt))
    if isinstance(event, ev.OrderNotPlaced):
        order = replace(order, absence=event.evidence)
    if isinstance(event, ev.OrderRejected):
        order = replace(order, refusal=event.code)
        book.put_position(with_refusal(_position(book, order.position_id), order, event.at))
    _move(book, order, _EVIDENCE[type(event)], event, reason)


def _doubted(book: Book, event: ev.Doubting) -> None:
    order = _order(book, event.order_id)
    if isinstance(event, ev.DoubtEscalated):
        book.put_order(replace(order, escalated_at=event.at))
    elif event.is_there:
        book.put_order(order.renamed(event.venue_order_id))
    else:
        _move(book, order, Evidence.ABSENCE_PROVEN, event, f"not there, says {event.by}")


def _account(book: Book, account: str) -> Account:
    found = book.account(account)  # type: ignore[arg-type]  # events carry AccountId; str only for brevity
    assert found is not None, f"no account {account}"
    return found


def _order(book: Book, order_id: OrderId) -> Order:
    found = book.order(order_id)
    assert found is not None, f"no order {order_id}"
    return found


def _position(book: Book, position_id: str) -> Position:
    found = book.position(position_id)  # type: ignore[arg-type]  # events carry PositionId
    assert found is not None, f"no position {position_id}"
    return found


def reserved_notional(book: Book, order: Order) -> Decimal:
    """What an open entry may still add to exposure, at its limit or the price that the gate saw."""
    if not order.is_entry or not order.is_open:
        return ZERO
    price = order.limit_price or order.stop_price or order.reference_price or ZERO
    instrument = book.instrument(order.account, order.symbol)
    multiplier = instrument.multiplier if instrument else Decimal(1)
    return order.remaining * price * multiplier


def _store_order(book: Book, before: Order | None, after: Order) -> None:
    """Put an order and keep the account's reservation and the position's list of open orders in step."""
    book.put_order(after)
    change = reserved_notional(book, after) - (reserved_notional(book, before) if before else ZERO)
    if change:
        account = _account(book, after.account)
        book.accounts[after.account] = replace(account, reserved=account.reserved + change)
    if (before is None or before.is_open) != after.is_open or before is None:
        position = _position(book, after.position_id)
        others = tuple(o for o in position.order_ids if o != after.order_id)
        book.put_position(replace(position, order_ids=(*others, after.order_id) if after.is_open else others))


def _move(book: Book, order: Order, evidence: Evidence, event: OrderEvent, reason: str = "") -> None:
    before = _order(book, order.order_id)
    status = status_after(order.status, evidence)
    assert status is not None, f"{order.order_id}: {order.status} cannot take {evidence}"
    after = replace(order, status=status, reason=reason or order.reason)
    _store_order(book, before, with_requests(before, after, event)[0])


def _taken_up(book: Book, event: ev.OrderIntended | ev.OrderAdopted) -> None:
    """An order that was not in the book before: ours, or another hand's."""
    if isinstance(event, ev.OrderAdopted):
        _adopted(book, event)
    else:
        _intended(book, event)


def _adopted(book: Book, event: ev.OrderAdopted) -> None:
    """An order of another hand, with one fill more than before."""
    known = book.order(event.order.order_id)
    if known is not None:
        book.put_order(replace(known, quantity=event.order.quantity))
    else:
        _begun(book, event.order, event)
    if event.adopted is not None:
        book.accounts[event.account] = with_adopted(_account(book, event.account), event.adopted)


def _intended(book: Book, event: ev.OrderIntended) -> None:
    order = event.order
    _begun(book, order, event)
    if order.is_entry:
        account = _account(book, order.account)
        since = event.at - RECENT
        # The rate limit refuses long before the bound; it only keeps a desk without limits small.
        kept = [r for r in account.recent[-RECENT_MAX:] if r.at > since]
        kept.append(RecentEntry(order.symbol, order.side.sign > 0, order.quantity, event.at))
        book.accounts[order.account] = replace(account, recent=tuple(kept))
    elif order.leg or order.role.value in ("stop", "trail"):
        _attach(book, order)


def _begun(book: Book, order: Order, event: ev.OrderIntended | ev.OrderAdopted) -> None:
    """An order's first state, with its position when it opens one."""
    key = (order.account, order.symbol)
    position = book.position(order.position_id)
    if position is None:
        position = Position(
            order.position_id, order.account, order.symbol, tag=order.tag, command_id=order.command_id
        )
        book.current[key] = order.position_id
        book.position_counts[key] = book.position_count(*key) + 1
    sent = book.order(position.swap.exit_id) if position.swap and position.swap.exit_id else None
    position = with_exit(position, sent, order)
    book.put_position(replace(position, order_count=position.order_count + 1))
    # Another hand's order was never asked for by us.
    ours = with_requests(None, order, event)[0] if isinstance(event, ev.OrderIntended) else order
    _store_order(book, None, ours)
    account = _account(book, order.account)
    book.accounts[order.account] = replace(account, order_count=account.order_count + 1)


def _attach(book: Book, order: Order) -> None:
    """Remember which order serves a leg."""
    position = _position(book, order.position_id)
    if position.bracket is None:
        return
    name = leg_name(order)
    legs = tuple(replace(x, order_id=order.order_id) if x.name == name else x for x in position.bracket.legs)
    book.put_position(replace(position, bracket=replace(position.bracket, legs=legs)))


def leg_name(order: Order) -> str:
    """The leg that an exit order serves: `tp1`, `sl`, `trail`, `time`; empty for others."""
    match order.role.value:
        case "target":
            return f"tp{order.leg}"
        case "stop":
            return "sl"
        case "trail":
            return "trail"
        case "time":
            return "time"
        case _:
            return ""


def _exit_name(order: Order) -> str:
    """What took a piece: a leg, `close`, `external`."""
    return "external" if order.is_foreign else leg_name(order) or order.role.value


def _replaced(book: Book, event: ev.OrderReplaced | ev.ReplaceFailed) -> None:
    before = _order(book, event.order_id)
    _store_order(book, before, with_requests(before, after_replaced(before, event), event)[0])


def after_replaced(before: Order, event: ev.OrderReplaced | ev.ReplaceFailed) -> Order:
    """The order with its new terms, or with those that it keeps."""
    if isinstance(event, ev.ReplaceFailed):
        return before if event.is_silent else replace(before, status=before.status_unchanged)
    return replace(
        before.renamed(event.venue_order_id),
        quantity=event.quantity,
        limit_price=event.limit_price,
        stop_price=event.stop_price,
        status=before.status_at(event.quantity),
    )


def _book_lines(book: Book, account: Account, lines: tuple[ev.Booking, ...]) -> None:
    sums = {"cash": ZERO, "capital": ZERO, "realised": ZERO, "fees": ZERO}
    for line in lines:
        if line.book in sums:
            sums[line.book] += line.value
    book.accounts[account.account] = replace(
        account,
        cash=account.cash + sums["cash"],
        capital=account.capital - sums["capital"],
        realised=account.realised - sums["realised"],
        fees=account.fees + sums["fees"],
    )


def _put(book: Book, before: Position, after: Position) -> None:
    """Store a position; for how long it was without its stop is added up for its account, too."""
    lasted_s = after.unprotected_s - before.unprotected_s
    if lasted_s:
        account = _account(book, after.account)
        book.accounts[account.account] = replace(
            account,
            unprotected_s=account.unprotected_s + lasted_s,
            unprotected_worst_s=max(account.unprotected_worst_s, lasted_s),
        )
    book.put_position(after)


def _filled(book: Book, event: ev.OrderFilled) -> None:
    before = _order(book, event.order_id)
    instrument = book.instrument(event.account, before.symbol)
    assert instrument is not None
    value = event.quantity * event.price * instrument.multiplier
    moved = moved_by(event.quantity, event.fee_base, before.side)
    worth = moved * event.price * instrument.multiplier
    after = after_fill(before, event, value)
    position = held = _position(book, event.position_id)
    effect = effect_of(event, position, instrument, before.side)
    account = _account(book, event.account)
    book.accounts[event.account] = replace(
        account, exposure=account.exposure - abs(position.cost) + abs(effect.cost)
    )
    _book_lines(book, _account(book, event.account), event.bookings)
    signed, account = moved * before.side.sign, _account(book, event.account)
    if event.contained is None:
        book.accounts[event.account] = with_moved(account, position.symbol, signed, event.at)
        position = _position_after(position, before, event, effect.quantity, effect.cost, moved, worth)
    else:
        book.accounts[event.account] = with_told(account, event.contained, signed)
        position = _after_told(position, before, event, effect.cost)
    _put(book, held, position)
    _store_order(book, before, with_requests(before, after, event)[0])


def after_fill(before: Order, event: ev.OrderFilled, value: Decimal) -> Order:
    """The order with one fill more, which moved `value` (price × quantity × multiplier)."""
    filled = Quantity(before.filled + event.quantity)
    is_whole = filled >= before.quantity_at_most  # a change that nobody has answered may have enlarged it
    status = status_after(before.status, Evidence.FILL_WHOLE if is_whole else Evidence.FILL_PART)
    assert status is not None, "a fill is always true"
    return replace(
        before,
        filled=filled,
        cost=before.cost + value,
        fee=before.fee + event.fee,
        status=status,
        fill_ids=(*before.fill_ids, event.fill_id),
    )


def _after_told(position: Position, order: Order, event: ev.OrderFilled, cost: Decimal) -> Position:
    """The position with the fill that an adopted difference contained: only what it cost is another."""
    return replace(
        position,
        cost=cost,
        realised=position.realised + event.realised,
        fees=position.fees + event.fee,
        entry_cost=position.entry_cost + (abs(cost) - abs(position.cost) if order.is_entry else ZERO),
    )


def _position_after(
    position: Position,
    order: Order,
    event: ev.OrderFilled,
    quantity: Decimal,
    cost: Decimal,
    moved: Decimal,
    worth: Decimal,
) -> Position:
    """`moved`: how many units came or went, unsigned; `worth`: what they were traded for."""
    entered = order.is_entry
    after = replace(
        position,
        quantity=Quantity(quantity),
        cost=cost,
        realised=position.realised + event.realised,
        fees=position.fees + event.fee,
        opened_at=position.opened_at or event.at,
        closed_at=event.at if quantity == 0 else None,
        entry_quantity=Quantity(position.entry_quantity + (moved if entered else ZERO)),
        entry_cost=position.entry_cost + (worth if entered else ZERO),
        last_exit=position.last_exit if entered else _exit_name(order),
        dust=None,
    )
    if quantity == 0:
        return replace(bare_no_more(after, event.at), swap=None, pulled=None, gap=None)
    return after
