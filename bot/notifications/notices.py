"""What is told without an event in the journal: a start, a feed that is lost, a store that cannot write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import json

from bot.conversation.screen import Block, Kind, Screen, dim, gap, kv, line, table, title, warn
from bot.conversation.wording import Wording
from bot.conversation.words import say
from bot.notifications.scene import Scene, order_words, price_text, quantity
from trading.domain.book import Book
from trading.domain.ids import DESK, AccountId, OrderId
from trading.domain.position import Guard, Position
from trading.domain.reports import Noted
from trading.engine.report import InSymbol, StartReport

_DESK = AccountId(DESK)
_ROWS_MAX = 12
_EXITS_SHOWN_MAX = 6


def start_screen(report: StartReport, scene: Scene | None = None) -> Screen:
    """What a start found: how long the desk was away, what it holds, what became of open orders.

    Without a scene, figures and ids only.
    """
    at = scene or Scene(Wording(), Book())
    say = at.wording.say
    blocks: list[Block] = [title(say("start.again"))]
    if report.offline_s is not None:
        blocks.append(line(say("start.offline", span=_span(at, report.offline_s))))
    blocks.append(_counts(report, at))
    held = _held(at)
    if held:
        blocks.append(_positions(held, at))
        blocks += _notes(held, at)
    blocks += _found(report, at)
    if report.drift:
        blocks += [gap(), title(say("start.drift")), *(line(warn(reason)) for reason in report.drift)]
        blocks.append(line(say("start.drift_cure")))
    if not report.has_found:
        blocks.append(line(say("start.all_well")))
    if report.uncovered_longest_s:
        blocks.append(line(warn(say("start.uncovered", span=_span(at, report.uncovered_longest_s)))))
    events = at.wording.count(report.events_replayed, "events")
    blocks.append(line(dim(say("start.read", events=events, took=_span(at, report.took_s)))))
    return Screen(tuple(blocks), kind=Kind.ALERT)


def _found(report: StartReport, scene: Scene) -> list[Block]:
    """What was found and mended: how much of each kind, then what."""
    say = scene.wording.say
    orders = {
        "start.resolved": report.resolved,
        "start.not_placed": report.not_placed,
        "start.re_placed": report.re_placed,
    }
    blocks: list[Block] = []
    for key, found in _counted(report).items():
        ids = orders.get(key)
        lines = _orders(ids, scene) if ids is not None else _fills(_FILLS[key](report), scene)
        blocks += [gap(), title(say(key, n=found)), *lines]
        if ids is report.not_placed:
            blocks.append(line(warn(say("start.not_placed_cure"))))
    if len(report.symbols) > 1:
        symbols = ", ".join(report.symbols[:_ROWS_MAX])
        blocks += [gap(), line(dim(say("start.first_seen_to", symbols=symbols)))]
    return blocks


_FILLS: dict[str, Callable[[StartReport], Sequence[InSymbol]]] = {
    "start.filled": lambda report: report.filled,
    "start.by_hand": lambda report: report.by_hand,
    "start.explained": lambda report: report.explained,
}


def _counted(report: StartReport) -> dict[str, int]:
    """How much of each kind was found, by its words; what was not found is left out."""
    counts = {
        "start.resolved": len(report.resolved),
        "start.not_placed": len(report.not_placed),
        **{key: sum(one.fills for one in found(report)) for key, found in _FILLS.items()},
        "start.re_placed": len(report.re_placed),
    }
    return {key: n for key, n in counts.items() if n}


def found_words(report: StartReport, wording: Wording) -> str:
    """The same in one sentence, for screens that speak of more than a start."""
    parts = [wording.say(key, n=n) for key, n in _counted(report).items()]
    where = f" ({', '.join(report.symbols)})" if report.symbols else ""
    return " · ".join(parts) + where if parts else wording.say("start.nothing")


def _fills(found: Sequence[InSymbol], scene: Scene) -> list[Block]:
    """One line for each symbol."""
    blocks: list[Block] = []
    for one in found[:_EXITS_SHOWN_MAX]:
        key = "start.even" if not one.quantity else "start.bought" if one.quantity > 0 else "start.sold"
        fills = scene.wording.count(one.fills, "fills")
        amount = scene.wording.quantity(abs(one.quantity))
        blocks.append(line("· ", scene.wording.say(key, symbol=one.symbol, fills=fills, quantity=amount)))
    more = len(found) - _EXITS_SHOWN_MAX
    if more > 0:
        blocks.append(line(scene.wording.say("alert.and_more", n=more)))
    return blocks


def _span(scene: Scene, seconds: float) -> str:
    return scene.wording.duration(timedelta(seconds=seconds))


def _counts(report: StartReport, scene: Scene) -> Block:
    say = scene.wording.say
    if not report.positions and not report.open_orders:
        return line(say("start.flat"))
    return kv(
        (say("start.accounts"), str(report.accounts)) if report.accounts > 1 else None,
        (say("start.held"), scene.wording.count(report.positions, "positions")),
        (say("start.open_orders"), str(report.open_orders)),
    )


def _held(scene: Scene) -> list[Position]:
    found = [p for account in scene.book.accounts for p in scene.book.live_positions(account)]
    return [position for position in found if position.is_open]


def _positions(held: Sequence[Position], scene: Scene) -> Block:
    say = scene.wording.say
    rows: list[tuple[str, str, str]] = []
    for position in held[:_ROWS_MAX]:
        instrument = scene.book.instrument(position.account, position.symbol)
        average = position.average_price(instrument) if instrument else None
        text = say(
            "start.long" if position.is_long else "start.short",
            quantity=quantity(scene, abs(position.quantity), instrument),
            price=price_text(scene, average, instrument) if average is not None else "?",
        )
        guard = position.bracket.guard if position.bracket else Guard.NONE
        rows.append((position.symbol, text, say(f"start.guard_{guard.value}")))
    return table((say("alert.symbol"), "", ""), rows)


def _notes(held: Sequence[Position], scene: Scene) -> list[Block]:
    """How many more there are, and what must be said about their prices."""
    more = len(held) - _ROWS_MAX
    blocks: list[Block] = [line(scene.wording.say("alert.and_more", n=more))] if more > 0 else []
    noted = dict.fromkeys(note for p in held if (note := scene.note(p.symbol)))
    return blocks + [line(dim(note)) for note in list(noted)[:1]]


def _orders(order_ids: Sequence[str], scene: Scene) -> list[Block]:
    """One line for each order, in words where the book still knows it."""
    blocks: list[Block] = []
    for order_id in order_ids[:_EXITS_SHOWN_MAX]:
        order = scene.book.order(OrderId(order_id))
        account = order.account if order is not None else AccountId("")
        status = f": {order.status.value.replace('_', ' ')}" if order is not None else ""
        blocks.append(line("· ", order_words(scene, account, OrderId(order_id)), status))
    more = len(order_ids) - _EXITS_SHOWN_MAX
    if more > 0:
        blocks.append(line(scene.wording.say("alert.and_more", n=more)))
    return blocks


class FeedHealth(Protocol):
    """How a feed is, as its market tells it."""

    @property
    def name(self) -> str:
        """Under which name people know it."""
        ...

    @property
    def alive(self) -> bool:
        """Whether prices come."""
        ...

    @property
    def ended(self) -> bool:
        """Whether there will be no more of them."""
        ...

    @property
    def lost_since(self) -> datetime | None:
        """Since when none come."""
        ...

    @property
    def said(self) -> str:
        """Why, in the feed's own words."""
        ...


def feed_noted(feed: FeedHealth, now: datetime) -> Noted:
    """A feed is lost, back, or at its end, to be written down and told."""
    facts = {"feed": feed.name}
    if feed.ended:
        return Noted(_DESK, "feed_ended", "feed", "warning", facts, now)
    if feed.alive:
        return Noted(_DESK, "feed_back", "feed", "success", facts, now)
    reason = feed.said.rstrip(".") or say("alert.feed_silent")
    facts["reason"] = f"{reason[:1].upper()}{reason[1:]}"
    return Noted(_DESK, "feed_lost", "feed", "warning", facts, now)


def start_noted(report: StartReport, now: datetime) -> Noted:
    """What a start found, to be written down and told."""
    level = "warning" if report.drift or report.not_placed else "info"
    return Noted(_DESK, "start", "start", level, {"report": json.encode(report).decode()}, now)


def unwritten_screen(sentence: str, wording: Wording | None = None) -> Screen:
    """The store takes nothing: the last word through any messenger. `sentence` says why and what to do."""
    words = wording or Wording()
    blocks = (title(words.say("alert.not_recorded")), line(sentence))
    return Screen(blocks, kind=Kind.ALERT)
