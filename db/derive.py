"""What each event does to the derived tables: folding, without a database. Statuses follow from events alone.

The order rows keep the domain's own `Order`, moved as the book moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from db.codec import micros
from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain import events_timed as et
from trading.domain.apply import after_fill, after_replaced
from trading.domain.asking import OrderEvent, with_requests
from trading.domain.ids import PositionId
from trading.domain.money import ZERO, Quantity
from trading.domain.order import Evidence, Order, status_after
from trading.domain.request import Request

ONE = Decimal(1)


class OrderState(Struct, frozen=True, gc=False):
    """An order and where its story began."""

    order: Order
    seq: int
    at: datetime


class Tally(Struct, frozen=True, gc=False):
    """A position as its fills add up. `*_value` is Σ price × quantity, without multiplier, exact."""

    position_id: PositionId
    account: str
    symbol: str
    is_long: bool
    opened_at: datetime
    tag: str
    entry_quantity: Decimal = ZERO
    entry_value: Decimal = ZERO
    exit_quantity: Decimal = ZERO
    exit_value: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    currency: str = ""
    reason: str = ""
    closed_at: datetime | None = None
    closed_seq: int = 0
    command_id: str = ""  # what opened it
    multiplier: Decimal = ONE
    risk_per_unit: Decimal | None = None  # what 1 R means; None as long as no stop was ever set


class State:
    """Rows that are known, by key. The writer keeps one across appends and one staged on top of it."""

    def __init__(self) -> None:
        self.orders: dict[str, OrderState] = {}
        self.tallies: dict[str, Tally] = {}
        self.multipliers: dict[tuple[str, str], Decimal] = {}
        self.totals: dict[tuple[str, str, str], Decimal] = {}
        self.accounts: set[str] = set()  # whose totals and multipliers are loaded


class Staged(State):
    """What one append changes, on top of what is known; thrown away when the append fails."""

    def __init__(self, known: State) -> None:
        super().__init__()
        self.known = known
        self.fills: list[tuple[Any, ...]] = []
        self.bookings: list[tuple[Any, ...]] = []
        self.mentions: list[tuple[str, str, int]] = []
        self.requests: dict[tuple[str, int], tuple[str, Request]] = {}

    def order(self, order_id: str) -> OrderState | None:
        """The order as it is after the events so far."""
        return self.orders.get(order_id) or self.known.orders.get(order_id)

    def tally(self, position_id: str) -> Tally | None:
        """The position as it is after the events so far."""
        return self.tallies.get(position_id) or self.known.tallies.get(position_id)

    def multiplier(self, account: str, symbol: str) -> Decimal:
        """The multiplier of the contract as it was last listed; 1 when it never was."""
        key = (account, symbol)
        return self.multipliers.get(key) or self.known.multipliers.get(key) or ONE

    def book(self, account: str, seq: int, event: str, at: datetime, lines: tuple[ev.Booking, ...]) -> None:
        """Keep booking lines and their running totals."""
        for number, line in enumerate(lines):
            self.bookings.append(
                (account, seq, number, micros(at), event, line.book, line.value, line.currency)
            )
            key = (account, line.book, line.currency)
            before = self.totals.get(key)
            if before is None:
                before = self.known.totals.get(key, ZERO)
            self.totals[key] = before + line.value


STOPS = "!stops"
"""Under which name, which no symbol can have, a stream keeps what stopped its entries."""

_STOPPING = (
    ev.HaltChanged,
    ev.MaintenanceChanged,
    ev.LockoutSet,
    ev.RiskWarned,
    ed.EntriesFrozen,
    ed.EntriesThawed,
)


def fold(staged: Staged, stream: str, seq: int, event: ev.Event) -> None:
    """Take one event in. Events of orders that were never intended here change no row."""
    subject = _subject(event)
    if subject:
        staged.mentions.append((stream, subject, seq))
    folder = _FOLDERS.get(type(event))
    if folder is not None:
        folder(staged, seq, event)


def _subject(event: Any) -> str:
    """What an event is about: ids grow from their cause, so the order's id holds position and symbol."""
    order_id = getattr(event, "order_id", None)
    if order_id is not None:
        return str(order_id)
    position_id = getattr(event, "position_id", None)
    if position_id is not None:
        return str(position_id)
    if isinstance(event, ev.OrderIntended | ev.OrderAdopted):
        return event.order.order_id
    if type(event) is ev.CommandDenied and event.symbol:
        return f"{event.account}/{event.symbol}"
    if type(event) is ev.InstrumentListed:
        return f"{event.account}/{event.instrument.symbol}"
    if isinstance(event, ev.SymbolFrozen):
        return f"{event.account}/{event.frozen.symbol}"
    if isinstance(event, ev.SymbolThawed | ev.DriftIgnored):
        return f"{event.account}/{event.symbol}"
    if isinstance(event, _STOPPING):
        return f"{event.account}/{STOPS}"
    return _subject_of_timed(event)


