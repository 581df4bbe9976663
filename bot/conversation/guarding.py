"""What is asked about a position's guard, in a person's words: the same on its alert and on `/guard`."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.screen import Button, look, row
from bot.conversation.wording import Wording
from trading.domain.money import HUNDRED
from trading.domain.position import Position, Pulled

GAP_CHOICES = ("exit", "reanchor", "leave")
"""In the order of the buttons."""


def gap_percent(stop: Decimal, price: Decimal) -> Decimal:
    """How far beyond its stop a price lies, in percent of the stop."""
    return (abs(price - stop) / stop * HUNDRED).quantize(Decimal("0.01"))


def pulled_legs(wording: Wording, pulled: Pulled) -> str:
    """`stop`, `stop, trail`."""
    return ", ".join(wording.say(f"guard.leg.{name}") for name in pulled.legs)


def pulled_choices(wording: Wording, position: Position) -> tuple[Button, ...]:
    """Put it back, leave it away. Putting back does it; leaving asks once more."""
    where = f"{position.symbol} {{}} on {position.account}"
    return row(
        look(wording.say("guard.back"), "guard", where.format("back")),
        look(wording.say("guard.leave"), "guard", where.format("leave")),
    )


def gap_choices(wording: Wording, position: Position) -> tuple[Button, ...]:
    """Out, a new stop, or nothing: each opens its card."""
    say = wording.say
    labels = {"exit": say("guard.exit"), "reanchor": say("guard.reanchor"), "leave": say("guard.gap_leave")}
    where = f"{position.symbol} {{}} on {position.account}"
    return row(*(look(labels[choice], "guard", where.format(choice)) for choice in GAP_CHOICES))
