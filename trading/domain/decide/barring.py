"""Barring symbols, and freeing them: what waits to open there is withdrawn, exits are never in its way."""

from __future__ import annotations

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.barring import BARRED_MAX, NAMED_MAX
from trading.domain.decide.deciding import Deciding
from trading.domain.rights import Right


def bar_symbols(d: Deciding, command: cm.BarSymbols) -> None:
    """Bar those that are not barred yet, or free those that are."""
    account = d.account(command.account)
    known = {one.symbol for one in account.barred}
    wanted = dict.fromkeys(command.symbols if command.is_barred or command.symbols else sorted(known))
    symbols = tuple(one for one in wanted if (one in known) is not command.is_barred)
    refusal = _cannot(d, command, symbols)
    if refusal is not None:
        d.deny(command.account, command.command_id, "blacklist", "", refusal)
        return
    person = command.person
    d.emit(ev.SymbolsBarred(command.account, symbols, command.is_barred, command.reason, person, d.now))
    d.facts = {"symbols": list(symbols)}
    if command.is_barred:
        for order in list(d.book.open_orders(command.account)):
            if order.is_entry and order.symbol in symbols:
                d.ask_cancel(order, command.command_id)


def _cannot(d: Deciding, command: cm.BarSymbols, symbols: tuple[str, ...]) -> ev.Refusal | None:
    account = d.account(command.account)
    if len(command.symbols) > NAMED_MAX or (
        command.is_barred and len(account.barred) + len(symbols) > BARRED_MAX
    ):
        text = f"{BARRED_MAX} symbols can be barred, {NAMED_MAX} with one line: free some by /blacklist del."
        return ev.Refusal("barred_full", text)
    if not symbols:
        text = "That is so already: /blacklist shows what is barred."
        return ev.Refusal("no_change", text)
    if not command.is_barred and Right.RESUME not in account.rights_of(command.person):
        # Whoever has barred may open again: it was their own word.
        others = [one for one in account.barred if one.symbol in symbols and one.by != command.person]
        if others:
            text = f"{others[0].symbol} was barred by {others[0].by}: somebody who may /resume frees it."
            return ev.Refusal("barred_by", text, "symbol", others[0].symbol)
    return None