def _subject_of_timed(event: Any) -> str:
    """Alerts belong to their symbol; a recurring order is a subject of its own."""
    match event:
        case et.AlertSet() | et.AlertEnded() | et.AlertEscalated():
            return f"{event.account}/{event.alert.symbol}"
        case et.AlertFired():
            return f"{event.account}/{event.symbol}"
        case et.AlertDropped():
            return event.alert_id
        case et.ScheduleSet():
            return event.recurring.schedule_id
        case et.SchedulePaused() | et.ScheduleDropped() | et.ScheduleRan() | et.ScheduleMissed():
            return event.schedule_id
        case _:
            return ""


def _intended(staged: Staged, seq: int, event: ev.OrderIntended) -> None:
    order, moved = with_requests(None, event.order, event)
    staged.orders[order.order_id] = OrderState(order, seq, event.at)
    _keep_requests(staged, order, moved)


def _adopted(staged: Staged, seq: int, event: ev.OrderAdopted) -> None:
    known = staged.order(event.order.order_id)
    if known is None:
        staged.orders[event.order.order_id] = OrderState(event.order, seq, event.at)
        return
    order = replace(known.order, quantity=event.order.quantity)
    staged.orders[order.order_id] = OrderState(order, known.seq, known.at)


def _put(staged: Staged, state: OrderState, changed: Order, event: OrderEvent) -> None:
    order, moved = with_requests(state.order, changed, event)
    staged.orders[order.order_id] = OrderState(order, state.seq, state.at)
    _keep_requests(staged, order, moved)


def _keep_requests(staged: Staged, order: Order, moved: tuple[Request, ...]) -> None:
    for request in moved:
        staged.requests[(order.order_id, request.number)] = (order.account, request)


def _move(staged: Staged, event: Any, evidence: Evidence, **changes: Any) -> None:
    state = staged.order(event.order_id)
    if state is None:
        return
    status = status_after(state.order.status, evidence) or state.order.status
    _put(staged, state, replace(state.order, status=status, **changes), event)


def _because(staged: Staged, event: Any, reason: str, evidence: Evidence, **changes: Any) -> None:
    if reason:
        changes["reason"] = reason
    _move(staged, event, evidence, **changes)


def _accepted(staged: Staged, _seq: int, event: ev.OrderAccepted) -> None:
    state = staged.order(event.order_id)
    if state is not None:
        named = state.order.renamed(event.venue_order_id)
        names = {"venue_order_id": named.venue_order_id, "older_venue_ids": named.older_venue_ids}
        _move(staged, event, Evidence.ACCEPTED, sent_at=event.sent_at, taken_at=event.at, **names)


def _rejected(staged: Staged, _seq: int, event: ev.OrderRejected) -> None:
    _because(staged, event, event.reason, Evidence.REJECTED, refusal=event.code)


def _in_doubt(staged: Staged, _seq: int, event: ev.OrderInDoubt) -> None:
    _because(staged, event, event.reason, Evidence.SILENCE)


def _not_placed(staged: Staged, _seq: int, event: ev.OrderNotPlaced) -> None:
    _because(staged, event, event.proof, Evidence.ABSENCE_PROVEN)


def _doubt_answered(staged: Staged, _seq: int, event: ev.DoubtAnswered) -> None:
    if not event.is_there:
        _because(staged, event, f"not there, says {event.by}", Evidence.ABSENCE_PROVEN)
        return
    state = staged.order(event.order_id)
    if state is not None and event.venue_order_id:
        # Where to look, not what was found: no request moves.
        order = state.order.renamed(event.venue_order_id)
        staged.orders[order.order_id] = OrderState(order, state.seq, state.at)


def _canceled(staged: Staged, _seq: int, event: ev.OrderCanceled) -> None:
    _because(staged, event, event.reason, Evidence.CANCELED)


def _expired(staged: Staged, _seq: int, event: ev.OrderExpired) -> None:
    _move(staged, event, Evidence.EXPIRED)


_Asking = ev.CancelRequested | ev.CancelTaken | ev.CancelFailed | ev.ReplaceRequested | ev.RequestSent


def _asked(staged: Staged, _seq: int, event: _Asking) -> None:
    """What we ask for and what is said to it moves no order."""
    state = staged.order(event.order_id)
    if state is not None:
        _put(staged, state, state.order, event)


