"""Questions with buttons: kept until the right person answers, in the right chat, in time, once.

The command's id is the button's nonce, so the journal itself makes it one-use (RULINGS 1): what this room
keeps is only what to submit. What a card shows does not belong here.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct, json
from msgspec.structs import replace

from bot.conversation.cooling import command_cooled
from bot.conversation.factor import Held, hold, must_prove, proof_until
from bot.conversation.handling import Asked, Tools, aside, refusal, seen_of
from bot.conversation.screen import Button, Kind, Screen, button, dim, line, row, warn
from bot.conversation.sent import answered
from bot.conversation.standing import refused_sentences
from trading.domain.commands import ClosePosition, Command, OpenPosition
from trading.domain.ids import CommandId
from trading.domain.money import ZERO
from trading.domain.risk import ASKABLE
from trading.ports import Denied, JournalUnavailable, Pending

TTL_S = 60
KEPT_S = 86_400
"""How long a question is remembered after it has expired, so that an old button still gets its own answer."""

_NO = ".no"


class Question(Struct, frozen=True, tag=True):
    """A command that waits for its press. `line` makes the card anew when it comes too late; `done` is what
    to say when it was carried out (empty: the command's own screen); `again` names the button of a second
    step; `answered` is set once the desk has given an answer; `notional` is that of an entry, in money."""

    command: Command
    line: str
    label: str
    done: str = ""
    again: str = ""
    answered: bool = False
    notional: Decimal = ZERO


class Choice(Struct, frozen=True, tag=True):
    """A line with one reading that waits to be chosen."""

    line: str


class Reread(Struct, frozen=True):
    """What to do instead of answering: read this line as if it were typed now. `note` is a key of the
    catalogue for the first line of the answer; `must_review`: nothing may go out without a card."""

    line: str
    note: str = ""
    must_review: bool = False


_KEPT = json.Decoder(Question | Choice)
_encode = json.Encoder(decimal_format="string").encode


def chat_of(asked: Asked) -> str:
    """Where a question lives: a press from anywhere else is a stranger's."""
    return f"{asked.incoming.platform}:{asked.incoming.chat}"


async def ask(
    tools: Tools,
    asked: Asked,
    command: Command,
    card: Screen,
    *,
    label: str,
    done: str = "",
    again: str = "",
    command_id: CommandId | None = None,
    notional: Decimal = ZERO,
) -> Screen:
    """`card` as a review card: its confirming button sends `command`, its other button forgets it.

    Args:
        label: what the confirming button says (`Buy`).
        done: what to answer when it was carried out; empty for commands that `sent` has a screen for.
        again: for what must not happen by accident: the label of a second card's button.
        command_id: of what may happen once whoever presses; else the button's nonce is the command's id.
    """
    cooled = command_cooled(tools, asked, command)
    if cooled is not None:
        return cooled
    nonce = _nonce(tools)
    named = replace(command, command_id=command_id or CommandId(nonce))
    kept = Question(named, asked.line, label, done, again, notional=notional)
    await _keep(tools, asked, nonce, kept)
    word = asked.person.prefs.word
    if word and not asked.incoming.is_group:
        card = card.with_blocks(line(dim(asked.wording.say("card.word", word=word))))
    yes = button(label, nonce, confirming=True)
    no = button(asked.wording.say("card.cancel"), nonce + _NO)
    return replace(card, kind=Kind.REVIEW).with_buttons(*card.buttons, row(yes, no))


async def ask_or_send(
    tools: Tools,
    asked: Asked,
    command: Command,
    card: Screen,
    *,
    label: str,
    notional: Decimal,
    must_review: bool = False,
    again: str = "",
) -> Screen:
    """A review card, or for an order within the person's one-tap limit its result at once."""
    if must_review or again or asked.must_review or not ZERO < notional <= asked.person.prefs.one_tap_limit:
        return await ask(tools, asked, command, card, label=label, again=again, notional=notional)
    if await must_prove(tools, asked, command, notional):
        return await ask(tools, asked, command, card, label=label, notional=notional)
    return await send(tools, asked, replace(command, command_id=asked.incoming.command_id), label=label)


async def choice_button(tools: Tools, asked: Asked, label: str, chosen_line: str) -> Button:
    """A button that reads `chosen_line` as if it were typed."""
    nonce = _nonce(tools)
    await _keep(tools, asked, nonce, Choice(chosen_line))
    return button(label, nonce)


async def press(tools: Tools, asked: Asked) -> Screen | Reread:
    """Answer a pressed button, or say which line to read instead.

    A nonce that is unknown, somebody else's or of another chat gets the same answer: not known.
    """
    action = asked.incoming.action
    nonce = action.removesuffix(_NO)
    pending = await tools.registers.pending(nonce)
    if pending is None or pending.person != asked.person.person_id or pending.chat != chat_of(asked):
        return aside(asked, "press.unknown")
    kept = _KEPT.decode(pending.body)
    is_late = tools.clock.now() >= pending.expires_at
    if isinstance(kept, Choice):
        return Reread(kept.line, must_review=is_late)
    if kept.command.account not in asked.person.accounts:
        return aside(asked, "press.unknown")
    if action != nonce:
        return await _declined(tools, asked, nonce, kept)
    asked = replace(asked, line=kept.line)
    if is_late and not (kept.answered or _is_known(tools, kept.command)):
        await tools.registers.drop_pending([nonce])
        return Reread(kept.line, "press.expired", must_review=True)
    if kept.again:
        card = Screen.of(line(warn(asked.wording.say("card.again", label=kept.label))))
        await tools.registers.drop_pending([nonce])
        return await ask(
            tools, asked, kept.command, card, label=kept.again, done=kept.done, notional=kept.notional
        )
    cooled = None if kept.answered else command_cooled(tools, asked, kept.command)
    if cooled is not None:
        return cooled
    if not kept.answered and await must_prove(tools, asked, kept.command, kept.notional):
        # What waits for its proof must not run out meanwhile.
        await tools.registers.put_pending(replace(pending, expires_at=proof_until(tools)))
        return await hold(tools, asked, Held(action=action))
    screen = await send(tools, asked, _fresh(tools, kept.command), label=kept.label, done=kept.done)
    if not kept.answered:
        # It has happened, and that must be told whatever becomes of the note about it.
        with suppress(JournalUnavailable):
            await tools.registers.put_pending(replace(pending, body=_encode(replace(kept, answered=True))))
    return screen


async def send(tools: Tools, asked: Asked, command: Command, *, label: str, done: str = "") -> Screen:
    """Submit and tell what came of it. A refusal that a person may press through becomes a new card."""
    if isinstance(command, OpenPosition | ClosePosition):
        command = replace(command, asked_at=asked.incoming.reached_at)
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        codes = {one.code for one in answer.refusals}
        account, now = tools.book().account(command.account), tools.clock.now()
        said = refused_sentences(asked.wording, tools.book(), account, now, answer.refusals)
        sentences = [line(warn(one)) for one in said]
        if isinstance(command, OpenPosition) and codes <= ASKABLE and not answer.repeated:
            seen = tuple(sorted({*command.confirmed, *codes}))
            card = Screen.of(*sentences, asked.wording.say("card.send_anyway"))
            return await ask(tools, asked, replace(command, confirmed=seen), card, label=label)
        return Screen.of(*sentences, kind=Kind.REFUSAL)
    is_own = isinstance(command, OpenPosition | ClosePosition) and command.person == asked.person.person_id
    if isinstance(command, OpenPosition | ClosePosition) and is_own and not answer.repeated:
        with suppress(JournalUnavailable):
            await _remember(tools, asked, command.seen.instrument.symbol)
    return answered(tools, asked, command, answer, done)


async def prune(tools: Tools) -> None:
    """Forget questions that nobody can mean any more."""
    await tools.registers.drop_pending([], expired_before=tools.clock.now() - timedelta(seconds=KEPT_S))


# ---------------------------------------------------------------- the last orders, for /repeat

LAST_LINES = "last_orders"
LAST_LINES_MAX = 20
_LINES = json.Decoder(dict[str, str])


async def last_lines(tools: Tools, asked: Asked) -> dict[str, str]:
    """The line of the last order by symbol, the newest last."""
    kept = (await tools.registers.settings(asked.person.person_id)).get(LAST_LINES, "")
    return _LINES.decode(kept) if kept else {}


async def _remember(tools: Tools, asked: Asked, symbol: str) -> None:
    lines = await last_lines(tools, asked)
    lines.pop(symbol, None)
    lines[symbol] = asked.line
    newest = dict(list(lines.items())[-LAST_LINES_MAX:])
    await tools.registers.put_setting(asked.person.person_id, LAST_LINES, _encode(newest).decode())


# ---------------------------------------------------------------- inside


def _nonce(tools: Tools) -> str:
    """128 random bits in 22 characters, none of them a colon (RULINGS 1)."""
    return base64.urlsafe_b64encode(tools.entropy.token(16)).decode().rstrip("=")


async def _keep(tools: Tools, asked: Asked, nonce: str, kept: Question | Choice) -> None:
    until = tools.clock.now() + timedelta(seconds=TTL_S)
    pending = Pending(nonce, asked.person.person_id, chat_of(asked), _encode(kept), until)
    await tools.registers.put_pending(pending)


async def _declined(tools: Tools, asked: Asked, nonce: str, kept: Question) -> Screen:
    if kept.answered or _is_known(tools, kept.command):
        return refusal(asked, "press.too_late_to_cancel")
    await tools.registers.drop_pending([nonce])
    return Screen.of(asked.wording.say("press.canceled"))


def _is_known(tools: Tools, command: Command) -> bool:
    """Whether an order of this command stands in the book: the answer of a press that died half way."""
    return any(order.command_id == command.command_id for order in tools.book().orders.values())


def _fresh(tools: Tools, command: Command) -> Command:
    """The command on the market as it is at the press; ATR stays as the card showed it."""
    seen = getattr(command, "seen", None)
    if seen is None:
        return command
    now = replace(seen_of(tools, seen.instrument), atr=seen.atr)
    return replace(command, seen=now)
