"""How long an order took, as one dim line: pressed, sent, taken by the venue, filled."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.screen import Line, dim, line
from bot.conversation.wording import Wording
from trading.domain.order import Order, OrderType

_FELT = timedelta(milliseconds=1)


def latency_line(wording: Wording, order: Order, filled_at: datetime | None = None) -> Line | None:
    """`pressed 12:00:01 · sent +4 ms · taken +52 ms · filled +60 ms`, all counted from the press.

    None for orders that nobody asked for by hand, and where no time passed at all (replay). When a limit
    order fills says nothing about the desk, so only market orders show it.
    """
    asked_at = order.asked_at
    if asked_at is None:
        return None
    steps = [("latency.sent", order.sent_at), ("latency.taken", order.taken_at)]
    known = [(key, max(timedelta(0), at - asked_at)) for key, at in steps if at is not None]
    if not any(span >= _FELT for _, span in known):
        return None
    if filled_at is not None and order.type is OrderType.MARKET:
        known.append(("latency.filled", max(timedelta(0), filled_at - asked_at)))
    parts = [wording.say("latency.pressed", at=wording.clock(asked_at, seconds=True))]
    parts += [wording.say(key, span=wording.duration(span)) for key, span in known]
    return line(dim(" · ".join(parts)))
