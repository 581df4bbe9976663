"""What the venue of an account would do with an order, said before anybody presses."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.retelling import because
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from trading.domain import commands as cm
from trading.domain.book import Account
from trading.domain.decide.entry import EntryPlan
from trading.domain.exits import ExitPlan
from trading.domain.ids import ClientOrderId, OrderId
from trading.domain.instrument import Instrument
from trading.domain.ladder import guard_of
from trading.domain.mode import PAPER
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, Role, Side
from trading.domain.position import Position

_NOT_YET = "card"


def refused_entry(tools: Tools, asked: Asked, account: Account, plan: EntryPlan) -> Screen | None:
    """Why the venue takes no such entry; None when it would."""
    command = plan.command
    order = Order(
        OrderId(_NOT_YET),
        ClientOrderId(_NOT_YET),
        account.account,
        plan.position_id,
        command.seen.instrument.symbol,
        plan.side,
        command.order_type,
        plan.quantity,
        Role.ENTRY,
        limit_price=plan.limit_price,
        stop_price=plan.stop_price,
        time_in_force=command.time_in_force,
        expires_at=command.expires_at,
        post_only=command.post_only,
        reference_price=plan.quote.mid,
    )
    return _refused(tools, asked, account, order, command.seen.instrument)


def refused_close(
    tools: Tools,
    asked: Asked,
    account: Account,
    position: Position,
    command: cm.ClosePosition,
    quantity: Quantity,
    prices: tuple[Price | None, Price | None],
) -> Screen | None:
    """Why the venue takes no such order to close; None when it would."""
    order = Order(
        OrderId(_NOT_YET),
        ClientOrderId(_NOT_YET),
        account.account,
        position.position_id,
        position.symbol,
        Side.SELL if position.is_long else Side.BUY,
        command.order_type,
        quantity,
        Role.CLOSE,
        limit_price=prices[0],
        stop_price=prices[1],
        time_in_force=command.time_in_force,
        expires_at=command.expires_at,
        post_only=command.post_only,
        reduce_only=True,
    )
    return _refused(tools, asked, account, order, command.seen.instrument)


def refused_change(
    tools: Tools, asked: Asked, account: Account, order: Order, command: cm.ModifyOrder
) -> Screen | None:
    """Why the venue does not take an order that waits as it would be then; None when it would."""
    changed = replace(
        order,
        quantity=command.quantity if command.quantity is not None else order.quantity,
        limit_price=command.limit_price if command.limit_price is not None else order.limit_price,
        stop_price=command.stop_price if command.stop_price is not None else order.stop_price,
        # It stands there as it is: only what is to be changed is in question.
        group="",
        attached=False,
    )
    return _refused(tools, asked, account, changed, command.seen.instrument, "modify.venue_refuses")


def guard_phrase(wording: Wording, account: Account, exits: ExitPlan) -> str:
    """Who carries these exits out at the account's venue; empty at the desk's own, and without exits."""
    if account.venue == PAPER or not (exits.targets or exits.stop or exits.trail or exits.break_even):
        return ""
    return wording.say(f"exit.by.{guard_of(account.exits, exits).value}")


def _refused(
    tools: Tools,
    asked: Asked,
    account: Account,
    order: Order,
    instrument: Instrument,
    phrase: str = "card.venue_refuses",
) -> Screen | None:
    sentence = tools.venues.foreseen(order, instrument) if tools.venues is not None else ""
    if not sentence:
        return None
    why = because(asked.wording, sentence)
    return refusal(asked, phrase, account=account.label or account.account, why=why)
