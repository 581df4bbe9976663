"""Orders: which wait (`/orders`), the story of one (`/order`), changing and canceling them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.confirmation import ask, choice_button, send
from bot.conversation.grammar_shapes import OrderRef, Parsed
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.latency import latency_line
from bot.conversation.screen import Block, Screen, bold, dim, gap, kv, line, look, row, title
from bot.conversation.telling import (
    life_phrase,
    order_name,
    order_phrase,
    purpose,
    quantity_text,
    side_word,
    state_phrase,
    where_badges,
    where_it_waits,
)
from bot.handlers.finding import contract_of, order_numbered, previewed
from bot.handlers.marks import heading
from bot.handlers.order_story import reason_phrase, request_lines, story_lines
from bot.handlers.subjects import account_and_symbol, line_of, refresh, rows_of, word_of
from trading.domain import events as ev
from trading.domain.book import Account
from trading.domain.commands import CancelOrders
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.money import Money
from trading.domain.order import Order

LISTED_MAX = 20
BUTTONS_MAX = 6
_NOT_YET = CommandId("card")


async def orders(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Orders that wait, by number; with `all` the newest, done ones included."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    say = asked.wording.say
    if word_of(parsed, "show") == "all":
        rows = await tools.ledger.orders([account.account], symbol=symbol, limit=LISTED_MAX + 1)
        found = [one.order for one in rows]
        more = say("orders.older") if len(found) > LISTED_MAX else ""
        nothing = say("orders.none_ever")
    else:
        waiting = [o for o in tools.book().open_orders(account.account) if symbol in ("", o.symbol)]
        found = sorted(waiting, key=lambda order: order.number)
        more = say("orders.more", n=len(found) - LISTED_MAX) if len(found) > LISTED_MAX else ""
        nothing = say("orders.none")
    listed = found[:LISTED_MAX]
    name = say("orders.title", account=account.account)
    blocks: list[Block] = [*heading(tools, asked, name, account, [order.symbol for order in listed])]
    for order in listed:
        blocks += _listed(tools, asked, order)
    if not listed:
        blocks.append(line(nothing))
    if more:
        blocks.append(line(dim(more)))
    numbers = [look(order_name(o), "order", order_name(o)) for o in listed if o.is_open][:BUTTONS_MAX]
    again = refresh(asked, "orders", f"{word_of(parsed, 'show')} {symbol}".strip())
    return Screen.of(*blocks).with_buttons(
        *rows_of(numbers, BUTTONS_MAX), row(again, look(say("view.positions"), "positions"))
    )


def _listed(tools: Tools, asked: Asked, order: Order) -> list[Block]:
    """Two lines: what; where it waits, what it is for, how it stands. A compact person gets one."""
    wording = asked.wording
    instrument = contract_of(tools, order.account, order.symbol)
    size = quantity_text(wording, instrument, order.quantity)
    first = line(bold(f"{order_name(order)} {order.symbol}"), f" {side_word(wording, order.side)} {size}")
    parts = [
        where_it_waits(wording, instrument, order),
        purpose(wording, order),
        state_phrase(wording, order),
    ]
    if asked.person.prefs.compact:
        return [line(first, " ", dim(" · ".join(parts)))]
    return [first, line("  ", dim(" · ".join(parts)))]


# ---------------------------------------------------------------- one order


async def order(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """One order: what it is, what became of it, and its story with how long each step took."""
    account = _current(tools, asked)
    ref = line_of(parsed).values["order"]
    assert isinstance(ref, OrderRef), "the table of verbs says so"
    found = await order_numbered(tools, account.account, ref.number)
    if found is None:
        return refusal(asked, "find.no_order", order=f"#{ref.number}")
    say = asked.wording.say
    instrument = contract_of(tools, account.account, found.symbol)
    events = await tools.ledger.story([account.account], order_id=found.order_id)
    told = story_lines(asked, instrument, found, events)
    requests = await tools.ledger.requests(account.account, found.order_id)
    blocks: list[Block] = [
        *heading(tools, asked, say("orders.one", order=order_name(found)), account, [found.symbol]),
        _facts(asked, instrument, found),
    ]
    if told:
        blocks += [gap(), line(bold(say("orders.story"))), *told]
    if requests:
        blocks += [
            gap(),
            line(bold(say("orders.requests"))),
            *request_lines(asked, instrument, requests),
        ]
    fills = [one.event.at for one in events if isinstance(one.event, ev.OrderFilled)]
    latency = latency_line(asked.wording, found, min(fills, default=None))
    if latency is not None:
        blocks.append(latency)
    cancel = None
    if found.is_open and not found.is_canceling:
        cancel = await choice_button(tools, asked, say("orders.cancel_one"), f"/cancel {order_name(found)}")
    return Screen.of(*blocks).with_buttons(
        row(cancel),
        row(refresh(asked, "order", order_name(found)), look(say("view.why"), "why", order_name(found))),
    )


def _current(tools: Tools, asked: Asked) -> Account:
    """Numbers are counted by account: a number alone means the account that the person uses now."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    return account


