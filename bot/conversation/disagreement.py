"""A symbol about which book and venue disagree, in a person's words: the same on its alert and elsewhere."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.screen import Button, look
from bot.conversation.telling import quantity_text
from bot.conversation.wording import Wording
from trading.domain.freezing import LIQUIDATION, Frozen
from trading.domain.instrument import Instrument

CHOICES = ("adopt", "close", "ignore")
"""In the order of the buttons."""


def signed(wording: Wording, instrument: Instrument, quantity: Decimal) -> str:
    """`0.15 BTC`, `-2 contracts`: shorts are negative, as the venue says them."""
    sign = "-" if quantity < 0 else ""
    return sign + quantity_text(wording, instrument, quantity)


def orders_named(frozen: Frozen) -> str:
    """`#2, #5`."""
    return ", ".join(f"#{number}" for number in frozen.lost)


def choices(wording: Wording, frozen: Frozen) -> tuple[Button, ...]:
    """A button for each thing that can be done; each shows its card, and the card asks."""
    if frozen.reason == LIQUIDATION:
        return (look(wording.say("reconcile.seen"), "reconcile", f"{frozen.symbol} ignore"),)
    # What is missing at the venue cannot be closed there.
    offered = [one for one in CHOICES if one != "close" or frozen.held * frozen.difference > 0]
    say, symbol = wording.say, frozen.symbol
    return tuple(look(say(f"reconcile.{one}"), "reconcile", f"{symbol} {one}") for one in offered)
