"""What freezes do to an account: of a symbol, of all entries; silent sends, and what a venue has taught."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain.book import Account, Book
from trading.domain.freezing import ADOPTED_KEPT, Adopted, Freeze, FreezeCause, Ignored
from trading.domain.order import Order, OrderStatus


def with_send(book: Book, order: Order, *, is_silent: bool) -> None:
    """Count sends in a row that nobody answered. The members of a group leave in one send; what is heard of
    an order later is no answer to its send."""
    if order.status is not OrderStatus.SUBMITTING:
        return
    account = book.account(order.account)
    assert account is not None, f"no account {order.account}"
    if not is_silent:
        silent = 0
    elif _is_counted(book, order):
        silent = account.sends_silent
    else:
        silent = account.sends_silent + 1
    if silent != account.sends_silent:
        book.accounts[order.account] = replace(account, sends_silent=silent)


def _is_counted(book: Book, order: Order) -> bool:
    entry = book.order_of_client_id(order.parent) if order.parent else None
    if entry is not None and entry.status is OrderStatus.IN_DOUBT:
        return True
    position = book.position(order.position_id)
    others = book.orders_of(position) if order.group and position is not None else []
    return any(one.group == order.group and one.status is OrderStatus.IN_DOUBT for one in others)


def with_adopted(account: Account, new: Adopted) -> Account:
    """The account with one adopted difference more; only the newest of its symbol are kept."""
    of_symbol = [one for one in account.adopted if one.symbol == new.symbol]
    gone = of_symbol[: max(len(of_symbol) + 1 - ADOPTED_KEPT, 0)]
    return replace(account, adopted=(*(one for one in account.adopted if one not in gone), new))


def with_moved(account: Account, symbol: str, moved: Decimal, filled_at: datetime) -> Account:
    """The account, in a symbol of which a fill of `moved` (signed) was booked: what is known of a difference
    that nobody has settled is old, and one that was left alone no longer holds what the venue had filled
    when it said what it held."""
    if account.frozen_in(symbol) is not None:
        frozen = (replace(one, has_moved=True) if one.symbol == symbol else one for one in account.frozen)
        account = replace(account, frozen=tuple(frozen))
    held = next((one for one in account.ignored if one.symbol == symbol), None)
    if held is None or held.seen_at is None or filled_at > held.seen_at:
        return account
    left = replace(held, difference=held.difference - moved)
    others = tuple(one for one in account.ignored if one is not held)
    return replace(account, ignored=(*others, left) if left.difference else others)


def with_told(account: Account, adopted: Adopted, told: Decimal) -> Account:
    """The account, of whose adopted difference a fill explains `told` (signed)."""
    kept = (
        replace(one, left=one.left - told) if one.order_id == adopted.order_id else one
        for one in account.adopted
    )
    return replace(account, adopted=tuple(kept))


def apply_freezing(account: Account, event: ev.FreezeEvent | ed.Freezing) -> Account:
    """The account with one freeze more or less, or with what it has learned of its venue."""
    match event:
        case ev.SymbolFrozen():
            others = tuple(one for one in account.frozen if one.symbol != event.frozen.symbol)
            return replace(account, frozen=(*others, event.frozen))
        case ev.SymbolThawed():
            return replace(account, frozen=tuple(one for one in account.frozen if one.symbol != event.symbol))
        case ev.DriftIgnored():
            kept = tuple(one for one in account.ignored if one.symbol != event.symbol)
            if event.difference:
                kept = (*kept, Ignored(event.symbol, event.difference, event.seen_at))
            return replace(account, ignored=kept)
        case ed.EntriesFrozen():
            freeze = Freeze(event.cause, event.at, event.detail)
            return replace(account, freezes=(*account.freezes, freeze))
        case ed.EntriesThawed():
            left = tuple(one for one in account.freezes if one.cause is not event.cause)
            silent = 0 if event.cause is FreezeCause.SENDS else account.sends_silent
            return replace(account, freezes=left, sends_silent=silent)
        case ed.VisibilityRaised() if event.is_conditional:
            return replace(account, visibility_conditional_s=event.visibility_s)
        case ed.VisibilityRaised():
            return replace(account, visibility_s=event.visibility_s)
        case _:
            return account
