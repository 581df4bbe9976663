"""What a venue said about an order: the status moves, fills are booked, the guard is brought in line."""

from __future__ import annotations

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.book import is_live
from trading.domain.decide.addition import promised_by
from trading.domain.decide.adoption import filled_event, of_another, told_before
from trading.domain.decide.bracketed import ends_with, entry_over, follow_plan, is_too_early, may_wake
from trading.domain.decide.closing import look_again, press_on, start_flatten
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.doubt import absent
from trading.domain.decide.dust import left_a_crumb, refused_as_small
from trading.domain.decide.freezing import sent_in_silence, turned_up
from trading.domain.decide.gaps import go_on, is_of_now, passed
from trading.domain.decide.legs import check_cover, exit_now, is_enforced, sync
from trading.domain.decide.pulled import go_back_when_due, lost, not_held
from trading.domain.decide.swap import is_plain_close, step
from trading.domain.decide.watched import seems_gone, time_came
from trading.domain.dust import TOO_SMALL
from trading.domain.exits import ExitPlan
from trading.domain.ids import CommandId
from trading.domain.naming import REPLACED, is_being_renamed, is_superseded, ours
from trading.domain.order import (
    LEG_ROLES,
    NOT_FREE,
    STOP_PASSED,
    THROTTLED,
    Evidence,
    Order,
    OrderStatus,
    OrderType,
    Role,
    status_after,
)
from trading.domain.position import Position
from trading.domain.request import Answer, RequestKind, RequestStatus, request_after


def venue_said(d: Deciding, report: rp.BrokerReport | rp.Sent) -> None:
    """Take a venue's report. Of an order that is not ours only the fills count: they changed what is held."""
    report = ours(d.book, report)
    order = d.book.order_of_client_id(report.client_order_id)
    if order is None or order.is_foreign:
        of_another(d, report, order)
        return
    if isinstance(report, rp.Accepted | rp.Replaced):
        d.standing.add(order.order_id)
    match report:
        case rp.Accepted():
            _accepted(d, order, report)
        case rp.FillReported():
            filled(d, order, report)
        case rp.Rejected():
            _rejected(d, order, report)
            # What was refused would be refused again at once: ask what is left, and go on after a pause.
            step(d, _position(d, order))
            look_again(d, order.account)
            return
        case rp.Silent(request=RequestKind.SUBMIT):
            if _can(order, Evidence.SILENCE):
                d.emit(ev.OrderInDoubt(order.account, order.order_id, report.reason, d.now))
                sent_in_silence(d, order)
                check_cover(d, _position(d, order))
                d.then(fx.Resolve(order.account, order.client_order_id))
            elif order.is_open:
                # It is known to have been there; whether it is still is what nobody knows.
                d.then(fx.Resolve(order.account, order.client_order_id))
        case rp.Sent() | rp.Silent() | rp.CancelTaken() | rp.CancelRefused() | rp.ReplaceRefused():
            _answered(d, order, report)
            if d.order(order).is_open or not order.is_open:
                return
        case rp.CanceledReported():
            _canceled(d, order, report)
        case rp.ExpiredReported():
            _ended(d, order, Evidence.EXPIRED, "expired")
        case rp.Replaced():
            _replaced(d, order, report)
        case _:
            absent(d, order, report)
    # A timer rings once: what barred its exit's way, or filled after it, is seen to here.
    time_came(d, rp.TimeCame(order.account, d.now, order.position_id))
    step(d, _position(d, order))
    go_back_when_due(d, _position(d, order))
    press_on(d, order.account)


_Answered = rp.Sent | rp.Silent | rp.CancelTaken | rp.CancelRefused | rp.ReplaceRefused


