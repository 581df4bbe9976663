"""`/maintenance`: somebody works on the desk. Beginning acts at once, ending asks first."""

from __future__ import annotations

from bot.conversation.confirmation import ask, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.screen import Block, Kind, Screen, dim, kv, line, look, row, warn
from bot.conversation.standing import maintenance_said, standings
from bot.handlers.guard import REASON_LENGTH_MAX
from bot.handlers.marks import heading
from bot.handlers.subjects import word_of
from trading.domain.book import Account
from trading.domain.commands import SetMaintenance


async def maintenance(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Begin, end, or show it. The table of verbs leaves it to admins."""
    switch, reason = word_of(parsed, "switch"), word_of(parsed, "reason")[:REASON_LENGTH_MAX]
    say, now = asked.wording.say, tools.clock.now()
    stands = tools.book().desk.maintenance
    said = maintenance_said(asked.wording, stands, now) if stands is not None else ""
    if not switch:
        if reason:
            return refusal(asked, "guard.maintenance_switch", typed=reason)
        shown = (
            say("guard.maintenance_is_on", said=said)
            if stands
            else say("guard.maintenance_is_off", line="/maintenance on")
        )
        return Screen.of(line(warn(shown) if stands else shown)).with_buttons(
            row(look(say("view.status"), "status"))
        )
    if switch == "on" and stands is not None:
        return refusal(asked, "guard.maintenance_already", said=said)
    if switch == "off" and stands is None:
        return refusal(asked, "guard.maintenance_off_already")
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    return await (_begin if switch == "on" else _end)(tools, asked, account, reason, said)


async def _begin(tools: Tools, asked: Asked, account: Account, reason: str, said: str) -> Screen:
    say, book = asked.wording.say, tools.book()
    why = reason or say("view.by_hand")
    waiting = sum(o.is_entry for name in book.account_ids() for o in book.open_orders(name))
    command = SetMaintenance(asked.incoming.command_id, asked.person.person_id, account.account, True, why)
    done = say("guard.maintenance_on", reason=why)
    answer = await send(tools, asked, command, label="", done=done)
    if answer.kind is Kind.REFUSAL:
        return answer
    blocks: list[Block] = [line(warn(say("view.entries_withdrawn", n=waiting)))] if waiting else []
    blocks.append(line(dim(say("guard.maintenance_how", line="/maintenance off"))))
    return answer.with_blocks(*blocks).with_buttons(row(look(say("view.status"), "status")))


async def _end(tools: Tools, asked: Asked, account: Account, reason: str, said: str) -> Screen:
    say, now = asked.wording.say, tools.clock.now()
    command = SetMaintenance(
        asked.incoming.command_id, asked.person.person_id, account.account, False, reason
    )
    card = Screen.of(
        *heading(tools, asked, say("guard.maintenance_end"), account),
        kv((say("view.now"), line(warn(said)))),
    )
    left = [
        one.said
        for one in standings(asked.wording, tools.book(), account, now)
        if one.name != "guard.maintenance"
    ]
    card = card.with_blocks(*(line(warn(say("guard.still_halted", said=one))) for one in left))
    label = say("guard.maintenance_end_it")
    return await ask(tools, asked, command, card, label=label, done=say("guard.maintenance_ended"))


HANDLERS: dict[str, Handler] = {"maintenance": maintenance}
