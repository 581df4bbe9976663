"""What each event does to the requests of its order: for the book, and for the rows that keep them all."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.order import Order
from trading.domain.request import Answer, Request, RequestKind, RequestStatus, Terms, request_after

OrderEvent = (
    ev.OrderIntended
    | ev.OrderAccepted
    | ev.OrderRejected
    | ev.OrderInDoubt
    | ev.OrderNotPlaced
    | ev.DoubtAnswered
    | ev.OrderFilled
    | ev.OrderCanceled
    | ev.OrderExpired
    | ev.CancelRequested
    | ev.CancelTaken
    | ev.CancelFailed
    | ev.ReplaceRequested
    | ev.OrderReplaced
    | ev.ReplaceFailed
    | ev.RequestSent
)
"""The events that may move a request."""

_OF_SUBMIT: dict[type[OrderEvent], Answer] = {
    ev.OrderAccepted: Answer.TAKEN,
    # Whoever fills, ends or expires an order has taken it.
    ev.OrderFilled: Answer.TAKEN,
    ev.OrderCanceled: Answer.TAKEN,
    ev.OrderExpired: Answer.TAKEN,
    ev.OrderRejected: Answer.REFUSED,
    ev.OrderInDoubt: Answer.SILENCE,
    ev.OrderNotPlaced: Answer.SETTLED,
    ev.DoubtAnswered: Answer.SETTLED,  # "not there", by a person's word
}


def with_requests(before: Order | None, after: Order, event: OrderEvent) -> tuple[Order, tuple[Request, ...]]:
    """`after`, which `event` made of `before`, with the requests that still matter to it, and every request
    that the event moved, also those that matter no more."""
    if type(event) is ev.OrderIntended:
        first = Request(RequestKind.SUBMIT, 1, after.attempt, event.at, event.cause)
        return replace(after, requests=(first,), request_count=1), (first,)
    assert before is not None
    now = _after(before, after, event)
    if now is before.requests and (after.is_open or not now):
        return after, ()
    moved = tuple(request for request in now if request not in before.requests)
    by_kind = {request.kind: request for request in now}  # the newest of a kind is the last
    count = max(before.request_count, now[-1].number)  # a fresh one is the last
    kept = tuple(request for request in by_kind.values() if _matters(request, after))
    was_to_end = after.was_to_end or type(event) is ev.CancelRequested
    return replace(after, requests=kept, request_count=count, was_to_end=was_to_end), moved


def _after(before: Order, after: Order, event: OrderEvent) -> tuple[Request, ...]:
    match event:
        case ev.CancelRequested():
            return _asked(before, RequestKind.CANCEL, event.at, event.cause, None)
        case ev.ReplaceRequested():
            terms = Terms(event.quantity, event.limit_price, event.stop_price)
            return _asked(before, RequestKind.REPLACE, event.at, event.cause, terms)
        case _:
            return _answered(before, after, event)


def _answered(before: Order, after: Order, event: OrderEvent) -> tuple[Request, ...]:
    if not before.requests:
        return before.requests
    match event:
        case ev.RequestSent():
            return _moved(before.requests, event.request, Answer.SENT, event.at)
        case ev.CancelTaken():
            found = _moved(before.requests, RequestKind.CANCEL, Answer.TAKEN, event.at)
        case ev.CancelFailed() | ev.ReplaceFailed():
            kind = RequestKind.CANCEL if type(event) is ev.CancelFailed else RequestKind.REPLACE
            answer = Answer.SILENCE if event.is_silent else Answer.REFUSED
            found = _moved(before.requests, kind, answer, event.at, event.reason)
        case ev.OrderReplaced():
            # What the venue does by itself to members of a group, and to what is attached, is no answer to a
            # change that we asked for.
            is_answer = event.reason not in ("oco", "attached")
            found = before.requests
            if is_answer:
                found = _moved(found, RequestKind.REPLACE, Answer.TAKEN, event.at)
        case _:
            found = _of_submit(before.requests, event)
    return found if after.is_open else _settled(found, event)


def _of_submit(requests: tuple[Request, ...], event: OrderEvent) -> tuple[Request, ...]:
    """The order's own evidence is the answer to its submit."""
    if not any(r.kind is RequestKind.SUBMIT and r.status.is_open for r in requests):
        return requests
    sent_at = event.sent_at if type(event) is ev.OrderAccepted else None
    reason = getattr(event, "reason", "") or getattr(event, "proof", "")
    answer = _OF_SUBMIT[type(event)]
    return _moved(requests, RequestKind.SUBMIT, answer, event.at, reason, sent_at)


def _settled(requests: tuple[Request, ...], event: OrderEvent) -> tuple[Request, ...]:
    """The order is done: a cancel has come about, or there is nothing left to cancel or to change."""
    canceled = Answer.TAKEN if type(event) is ev.OrderCanceled else Answer.SETTLED
    requests = _moved(requests, RequestKind.CANCEL, canceled, event.at)
    return _moved(requests, RequestKind.REPLACE, Answer.SETTLED, event.at)


def _asked(
    order: Order, kind: RequestKind, at: datetime, cause: str, terms: Terms | None
) -> tuple[Request, ...]:
    """One request more. The one of its kind before it is over: whoever asks again has found out why."""
    old = order.request(kind)
    attempt = old.attempt + 1 if old is not None else 1
    fresh = Request(kind, order.request_count + 1, attempt, at, cause, terms=terms)
    return (*_moved(order.requests, kind, Answer.SETTLED, at), fresh)


def _moved(
    requests: tuple[Request, ...],
    kind: RequestKind,
    answer: Answer,
    at: datetime,
    reason: str = "",
    sent_at: datetime | None = None,
) -> tuple[Request, ...]:
    """The requests after `answer` to the one of that kind; the same tuple when it moves nothing."""
    for place, request in enumerate(requests):
        if request.kind is not kind:
            continue
        status = request_after(request.status, answer)
        if status is None:
            return requests
        is_sent = answer is Answer.SENT
        moved = replace(
            request,
            status=status,
            sent_at=request.sent_at or (at if is_sent else sent_at),
            answered_at=request.answered_at if is_sent else at,
            reason=reason or request.reason,
        )
        return (*requests[:place], moved, *requests[place + 1 :])
    return requests


def _matters(request: Request, order: Order) -> bool:
    """Whether later decisions look at it: an answer is owed, or what was asked for has not come about."""
    if not order.is_open:
        return False
    if request.kind is RequestKind.CANCEL:
        return request.status is not RequestStatus.RESOLVED
    return request.status.is_open or (
        request.kind is RequestKind.REPLACE and request.status is RequestStatus.REFUSED
    )