def _answered(d: Deciding, order: Order, report: _Answered) -> None:
    """What became of a request. The order's status does not move: the venue is asked about that."""
    kind, answer = _news_of(report)
    request = order.request(kind)
    if request is None or request_after(request.status, answer) is None or not order.is_open:
        return
    if request.status is RequestStatus.AMBIGUOUS:
        return  # the venue is being asked already, and its word will be newer than this
    account, order_id, now = order.account, order.order_id, d.now
    match report:
        case rp.Sent():
            d.emit(ev.RequestSent(account, order_id, kind, report.at))
            return
        case rp.CancelTaken():
            d.emit(ev.CancelTaken(account, order_id, now))
        case _ if kind is RequestKind.CANCEL:
            is_silent = answer is Answer.SILENCE
            d.emit(ev.CancelFailed(account, order_id, report.reason, now, is_silent))
        case _:
            is_silent = answer is Answer.SILENCE or order.is_growing_again
            d.emit(ev.ReplaceFailed(account, order_id, report.reason, now, is_silent))
            _kept_its_terms(d, order)
    # Neither a refusal nor silence proves that the order lives (X25), nor does a cancel that was taken
    # prove that it has ended; and asking for the same again at once finds out nothing.
    d.then(fx.Resolve(account, order.client_order_id))


def _news_of(report: _Answered) -> tuple[RequestKind, Answer]:
    match report:
        case rp.Sent():
            return report.request, Answer.SENT
        case rp.Silent():
            return report.request, Answer.SILENCE
        case rp.CancelTaken():
            return RequestKind.CANCEL, Answer.TAKEN
        case rp.CancelRefused():
            return RequestKind.CANCEL, Answer.REFUSED
        case _:
            return RequestKind.REPLACE, Answer.REFUSED


def _can(order: Order, evidence: Evidence) -> bool:
    return status_after(order.status, evidence) is not None


def _position(d: Deciding, order: Order) -> Position:
    found = d.book.position(order.position_id)
    assert found is not None, f"no position {order.position_id}"
    return found


def _accepted(d: Deciding, order: Order, report: rp.Accepted) -> None:
    if order.status in (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT):
        d.emit(ev.OrderAccepted(order.account, order.order_id, report.venue_order_id, d.now, report.sent_at))
        cancel = order.request(RequestKind.CANCEL)
        if order.role in LEG_ROLES and (cancel is None or cancel.status is not RequestStatus.ACKED):
            # What is held may have changed while the order was on its way.
            sync(d, _position(d, order), "resize")
        else:
            # A cancel may have been taken while nobody knew whether there was anything to cancel.
            _stands(d, d.order(order))
        return
    if order.status is OrderStatus.NOT_PLACED:
        # The person was told that nothing of it is there, and may have sent it anew: it must not stay.
        d.emit(ev.OrderAccepted(order.account, order.order_id, report.venue_order_id, d.now, report.sent_at))
        turned_up(d, order)
        now = d.book.order(order.order_id)
        assert now is not None
        d.ask_cancel(now, "turned_up")
        return
    if not order.is_open:
        return
    _stands(d, order)


def _stands(d: Deciding, order: Order) -> None:
    """The venue was asked and holds the order: what does that say of what we asked for?"""
    change, cancel = order.request(RequestKind.REPLACE), order.request(RequestKind.CANCEL)
    is_too_large = order.group and order.is_leg and order.remaining > abs(_position(d, order).quantity)
    if not (order.is_change_failed or is_too_large) and (cancel is None or cancel.status.is_owed):
        return
    if change is not None and change.status is RequestStatus.AMBIGUOUS:
        # Its new terms would have been told before: it was not carried out.
        d.emit(ev.ReplaceFailed(order.account, order.order_id, "the order is as it was", d.now))
        if _kept_its_terms(d, order):
            return
    if cancel is not None and cancel.status is RequestStatus.ACKED:
        d.emit(ev.CancelFailed(order.account, order.order_id, "taken, and the order still stands", d.now))
    # It stands although it should be gone, or not where it should: that is asked for again.
    order = d.order(order)
    follow_plan(d, _position(d, order))
    if order.is_leg and (_position(d, order).is_open or may_wake(d, order)):
        sync(d, _position(d, order), "resize", is_settled=True)
        order = d.order(order)
        cancel = order.request(RequestKind.CANCEL)
        if cancel is not None and cancel.status is RequestStatus.AMBIGUOUS:
            # It is wanted again: what nobody answered was not carried out, and is owed no more.
            d.emit(ev.CancelFailed(order.account, order.order_id, "the order stands", d.now))
    elif order.is_cancel_failed:
        d.ask_cancel(order, "again")


def _kept_its_terms(d: Deciding, order: Order) -> bool:
    """A change was not carried out. Whether what had filled before was all of it: then it is over."""
    if d.order(order).is_open:
        return False
    if _position(d, order).is_open:
        sync(d, _position(d, order), "resize", finished=_finished(d, order), is_settled=True)
    return True


