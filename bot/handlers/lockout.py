"""`/lockout`: a person closes their entries on every account until a time; nobody opens them earlier.

What cannot be undone is not pressed but typed (RULINGS 31): the question names the words, and only those,
from the same person in the same chat and in time, carry it out.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct, json

from bot.conversation.confirmation import chat_of, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.screen import Kind, Screen, bold, code, kv, line, look, row, warn
from bot.conversation.standing import lockout_of, lockout_said, when
from bot.handlers.guard import REASON_LENGTH_MAX
from bot.handlers.marks import heading
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.subjects import line_of, word_of
from trading.domain.book import Account, Book
from trading.domain.commands import LockOut
from trading.domain.exits import Moment
from trading.domain.halting import SPAN_MAX
from trading.domain.ids import CommandId
from trading.domain.order import Order
from trading.ports import Pending

TYPE_WITHIN_S = 300
"""How long the typed words answer their question."""


class Wanted(Struct, frozen=True):
    """A lockout that waits for its words. `phrase` is the whole line that must be typed."""

    command: LockOut
    phrase: str


_encode = json.Encoder(decimal_format="string").encode
_WANTED = json.Decoder(Wanted)


async def lockout(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show it, ask about it, or carry it out when the question's own words were typed."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    typed, reason = line_of(parsed).values.get("until"), word_of(parsed, "reason")
    if not isinstance(typed, Moment):
        if reason:
            return refusal(asked, "guard.lockout_no_time", typed=reason)
        return _shown(tools, asked, account)
    phrase = asked.wording.say("guard.lockout_phrase")
    if _plain(reason) == _plain(phrase):
        return await _answered(tools, asked, parsed, account)
    return await _asked(tools, asked, typed, reason, account)


def _plain(text: str) -> str:
    """Words as they count: capitals, spaces, a slash and a bot's name behind the verb mean nothing."""
    first, _, rest = text.casefold().strip().removeprefix("/").partition(" ")
    return " ".join((first.partition("@")[0], *rest.split()))


def _shown(tools: Tools, asked: Asked, account: Account) -> Screen:
    say, now = asked.wording.say, tools.clock.now()
    found = lockout_of(tools.book(), account, asked.person.person_id, now)
    example = code("/lockout until tomorrow")
    status = row(look(say("view.status"), "status"), look(say("view.risk"), "risk"))
    if found is None:
        return Screen.of(
            line(say("guard.lockout_none")), line(say("guard.lockout_how"), " ", example)
        ).with_buttons(status)
    said = lockout_said(asked.wording, found, now)
    return Screen.of(
        line(warn(say("guard.lockout_stands", said=said))),
        line(say("guard.lockout_for_good"), " ", code("/lockout until 2026-12-01")),
    ).with_buttons(status)


async def _asked(tools: Tools, asked: Asked, typed: Moment, reason: str, account: Account) -> Screen:
    """The question, with the words that answer it. Nothing has happened yet."""
    say, wording, now = asked.wording.say, asked.wording, tools.clock.now()
    try:
        until = end_of(asked, typed, now)
    except NoSuchMoment as problem:
        return Screen.of(str(problem), kind=Kind.REFUSAL)
    if until - now > SPAN_MAX:
        return refusal(asked, "guard.lockout_far", until=wording.instant(until))
    stands = lockout_of(tools.book(), account, asked.person.person_id, now)
    if stands is not None and until <= stands.until:
        return refusal(asked, "guard.lockout_shorter", until=when(wording, stands.until, now))
    why = reason[:REASON_LENGTH_MAX] or say("view.by_hand")
    local = wording.local(until)
    phrase = f"/lockout until {local:%Y-%m-%d %H:%M} {say('guard.lockout_phrase')}"
    command = LockOut(
        CommandId(f"lockout-{tools.entropy.token(16).hex()}"),
        asked.person.person_id,
        account.account,
        until,
        why,
    )
    await _keep(tools, asked, Wanted(command, phrase))
    book = tools.book()
    waiting = sum(
        _goes(book, asked, order) for name in book.account_ids() for order in book.open_orders(name)
    )
    ahead = wording.duration(until - now)
    withdrawn = [line(warn(say("guard.lockout_withdrawn", n=waiting)))] if waiting else []
    before = when(wording, stands.until, now) if stands is not None else ""
    return Screen.of(
        *heading(tools, asked, say("guard.lockout_ask"), account),
        kv(
            (say("guard.lockout_until_now"), before) if before else None,
            (
                say("guard.lockout_ends"),
                bold(say("guard.lockout_ends_at", until=wording.instant(until), ahead=ahead)),
            ),
            (say("guard.lockout_accounts"), _named(tools, asked)),
            (say("guard.lockout_reason"), why),
        ),
        line(warn(say("guard.lockout_warning"))),
        *withdrawn,
        line(say("guard.lockout_type", span=wording.duration(timedelta(seconds=TYPE_WITHIN_S)))),
        line(code(phrase)),
        kind=Kind.REVIEW,
    )


