"""One order's own events as short lines: what was asked, what the venue answered, how long each took."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.conversation.handling import Asked
from bot.conversation.retelling import because
from bot.conversation.screen import Line, Span, dim, line
from bot.conversation.telling import price_phrase, quantity_text
from bot.conversation.wording import Wording
from trading.domain import events as ev
from trading.domain.instrument import Instrument
from trading.domain.money import Money
from trading.domain.order import Order
from trading.domain.request import Request
from trading.ports import StoredEvent

LINES_MAX = 30


def story_lines(
    asked: Asked, instrument: Instrument, order: Order, events: Sequence[StoredEvent]
) -> list[Line]:
    """A line for each event of the order, oldest first; of a long story the newest."""
    wording = asked.wording
    lines: list[Line] = []
    for stored in events:
        event: Any = stored.event
        if type(event) not in _KEYS or _order_id(event) != order.order_id:
            continue
        parts: list[str | Span] = [
            dim(f"{wording.clock(event.at, seconds=True)} "),
            _told(wording, instrument, event),
        ]
        if order.intended_at is not None and event.at > order.intended_at:
            took = wording.duration(event.at - order.intended_at)
            parts.append(dim(" " + wording.say("orders.took", span=took)))
        lines.append(line(*parts))
    return lines[-LINES_MAX:]


def request_lines(asked: Asked, instrument: Instrument, requests: Sequence[Request]) -> list[Line]:
    """A line for each thing that was asked of the venue about an order, oldest first: how it stands, and how
    long the answer took."""
    wording = asked.wording
    lines: list[Line] = []
    for request in requests[-LINES_MAX:]:
        parts: list[str | Span] = [
            dim(f"{wording.clock(request.asked_at, seconds=True)} "),
            f"{_asked_for(wording, instrument, request)}: {wording.say(f'request.{request.status.value}')}",
        ]
        if request.answered_at is not None and request.answered_at > request.asked_at:
            took = wording.duration(request.answered_at - request.asked_at)
            parts.append(dim(" " + wording.say("orders.took", span=took)))
        lines.append(line(*parts))
    return lines


def _asked_for(wording: Wording, instrument: Instrument, request: Request) -> str:
    key = f"request.{request.kind.value}"
    if request.terms is None:
        what = wording.say(key)
    else:
        terms = request.terms
        size = quantity_text(wording, instrument, terms.quantity)
        price = price_phrase(wording, instrument, terms.limit_price, terms.stop_price)
        what = wording.say(key, size=size, price=price)
    if request.attempt == 1:
        return what
    return wording.say("request.again", what=what, n=Decimal(request.attempt))


def _order_id(event: Any) -> str:
    is_first = isinstance(event, ev.OrderIntended | ev.OrderAdopted)
    return str(event.order.order_id if is_first else event.order_id)


def reason_phrase(wording: Wording, reason: str) -> str:
    """Why an order ended, in words; a venue's own reason stays as the venue said it."""
    return wording.say(f"why.canceled.{reason}") if reason in _ENDINGS else because(wording, reason)


def _told(wording: Wording, instrument: Instrument, event: Any) -> str:
    key = f"story.{type(event).__name__}"
    match event:
        case ev.OrderFilled():
            return wording.say(
                key,
                quantity=quantity_text(wording, instrument, event.quantity),
                price=wording.price(event.price, instrument.tick_size),
                fee=wording.money(Money(event.fee, event.currency)),
            )
        case ev.OrderNotPlaced():
            return wording.say(key, proof=because(wording, event.proof))
        case ev.DoubtAnswered():
            return wording.say("story.said_there" if event.is_there else "story.said_absent", person=event.by)
        case ev.OrderRejected():
            return wording.say(key, reason=because(wording, event.reason or event.code))
        case ev.OrderCanceled():
            return wording.say(key, reason=reason_phrase(wording, event.reason))
        case ev.OrderInDoubt():
            return wording.say(key, reason=because(wording, event.reason))
        case ev.CancelFailed() | ev.ReplaceFailed():
            return wording.say(
                f"{key}.silent" if event.is_silent else key, reason=because(wording, event.reason)
            )
        case ev.RequestSent():
            return wording.say(f"{key}.{event.request.value}")
        case ev.ReplaceRequested() | ev.OrderReplaced():
            size = quantity_text(wording, instrument, event.quantity)
            at = price_phrase(wording, instrument, event.limit_price, event.stop_price)
            return f"{wording.say(key)}: {size} {at}"
        case _:
            return wording.say(key)


_ENDINGS = frozenset(
    {"requested", "flat", "oco", "parent", "ioc", "fok", "post_only", "reduce_only", "venue"}
)
"""Reasons of the desk's own vocabulary."""

_KEYS: frozenset[type] = frozenset(
    {
        ev.OrderIntended,
        ev.OrderAdopted,
        ev.OrderAccepted,
        ev.OrderRejected,
        ev.OrderInDoubt,
        ev.OrderNotPlaced,
        ev.DoubtEscalated,
        ev.DoubtAnswered,
        ev.OrderFilled,
        ev.OrderCanceled,
        ev.OrderExpired,
        ev.CancelRequested,
        ev.CancelTaken,
        ev.CancelFailed,
        ev.RequestSent,
        ev.ReplaceRequested,
        ev.OrderReplaced,
        ev.ReplaceFailed,
    }
)
