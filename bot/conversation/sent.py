"""What a person hears once a command was written down: what went out, its number, what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, Line, Screen, bold, dim, kv, line, warn
from bot.conversation.telling import (
    exit_pairs,
    gap_pairs,
    order_name,
    order_phrase,
    state_phrase,
    where_badges,
)
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.bracket import entry_price_of
from trading.domain.ids import AccountId, OrderId
from trading.domain.instrument import Instrument
from trading.domain.order import Order
from trading.domain.position import Position
from trading.ports import Taken


def answered(tools: Tools, asked: Asked, command: cm.Command, answer: Taken, done: str) -> Screen:
    """The answer to a command that was taken, now or the first time that it was sent."""
    if done:
        return Screen.of(done)
    match command:
        case cm.OpenPosition() | cm.ClosePosition():
            return _order_sent(tools, asked, command, answer)
        case cm.SetExits():
            return _exits_set(tools, asked, command)
        case cm.ModifyOrder():
            return _change_asked(tools, asked, command)
        case cm.CancelOrders():
            return _cancel_asked(tools, asked, answer)
        case cm.Flatten():
            return _flattening(tools, asked, command, answer)
        case _:
            return Screen.of(asked.wording.say("sent.done"))


def _order_sent(
    tools: Tools, asked: Asked, command: cm.OpenPosition | cm.ClosePosition, answer: Taken
) -> Screen:
    wording = asked.wording
    book = tools.book()
    instrument = command.seen.instrument
    order = book.order(OrderId(answer.facts.get("order_id", "")))
    where = _where(tools, command.account, instrument.symbol)
    if order is None:
        key = "sent.repeated_unknown" if answer.repeated else "sent.exits_first"
        return Screen.of(line(wording.say(key, symbol=instrument.symbol)), *where)
    phrase = f"{order_phrase(wording, instrument, order)} · {instrument.symbol} · {order_name(order)}"
    if answer.repeated:
        state = state_phrase(wording, order)
        said = wording.say("sent.repeated", order=order_name(order), state=state)
        return Screen.of(line(bold(said)), line(phrase), *where)
    card = Screen.of(
        line(bold(wording.say("sent.sent")), " ", phrase),
        line(dim(wording.say("sent.will_tell"))),
        *where,
    )
    return replace(card, subject=order.order_id)


def _exits_set(tools: Tools, asked: Asked, command: cm.SetExits) -> Screen:
    wording = asked.wording
    book = tools.book()
    instrument = command.seen.instrument
    position = book.position(command.position_id)
    assert position is not None, "its exits were set just now"
    blocks: list[Block] = [line(bold(wording.say("sent.exits_set", symbol=instrument.symbol)))]
    blocks += exits_of(asked, position, instrument)
    return Screen.of(*blocks, *_where(tools, command.account, instrument.symbol))


def exits_of(asked: Asked, position: Position, instrument: Instrument) -> list[Block]:
    """A position's exits with their prices and who guards them; a warning when there are none."""
    wording = asked.wording
    if not position.is_open:
        return [line(wording.say("exit.after_fill"))]
    bracket = position.bracket
    if bracket is None or not bracket.legs:
        return [line(warn(wording.say("exit.none")))]
    pairs = exit_pairs(wording, instrument, bracket, entry_price_of(position, instrument))
    guard = wording.say(f"exit.by.{bracket.guard.value}")
    pairs += gap_pairs(wording, position.plan)
    return [kv(*pairs, (wording.say("exit.guard"), guard))]


def _change_asked(tools: Tools, asked: Asked, command: cm.ModifyOrder) -> Screen:
    order = tools.book().order(command.order_id)
    name = order_name(order) if order else command.order_id
    return Screen.of(
        line(bold(asked.wording.say("sent.change_asked", order=name))),
        line(dim(asked.wording.say("sent.will_tell_change"))),
    )


def _cancel_asked(tools: Tools, asked: Asked, answer: Taken) -> Screen:
    wording = asked.wording
    book = tools.book()
    orders = _orders(book, answer.facts.get("order_ids", ()))
    names = ", ".join(order_name(order) for order in orders)
    blocks: list[Line] = [line(bold(wording.say("sent.cancel_asked", orders=names)))]
    naked = {o.symbol for o in orders if o.role.value in ("stop", "trail") and _is_naked(book, o)}
    for symbol in sorted(naked):
        blocks.append(line(warn(wording.say("sent.now_unguarded", symbol=symbol))))
    return Screen.of(*blocks)


def _orders(book: Book, order_ids: Sequence[OrderId]) -> list[Order]:
    found = (book.order(order_id) for order_id in order_ids)
    return [order for order in found if order is not None]


def _is_naked(book: Book, order: Order) -> bool:
    position = book.position(order.position_id)
    if position is None or not position.is_open:
        return False
    plan = position.plan
    return plan.stop is None and plan.trail is None


def _flattening(tools: Tools, asked: Asked, command: cm.Flatten, answer: Taken) -> Screen:
    wording = asked.wording
    counts = {
        "positions": wording.count(int(answer.facts.get("positions", 0)), "positions"),
        "orders": wording.count(int(answer.facts.get("orders", 0)), "orders"),
    }
    if answer.repeated:
        return Screen.of(line(bold(wording.say("sent.flatten_repeated"))))
    if command.halt:
        return Screen.of(
            line(warn(wording.say("sent.panic"))),
            line(wording.say("sent.panic_counts", **counts)),
            line(dim(wording.say("sent.panic_next"))),
        )
    return Screen.of(
        line(bold(wording.say("sent.flatten", **counts))),
        line(dim(wording.say("sent.flatten_next"))),
    )


def _where(tools: Tools, account_id: AccountId, symbol: str) -> list[Block]:
    account = tools.book().account(account_id)
    return [where_badges(account, tools.market.note(symbol))] if account else []
