"""The two buttons with which a person says what became of an order: the same on the alert and on `/doubt`."""

from __future__ import annotations

from bot.conversation.screen import Button, look, row
from bot.conversation.telling import order_name
from bot.conversation.wording import Wording
from trading.domain.order import Order


def choice_buttons(wording: Wording, order: Order, *, named: bool = False) -> tuple[Button, ...]:
    """It is there, it is not there: each opens its review card. `named`: with the order's number."""
    name = order_name(order)
    head = f"{name} · " if named else ""
    return row(
        look(head + wording.say("doubt.there"), "doubt", f"{name} there on {order.account}"),
        look(head + wording.say("doubt.absent"), "doubt", f"{name} absent on {order.account}"),
    )
