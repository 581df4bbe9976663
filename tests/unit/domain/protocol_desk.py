"""The desk's side of the small worlds: what the product's two machines make of each happening.

Beside it stands, said anew and without the table, what may become of a request.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.unit.domain.contracts import NOW, PAPER
from trading.domain import events as ev
from trading.domain.apply import after_fill
from trading.domain.asking import OrderEvent, with_requests
from trading.domain.ids import FillId, VenueOrderId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import DONE, Evidence, Order, OrderStatus, status_after
from trading.domain.reports import Liquidity
from trading.domain.request import Request, RequestKind, RequestStatus

S, E = OrderStatus, Evidence


class Broken(AssertionError):
    """A world that must not be."""


def _event(order: Order, evidence: Evidence) -> OrderEvent:
    account, order_id = order.account, order.order_id
    match evidence:
        case E.ACCEPTED:
            return ev.OrderAccepted(account, order_id, VenueOrderId("V"), NOW)
        case E.REJECTED:
            return ev.OrderRejected(account, order_id, "code", "no", NOW)
        case E.SILENCE:
            return ev.OrderInDoubt(account, order_id, "nobody answered", NOW)
        case E.CANCELED:
            return ev.OrderCanceled(account, order_id, "requested", NOW)
        case E.EXPIRED:
            return ev.OrderExpired(account, order_id, NOW)
        case _:
            return ev.OrderNotPlaced(account, order_id, "proof", NOW)


Made = tuple[Order, tuple[Request, ...]]


def _heard(order: Order, evidence: Evidence) -> Made:
    """What evidence that is no fill makes of it; what the table has no step for changes nothing."""
    status = status_after(order.status, evidence)
    if status is None:
        return order, ()
    return with_requests(order, replace(order, status=status), _event(order, evidence))


def _filled(order: Order) -> Made:
    fill = f"fill-{len(order.fill_ids) + 1}"
    one, price = Quantity(Decimal(1)), Price(Decimal(1))
    event = ev.OrderFilled(
        PAPER, order.order_id, order.position_id, FillId(fill), one, price, ZERO, "USD", Liquidity.TAKER,
        ZERO, (), NOW,
    )  # fmt: skip
    return with_requests(order, after_fill(order, event, Decimal(1)), event)


def made_of(order: Order, happening: str) -> Order:
    """What the product makes of one happening; its requests have moved as they may."""
    account, order_id = order.account, order.order_id
    match happening:
        case "fill":
            after, moved = _filled(order)
        case "submit sent" | "cancel sent":
            kind = RequestKind(happening.split()[0])
            after, moved = with_requests(order, order, ev.RequestSent(account, order_id, kind, NOW))
        case "cancel":
            after, moved = with_requests(order, order, ev.CancelRequested(account, order_id, "person", NOW))
        case "taken":
            after, moved = with_requests(order, order, ev.CancelTaken(account, order_id, NOW))
        case "refused" | "unanswered":
            is_silent = happening == "unanswered"
            failed = ev.CancelFailed(account, order_id, "no", NOW, is_silent)
            after, moved = with_requests(order, order, failed)
        case _:
            after, moved = _heard(order, E(happening))
    _check_requests(order, happening, after, moved)
    if happening != "cancel":
        return after
    # How often it was asked is no matter here, and would make worlds without end.
    cancel = after.request(RequestKind.CANCEL)
    assert cancel is not None
    others = tuple(one for one in after.requests if one is not cancel)
    return replace(after, requests=(*others, replace(cancel, number=2, attempt=1)), request_count=2)


# ---------------------------------------------------------------- what becomes of requests, said anew

NEWS = {
    RequestKind.SUBMIT: {
        "sent": ("submit sent",),
        "taken": ("accepted", "fill", "canceled", "expired"),
        "refused": ("rejected",),
        "silence": ("silence",),
        "settled": ("absence_proven",),
    },
    RequestKind.CANCEL: {
        "sent": ("cancel sent",),
        "taken": ("taken", "canceled"),
        "refused": ("refused",),
        "silence": ("unanswered",),
        "settled": ("cancel",),
    },
}
"""Which happening is what kind of news to which kind of request."""


def _check_requests(order: Order, happening: str, after: Order, moved: tuple[Request, ...]) -> None:
    if happening == "absence_proven" and order.status is not S.IN_DOUBT:
        happening = ""  # nobody doubted it: no news
    now = {request.number: request for request in (*after.requests, *moved)}
    for old in order.requests:
        new = now.get(old.number)
        became = new.status if new is not None else old.status
        news = [name for name, all_of in NEWS[old.kind].items() if happening in all_of]
        if after.status in DONE and old.kind is RequestKind.CANCEL and not news:
            news = ["settled"]
        wanted = _wanted(old.status, news[0] if news else "")
        if became is not wanted:
            was = f"the {old.kind} was {old.status}, then {happening}"
            raise Broken(f"{was}: it is {became}, and should be {wanted}")


def _wanted(status: RequestStatus, news: str) -> RequestStatus:
    r = RequestStatus
    if status is r.INTENDED and news == "sent":
        return r.SENT
    if status in (r.INTENDED, r.SENT):
        return {
            "taken": r.ACKED, "refused": r.REFUSED, "silence": r.AMBIGUOUS, "settled": r.RESOLVED
        }.get(news, status)  # fmt: skip
    if status is r.AMBIGUOUS and news in ("taken", "refused", "settled"):
        return r.RESOLVED
    return r.REFUSED if status is r.ACKED and news == "refused" else status
