"""Guards, limits, flattening and cash, as screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.conversation.retelling import because
from bot.conversation.screen import Block, line, title
from bot.notifications.policy import Topic, Urgency, is_awaited
from bot.notifications.scene import Scene, Telling, called, exits_line, symbol_of
from trading.domain import events as ev
from trading.domain.ids import DESK
from trading.domain.ladder import support_of
from trading.domain.money import ZERO, Money, plain
from trading.domain.position import UNPROTECTED
from trading.ports import StoredEvent

OPENING = "opening deposit"
"""The reason that `open_account` gives; the screen that opens an account tells it."""

GAP_TOLD_S = 2
"""The bound of RELIABILITY on the time between a fill and its resting stop (p99)."""


# ------------------------------------------------------------ guards


def group_of_gap(event: ev.PositionUncovered, scene: Scene) -> str:
    """Held back by itself, so that a gap that closes at once is never told."""
    return f"uncovered:{event.position_id}:{event.at.isoformat()}"


def is_gap_over(event: ev.PositionUncovered, scene: Scene) -> bool:
    """Whether there is nothing to alarm about any more."""
    position = scene.book.position(event.position_id)
    return position is None or not position.is_open or position.uncovered_since != event.at


def tell_uncovered(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A position that has been without its stop for longer than the bound; None when it has it again."""
    event: Any = members[0].event
    position = scene.book.position(event.position_id)
    if position is None or is_gap_over(event, scene):
        return None
    say = scene.wording.say
    newest = scene.book.marks.get(position.symbol)
    known_at = max(newest.at, event.at) if newest else event.at
    span = scene.wording.duration(max(known_at - event.at, timedelta(seconds=1)))
    blocks = (
        title(say("alert.uncovered", symbol=position.symbol)),
        line(
            say(
                "alert.uncovered_why",
                span=span,
                reason=because(scene.wording, event.reason),
                symbol=position.symbol,
            )
        ),
        exits_line(scene, position),
    )
    return Telling(Topic.RISK, blocks, Urgency.URGENT, position.symbol)


def is_gap_news(stored: StoredEvent, scene: Scene) -> bool:
    """Every fill leaves its position bare for the moment that the stop needs to reach the venue: only a gap
    that could be felt is told."""
    event: Any = stored.event
    return bool(event.uncovered_s >= GAP_TOLD_S)


