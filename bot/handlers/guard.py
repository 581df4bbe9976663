"""Stop and go: `/halt` at once, `/resume` with a reason and a card."""

from __future__ import annotations

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
from bot.handlers.marks import heading
from bot.handlers.subjects import word_of
from trading.domain.book import Account, Book
from trading.domain.commands import HaltState, SetHalt

STATES = {"": HaltState.REDUCE_ONLY, "reduce": HaltState.REDUCE_ONLY, "all": HaltState.HALTED}
REASON_LENGTH_MAX = 200
_WHOLE_DESK = "desk"


async def halt(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Stop entries now; nothing is asked, because stopping is always safe. Exits go on."""
    account = _account(tools, asked)
    is_desk = word_of(parsed, "scope") == _WHOLE_DESK
    state = STATES[word_of(parsed, "state")]
    reason = word_of(parsed, "reason")[:REASON_LENGTH_MAX] or asked.wording.say("view.by_hand")
    current = tools.book().desk_state if is_desk else account.halt
    if current is state:
        return refusal(asked, "view.halted_already", state=asked.wording.say(f"view.halt.{state.value}"))
    command = SetHalt(
        asked.incoming.command_id, asked.person.person_id, account.account, state, reason, is_desk
    )
    scope = _scope(asked, account, is_desk)
    told = asked.wording.say(f"view.halted.{state.value}", scope=scope, reason=reason)
    names = asked.person.accounts if is_desk else (account.account,)
    waiting = sum(order.is_entry for name in names for order in tools.book().open_orders(name))
    answer = await send(tools, asked, command, label="", done=told)
    return answer if answer.kind is Kind.REFUSAL else _withdrawn(asked, waiting, is_desk, answer)


def _account(tools: Tools, asked: Asked) -> Account:
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    return account


def _scope(asked: Asked, account: Account, is_desk: bool) -> str:
    say = asked.wording.say
    return say("view.scope_desk") if is_desk else say("view.scope_account", account=account.account)


def _withdrawn(asked: Asked, waiting: int, is_desk: bool, answer: Screen) -> Screen:
    """The answer with what the halt withdraws, and how to open again."""
    say = asked.wording.say
    blocks: list[Block] = [line(warn(say("view.entries_withdrawn", n=waiting)))] if waiting else []
    blocks.append(line(dim(say("view.resume_how", line="/resume desk" if is_desk else "/resume"))))
    orders = look(say("view.orders"), "orders") if waiting else None
    return answer.with_blocks(*blocks).with_buttons(row(orders, look(say("view.status"), "status")))


async def resume(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Open again: says why it was halted, wants a reason, and asks before it does."""
    account = _account(tools, asked)
    book, say = tools.book(), asked.wording.say
    is_desk = word_of(parsed, "scope") == _WHOLE_DESK
    state, was = _state(book, account, is_desk)
    scope = _scope(asked, account, is_desk)
    if state is HaltState.ACTIVE:
        return _nothing_to_resume(asked, book, account, is_desk)
    if not is_desk and account.flattening is not None:
        return refusal(asked, "view.resume_later")
    said = say(f"view.halt.{state.value}")
    reason = word_of(parsed, "reason")[:REASON_LENGTH_MAX]
    if not reason:
        typed = "/resume desk the news is out" if is_desk else "/resume the news is out"
        return Screen.of(
            *heading(tools, asked, say("view.resume"), account),
            line(say("view.halted_now", scope=scope, state=said, reason=was)),
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
            (say("view.halted_because"), was or say("word.none")),
            (say("view.your_reason"), bold(reason)),
            (say("view.then"), span(say("view.halt.active"), tone=Tone.GOOD)),
        ),
    )
    done = say("view.resumed", scope=scope, reason=reason)
    return await ask(tools, asked, command, card, label=say("view.resume"), done=done)


def _state(book: Book, account: Account, is_desk: bool) -> tuple[HaltState, str]:
    if is_desk:
        return book.desk_state, book.desk_halt_reason
    return account.halt, account.halt_reason


def _nothing_to_resume(asked: Asked, book: Book, account: Account, is_desk: bool) -> Screen:
    """It is open; but perhaps the other of the two is not."""
    other, reason = _state(book, account, not is_desk)
    if other is HaltState.ACTIVE:
        return refusal(asked, "view.open_already", scope=_scope(asked, account, is_desk))
    said = asked.wording.say(f"view.halt.{other.value}")
    return refusal(
        asked,
        "view.other_is_halted",
        scope=_scope(asked, account, is_desk),
        other=_scope(asked, account, not is_desk),
        state=said,
        reason=reason,
        line="/resume" if is_desk else "/resume desk",
    )


HANDLERS: dict[str, Handler] = {"halt": halt, "resume": resume}
