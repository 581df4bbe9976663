"""Every kind of board: positions and the whole desk (board_views.py); here orders, watchlist, account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.conversation.screen import Block, Line, Span, bold, dim, gap, kv, line, title
from bot.conversation.telling import order_name, purpose, quantity_text, side_word, where_it_waits
from bot.conversation.wording import Wording
from bot.notifications.board_views import (
    FEED,
    LISTED_MAX,
    OF_ALL,
    Funds,
    Seen,
    View,
    Watched,
    desk,
    feed,
    positions,
    price_now,
    states,
)


def orders(found: Seen) -> tuple[Block, ...]:
    """Every open order: what, how much, where it waits and what for."""
    wording = found.wording
    blocks: list[Block] = [title(wording.say("board.orders")), states(found)]
    if not found.orders:
        return (*blocks, line(wording.say("orders.none")))
    account = ""
    for order, instrument in found.orders[:LISTED_MAX]:
        if len(found.accounts) > 1 and order.account != account:
            account = order.account
            blocks += [gap(), line(dim(account))]
        head: list[str | Span] = [bold(f"{order_name(order)} {order.symbol}")]
        if instrument is not None:
            size = quantity_text(wording, instrument, order.quantity)
            head.append(f" {side_word(wording, order.side)} {size}")
            second = [where_it_waits(wording, instrument, order), purpose(wording, order)]
            if order.filled:
                filled = quantity_text(wording, instrument, order.filled)
                second.append(wording.say("board.filled", quantity=filled))
            blocks += [line(*head), line("  ", dim(" · ".join(one for one in second if one)))]
        else:
            blocks.append(line(*head))
    if len(found.orders) > LISTED_MAX:
        blocks.append(line(dim(wording.say("board.more", n=len(found.orders) - LISTED_MAX))))
    return tuple(blocks)


def watchlist(found: Seen) -> tuple[Block, ...]:
    """A person's symbols with their prices, and the alerts that wait beside them."""
    wording = found.wording
    blocks: list[Block] = [title(wording.say("board.watchlist"))]
    if not found.watched:
        return (*blocks, line(wording.say("board.watchlist_empty")))
    for one in found.watched:
        blocks += _watched(wording, one)
    return tuple(blocks)


def _watched(wording: Wording, one: Watched) -> list[Line]:
    lines = [line(bold(one.symbol), "  ", *price_now(wording, one))]
    if one.alerts:
        lines.append(line("  ", dim(wording.say("watch.bell", levels=" · ".join(one.alerts)))))
    return lines


def account(found: Seen) -> tuple[Block, ...]:
    """What each account is worth, what today has made of it, and how much of the day's limit is used."""
    blocks: list[Block] = [title(found.wording.say("board.account")), states(found)]
    for one in found.funds[:LISTED_MAX]:
        if len(found.funds) > 1:
            blocks += [gap(), line(dim(one.account))]
        blocks.append(_funds(found.wording, one))
    return tuple(blocks)


def _funds(wording: Wording, one: Funds) -> Block:
    say = wording.say
    used = one.used_percent
    return kv(
        (say("digest.equity"), wording.money(one.equity, one.currency)),
        (say("board.cash"), wording.money(one.cash, one.currency)),
        (say("board.open_result"), wording.pnl(one.unrealised, one.currency)),
        (say("board.today"), wording.pnl(one.day, one.currency)) if one.day is not None else None,
        (say("digest.risk"), say("digest.risk_used", percent=wording.percent(used))) if used else None,
        (say("board.held"), wording.number(Decimal(one.held), 0)),
        (say("board.waiting"), wording.number(Decimal(one.waiting), 0)),
    )


KINDS: Mapping[str, View] = {
    "positions": positions,
    "orders": orders,
    "watchlist": watchlist,
    "account": account,
    OF_ALL: desk,
    FEED: feed,
}
"""Every kind of board by its name; the first is the usual one."""
