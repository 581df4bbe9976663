"""Accounts: that one is there, with what money it trades, and what came to it from outside."""

from __future__ import annotations

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.halts import inherit_lockout
from trading.domain.ledger import deposit
from trading.domain.limits import LIVE_CAPS
from trading.domain.mode import LIVE, LIVE_OFF, PAPER
from trading.domain.money import plain

OPENING, BEYOND = "opening deposit", "moved at the venue"


def open_account(d: Deciding, command: cm.OpenAccount) -> None:
    """Open an account, once. One with real money begins with small caps, and opens nothing yet."""
    if d.book.account(command.account) is not None:
        text = f"Account {command.account} exists already."
        d.deny(command.account, command.command_id, "account", "", ev.Refusal("account_exists", text))
        return
    name, person = command.account, command.person
    assert command.mode in (PAPER, LIVE_OFF), "live trading is begun by SetMode"
    d.emit(
        ev.AccountOpened(
            name,
            person,
            command.venue,
            command.mode,
            command.currency,
            command.label,
            command.command_id,
            d.now,
        )
    )
    if command.deposit:
        lines = deposit(command.deposit, command.currency)
        d.emit(ev.CashMoved(name, OPENING, lines, d.now))
    for symbol, held in command.left.items():
        d.emit(ev.DriftIgnored(name, symbol, held, person, d.now))
    if command.mode != PAPER:
        for limit, value in LIVE_CAPS.items():
            d.emit(ev.LimitChanged(name, limit, value, person, d.now))
    inherit_lockout(d, d.account(name))


def set_mode(d: Deciding, command: cm.SetMode) -> None:
    """Begin to trade with real money, or stop. Neither touches what is held: exits go out all the same."""
    account = d.account(command.account)
    refusal = None
    if command.mode not in (LIVE, LIVE_OFF):
        text = f"There is no mode {command.mode}: there are live and live-off."
        refusal = ev.Refusal("no_such_mode", text, "mode", command.mode)
    elif account.mode == PAPER:
        text = f"Account {command.account} is paper and stays so: one with real money has keys of its own."
        refusal = ev.Refusal("stays_paper", text, "mode", command.mode)
    elif account.mode == command.mode:
        refusal = ev.Refusal("no_change", "That is so already.", "mode", command.mode)
    elif command.mode == LIVE and not d.context.live_allowed:
        text = "Live trading is switched off for this desk (OPENOUTCRY_LIVE): use a paper account."
        refusal = ev.Refusal("live_switch", text, "mode", command.mode)
    if refusal is not None:
        d.deny(command.account, command.command_id, "mode", "", refusal)
        return
    d.emit(ev.ModeSet(command.account, command.mode, command.person, d.now))


def move_cash(d: Deciding, command: cm.MoveCash) -> None:
    """Take what came or went at the venue into the book, as no profit; unless the book has moved since."""
    account = d.account(command.account)
    refusal = None
    if not command.moved:
        refusal = ev.Refusal("no_change", "Book and venue have the same cash.", "cash")
    elif account.cash != command.booked:
        text = f"The book's cash is {plain(account.cash)} by now: /accounts cash shows the difference of now."
        refusal = ev.Refusal("cash_changed", text, "cash", plain(account.cash))
    if refusal is not None:
        d.deny(command.account, command.command_id, "accounts", "", refusal)
        return
    d.emit(ev.CashMoved(command.account, BEYOND, deposit(command.moved, account.currency), d.now))
