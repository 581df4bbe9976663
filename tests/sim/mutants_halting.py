"""Planted bugs in what stops entries: pauses and their instants, lockouts, maintenance, warnings."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import apply_guard as applying
from trading.domain import events as ev
from trading.domain import halting, risk
from trading.domain.book import Book
from trading.domain.commands import HaltState
from trading.domain.decide import halts
from trading.domain.reports import PauseEnded, RiskLooked
from trading.domain.stops import Stop, stops
from trading.engine import loop, memory, pauses, risk_watch

# ---------------------------------------------------------------- what a start forgets


def _forgetful(change: Any) -> Any:
    """An engine's load that changes each account once it is there."""

    async def load(self: loop.Engine) -> int:
        loaded: int = await real(self)
        for name, account in self.book.accounts.items():
            self.book.accounts[name] = change(account)
        return loaded

    real = loop.Engine.load
    return patch.object(loop.Engine, "load", load)


@mutant("I13")
def a_lockout_is_forgotten_after_a_start() -> Patch:
    """Who restarts the desk is free again."""
    with _forgetful(lambda account: replace(account, lockout=None)):
        yield


@mutant("I13")
def a_pause_is_forgotten_after_a_start() -> Patch:
    """A pause was only a timer, and timers die with the process."""

    def opened(account: Any) -> Any:
        if account.halt_until is None:
            return account
        return replace(account, halt=HaltState.ACTIVE, halt_until=None)

    with _forgetful(opened):
        yield


@mutant("I13", "I18")
def a_snapshot_holds_no_maintenance() -> Patch:
    """The desk's part of a snapshot is state and reason, as it was before there was more."""

    def old(body: bytes) -> halting.DeskPart:
        return replace(real(body), maintenance=None)

    real = memory.desk_part_of
    with patch.object(memory, "desk_part_of", old):
        yield


# ---------------------------------------------------------------- what ends what


@mutant("I13")
def a_resume_ends_a_lockout() -> Patch:
    """Resuming opens everything that there is to open."""

    def lax(book: Book, event: ev.HaltChanged) -> None:
        real(book, event)
        account = book.account(event.account)
        if event.state is HaltState.ACTIVE and account is not None:
            book.accounts[event.account] = replace(account, lockout=None)

    real = applying._halt
    with patch.object(applying, "_halt", lax):
        yield


@mutant("I13")
def a_lockout_can_be_made_shorter() -> Patch:
    """The newest lockout counts, whatever stood before."""

    def newest(book: Book, event: ev.LockoutSet) -> None:
        account = book.account(event.account)
        assert account is not None
        lockout = halting.Lockout(event.until, event.reason, event.by, event.at)
        book.accounts[event.account] = replace(account, lockout=lockout)

    with (
        patch.object(applying, "_lock", newest),
        patch.object(halts, "_cannot_lock", lambda d, command: None),
    ):
        yield


@mutant("I13")
def only_a_timer_ends_a_pause_and_it_never_rings() -> Patch:
    """The end of a pause is looked at by nobody but a timer that is gone."""

    async def _ring(self: pauses.Pauses, name: Any, until: Any) -> None:
        await self._clock.sleep_s(10**6)

    with (
        patch.object(halting.Halt, "is_over", lambda self, now: False),
        patch.object(pauses.Pauses, "_ring", _ring),
    ):
        yield


@mutant("I13")
def a_ring_is_believed_whatever_the_clock_says() -> Patch:
    """A timer that rings early ends the pause."""

    async def _ring(self: pauses.Pauses, name: Any, until: Any) -> None:
        await self._clock.sleep_s(0.5)
        self._report(PauseEnded(name, until, self._clock.now()))

    def believed(d: Any, report: Any) -> None:
        halt = d.book.halt_of(report.account)
        if halt.until == report.until:
            over = halting.PAUSE_OVER
            d.emit(ev.HaltChanged(report.account, HaltState.ACTIVE, over, halt.by, d.now))

    with (
        patch.object(pauses.Pauses, "_ring", _ring),
        patch("trading.domain.decide.pause_ended", believed),
    ):
        yield


# ---------------------------------------------------------------- where stops are looked at


@mutant("I13")
def stops_are_looked_at_only_on_the_card() -> Patch:
    """Whoever pressed before the halt may still send after it: nothing is asked where orders are decided."""

    def passes(book: Any, account: Any, symbol: Any, now: Any, person: Any) -> Any:
        found = stops(book, account, symbol, now, person)
        return tuple(Stop(one.name, one.limit, one.limit) for one in found)

    with patch.object(risk, "stops", passes):
        yield


@mutant("I13")
def a_lockout_leaves_waiting_entries_at_the_venue() -> Patch:
    """What waits to open a position fills behind the lockout."""
    with patch.object(halts, "withdraw_entries", lambda d, names, cause, only_of=None: None):
        yield


# ---------------------------------------------------------------- warnings


@mutant("WARN")
def a_warning_is_told_again_and_again() -> Patch:
    """Nobody remembers which level was told today."""

    def looked(d: Any, report: Any) -> None:
        account = d.book.account(report.account)
        d.book.accounts[report.account] = replace(account, risk_warned=0)
        real(d, report)

    def forgetful(self: risk_watch.RiskWatch, name: Any) -> None:
        now = self._engine.clock.now()
        self._engine.report(RiskLooked(name, now))

    from trading.domain.decide.day_limit import risk_looked as real

    with (
        patch("trading.domain.decide.risk_looked", looked),
        patch.object(risk_watch.RiskWatch, "look", forgetful),
    ):
        yield


# ---------------------------------------------------------------- people who lock themselves out


@mutant("I13")
def a_lockout_binds_accounts_and_nobody() -> Patch:
    """Who owns no account locks nothing."""
    with (
        patch.object(halting.DeskPart, "lockout_of", lambda self, person: None),
        patch.object(halting.DeskPart, "is_locked", lambda self, person, now: False),
    ):
        yield


@mutant("I13")
def who_has_locked_themself_out_is_free_after_a_start() -> Patch:
    """The desk's own part of the book forgets them."""

    async def load(self: loop.Engine) -> int:
        loaded: int = await real(self)
        self.book.desk_part = replace(self.book.desk, lockouts=())
        return loaded

    real = loop.Engine.load
    with patch.object(loop.Engine, "load", load):
        yield


@mutant("I13")
def what_waits_of_who_has_locked_themself_out_stays() -> Patch:
    """Only the entries of their own accounts are withdrawn."""

    def blind(d: Any, names: Any, cause: str, only_of: Any = None) -> None:
        if only_of is None:
            real(d, names, cause)

    real = halts.withdraw_entries
    with patch.object(halts, "withdraw_entries", blind):
        yield
