"""Four eyes: an order that is too large for one person alone waits for a second one (`/second`).

What waits is a register with an end. It is the desk that wants two people (`alone_notional_max`), and its
gate that looks whether the second one may; here they only meet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct, json
from msgspec.structs import replace

from bot.conversation.confirmation import ask, choice_button, send
from bot.conversation.grammar import OrderLine, canonical, parse
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal, seen_of
from bot.conversation.hearing import Topic
from bot.conversation.one_time import digest_of
from bot.conversation.screen import Kind, Screen, kv, line, row, title, warn
from bot.conversation.standing import refused_sentences
from bot.handlers.card import entry_card
from bot.handlers.finding import refusals_screen, staged_today
from bot.handlers.roles import name_of
from bot.handlers.subjects import account_of, word_of
from trading.domain.book import Account, Book
from trading.domain.commands import OpenPosition, Tell
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.events import Level
from trading.domain.ids import CommandId, PersonId
from trading.domain.rights import Right
from trading.domain.risk import ASKABLE
from trading.ports import Pending

ALONE = "alone_notional"
"""The code with which the gate asks for a second person."""
VALID_S = 15 * 60
_PLACE = "proposal"
_NOT_YET = CommandId("card")


class Proposal(Struct, frozen=True):
    """An order that waits for a second person. `line` is canonical, `price` what was expected when it was
    asked for."""

    command: OpenPosition
    line: str
    name: str
    price: Decimal
    at: datetime


_PROPOSAL = json.Decoder(Proposal)
_encode = json.Encoder(decimal_format="string").encode


def others_who_agree(asked: Asked, account: Account) -> list[PersonId]:
    """Who may agree to an order of the person who asks."""
    everybody = (account.owner, *(one.person for one in account.members))
    return [
        one for one in everybody if one != asked.person.person_id and Right.SECOND in account.rights_of(one)
    ]


async def propose(
    tools: Tools, asked: Asked, parsed: OrderLine, command: OpenPosition, staged: Book, account: Account
) -> Screen:
    """The card of an order that its author may not send alone, with the button that asks somebody else."""
    plan = plan_entry(
        staged,
        replace(command, seconded_by=others_who_agree(asked, account)[0]),
        tools.clock.now(),
        live_allowed=tools.facts.live_allowed,
    )
    assert isinstance(plan, EntryPlan), "it was planned a moment ago"
    wording, now = asked.wording, tools.clock.now()
    request = f"p{digest_of(_PLACE, asked.incoming.command_id)[:9]}"
    name = await name_of(tools, asked.person.person_id)
    kept = Proposal(command, canonical(parsed), name, plan.expected_price, now)
    until = now + timedelta(seconds=VALID_S)
    person = asked.person.person_id
    await tools.registers.put_pending(Pending(_key(request), person, _PLACE, _encode(kept), until))
    money = wording.money(plan.notional, command.seen.instrument.currency)
    facts = {
        "request": request,
        "name": name,
        "order": kept.line.removeprefix("/"),
        "money": money,
        "until": f"{until:%H:%M} UTC",
    }
    wish = Tell(
        _NOT_YET, person, account.account, "order_proposed", Topic.RISK.value, Level.WARNING.value, facts
    )
    names = ", ".join([await name_of(tools, one) for one in others_who_agree(asked, account)])
    limit = wording.money(account.limits.alone_notional_max, account.currency)
    card = entry_card(tools, asked, parsed, plan, staged, account)
    card = card.with_blocks(line(warn(wording.say("second.too_large", limit=limit, names=names))))
    done = wording.say("second.asked", span=wording.duration(timedelta(seconds=VALID_S)))
    return await ask(tools, asked, wish, card, label=wording.say("second.ask_for"), done=done)


async def second(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The card of somebody else's order at the price of now, or the answer no."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    request = word_of(parsed, "request").casefold()
    if any(one.command_id == _command_id(request) for one in tools.book().orders.values()):
        return refusal(asked, "second.done_already")
    pending = await tools.registers.pending(_key(request))
    now = tools.clock.now()
    kept = _PROPOSAL.decode(pending.body) if pending is not None else None
    is_over = pending is None or now >= pending.expires_at
    if kept is None or is_over or kept.command.account != account.account:
        return refusal(asked, "second.none", typed=request)
    if kept.command.person == asked.person.person_id:
        return refusal(asked, "second.own")
    if word_of(parsed, "answer") == "no" and not asked.must_review:
        return await _declined(tools, asked, request, kept)
    return await _card(tools, asked, request, kept, account)


async def _card(tools: Tools, asked: Asked, request: str, kept: Proposal, account: Account) -> Screen:
    wording, seen = asked.wording, kept.command.seen
    command = replace(
        kept.command,
        seen=replace(seen_of(tools, seen.instrument), atr=seen.atr),
        seconded_by=asked.person.person_id,
    )
    staged, as_decided = staged_today(tools, account)
    plan = plan_entry(staged, command, tools.clock.now(), live_allowed=tools.facts.live_allowed)
    found = plan.refusals if isinstance(plan, EntryPlan) else plan
    hard = [one for one in found if one.code not in ASKABLE]
    if hard or not isinstance(plan, EntryPlan):
        return refusals_screen(
            refused_sentences(wording, tools.book(), account, tools.clock.now(), hard or found)
        )
    parsed = parse(kept.line)
    assert isinstance(parsed, OrderLine), "it was one when it was kept"
    shown = entry_card(tools, asked, parsed, plan, staged, as_decided)
    action, symbol = wording.say(f"card.{parsed.verb}"), seen.instrument.symbol
    card = replace(
        shown,
        blocks=(
            title(wording.say("second.title", name=kept.name, action=action, symbol=symbol)),
            *shown.blocks[1:],
            kv(
                (wording.say("second.since"), wording.clock(kept.at)),
                (wording.say("second.then"), wording.price(kept.price, seen.instrument.tick_size)),
            ),
        ),
    )
    no = await choice_button(
        tools, asked, wording.say("second.no"), f"/second {request} no on {account.account}"
    )
    return await ask(
        tools,
        asked,
        replace(command, confirmed=tuple(sorted({*command.confirmed, *(one.code for one in found)}))),
        card.with_buttons(row(no)),
        label=wording.say("second.agree"),
        command_id=_command_id(request),
        notional=plan.notional,
    )


async def _declined(tools: Tools, asked: Asked, request: str, kept: Proposal) -> Screen:
    """Somebody does not agree: then it is over, and whoever has asked hears of it."""
    person = asked.person.person_id
    facts = {"name": kept.name, "person": await name_of(tools, person), "order": kept.line.removeprefix("/")}
    command = Tell(
        CommandId(f"second-no:{request}"),
        person,
        kept.command.account,
        "order_declined",
        Topic.RISK.value,
        Level.WARNING.value,
        facts,
    )
    done = asked.wording.say("second.declined", name=kept.name)
    answer = await send(tools, asked, command, label="", done=done)
    if answer.kind is not Kind.REFUSAL:
        await tools.registers.drop_pending([_key(request)])
    return answer


def _key(request: str) -> str:
    return f"{_PLACE}:{request}"


def _command_id(request: str) -> CommandId:
    """Whoever agrees, and however often: one order."""
    return CommandId(f"second:{request}")


HANDLERS: dict[str, Handler] = {"second": second}
