"""What binds entries beside limits: halts and pauses, maintenance, lockouts. Each knows who said it, why,
since when and until when.

Whether one still binds is judged from the instant of the decision, never from a timer: a timer may come late,
twice, or not at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from trading.domain.commands import HaltState
from trading.domain.ids import PersonId

PAUSE_OVER = "the pause is over"
"""The reason of the `HaltChanged` that a pause ends with by itself."""

SPAN_MAX = timedelta(days=366)
"""Nobody can pause or lock for longer at once: a slip in the year must not cost more than one."""


class Halt(Struct, frozen=True):
    """What may be sent, and who said so. `until` None: until somebody resumes."""

    state: HaltState = HaltState.ACTIVE
    reason: str = ""
    by: PersonId = PersonId("")
    at: datetime | None = None
    until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it is a pause whose end has come, written down or not."""
        return self.state is not HaltState.ACTIVE and self.until is not None and now >= self.until

    def binds(self, now: datetime) -> bool:
        """Whether nothing that adds risk may be sent."""
        return self.state is not HaltState.ACTIVE and not self.is_over(now)


class Maintenance(Struct, frozen=True):
    """Somebody works on the desk."""

    reason: str
    by: PersonId
    at: datetime


class Lockout(Struct, frozen=True):
    """A person has locked themself out of entries: an account of theirs, or (in `DeskPart`) the person
    wherever they may trade. Never shortened, never lifted."""

    until: datetime
    reason: str
    by: PersonId
    at: datetime

    def binds(self, now: datetime) -> bool:
        """Whether no entry may be sent."""
        return now < self.until


class DeskPart(Struct, frozen=True):
    """What binds every account: what a snapshot of the desk's stream holds."""

    halt: Halt = Halt()
    maintenance: Maintenance | None = None
    lockouts: tuple[Lockout, ...] = ()  # of people, whatever account they trade on; over ones stay

    def lockout_of(self, person: PersonId) -> Lockout | None:
        """The person's own lockout, over or not; None when there never was one."""
        return next((one for one in self.lockouts if one.by == person), None)

    def is_locked(self, person: PersonId, now: datetime) -> bool:
        """Whether nothing that adds risk may be sent for this person, on any account."""
        found = self.lockout_of(person)
        return found is not None and found.binds(now)


OPEN = Halt()
"""Nothing is halted."""


# ---------------------------------------------------------------- words


def instant_text(at: datetime, now: datetime) -> str:
    """`14:03 UTC`, with its date when that is another day than `now`."""
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


_STATES = {
    HaltState.REDUCE_ONLY: "halted",
    HaltState.HALTED: "halted",
    HaltState.FLATTEN: "being flattened",
    HaltState.ACTIVE: "active",
}


def halt_text(halt: Halt, now: datetime) -> str:
    """`halted by owner at 14:03 UTC: lunch`, `paused until 15:00 UTC by owner at 14:03 UTC: lunch`."""
    words = [_STATES[halt.state]] if halt.until is None else ["paused until", instant_text(halt.until, now)]
    if halt.by:
        words.append(f"by {halt.by}")
    if halt.at is not None:
        words.append(f"at {instant_text(halt.at, now)}")
    return f"{' '.join(words)}: {halt.reason or 'no reason given'}"


def halt_sentence(who: str, line: str, halt: Halt, now: datetime) -> str:
    """Why an entry does not go out, and what opens it again. `line` is what resumes it."""
    if halt.until is None:
        cure = f"{line} and a reason opens it again"
    else:
        cure = f"it opens by itself then, {line} and a reason opens it now"
    return f"{who} is {halt_text(halt, now)}. Only exits go out; {cure}."


def maintenance_sentence(found: Maintenance, now: datetime) -> str:
    """Why an entry does not go out while somebody works on the desk."""
    since = f"since {instant_text(found.at, now)} by {found.by}: {found.reason or 'no reason given'}"
    return f"The desk is under maintenance {since}. Only exits go out; /maintenance off ends it."


def lockout_sentence(account: str, found: Lockout, now: datetime) -> str:
    """Why an entry does not go out, and that nobody can change that."""
    said = f"{found.by} at {instant_text(found.at, now)}: {found.reason or 'no reason given'}"
    return (
        f"Account {account} is locked out until {instant_text(found.until, now)} (by {said}). "
        "Nobody can end that earlier; closing and exits work."
    )


def own_lockout_sentence(found: Lockout, now: datetime) -> str:
    """The same to a person who may trade for nobody, themself included."""
    return (
        f"{found.by} is locked out of all accounts until {instant_text(found.until, now)} (since "
        f"{instant_text(found.at, now)}: {found.reason or 'no reason given'}). Nobody can end that earlier; "
        "closing and exits work."
    )