def _replaced(staged: Staged, _seq: int, event: ev.OrderReplaced | ev.ReplaceFailed) -> None:
    state = staged.order(event.order_id)
    if state is not None:
        _put(staged, state, after_replaced(state.order, event), event)


def _filled(staged: Staged, seq: int, event: ev.OrderFilled) -> None:
    staged.book(event.account, seq, "OrderFilled", event.at, event.bookings)
    state = staged.order(event.order_id)
    if state is None:
        return
    value = event.quantity * event.price
    multiplier = staged.multiplier(event.account, state.order.symbol)
    order = after_fill(state.order, event, value * multiplier)
    _put(staged, state, order, event)
    staged.fills.append(
        (
            event.account,
            seq,
            micros(event.at),
            order.symbol,
            order.side.value,
            event.quantity,
            event.price,
            event.fee,
            event.currency,
            event.realised,
            order.client_order_id,
            order.order_id,
            event.position_id,
            event.fill_id,
            order.role.value,
            order.tag,
        )
    )
    _tally_fill(staged, event, order, value)


def _tally_fill(staged: Staged, event: ev.OrderFilled, order: Order, value: Decimal) -> None:
    tally = staged.tally(event.position_id)
    if tally is None:
        is_long = (order.side.sign > 0) == order.is_entry
        tally = Tally(
            event.position_id,
            event.account,
            order.symbol,
            is_long,
            event.at,
            order.tag,
            command_id=order.command_id,
            multiplier=staged.multiplier(event.account, order.symbol),
        )
    quantity = event.quantity
    common: dict[str, Any] = {
        "realised": tally.realised + event.realised,
        "fees": tally.fees + event.fee,
        "currency": event.currency,
    }
    if event.contained is None:
        common |= {"closed_at": None, "closed_seq": 0}
    else:
        # It is counted already, at the price that it was adopted at, and opens nothing again.
        quantity, value = Quantity(ZERO), value - event.quantity * event.contained.price
    if order.is_entry:
        tally = replace(
            tally,
            entry_quantity=tally.entry_quantity + quantity,
            entry_value=tally.entry_value + value,
            **common,
        )
    else:
        tally = replace(
            tally,
            exit_quantity=tally.exit_quantity + quantity,
            exit_value=tally.exit_value + value,
            **common,
        )
    staged.tallies[event.position_id] = tally


def _bracket_set(staged: Staged, _seq: int, event: ev.BracketSet) -> None:
    """What 1 R means, as the bracket last said; that its exits are gone takes nothing back."""
    tally, risk = staged.tally(event.position_id), event.bracket.risk_per_unit
    if tally is not None and risk is not None and risk != tally.risk_per_unit:
        staged.tallies[event.position_id] = replace(tally, risk_per_unit=risk)


def _closed(staged: Staged, seq: int, event: ev.PositionClosed) -> None:
    tally = staged.tally(event.position_id)
    if tally is not None:
        staged.tallies[event.position_id] = replace(
            tally,
            realised=event.realised,
            fees=event.fees,
            currency=event.currency,
            reason=event.reason,
            closed_at=event.at,
            closed_seq=seq,
        )


def _cash_moved(staged: Staged, seq: int, event: ev.CashMoved) -> None:
    staged.book(event.account, seq, "CashMoved", event.at, event.bookings)


def _listed(staged: Staged, _seq: int, event: ev.InstrumentListed) -> None:
    staged.multipliers[(event.account, event.instrument.symbol)] = event.instrument.multiplier


_FOLDERS: dict[type, Callable[[Staged, int, Any], None]] = {
    ev.OrderIntended: _intended,
    ev.OrderAdopted: _adopted,
    ev.OrderAccepted: _accepted,
    ev.OrderRejected: _rejected,
    ev.OrderInDoubt: _in_doubt,
    ev.OrderNotPlaced: _not_placed,
    ev.DoubtAnswered: _doubt_answered,
    ev.OrderFilled: _filled,
    ev.OrderCanceled: _canceled,
    ev.OrderExpired: _expired,
    ev.CancelRequested: _asked,
    ev.CancelTaken: _asked,
    ev.CancelFailed: _asked,
    ev.ReplaceRequested: _asked,
    ev.ReplaceFailed: _replaced,
    ev.RequestSent: _asked,
    ev.OrderReplaced: _replaced,
    ev.BracketSet: _bracket_set,
    ev.PositionClosed: _closed,
    ev.CashMoved: _cash_moved,
    ev.InstrumentListed: _listed,
}
