"""The stops of an account: what, beside limits, keeps its entries from leaving, judged at an instant."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.barring import barred_in
from trading.domain.book import Account, Book
from trading.domain.freezing import freeze_sentence
from trading.domain.halting import (
    Halt,
    halt_sentence,
    lockout_sentence,
    maintenance_sentence,
    own_lockout_sentence,
)
from trading.domain.ids import PersonId

NOBODY = PersonId("")


class Stop(Struct, frozen=True):
    """One thing that may bind entries. `value` is how it stands, `limit` how it must stand to let pass;
    `sentence` says why nothing goes out (empty when it lets pass)."""

    name: str
    value: str
    limit: str
    sentence: str = ""

    @property
    def passes(self) -> bool:
        """Whether it lets entries pass."""
        return self.value == self.limit

    def told(self) -> str:
        """Its sentence, for the gate, which asks for sentences only where it refuses."""
        return self.sentence


def stops(
    book: Book, account: Account, symbol: str, now: datetime, person: PersonId = NOBODY
) -> tuple[Stop, ...]:
    """All stops of entries in `symbol` that `person` wants on an account, in the order of the gate. Judged
    from `now` and nothing else, so that no timer can forget to open, and no restart to keep closed."""
    desk = book.desk
    found = Stop("maintenance", "off", "off")
    if desk.maintenance is not None:
        found = Stop("maintenance", "on", "off", maintenance_sentence(desk.maintenance, now))
    return (
        _halt("desk_halt", "The desk", "/resume desk", desk.halt, now),
        found,
        _halt("account_halt", f"Account {account.account}", "/resume", account.halting, now),
        _lockout(book, account, now, person),
        _frozen(account, symbol, now),
    )


def _lockout(book: Book, account: Account, now: datetime, person: PersonId) -> Stop:
    """The account's, else the person's own, which goes with them from account to account."""
    found = account.lockout
    if found is not None and found.binds(now):
        return Stop("lockout", found.until.isoformat(), "none", lockout_sentence(account.account, found, now))
    own = book.desk.lockout_of(person)
    if own is not None and own.binds(now):
        return Stop("lockout", own.until.isoformat(), "none", own_lockout_sentence(own, now))
    return Stop("lockout", "none", "none")


def _frozen(account: Account, symbol: str, now: datetime) -> Stop:
    """All entries by doubt, and those in the symbol by drift or by a person's word."""
    causes = [one.cause.value for one in account.freezes]
    sentences = [freeze_sentence(account.account, one, now) for one in account.freezes]
    drift = account.frozen_in(symbol)
    if drift is not None:
        causes.append(drift.reason)
        sentences.append(drift.sentence)
    barred = barred_in(account.barred, symbol)
    if barred is not None:
        causes.append("barred")
        sentences.append(barred.sentence(now))
    return Stop("frozen", ", ".join(causes) or "none", "none", " ".join(sentences))


def _halt(name: str, who: str, line: str, halt: Halt, now: datetime) -> Stop:
    if not halt.binds(now):
        return Stop(name, "active", "active")
    return Stop(name, halt.state.value, "active", halt_sentence(who, line, halt, now))


def is_stopped(book: Book, account: Account, symbol: str, now: datetime, person: PersonId = NOBODY) -> bool:
    """Whether nothing that adds risk in `symbol` may leave for `person`, whatever the limits say. Asked
    before a send."""
    desk = book.desk
    if desk.maintenance is not None or desk.halt.binds(now) or account.halting.binds(now):
        return True
    if desk.is_locked(person, now):
        return True
    if account.freezes or account.frozen_in(symbol) or barred_in(account.barred, symbol):
        return True
    return account.lockout is not None and account.lockout.binds(now)
