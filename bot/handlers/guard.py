"""Stop and go: `/halt` at once, `/pause` until a time, `/resume` with a reason and a card."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.confirmation import ask, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.screen import (
    Block,
    Kind,
    Screen,
    Tone,
    bold,
    code,
    dim,
    kv,
    line,
    look,
    row,
    span,
    warn,
)
from bot.conversation.standing import lockout_of, maintenance_said, said_of, when
from bot.conversation.verbs_shape import Right
from bot.handlers.marks import heading
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.subjects import line_of, word_of
from trading.domain.book import Account
from trading.domain.commands import HaltState, SetHalt
from trading.domain.exits import Moment
from trading.domain.halting import Halt
from trading.domain.ids import DESK, AccountId

STATES = {"": HaltState.REDUCE_ONLY, "reduce": HaltState.REDUCE_ONLY, "all": HaltState.HALTED}
REASON_LENGTH_MAX = 200
_WHOLE_DESK = "desk"
_END_WORDS = ("until ", "till ")


async def halt(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Stop entries now; nothing is asked, because stopping is always safe. Exits go on."""
    account = _account(tools, asked)
    is_desk = word_of(parsed, "scope") == _WHOLE_DESK
    state = STATES[word_of(parsed, "state")]
    answer = await _halted(tools, asked, account, state, is_desk, word_of(parsed, "reason"))
    if answer.kind is Kind.REFUSAL or not word_of(parsed, "reason").lower().startswith(_END_WORDS):
        return answer
    typed = f"/pause {'desk ' if is_desk else ''}{word_of(parsed, 'reason')}"
    return answer.with_blocks(line(warn(asked.wording.say("guard.halt_has_no_end", line=typed))))


async def _halted(
    tools: Tools, asked: Asked, account: Account, state: HaltState, is_desk: bool, typed: str
) -> Screen:
    reason = typed[:REASON_LENGTH_MAX] or asked.wording.say("view.by_hand")
    stands = _stands(tools, account, is_desk)
    if stands.state is state and stands.until is None:
        said = said_of(asked.wording, stands, tools.clock.now())
        return refusal(asked, "view.halted_already", state=said)
    command = SetHalt(
        asked.incoming.command_id, asked.person.person_id, account.account, state, reason, is_desk
    )
    scope = _scope(asked, account, is_desk)
    told = asked.wording.say(f"view.halted.{state.value}", scope=scope, reason=reason)
    return await _stopped(tools, asked, command, told, None)


