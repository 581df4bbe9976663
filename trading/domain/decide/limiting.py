"""Limits: what allows less counts at once, what allows more has to cool off first."""

from __future__ import annotations

from decimal import Decimal

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Account
from trading.domain.decide.deciding import Deciding
from trading.domain.halting import instant_text
from trading.domain.limits import LIMIT_HELP, is_raise, raise_of, with_limit
from trading.domain.money import plain
from trading.domain.rights import Right


def set_limit(d: Deciding, command: cm.SetLimit) -> None:
    """Lower a limit, have it raised later, or call a raise off."""
    account, name, value = d.account(command.account), command.name, command.value
    refusal = _cannot_set(d, command)
    if refusal is not None:
        d.deny(command.account, command.command_id, "limits", "", refusal)
        return
    before: Decimal = getattr(account.limits, name)
    waits = raise_of(account.raises, name)
    if value == before and waits is not None:
        reason = "called_off"
        d.emit(ev.LimitRaiseDropped(command.account, name, waits.value, reason, command.person, d.now))
        return
    cools = d.context.raise_cools
    if cools and is_raise(name, before, value):
        due = d.now + cools
        d.emit(ev.LimitRaiseAsked(command.account, name, value, command.person, d.now, due))
        d.facts = {"due": due.isoformat()}
        return
    d.emit(ev.LimitChanged(command.account, name, value, command.person, d.now))


def _cannot_set(d: Deciding, command: cm.SetLimit) -> ev.Refusal | None:
    account = d.account(command.account)
    if with_limit(account.limits, command.name, command.value) is None:
        names = ", ".join(LIMIT_HELP)
        text = f"There is no limit {command.name}: there are {names}."
        return ev.Refusal("no_such_limit", text, "name", command.name)
    if command.value < 0:
        text = "A limit is zero or more: write it without the minus."
        return ev.Refusal("limit_negative", text, "value", plain(command.value))
    if command.name == "alone_notional_max" and command.value and not _who_seconds(account):
        text = (
            "Nobody could agree to a larger order: make somebody risk officer or admin of this account first "
            "(/role NAME risk_officer)."
        )
        return ev.Refusal("nobody_to_second", text, "name", command.name)
    waits = raise_of(account.raises, command.name)
    if waits is not None and waits.value == command.value:
        text = f"{command.name} is going to be that at {instant_text(waits.due, d.now)} already."
        return ev.Refusal("no_change", text, "value", plain(command.value))
    return None


def _who_seconds(account: Account) -> bool:
    """Whether two people can ever agree: the owner and somebody who may, or two of those."""
    return any(Right.SECOND in account.rights_of(one.person) for one in account.members)


def raise_due(d: Deciding, report: rp.RaiseDue) -> None:
    """A raise has cooled off: it counts from now on, if whoever asked for it may still raise limits."""
    account = d.book.account(report.account)
    waits = raise_of(account.raises, report.name) if account is not None else None
    if account is None or waits is None or waits.due != report.due or d.now < waits.due:
        return
    if Right.RAISE not in account.rights_of(waits.by):
        d.emit(ev.LimitRaiseDropped(report.account, waits.name, waits.value, "no_right", waits.by, d.now))
        return
    d.emit(ev.LimitChanged(report.account, waits.name, waits.value, waits.by, d.now))
