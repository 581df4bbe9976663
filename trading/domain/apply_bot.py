"""What events do to bots: their own, and those of the orders that they have placed."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain import events_bot as eb
from trading.domain.automation import (
    BOT_CHANGES_KEPT,
    BOT_LOG_KEPT,
    Automation,
    BotChange,
    BotStatus,
    Heard,
    HeardKind,
)
from trading.domain.book import Account, Book
from trading.domain.ids import AccountId

_KINDS: dict[type[ev.Event], HeardKind] = {
    ev.OrderAccepted: HeardKind.TAKEN,
    ev.OrderRejected: HeardKind.REFUSED,
    ev.OrderNotPlaced: HeardKind.ENDED,
    ev.OrderFilled: HeardKind.FILLED,
    ev.OrderCanceled: HeardKind.ENDED,
    ev.OrderExpired: HeardKind.ENDED,
}


_ENDS: dict[type[ev.Event], str] = {ev.OrderNotPlaced: "not_placed", ev.OrderExpired: "expired"}
"""Why an order ended whose event does not say it in a word."""


def apply_bot(account: Account, event: eb.BotEvent) -> Account:
    """The account after an event of one of its bots."""
    bots = account.bots
    match event:
        case eb.BotStarted():
            bots = replace(bots.with_bot(event.bot), count=event.bot.number)
        case eb.BotDropped():
            bots = bots.without(event.bot_id)
        case _:
            bot = bots.of_id(event.bot_id)
            assert bot is not None, "what happens to a bot happens before it is deleted"
            bots = bots.with_bot(_after(bot, event))
    return replace(account, bots=bots)


def _after(
    bot: Automation, event: eb.BotMoved | eb.BotHeard | eb.BotTold | eb.BotEdited | eb.BotEnded
) -> Automation:
    match event:
        case eb.BotMoved():
            return replace(
                bot,
                version=event.version,
                state=event.state,
                heard=bot.heard[event.heard :],
                later=event.later,
                guard=event.guard,
                closing=event.closing,
                log=(*bot.log, *event.notes)[-BOT_LOG_KEPT:],
            )
        case eb.BotHeard():
            return replace(bot, heard=(*bot.heard, event.heard))
        case eb.BotTold():
            told = Heard(HeardKind.TOLD, event.at, code=event.wish, sentence=event.reason)
            return replace(bot, wish=event.wish, reason=event.reason, heard=(*bot.heard, told))
        case eb.BotEdited():
            change = BotChange(bot.settings, event.by, event.at)
            heard = (*bot.heard, Heard(HeardKind.EDITED, event.at))
            changes = (*bot.changes, change)[-BOT_CHANGES_KEPT:]
            return replace(bot, settings=event.settings, changes=changes, heard=heard)
        case _:
            # Nobody listens any more: what it left behind is the person's.
            return replace(
                bot,
                status=event.status,
                code=event.code,
                reason=event.sentence,
                ended_at=event.at,
                heard=(),
                later=(),
            )


def hear(book: Book, event: ev.Event) -> None:
    """What becomes of a bot's orders, and of the position that it holds, waits until the bot has heard it."""
    kind = _KINDS.get(type(event))
    if kind is not None:
        _of_order(book, event, kind)
    elif isinstance(event, ev.FlatProven):
        account = book.account(event.account)
        for bot in account.bots.every if account is not None else ():
            if bot.closing and bot.status is BotStatus.ACTIVE:
                _wait(book, event.account, bot, Heard(HeardKind.FLAT, event.at, bot.closing))


def _of_order(book: Book, event: ev.Event, kind: HeardKind) -> None:
    order = book.order(getattr(event, "order_id"))  # noqa: B009 - all events of `_KINDS` have it
    assert order is not None, "an order that something happened to is known"
    account = book.account(order.account)
    if account is None or not account.bots.every:
        return
    bot = account.bots.in_symbol(order.symbol)
    if bot is None or bot.status is not BotStatus.ACTIVE:
        return
    # An order of another life of a bot is not its own, whatever it was called.
    serves = order.serves if order.command_id == bot.cause(order.serves) else ""
    if not serves and kind is not HeardKind.FILLED:
        return
    heard = Heard(kind, event.at, serves, order.role.value, order_id=order.order_id, side=order.side)
    if isinstance(event, ev.OrderFilled):
        heard = replace(
            heard,
            fill_id=event.fill_id,
            price=event.price,
            quantity=event.quantity,
            fee=event.fee,
            fee_base=event.fee_base,
        )
    elif isinstance(event, ev.OrderRejected):
        heard = replace(heard, code=event.code, sentence=event.reason)
    elif kind is HeardKind.ENDED:
        code = event.reason if isinstance(event, ev.OrderCanceled) else _ENDS[type(event)]
        heard = replace(heard, code=code, quantity=order.filled)
    _wait(book, order.account, bot, heard)


def _wait(book: Book, account_id: AccountId, bot: Automation, heard: Heard) -> None:
    account = book.account(account_id)
    assert account is not None
    newer = replace(bot, heard=(*bot.heard, heard))
    book.accounts[account.account] = replace(account, bots=account.bots.with_bot(newer))
