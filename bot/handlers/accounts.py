"""`/accounts`: where each account is, with what money it trades, what it is worth; cash that moved there."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.confirmation import ask, choice_button
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    bold,
    code,
    dim,
    gap,
    kv,
    line,
    look,
    row,
    table,
    title,
    warn,
)
from bot.handlers.marks import heading
from bot.handlers.rates import whole
from bot.handlers.subjects import account_of, accounts_of, refresh, rows_of, word_of
from trading.domain.book import Account
from trading.domain.commands import MoveCash
from trading.domain.ids import CommandId
from trading.domain.mode import LIVE, LIVE_OFF, PAPER
from trading.domain.money import Money

_NOT_YET = CommandId("")
BUTTONS_MAX = 6


async def accounts(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The list, or what moved at the venue."""
    if word_of(parsed, "act") == "cash":
        return await _cash(tools, asked, parsed)
    found = accounts_of(tools, asked, parsed)
    if isinstance(found, Screen):
        return found
    say, book = asked.wording.say, tools.book()
    rows = [
        (
            _name(asked, one),
            line(where(tools, asked, one)),
            _mode(asked, one),
            line(asked.wording.money(book.equity(one), one.currency)),
        )
        for one in found
    ]
    head = (say("accounts.account"), say("accounts.where"), say("accounts.mode"), f">{say('view.equity')}")
    blocks: list[Block] = [title(say("accounts.title")), table(head, rows), *whole(tools, asked, found)]
    blocks += [line(warn(one)) for account in found if (one := _trouble(tools, asked, account))]
    if all(one.venue == PAPER for one in found):
        blocks += [gap(), line(dim(say("accounts.how")), " ", code("openoutcry keys add"))]
    others = [one for one in found if one.account != asked.person.account][:BUTTONS_MAX]
    uses = [
        await choice_button(
            tools, asked, say("accounts.use", account=one.account), f"/settings account {one.account}"
        )
        for one in others
    ]
    buttons = [*rows_of(uses, 2), row(refresh(asked, "accounts"), look(say("view.portfolio"), "portfolio"))]
    return Screen.of(*blocks).with_buttons(*buttons)


def where(tools: Tools, asked: Asked, account: Account) -> str:
    """`binance paper side (bronze)`, `paper`."""
    say = asked.wording.say
    if account.venue == PAPER:
        return say("accounts.own")
    side = say("accounts.side.paper" if account.mode == PAPER else "accounts.side.live")
    grade = tools.venues.look(account.account).grade if tools.venues is not None else ""
    return say("accounts.at", venue=account.venue, side=side, grade=grade or say("word.none"))


def _name(asked: Asked, account: Account) -> Line:
    return line(bold(account.account), dim(" ●") if account.account == asked.person.account else "")


def _mode(asked: Asked, account: Account) -> Line:
    text = asked.wording.say(f"accounts.mode.{account.mode}")
    return line(warn(text) if account.mode == LIVE else text)


def _trouble(tools: Tools, asked: Asked, account: Account) -> str:
    """Why nothing leaves for an account; empty when all is well."""
    say = asked.wording.say
    if tools.venues is not None and not tools.venues.look(account.account).is_connected:
        return say("accounts.apart", account=account.account)
    if account.mode in (LIVE, LIVE_OFF) and not tools.facts.live_allowed:
        return say("accounts.switched_off", account=account.account)
    return ""


async def _cash(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What the venue says of the cash beyond the book, and a button that books it."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    say = asked.wording.say
    told = await tools.venues.cash(account.account) if tools.venues is not None else None
    if account.venue == PAPER:
        return refusal(asked, "accounts.cash_own", account=account.account)
    if told is None:
        return refusal(asked, "accounts.cash_silent", account=account.account)

    def money(value: Decimal, *, signed: bool = False) -> str:
        return asked.wording.money(Money(value, account.currency), signed=signed)

    moved = told - account.cash
    card = Screen.of(
        *heading(tools, asked, say("accounts.cash_title"), account),
        kv(
            (say("accounts.cash_there"), money(told)),
            (say("accounts.cash_booked"), money(account.cash)),
            (say("accounts.cash_moved"), bold(money(moved, signed=True))) if moved else None,
        ),
        line(say("accounts.cash_why" if moved else "accounts.cash_same")),
    )
    if not moved:
        return card
    command = MoveCash(_NOT_YET, asked.person.person_id, account.account, moved, account.cash)
    done = say("accounts.cash_done", moved=money(moved, signed=True), account=account.account)
    return await ask(tools, asked, command, card, label=say("accounts.cash_book"), done=done)


HANDLERS: dict[str, Handler] = {"accounts": accounts}
