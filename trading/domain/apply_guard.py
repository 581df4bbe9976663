"""What halts, maintenance, lockouts, limits and warnings do to a book."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.book import Account, Book
from trading.domain.commands import HaltState
from trading.domain.halting import OPEN, Halt, Lockout, Maintenance
from trading.domain.ids import DESK, AccountId
from trading.domain.limits import Raise, with_limit
from trading.domain.rights import Member


def account_of(book: Book, account: AccountId) -> Account:
    """The account of an event; one that does not exist is a broken journal."""
    found = book.account(account)
    assert found is not None, f"no account {account}"
    return found


def apply_guard(book: Book, event: ev.Guarding) -> None:
    """What stops entries, and what limits them."""
    match event:
        case ev.HaltChanged():
            _halt(book, event)
        case ev.MaintenanceChanged():
            found = Maintenance(event.reason, event.by, event.at) if event.is_on else None
            book.desk_part = replace(book.desk, maintenance=found)
        case ev.LockoutSet():
            _lock(book, event)
        case ev.PersonLocked():
            _lock_person(book, event)
        case ev.LimitRaiseAsked() | ev.LimitRaiseDropped():
            _raise(book, event)
        case ev.LimitChanged():
            _limit(book, event)
        case ev.RiskWarned():
            account = account_of(book, event.account)
            level = max(account.risk_warned, event.level_percent)
            book.accounts[event.account] = replace(account, risk_warned=level)
        case ev.RoleSet():
            account = account_of(book, event.account)
            others = tuple(one for one in account.members if one.person != event.person)
            own = (Member(event.person, event.role, event.name),) if event.role is not None else ()
            book.accounts[event.account] = replace(account, members=others + own)
        case ev.ModeSet():
            book.accounts[event.account] = replace(account_of(book, event.account), mode=event.mode)


def _limit(book: Book, event: ev.LimitChanged) -> None:
    account = account_of(book, event.account)
    limits = with_limit(account.limits, event.name, event.value) or account.limits
    version = account.limits_version + 1
    waiting = tuple(one for one in account.raises if one.name != event.name)
    book.accounts[event.account] = replace(account, limits=limits, limits_version=version, raises=waiting)


def _raise(book: Book, event: ev.LimitRaiseAsked | ev.LimitRaiseDropped) -> None:
    account = account_of(book, event.account)
    waiting = tuple(one for one in account.raises if one.name != event.name)
    if isinstance(event, ev.LimitRaiseAsked):
        waiting += (Raise(event.name, event.value, event.by, event.at, event.due),)
    book.accounts[event.account] = replace(account, raises=waiting)


def _halt(book: Book, event: ev.HaltChanged) -> None:
    is_open = event.state is HaltState.ACTIVE
    halt = OPEN if is_open else Halt(event.state, event.reason, event.by, event.at, event.until)
    if event.account == AccountId(DESK):
        book.desk_part = replace(book.desk, halt=halt)
        return
    book.accounts[event.account] = replace(
        account_of(book, event.account),
        halt=halt.state,
        halt_reason=halt.reason,
        halted_by=halt.by,
        halted_at=halt.at,
        halt_until=halt.until,
    )


def _lock(book: Book, event: ev.LockoutSet) -> None:
    account = account_of(book, event.account)
    # Whatever was written down: a lockout never becomes shorter.
    if account.lockout is None or event.until > account.lockout.until:
        lockout = Lockout(event.until, event.reason, event.by, event.at)
        book.accounts[event.account] = replace(account, lockout=lockout)


def _lock_person(book: Book, event: ev.PersonLocked) -> None:
    desk = book.desk
    before = desk.lockout_of(event.by)
    if before is None or event.until > before.until:
        others = tuple(one for one in desk.lockouts if one.by != event.by)
        lockout = Lockout(event.until, event.reason, event.by, event.at)
        book.desk_part = replace(desk, lockouts=(*others, lockout))