def _finished(d: Deciding, order: Order) -> str:
    """The name of the target that the order has filled completely; nothing when there is none."""
    now = d.order(order)
    return leg_name(now) if now.role is Role.TARGET and now.status is OrderStatus.FILLED else ""


def filled(d: Deciding, order: Order, report: rp.FillReported) -> None:
    """Book a fill, once, and see to what guards the position now. One that a person has adopted already, as a
    difference, moves nothing: the order is known to have filled, and at which price."""
    if report.fill_id in order.fill_ids or is_too_early(d, order, report.quantity):
        return
    report, contained = told_before(d, order, report)
    held_by = d.book.position(contained.position_id) if contained is not None else None
    position = held_by or _booked_to(d, order)
    is_stray = position.position_id != order.position_id
    instrument = d.instrument_of(position)
    was_open = position.is_open
    is_late = not order.is_open
    d.emit(filled_event(position, order, report, instrument, is_late=is_late, contained=contained))
    if order.status is OrderStatus.NOT_PLACED:
        turned_up(d, order)
    after = d.position(position)
    if not order.is_open or (order.attached and after.is_open and not d.order(order).is_open):
        # It was done here, and part of it lives: what does the venue say of the rest? What is attached lives
        # as long as anything is held.
        d.then(fx.Resolve(order.account, order.client_order_id))
    if not after.is_open:
        if was_open:
            _closed(d, after, instrument.currency)
        return
    turned = position.quantity * after.quantity
    # More of an exit that has gone beyond flat already is no position that anybody wanted.
    is_more = not (order.is_entry or is_stray) and abs(after.quantity) > abs(position.quantity)
    if turned < 0 or (turned == 0 and not order.is_entry) or (is_more and after.plan.is_empty):
        _overshot(d, after)
        left_a_crumb(d, after)
        return
    if left_a_crumb(d, after):
        return
    finished = "" if is_stray or order.attached else _finished(d, order)
    promised = promised_by(d, order)
    after = d.position(position)
    if after.plan.is_empty and after.bracket is None:
        return
    sync(
        d,
        after,
        "fill",
        fresh_targets=bool(promised.targets),
        fresh_stop=promised.stop is not None,
        finished=finished,
        anchored=order.is_entry,
        reopened=not was_open,
    )


def _booked_to(d: Deciding, order: Order) -> Position:
    """The position that a fill changes: its order's own, or the one that took that one's place. A venue nets
    what it holds in a symbol, so that a late fill of a closed position belongs to the one that is open."""
    own = _position(d, order)
    newest = d.book.current_position(order.account, order.symbol)
    if own.is_open or newest is None or newest.position_id == own.position_id or not is_live(newest):
        return own
    return newest


def _overshot(d: Deciding, position: Position) -> None:
    """More was sold than was held (the venue said so, so it is true): the rest goes at once (X29, X38)."""
    if not position.plan.is_empty:
        d.emit(ev.PlanSet(position.account, position.position_id, ExitPlan(), None, "overshoot", d.now))
    waits = d.may_be_gone(position) and not is_enforced(position)
    if waits or not exit_now(d, position, Role.FLATTEN, "overshoot"):
        _trade_back(d, position)  # once it is known what the venue holds of it
    # What guarded the other side of it guards nothing of this one: its levels are beyond their price already.
    sync(d, position, "overshoot", reopened=True)


def _trade_back(d: Deciding, position: Position) -> None:
    start_flatten(d, position.account, CommandId("overshoot"), [d.position(position)], is_panic=False)


def _closed(d: Deciding, position: Position, currency: str) -> None:
    d.emit(
        ev.PositionClosed(
            position.account,
            position.position_id,
            position.symbol,
            position.last_exit,
            position.realised,
            position.fees,
            currency,
            d.now,
        )
    )
    for order in d.book.orders_of(position):
        if not ends_with(d, position, order):
            d.ask_cancel(order, "flat", is_new=True)


