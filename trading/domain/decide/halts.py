"""Stop and go: halts, pauses with an end, maintenance, lockouts. Nothing that adds risk waits behind one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Account
from trading.domain.decide.deciding import Deciding
from trading.domain.halting import OPEN, PAUSE_OVER, SPAN_MAX, Halt, halt_text, instant_text
from trading.domain.ids import DESK, AccountId, PersonId


def set_halt(d: Deciding, command: cm.SetHalt) -> None:
    """Halt, pause or resume an account or the desk."""
    target = AccountId(DESK) if command.desk else command.account
    stands = d.book.halt_of(target)
    if stands.is_over(d.now):
        stands = OPEN
    is_open = command.state is cm.HaltState.ACTIVE
    refusal = _cannot_resume(d, command, stands) if is_open else _cannot_halt(d, command, stands)
    if refusal is not None:
        verb = "resume" if is_open else "halt"
        d.deny(command.account, command.command_id, verb, "", refusal)
        return
    until = None if is_open else command.until
    d.emit(ev.HaltChanged(target, command.state, command.reason, command.person, d.now, until))
    if not is_open:
        names = d.book.account_ids() if command.desk else (command.account,)
        withdraw_entries(d, names, command.command_id)


def _cannot_resume(d: Deciding, command: cm.SetHalt, stands: Halt) -> ev.Refusal | None:
    if not command.desk and d.account(command.account).flattening is not None:
        text = "A panic is still closing positions: wait for the proof of flat, then /resume."
        return ev.Refusal("still_flattening", text)
    return _no_change(command) if stands.state is cm.HaltState.ACTIVE else None


def _cannot_halt(d: Deciding, command: cm.SetHalt, stands: Halt) -> ev.Refusal | None:
    """A halt may follow anything but itself; a pause may only make what stands longer."""
    if command.until is None:
        return _no_change(command) if stands.state is command.state and stands.until is None else None
    refusal = _bad_end(command.until, d.now, "/pause 2h")
    if refusal is not None or stands.state is cm.HaltState.ACTIVE:
        return refusal
    who = "The desk" if command.desk else f"Account {command.account}"
    line = "/resume desk" if command.desk else "/resume"
    if stands.until is None:
        text = (
            f"{who} is {halt_text(stands, d.now)}. That has no end, and a pause would open it at "
            f"{instant_text(command.until, d.now)}: {line} and a reason first."
        )
        return ev.Refusal("halt_stands", text, "until", command.until.isoformat())
    if command.until <= stands.until:
        text = f"{who} is {halt_text(stands, d.now)}. That is as long or longer: {line} and a reason ends it."
        return ev.Refusal("pause_stands", text, "until", command.until.isoformat())
    return None


def _no_change(command: cm.SetHalt) -> ev.Refusal:
    word = command.state.value.replace("_", " ")
    return ev.Refusal("no_change", f"It is {word} already; /status shows it.")


def _bad_end(until: datetime, now: datetime, example: str) -> ev.Refusal | None:
    """An end that has passed, or that is further away than anybody means."""
    if until <= now:
        text = f"{instant_text(until, now)} is over already: name a later time, like {example}."
        return ev.Refusal("until_past", text, "until", until.isoformat())
    if until - now > SPAN_MAX:
        text = f"{instant_text(until, now)} is further away than a year: name a nearer time, like {example}."
        return ev.Refusal("until_far", text, "until", until.isoformat())
    return None


def pause_ended(d: Deciding, report: rp.PauseEnded) -> None:
    """Write down that a pause is over, once. Its end binds from the instant on, also before this."""
    halt = d.book.halt_of(report.account)
    if halt.until == report.until and halt.is_over(d.now):
        d.emit(ev.HaltChanged(report.account, cm.HaltState.ACTIVE, PAUSE_OVER, halt.by, d.now))


def set_maintenance(d: Deciding, command: cm.SetMaintenance) -> None:
    """Begin or end maintenance of the desk."""
    stands = d.book.desk.maintenance
    if command.is_on == (stands is not None):
        if stands is None:
            text = "There is no maintenance: /maintenance on and a reason begins it."
        else:
            since = instant_text(stands.at, d.now)
            text = f"Maintenance is on since {since}, by {stands.by}: /maintenance off ends it."
        d.deny(command.account, command.command_id, "maintenance", "", ev.Refusal("no_change", text))
        return
    desk = AccountId(DESK)
    d.emit(ev.MaintenanceChanged(desk, command.is_on, command.reason, command.person, d.now))
    if command.is_on:
        withdraw_entries(d, d.book.account_ids(), command.command_id)


def lock_out(d: Deciding, command: cm.LockOut) -> None:
    """Lock a person: all accounts of theirs for everybody, and themself on all others, now and later. Longer
    is possible, shorter is not, and nothing lifts it."""
    refusal = _cannot_lock(d, command)
    if refusal is not None:
        d.deny(command.account, command.command_id, "lockout", "", refusal)
        return
    person = command.person
    accounts = [account.account for account in owned(d, person)]
    d.emit(ev.PersonLocked(AccountId(DESK), command.until, command.reason, person, d.now))
    for account in accounts:
        d.emit(ev.LockoutSet(account, command.until, command.reason, person, d.now))
    withdraw_entries(d, accounts, command.command_id)
    withdraw_entries(d, d.book.account_ids(), command.command_id, only_of=person)
    d.facts = {"accounts": accounts, "until": command.until.isoformat()}


def _cannot_lock(d: Deciding, command: cm.LockOut) -> ev.Refusal | None:
    refusal = _bad_end(command.until, d.now, "/lockout until tomorrow")
    if refusal is not None:
        return refusal
    stand = [d.book.desk.lockout_of(command.person), *(one.lockout for one in owned(d, command.person))]
    ends = [one.until for one in stand if one is not None and one.until >= command.until]
    if ends:
        text = (
            f"You are locked out until {instant_text(max(ends), d.now)} already. A lockout can only be made "
            "longer: name a later time."
        )
        return ev.Refusal("lockout_stands", text, "until", command.until.isoformat())
    return None


def inherit_lockout(d: Deciding, account: Account) -> None:
    """A new account is no way around a lockout of its owner."""
    stand = [d.book.desk.lockout_of(account.owner), *(one.lockout for one in owned(d, account.owner))]
    found = [one for one in stand if one is not None and one.binds(d.now)]
    if found:
        longest = max(found, key=lambda one: one.until)
        d.emit(ev.LockoutSet(account.account, longest.until, longest.reason, longest.by, d.now))


def owned(d: Deciding, person: str) -> list[Account]:
    """The accounts of a person."""
    accounts = (d.book.account(name) for name in d.book.account_ids())
    return [account for account in accounts if account is not None and account.owner == person]


def withdraw_entries(
    d: Deciding, names: Iterable[AccountId], cause: str, only_of: PersonId | None = None
) -> None:
    """What still waits to open or enlarge a position must not fill behind a stop; or what one person wants of
    that."""
    for name in list(names):
        for order in list(d.book.open_orders(name)):
            if order.is_entry and only_of in (None, order.person):
                d.ask_cancel(order, cause)
