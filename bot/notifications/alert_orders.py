"""What becomes of orders without a fill, as screens: refusals, cancels, doubts and their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.proving import proof_sentences
from bot.conversation.retelling import all_retold, because
from bot.conversation.screen import Block, Line, code, dim, line, title
from bot.notifications.policy import Topic, Urgency, is_awaited
from bot.notifications.scene import Scene, Telling, is_guarding, order_words, quantity
from trading.domain import events as ev
from trading.domain.order import Order, Role
from trading.domain.position import Guard
from trading.ports import StoredEvent

_LISTED_MAX = 10


def _head(scene: Scene, key: str, event: Any) -> Line:
    return title(scene.wording.say(key, order=order_words(scene, event.account, event.order_id)))


def _symbol(scene: Scene, event: Any) -> str:
    order = scene.book.order(event.order_id)
    return order.symbol if order is not None and (order.limit_price or order.stop_price) else ""


def tell_rejected(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The venue said no. For an exit that is an alarm: something must watch it instead."""
    event: Any = members[0].event
    order = scene.book.order(event.order_id)
    if order is not None and event.code in _SHUT and order.leaves_now and not order.is_entry:
        return _tell_waiting(scene, event, order)
    if not is_guarding(order):
        blocks = (
            _head(scene, "alert.rejected", event),
            line(f"{because(scene.wording, event.reason)} ", dim(f"({event.code})")),
        )
        return Telling(Topic.REJECT, blocks, symbol=_symbol(scene, event))
    blocks = (
        _head(scene, "alert.rejected_exit", event),
        line(f"{because(scene.wording, event.reason)} ", dim(f"({event.code})")),
    )
    more = _desk_watches(scene, order)
    return Telling(Topic.RISK, (*blocks, *more), Urgency.URGENT, _symbol(scene, event))


_SHUT = frozenset({"market_closed", "halted", "venue_unavailable"})
"""Refusals of a venue at which nothing trades now: what the desk wants out of goes out when it does (X46)."""

_AGAIN = {
    Role.FLATTEN: "alert.again_flatten",
    Role.CLOSE: "alert.again_close",
    Role.TIME: "alert.again_time",
}


def _tell_waiting(scene: Scene, event: Any, order: Order) -> Telling:
    """An exit met a venue at which nothing trades: what becomes of it."""
    say = scene.wording.say
    blocks = (
        _head(scene, "alert.shut_exit", event),
        line(f"{because(scene.wording, event.reason)} ", dim(f"({event.code})")),
        line(say(_AGAIN.get(order.role, "alert.again_level"), symbol=order.symbol)),
    )
    return Telling(Topic.RISK, blocks, Urgency.URGENT)


def same_rejection(event: ev.OrderRejected, scene: Scene) -> str:
    """An exit that the venue cannot carry out now (its market is closed) is tried again and again."""
    order = scene.book.order(event.order_id)
    if order is None or order.is_entry:
        return ""
    if order.role is Role.FLATTEN:
        return f"{order.position_id}:{event.code}"
    is_tried_again = event.code in _SHUT and order.leaves_now and order.role is not Role.CLOSE
    return f"{order.position_id}:{event.code}:{order.role.value}" if is_tried_again else ""


def _desk_watches(scene: Scene, order: Order | None) -> list[Line]:
    position = scene.book.position(order.position_id) if order else None
    if position is None or not position.is_open or position.bracket is None:
        return []
    if position.bracket.guard is not Guard.BOT:
        return []
    say = scene.wording.say
    return [line(say("alert.desk_guards", symbol=position.symbol)), line(say("alert.desk_guards_why"))]


def is_denial_news(stored: StoredEvent, scene: Scene) -> bool:
    """Whether nobody has the answer before their eyes."""
    return not is_awaited(stored)


