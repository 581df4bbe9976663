"""What has happened to orders at Alpaca, as reports of ours: the same from the stream and from history."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from trading.brokers.alpaca_names import Chain, told
from trading.brokers.alpaca_orders import liquidity_of, side_of
from trading.brokers.alpaca_words import WireOrder
from trading.domain.ids import AccountId, FillId, VenueOrderId
from trading.domain.money import ZERO, Price, Quantity, plain
from trading.domain.reports import (
    BrokerReport,
    CanceledReported,
    CancelRefused,
    ExpiredReported,
    FillReported,
    Rejected,
    Replaced,
    ReplaceRefused,
)


def fill_told(
    account: AccountId, order: WireOrder, chain: Chain, price: Decimal, quantity: Decimal, filled: Decimal,
    at: datetime,
) -> FillReported:  # fmt: skip
    """One fill. Its id is the order's and how much that had filled with it: an update calls an execution by
    one id and an activity by another, and both say these two."""
    return FillReported(
        account=account,
        client_order_id=chain.client_order_id,
        fill_id=FillId(f"{order.id}:{plain(filled)}"),
        quantity=Quantity(quantity),
        price=Price(price),
        fee=ZERO,  # shares trade without one; of coins it is taken later and told with no fill
        liquidity=liquidity_of(order, price),
        at=at.astimezone(UTC),
        venue_order_id=VenueOrderId(order.id),
        symbol=order.symbol,
        side=side_of(order),
    )


def end_told(
    account: AccountId, order: WireOrder, chain: Chain, at: datetime, *, was_asked: bool
) -> BrokerReport | None:
    """How an order has ended otherwise than by filling; None when it has not."""
    cid, at = chain.client_order_id, at.astimezone(UTC)
    if order.status == "canceled":
        reason = order.time_in_force if order.time_in_force in ("ioc", "fok") else "unsaid"
        filled = Quantity(chain.filled_before + order.filled_qty)
        named = VenueOrderId(order.id)
        return CanceledReported(account, cid, "requested" if was_asked else reason, at, filled, named)
    if order.status == "expired":
        return ExpiredReported(account, cid, at)
    if order.status == "rejected":
        return Rejected(account, cid, "refused", "Alpaca has refused the order after taking it.", at)
    return None


def change_told(account: AccountId, order: WireOrder, chain: Chain, at: datetime) -> Replaced:
    """An order as it stands after a change that nobody here has asked for."""
    seen = told(order, chain)
    cid, named = chain.client_order_id, VenueOrderId(order.id)
    return Replaced(
        account, cid, seen.quantity, seen.limit_price, seen.stop_price, "venue", at.astimezone(UTC), named
    )


def refusal_told(account: AccountId, event: str, chain: Chain, at: datetime) -> BrokerReport | None:
    """What the venue had taken and has refused later; None for other events."""
    at = at.astimezone(UTC)
    if event == "order_cancel_rejected":
        return CancelRefused(account, chain.client_order_id, "Alpaca has refused the cancel later.", at)
    if event == "order_replace_rejected":
        return ReplaceRefused(account, chain.client_order_id, "Alpaca has refused the change later.", at)
    return None