def tell_covered(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Guarded again, after a gap that was worth an alarm."""
    event: Any = members[0].event
    say = scene.wording.say
    symbol = symbol_of(event.account, event.position_id)
    span = scene.wording.duration(timedelta(seconds=float(event.uncovered_s)))
    position = scene.book.position(event.position_id)
    blocks: list[Block] = [
        title(say("alert.covered", symbol=symbol)),
        line(say("alert.covered_after", span=span)),
    ]
    if position is not None and position.is_open:
        blocks.append(exits_line(scene, position))
    return Telling(Topic.RISK, tuple(blocks), Urgency.NORMAL, symbol)


def tell_stop_missing(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """No stop stood for as long as the account allows, and what the desk does about it."""
    event: Any = members[0].event
    say, symbol = scene.wording.say, symbol_of(event.account, event.position_id)
    span = scene.wording.duration(max(event.at - event.since, timedelta(seconds=1)))
    done = "closes" if event.closes else "stays"
    blocks = (
        title(say("alert.stop_missing", symbol=symbol, span=span)),
        line(say(f"alert.stop_missing.{done}", symbol=symbol)),
    )
    return Telling(Topic.RISK, blocks, Urgency.URGENT, symbol)


def tell_dust(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """What is left of a position is too little to trade; told once."""
    event: Any = members[0].event
    say, symbol = scene.wording.say, symbol_of(event.account, event.position_id)
    instrument = scene.book.instrument(event.account, symbol)
    quantity = abs(event.quantity)
    shown = scene.wording.quantity(quantity, instrument.lot_size) if instrument else plain(quantity)
    head = title(say("alert.dust", quantity=shown, symbol=symbol))
    why = line(say("alert.dust_why", reason=because(scene.wording, event.reason), symbol=symbol))
    return Telling(Topic.RISK, (head, why), Urgency.NORMAL, symbol)


def tell_dust_gone(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """What was dust is worth enough again."""
    event: Any = members[0].event
    say, symbol = scene.wording.say, symbol_of(event.account, event.position_id)
    instrument = scene.book.instrument(event.account, symbol)
    worth = scene.wording.money(Money(event.worth, instrument.quote)) if instrument else plain(event.worth)
    blocks = (title(say("alert.dust_gone", symbol=symbol)), line(say("alert.dust_gone_why", worth=worth)))
    return Telling(Topic.RISK, blocks, Urgency.NORMAL, symbol)


def is_guard_lost(stored: StoredEvent, scene: Scene) -> bool:
    """A new bracket is news when the venue did not take the exits."""
    event: Any = stored.event
    return bool(event.reason == "venue_refused")


def tell_guard_lost(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """From now on we watch."""
    event: Any = members[0].event
    say = scene.wording.say
    symbol = symbol_of(event.account, event.position_id)
    position = scene.book.position(event.position_id)
    blocks: list[Block] = [
        title(say("alert.desk_guards", symbol=symbol)),
        line(say("alert.desk_guards_why")),
    ]
    if position is not None and position.is_open:
        blocks.append(exits_line(scene, position))
    return Telling(Topic.RISK, tuple(blocks), Urgency.URGENT, symbol)


def is_venue_news(stored: StoredEvent, scene: Scene) -> bool:
    """A venue that guards exits is what everybody expects."""
    event: Any = stored.event
    return not support_of(event.guards_exits, event.exits).stop


def tell_venue(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The venue has stopped holding exits."""
    event: Any = members[0].event
    say = scene.wording.say
    blocks = (title(say("alert.desk_guards_all", venue=event.venue)), line(say("alert.desk_guards_why")))
    return Telling(Topic.RISK, blocks, Urgency.URGENT)


# ------------------------------------------------------------ limits, flattening


def is_unasked(stored: StoredEvent, scene: Scene) -> bool:
    """Whether anybody hears of it who has not the answer already: of what binds the desk, or an account that
    several people share, all but its author."""
    if not is_awaited(stored) or stored.stream == DESK:
        return True
    account = scene.book.account(stored.event.account)
    return account is not None and bool(account.members)


def tell_limit(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Somebody has changed a limit."""
    event: Any = members[0].event
    say = scene.wording.say
    head = title(say("alert.limit", name=event.name, value=event.value))
    return Telling(Topic.HALT, (head, line(say("alert.by", person=called(scene, event.by)))), Urgency.NORMAL)


def is_flatten_news(stored: StoredEvent, scene: Scene) -> bool:
    """What begins because no stop stood is told with that."""
    event: Any = stored.event
    return is_unasked(stored, scene) and not event.command_id.startswith(UNPROTECTED)


def tell_flatten(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A flatten or a panic begins that nobody here has typed."""
    event: Any = members[0].event
    positions = scene.wording.count(len(event.position_ids), "positions")
    orders = scene.wording.count(len(event.order_ids), "orders")
    key = "alert.panic_started" if event.is_panic else "alert.flatten_started"
    head = title(scene.wording.say(key, positions=positions, orders=orders))
    return Telling(Topic.HALT, (head,), Urgency.URGENT)


def tell_proven(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """The end of a flatten, with its proof; a panic leaves the account halted."""
    event: Any = members[0].event
    say = scene.wording.say
    is_panic = any(isinstance(member.event, ev.HaltChanged) for member in members)
    head = title(say("alert.flat_proven" if is_panic else "alert.flatten_done"))
    proof = because(scene.wording, event.proof)
    blocks: list[Block] = [head, line(f"{proof[:1].upper()}{proof[1:]}.")]
    if is_panic:
        blocks.append(line(say("alert.still_halted")))
    return Telling(Topic.HALT, tuple(blocks), Urgency.URGENT if is_panic else Urgency.NORMAL)


def is_cash_news(stored: StoredEvent, scene: Scene) -> bool:
    """Opening an account is answered by the screen that opens it."""
    event: Any = stored.event
    return event.reason != OPENING and not is_awaited(stored)


def tell_cash(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Money came in or went out."""
    event: Any = members[0].event
    moved: dict[str, Any] = {}
    for booking in event.bookings:
        if booking.book == "cash":
            moved[booking.currency] = moved.get(booking.currency, ZERO) + booking.value
    changes = ", ".join(scene.wording.money(v, c, signed=True) for c, v in moved.items())
    head = title(scene.wording.say("alert.cash", change=changes, reason=because(scene.wording, event.reason)))
    return Telling(Topic.CASH, (head,), Urgency.QUIET)
