"""`/reconcile`: where book and venue disagree, and who says what is true. Settling asks first."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.confirmation import ask
from bot.conversation.disagreement import choices, orders_named, signed
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal, seen_of
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    dim,
    gap,
    good,
    kv,
    line,
    look,
    row,
    table,
    warn,
)
from bot.handlers.finding import contract_of, symbol_named
from bot.handlers.marks import heading
from bot.handlers.subjects import account_of, line_of, refresh, word_of
from trading.domain.book import Account
from trading.domain.commands import LookNow, SettleDrift
from trading.domain.freezing import LIQUIDATION, Frozen
from trading.domain.money import plain


async def reconcile(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What differs now; with a symbol and a choice, the card that settles it."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    choice = word_of(parsed, "choice")
    symbol = await symbol_named(tools, asked, line_of(parsed), account, word_of(parsed, "symbol"))
    if isinstance(symbol, Screen):
        return symbol
    if not symbol:
        return await _shown(tools, asked, account)
    frozen = account.frozen_in(symbol)
    if frozen is None:
        return refusal(asked, "reconcile.nothing", symbol=symbol)
    if not choice:
        say = asked.wording.say
        head = heading(tools, asked, say("reconcile.title"), account)
        shown = Screen.of(*head, *_differs(tools, asked, account, [frozen]))
        return shown.with_buttons(choices(asked.wording, frozen))
    return await _card(tools, asked, account, frozen, choice)


async def _shown(tools: Tools, asked: Asked, account: Account) -> Screen:
    """How things stand; the venue is asked anew meanwhile."""
    say = asked.wording.say
    await tools.desk.submit(LookNow(asked.incoming.command_id, asked.person.person_id, account.account))
    blocks: list[Block] = [*heading(tools, asked, say("reconcile.title"), account)]
    started = tools.facts.started
    blocks.append(
        kv(
            (say("reconcile.compared"), _compared(tools, asked, account)),
            (say("reconcile.start"), started(asked.wording)) if started is not None else None,
        )
    )
    if account.frozen:
        blocks += _differs(tools, asked, account, list(account.frozen))
    else:
        blocks.append(line(good(say("reconcile.agree"))))
    blocks += [
        line(dim(say("reconcile.ignored", symbol=one.symbol, difference=plain(one.difference))))
        for one in account.ignored
    ]
    blocks.append(line(dim(say("reconcile.looking"))))
    rows = [choices(asked.wording, one) for one in account.frozen]
    again = row(refresh(asked, "reconcile"), look(say("view.status"), "status"))
    return Screen.of(*blocks).with_buttons(*rows, again)


def _compared(tools: Tools, asked: Asked, account: Account) -> str:
    venues = tools.facts.health().venues if tools.facts.health is not None else ()
    age_s = next((one.age_s for one in venues if one.account == account.account), None)
    if age_s is None:
        return asked.wording.say("reconcile.never") if venues else asked.wording.say("word.none")
    return asked.wording.say("reconcile.ago", age=asked.wording.duration(timedelta(seconds=age_s)))


def _differs(tools: Tools, asked: Asked, account: Account, frozen: list[Frozen]) -> list[Block]:
    say, wording = asked.wording.say, asked.wording
    rows: list[tuple[str | Line, ...]] = []
    lines: list[Block] = []
    for one in frozen:
        if one.reason == LIQUIDATION:
            lines.append(line(warn(say("reconcile.liquidated", symbol=one.symbol))))
            continue
        if one.difference:
            contract = contract_of(tools, account.account, one.symbol)
            texts = (signed(wording, contract, value) for value in (one.held, one.booked))
            rows.append((one.symbol, *texts))
        if one.lost:
            lines.append(line(warn(say("reconcile.lost", orders=orders_named(one)))))
    heads = (say("reconcile.symbol"), f">{say('reconcile.held')}", f">{say('reconcile.booked')}")
    blocks: list[Block] = [table(heads, rows)] if rows else []
    return [*blocks, *lines, gap(), line(dim(say("reconcile.choices")))]


async def _card(tools: Tools, asked: Asked, account: Account, frozen: Frozen, choice: str) -> Screen:
    wording, symbol = asked.wording, frozen.symbol
    contract = contract_of(tools, account.account, symbol)
    seen = seen_of(tools, contract)
    command = SettleDrift(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        symbol,
        choice,
        frozen.held,
        frozen.booked,
        seen,
    )
    quote = tools.market.last(symbol)
    price = wording.price(quote.mid, contract.tick_size) if quote is not None else wording.say("word.none")
    facts = {
        "symbol": symbol,
        "price": price,
        "change": signed(wording, contract, frozen.difference),
        "booked": signed(wording, contract, frozen.booked),
    }
    does = [] if choice == "adopt" and not frozen.difference else [f"reconcile.does.{choice}"]
    does += ["reconcile.does.adopt_orders"] if frozen.lost and choice != "ignore" else []
    blocks = [
        *heading(tools, asked, wording.say(f"reconcile.card.{choice}", symbol=symbol), account),
        *_differs(tools, asked, account, [frozen])[:-2],
        *(line(wording.say(key, **facts)) for key in does),
    ]
    label = "reconcile.seen" if frozen.reason == LIQUIDATION else f"reconcile.{choice}"
    done = wording.say(f"reconcile.done.{choice}", symbol=symbol)
    return await ask(tools, asked, command, Screen.of(*blocks), label=wording.say(label), done=done)


HANDLERS: dict[str, Handler] = {"reconcile": reconcile}