async def pause(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Stop entries now, until a time at which they go out again by themselves. Without one it is a halt."""
    account = _account(tools, asked)
    scopes = {word_of(parsed, "scope"), word_of(parsed, "scope_behind")} - {""}
    if len(scopes) > 1:
        return refusal(asked, "guard.pause_two_scopes")
    is_desk = _WHOLE_DESK in scopes
    typed = line_of(parsed).values.get("until")
    if not isinstance(typed, Moment):
        return await _halted(tools, asked, account, HaltState.REDUCE_ONLY, is_desk, word_of(parsed, "reason"))
    now = tools.clock.now()
    try:
        until = end_of(asked, typed, now)
    except NoSuchMoment as problem:
        return Screen.of(str(problem), kind=Kind.REFUSAL)
    stands = _stands(tools, account, is_desk)
    if stands.state is not HaltState.ACTIVE and (stands.until is None or until <= stands.until):
        return _pause_refused(asked, account, stands, until, now, is_desk)
    reason = word_of(parsed, "reason")[:REASON_LENGTH_MAX] or asked.wording.say("view.by_hand")
    command = SetHalt(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        HaltState.REDUCE_ONLY,
        reason,
        is_desk,
        until,
    )
    scope, shown = _scope(asked, account, is_desk), when(asked.wording, until, now)
    told = asked.wording.say("guard.paused", scope=scope, until=shown, reason=reason)
    return await _stopped(tools, asked, command, told, until)


def _pause_refused(
    asked: Asked, account: Account, stands: Halt, until: datetime, now: datetime, is_desk: bool
) -> Screen:
    """A pause that would loosen what stands, or that ends earlier."""
    say = asked.wording.say
    who = say("alert.who_desk") if is_desk else say("alert.who_account", account=account.account)
    return refusal(
        asked,
        "guard.pause_loosens" if stands.until is None else "guard.pause_shorter",
        who=who,
        said=said_of(asked.wording, stands, now),
        until=when(asked.wording, until, now),
        line="/resume desk" if is_desk else "/resume",
    )


async def _stopped(tools: Tools, asked: Asked, command: SetHalt, told: str, until: datetime | None) -> Screen:
    """Submit a halt or a pause, and say what it withdraws and how it ends."""
    say, book = asked.wording.say, tools.book()
    names = book.account_ids() if command.desk else (command.account,)
    waiting = sum(order.is_entry for name in names for order in book.open_orders(name))
    answer = await send(tools, asked, command, label="", done=told)
    if answer.kind is Kind.REFUSAL:
        return answer
    opener = "/resume desk" if command.desk else "/resume"
    blocks: list[Block] = [line(warn(say("view.entries_withdrawn", n=waiting)))] if waiting else []
    if until is None:
        blocks.append(line(dim(say("view.resume_how", line=opener))))
    else:
        ahead = asked.wording.ago(until, tools.clock.now())
        blocks.append(line(dim(say("guard.pause_ends", ahead=ahead, line=opener))))
    orders = look(say("view.orders"), "orders") if waiting else None
    return answer.with_blocks(*blocks).with_buttons(row(orders, look(say("view.status"), "status")))


def _account(tools: Tools, asked: Asked) -> Account:
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    return account


def _scope(asked: Asked, account: Account, is_desk: bool) -> str:
    say = asked.wording.say
    return say("view.scope_desk") if is_desk else say("view.scope_account", account=account.account)


def _stands(tools: Tools, account: Account, is_desk: bool) -> Halt:
    """The halt that binds now; an open one when a pause is over that nobody has written down yet."""
    found = tools.book().halt_of(AccountId(DESK) if is_desk else account.account)
    return found if found.binds(tools.clock.now()) else Halt()


async def resume(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Open again: says why it was halted, wants a reason, and asks before it does."""
    account = _account(tools, asked)
    wording, say = asked.wording, asked.wording.say
    is_desk = word_of(parsed, "scope") == _WHOLE_DESK
    if is_desk and not asked.person.may(Right.OPERATE):
        return refusal(asked, "guard.operator_only")
    stands = _stands(tools, account, is_desk)
    scope = _scope(asked, account, is_desk)
    if stands.state is HaltState.ACTIVE:
        return _nothing_to_resume(tools, asked, account, is_desk)
    if not is_desk and account.flattening is not None:
        return refusal(asked, "view.resume_later")
    now = tools.clock.now()
    said = said_of(wording, stands, now)
    reason = word_of(parsed, "reason")[:REASON_LENGTH_MAX]
    if not reason:
        typed = "/resume desk the news is out" if is_desk else "/resume the news is out"
        return Screen.of(
            *heading(tools, asked, say("view.resume"), account),
            line(say("view.halted_now", scope=scope, said=said)),
            line(say("view.resume_needs_reason"), " ", code(typed)),
            kind=Kind.REFUSAL,
        )
    command = SetHalt(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        HaltState.ACTIVE,
        reason,
        is_desk,
    )
    card = Screen.of(
        *heading(tools, asked, say("view.resume_asked", scope=scope), account),
        kv(
            (say("view.now"), line(warn(said))),
            (say("view.your_reason"), bold(reason)),
            (say("view.then"), span(say("view.halt.active"), tone=Tone.GOOD)),
        ),
    )
    done = say("view.resumed", scope=scope, reason=reason)
    left = _what_else_binds(tools, asked, account)
    card = card.with_blocks(*(line(warn(say("guard.still_halted", said=one))) for one in left))
    return await ask(tools, asked, command, card, label=say("view.resume"), done=done)


def _what_else_binds(tools: Tools, asked: Asked, account: Account) -> list[str]:
    """What a resume does not end: maintenance, and the person's own lockout."""
    now, wording = tools.clock.now(), asked.wording
    found = []
    maintenance = tools.book().desk.maintenance
    if maintenance is not None:
        found.append(maintenance_said(wording, maintenance, now))
    lockout = lockout_of(tools.book(), account, asked.person.person_id, now)
    if lockout is not None:
        until = when(wording, lockout.until, now)
        found.append(wording.say("guard.state.lockout", until=until))
    return found


def _nothing_to_resume(tools: Tools, asked: Asked, account: Account, is_desk: bool) -> Screen:
    """It is open; but perhaps something else is not."""
    now, wording = tools.clock.now(), asked.wording
    scope = _scope(asked, account, is_desk)
    other = _stands(tools, account, not is_desk)
    if other.state is not HaltState.ACTIVE:
        return refusal(
            asked,
            "view.other_is_halted",
            scope=scope,
            other=_scope(asked, account, not is_desk),
            said=said_of(wording, other, now),
            line="/resume" if is_desk else "/resume desk",
        )
    maintenance = tools.book().desk.maintenance
    lockout = lockout_of(tools.book(), account, asked.person.person_id, now)
    if maintenance is not None:
        said = maintenance_said(wording, maintenance, now)
        return refusal(asked, "guard.resume_maintenance", scope=scope, said=said)
    if lockout is not None:
        until = when(wording, lockout.until, now)
        mine = _scope(asked, account, False)
        return refusal(asked, "guard.resume_locked", scope=mine, until=until, person=lockout.by)
    return refusal(asked, "view.open_already", scope=scope)


HANDLERS: dict[str, Handler] = {"halt": halt, "pause": pause, "resume": resume}