def _facts(asked: Asked, instrument: Instrument, order: Order) -> Block:
    wording = asked.wording
    say = wording.say
    lives = life_phrase(wording, order.time_in_force, order.expires_at, order.post_only)
    fee = Money(order.fee, instrument.currency)
    return kv(
        (say("orders.symbol"), order.symbol),
        (say("orders.what"), order_phrase(wording, instrument, order)),
        (say("orders.for"), purpose(wording, order)),
        (say("orders.state"), bold(state_phrase(wording, order))),
        (say("orders.filled"), _filled(asked, instrument, order)),
        (say("orders.fee"), wording.money(fee)) if order.filled else None,
        (say("orders.reason"), reason_phrase(wording, order.reason)) if order.reason else None,
        (say("orders.lives"), lives) if lives else None,
        (say("orders.tag"), order.tag) if order.tag != "manual" else None,
        (say("orders.placed"), wording.instant(order.intended_at, seconds=True))
        if order.intended_at
        else None,
        (say("orders.id"), dim(order.client_order_id)),
    )


def _filled(asked: Asked, instrument: Instrument, order: Order) -> str:
    wording = asked.wording
    whole = quantity_text(wording, instrument, order.quantity)
    average = order.average_price
    if average is None:
        return wording.say("orders.filled_none", whole=whole)
    price = wording.price(instrument.price_nearest(average / instrument.multiplier), instrument.tick_size)
    part = wording.quantity(order.filled)
    return wording.say("orders.filled_at", part=part, whole=whole, price=price)


# ---------------------------------------------------------------- canceling


async def cancel(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Cancel orders by number, at once: taking back what waits is always allowed."""
    account = _current(tools, asked)
    refs = line_of(parsed).values["orders"]
    assert isinstance(refs, tuple), "the table of verbs says so"
    found: list[Order] = []
    for ref in refs:
        one = await order_numbered(tools, account.account, ref.number)
        if one is None:
            return refusal(asked, "find.no_order", order=f"#{ref.number}")
        if not one.is_open:
            state = state_phrase(asked.wording, one)
            return refusal(asked, "cancel.done", order=order_name(one), state=state)
        found.append(one)
    command = CancelOrders(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        tuple(one.order_id for one in found),
    )
    label = asked.wording.say("card.cancel_orders")
    if not asked.must_review:
        return await send(tools, asked, command, label=label)
    names = ", ".join(order_name(one) for one in found)
    return await _cancel_card(tools, asked, account, command, label=label, name=names, found=found)


async def cancelall(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Cancel every entry that waits, after a card that lists them."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    say = asked.wording.say
    command = CancelOrders(_NOT_YET, asked.person.person_id, account.account, symbol=symbol)
    wanted = [e for e in previewed(tools, account, command).events if isinstance(e, ev.CancelRequested)]
    book = tools.book()
    found = [one for e in wanted if (one := book.order(e.order_id)) is not None]
    if not found:
        where = say("cancel.where", symbol=symbol) if symbol else ""
        return refusal(asked, "cancel.nothing", where=where)
    name = say("cancel.all_of", symbol=symbol) if symbol else say("cancel.all_title")
    label = say("card.cancel_orders")
    return await _cancel_card(tools, asked, account, command, label=label, name=name, found=found)


async def _cancel_card(
    tools: Tools,
    asked: Asked,
    account: Account,
    command: CancelOrders,
    *,
    label: str,
    name: str,
    found: Sequence[Order],
) -> Screen:
    blocks: list[Block] = [title(name), where_badges(account)]
    for one in found[:LISTED_MAX]:
        blocks += _listed(tools, asked, one)
    if len(found) > LISTED_MAX:
        blocks.append(line(dim(asked.wording.say("orders.more", n=len(found) - LISTED_MAX))))
    if not command.order_ids:
        blocks.append(line(dim(asked.wording.say("cancel.exits_stay"))))
    return await ask(tools, asked, command, Screen.of(*blocks), label=label)


HANDLERS: dict[str, Handler] = {
    "orders": orders,
    "order": order,
    "cancel": cancel,
    "cancelall": cancelall,
}