def tell_denied(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """We said no to somebody who is not there: a job, a bot, a webhook."""
    event: Any = members[0].event
    head = title(scene.wording.say("alert.denied", verb=event.verb, symbol=event.symbol).strip())
    return Telling(Topic.REJECT, (head, *map(line, all_retold(scene.wording, event.refusals))))


def is_end_news(stored: StoredEvent, scene: Scene) -> bool:
    """Legs of a bracket come and go with their position; only what the venue ended by itself is news."""
    event: Any = stored.event
    order = scene.book.order(event.order_id)
    if order is None or not is_guarding(order):
        return order is not None
    position = scene.book.position(order.position_id)
    is_open = position is not None and position.is_open
    ended = isinstance(event, ev.OrderExpired) or getattr(event, "reason", "") == "venue"
    return is_open and ended and not order.is_canceling


def group_of_cancel(event: ev.OrderCanceled, scene: Scene) -> str:
    """Cancels of one account belong together; the end of a guard stands alone."""
    if is_guarding(scene.book.order(event.order_id)):
        return ""
    return f"cancel:{event.account}"


def no_more_cancels(event: ev.OrderCanceled, scene: Scene) -> bool:
    """Whether no other cancel of that account is on its way."""
    return not any(order.is_canceling for order in scene.book.open_orders(event.account))


_WHY = {
    "flat": "alert.why_flat",
    "ioc": "alert.why_ioc",
    "fok": "alert.why_fok",
    "post_only": "alert.why_post_only",
    "reduce_only": "alert.why_reduce_only",
    "venue": "alert.why_venue",
}


def tell_canceled(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """One order, or many at once."""
    if len(members) > 1:
        say = scene.wording.say
        lines: list[Block] = [title(say("alert.canceled_many", n=len(members)))]
        for member in members[:_LISTED_MAX]:
            event: Any = member.event
            lines.append(line("· ", order_words(scene, event.account, event.order_id)))
        if len(members) > _LISTED_MAX:
            lines.append(line(say("alert.and_more", n=len(members) - _LISTED_MAX)))
        if all(getattr(member.event, "reason", "") == "flat" for member in members):
            lines.append(line(say("alert.why_flat")))
        return Telling(Topic.ORDER, tuple(lines), symbol=_symbol(scene, members[0].event))
    event = members[0].event
    order = scene.book.order(event.order_id)
    if is_guarding(order):
        blocks = (_head(scene, "alert.canceled_exit", event), *_desk_watches(scene, order))
        return Telling(Topic.RISK, blocks, Urgency.URGENT, _symbol(scene, event))
    more = _end_lines(scene, order, _WHY.get(event.reason, ""))
    return Telling(Topic.ORDER, (_head(scene, "alert.canceled", event), *more), symbol=_symbol(scene, event))


def tell_expired(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Its time was over."""
    event: Any = members[0].event
    order = scene.book.order(event.order_id)
    if is_guarding(order):
        blocks = (_head(scene, "alert.expired_exit", event), *_desk_watches(scene, order))
        return Telling(Topic.RISK, blocks, Urgency.URGENT, _symbol(scene, event))
    more = _end_lines(scene, order, "")
    return Telling(Topic.ORDER, (_head(scene, "alert.expired", event), *more), symbol=_symbol(scene, event))


def _end_lines(scene: Scene, order: Order | None, why: str) -> list[Line]:
    lines = [line(scene.wording.say(why))] if why else []
    if order is not None and order.filled:
        instrument = scene.book.instrument(order.account, order.symbol)
        filled = quantity(scene, order.filled, instrument)
        lines.append(line(scene.wording.say("alert.filled_before", filled=filled)))
    return lines


def is_change_news(stored: StoredEvent, scene: Scene) -> bool:
    """Legs are moved all the time; a change that a person asked for is told."""
    event: Any = stored.event
    return not is_guarding(scene.book.order(event.order_id))


def tell_replaced(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The venue has changed a working order."""
    event: Any = members[0].event
    head = _head(scene, "alert.changed", event)
    return Telling(Topic.ORDER, (head,), Urgency.QUIET, _symbol(scene, event))


def tell_cancel_failed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The venue would not cancel."""
    return _tell_failed(members[0].event, scene, "alert.cancel")


def tell_replace_failed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The venue would not change the order; for a leg that means that it stands where it stood."""
    return _tell_failed(members[0].event, scene, "alert.change")


def _tell_failed(event: Any, scene: Scene, request: str) -> Telling:
    key = f"{request}_silent" if event.is_silent else f"{request}_failed"
    guarding = is_guarding(scene.book.order(event.order_id))
    still = scene.wording.say("alert.still_open", order_id=event.order_id)
    blocks = (_head(scene, key, event), line(because(scene.wording, event.reason)), line(still))
    topic = Topic.RISK if guarding else Topic.ORDER
    return Telling(topic, blocks, Urgency.NORMAL, _symbol(scene, event))


def is_open_still(stored: StoredEvent, scene: Scene) -> bool:
    """A failed request about an order that is done by now is no news."""
    event: Any = stored.event
    order = scene.book.order(event.order_id)
    return order is not None and order.is_open


def tell_in_doubt(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Nobody knows whether the venue has it."""
    event: Any = members[0].event
    say = scene.wording.say
    blocks = (
        _head(scene, "alert.in_doubt", event),
        line(say("alert.in_doubt_why", reason=because(scene.wording, event.reason))),
        line(say("alert.in_doubt_open")),
    )
    return Telling(Topic.RISK, blocks, Urgency.URGENT, _symbol(scene, event))


def is_resolution(stored: StoredEvent, scene: Scene) -> bool:
    """An acceptance is news when the order was in doubt."""
    event: Any = stored.event
    return event.order_id in scene.doubted


def tell_accepted(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """No longer in doubt: the venue has it."""
    event: Any = members[0].event
    blocks = (_head(scene, "alert.resolved", event), line(scene.wording.say("alert.resolved_why")))
    return Telling(Topic.RISK, blocks, symbol=_symbol(scene, event))


def _proof(scene: Scene, event: ev.OrderNotPlaced) -> str:
    """What was asked and answered; `/why` has the rest of it."""
    if event.evidence is not None:
        return proof_sentences(scene.wording, event.evidence)[0]
    return scene.wording.say("alert.proof", proof=because(scene.wording, event.proof.rstrip(".")))


def tell_not_placed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Absence was proven; the proof is told in words."""
    event: Any = members[0].event
    order = scene.book.order(event.order_id)
    say = scene.wording.say
    is_entry = order.is_entry if order is not None else "/entry-" in event.order_id
    blocks = (
        _head(scene, "alert.not_placed", event),
        line(_proof(scene, event)),
        line(say("alert.not_placed_entry" if is_entry else "alert.not_placed_exit")),
        line(code(f"/order {event.order_id}")),
    )
    return Telling(Topic.RISK, blocks, Urgency.URGENT if is_entry else Urgency.NORMAL, _symbol(scene, event))
