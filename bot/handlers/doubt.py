"""`/doubt`: orders that nobody answered for, and a person's word for what the exchange has."""

from __future__ import annotations

from bot.conversation.confirmation import ask
from bot.conversation.doubting import choice_buttons
from bot.conversation.grammar_shapes import OrderRef, Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Button, Screen, dim, gap, line, row, title, warn
from bot.conversation.telling import order_name, order_phrase, state_phrase, where_badges
from bot.handlers.finding import contract_of, order_numbered
from bot.handlers.subjects import account_of, line_of, refresh, word_of
from trading.domain.book import Account
from trading.domain.commands import AcknowledgeFreeze, AnswerDoubt
from trading.domain.freezing import BY_ITSELF
from trading.domain.ids import CommandId, VenueOrderId
from trading.domain.order import Order, OrderStatus

ASKED_MAX = 5
"""For so many orders the list has buttons."""
_NOT_YET = CommandId("card")


async def doubt(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """All orders in doubt, or the card with which a person says what became of one."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    ref, answer = line_of(parsed).values.get("order"), word_of(parsed, "answer")
    if answer == "seen":
        return await _seen(tools, asked, account)
    if not isinstance(ref, OrderRef):
        return _listed(tools, asked, account)
    order = await order_numbered(tools, account.account, ref.number)
    if order is None:
        return refusal(asked, "find.no_order", order=f"#{ref.number}")
    if order.status is not OrderStatus.IN_DOUBT:
        state = state_phrase(asked.wording, order)
        return refusal(asked, "doubt.over", order=order_name(order), state=state)
    if not answer:
        return Screen.of(*_about(tools, asked, order), where_badges(account)).with_buttons(
            *_choice(asked, order)
        )
    if order.escalated_at is None:
        return refusal(asked, "doubt.early", order=order_name(order))
    is_there, venue_id = answer == "there", word_of(parsed, "id").strip()
    if len(venue_id.split()) > 1:
        return refusal(asked, "doubt.one_id", id=venue_id)
    return await _card(tools, asked, account, order, is_there=is_there, venue_id=venue_id)


def _listed(tools: Tools, asked: Asked, account: Account) -> Screen:
    say = asked.wording.say
    waiting = tools.book().open_orders(account.account)
    found = sorted((o for o in waiting if o.status is OrderStatus.IN_DOUBT), key=lambda order: order.number)
    blocks: list[Block] = [title(say("doubt.title", account=account.account)), where_badges(account)]
    if not found:
        blocks.append(line(say("doubt.none")))
    for order in found:
        blocks += [gap(), *_about(tools, asked, order)]
    mine = [order for order in found if order.escalated_at is not None][:ASKED_MAX]
    buttons = [one for order in mine for one in _choice(asked, order, named=len(mine) > 1)]
    return Screen.of(*blocks).with_buttons(*buttons, row(refresh(asked, "doubt")))


def _about(tools: Tools, asked: Asked, order: Order) -> list[Block]:
    """What is known of one, and who has to do what."""
    wording = asked.wording
    phrase = order_phrase(wording, contract_of(tools, order.account, order.symbol), order)
    named = f"{order_name(order)} {phrase} · {order.symbol}"
    since = wording.instant(order.intended_at) if order.intended_at is not None else wording.say("word.none")
    blocks: list[Block] = [
        title(wording.say("doubt.order", order=named)),
        line(wording.say("doubt.since", since=since)),
    ]
    if order.escalated_at is None:
        blocks.append(line(dim(wording.say("doubt.asking"))))
        return blocks
    if order.venue_order_id is not None:
        named = wording.say("doubt.id", id=order.venue_order_id) if order.venue_order_id else ""
        blocks.append(line(wording.say("doubt.said_there", id=named)))
        return blocks
    asked_for = wording.duration(order.escalated_at - (order.intended_at or order.escalated_at))
    blocks.append(line(warn(wording.say("doubt.yours", span=asked_for))))
    return blocks


def _choice(asked: Asked, order: Order, *, named: bool = False) -> list[tuple[Button, ...]]:
    """The two buttons of an order that a person must look at."""
    return [choice_buttons(asked.wording, order, named=named)] if order.escalated_at is not None else []


async def _card(
    tools: Tools, asked: Asked, account: Account, order: Order, *, is_there: bool, venue_id: str
) -> Screen:
    say = asked.wording.say
    phrase = order_phrase(asked.wording, contract_of(tools, order.account, order.symbol), order)
    named = f"{order_name(order)} {phrase} · {order.symbol}"
    if is_there:
        key = "doubt.card_there_id" if venue_id else "doubt.card_there_what"
        what = say(key, id=venue_id, name=order_name(order))
    else:
        what = say("doubt.card_absent_entry" if order.is_entry else "doubt.card_absent_exit")
    word = "there" if is_there else "absent"
    command = AnswerDoubt(
        _NOT_YET, asked.person.person_id, account.account, order.order_id, is_there, VenueOrderId(venue_id)
    )
    card = Screen.of(title(say(f"doubt.card_{word}", order=named)), where_badges(account), line(what))
    return await ask(
        tools, asked, command, card, label=say(f"doubt.say_{word}"), done=say(f"doubt.done_{word}")
    )


async def _seen(tools: Tools, asked: Asked, account: Account) -> Screen:
    """A person has looked at a venue that was wrong."""
    say = asked.wording.say
    if all(one.cause in BY_ITSELF for one in account.freezes):
        return refusal(asked, "freeze.seen_nothing")
    command = AcknowledgeFreeze(_NOT_YET, asked.person.person_id, account.account)
    card = Screen.of(
        title(say("freeze.seen_card")),
        where_badges(account),
        line(say("freeze.seen_what", account=account.account)),
    )
    return await ask(tools, asked, command, card, label=say("freeze.seen_say"), done=say("freeze.seen_done"))


HANDLERS: dict[str, Handler] = {"doubt": doubt}
