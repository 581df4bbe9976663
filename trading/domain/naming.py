"""A venue may give an order a new name when it is changed, and call it by any of its names (RELIABILITY X27).

Reports that name an order only as the venue does are put into our words here, by the chain of names that the
book keeps. What a superseded name is said of never ends an order: its newest name lives.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId, FillId, VenueOrderId
from trading.domain.order import Order, OrderStatus, Side
from trading.domain.request import RequestKind, RequestStatus

Said = TypeVar("Said", rp.BrokerReport, rp.BrokerReport | rp.Sent)
REPLACED = "replaced"
"""Why a name ended that has a successor, in the words of a venue that gives new names."""
_Naming = rp.Accepted | rp.FillReported | rp.CanceledReported | rp.Replaced


def ours(book: Book, report: Said) -> Said:
    """The report under our client order id, if it names one of our orders as only the venue does."""
    if not isinstance(report, _Naming):
        return report
    cid = our_id(book, report.account, report.client_order_id, report.venue_order_id)
    if cid == report.client_order_id:
        return report
    return replace(report, client_order_id=cid)


def our_id(
    book: Book, account: AccountId, client_order_id: ClientOrderId, venue_order_id: str | None
) -> ClientOrderId:
    """Our id of an order that the venue calls so; what was given when it is none of ours."""
    if not venue_order_id or book.order_of_client_id(client_order_id) is not None:
        return client_order_id
    found = book.order_of_venue_id(account, venue_order_id)
    return client_order_id if found is None else found.client_order_id


def is_superseded(order: Order, venue_order_id: VenueOrderId | None) -> bool:
    """Whether the venue calls the order otherwise by now."""
    return bool(venue_order_id) and venue_order_id in order.older_venue_ids


def is_being_renamed(order: Order) -> bool:
    """Whether a change is on its way, or nobody knows of it: the order may have another name already. One in
    doubt that has a name got it by a change: what it was called before is not known."""
    if order.status is OrderStatus.IN_DOUBT and order.venue_order_id is not None:
        return True
    change = order.request(RequestKind.REPLACE)
    if change is None:
        return False
    return change.status.is_owed or change.status is RequestStatus.AMBIGUOUS


def may_be_called_otherwise(book: Book, account: AccountId, symbol: str, side: Side | None) -> list[Order]:
    """The open orders of ours that may have a name which nobody has told: one is being changed, or was once,
    or a change of it was refused, which proves nothing (nobody may have heard of the one before)."""
    return [
        one
        for one in book.open_orders(account)
        if one.symbol == symbol
        and one.side is side
        and (is_being_renamed(one) or one.is_change_failed or one.older_venue_ids)
    ]


def is_booked(book: Book, account: AccountId, symbol: str, side: Side, fill_id: FillId) -> bool:
    """Whether an order that is remembered has this fill, whatever the venue calls that order now."""
    if any(
        fill_id in one.fill_ids and one.side is side and one.symbol == symbol and one.account == account
        for one in book.orders.values()
    ):
        return True
    return book.parent is not None and is_booked(book.parent, account, symbol, side, fill_id)
