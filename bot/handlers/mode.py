"""`/mode`: whether an account opens anything with real money. Beginning is typed, ending is at once."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct, json

from bot.conversation.confirmation import chat_of, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Kind, Screen, code, dim, kv, line, look, row, warn
from bot.handlers.accounts import where
from bot.handlers.marks import heading
from bot.handlers.risk import limit_text, short
from bot.handlers.subjects import account_of, on_account, word_of
from trading.domain.book import Account
from trading.domain.commands import SetMode
from trading.domain.ids import AccountId, CommandId
from trading.domain.limits import LIVE_CAPS
from trading.domain.mode import LIVE, LIVE_OFF, PAPER
from trading.ports import Pending

TYPE_WITHIN_S = 300
"""How long the typed words answer their question."""


class Wanted(Struct, frozen=True):
    """An account that is to trade real money once its words were typed."""

    command_id: CommandId
    account: AccountId


_WANTED = json.Decoder(Wanted)


async def mode(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show it, end real money at once, or ask for the words that begin it."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    wanted = word_of(parsed, "mode")
    if not wanted:
        return _shown(tools, asked, account)
    if wanted != LIVE:
        return await _ended(tools, asked, account)
    if account.mode == PAPER:
        return _stays_paper(tools, asked, account)
    if not tools.facts.live_allowed:
        return refusal(asked, "mode.switched_off")
    if account.mode == LIVE:
        return refusal(asked, "mode.is_live", account=account.account)
    words = word_of(parsed, "words")
    if _plain(words) == _plain(asked.wording.say("mode.phrase")):
        return await _answered(tools, asked, account)
    return await _asked(tools, asked, account, is_wrong=bool(words))


def _shown(tools: Tools, asked: Asked, account: Account) -> Screen:
    say = asked.wording.say
    blocks: list[Block] = [
        *heading(tools, asked, say("mode.title"), account),
        kv((say("accounts.where"), where(tools, asked, account))),
        line(say(f"mode.means.{account.mode}")),
    ]
    if account.mode == LIVE_OFF:
        allowed = tools.facts.live_allowed
        hint = line(dim(say("mode.begin")), " ", code(_line(asked, account)))
        blocks.append(hint if allowed else line(warn(say("mode.switched_off"))))
    if account.mode == LIVE:
        blocks.append(
            line(dim(say("mode.end")), " ", code(f"/mode paper {on_account(asked, account)}".strip()))
        )
    return Screen.of(*blocks).with_buttons(row(look(say("accounts.title"), "accounts")))


async def _ended(tools: Tools, asked: Asked, account: Account) -> Screen:
    """Nothing is opened with real money from now on. Never asks: it only takes away."""
    if account.mode != LIVE:
        return refusal(asked, f"mode.ended_already.{account.mode}", account=account.account)
    command = SetMode(asked.incoming.command_id, asked.person.person_id, account.account, LIVE_OFF)
    done = asked.wording.say("mode.ended", account=account.account)
    return await send(tools, asked, command, label="", done=done)


def _stays_paper(tools: Tools, asked: Asked, account: Account) -> Screen:
    """A paper account trades no real money, ever; which accounts of the person could."""
    book = tools.book()
    found = [one for name in asked.person.accounts if (one := book.account(name)) is not None]
    real = [one.account for one in found if one.mode != PAPER]
    if not real:
        return refusal(asked, "mode.stays_paper", account=account.account)
    return refusal(asked, "mode.other", account=account.account, line=f"/mode live on {real[0]}")


async def _asked(tools: Tools, asked: Asked, account: Account, *, is_wrong: bool) -> Screen:
    """The question, with the words that answer it. Nothing has happened yet."""
    say = asked.wording.say
    wanted = Wanted(CommandId(f"mode-{tools.entropy.token(16).hex()}"), account.account)
    until = tools.clock.now() + timedelta(seconds=TYPE_WITHIN_S)
    kept = Pending(_place(asked), asked.person.person_id, chat_of(asked), json.encode(wanted), until)
    await tools.registers.put_pending(kept)
    limits = account.limits
    cools = tools.facts.raise_cools
    return Screen.of(
        *([line(warn(say("mode.other_words")))] if is_wrong else []),
        *heading(tools, asked, say("mode.ask", account=account.account), account),
        kv(
            (say("accounts.where"), where(tools, asked, account)),
            *((short(name), limit_text(asked, account, name, getattr(limits, name))) for name in LIVE_CAPS),
        ),
        line(say("mode.caps", span=asked.wording.duration(cools)) if cools else say("mode.caps_now")),
        line(warn(say("mode.warning"))),
        line(say("mode.type", span=asked.wording.duration(timedelta(seconds=TYPE_WITHIN_S)))),
        line(code(_line(asked, account, say("mode.phrase")))),
        kind=Kind.REVIEW,
    )


async def _answered(tools: Tools, asked: Asked, account: Account) -> Screen:
    """The words were typed. They count only as the answer to the question that stands in this chat."""
    pending = await tools.registers.pending(_place(asked))
    if pending is None or pending.person != asked.person.person_id or asked.must_review:
        return await _asked(tools, asked, account, is_wrong=False)
    wanted = _WANTED.decode(pending.body)
    if tools.clock.now() >= pending.expires_at or wanted.account != account.account:
        return await _asked(tools, asked, account, is_wrong=False)
    command = SetMode(wanted.command_id, asked.person.person_id, account.account, LIVE)
    done = asked.wording.say("mode.begun", account=account.account)
    answer = await send(tools, asked, command, label="", done=done)
    return answer.with_buttons(row(look(asked.wording.say("view.limits"), "limits")))


def _place(asked: Asked) -> str:
    """Where the question of a person in a chat is kept: a newer one takes its place."""
    return f"mode:{asked.person.person_id}:{chat_of(asked)}"


def _line(asked: Asked, account: Account, phrase: str = "") -> str:
    return " ".join(f"/mode live {on_account(asked, account)} {phrase}".split())


def _plain(text: str) -> str:
    """Words as they count: capitals and spaces mean nothing."""
    return " ".join(text.casefold().split())


HANDLERS: dict[str, Handler] = {"mode": mode}
