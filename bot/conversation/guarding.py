"""What is asked about a position's guard, in a person's words: the same on its alert and on `/guard`."""

from __future__ import annotations

from bot.conversation.screen import Button, look, row
from bot.conversation.wording import Wording
from trading.domain.position import Position, Pulled


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