async def _answered(tools: Tools, asked: Asked, parsed: Parsed, account: Account) -> Screen:
    """The words were typed. They count only as the answer to the question that stands in this chat."""
    say, wording, now = asked.wording.say, asked.wording, tools.clock.now()
    typed = line_of(parsed).values["until"]
    assert isinstance(typed, Moment), "checked before"
    pending = await tools.registers.pending(_place(asked))
    if pending is None or pending.person != asked.person.person_id:
        return _headed(await _asked(tools, asked, typed, "", account), say("guard.lockout_unasked"))
    wanted = _WANTED.decode(pending.body)
    if (asked.must_review or now >= pending.expires_at) and not _is_done(tools, wanted):
        again = await _asked(tools, asked, typed, wanted.command.reason, account)
        return _headed(again, say("guard.lockout_expired"))
    if _plain(asked.line) != _plain(wanted.phrase):
        return refusal(asked, "guard.lockout_words", line=wanted.phrase)
    until = when(wording, wanted.command.until, now)
    if _is_done(tools, wanted):
        return Screen.of(say("guard.locked_again", until=until))
    names = _named(tools, asked)
    done = say("guard.locked", until=until, reason=wanted.command.reason, accounts=names)
    answer = await send(tools, asked, wanted.command, label="", done=done)
    return answer.with_buttons(row(look(say("view.status"), "status"), look(say("view.risk"), "risk")))


def _is_done(tools: Tools, wanted: Wanted) -> bool:
    """Whether this very lockout stands already: the same words came twice, or their answer was lost."""
    stands = tools.book().desk.lockout_of(wanted.command.person)
    return stands is not None and stands.until == wanted.command.until


def _goes(book: Book, asked: Asked, order: Order) -> bool:
    """Whether a waiting order is withdrawn: every entry of the person's accounts, their own on others."""
    person, account = asked.person.person_id, book.account(order.account)
    return order.is_entry and (order.person == person or (account is not None and account.owner == person))


def _named(tools: Tools, asked: Asked) -> str:
    """The accounts that are locked for everybody, and that the person may trade on no other."""
    say, person = asked.wording.say, asked.person.person_id
    found = {name: tools.book().account(name) for name in asked.person.accounts}
    own = [name for name, one in found.items() if one is not None and one.owner == person]
    others = [name for name, one in found.items() if name not in own and one is not None]
    parts = [", ".join(own)] if own else []
    parts += [say("guard.lockout_you_on", accounts=", ".join(others))] if others else []
    return "; ".join(parts)


def _place(asked: Asked) -> str:
    """Where the question of a person in a chat is kept: a newer one takes its place."""
    return f"lockout:{asked.person.person_id}:{chat_of(asked)}"


async def _keep(tools: Tools, asked: Asked, wanted: Wanted) -> None:
    until = tools.clock.now() + timedelta(seconds=TYPE_WITHIN_S)
    await tools.registers.put_pending(
        Pending(_place(asked), asked.person.person_id, chat_of(asked), _encode(wanted), until)
    )


def _headed(screen: Screen, sentence: str) -> Screen:
    return Screen.of(line(warn(sentence)), *screen.blocks, kind=screen.kind).with_buttons(*screen.buttons)


HANDLERS: dict[str, Handler] = {"lockout": lockout}
