"""What was decided about what may be sent at all: halts, maintenance, lockouts, limits and warnings.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.commands import HaltState
from trading.domain.ids import AccountId, PersonId
from trading.domain.rights import DeskRole


class HaltChanged(Struct, frozen=True, tag=True):
    """`account` is `desk` for the whole desk. `until` makes a halt a pause: from that instant on it binds
    nobody any more, whether or not the event that says so was written yet."""

    account: AccountId
    state: HaltState
    reason: str
    by: PersonId
    at: datetime
    until: datetime | None = None


class MaintenanceChanged(Struct, frozen=True, tag=True):
    """Somebody works on the desk (`account` is always `desk`): no entries until it is off again."""

    account: AccountId
    is_on: bool
    reason: str
    by: PersonId
    at: datetime


class LockoutSet(Struct, frozen=True, tag=True):
    """No entries of this account before `until`. Nothing ends it earlier: a later event can only make it
    longer."""

    account: AccountId
    until: datetime
    reason: str
    by: PersonId
    at: datetime


class SymbolsBarred(Struct, frozen=True, tag=True):
    """Nothing is opened in these symbols on the account any more, or (`is_barred` false) it may be again."""

    account: AccountId
    symbols: tuple[str, ...]
    is_barred: bool
    reason: str
    by: PersonId
    at: datetime


class PersonLocked(Struct, frozen=True, tag=True):
    """No entries that this person wants before `until`, on whatever account (`account` is always `desk`), now
    or later. Nothing ends it earlier: a later event can only make it longer."""

    account: AccountId
    until: datetime
    reason: str
    by: PersonId
    at: datetime


class LimitRaiseAsked(Struct, frozen=True, tag=True):
    """A limit is to allow more from `due` on; what was asked before for it is forgotten."""

    account: AccountId
    name: str
    value: Decimal
    by: PersonId
    at: datetime
    due: datetime


class LimitRaiseDropped(Struct, frozen=True, tag=True):
    """It stays as it is after all. `reason`: `called_off` by somebody, or `no_right`: whoever had asked for
    it may not raise limits any more."""

    account: AccountId
    name: str
    value: Decimal
    reason: str
    by: PersonId
    at: datetime


class LimitChanged(Struct, frozen=True, tag=True):
    """From now on. A raise of this limit that still waited is forgotten, or has come."""

    account: AccountId
    name: str
    value: Decimal
    by: PersonId
    at: datetime


class RiskWarned(Struct, frozen=True, tag=True):
    """Today's loss has reached so many percent of the daily limit: said once per level and day. `loss` and
    `limit` are money in the account's currency; 100 means that the limit is reached."""

    account: AccountId
    level_percent: int
    loss: Decimal
    limit: Decimal
    at: datetime


class RoleSet(Struct, frozen=True, tag=True):
    """A person has this role on the account from now on; None: none. `name` is how people call them."""

    account: AccountId
    person: PersonId
    role: DeskRole | None
    by: PersonId
    at: datetime
    name: str = ""


class ModeSet(Struct, frozen=True, tag=True):
    """With what money the account's entries trade from now on: `live`, or `live-off` (docs/venues.md)."""

    account: AccountId
    mode: str
    by: PersonId
    at: datetime


Guarding = (
    HaltChanged
    | MaintenanceChanged
    | LockoutSet
    | PersonLocked
    | LimitRaiseAsked
    | LimitRaiseDropped
    | LimitChanged
    | RiskWarned
    | RoleSet
    | ModeSet
)
"""All of them."""
