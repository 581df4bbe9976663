"""Why an order was made, refused or not made: `/why`, answered from the journal and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.grammar_shapes import OrderRef, Parsed
from bot.conversation.grammar_symbol import base_of
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.screen import Block, Kind, Line, Screen, dim, line, look, row
from bot.conversation.telling import order_name
from bot.handlers.finding import near_symbols, order_numbered
from bot.handlers.marks import heading
from bot.handlers.profile_why import agreed_to, scorecards
from bot.handlers.story import Story
from bot.handlers.subjects import line_of, rows_of
from trading.domain import events as ev
from trading.domain.book import Account
from trading.domain.ids import DESK, AccountId
from trading.domain.order import Order
from trading.ports import StoredEvent

EVENTS_MAX = 200
SHORT_CHAIN = 3
LINES_MAX = 28
"""What a phone shows without scrolling twice; the newest lines stay."""


async def why(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The chain behind an order, a symbol, or the last thing that happened."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    subject = line_of(parsed).values.get("subject")
    if isinstance(subject, OrderRef):
        order = await order_numbered(tools, account.account, subject.number)
        if order is None:
            return refusal(asked, "find.no_order", order=f"#{subject.number}")
        return await _of_order(tools, asked, account, order)
    if isinstance(subject, str):
        return await _of_symbol(tools, asked, account, subject)
    return await _of_the_last(tools, asked, account)


async def _of_order(tools: Tools, asked: Asked, account: Account, order: Order) -> Screen:
    """The order's own events, and the exit that was triggered when it is one."""
    events = await tools.ledger.story([account.account], position_id=order.position_id, limit=EVENTS_MAX)
    about = about_order(events, order) or await tools.ledger.story(
        [account.account], order_id=order.order_id, limit=EVENTS_MAX
    )
    name = asked.wording.say("why.title", subject=f"{order_name(order)} {order.symbol}")
    told = _told(tools, asked, account, name, about, order.symbol, shows_checks=True)
    return told.with_blocks(*await agreed_to(tools, asked, order))


def about_order(events: Sequence[StoredEvent], order: Order) -> list[StoredEvent]:
    """What concerns one order among the events of its position: its own, and the trigger it grew from."""
    mine = [stored for stored in events if _order_id(stored.event) == order.order_id]
    intents = [stored for stored in mine if isinstance(stored.event, ev.OrderIntended | ev.OrderAdopted)]
    if not intents:
        return []
    intent = intents[0]
    if isinstance(intent.event, ev.OrderAdopted):
        return mine
    assert isinstance(intent.event, ev.OrderIntended)
    triggers = [
        stored
        for stored in events
        if isinstance(stored.event, ev.ExitTriggered)
        and stored.seq < intent.seq
        and stored.event.leg == intent.event.cause
    ]
    return [*triggers[-1:], *mine]


def _order_id(event: ev.Event) -> str:
    if isinstance(event, ev.OrderIntended | ev.OrderAdopted):
        return event.order.order_id
    return str(getattr(event, "order_id", ""))


async def _of_symbol(tools: Tools, asked: Asked, account: Account, text: str) -> Screen:
    symbol = _symbol(tools, asked, account, text)
    if isinstance(symbol, Screen):
        return symbol
    events = await tools.ledger.story([account.account], symbol=symbol, limit=EVENTS_MAX)
    name = asked.wording.say("why.title", subject=symbol)
    told = _told(tools, asked, account, name, newest_position(events), symbol)
    return told.with_blocks(*await scorecards(tools, asked, account, symbol))


def _symbol(tools: Tools, asked: Asked, account: Account, text: str) -> str | Screen:
    """The symbol behind `text`: one that the account has traded comes first."""
    traded = [symbol for owner, symbol in tools.book().instruments if owner == account.account]
    known = list(dict.fromkeys([*traded, *(one.symbol for one in tools.market.search(text))]))
    for found in (
        [text] if text in known else [],
        [s for s in traded if base_of(s) == text],
        known[len(traded) :],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            asking = Screen.of(asked.wording.say("find.ambiguous", text=text), kind=Kind.REFUSAL)
            return asking.with_buttons(*rows_of(look(one, "why", one) for one in found))
    near = ", ".join(near_symbols(tools.market, text))
    say = asked.wording.say
    hint = say("find.near", names=near) if near else say("find.no_near")
    return refusal(asked, "find.unknown", text=text, near=hint)


def newest_position(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """From the last entry into a flat position on; refusals since then included."""
    first = 0
    is_flat = True
    for at, stored in enumerate(events):
        event = stored.event
        begins = event.order if isinstance(event, ev.OrderIntended | ev.OrderAdopted) else None
        if begins is not None and begins.is_entry and is_flat:
            first, is_flat = at, False
        elif isinstance(event, ev.PositionClosed):
            is_flat = True
    return list(events[first:])


async def _of_the_last(tools: Tools, asked: Asked, account: Account) -> Screen:
    events = await tools.ledger.story([account.account, AccountId(DESK)], limit=EVENTS_MAX)
    telling = [one for one in events if not isinstance(one.event, ev.InstrumentListed)]
    last = telling[-1].correlation_id if telling else ""
    # A halt of the desk and what it made of this account stand in two streams: told by their instants.
    chain = [stored for stored in telling if stored.correlation_id == last]
    name = asked.wording.say("why.title_last")
    return _told(tools, asked, account, name, chain, "", shows_checks=len(chain) <= SHORT_CHAIN)


def _told(
    tools: Tools,
    asked: Asked,
    account: Account,
    name: str,
    events: Sequence[StoredEvent],
    symbol: str,
    *,
    shows_checks: bool = False,
) -> Screen:
    say = asked.wording.say
    lines: list[Line] = Story(tools, asked, events, shows_checks=shows_checks).lines()
    blocks: list[Block] = [*heading(tools, asked, name, account, [symbol] if symbol else [])]
    if not lines:
        blocks.append(line(say("why.nothing")))
    if len(lines) > LINES_MAX:
        blocks.append(line(dim(say("why.earlier", n=len(lines) - LINES_MAX))))
    blocks += lines[-LINES_MAX:]
    if events:
        first, last = events[0], events[-1]
        blocks.append(
            line(
                dim(
                    say("why.source", stream=last.stream, first=first.seq, last=last.seq, head=last.hash[:12])
                )
            )
        )
    position = look(say("view.position"), "position", symbol) if symbol else None
    return Screen.of(*blocks).with_buttons(row(position, look(say("view.orders"), "orders", symbol)))


HANDLERS: dict[str, Handler] = {"why": why}
