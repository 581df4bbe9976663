"""`/modify`: change price or size of an order that waits, with a card of old and new."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.confirmation import ask
from bot.conversation.grammar_shapes import OrderRef, Parsed
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal, seen_of
from bot.conversation.retelling import all_retold, retold
from bot.conversation.screen import Line, Screen, kv, line, title
from bot.conversation.telling import order_name, order_phrase, quantity_text, state_phrase, where_badges
from bot.conversation.wording import Wording
from bot.handlers.finding import contract_of, order_numbered, previewed, refusals_screen
from bot.handlers.foreseeing import refused_change
from bot.handlers.subjects import line_of
from trading.domain.book import Account
from trading.domain.commands import ModifyOrder, Seen
from trading.domain.events import Refusal
from trading.domain.exits import PriceSpec, Size
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderStatus
from trading.domain.sizing import price_of, quantity_for_entry, quantity_for_exit

_NOT_YET = CommandId("card")


async def modify(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Ask before anything that waits is changed; what the gate would refuse is refused at once."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    values = line_of(parsed).values
    ref = values["order"]
    assert isinstance(ref, OrderRef), "the table of verbs says so"
    order = await order_numbered(tools, account.account, ref.number)
    if order is None:
        return refusal(asked, "find.no_order", order=f"#{ref.number}")
    unfit = _unfit(asked, order, wants_limit="limit" in values, wants_stop="stop" in values)
    if unfit is not None:
        return unfit
    command = _command(tools, asked, parsed, account, order)
    if isinstance(command, Screen):
        return command
    decided = previewed(tools, account, command)
    if decided.refusals:
        return refusals_screen(all_retold(asked.wording, decided.refusals))
    if (no := refused_change(tools, asked, account, order, command)) is not None:
        return no
    return await _asked_for(tools, asked, account, order, command)


def _unfit(asked: Asked, order: Order, *, wants_limit: bool, wants_stop: bool) -> Screen | None:
    """Why this order cannot be changed in this way at all."""
    name = order_name(order)
    if not order.is_open:
        return refusal(asked, "modify.done", order=name, state=state_phrase(asked.wording, order))
    if order.is_changing or order.is_canceling:
        return refusal(asked, "modify.pending", order=name)
    if order.status in (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT):
        return refusal(asked, "modify.pending", order=name)
    if wants_limit and order.limit_price is None and order.stop_price is not None:
        return refusal(asked, "modify.no_limit", order=name)
    if wants_stop and order.stop_price is None and order.limit_price is not None:
        return refusal(asked, "modify.no_stop", order=name)
    return None


def _command(
    tools: Tools, asked: Asked, parsed: Parsed, account: Account, order: Order
) -> ModifyOrder | Screen:
    values = line_of(parsed).values
    instrument = contract_of(tools, account.account, order.symbol)
    seen = seen_of(tools, instrument)
    prices: dict[str, Price | None] = {}
    for name in ("limit", "stop"):
        spec = values.get(name)
        found = _price(tools, asked, order, seen, spec) if isinstance(spec, PriceSpec) else None
        if isinstance(found, Screen):
            return found
        prices[name] = found
    stop = prices["stop"]
    if stop is not None:
        wrong = _wrong_side(asked, order, seen, stop)
        if wrong is not None:
            return wrong
    size = values.get("size")
    price = prices["limit"] or stop or order.limit_price or order.stop_price or order.reference_price
    quantity: Quantity | None = None
    if isinstance(size, Size) and price is not None:
        sized = _quantity(tools, account, order, instrument, size, price)
        if isinstance(sized, Refusal):
            return refusals_screen([retold(asked.wording, sized)])
        quantity = sized
    return ModifyOrder(
        _NOT_YET,
        asked.person.person_id,
        account.account,
        order.order_id,
        seen,
        quantity,
        prices["limit"],
        stop,
    )


def _price(tools: Tools, asked: Asked, order: Order, seen: Seen, spec: PriceSpec) -> Price | Screen:
    quote = tools.book().marks.get(order.symbol) or seen.quote
    if quote is None:
        return refusal(asked, "find.no_price", symbol=order.symbol)
    found = price_of(spec, quote, seen.instrument, order.side.sign > 0)
    return refusals_screen([retold(asked.wording, found)]) if isinstance(found, Refusal) else found


def _wrong_side(asked: Asked, order: Order, seen: Seen, stop: Price) -> Screen | None:
    """A stop beyond the market would go off the moment it is changed."""
    if seen.quote is None:
        return None
    is_buy = order.side.sign > 0
    market = seen.quote.ask if is_buy else seen.quote.bid
    if (stop > market) if is_buy else (stop < market):
        return None
    shown = asked.wording.price(market, seen.instrument.tick_size)
    return refusal(asked, f"modify.wrong_side_{order.side.value}", market=shown)


def _quantity(
    tools: Tools, account: Account, order: Order, instrument: Instrument, size: Size, price: Price
) -> Quantity | Refusal:
    """The new total, what has filled included."""
    book = tools.book()
    position = book.position(order.position_id)
    if not order.is_entry:
        held = abs(position.quantity) if position else order.quantity
        return quantity_for_exit(size, instrument, price, held)
    # The grammar lets no risk, share or max through: money, units and contracts need no more than a price.
    return quantity_for_entry(
        size, instrument, price, equity=book.equity(account), spendable=ZERO, stop_price=None
    )


async def _asked_for(
    tools: Tools, asked: Asked, account: Account, order: Order, command: ModifyOrder
) -> Screen:
    wording = asked.wording
    instrument = command.seen.instrument
    changes = _changes(wording, instrument, order, command)
    if not changes:
        return refusal(asked, "modify.no_change", order=order_name(order))
    price = command.limit_price or command.stop_price or order.limit_price or order.stop_price
    pairs = list(changes)
    if price is not None:
        quantity = command.quantity if command.quantity is not None else order.quantity
        pairs.append((wording.say("card.value"), line(wording.money(instrument.notional(price, quantity)))))
    card = Screen.of(
        title(wording.say("modify.title", order=order_name(order))),
        where_badges(account, tools.market.note(order.symbol)),
        line(f"{order.symbol}: {order_phrase(wording, instrument, order)}"),
        kv(*pairs),
    )
    return await ask(tools, asked, command, card, label=wording.say("card.change"))


def _changes(
    wording: Wording, instrument: Instrument, order: Order, command: ModifyOrder
) -> list[tuple[str, Line]]:
    found: list[tuple[str, Line]] = []
    if command.quantity is not None and command.quantity != order.quantity:
        old, new = (quantity_text(wording, instrument, q) for q in (order.quantity, command.quantity))
        found.append((wording.say("modify.size"), _moves(wording, old, new)))
    for name, was, wanted in (
        ("modify.limit", order.limit_price, command.limit_price),
        ("modify.stop", order.stop_price, command.stop_price),
    ):
        if wanted is not None and wanted != was:
            old, new = _shown(wording, instrument, was), _shown(wording, instrument, wanted)
            found.append((wording.say(name), _moves(wording, old, new)))
    return found


def _moves(wording: Wording, old: str, new: str) -> Line:
    return line(wording.say("modify.moves", old=old, new=new))


def _shown(wording: Wording, instrument: Instrument, price: Decimal | None) -> str:
    if price is None:
        return wording.say("modify.none")
    return wording.price(price, instrument.tick_size)


HANDLERS: dict[str, Handler] = {"modify": modify}