def _rejected(d: Deciding, order: Order, report: rp.Rejected) -> None:
    if not _can(order, Evidence.REJECTED):
        return
    d.emit(ev.OrderRejected(order.account, order.order_id, report.code, report.reason, d.now))
    entry_over(d, order)
    position = _position(d, order)
    if not position.is_open or (report.code in TOO_SMALL and refused_as_small(d, order, report)):
        return
    seems_gone(d, order, report.code)
    if report.code == NOT_FREE and order.is_leg:
        sync(d, position, "resize")  # its venue has refused nothing: it waits for its turn once more
        return
    if report.code == THROTTLED and (order.is_leg or is_plain_close(order, position)):
        # It says nothing about the order: the same again, once the venue listens (X06).
        if order.is_leg:
            sync(d, position, "resize")
        else:
            exit_now(d, position, order.role, order.role.value, order.quantity)
        return
    if order.is_leg:
        if order.role is Role.STOP and report.code == STOP_PASSED:
            # The price is beyond it (RELIABILITY X33). An earlier one says nothing about that of now.
            if not is_of_now(d, position, order):
                sync(d, position, "resize")
            elif not passed(d, position):
                exit_now(d, position, Role.STOP, "sl")
            return
        is_plain = order.type is OrderType.STOP and not (order.group or order.attached)
        if order.role is Role.STOP and is_plain and report.code not in TOO_SMALL:
            sync(d, position, "resize")  # once more, as a stop-limit (X34)
        else:
            not_held(d, position, order)
    elif order.role is Role.FLATTEN and d.account(order.account).flattening is None:
        _trade_back(d, position)  # however often that is refused


def _canceled(d: Deciding, order: Order, report: rp.CanceledReported) -> None:
    if is_superseded(order, report.venue_order_id):
        return  # a change has taken the place of what ended: the order lives under its newest name (X27)
    if order.is_open and report.venue_order_id and (is_being_renamed(order) or report.reason == REPLACED):
        # Perhaps the other half of a change whose answer is still to come.
        d.then(fx.Resolve(order.account, order.client_order_id))
        return
    if order.is_open and report.filled is not None and report.filled > order.filled:
        # Fills of it are still on their way: what is left is known once they are here.
        cancel = order.request(RequestKind.CANCEL)
        if cancel is not None and cancel.status.is_owed:
            # This is the answer, and no other comes: an order of which one is owed is not looked after.
            d.emit(ev.CancelTaken(order.account, order.order_id, d.now))
        d.then(fx.Resolve(order.account, order.client_order_id))
    else:
        _ended(d, order, Evidence.CANCELED, report.reason)


def _ended(d: Deciding, order: Order, evidence: Evidence, reason: str) -> None:
    if not order.is_open or not _can(order, evidence):
        return
    asked = order.is_canceling
    if evidence is Evidence.EXPIRED:
        d.emit(ev.OrderExpired(order.account, order.order_id, d.now))
    else:
        was_added_to = _position(d, order)
        if asked and order.is_entry and was_added_to.last_exit and not was_added_to.is_open:
            # Nobody asked: it went because there was nothing left to add to.
            reason = "flat"
        d.emit(ev.OrderCanceled(order.account, order.order_id, reason, d.now))
    entry_over(d, order)
    position = _position(d, order)
    if not position.is_open:
        return
    bracket = position.bracket
    if order.collar is not None:
        go_on(d, position, order, asked=asked)
        sync(d, position, "resize")
        return
    if order.is_leg and bracket is not None:
        leg = bracket.leg(leg_name(order))
        rests = leg is not None and not leg.is_done and bracket.rests(leg)
        served = rests and leg is not None and leg.order_id == order.order_id
        if served and not asked and reason not in ("oco", "reduce_only"):
            lost(d, position, order, reason)
            return
    sync(d, position, "resize")


def _replaced(d: Deciding, order: Order, report: rp.Replaced) -> None:
    is_full = order.attached and order.status is OrderStatus.FILLED
    if not (order.is_open or (is_full and report.quantity > order.filled)):
        return
    terms = (report.quantity, report.limit_price, report.stop_price, report.reason)
    d.emit(ev.OrderReplaced(order.account, order.order_id, *terms, d.now, report.venue_order_id))
    position = _position(d, order)
    if order.is_entry:
        follow_plan(d, position)
    if position.is_open and order.role in LEG_ROLES:
        sync(d, position, "resize", finished=_finished(d, order), is_settled=not report.reason)
